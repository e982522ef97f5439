//! Reads one YAML file into JSON and remembers the line and column of every node.

use std::collections::HashMap;

use gofive_spec::escape;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span};
use serde_json::{Map, Value};

use crate::finding::{Finding, Location};

/// The limit of nesting, deeper than any spec needs. Stops a hostile file from exhausting the stack.
const MAX_DEPTH: usize = 64;

/// One file of the spec.
#[derive(Debug)]
pub struct Source {
    /// Path relative to the workspace, with forward slashes.
    pub file: String,
    pub root: Value,
    marks: HashMap<String, (usize, usize)>,
}

impl Source {
    /// Parses the bytes of a file, which must be UTF-8.
    pub fn parse_bytes(file: &str, bytes: &[u8]) -> Result<Self, Vec<Finding>> {
        std::str::from_utf8(bytes)
            .map_err(|error| vec![not_utf8(file, &bytes[..error.valid_up_to()])])
            .and_then(|text| Self::parse(file, text))
    }

    /// Parses `text`. Returns every problem of its YAML as a finding.
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<Finding>> {
        let mut reader =
            YamlReader { file, events: Parser::new_from_str(text), marks: HashMap::new(), findings: Vec::new() };
        let root = reader.document();
        let YamlReader { marks, findings, .. } = reader;
        match root {
            Some(root) if findings.is_empty() => Ok(Self { file: file.to_owned(), root, marks }),
            _ => Err(findings),
        }
    }

    /// The location of the node at `pointer`, or of its nearest ancestor.
    pub fn locate(&self, pointer: impl AsRef<str>) -> Location {
        let pointer = pointer.as_ref();
        let mut known = pointer;
        let (line, column) = loop {
            match (self.marks.get(known), known.rfind('/')) {
                (Some(&mark), _) => break mark,
                (None, Some(cut)) => known = &known[..cut],
                (None, None) => break (1, 1),
            }
        };
        Location { file: self.file.clone(), line, column, pointer: pointer.to_owned() }
    }
}

/// The finding for a file that is not UTF-8. `text` is the valid part before the first wrong byte.
fn not_utf8(file: &str, text: &[u8]) -> Finding {
    let text = String::from_utf8_lossy(text);
    let (line, column) =
        (text.matches('\n').count() + 1, text.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1);
    Finding {
        at: Location { file: file.to_owned(), line, column, pointer: String::new() },
        rule: "yaml",
        problem: "not UTF-8".into(),
        hint: "save the file as UTF-8".into(),
    }
}

struct YamlReader<'a> {
    file: &'a str,
    events: Parser<'a, saphyr_parser::StrInput<'a>>,
    marks: HashMap<String, (usize, usize)>,
    findings: Vec<Finding>,
}

impl<'a> YamlReader<'a> {
    fn document(&mut self) -> Option<Value> {
        loop {
            match self.next()? {
                (Event::StreamStart | Event::DocumentStart(_) | Event::Nothing, _) => {}
                (Event::StreamEnd | Event::DocumentEnd, span) => {
                    self.refuse(span.start, "", "the file is empty", "write a mapping, or delete the file");
                    return None;
                }
                (event, span) => {
                    self.mark("", span.start);
                    let root = self.value(event, span, "", 0)?;
                    self.end_of_document()?;
                    return Some(root);
                }
            }
        }
    }

