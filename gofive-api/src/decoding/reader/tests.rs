//! The reader reads a text as `serde_json` does, or refuses it.

use std::collections::BTreeMap;
use std::fmt;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};

use super::tokens::MAX_DEPTH;
use super::*;
use crate::decoding::payload::{self, FromProperties, Record, Records};
use crate::values::scalar::Scalar as _;
use crate::{DateTime, Decimal, Id, RawJson, Secret};

/// A record with a property of every kind that payloads have.
#[derive(Debug, Default, PartialEq)]
struct Node {
    text: Option<String>,
    count: Option<i64>,
    amount: Option<Decimal>,
    id: Option<Id>,
    date: Option<DateTime>,
    flag: Option<bool>,
    json: Option<RawJson>,
    texts: Vec<String>,
    counts: Vec<i64>,
    nodes: Vec<Node>,
    one: Option<Box<Node>>,
    extra: BTreeMap<String, RawJson>,
}

impl FromProperties for Node {
    const PROPERTIES: &'static [&'static str] = &[];

    fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error> {
        match name {
            "text" => payload::scalar(&mut self.text, name, map),
            "count" => payload::scalar(&mut self.count, name, map),
            "amount" => payload::scalar(&mut self.amount, name, map),
            "id" => payload::scalar(&mut self.id, name, map),
            "date" => payload::scalar(&mut self.date, name, map),
            "flag" => payload::value(&mut self.flag, name, map),
            "json" => payload::value(&mut self.json, name, map),
            "texts" => payload::list(&mut self.texts, name, map),
            "counts" => payload::list(&mut self.counts, name, map),
            "nodes" => payload::records(&mut self.nodes, name, map),
            "one" => payload::value(&mut self.one, name, map),
            "skipped" => payload::ignore(map),
            _ => payload::preserve(&mut self.extra, name, map),
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        payload::deserialize(deserializer)
    }
}

fn read<T: DeserializeOwned>(json: &str) -> Option<T> {
    let mut reader = Reader::new(json);
    T::deserialize(&mut reader).ok().filter(|_| reader.end().is_ok())
}

fn nodes(json: &str) -> Option<Vec<Node>> {
    read(json).map(|Records(nodes)| nodes)
}

/// What `serde_json` reads.
fn expected(json: &str) -> Option<Vec<Node>> {
    serde_json::from_str(json).ok().map(|Records(nodes)| nodes)
}

#[test]
fn every_kind_of_property_is_read_without_serde_json() {
    let json = r#"[
        {"text": "ไทย \u0e44\ud83d\ude00\n\"\\\/\b\f\r\t", "count": -7, "amount": 1.10, "id": 12345678901234567890,
         "date": "2024-01-31T00:00:00", "flag": true, "json": {"a" : [1, -0, 1e999, "\ud800", {}, []]},
         "texts": ["a", "b"], "counts": [1, 2], "skipped": [null, {"a": false}], "n\u0061me": 0.50,
         "nodes": [null, {}, {"text": 7}], "one": {"text": null, "nodes": null}},
        null,
        {"count": "7", "text": 1.10, "other": "b"}
    ]"#;
    let nodes = nodes(json).expect("it is not refused");
    assert_eq!(Some(&nodes), expected(json).as_ref());
    assert_eq!(nodes[0].text.as_deref(), Some("ไทย ไ😀\n\"\\/\u{8}\u{c}\r\t"));
    assert_eq!(nodes[0].id.as_ref().map(ToString::to_string).as_deref(), Some("12345678901234567890"));
    assert_eq!(nodes[0].json.as_ref().map(RawJson::as_str), Some(r#"{"a" : [1, -0, 1e999, "\ud800", {}, []]}"#));
    assert_eq!(nodes[0].extra["name"].as_str(), "0.50");
    assert_eq!((nodes[2].count, nodes[2].text.as_deref()), (Some(7), Some("1.10")));
}

#[test]
fn scalars_keep_the_digits_that_were_sent() {
    for digits in ["0", "-0", "1.10", "1E+5", "1e-7", "12345678901234567.89", "123456789012345678901234567890"] {
        let text = read::<Vec<Text>>(&format!("[{digits}]"));
        assert_eq!(text.map(|mut texts| texts.remove(0).0).as_deref(), Some(digits));
    }
    assert!(Secret::of_text("a").is_some(), "a secret is a scalar, too");
}

/// A text that may be a number.
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::values::scalar::deserialize(deserializer).map(Self)
    }
}

