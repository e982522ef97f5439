//! No value is ever in a file.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fastrand::Rng;
use gofive_shapes::{KnownNames, Recorder};
use quote::ToTokens as _;
use serde_json::{Map, Value, json};
use syn::Item;

/// The declarations of all types of the crate, by name: the types of their fields as text.
fn declarations() -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue;
        }
        for item in syn::parse_file(&std::fs::read_to_string(path).unwrap()).unwrap().items {
            let (name, fields, generics) = match item {
                Item::Struct(item) => (item.ident, item.fields.into_iter().collect::<Vec<_>>(), item.generics),
                Item::Enum(item) => {
                    (item.ident, item.variants.into_iter().flat_map(|one| one.fields).collect(), item.generics)
                }
                _ => continue,
            };
            // The default of `C` is the type of the counts in a file.
            let defaults = generics.type_params().filter_map(|parameter| Some(parameter.default.clone()?.1));
            let types = fields.into_iter().map(|field| field.ty).chain(defaults);
            found.insert(name.to_string(), types.map(|ty| ty.to_token_stream().to_string()).collect());
        }
    }
    found
}

#[test]
fn no_field_of_a_file_can_hold_a_value() {
    const HARMLESS: [&str; 10] = ["BTreeMap", "BTreeSet", "Box", "C", "Option", "Self", "u8", "u16", "u32", "u64"];
    let declarations = declarations();
    let (mut reached, mut open) = (BTreeSet::new(), vec!["ShapeFile".to_owned()]);
    while let Some(name) = open.pop() {
        for field in &declarations[&name] {
            let words = field.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty());
            for word in words {
                if declarations.contains_key(word) {
                    if reached.insert(word.to_owned()) {
                        open.push(word.to_owned());
                    }
                } else {
                    // Only a name is text, and only an identifier is a name.
                    let is_name = name == "Name" && word == "str";
                    assert!(HARMLESS.contains(&word) || is_name, "{name} has a field of the type {field}");
                }
            }
        }
    }
    for expected in
        ["Shape", "Session", "Count", "Size", "Name", "Month", "TextFormat", "NumberKind", "ResponseKind", "Arm"]
    {
        assert!(reached.contains(expected), "{reached:?}");
    }
    // A number of 64 bits would be an exact count, but for the identifier of a session.
    let of_64_bits: Vec<_> =
        reached.iter().filter(|name| declarations[*name].iter().any(|field| field.contains("u64"))).collect();
    assert_eq!(of_64_bits, ["SessionId"]);
}

const KNOWN: [&str; 6] = ["code", "data", "description", "items", "productCode", "status"];
/// Parts of the values, none of which may be in a file.
const CANARIES: [&str; 4] = ["canary", "Canary", "424242", "นกขมิ้น"];

/// Generates bodies with a canary in each value and in each name that the spec does not have.
struct Generator(Rng);

impl Generator {
    fn value(&mut self, depth: usize) -> Value {
        match self.0.u8(..if depth == 0 { 8 } else { 12 }) {
            0 => json!(self.key()),
            1 => json!(format!("{}@canary.example", self.key())),
            2 => json!(format!("https://canary.example/{}", self.key())),
            3 => json!(424_242_000 + self.0.u32(..1000)),
            4 => json!(f64::from(424_242 + self.0.u32(..9)) / 8.0),
            5 => json!(format!("นกขมิ้น {}", self.key())),
            6 => [json!(null), json!(true), json!(""), json!([])][self.0.usize(..4)].clone(),
            7 => json!("424242-42-42T42:42:42"),
            8 => (0..self.0.usize(..30)).map(|_| self.value(depth - 1)).collect(),
            _ => {
                let mut properties = Map::new();
                for _ in 0..self.0.usize(..8) {
                    let name = if self.0.bool() { KNOWN[self.0.usize(..6)].to_owned() } else { self.key() };
                    properties.insert(name, self.value(depth - 1));
                }
                properties.into()
            }
        }
    }

    /// An identifier, the name of a user, a code, an address: each occurs about once.
    fn key(&mut self) -> String {
        let letters: String = (0..8).map(|_| self.0.lowercase()).collect();
        match self.0.u8(..6) {
            0 => format!("canary_{letters}"),
            1 => format!("Canary{letters}"),
            2 => format!("canary{letters}@example.com"),
            3 => format!("canary-{letters}-424242"),
            4 => format!("424242{letters}"),
            _ => format!("canary{letters}42"),
        }
    }
}

#[test]
fn no_value_of_a_hundred_thousand_bodies_is_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let recorder = Recorder::open(folder.path(), KnownNames::sorted(&KNOWN)).unwrap();
    let mut generator = Generator(Rng::with_seed(23));
    for number in 0..100_000 {
        let body = generator.value(4).to_string();
        // Half of the bodies of an operation end somewhere.
        let end = if number % 16 < 8 { body.len() } else { generator.0.usize(..=body.len()) };
        let status = [200, 200, 400, 500][number % 4];
        recorder.record(["get_product", "add_case", "get_units"][number % 3], status, &body.as_bytes()[..end]);
    }
    drop(recorder);
    let (mut files, mut names) = (0, 0);
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let text = std::fs::read_to_string(entry.path()).unwrap() + &entry.file_name().to_string_lossy();
        for canary in CANARIES {
            assert!(!text.contains(canary), "{canary} in {}", entry.path().display());
        }
        files += usize::from(text.contains("\"productCode\""));
        names += text.matches("\"otherNames\"").count();
    }
    assert!(files == 3 && names > 10, "the canaries were seen: {files} files, {names} locations with other names");
}

/// The keys of a table that is in one response, or in each.
#[test]
fn keys_of_tables_are_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let recorder = Recorder::open(folder.path(), KnownNames::sorted(&KNOWN)).unwrap();
    let letter = |number: usize| char::from(b'a' + u8::try_from(number % 26).unwrap());
    let user = |number: usize| format!("canary{}{}", letter(number / 26), letter(number));
    let table: Map<_, _> = (0..100).map(|number| (user(number), json!({"code": "canary"}))).collect();
    let few: Map<_, _> = (0..10).map(|number| (user(number), json!(1))).collect();
    for _ in 0..1000 {
        recorder.record("get_all_of_many", 200, json!({"data": table}).to_string().as_bytes());
    }
    for _ in 0..19 {
        recorder.record("get_few", 200, json!({"data": few}).to_string().as_bytes());
    }
    for number in 0..1000 {
        recorder.record("get_one", 200, json!({"data": {user(number % 500): 1}}).to_string().as_bytes());
    }
    recorder.write().unwrap();
    for operation in ["get_all_of_many", "get_few", "get_one"] {
        let text = std::fs::read_to_string(folder.path().join(operation).with_extension("json")).unwrap();
        assert!(!text.contains("canary") && text.contains("\"otherNames\""), "{text}");
    }
}
