//! Reads one YAML file into JSON and remembers the line and column of every node.

pub mod edit;
mod marks;
mod scalar;
mod text;
pub mod write;

use std::collections::HashMap;

use gofive_spec::escape;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span};
use serde_json::{Map, Value};

use self::marks::Marks;
use crate::finding::{Finding, Location};

/// The limit of nesting, deeper than any spec needs. Stops a hostile file from exhausting the stack.
const MAX_DEPTH: usize = 64;
const TOO_DEEP: (&str, &str) = ("nested too deeply", "give inner schemas a name and refer to them");
/// What the parser says about nesting that is deeper than its own limit.
const PARSER_DEPTH: &str = "recursion limit exceeded";
/// The limit of a JSON pointer's length. Every schema has one in memory: long names around many nodes would fill it.
const MAX_POINTER: usize = 2_000;
/// The limit of nodes that aliases copy.
const MAX_COPIED: usize = 100_000;
/// The number of characters of a problem that are shown.
const MAX_PROBLEM: usize = 200;
/// The number of findings after which a file is not read on.
const MAX_FINDINGS: usize = 100;

/// One file of the spec.
#[derive(Debug)]
pub struct Source {
    /// Path relative to the workspace, with forward slashes.
    pub file: String,
    pub root: Value,
    marks: Marks,
}

impl Source {
    /// Parses the bytes of a file, which must be UTF-8.
    pub fn parse_bytes(file: &str, bytes: &[u8]) -> Result<Self, Vec<Finding>> {
        let text = text::decode(file, bytes).map_err(|finding| vec![*finding])?;
        let mut reader = YamlReader::new(file, text, None);
        let root = reader.document();
        match root {
            Some((root, marks)) if reader.findings.is_empty() => Ok(Self { file: file.to_owned(), root, marks }),
            _ => Err(reader.findings),
        }
    }

    /// Parses `text`. Returns every problem of its YAML as a finding.
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<Finding>> {
        Self::parse_bytes(file, text.as_bytes())
    }

    /// Parses a document of others, with aliases and with scalars that YAML parsers disagree on: each of these is a text, and a
    /// finding. What is not YAML has no source. JSON is YAML, unless it spells a character in a way that only JSON has.
    pub fn parse_foreign(file: &str, text: &str) -> (Option<Self>, Vec<Finding>) {
        let mut reader = YamlReader::new(file, text, Some(Anchors::default()));
        let read = reader.document();
        let is_broken = read.is_none();
        if is_broken
            && text.trim_start().starts_with('{')
            && let Ok(root) = serde_json::from_str(text)
        {
            return (Some(Self { file: file.to_owned(), root, marks: Marks::at(1, 1) }), Vec::new());
        }
        (read.map(|(root, marks)| Self { file: file.to_owned(), root, marks }), reader.findings)
    }

    /// The location of the node at `pointer`, or of its nearest ancestor.
    pub fn locate(&self, pointer: impl AsRef<str>) -> Location {
        let pointer = pointer.as_ref();
        let (line, column) = self.marks.locate(&pointer.parse().unwrap_or_default());
        Location { file: self.file.clone(), line, column, pointer: pointer.to_owned() }
    }
}

struct YamlReader<'a> {
    file: &'a str,
    events: Parser<'a, saphyr_parser::StrInput<'a>>,
    /// The JSON pointer of the node that is being read.
    pointer: String,
    findings: Vec<Finding>,
    /// The nodes with an anchor, if aliases of them are read.
    anchors: Option<Anchors>,
}

/// The nodes with an anchor, and the number of nodes that aliases have copied.
#[derive(Default)]
struct Anchors {
    values: HashMap<usize, (Value, usize)>,
    copied: usize,
}

impl<'a> YamlReader<'a> {
    fn new(file: &'a str, text: &'a str, anchors: Option<Anchors>) -> Self {
        let events = Parser::new_from_str(text);
        Self { file, events, pointer: String::new(), findings: Vec::new(), anchors }
    }