#[test]
fn what_is_not_json_is_refused() {
    for json in [
        "",
        "[",
        "]",
        "{",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[1 1]",
        "[1}",
        "{,}",
        "{\"a\":1,}",
        "{,\"a\":1}",
        "{\"a\"}",
        "{\"a\" 1}",
        "{\"a\":}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":1\"b\":2}",
        "{a:1}",
        "{1:1}",
        "01",
        "-",
        "1.",
        ".1",
        "1e",
        "1e+",
        "+1",
        "0x1",
        "nul",
        "nulll",
        "tru",
        "falsey",
        "\"",
        "\"a",
        "\"\\\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\n\"",
        "\"abcdefgh\u{1f}\"",
        "'a'",
        "1 2",
        "[] []",
        "{}x",
        "\u{a0}1",
        "[1]\u{0}",
    ] {
        for json in [json.to_owned(), format!("[{json}]"), format!("{{\"a\":{json}}}")] {
            // Some are JSON within a list, such as two items with a space.
            let is_json = serde_json::from_str::<RawJson>(&json).is_ok();
            assert_eq!(read::<RawJson>(&json).is_some(), is_json, "{json}");
            assert_eq!(read::<Skipped>(&json).is_some(), is_json, "{json}");
        }
    }
    for json in ["\"\\ud800\"", "\"\\ude00\"", "\"\\ud800\\u0041\"", "\"\\ud800x\"", "\"\\ud800\\"] {
        assert!(read::<String>(json).is_none(), "{json}");
    }
}

/// A value that nobody needs.
struct Skipped;

