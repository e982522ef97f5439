//! Reads the documents: their operations, parameters and schemas. Nothing is refused, because the base may have any layout.

use std::collections::BTreeSet;

use gofive_spec::{Direction, Method, Pointer};
use serde_json::{Map, Value};

use super::fact::Route;
use super::references::{reachable, resolve, target};
use super::snapshot::Product;
use super::value_type::ValueType;
pub(super) use crate::node::Node;

/// An operation or a webhook of a document.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operation<'a> {
    pub id: &'a str,
    pub path: &'a str,
    pub method: &'a str,
    pub webhook: bool,
    pub raw: &'a Value,
    doc: &'a Value,
}

/// One parameter of an operation.
#[derive(Clone, Debug)]
pub(super) struct Parameter<'a> {
    pub name: &'a str,
    /// `path`, `query`, …
    pub location: &'a str,
    pub node: Node<'a>,
}

/// A value of an enumeration with its name and its meaning.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Constant<'a> {
    pub name: String,
    pub value: &'a Value,
    pub meaning: Option<&'a Value>,
}

/// The keys of operations beside a path.
pub(super) const METHODS: [&str; 5] =
    [Method::Get.key(), Method::Put.key(), Method::Post.key(), Method::Delete.key(), Method::Patch.key()];
/// The extension of an operation that is not reviewed.
pub(super) const REVIEWED: &str = "x-gofive-reviewed";
/// The keywords of an enumeration.
pub(super) const ENUMERATION: [&str; 3] = ["enum", "x-enum-varnames", "x-enum-descriptions"];
/// The keywords that combine schemas.
pub(super) const COMBINED: [&str; 3] = ["allOf", "anyOf", "oneOf"];

/// The operations, then the webhooks.
pub(super) fn operations(product: &Product) -> Vec<Operation<'_>> {
    let mut found = Vec::new();
    for (section, webhook) in [("paths", false), ("x-webhooks", true)] {
        for (path, item) in entries(product.doc.get(section)) {
            for (method, raw) in entries(Some(item)) {
                if METHODS.contains(&method.as_str()) {
                    let id = raw.get("operationId").and_then(Value::as_str).unwrap_or(path);
                    found.push(Operation { id, path, method, webhook, raw, doc: &product.doc });
                }
            }
        }
    }
    found
}

/// The named schemas of a product.
pub(super) fn schemas(product: Option<&Product>) -> impl Iterator<Item = (&String, &Value)> {
    entries(product.and_then(|product| product.doc.pointer("/components/schemas")))
}

/// The properties of a schema, if it has a list of them.
pub(super) fn properties(schema: &Value) -> Option<&Map<String, Value>> {
    schema.get("properties").and_then(Value::as_object)
}

/// The format of a string: that of this project, or else that of OpenAPI.
pub(super) fn format(schema: &Value) -> Option<&str> {
    schema.get("x-gofive-format").or_else(|| schema.get("format")).and_then(Value::as_str)
}

pub(super) fn description(schema: &Value) -> &str {
    schema.get("description").and_then(Value::as_str).unwrap_or_default()
}

/// The named schema.
pub(super) fn schema<'a>(product: &'a Product, name: &str) -> Option<Node<'a>> {
    let value = schemas(Some(product)).find(|(other, _)| *other == name)?.1;
    Some(Node { value, pointer: Pointer::to_schema(name) })
}

/// The names of what differs in two objects, apart from `known` ones.
pub(super) fn differing<'a>(old: &'a Value, new: &'a Value, known: &[&str]) -> BTreeSet<&'a str> {
    let names = entries(Some(old)).chain(entries(Some(new))).map(|(name, _)| name.as_str());
    names.filter(|name| !known.contains(name) && old.get(*name) != new.get(*name)).collect()
}

/// The properties of an object; none of any other value.
pub(super) fn entries(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

impl<'a> Parameter<'a> {
    /// The name that it has now, by the old and new names of the path parameters that were renamed.
    pub(super) fn new_name(&self, renamed: &[(&'a str, &'a str)]) -> &'a str {
        let of = |(old, _): &&(&str, &str)| self.location == "path" && *old == self.name;
        renamed.iter().find(of).map_or(self.name, |(_, new)| new)
    }
}

