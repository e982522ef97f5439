//! Reads the individual problems that an error body lists. [`Problem`] has the layouts.

use crate::errors::Problem;
use crate::values::raw::{self, Text};

/// How many problems of one body are kept.
pub(crate) const MAX_PROBLEMS: usize = 32;

/// Reads `errors`: messages by field, or a list.
pub(crate) fn of_errors(raw: &str, into: &mut Vec<Problem>) {
    // A long list of other values is not read to its end.
    let mut left = 2 * MAX_PROBLEMS;
    // What cannot be read is omitted.
    let _ = raw::walk(raw, &mut |field, value| {
        left -= 1;
        match field {
            None => into.extend(of_item(value)),
            Some(field) if value.starts_with('[') => of_messages(field, value, into),
            Some(field) => {
                let message = raw::text(value).or_else(|| words(value).1);
                into.extend(message.and_then(|message| problem(field_of(field), &message)));
            }
        }
        left > 0 && into.len() < MAX_PROBLEMS
    });
    into.truncate(MAX_PROBLEMS);
}

/// Reads a list of problems.
pub(crate) fn of_list(raw: &str, into: &mut Vec<Problem>) {
    if raw.starts_with('[') {
        of_errors(raw, into);
    }
}

fn of_messages(field: &str, raw: &str, into: &mut Vec<Problem>) {
    let mut left = 2 * MAX_PROBLEMS;
    let _ = raw::walk(raw, &mut |_, value| {
        left -= 1;
        let message = raw::text(value).or_else(|| words(value).1);
        into.extend(message.and_then(|message| problem(field_of(field), &message)));
        left > 0 && into.len() < MAX_PROBLEMS
    });
}

/// Reads one item of a list of problems: a text, or an object with a message.
pub(crate) fn of_item(raw: &str) -> Option<Problem> {
    if raw.starts_with('"') {
        return problem(None, &raw::text(raw)?);
    }
    let (field, message) = words(raw);
    problem(field.filter(|field| !field.is_cut()).map(|field| field.as_str().to_owned()), &message?)
}

/// The field and the message that an object names.
fn words(raw: &str) -> (Option<Text>, Option<Text>) {
    const FIELDS: [&str; 5] = ["field", "property", "propertyname", "target", "name"];
    const MESSAGES: [&str; 4] = ["message", "errormessage", "description", "detail"];
    let (mut field, mut message) = (None, None);
    raw::each_property(raw, |name, value| {
        let name = name.to_ascii_lowercase();
        let is = |names: &[&str]| names.contains(&&*name) && value.starts_with('"');
        if is(&FIELDS) && field.is_none() {
            field = raw::text(value);
        } else if is(&MESSAGES) && message.is_none() {
            message = raw::text(value);
        }
    });
    (field, message)
}

/// A message that was cut may end with part of a secret, which no mask would find.
fn problem(field: Option<String>, message: &Text) -> Option<Problem> {
    let is_message = !message.is_cut() && !message.as_str().trim().is_empty();
    is_message.then(|| Problem::new(field, message.as_str().to_owned()))
}

/// A field with an empty name is the request itself.
fn field_of(name: &str) -> Option<String> {
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_layout_of_errors_is_read() {
        for (raw, expected) in [
            (
                r#"{"subject": ["too long", "required"], "note": "odd"}"#,
                "subject: too long|subject: required|note: odd",
            ),
            (
                r#"{"": ["no body"], "a": {"message": "b"}, "c": 1, "d": null, "e": [{"description": "f"}]}"#,
                "no body|a: b|c: 1|e: f",
            ),
            (r#"["required", {"field": "subject", "message": "required"}, 7, null, {}]"#, "required|subject: required"),
            (r#"[{"PropertyName": "Subject", "ErrorMessage": "m"}, {"target": "t", "code": "c"}]"#, "Subject: m"),
            ("null", ""),
            (r#""text""#, ""),
            (r#"{"a": ["b""#, ""),
        ] {
            let mut problems = Vec::new();
            of_errors(raw, &mut problems);
            let shown: Vec<_> = problems.iter().map(ToString::to_string).collect();
            assert_eq!(shown.join("|"), expected, "{raw}");
        }
    }

    #[test]
    fn a_bounded_number_of_problems_is_kept() {
        let (list, mut problems) = (format!("[{}]", vec![r#""a""#; 1000].join(",")), Vec::new());
        of_errors(&list, &mut problems);
        of_errors(&format!(r#"{{"a": {list}}}"#), &mut problems);
        assert_eq!(problems.len(), MAX_PROBLEMS);
    }
}
