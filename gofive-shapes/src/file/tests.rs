use proptest::prelude::*;

use super::*;
use crate::arm::Arm;
use crate::number_kind::NumberKind;
use crate::size::Size;
use crate::text_format::TextFormat;

fn count() -> impl Strategy<Value = Count> {
    (0_u32..20).prop_map(|bit| Count::new(if bit == 0 { 0 } else { 1 << bit }).unwrap())
}

fn counted() -> impl Strategy<Value = Count> {
    (1_u32..20).prop_map(|bit| Count::new(1 << bit).unwrap())
}

fn size() -> impl Strategy<Value = Size> {
    (0_usize..100_000).prop_map(Size::of)
}

fn sizes() -> impl Strategy<Value = BTreeMap<Size, Count>> {
    prop::collection::btree_map(size(), counted(), 1..4)
}

fn shape() -> impl Strategy<Value = Shape> {
    let kind = prop_oneof![Just(NumberKind::Integer), Just(NumberKind::NegativeFraction), Just(NumberKind::Exponent)];
    let format = prop_oneof![Just(TextFormat::Date), Just(TextFormat::Other), Just(TextFormat::Uuid)];
    let scalars = (
        [count(), count(), count(), count(), count()],
        prop::collection::btree_map(kind, sizes(), 0..3),
        prop::collection::btree_map(format, sizes(), 0..3),
        prop::option::of(sizes()),
    );
    let leaf = scalars.prop_map(|([seen, nulls, booleans, passed_over, objects], numbers, texts, lists)| Shape {
        seen,
        nulls,
        booleans,
        passed_over,
        objects,
        decimal_places: numbers.clone(),
        numbers,
        texts,
        lists: lists.unwrap_or_default(),
        ..Shape::default()
    });
    let leaf = leaf.boxed();
    leaf.clone().prop_recursive(3, 16, 4, move |inner| {
        let properties =
            prop::collection::btree_map("[a-d]".prop_map(|name| Name::new(&name).unwrap()), inner.clone(), 0..3);
        (leaf.clone(), prop::option::of(inner.clone()), properties, prop::option::of(inner)).prop_map(
            |(shape, items, properties, others)| Shape {
                items: items.map(Box::new),
                properties,
                other_names: others.map(Box::new),
                ..shape
            },
        )
    })
}

fn session() -> impl Strategy<Value = Session> {
    let kind = prop_oneof![Just(Arm::Success), Just(Arm::Failure)].prop_map(|arm| ResponseKind { status: 200, arm });
    let month = (1_u8..=12).prop_map(|month| format!("2026-{month:02}").parse().unwrap());
    let responses = prop::collection::btree_map(kind, shape(), 0..3);
    (prop::collection::btree_set(month, 0..3), 0_u32..5, 0_u32..5, responses)
        .prop_map(|(months, runs, ended, responses)| Session { months, runs, ended, responses })
}

fn file() -> impl Strategy<Value = ShapeFile> {
    let id = (0_u8..4).prop_map(|id| format!("{id:016x}").parse().unwrap());
    prop::collection::btree_map(id, session(), 0..4).prop_map(|sessions| {
        let mut file = ShapeFile::new(Name::new("get_product").unwrap());
        file.sessions = sessions;
        file
    })
}

fn merged(files: &[&ShapeFile]) -> ShapeFile {
    let mut merged = files[0].clone();
    files[1..].iter().for_each(|file| merged.merge(file).unwrap());
    merged
}

proptest! {
    #[test]
    fn the_order_of_merging_does_not_matter(a in file(), b in file(), c in file()) {
        prop_assert_eq!(merged(&[&a, &b]), merged(&[&b, &a]));
        prop_assert_eq!(merged(&[&merged(&[&a, &b]), &c]), merged(&[&a, &merged(&[&b, &c])]));
    }

    #[test]
    fn a_file_that_is_merged_again_changes_nothing(a in file(), b in file()) {
        let once = merged(&[&a, &b]);
        prop_assert_eq!(&merged(&[&a, &a]), &a);
        prop_assert_eq!(&merged(&[&once, &b]), &once);
        prop_assert_eq!(&merged(&[&once, &a, &once]), &once);
    }

    #[test]
    fn the_sum_has_each_session_once(a in file(), b in file()) {
        let mut apart = b.clone();
        apart.sessions.retain(|id, _| !a.sessions.contains_key(id));
        let seen = |file: &ShapeFile| file.total().responses.values().map(|shape| shape.seen).sum::<u64>();
        prop_assert_eq!(seen(&merged(&[&a, &apart])), seen(&a) + seen(&apart));
        prop_assert_eq!(seen(&merged(&[&a, &a, &apart, &apart])), seen(&a) + seen(&apart));
    }

    #[test]
    fn a_file_is_read_as_it_was_written(file in file()) {
        let text = file.to_json();
        prop_assert_eq!(&ShapeFile::parse(&text).unwrap(), &file);
        prop_assert!(text.ends_with(char::is_whitespace));
    }
}

