//! Explains a violation of a schema and how to fix it, with the schema's own descriptions and messages.
//!
//! The schema's `errorMessage` and `patternErrorMessage` are "problem: hint"; editors show them too.

use gofive_spec::Pointer;
use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::Value;
use similar::get_close_matches;

/// The length above which a value is not shown in a message.
const SHOWN_VALUE: usize = 60;

/// The explanation of one violation. `pointer` leads to the property, even if it is missing.
pub(super) struct Explanation {
    pub(super) pointer: Pointer,
    pub(super) problem: String,
    pub(super) hint: String,
    /// The pointer to the property that a misspelt name probably means.
    pub(super) meant: Option<Pointer>,
    /// Whether a text is missing, as nobody has written it yet, and nothing else is wrong.
    pub(super) is_missing_text: bool,
}

/// The texts that a person writes.
const TEXTS: [&str; 3] = ["summary", "description", "x-gofive-source"];
const TEXT_LISTS: [&str; 1] = ["x-enum-descriptions"];

pub(super) fn explain(schema: &Value, violation: &ValidationError<'_>) -> Vec<Explanation> {
    let at: Pointer = violation.instance_path().as_str().parse().unwrap_or_default();
    let path: Pointer = violation.evaluation_path().as_str().parse().unwrap_or_default();
    let on_path = SchemaPath::follow(schema, &path);
    let below = |name: &str| at.join(name);
    let explanation = |pointer: Pointer, problem: String, hint: String| Explanation {
        pointer,
        problem,
        hint,
        meant: None,
        is_missing_text: false,
    };
    match violation.kind() {
        Kind::AdditionalProperties { unexpected } => {
            let unknown = |name: &String| {
                if let Some((problem, hint)) = on_path.message("errorMessage", 1) {
                    return explanation(below(name), problem, hint);
                }
                let known = on_path.properties();
                let (hint, meant) = match get_close_matches(name.as_str(), &known, 1, 0.75).first() {
                    Some(meant) => (format!("`{meant}` is probably meant"), Some(below(meant))),
                    None => (format!("known here: {}", known.join(", ")), None),
                };
                Explanation { meant, ..explanation(below(name), format!("`{name}` is not allowed here"), hint) }
            };
            unexpected.iter().map(unknown).collect()
        }
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            let (problem, hint) = on_path
                .message("errorMessage", 1)
                .unwrap_or_else(|| (format!("`{name}` is missing"), on_path.description_of(name)));
            vec![Explanation { is_missing_text: TEXTS.contains(&name), ..explanation(below(name), problem, hint) }]
        }
        Kind::PropertyNames { error } => {
            let name = error.instance().as_str().unwrap_or_default();
            let (problem, hint) = on_path.names_message().unwrap_or_else(|| (error.to_string(), on_path.description()));
            vec![explanation(below(name), format!("`{name}`: {problem}"), hint)]
        }
        kind => {
            let message = match kind {
                Kind::Pattern { .. } => on_path.message("patternErrorMessage", 1),
                // For `properties: {name: false}`, the schema around it has the message.
                Kind::FalseSchema => on_path.message("errorMessage", 2),
                _ => on_path.message("errorMessage", 1),
            };
            let (problem, hint) = message.unwrap_or_else(|| (plain(violation), on_path.description()));
            let problem = match violation.instance().as_ref() {
                Value::Object(_) | Value::Array(_) => problem,
                value => match value.to_string() {
                    shown if shown.len() <= SHOWN_VALUE => format!("`{}`: {problem}", shown.trim_matches('"')),
                    _ => problem,
                },
            };
            let is_missing_text = is_text(&at) && on_path.is_text() && is_blank(violation.instance());
            vec![Explanation { is_missing_text, ..explanation(at, problem, hint) }]
        }
    }
}

/// Whether a pointer leads to a text that a person writes, unless it is a property of the API of that name.
fn is_text(at: &Pointer) -> bool {
    let Some((around, name)) = at.split_last() else { return false };
    let list = around.split_last().map(|(_, list)| list);
    TEXTS.contains(&&*name) || list.is_some_and(|list| TEXT_LISTS.contains(&&*list))
}