impl<'de> Deserialize<'de> for Skipped {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

/// The name of the first property of one record follows a value of another.
#[test]
fn a_known_name_is_accepted_only_where_a_name_may_be() {
    for json in [
        r#"[{"text":"a","count":1},{"text":"b""count":2}]"#,
        r#"[{"text":"a","count":1},{,"count":2}]"#,
        r#"[{"text":"a"},{"count":1"text":"b"}]"#,
        r#"[{"text":"a","count":1},{"text":"b",,"count":2}]"#,
        r#"[{"text":"a","count":1},{"text":"b","count":2,}]"#,
        r#"[{"text":"a","count":1},{"text":"b","text":"c"}]"#,
    ] {
        assert_eq!((nodes(json), expected(json)), (None, None), "{json}");
    }
}

#[test]
fn any_order_of_names_is_read() {
    let names = ["text", "count", "amount", "id", "a", "b", "c"];
    let record = |shift: usize| {
        let properties = (0..names.len()).filter(|index| (shift / 7) & (1 << index) == 0);
        let properties =
            properties.map(|index| format!("{:?} : {shift}", names[(index * (1 + shift % 6) + shift) % 7]));
        let mut properties: Vec<_> = properties.collect();
        properties.sort_by_key(|property| property.len() * (shift % 2));
        properties.dedup();
        format!("{{{}}}", properties.join(","))
    };
    let json = format!("[{}]", (0..500).map(record).collect::<Vec<_>>().join(","));
    assert!(nodes(&json).is_some());
    assert_eq!(nodes(&json), expected(&json));
}

#[test]
fn many_names_and_deep_nesting_take_no_more_than_usual() {
    let many: Vec<_> = (0..100_000).map(|number| format!("\"n{number}\":{number}")).collect();
    let json = format!("[{{{}}},{{\"n7\":1}}]", many.join(","));
    assert_eq!(nodes(&json), expected(&json));
    for depth in [MAX_DEPTH - 1, MAX_DEPTH, 1000, 1_000_000] {
        let lists = |open: &str, close: &str| format!("{}{}", open.repeat(depth), close.repeat(depth));
        assert_eq!(read::<Skipped>(&lists("[", "]")).is_some(), depth <= MAX_DEPTH, "{depth}");
        assert_eq!(nodes(&lists(r#"[{"nodes":"#, "}]")), None, "it ends without a value");
        let deep = format!(r#"[{{"nodes":{}}}]"#, lists(r#"[{"nodes":["#, "]}]"));
        assert!(nodes(&deep).is_none_or(|nodes| Some(nodes) == expected(&deep)), "{depth}");
    }
}

/// JSON with every kind of value, as a record or part of one.
#[test]
fn a_list_has_room_for_its_records_and_not_for_much_more() {
    let room = |json: &str| nodes(json).map(|nodes| (nodes.len(), nodes.capacity()));
    let list = |records: usize| format!("[{}]", vec![r#"{"text": "a", "count": 1}"#; records].join(","));
    for records in [1, 4, 5, 100, 2000, 50_000] {
        let (length, capacity) = room(&list(records)).expect("it is not refused");
        assert_eq!(length, records);
        assert!(capacity <= (2 * records).max(4), "{capacity} for {records}");
    }
    let (_, capacity) = room(&list(2000)).expect("it is not refused");
    assert!(capacity < 2200, "{capacity}: it grew in more than one step");

    // What follows has another length than the records before: one is much longer, or only its name is long.
    let text = "a".repeat(1_000_000);
    for (rest, records) in [(format!(r#"{{"text": "{text}"}}"#), 7), (format!("null, null, {{\"{text}\": null}}"), 9)] {
        let (length, capacity) =
            room(&format!("[{{}}, {{}}, {{}}, {{}}, {{}}, {{}}, {rest}]")).expect("it is not refused");
        assert_eq!(length, records);
        assert!(capacity <= 2 * records, "{capacity} for {records}");
    }
}

#[test]
fn only_an_outer_list_says_how_many_items_may_follow() {
    /// What a list says after each of its items.
    struct Hints(Vec<Option<usize>>);

    impl<'de> Deserialize<'de> for Hints {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_seq(Self(Vec::new()))
        }
    }

    impl<'de> Visitor<'de> for Hints {
        type Value = Self;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }
        fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
            Ok(self)
        }
        fn visit_map<A: MapAccess<'de>>(self, mut number: A) -> Result<Self, A::Error> {
            while number.next_entry::<&str, &str>()?.is_some() {}
            Ok(self)
        }
        fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Self, A::Error> {
            self.0.push(items.size_hint());
            while let Some(Self(inner)) = items.next_element()? {
                self.0.extend(inner.is_empty().then(|| items.size_hint()));
                self.0.extend(inner);
            }
            Ok(self)
        }
    }

    let hints = |json| read(json).map(|Hints(hints)| hints);
    assert_eq!(hints("[11,22,33]"), Some(vec![None, Some(3), Some(1), Some(0)]));
    assert_eq!(hints("[]"), Some(vec![None]));
    assert_eq!(hints("[[11,22,33]]"), Some(vec![None, None, None, None, None]), "records of a page may have lists");
}

fn json() -> impl Strategy<Value = String> {
    let space = || select(vec!["", "", "", " ", "\n\t", "\r "]);
    let string = prop_oneof![
        "[ -~]{0,30}".prop_map(|text| serde_json::to_string(&text).unwrap_or_default()),
        "\\PC{0,12}".prop_map(|text| serde_json::to_string(&text).unwrap_or_default()),
        r#""(\\["\\/bfnrt]|\\u[0-9a-fA-F]{4}|[a-z]){0,20}""#,
        Just("\"2024-01-31T00:00:00\"".to_owned()),
    ];
    let number = "-?(0|[1-9][0-9]{0,25})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?";
    let word = select(vec!["null", "true", "false"]).prop_map(str::to_owned);
    let value = prop_oneof![string, number, word];
    value.prop_recursive(4, 40, 6, move |value| {
        let names = vec![
            "text", "count", "amount", "id", "date", "flag", "json", "texts", "counts", "nodes", "one", "skipped", "x",
            "y", "n\\u0061", "ก",
        ];
        let property = (space(), select(names), space(), space(), value.clone(), space())
            .prop_map(|(a, name, b, c, value, d)| format!("{a}\"{name}\"{b}:{c}{value}{d}"));
        let item = (space(), value, space()).prop_map(|(a, value, b)| format!("{a}{value}{b}"));
        prop_oneof![
            vec(property, 0..6).prop_map(|properties| format!("{{{}}}", properties.join(","))),
            vec(item, 0..6).prop_map(|items| format!("[{}]", items.join(","))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn json_is_read_as_serde_json_reads_it(json in json()) {
        let list = format!("[{json},{json}]");
        prop_assert_eq!(nodes(&list), expected(&list));
        let node = read::<Record<Node>>(&json).map(|Record(node)| node);
        prop_assert_eq!(node, serde_json::from_str(&json).ok().map(|Record(node)| node));
        // It is JSON, and may be nested more deeply or have a lone surrogate only where nobody reads it.
        prop_assert_eq!(read::<RawJson>(&list).map(|json| json.to_string()), Some(list));
    }

    #[test]
    fn what_the_reader_accepts_is_what_serde_json_reads(
        json in json(),
        changes in vec((any::<prop::sample::Index>(), 0..3_usize, select(b"{}[]\",:\\u0eE+-.1 \n\x01ntf\"".to_vec())), 1..4),
    ) {
        let mut bytes = format!("[{json},{json}]").into_bytes();
        for (at, what, byte) in changes {
            let at = at.index(bytes.len().max(1)).min(bytes.len());
            match what {
                0 => bytes.insert(at, byte),
                1 if at < bytes.len() => bytes[at] = byte,
                _ if at < bytes.len() => drop(bytes.remove(at)),
                _ => {}
            }
        }
        if let Ok(json) = std::str::from_utf8(&bytes) {
            if let Some(nodes) = nodes(json) {
                prop_assert_eq!(Some(nodes), expected(json), "{}", json);
            }
            prop_assert_eq!(read::<RawJson>(json), serde_json::from_str(json).ok(), "{}", json);
        }
    }
}