impl<'a> Operation<'a> {
    /// The JSON pointer of the operation in the document.
    pub(super) fn pointer(&self) -> Pointer {
        let section = if self.webhook { "x-webhooks" } else { "paths" };
        Pointer::from_steps([section, self.path, self.method])
    }

    pub(super) fn route(&self) -> Route {
        Route { method: self.method.to_uppercase(), path: self.path.to_owned(), webhook: self.webhook }
    }

    pub(super) fn parameters(&self) -> Vec<Parameter<'a>> {
        let listed = self.raw.get("parameters").and_then(Value::as_array).into_iter().flatten();
        let parameter = |(index, raw): (usize, &'a Value)| {
            let node = self.resolved(raw, &["parameters", &index.to_string()]);
            let text = |name: &str| node.value.get(name).and_then(Value::as_str).unwrap_or_default();
            Parameter { name: text("name"), location: text("in"), node }
        };
        listed.enumerate().map(parameter).collect()
    }

    pub(super) fn body(&self) -> Option<Node<'a>> {
        Some(self.resolved(self.raw.get("requestBody")?, &["requestBody"]))
    }

    /// The body that a program sends.
    pub(super) fn sent(&self) -> Option<Node<'a>> {
        if self.webhook { None } else { self.body() }
    }

    /// What a program receives: the success of an operation, or the body of a webhook.
    pub(super) fn received(&self) -> Option<Node<'a>> {
        if self.webhook { self.body() } else { self.success().map(|(_, response)| response) }
    }

    /// The status code and the response of the documented success.
    pub(super) fn success(&self) -> Option<(&'a str, Node<'a>)> {
        let (status, response) = entries(self.raw.get("responses")).find(|(status, _)| status.starts_with('2'))?;
        Some((status, self.resolved(response, &["responses", status])))
    }

    /// The other responses, of failures or of further successes.
    pub(super) fn other_responses(&self, successes: bool) -> Value {
        let first = self.success().map(|(status, _)| status);
        let others = entries(self.raw.get("responses")).filter(|(status, _)| Some(status.as_str()) != first);
        let others = others.filter(|(status, _)| status.starts_with('2') == successes);
        Value::Object(others.map(|(status, response)| (status.clone(), response.clone())).collect())
    }

    /// The named schemas that the operation uses, directly or indirectly, and whether they are sent or received.
    pub(super) fn schemas(&self) -> Vec<(Direction, String)> {
        // The program receives the body of a webhook.
        let body = if self.webhook { Direction::Response } else { Direction::Request };
        let parts = [("requestBody", body), ("parameters", body), ("responses", Direction::Response)];
        let named = parts.into_iter().flat_map(|(part, direction)| {
            let names = self.raw.get(part).map(|part| reachable(self.doc, part)).unwrap_or_default();
            names.into_iter().map(move |name| (direction, name))
        });
        named.collect()
    }

    pub(super) fn is_reviewed(&self) -> bool {
        self.raw.get(REVIEWED) != Some(&Value::Bool(false))
    }

    pub(super) fn requires_token(&self) -> bool {
        self.raw.get("security").is_none()
    }

    pub(super) fn payload(&self) -> Vec<Value> {
        self.raw.get("x-gofive-payload").and_then(Value::as_array).cloned().unwrap_or_default()
    }

    fn resolved(&self, value: &'a Value, within: &[&str]) -> Node<'a> {
        match target(value) {
            Some(target) => Node { value: resolve(self.doc, value), pointer: target },
            None => Node { value, pointer: self.pointer().append(&Pointer::from_steps(within)) },
        }
    }
}

impl<'a> Node<'a> {
    /// The first media type of a body or response, and what is known about it.
    pub(super) fn media(&self) -> Option<(&'a str, Self)> {
        self.below("content").entries().into_iter().next()
    }

    /// The media types beyond the first.
    pub(super) fn further_media(&self) -> Vec<(&'a String, &'a Value)> {
        entries(self.value.get("content")).skip(1).collect()
    }

    /// The schema of a parameter or a media type.
    pub(super) fn schema(&self) -> Self {
        self.below("schema")
    }