fn is_blank(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
}

/// The message for a violation for which the schema has none.
fn plain(violation: &ValidationError<'_>) -> String {
    match violation.kind() {
        Kind::Type { kind: TypeKind::Single(wanted) } => {
            let found = type_of(violation.instance());
            format!("{} is required, and this is {}", in_words(&wanted.to_string()), in_words(found))
        }
        Kind::Enum { options } => format!("not one of {}", list(options.as_array().into_iter().flatten())),
        Kind::Constant { expected_value } => format!("only {expected_value} is allowed here"),
        Kind::FalseSchema => "not allowed here".into(),
        Kind::MinItems { limit } => format!("fewer than {limit} in the list"),
        Kind::MinProperties { limit } => format!("fewer than {limit} properties"),
        Kind::UniqueItems => "the list has a duplicate".into(),
        _ => violation.to_string(),
    }
}

/// The name of a JSON type in terms of YAML.
fn in_words(json_type: &str) -> &str {
    match json_type {
        "object" => "a mapping",
        "array" => "a list",
        "string" => "text",
        "integer" => "an integer",
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

/// The nodes of the schema on the path to the keyword that failed, outermost first.
struct SchemaPath<'a> {
    schema: &'a Value,
    nodes: Vec<&'a Value>,
}

impl<'a> SchemaPath<'a> {
    /// Follows an evaluation path, through references.
    fn follow(schema: &'a Value, path: &Pointer) -> Self {
        let mut on_path = Self { schema, nodes: vec![schema] };
        let mut node = schema;
        for name in path.steps() {
            let next = match node {
                Value::Object(keywords) => keywords.get(&*name),
                Value::Array(items) => name.parse::<usize>().ok().and_then(|index| items.get(index)),
                _ => None,
            };
            let Some(next) = next else { break };
            node = match next.as_str().filter(|_| name == "$ref") {
                Some(reference) => on_path.target(reference),
                None => next,
            };
            on_path.nodes.push(node);
        }
        on_path
    }

    fn target(&self, reference: &str) -> &'a Value {
        self.schema.pointer(reference.trim_start_matches('#')).unwrap_or(&Value::Null)
    }

    /// Whether the schema's definition of a text is on the path.
    fn is_text(&self) -> bool {
        let text = self.target("#/definitions/text");
        self.nodes.iter().any(|node| std::ptr::eq(*node, text))
    }

    /// The message of the schema `steps` levels above the end of the path, split into problem and hint.
    fn message(&self, keyword: &str, steps: usize) -> Option<(String, String)> {
        let around = self.nodes.get(self.nodes.len().checked_sub(steps + 1)?)?;
        cut(around.get(keyword)?.as_str()?)
    }

    fn names_message(&self) -> Option<(String, String)> {
        let names = self.nodes.iter().rev().find_map(|node| node.get("propertyNames"))?;
        cut(names.get("patternErrorMessage")?.as_str()?)
    }

    /// The innermost description on the path.
    fn description(&self) -> String {
        let description = self.nodes.iter().rev().find_map(|node| node.get("description")?.as_str());
        description.unwrap_or("see openapi/README.md").to_owned()
    }

    /// The description of the property of that name, from the innermost schema that has it.
    fn description_of(&self, name: &str) -> String {
        let properties = self.nodes.iter().rev().filter_map(|node| node.get("properties")?.get(name));
        let mut described = properties.filter_map(|property| {
            let target = property.get("$ref").and_then(Value::as_str).map(|reference| self.target(reference));
            property.get("description").or_else(|| target?.get("description"))?.as_str()
        });
        described.next().map_or_else(|| self.description(), str::to_owned)
    }

    /// The names of the properties that the schema allows here.
    fn properties(&self) -> Vec<&'a str> {
        let properties = self.nodes.iter().rev().find_map(|node| node.get("properties")?.as_object());
        properties.into_iter().flatten().map(|(name, _)| name.as_str()).collect()
    }
}

fn cut(message: &str) -> Option<(String, String)> {
    let (problem, hint) = message.split_once(": ")?;
    Some((problem.to_owned(), hint.to_owned()))
}
