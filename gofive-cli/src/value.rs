//! The values of flags: from the text of an argument to the JSON that the operation documents.

use std::io::Read as _;

use gofive_api::{Decimal, RawJson};
use gofive_spec::{EnumValue, Enumeration, Format, JsonType, Schema, SchemaKind};
use heck::ToKebabCase as _;

use crate::moment;

/// The kind of a value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Text,
    Integer,
    Number,
    /// A number that is sent as text.
    Decimal,
    Boolean,
    Enumeration(&'static Enumeration),
    Moment(Format),
    /// Read from a file, because other users of the machine can see the arguments of a program.
    Secret,
    /// A string or a number; the first of them that a text can be is sent.
    Union(&'static Schema),
    /// An object, or anything else that has to be written as JSON.
    Json,
    /// Of an unknown type: JSON, or else a text.
    Any,
}

impl Kind {
    /// The kind of the values of a schema, which is not a reference.
    pub(crate) fn of(schema: &'static Schema) -> Self {
        match &schema.kind {
            SchemaKind::String(string) => match string.format {
                Some(Format::Password) => Self::Secret,
                Some(Format::Decimal) => Self::Decimal,
                Some(format) => Self::Moment(format),
                None => Self::Text,
            },
            SchemaKind::Integer(_) => Self::Integer,
            SchemaKind::Number(_) => Self::Number,
            SchemaKind::Boolean => Self::Boolean,
            SchemaKind::Enumeration(enumeration) => Self::Enumeration(enumeration),
            SchemaKind::AnyOf(_) if schema.is_scalar_union() => Self::Union(schema),
            SchemaKind::Any => Self::Any,
            _ => Self::Json,
        }
    }

    /// The name of the value in the help.
    pub(crate) fn placeholder(self) -> &'static str {
        match self {
            Self::Text | Self::Union(_) | Self::Any => "TEXT",
            Self::Integer => "INTEGER",
            Self::Number | Self::Decimal => "NUMBER",
            Self::Boolean => "BOOL",
            Self::Enumeration(_) => "NAME",
            Self::Moment(Format::Date) => "DATE",
            Self::Moment(_) => "TIME",
            Self::Secret => "@FILE",
            Self::Json => "JSON",
        }
    }

    /// Checks a text without reading the file that it may name.
    pub(crate) fn check(self, text: &str) -> Result<(), String> {
        match self {
            Self::Secret | Self::Json => Ok(()),
            _ => self.parse(text).map(drop),
        }
    }

    /// Reads the text of an argument. The error says what was expected.
    pub(crate) fn parse(self, text: &str) -> Result<RawJson, String> {
        match self {
            Self::Text => Ok(text.into()),
            Self::Integer => integer(text).ok_or_else(|| "expected a whole number".to_owned()),
            Self::Number => number(text).ok_or_else(|| "expected a number, such as 1200.50".to_owned()),
            Self::Decimal => match text.parse::<Decimal>() {
                Ok(_) if Format::Decimal.accepts(text) => Ok(text.into()),
                _ => Err("expected a number, such as 1200.50".to_owned()),
            },
            Self::Boolean => text.parse::<bool>().map(RawJson::from).map_err(|_| "expected true or false".to_owned()),
            Self::Enumeration(enumeration) => named(enumeration, text),
            Self::Moment(format) => moment::write(text, format).map(RawJson::from),
            Self::Secret => secret(text).map(RawJson::from),
            Self::Union(schema) => one_of(schema, text),
            Self::Json => json(text),
            Self::Any => Ok(text.parse().unwrap_or_else(|_| text.into())),
        }
    }
}

/// The name of a value of an enumeration on the command line: `request-for-action`; a value without a name is itself.
pub(crate) fn enum_name(entry: &EnumValue<'_>) -> String {
    if entry.name.is_empty() { plain(entry.value) } else { entry.name.to_kebab_case() }
}