    /// Whether a parameter or a body is required.
    pub(super) fn is_required(&self) -> bool {
        self.value.get("required") == Some(&Value::Bool(true))
    }

    pub(super) fn is_nullable(&self) -> bool {
        self.value.get("nullable") == Some(&Value::Bool(true))
    }

    /// The names of the required properties.
    pub(super) fn required(&self) -> BTreeSet<&'a str> {
        self.value.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
    }

    pub(super) fn properties(&self) -> Vec<(&'a str, Self)> {
        self.below("properties").entries()
    }

    /// The values of an enumeration. A value without a name has itself as its name.
    pub(super) fn constants(&self) -> Vec<Constant<'a>> {
        let list = |name: &str| self.value.get(name).and_then(Value::as_array).map_or([].as_slice(), Vec::as_slice);
        let [values, names, meanings] = ENUMERATION.map(list);
        let name = |index: usize| names.get(index).and_then(Value::as_str).map(str::to_owned);
        let constants = values.iter().enumerate().map(|(index, value)| Constant {
            name: name(index).unwrap_or_else(|| value.to_string()),
            value,
            meaning: meanings.get(index),
        });
        constants.collect()
    }

    /// The schemas of which the shape consists: of the items, or those that are combined.
    pub(super) fn parts(&self) -> Vec<Self> {
        match COMBINED.into_iter().find_map(|name| self.step(name).filter(|parts| parts.value.is_array())) {
            Some(parts) => parts.items(),
            None => self.step("items").into_iter().collect(),
        }
    }

    pub(super) fn additional_properties(&self) -> Self {
        self.below("additionalProperties")
    }

    /// A reference with the schema that it refers to, and the keywords beside it.
    pub(super) fn merged(&self, doc: &Value) -> Value {
        let reference = self.parts().into_iter().next().map_or(self.value, |part| part.value);
        let mut keywords = resolve(doc, reference).as_object().cloned().unwrap_or_default();
        for (name, value) in entries(Some(self.value)) {
            if name != "$ref" && !COMBINED.contains(&name.as_str()) {
                keywords.insert(name.clone(), value.clone());
            }
        }
        Value::Object(keywords)
    }

    pub(super) fn shape(&self) -> ValueType {
        shape(self.value)
    }
}

fn shape(schema: &Value) -> ValueType {
    let text = |name: &str| schema.get(name).and_then(Value::as_str);
    if let Some(reference) = text("$ref") {
        return ValueType::Named(reference.rsplit('/').next().unwrap_or(reference).to_owned());
    }
    let parts = |name: &str| Some(schema.get(name)?.as_array()?.iter().map(shape).collect::<Vec<_>>());
    if let Some(all) = parts("allOf") {
        return combined(all, ValueType::All);
    }
    if let Some(any) = parts("anyOf").or_else(|| parts("oneOf")) {
        return combined(any, ValueType::Any);
    }
    match text("type") {
        Some("array") => ValueType::List(Box::new(schema.get("items").map_or(ValueType::Anything, shape))),
        Some(kind) => {
            // Whole numbers have 64 bits anyway.
            let format = format(schema).filter(|format| (kind, *format) != ("integer", "int64"));
            ValueType::Plain(kind.to_owned(), format.map(str::to_owned))
        }
        None => ValueType::Anything,
    }
}

/// A single schema in a combination is that schema.
fn combined(mut shapes: Vec<ValueType>, all: impl Fn(Vec<ValueType>) -> ValueType) -> ValueType {
    if shapes.len() == 1 { shapes.remove(0) } else { all(shapes) }
}

/// A schema without its documentation.
pub(super) fn without_docs(schema: &Value) -> Value {
    match schema {
        Value::Object(keywords) => {
            let rest = keywords.iter().filter(|(name, value)| !is_documentation(name, value));
            Value::Object(rest.map(|(name, value)| (name.clone(), without_docs(value))).collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.iter().map(without_docs).collect()),
        scalar => scalar.clone(),
    }
}

pub(super) fn is_documentation(name: &str, value: &Value) -> bool {
    // A property called `description` is not documentation.
    matches!(name, "x-gofive-property-evidence" | "x-gofive-value-evidence")
        || matches!(name, "description" | "example" | "title") && !value.is_object()
}
