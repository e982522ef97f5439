//! Says in words what a violation of a schema is, and what to do about it, by the schema's own descriptions and messages.
//!
//! Its `errorMessage` and `patternErrorMessage` have the form "what is wrong: what to do"; editors show them, too.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::Value;
use similar::get_close_matches;

use crate::source::escape;

/// Longer values are not repeated in a message.
const SHOWN_VALUE: usize = 60;

/// One violation in words; `pointer` leads to the member, also to one that is missing.
pub(super) struct Fault {
    pub(super) pointer: String,
    pub(super) problem: String,
    pub(super) hint: String,
    /// Leads to the member that a misspelt name was probably meant for.
    pub(super) meant: Option<String>,
}

pub(super) fn explain(schema: &Value, violation: &ValidationError<'_>) -> Vec<Fault> {
    let at = violation.instance_path().as_str();
    let passed = Passed::by(schema, violation.evaluation_path().as_str());
    let below = |name: &str| format!("{at}/{}", escape(name));
    let fault = |pointer: String, problem: String, hint: String| Fault { pointer, problem, hint, meant: None };
    match violation.kind() {
        Kind::AdditionalProperties { unexpected } => {
            let unknown = |name: &String| {
                if let Some((problem, hint)) = passed.message("errorMessage", 1) {
                    return fault(below(name), problem, hint);
                }
                let known = passed.members();
                let (hint, meant) = match get_close_matches(name.as_str(), &known, 1, 0.75).first() {
                    Some(meant) => (format!("`{meant}` is probably meant"), Some(below(meant))),
                    None => (format!("known here: {}", known.join(", ")), None),
                };
                Fault { meant, ..fault(below(name), format!("`{name}` does not belong here"), hint) }
            };
            unexpected.iter().map(unknown).collect()
        }
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            let (problem, hint) = passed
                .message("errorMessage", 1)
                .unwrap_or_else(|| (format!("`{name}` is missing"), passed.description_of(name)));
            vec![fault(below(name), problem, hint)]
        }
        Kind::PropertyNames { error } => {
            let name = error.instance().as_str().unwrap_or_default();
            let (problem, hint) = passed.names_message().unwrap_or_else(|| (error.to_string(), passed.description()));
            vec![fault(below(name), format!("`{name}`: {problem}"), hint)]
        }
        kind => {
            let message = match kind {
                Kind::Pattern { .. } => passed.message("patternErrorMessage", 1),
                // `properties: {name: false}`: the schema around says why.
                Kind::FalseSchema => passed.message("errorMessage", 2),
                _ => passed.message("errorMessage", 1),
            };
            let (problem, hint) = message.unwrap_or_else(|| (plain(violation), passed.description()));
            let problem = match violation.instance().as_ref() {
                Value::Object(_) | Value::Array(_) => problem,
                value => match value.to_string() {
                    shown if shown.len() <= SHOWN_VALUE => format!("`{}`: {problem}", shown.trim_matches('"')),
                    _ => problem,
                },
            };
            vec![fault(at.to_owned(), problem, hint)]
        }
    }
}

/// For violations to which the schema says nothing of its own.
fn plain(violation: &ValidationError<'_>) -> String {
    match violation.kind() {
        Kind::Type { kind: TypeKind::Single(wanted) } => {
            let found = type_of(violation.instance());
            format!("{} is needed, and this is {}", in_words(&wanted.to_string()), in_words(found))
        }
        Kind::Enum { options } => format!("not one of {}", list(options.as_array().into_iter().flatten())),
        Kind::Constant { expected_value } => format!("only {expected_value} may stand here"),
        Kind::FalseSchema => "may not stand here".into(),
        Kind::MinItems { limit } => format!("fewer than {limit} in the list"),
        Kind::MinProperties { limit } => format!("fewer than {limit} members"),
        Kind::UniqueItems => "something stands twice in the list".into(),
        _ => violation.to_string(),
    }
}

/// Types by the names that a writer of YAML knows.
fn in_words(json_type: &str) -> &str {
    match json_type {
        "object" => "a mapping",
        "array" => "a list",
        "string" => "text",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        "null" => "nothing",
        other => other,
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Object(_) => "object",
        Value::Array(_) => "array",
        Value::String(_) => "string",
        Value::Number(_) => "number",
        Value::Bool(_) => "boolean",
        Value::Null => "null",
    }
}

fn list<'a>(values: impl Iterator<Item = &'a Value>) -> String {
    let texts = values.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    texts.collect::<Vec<_>>().join(", ")
}

/// The nodes of the schema that lead to the keyword that failed, the last one holding it.
struct Passed<'a> {
    schema: &'a Value,
    nodes: Vec<&'a Value>,
}

impl<'a> Passed<'a> {
    /// Follows the path of an evaluation, through references.
    fn by(schema: &'a Value, path: &str) -> Self {
        let mut passed = Self { schema, nodes: vec![schema] };
        let mut node = schema;
        for step in path.split('/').skip(1) {
            let name = step.replace("~1", "/").replace("~0", "~");
            let next = match node {
                Value::Object(members) => members.get(&name),
                Value::Array(items) => name.parse::<usize>().ok().and_then(|index| items.get(index)),
                _ => None,
            };
            let Some(next) = next else { break };
            node = match next.as_str().filter(|_| name == "$ref") {
                Some(reference) => passed.target(reference),
                None => next,
            };
            passed.nodes.push(node);
        }
        passed
    }

    fn target(&self, reference: &str) -> &'a Value {
        self.schema.pointer(reference.trim_start_matches('#')).unwrap_or(&Value::Null)
    }

    /// The message of the schema around the last `steps` of the way, cut into problem and hint.
    fn message(&self, keyword: &str, steps: usize) -> Option<(String, String)> {
        let around = self.nodes.get(self.nodes.len().checked_sub(steps + 1)?)?;
        cut(around.get(keyword)?.as_str()?)
    }

    fn names_message(&self) -> Option<(String, String)> {
        let names = self.nodes.iter().rev().find_map(|node| node.get("propertyNames"))?;
        cut(names.get("patternErrorMessage")?.as_str()?)
    }

    /// The innermost description on the way.
    fn description(&self) -> String {
        let description = self.nodes.iter().rev().find_map(|node| node.get("description")?.as_str());
        description.unwrap_or("openapi/README.md tells how to write it").to_owned()
    }

    /// The description of the member of that name, from the innermost schema that knows it.
    fn description_of(&self, name: &str) -> String {
        let members = self.nodes.iter().rev().filter_map(|node| node.get("properties")?.get(name));
        let mut described = members.filter_map(|member| {
            let target = member.get("$ref").and_then(Value::as_str).map(|reference| self.target(reference));
            member.get("description").or_else(|| target?.get("description"))?.as_str()
        });
        described.next().map_or_else(|| self.description(), str::to_owned)
    }

    /// The names that the schema knows here.
    fn members(&self) -> Vec<&'a str> {
        let members = self.nodes.iter().rev().find_map(|node| node.get("properties")?.as_object());
        members.into_iter().flatten().map(|(name, _)| name.as_str()).collect()
    }
}

fn cut(message: &str) -> Option<(String, String)> {
    let (problem, hint) = message.split_once(": ")?;
    Some((problem.to_owned(), hint.to_owned()))
}