/// A JSON value as text, without the quotes of a string.
pub(crate) fn plain(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Reads a text, or the file that follows `@`; `@-` is the standard input.
pub(crate) fn text_or_file(text: &str) -> Result<String, String> {
    let Some(file) = text.strip_prefix('@') else { return Ok(text.to_owned()) };
    read_file(file)
}

/// Reads a file; `-` is the standard input.
pub(crate) fn read_file(file: &str) -> Result<String, String> {
    if file == "-" {
        let mut text = String::new();
        let read = std::io::stdin().read_to_string(&mut text);
        return read.map(|_| text).map_err(|error| format!("the standard input cannot be read: {error}"));
    }
    let bytes = std::fs::read(file).map_err(|error| format!("{file} cannot be read: {error}"))?;
    // Editors on Windows begin a file with this mark.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").map(<[u8]>::to_vec).unwrap_or(bytes);
    String::from_utf8(bytes).map_err(|_| format!("{file} is not text in UTF-8"))
}

fn integer(text: &str) -> Option<RawJson> {
    text.parse::<i64>().ok().map(RawJson::from)
}

/// A number with the digits that were written.
fn number(text: &str) -> Option<RawJson> {
    let is_number = text.starts_with(|first: char| first.is_ascii_digit() || first == '-');
    text.parse::<RawJson>().ok().filter(|json| is_number && json.as_str() == text)
}

/// Finds a value by its name or by itself, in upper or lower case.
fn named(enumeration: &Enumeration, text: &str) -> Result<RawJson, String> {
    let is_meant = |entry: &EnumValue<'_>| {
        let names = [enum_name(entry), entry.name.to_owned(), plain(entry.value)];
        names.iter().any(|name| !name.is_empty() && name.eq_ignore_ascii_case(text))
    };
    if let Some(entry) = enumeration.entries().find(is_meant) {
        return Ok(entry.value.clone().into());
    }
    match (enumeration.is_open, enumeration.is_integer) {
        (true, true) => integer(text).ok_or_else(|| "expected one of the names, or a whole number".to_owned()),
        (true, false) => Ok(text.into()),
        (false, _) => {
            let names: Vec<_> = enumeration.entries().map(|entry| enum_name(&entry)).collect();
            Err(format!("expected one of {}", names.join(", ")))
        }
    }
}

fn one_of(union: &Schema, text: &str) -> Result<RawJson, String> {
    let found = union.children().find_map(|alternative| match alternative.json_type()? {
        JsonType::Integer => integer(text),
        JsonType::Number => number(text),
        JsonType::Boolean => text.parse::<bool>().ok().map(RawJson::from),
        JsonType::String => Some(text.into()),
        _ => None,
    });
    found.ok_or_else(|| "expected a number".to_owned())
}

fn json(text: &str) -> Result<RawJson, String> {
    let text = text_or_file(text)?;
    text.parse().map_err(|error| format!("expected JSON, or @FILE with JSON: {error}"))
}

fn secret(text: &str) -> Result<String, String> {
    if !text.starts_with('@') {
        return Err("expected @FILE, or @- for the standard input: other programs can see arguments".to_owned());
    }
    text_or_file(text).map(|secret| secret.trim_end_matches(['\r', '\n']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: Kind, text: &str) -> String {
        kind.parse(text).map_or_else(|error| format!("error: {error}"), |json| json.to_string())
    }

    #[test]
    fn numbers_keep_their_digits() {
        assert_eq!(read(Kind::Number, "12345678901234567.890"), "12345678901234567.890");
        assert_eq!(read(Kind::Decimal, "1200.50"), r#""1200.50""#);
        for text in ["", "1,200", "true", "0x1", "\"1\"", "1 "] {
            assert!(read(Kind::Number, text).starts_with("error: "), "{text}");
        }
        assert!(read(Kind::Integer, "1.5").starts_with("error: "));
    }

    #[test]
    fn a_value_of_an_unknown_type_is_json_or_a_text() {
        assert_eq!(read(Kind::Any, "[1]"), "[1]");
        assert_eq!(read(Kind::Any, "ขาย"), r#""ขาย""#);
    }

    #[test]
    fn a_secret_is_read_from_a_file() {
        assert!(read(Kind::Secret, "hunter2").starts_with("error: expected @FILE"));
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "hunter2\r\n").unwrap();
        assert_eq!(read(Kind::Secret, &format!("@{}", file.path().display())), r#""hunter2""#);
    }
}
