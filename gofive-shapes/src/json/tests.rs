use proptest::prelude::*;

use super::*;

fn is_json(text: &str) -> bool {
    let mut cursor = Cursor::new(text);
    cursor.pass(MAX_DEPTH).is_ok() && cursor.is_at_end()
}

#[test]
fn what_is_not_json_is_refused() {
    for text in [
        "",
        " ",
        "{",
        "}",
        "[",
        "]",
        "[1,]",
        "[,1]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "nul",
        "tru",
        "-",
        "01",
        "1.",
        ".5",
        "1e",
        "+1",
        "\"",
        "\"\\",
        "\"\\x\"",
        "\"\\u12\"",
        "[1 2]",
        "1 2",
        "{} {}",
        "NaN",
        "<html>",
        "'a'",
    ] {
        assert!(!is_json(text), "{text}");
    }
}

#[test]
fn the_depth_is_bounded() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(is_json(&nested(MAX_DEPTH)) && !is_json(&nested(MAX_DEPTH + 1)) && !is_json(&nested(1_000_000)));
}

#[test]
fn an_object_is_passed_quickly_whatever_its_strings_have() {
    for object in [
        "{}",
        r#"{"a": {"b": [{}, {}]}}"#,
        r#"{"{": "}", "a": "{{"}"#,
        r#"{"a": "\\"}"#,
        r#"{"a": "\\\"}", "b": "\"{"}"#,
        r#"{"a}\u007b": "ก}"}"#,
    ] {
        for rest in ["", ",", "}}", "\\\"", r#", {"a": "\\"}"#] {
            let text = format!(" {object}{rest}");
            let mut cursor = Cursor::new(&text);
            assert_eq!(cursor.pass_quickly(MAX_DEPTH), Ok(()), "{text}");
            assert_eq!(cursor.position(), object.len() + 1, "{text}");
        }
    }
    for text in ["{", "{\"a\": \"}", "{\"}\\\"}", "{{}"] {
        assert_eq!(Cursor::new(text).pass_quickly(MAX_DEPTH), Err(Unreadable), "{text}");
    }
    let nested = |depth: usize| "{\"a\":".repeat(depth - 1) + "{}" + &"}".repeat(depth - 1);
    let passes = |depth: usize| Cursor::new(&nested(depth)).pass_quickly(MAX_DEPTH).is_ok();
    assert!(passes(MAX_DEPTH) && !passes(MAX_DEPTH + 1) && !passes(1_000_000));
}

#[test]
fn the_length_of_a_text_is_that_of_its_characters() {
    for (json, expected) in [(r#""""#, 0), (r#""ab""#, 2), (r#""ก\u0e01""#, 2), (r#""\"\\\n""#, 3), (r#""aก\/""#, 3)]
    {
        let Ok(Token::Text(text)) = Cursor::new(json).token() else { panic!("{json}") };
        assert_eq!(text.length(), expected, "{json}");
    }
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let scalar = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    scalar.prop_recursive(4, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Into::into),
            prop::collection::hash_map(any::<String>(), inner, 0..8)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn all_json_is_read(value in any_json()) {
        prop_assert!(is_json(&value.to_string()));
        let pretty = serde_json::to_string_pretty(&value).unwrap_or_default();
        prop_assert!(is_json(&pretty));
        // Whatever is cut off is not JSON, unless it is a number.
        let cut: String = pretty.chars().take(pretty.chars().count() - 1).collect();
        prop_assert_eq!(is_json(&cut), serde_json::from_str::<serde::de::IgnoredAny>(&cut).is_ok(), "{}", cut);
    }

    #[test]
    fn an_item_that_is_passed_quickly_ends_where_it_ends(items in prop::collection::vec(any_json(), 1..8)) {
        let text = serde_json::to_string(&items).unwrap_or_default();
        let (mut read, mut passed) = (Cursor::new(&text), Cursor::new(&text));
        prop_assert!(read.token().is_ok() && passed.token().is_ok());
        let mut is_first = true;
        while read.has_next(is_first, b']').unwrap_or_default() {
            prop_assert!(passed.has_next(is_first, b']').unwrap_or_default());
            prop_assert!(read.pass(MAX_DEPTH).is_ok() && passed.pass_quickly(MAX_DEPTH).is_ok());
            prop_assert_eq!(read.position(), passed.position());
            is_first = false;
        }
    }

    #[test]
    fn any_text_is_read_as_by_serde_json(text in "[\\[\\]{}\":,0-9eE.+\\-\\\\ntrufalsn /u]{0,12}") {
        prop_assert_eq!(is_json(&text), serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok(), "{}", text);
    }
}
