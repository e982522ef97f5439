//! The sentence that a bundle adds to a description, for people whose tools do not know the extensions.

use serde_json::Value;

use crate::schema::{Enumeration, SchemaKind, StringSchema};

/// What a schema says in words about its values, beside its description.
pub(super) fn note(kind: &SchemaKind) -> Option<String> {
    match kind {
        SchemaKind::String(StringSchema { format: Some(format), .. }) => {
            Some(format.sentence()).filter(|sentence| !sentence.is_empty()).map(str::to_owned)
        }
        SchemaKind::Enumeration(enumeration) if enumeration.is_open => Some(known_values(enumeration)),
        _ => None,
    }
}

/// The description of the schema as a document has it: with the note as its last paragraph.
pub(super) fn with_note(description: &str, kind: &SchemaKind) -> String {
    match note(kind) {
        Some(note) if description.is_empty() => note,
        Some(note) => format!("{description}\n\n{note}"),
        None => description.to_owned(),
    }
}

/// The description without the note.
pub(super) fn without_note(description: String, kind: &SchemaKind) -> String {
    let own = note(kind).and_then(|note| Some(description.strip_suffix(&note)?.trim_end().to_owned()));
    own.unwrap_or(description)
}

fn known_values(enumeration: &Enumeration) -> String {
    // Between backticks, nothing at all would not be code.
    let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let value = |value: &Value| text(value).unwrap_or_else(|| value.to_string());
    let values = enumeration.entries().map(|entry| match entry.name {
        "" => format!("`{}`", value(entry.value)),
        name => format!("`{}` {name}", value(entry.value)),
    });
    format!("Known values; there may be others: {}.", values.collect::<Vec<_>>().join(", "))
}
