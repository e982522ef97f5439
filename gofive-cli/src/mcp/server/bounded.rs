//! Results that fit: as many records as there is room for, and how to get the rest.

use gofive_api::RawJson;
use serde_json::json;

use crate::body::Object;
use crate::output::{compact, find, select};

/// What the texts around a payload need.
const AROUND: usize = 1_800;

/// How many bytes of names a note lists.
const MAX_NAMES: usize = 400;

/// How a payload is shown.
#[derive(Debug)]
pub(super) struct Bounds<'a> {
    /// The maximum size in bytes.
    pub(super) max_size: usize,
    /// The chosen fields; all if there are none.
    pub(super) fields: &'a [String],
    /// Whether the call can be repeated for the rest: it only reads.
    pub(super) is_safe: bool,
}

/// Some records of a list.
#[derive(Debug)]
pub(super) struct Window {
    pub(super) records: Vec<RawJson>,
    /// The number of records before them.
    pub(super) skip: u64,
    /// The number of all records, if it is known.
    pub(super) total: Option<u64>,
    /// Whether there may be more behind them.
    pub(super) may_have_more: bool,
}

impl Bounds<'_> {
    /// The records that there is room for, as JSON with notes.
    pub(super) fn list(&self, list: &Window) -> String {
        let room = self.max_size.saturating_sub(AROUND);
        let (mut payload, mut shown) = (String::new(), 0);
        for record in &list.records {
            let text = self.selected(record);
            if payload.len() + text.len() + 1 > room {
                break;
            }
            if shown > 0 {
                payload.push(',');
            }
            payload.push_str(&text);
            shown += 1;
        }
        let mut more = json!({"records": shown});
        let mut notes = self.unknown_fields(&list.records);
        if let Some(total) = list.total {
            more["total"] = total.into();
        }
        if shown < list.records.len() {
            let names = names(&list.records[shown]);
            if shown == 0 {
                let text = self.selected(&list.records[0]);
                more["cut"] = start(&text, room).into();
                notes.push(format!(
                    "The next record has {} bytes, more than there is room for. {}",
                    text.len(),
                    self.fewer(&names)
                ));
            } else {
                notes.push(format!("There was no room for more records. {}", self.fewer(&names)));
            }
        }
        if (shown < list.records.len() || list.may_have_more) && self.is_safe {
            // A record that has no room alone is not requested forever.
            let step = shown.max(usize::from(!list.records.is_empty()));
            more["next"] = json!({"skip": list.skip + step as u64});
            notes.push("For the next records, call it again with the skip of `next`.".to_owned());
        }
        self.finish(&format!("[{payload}]"), more, &notes)
    }

    /// A payload that is not a list, or its beginning.
    pub(super) fn whole(&self, payload: &RawJson) -> String {
        let room = self.max_size.saturating_sub(AROUND);
        let mut notes = self.unknown_fields(std::slice::from_ref(payload));
        let text = self.selected(payload);
        if text.len() <= room {
            return self.finish(&text, json!({}), &notes);
        }
        let more = json!({"cut": start(&text, room)});
        notes.push(format!(
            "The payload has {} bytes, more than there is room for. {}",
            text.len(),
            self.fewer(&names(payload))
        ));
        self.finish("null", more, &notes)
    }

    fn selected(&self, record: &RawJson) -> String {
        let is_chosen = !self.fields.is_empty();
        if is_chosen {
            compact(select(record, self.fields).as_str()).into_owned()
        } else {
            compact(record.as_str()).into_owned()
        }
    }

    fn unknown_fields(&self, records: &[RawJson]) -> Vec<String> {
        let is_unknown = |name: &&String| records.iter().all(|record| find(record, name).is_none());
        let unknown: Vec<_> = self.fields.iter().filter(is_unknown).cloned().collect();
        let Some(first) = records.first().filter(|_| !unknown.is_empty()) else { return Vec::new() };
        vec![format!(
            "The records do not have the field {}. The fields are {}.",
            joined(&unknown),
            joined(&names(first))
        )]
    }

    fn fewer(&self, names: &[String]) -> String {
        if self.is_safe {
            format!("Call it again with some of the fields {}.", joined(names))
        } else {
            "The operation has been carried out: do not call it again for the rest.".to_owned()
        }
    }

    /// The payload, which keeps its digits, with what is to be known of it.
    #[allow(clippy::unused_self, reason = "it has the bounds of what is assembled")]
    fn finish(&self, payload: &str, mut more: serde_json::Value, notes: &[String]) -> String {
        if !notes.is_empty() {
            more["note"] = notes.join(" ").into();
        }
        let more = more.to_string();
        match more.trim_start_matches('{') {
            "}" => format!("{{\"payload\":{payload}}}"),
            rest => format!("{{\"payload\":{payload},{rest}"),
        }
    }
}

