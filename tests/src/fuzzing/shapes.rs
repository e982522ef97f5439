//! Records any body: no value of it is in the file, which is read as it was written.

use gofive_api::shapes::{KnownNames, Name, ShapeFile};
use serde_json::{Map, Value};

use crate::specs;

/// The names that count as those of the spec.
const KNOWN: [&str; 6] = ["code", "data", "description", "items", "productCode", "status"];

/// Checks one input: the first byte chooses the HTTP status and how often the body is received; the rest is the body.
pub fn shape(input: &[u8]) {
    let [how, body @ ..] = input else { return };
    let status = [200, 201, 400, 500][usize::from(*how) % 4];
    let times = usize::from(how / 4);
    let file = of_bodies(&vec![(status, body); times]);
    check(&file);
    // The same body with a value of the test for each value.
    let Ok(value) = serde_json::from_slice::<Value>(body) else { return };
    let mut number = 0;
    let bodies: Vec<_> = (0..times).map(|_| marked(&value, &mut number).to_string().into_bytes()).collect();
    let bodies: Vec<_> = bodies.iter().map(|body| (status, body.as_slice())).collect();
    let file = of_bodies(&bodies);
    check(&file);
    let text = file.to_json();
    assert!(!text.contains("canary") && !text.contains("424242424242"), "{value} became {text}");
    let seen: u64 = file.total().responses.values().map(|shape| shape.seen).sum();
    assert!(seen >= times as u64 / 2, "{times} bodies became {text}");
}

fn of_bodies(bodies: &[(u16, &[u8])]) -> ShapeFile {
    let operation = Name::new("get_product").expect("it is an identifier");
    ShapeFile::of_bodies(operation, KnownNames::sorted(&KNOWN), bodies.iter().copied())
}

/// The file is read as it was written, and merging it again changes nothing.
fn check(file: &ShapeFile) {
    let text = file.to_json();
    let mut read = ShapeFile::parse(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(read, *file);
    read.merge(file).expect("both are of one operation");
    assert_eq!(read, *file);
}

/// The value with a text or a number of the test for each scalar, and an identifier that occurs once for each name that the spec
/// does not have.
fn marked(value: &Value, number: &mut u64) -> Value {
    match value {
        Value::Object(properties) => {
            let mut marked_properties = Map::new();
            for (name, value) in properties {
                let name = if KNOWN.contains(&name.as_str()) { name.clone() } else { canary(number) };
                marked_properties.insert(name, marked(value, number));
            }
            marked_properties.into()
        }
        Value::Array(items) => items.iter().map(|item| marked(item, number)).collect(),
        Value::String(text) => Value::from(text.clone() + &canary(number)),
        Value::Number(_) => Value::from(424_242_424_242_u64),
        other => other.clone(),
    }
}

/// An identifier without digits that occurs once.
fn canary(number: &mut u64) -> String {
    *number += 1;
    let digits = number.to_string();
    let letters: String = digits.bytes().map(|digit| char::from(digit - b'0' + b'a')).collect();
    format!("canary_{letters}")
}

/// The corpus: every documented response, received once, and often enough that a name could be written.
pub(super) fn corpus() -> Vec<(String, Vec<u8>)> {
    let mut corpus = Vec::new();
    for (_, spec) in specs() {
        for operation in spec.operations() {
            for example in operation.response_examples() {
                let body = example.value.to_string();
                for times in [1, 25] {
                    let name = format!("{}-{}-{times}", operation.id, example.name);
                    corpus.push((name, [&[times * 4], body.as_bytes()].concat()));
                }
            }
        }
    }
    corpus
}