    fn document(&mut self) -> Option<(Value, Marks)> {
        loop {
            match self.next()? {
                (Event::StreamStart | Event::DocumentStart(_) | Event::Nothing, _) => {}
                (Event::StreamEnd | Event::DocumentEnd, span) => {
                    self.refuse(span.start, "the file is empty", "write a mapping, or delete the file");
                    return None;
                }
                (event, span) => {
                    let root = self.value(event, span, 0)?;
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
                    self.refuse(span.start, "a second YAML document", "keep one document in each file");
                    return None;
                }
                _ => {}
            }
        }
    }

    /// Reads a node. The names that lead to it are in `self.pointer`.
    fn value(&mut self, event: Event<'a>, span: Span, depth: usize) -> Option<(Value, Marks)> {
        if depth > MAX_DEPTH {
            self.refuse(span.start, TOO_DEEP.0, TOO_DEEP.1);
            return None;
        }
        if self.pointer.len() > MAX_POINTER {
            self.refuse(span.start, "the names around this node are too long", "write shorter names");
            return None;
        }
        let mut marks = Marks::at(span.start.line().max(1), span.start.col() + 1);
        if let Some((problem, hint)) = properties(&event) {
            if self.anchors.is_none() {
                self.refuse(span.start, &problem, hint);
                return None;
            }
            let anchor = anchor(&event);
            if anchor == 0 {
                self.refuse(span.start, &problem, hint);
            } else if let Some(value) = self.content(event, span, depth, &mut marks) {
                let node = (value.clone(), nodes(&value));
                self.anchors.get_or_insert_default().values.insert(anchor, node);
                return Some((value, marks));
            } else {
                return None;
            }
        }
        self.content(event, span, depth, &mut marks).map(|value| (value, marks))
    }