    fn end_of_document(&mut self) -> Option<()> {
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Some(()),
                (Event::DocumentStart(_), span) => {
                    self.refuse(span.start, "", "a second YAML document", "keep one document in each file");
                    return None;
                }
                _ => {}
            }
        }
    }

    fn value(&mut self, event: Event<'a>, span: Span, pointer: &str, depth: usize) -> Option<Value> {
        if depth > MAX_DEPTH {
            self.refuse(span.start, pointer, "nested too deeply", "give inner schemas a name and refer to them");
            return None;
        }
        match event {
            Event::Scalar(text, style, ..) => Some(self.scalar(&text, style, span, pointer)),
            Event::SequenceStart(..) => {
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, _) => return Some(Value::Array(items)),
                        (event, span) => {
                            let pointer = format!("{pointer}/{}", items.len());
                            self.mark(&pointer, span.start);
                            items.push(self.value(event, span, &pointer, depth + 1)?);
                        }
                    }
                }
            }
            Event::MappingStart(..) => {
                let mut object = Map::new();
                loop {
                    match self.next()? {
                        (Event::MappingEnd, _) => return Some(Value::Object(object)),
                        (Event::Scalar(name, ..), span) => {
                            let pointer = format!("{pointer}/{}", escape(&name));
                            if object.contains_key(&*name) {
                                let problem = format!("duplicate property `{name}`");
                                self.refuse(span.start, &pointer, &problem, "keep one of the two");
                            }
                            self.mark(&pointer, span.start);
                            let (event, span) = self.next()?;
                            let value = self.value(event, span, &pointer, depth + 1)?;
                            object.insert(name.into_owned(), value);
                        }
                        (_, span) => {
                            self.refuse(span.start, pointer, "a property name that is not plain text", "quote it");
                            return None;
                        }
                    }
                }
            }
            Event::Alias(_) => {
                self.refuse(span.start, pointer, "a YAML alias", "write a named schema and a `$ref`");
                None
            }
            _ => {
                self.refuse(span.start, pointer, "the YAML ends too early", "complete it");
                None
            }
        }
    }

    /// Reads a scalar by YAML's 1.2 core schema, restricted to what JSON can represent without loss.
    fn scalar(&mut self, text: &str, style: ScalarStyle, span: Span, pointer: &str) -> Value {
        if style != ScalarStyle::Plain {
            return Value::String(text.to_owned());
        }
        match text {
            "" | "~" | "null" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => {
                if let Ok(number) = serde_json::from_str::<serde_json::Number>(text) {
                    Value::Number(number)
                } else {
                    if looks_numeric(text) {
                        let problem = format!("`{text}` is a number for some YAML parsers and text for others");
                        self.refuse(span.start, pointer, &problem, "quote it if it is text");
                    }
                    Value::String(text.to_owned())
                }
            }
        }
    }

    fn next(&mut self) -> Option<(Event<'a>, Span)> {
        match self.events.next() {
            Some(Ok(event)) => Some(event),
            Some(Err(error)) => {
                let problem = format!("not YAML: {}", error.info());
                self.refuse(*error.marker(), "", &problem, "check indentation, colons and quotes near here");
                None
            }
            None => {
                self.refuse(Marker::default(), "", "the YAML ends too early", "complete it");
                None
            }
        }
    }

    fn mark(&mut self, pointer: &str, at: Marker) {
        self.marks.insert(pointer.to_owned(), (at.line().max(1), at.col() + 1));
    }

    fn refuse(&mut self, at: Marker, pointer: &str, problem: &str, hint: &str) {
        self.findings.push(Finding {
            at: Location {
                file: self.file.to_owned(),
                line: at.line().max(1),
                column: at.col() + 1,
                pointer: pointer.to_owned(),
            },
            rule: "yaml",
            problem: problem.to_owned(),
            hint: hint.to_owned(),
        });
    }
}

/// Whether YAML parsers disagree on a scalar: `007`, `0x1F`, `+1`, `.5`. Dates, versions and codes with letters are always
/// text.
fn looks_numeric(text: &str) -> bool {
    let digits = text.trim_start_matches(['+', '-']);
    let signed = digits.len() < text.len();
    let hex_or_octal = digits.starts_with("0x") || digits.starts_with("0o");
    let decimal = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.' || c == '_')
        && digits.matches('.').count() <= 1
        && digits.chars().any(|c| c.is_ascii_digit());
    hex_or_octal || decimal || (signed && digits.starts_with(".inf"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keeps_order_and_positions() {
        let source = Source::parse("a.yaml", "b: 1\na:\n  - x\n  - '007'\n").unwrap();
        assert_eq!(source.root, json!({"b": 1, "a": ["x", "007"]}));
        let at = source.locate("/a/1");
        assert_eq!((at.line, at.column), (4, 5));
        assert_eq!(source.locate("/a/1/missing").line, 4, "falls back to the nearest ancestor");
    }

    #[test]
    fn refuses_what_yaml_parsers_disagree_on() {
        for (text, problem) in [
            ("a: 007", "`007` is a number"),
            ("a: 1\na: 2", "duplicate property `a`"),
            ("a: &x 1\nb: *x", "a YAML alias"),
            ("a: [1", "not YAML"),
            ("", "the file is empty"),
            ("a: 1\n---\nb: 2", "a second YAML document"),
            ("a: @", "not YAML"),
        ] {
            let findings = Source::parse("a.yaml", text).unwrap_err();
            assert!(findings[0].problem.starts_with(problem), "{text:?}: {findings:?}");
            assert!(findings[0].at.line >= 1 && findings[0].at.column >= 1);
        }
    }

    #[test]
    fn reports_where_a_file_is_not_utf8() {
        let findings = Source::parse_bytes("a.yaml", b"a: 1\nb: \xC3\xA4\xFF").unwrap_err();
        assert_eq!((findings[0].problem.as_str(), findings[0].at.line, findings[0].at.column), ("not UTF-8", 2, 5));
    }

    #[test]
    fn survives_hostile_nesting() {
        let findings = Source::parse("a.yaml", &"[".repeat(10_000)).unwrap_err();
        assert!(!findings.is_empty());
    }
}
