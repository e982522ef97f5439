//! Writes YAML in the style of openapi/: blocks, small values on one line, and lines of at most 120 characters.

use serde_json::{Map, Value};

/// A property of this name has comments, each of which begins a line.
pub const COMMENT: &str = "#";
const WIDTH: usize = 120;
/// Properties whose values are written on one line if they fit.
const SMALL: [&str; 5] = ["x-gofive-evidence", "x-gofive-observed", "x-gofive-property-evidence", "items", "schema"];

/// The properties as a block, indented by `indent`.
pub fn block(properties: &Map<String, Value>, indent: usize) -> String {
    let mut writer = Writer { text: String::new() };
    writer.properties(properties, indent, false, false);
    writer.text
}

/// One property of an enclosing block.
pub fn property(name: &str, value: &Value, indent: usize) -> String {
    block(&Map::from_iter([(name.to_owned(), value.clone())]), indent)
}

/// A value on one line: `{a: 1, b: [x, y]}`.
pub fn flow(value: &Value) -> String {
    match value {
        Value::Object(properties) => {
            let properties =
                properties.iter().map(|(name, value)| format!("{}: {}", scalar_text(name, true), flow(value)));
            format!("{{{}}}", properties.collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        scalar => plain(scalar, true),
    }
}

/// An item of a list: on one line if wanted, unless it is too long or has lists of objects.
pub fn item(value: &Value, indent: usize, is_flow: bool) -> String {
    let (pad, line) = (" ".repeat(indent), format!("{}- {}\n", " ".repeat(indent), flow(value)));
    match value {
        Value::Object(properties) if !is_flow || line.chars().count() > WIDTH || !properties.values().all(is_small) => {
            block(properties, indent + 2).replacen(&format!("{pad}  "), &format!("{pad}- "), 1)
        }
        Value::String(text) if line.chars().count() > WIDTH && can_fold(text) => {
            let lines = fold(text, WIDTH - indent - 2).into_iter().map(|line| format!("{pad}  {line}\n"));
            format!("{pad}- >-\n{}", lines.collect::<String>())
        }
        _ => line,
    }
}

/// Whether a value is a scalar, or a list of scalars.
fn is_small(value: &Value) -> bool {
    is_scalar(value) || value.as_array().is_some_and(|items| items.iter().all(is_scalar))
}

struct Writer {
    text: String,
}

impl Writer {
    /// `continued`: the first property is written on the current line.
    fn properties(&mut self, properties: &Map<String, Value>, indent: usize, mut continued: bool, in_example: bool) {
        let pad = " ".repeat(indent);
        for (name, value) in properties {
            if name == COMMENT {
                let comments = value.as_array().into_iter().flatten().filter_map(Value::as_str);
                for line in comments.flat_map(|comment| fold(comment, WIDTH - indent - 2)) {
                    let start = if continued { "" } else { &pad };
                    self.text.push_str(&format!("{start}# {line}\n"));
                    continued = false;
                }
                continue;
            }
            if !continued {
                self.text.push_str(&pad);
            }
            continued = false;
            self.text.push_str(&format!("{}:", scalar_text(name, false)));
            let in_example = in_example || name == "value" || name == "example";
            match value.as_str() {
                // References are always quoted, so that they can be searched for.
                Some(reference) if name == "$ref" && !reference.contains(needs_escape) => {
                    self.text.push_str(&format!(" '{}'\n", reference.replace('\'', "''")));
                }
                _ => self.value(value, indent, name, in_example),
            }
        }
    }

    fn value(&mut self, value: &Value, indent: usize, name: &str, in_example: bool) {
        let pad = " ".repeat(indent + 2);
        match value {
            Value::Object(properties) if self.one_line(value, name, in_example) || properties.is_empty() => {
                self.text.push_str(&format!(" {}\n", flow(value)));
            }
            Value::Object(properties) => {
                self.text.push('\n');
                self.properties(properties, indent + 2, false, in_example);
            }
            Value::Array(items) if items.iter().all(is_scalar) && self.fits(&flow(value)) => {
                self.text.push_str(&format!(" {}\n", flow(value)));
            }
            Value::Array(items) => {
                self.text.push('\n');
                for item in items {
                    self.text.push_str(&format!("{pad}-"));
                    match item {
                        Value::Object(properties)
                            if in_example && properties.values().all(is_scalar) && self.fits(&flow(item)) =>
                        {
                            self.text.push_str(&format!(" {}\n", flow(item)));
                        }
                        Value::Object(properties) => {
                            self.text.push(' ');
                            self.properties(properties, indent + 4, true, in_example);
                        }
                        other => self.value(other, indent + 2, "", in_example),
                    }
                }
            }
            scalar => {
                let written = plain(scalar, false);
                match scalar.as_str() {
                    Some(text) if !self.fits(&written) && can_fold(text) => {
                        self.text.push_str(" >-\n");
                        for line in fold(text, WIDTH - indent - 2) {
                            self.text.push_str(&format!("{pad}{line}\n"));
                        }
                    }
                    _ => self.text.push_str(&format!(" {written}\n")),
                }
            }
        }
    }

    fn one_line(&self, value: &Value, name: &str, in_example: bool) -> bool {
        let Value::Object(properties) = value else { return false };
        let wanted = if in_example { properties.values().all(is_scalar) } else { SMALL.contains(&name) };
        wanted && properties.values().all(is_small) && !properties.contains_key("$ref") && self.fits(&flow(value))
    }

    fn fits(&self, text: &str) -> bool {
        let line = self.text.rsplit('\n').next().unwrap_or_default();
        line.chars().count() + 1 + text.chars().count() <= WIDTH
    }
}

fn is_scalar(value: &Value) -> bool {
    !value.is_object() && !value.is_array()
}

fn plain(value: &Value, in_flow: bool) -> String {
    match value {
        Value::String(text) => scalar_text(text, in_flow),
        other => other.to_string(),
    }
}

/// A string as it is if every YAML parser reads it as a string, otherwise in quotes.
fn scalar_text(text: &str, in_flow: bool) -> String {
    if text.contains(needs_escape) {
        return escaped(text);
    }
    let first = text.chars().next();
    // Numbers, dates and similar. Codes with a letter after the digits are strings everywhere.
    let like_number = first.is_some_and(|c| c.is_ascii_digit() || "+-.".contains(c))
        && text.chars().all(|c| c.is_ascii_digit() || "+-.:_TZeExo ".contains(c));
    let word =
        ["", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n"].contains(&text.to_lowercase().as_str());
    let special = first.is_some_and(|c| "-?:,[]{}#&*!|>'\"%@`".contains(c))
        || text.contains(": ")
        || text.contains(" #")
        || text.ends_with(':')
        || text.trim() != text
        || (in_flow && text.contains([',', '[', ']', '{', '}', ':']));
    if like_number || word || special { format!("'{}'", text.replace('\'', "''")) } else { text.to_owned() }
}

/// Characters that YAML does not allow, or reads as the end of a line, and those that nobody sees.
fn needs_escape(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// A string in double quotes. JSON escapes some of the characters only.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in serde_json::to_string(text).unwrap_or_default().chars() {
        if needs_escape(character) {
            escaped.push_str(&format!("\\u{:04x}", u32::from(character)));
        } else {
            escaped.push(character);
        }
    }
    escaped
}

/// Whether folding keeps a text: it has only single blanks between words, and nothing to escape.
fn can_fold(text: &str) -> bool {
    text.split(' ').all(|word| !word.is_empty() && !word.contains(|c: char| c.is_whitespace() || needs_escape(c)))
}

fn fold(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(|c: char| c.is_whitespace() || needs_escape(c)).filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::sources::yaml::Source;

    #[test]
    fn every_text_is_read_as_it_was_written() {
        let characters =
            ('\0'..='\u{a1}').chain(['\u{2028}', '\u{2029}', '\u{feff}', '\u{fffe}', '\u{ffff}', 'ก', '\u{1f600}']);
        for character in characters {
            for words in [1, 40] {
                let text = format!("{}co{character}de", "word ".repeat(words - 1));
                let properties = json!({"text": text, &*text: [text, {"example": {"inside": text}}], "short": {"items": [text], "$ref": text}});
                let written = block(properties.as_object().unwrap(), 0);
                let source =
                    Source::parse("test.yaml", &written).unwrap_or_else(|findings| panic!("{findings:?}\n{written}"));
                assert_eq!(source.root, properties, "{written}");
            }
        }
    }
}