const TEXT: &str = r#"{
  "about": "names and types of properties, without any value; `gofive shapes show` explains this file",
  "format": 1,
  "operation": "get_product",
  "sessions": {
    "3f9a2c41b0d7e655": {
      "ended": 1,
      "months": ["2026-11"],
      "responses": {
        "200 success": {
          "objects": 64,
          "properties": {
            "price": {
              "decimalPlaces": {
                "fraction": { "2": 64 }
              },
              "numbers": {
                "fraction": { "2": 16, "4": 64 }
              },
              "seen": 64
            }
          },
          "seen": 64
        }
      },
      "runs": 1
    }
  }
}
"#;

#[test]
fn a_file_is_sorted_and_can_be_read_by_people() {
    assert_eq!(ShapeFile::parse(TEXT).unwrap().to_json(), TEXT);
}

#[test]
fn an_error_says_what_is_wrong_and_where() {
    for (old, new, expected) in [
        ("\"format\": 1", "\"format\": 2", "the format 2 is not known: use a newer version of this program at line 3"),
        ("get_product", "get-product", "\"get-product\" is not a name: an ASCII identifier"),
        ("3f9a2c41b0d7e655", "someone", "\"someone\" is not a session: 16 hexadecimal digits at line 6"),
        ("2026-11", "2026-11-27T10:00", "\"2026-11-27T10:00\" is not a month: `2026-11` at line 8"),
        ("200 success", "200", "\"200\" is not an HTTP status and one of success, failure"),
        ("\"objects\": 64", "\"objects\": 63", "the count 63 is not a power of two at line 11"),
        ("\"objects\": 64", "\"value\": 64", "unknown field `value`"),
        ("\"price\"", "\"99.50\"", "\"99.50\" is not a name"),
        ("\"4\": 64", "\"5\": 64", "\"5\" is not the smallest size of a class"),
        ("\"fraction\": { \"2\": 16", "\"12.5\": { \"2\": 16", "unknown variant `12.5`"),
        ("\"runs\": 1", "", "missing field"),
    ] {
        let text = TEXT.replacen(old, new, 1);
        let text = if new.is_empty() { text.replace("      },\n      \n", "      }\n") } else { text };
        let error = ShapeFile::parse(&text).unwrap_err().to_string();
        assert!(error.starts_with("not a file of shapes: ") && error.contains(expected), "{error}");
    }
    assert!(
        ShapeFile::parse("").is_err()
            && ShapeFile::parse("[]").is_err()
            && ShapeFile::parse(&"[".repeat(1000)).is_err()
    );
}

#[test]
fn files_of_other_operations_are_not_merged() {
    let mut file = ShapeFile::parse(TEXT).unwrap();
    let other = ShapeFile::parse(&TEXT.replace("get_product", "add_case")).unwrap();
    assert_eq!(file.merge(&other).unwrap_err().to_string(), "one file is of `get_product`, the other of `add_case`");
    assert_eq!(file.to_json(), TEXT);
}

#[test]
fn a_name_can_be_struck_out() {
    let mut file = ShapeFile::parse(TEXT).unwrap();
    assert_eq!(file.names().into_values().flatten().collect::<Vec<_>>(), ["/price"]);
    assert!(file.strike("price") && !file.strike("price") && !file.strike("no name"));
    assert!(!file.to_json().contains("price") && file.names().is_empty());
    let total = file.total();
    assert_eq!(total.responses.values().next().unwrap().other_names.as_ref().unwrap().seen, 64);
}