    fn content(&mut self, event: Event<'a>, span: Span, depth: usize, marks: &mut Marks) -> Option<Value> {
        match event {
            Event::Scalar(text, style, ..) => Some(self.scalar(&text, style, span)),
            Event::SequenceStart(..) => {
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, _) => return Some(Value::Array(items)),
                        (event, span) => {
                            let index = items.len().to_string();
                            let (item, mark) = self.inside(&index, |reader| reader.value(event, span, depth + 1))?;
                            items.push(item);
                            marks.insert(index, mark);
                        }
                    }
                }
            }
            Event::MappingStart(..) => {
                let mut object = Map::new();
                loop {
                    match self.next()? {
                        (Event::MappingEnd, _) => return Some(Value::Object(object)),
                        (event, span) => {
                            let name = self.name(&event, span)?;
                            let (value, mark) = self.inside(&name, |reader| {
                                if object.contains_key(&*name) {
                                    reader.refuse(
                                        span.start,
                                        &format!("duplicate property `{name}`"),
                                        "keep one of the two",
                                    );
                                }
                                let (event, at) = reader.next()?;
                                let (value, mut mark) = reader.value(event, at, depth + 1)?;
                                // A property is where its name is.
                                mark.set(span.start.line().max(1), span.start.col() + 1);
                                Some((value, mark))
                            })?;
                            marks.insert(name.clone(), mark);
                            object.entry(name).or_insert(value);
                        }
                    }
                }
            }
            Event::Alias(anchor) if self.anchors.is_some() => Some(self.alias(anchor, span)),
            Event::Alias(_) => {
                self.refuse(span.start, "a YAML alias", "write a named schema and a `$ref`");
                None
            }
            _ => {
                self.refuse(span.start, "the YAML ends too early", "complete it");
                None
            }
        }
    }

    /// A copy of the node with the anchor.
    fn alias(&mut self, anchor: usize, span: Span) -> Value {
        let anchors = self.anchors.get_or_insert_default();
        match anchors.values.get(&anchor) {
            Some((value, nodes)) if anchors.copied + nodes <= MAX_COPIED => {
                anchors.copied += nodes;
                value.clone()
            }
            Some(_) => {
                self.refuse(span.start, "aliases that multiply", "delete what repeats");
                Value::Null
            }
            None => {
                self.refuse(span.start, "an alias of a node around it", "delete it");
                Value::Null
            }
        }
    }

    /// Reads what is inside the node, under its name or index.
    fn inside<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let outer = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(&escape(name));
        let found = read(self);
        self.pointer.truncate(outer);
        found
    }

    /// The name of a property, which has to be text.
    fn name(&mut self, event: &Event<'a>, span: Span) -> Option<String> {
        let problem = match event {
            Event::Scalar(_, _, anchor, tag) if *anchor > 0 || tag.is_some() => {
                "a property name with a tag or an anchor"
            }
            Event::Scalar(text, ScalarStyle::Plain, ..) if text == "<<" => "`<<`, which merges for some YAML parsers",
            // Statuses are often written without quotes.
            Event::Scalar(text, ScalarStyle::Plain, ..)
                if self.anchors.is_none() && !scalar::plain(text).is_ok_and(|value| value.is_string()) =>
            {
                "a property name that is not text"
            }
            Event::Scalar(name, ..) => return Some(name.clone().into_owned()),
            _ => "a property name that is not plain text",
        };
        self.refuse(span.start, problem, "quote it");
        match event {
            Event::Scalar(name, ..) if self.anchors.is_some() => Some(name.clone().into_owned()),
            _ => None,
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, span: Span) -> Value {
        let value = if style == ScalarStyle::Plain { scalar::plain(text) } else { Ok(text.into()) };
        value.unwrap_or_else(|refusal| {
            self.refuse(span.start, &refusal.problem, refusal.hint);
            if self.anchors.is_some() { text.into() } else { Value::Null }
        })
    }

    fn next(&mut self) -> Option<(Event<'a>, Span)> {
        if self.findings.len() >= MAX_FINDINGS && self.anchors.is_none() {
            return None;
        }
        match self.events.next() {
            Some(Ok(event)) => Some(event),
            Some(Err(error)) => {
                if error.info() == PARSER_DEPTH {
                    self.refuse(*error.marker(), TOO_DEEP.0, TOO_DEEP.1);
                    return None;
                }
                let problem = format!("not YAML: {}", error.info());
                self.refuse(*error.marker(), &problem, "check indentation, colons and quotes near here");
                None
            }
            None => {
                self.refuse(Marker::default(), "the YAML ends too early", "complete it");
                None
            }
        }
    }

    /// The pointer of the node, or of the last one around it that is short enough.
    fn shown_pointer(&self) -> &str {
        let steps = self.pointer.match_indices('/').map(|(at, _)| at).chain([self.pointer.len()]);
        &self.pointer[..steps.take_while(|end| *end <= MAX_POINTER).last().unwrap_or(0)]
    }

    fn refuse(&mut self, at: Marker, problem: &str, hint: &str) {
        if self.findings.len() >= MAX_FINDINGS {
            return;
        }
        self.findings.push(Finding {
            at: Location {
                file: self.file.to_owned(),
                line: at.line().max(1),
                column: at.col() + 1,
                pointer: self.shown_pointer().to_owned(),
            },
            rule: "yaml",
            problem: shortened(problem),
            hint: hint.to_owned(),
        });
    }
}

fn anchor(event: &Event<'_>) -> usize {
    match event {
        Event::Scalar(_, _, anchor, _) | Event::SequenceStart(anchor, _) | Event::MappingStart(anchor, _) => *anchor,
        _ => 0,
    }
}

fn nodes(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(nodes).sum(),
        Value::Object(properties) => properties.values().map(nodes).sum(),
        _ => 0usize,
    }
}

/// The problem of a tag or an anchor, and what to do about it.
fn properties(event: &Event<'_>) -> Option<(String, &'static str)> {
    let (anchor, tag) = match event {
        Event::Scalar(_, _, anchor, tag) | Event::SequenceStart(anchor, tag) | Event::MappingStart(anchor, tag) => {
            (*anchor, tag)
        }
        _ => return None,
    };
    match tag {
        Some(tag) => {
            let handle = if tag.is_yaml_core_schema() { "!!" } else { &tag.handle };
            Some((format!("the tag `{handle}{}`", tag.suffix), "delete it, and quote a scalar that is text"))
        }
        None if anchor > 0 => Some(("a YAML anchor".into(), "delete it: aliases are refused, a `$ref` replaces them")),
        None => None,
    }
}