/// The beginning of a JSON text that has room as a text inside of JSON, where a quote takes two bytes.
fn start(text: &str, room: usize) -> String {
    let mut size = 0;
    let fits = |character: &char| {
        size += if matches!(character, '"' | '\\') { 2 } else { character.len_utf8() };
        size <= room
    };
    text.chars().take_while(fits).collect()
}

/// The names of the fields of a record, and of those inside of them.
fn names(record: &RawJson) -> Vec<String> {
    let mut names = Vec::new();
    for (name, value) in record.read::<Object>().unwrap_or_default() {
        match value.read::<Object>() {
            Ok(inner) if !inner.is_empty() => names.extend(inner.into_keys().map(|inside| format!("{name}.{inside}"))),
            _ => names.push(name),
        }
    }
    names
}

/// Names in a sentence, as many as there is room for.
fn joined(names: &[String]) -> String {
    let mut joined = String::new();
    for name in names {
        if joined.len() + name.len() > MAX_NAMES || name.contains(|c: char| c.is_control() || "\"\\".contains(c)) {
            joined.push('\u{2026}');
            break;
        }
        joined.push_str(name);
        joined.push_str(", ");
    }
    joined.trim_end_matches(", ").to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn records(count: usize, text: &str) -> Window {
        let record: RawJson = format!(r#"{{"id": 12345678901234567.890, "text": {}}}"#, json!(text)).parse().unwrap();
        Window { records: vec![record; count], skip: 100, total: None, may_have_more: false }
    }

    fn bounds(fields: &[String]) -> Bounds<'_> {
        Bounds { max_size: 4_000, fields, is_safe: true }
    }

    #[test]
    fn a_list_keeps_its_digits_and_its_size() {
        for text in ["", "ขาย", "\"\\\u{1}", &"ก".repeat(50_000), &"\"".repeat(9_000)] {
            for count in [0, 1, 3, 1_000] {
                let text = bounds(&[]).list(&records(count, text));
                let result: Value = serde_json::from_str(&text).unwrap();
                assert!(text.len() <= 4_000, "{}", text.len());
                let shown = result["records"].as_u64().unwrap();
                assert_eq!(
                    text.matches("12345678901234567.890").count() as u64,
                    shown.max(u64::from(result["cut"].is_string()))
                );
                let next = result["next"]["skip"].as_u64();
                assert_eq!(next, (shown < count as u64).then_some(100 + shown.max(1)), "{result}");
            }
        }
    }

    #[test]
    fn a_payload_without_room_says_which_fields_it_has() {
        let payload: RawJson = json!({"id": 7, "text": "\"".repeat(9_000)}).into();
        let result: Value = serde_json::from_str(&bounds(&[]).whole(&payload)).unwrap();
        assert!(result["payload"].is_null() && result["cut"].as_str().unwrap().starts_with("{\"id\":7,"), "{result}");
        assert!(
            result["note"].as_str().unwrap().ends_with("Call it again with some of the fields id, text."),
            "{result}"
        );
        let fields = ["id".to_owned()];
        assert_eq!(bounds(&fields).whole(&payload), r#"{"payload":{"id":7}}"#);
        let write = Bounds { is_safe: false, ..bounds(&[]) };
        assert!(write.whole(&payload).contains("do not call it again"));
    }
}