/// A problem that quotes a long scalar, without most of it.
fn shortened(problem: &str) -> String {
    match problem.char_indices().nth(MAX_PROBLEM) {
        Some((end, _)) => format!("{}…", &problem[..end]),
        None => problem.to_owned(),
    }
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
            ("a: [True, 1]", "`True` is a boolean"),
            ("a: !!str 123", "the tag `!!str`"),
            ("a: !!binary aGk=", "the tag `!!binary`"),
            ("a: !own 123", "the tag `!own`"),
            ("a: ! 123", "the tag `!`"),
            ("a: !!map {b: 1}", "the tag `!!map`"),
            ("!!seq [b]", "the tag `!!seq`"),
            ("!!str a: 1", "a property name with a tag"),
            ("&x a: 1", "a property name with a tag or an anchor"),
            ("200: a", "a property name that is not text"),
            ("True: a", "a property name that is not text"),
            ("~: a", "a property name that is not text"),
            (": a", "a property name that is not text"),
            ("<<: {a: 1}", "`<<`, which merges"),
            ("? [a]\n: b", "a property name that is not plain text"),
            ("a: 1\na: 2", "duplicate property `a`"),
            ("a: 1\n'a': 2", "duplicate property `a`"),
            ("a: &x 1\nb: *x", "a YAML anchor"),
            ("a: *x", "not YAML"),
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
    fn a_quoted_scalar_is_text() {
        let source = Source::parse("a.yaml", "'200': 'True'\n\"~\": \"007\"\n'<<': |\n  .nan\n").unwrap();
        assert_eq!(source.root, json!({"200": "True", "~": "007", "<<": ".nan\n"}));
    }

    /// Each of these has about 134 kB. What it costs is a few times its size.
    #[test]
    fn a_hostile_file_costs_no_more_than_its_size() {
        const SIZE: usize = 134_000;
        let deep = |open: &str| open.repeat(SIZE / open.len());
        let names = (0..60).map(|level| format!("{}{}:\n", " ".repeat(level), "k".repeat(1_000)));
        let long_names = names.collect::<Vec<_>>().concat();
        let levels = (1..6_000).map(|level| format!("a{level}: &a{level} [*a{0}, *a{0}]\n", level - 1));
        let bomb = levels.collect::<Vec<_>>().concat();
        for (name, text, problem) in [
            ("sequences", deep("["), "nested too deeply"),
            ("mappings", deep("{a: "), "nested too deeply"),
            ("mixed", deep("[{a: "), "nested too deeply"),
            ("block sequences", deep("- "), "nested too deeply"),
            ("complex names", deep("? "), "a property name that is not plain text"),
            (
                "long names around many nodes",
                format!("{long_names}{}[{}]", " ".repeat(60), deep("1,")),
                "the names around this",
            ),
            ("one long name", format!("? {}\n: 1", deep("k")), "the names around this"),
            ("one long number", deep("9"), "`999"),
            ("aliases that multiply", format!("a0: &a0 [x]\n{bomb}"), "a YAML anchor"),
            ("many problems", deep("- 007\n"), "`007` is a number"),
        ] {
            let findings = Source::parse("a.yaml", &text).unwrap_err();
            let lengths: usize = findings.iter().map(|finding| finding.problem.len() + finding.at.pointer.len()).sum();
            assert!(findings[0].problem.starts_with(problem), "{name}: {:?}", findings[0]);
            assert!(findings.len() <= MAX_FINDINGS && lengths < SIZE, "{name}: {} findings", findings.len());
        }
        // A long text is harmless.
        assert_eq!(Source::parse("a.yaml", &format!("a: {}", deep("x"))).unwrap().root["a"], deep("x"));
    }
}
