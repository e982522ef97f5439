//! Reads a bundled OpenAPI document of Gofive: its operations with their examples, and validators for their schemas.
//!
//! The linter, the sandbox and the tests all read the spec with this crate, so that they agree on its meaning.
//!
//! ```
//! # #[cfg(feature = "bundles")] {
//! let spec = gofive_spec::Spec::parse(gofive_spec::VENIO).expect("the committed bundle is an OpenAPI document");
//! let add_case = spec.operation("add_case").expect("documented");
//! assert_eq!((add_case.method.as_str(), add_case.path.as_str()), ("POST", "/v1/case"));
//! assert!(spec.validate(add_case.request_schema().expect("it has a body"), &serde_json::json!({})).is_err());
//! # }
//! ```

#[cfg(feature = "bundles")]
mod bundles;
mod format;

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::format::DateTimeFormats as _;
pub use crate::format::FORMATS;

#[cfg(feature = "bundles")]
pub use crate::bundles::{BUNDLES, EMPEO, ETAXGO, VENIO};

/// The HTTP methods an OpenAPI path item may have, in lower case.
pub const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// A bundled document.
#[derive(Debug)]
pub struct Spec {
    doc: Value,
    operations: Vec<Operation>,
    validators: HashMap<String, Validator>,
}

/// One operation of a document.
#[derive(Clone, Debug)]
pub struct Operation {
    /// `operationId`.
    pub id: String,
    /// HTTP method, upper case.
    pub method: String,
    /// Path template: `/v1/case/{caseNo}`.
    pub path: String,
    /// JSON pointer of the operation in the document.
    pub pointer: String,
    /// The operation object itself.
    pub raw: Value,
}

/// A parameter of an operation.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// The name on the wire.
    pub name: String,
    /// `path` or `query`.
    pub location: String,
    /// Whether it is required.
    pub required: bool,
    /// JSON pointer of its schema in the document.
    pub schema: String,
    /// The documented value, if there is one.
    pub example: Option<Value>,
}

/// The error for a document that cannot be read.
#[derive(Clone, Debug)]
pub struct SpecError(String);

impl fmt::Display for SpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SpecError {}

/// One violation: a part of a value that does not match its schema.
#[derive(Clone, Debug)]
pub struct Violation {
    /// JSON pointer into the value; empty for the whole value.
    pub path: String,
    /// What is wrong at the pointer.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { "/" } else { &self.path };
        write!(f, "{path}: {}", self.message)
    }
}

impl Spec {
    /// Reads a bundle from its JSON text.
    ///
    /// # Errors
    /// If the text is not JSON, or contains an invalid schema.
    pub fn parse(text: &str) -> Result<Self, SpecError> {
        let doc = serde_json::from_str(text).map_err(|error| SpecError(format!("the bundle is not JSON: {error}")))?;
        Self::from_doc(doc)
    }

    /// Reads a bundle from its parsed JSON.
    ///
    /// # Errors
    /// If it contains an invalid schema.
    pub fn from_doc(doc: Value) -> Result<Self, SpecError> {
        let mut spec = Self { operations: operations(&doc), doc, validators: HashMap::new() };
        let mut schemas = Vec::new();
        for operation in &spec.operations {
            schemas.extend(operation.request_schema());
            schemas.extend(operation.parameters(&spec.doc).into_iter().map(|parameter| parameter.schema));
            schemas.extend(operation.response_schemas(&spec.doc).into_iter().map(|(_, schema)| schema));
        }
        let components = spec.doc.pointer("/components/schemas").and_then(Value::as_object);
        let components = components.into_iter().flatten().map(|(name, schema)| (name.clone(), json_schema(schema)));
        let components: Map<String, Value> = components.collect();
        for pointer in schemas {
            let Some(schema) = spec.doc.pointer(&pointer) else {
                return Err(SpecError(format!("{pointer}: the schema does not exist")));
            };
            let needed = reachable(&spec.doc, schema).into_iter();
            let needed = needed.filter_map(|name| Some((name.clone(), components.get(&name)?.clone())));
            let mut root = json_schema(schema);
            if let Value::Object(root) = &mut root {
                root.insert("components".into(), json!({ "schemas": needed.collect::<Map<_, _>>() }));
            }
            let validator = jsonschema::draft202012::options()
                .should_validate_formats(true)
                .with_date_time_formats()
                .build(&root)
                .map_err(|error| SpecError(format!("{pointer}: {error}")))?;
            spec.validators.insert(pointer, validator);
        }
        Ok(spec)
    }

    /// The whole document.
    pub fn doc(&self) -> &Value {
        &self.doc
    }

    /// All operations, in the order of the document.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The operation with the given `operationId`.
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    /// Checks a value against the schema at `pointer`.
    ///
    /// # Errors
    /// All violations, if there are any.
    pub fn validate(&self, pointer: impl AsRef<str>, value: &Value) -> Result<(), Vec<Violation>> {
        let Some(validator) = self.validators.get(pointer.as_ref()) else {
            let message = format!("the spec has no schema at {}", pointer.as_ref());
            return Err(vec![Violation { path: String::new(), message }]);
        };
        let violations: Vec<_> = validator
            .iter_errors(value)
            .map(|error| Violation { path: error.instance_path().to_string(), message: error.to_string() })
            .collect();
        if violations.is_empty() { Ok(()) } else { Err(violations) }
    }

    /// Follows a `$ref` of the document; returns any other value as it is.
    pub fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        resolve(&self.doc, value)
    }
}

impl Operation {
    /// The extension `x-gofive-<name>` of the operation.
    pub fn extension(&self, name: &str) -> Option<&Value> {
        self.raw.get(format!("x-gofive-{name}"))
    }

    /// The JSON pointers of the payload in the success body, in the order in which they are tried.
    pub fn payload(&self) -> Vec<&str> {
        let pointers = self.extension("payload").and_then(Value::as_array).into_iter().flatten();
        pointers.filter_map(Value::as_str).collect()
    }

    /// Media type of the request body, if there is one.
    pub fn request_media_type(&self) -> Option<&str> {
        let content = self.raw.pointer("/requestBody/content")?.as_object()?;
        content.keys().next().map(String::as_str)
    }

    /// Whether the request body is required.
    pub fn body_required(&self) -> bool {
        self.raw.pointer("/requestBody/required").and_then(Value::as_bool).unwrap_or(false)
    }

    /// JSON pointer, in the document, of the request body's schema.
    pub fn request_schema(&self) -> Option<String> {
        let media_type = self.request_media_type()?;
        let step = media_type.replace('~', "~0").replace('/', "~1");
        Some(format!("{}/requestBody/content/{step}/schema", self.pointer))
    }

    /// The documented request bodies, by name.
    pub fn request_examples(&self) -> Vec<(String, Value)> {
        let content = self.raw.pointer("/requestBody/content").and_then(Value::as_object);
        content.into_iter().flatten().flat_map(|(_, media)| examples(media)).collect()
    }

    /// The documented success bodies, by name.
    pub fn response_examples(&self, doc: &Value) -> Vec<(String, Value)> {
        let contents = self.responses(doc).into_iter().filter(|(status, _)| status.starts_with('2'));
        let media = contents.filter_map(|(_, response)| response.pointer("/content/application~1json").cloned());
        media.flat_map(|media| examples(&media)).collect()
    }

    /// The status code and the JSON pointer of the schema of every documented success with a JSON body.
    pub fn response_schemas(&self, doc: &Value) -> Vec<(String, String)> {
        let mut schemas = Vec::new();
        for (status, response) in self.raw.get("responses").and_then(Value::as_object).into_iter().flatten() {
            let pointer = match response.get("$ref").and_then(Value::as_str) {
                Some(reference) => reference.trim_start_matches('#').to_owned(),
                None => format!("{}/responses/{status}", self.pointer),
            };
            let schema = format!("{pointer}/content/application~1json/schema");
            if status.starts_with('2') && doc.pointer(&schema).is_some() {
                schemas.push((status.clone(), schema));
            }
        }
        schemas
    }

    /// The documented status code of a success; 200 if there is none.
    pub fn success_status(&self) -> u16 {
        let statuses = self.raw.get("responses").and_then(Value::as_object).into_iter().flatten();
        statuses.filter_map(|(status, _)| status.parse().ok()).find(|status| (200..300).contains(status)).unwrap_or(200)
    }

    /// Path and query parameters.
    pub fn parameters(&self, doc: &Value) -> Vec<Parameter> {
        let listed = self.raw.get("parameters").and_then(Value::as_array).into_iter().flatten();
        let parameter = |(index, raw): (usize, &Value)| {
            let raw = resolve(doc, raw);
            let text = |name: &str| raw.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            Parameter {
                name: text("name"),
                location: text("in"),
                required: raw.get("required").and_then(Value::as_bool).unwrap_or(false),
                schema: format!("{}/parameters/{index}/schema", self.pointer),
                example: raw.get("example").cloned(),
            }
        };
        listed.enumerate().map(parameter).collect()
    }

    fn responses<'a>(&'a self, doc: &'a Value) -> Vec<(&'a str, &'a Value)> {
        let responses = self.raw.get("responses").and_then(Value::as_object).into_iter().flatten();
        responses.map(|(status, response)| (status.as_str(), resolve(doc, response))).collect()
    }
}

/// Follows a `$ref` to a component of `doc`; returns any other value as it is.
pub fn resolve<'a>(doc: &'a Value, value: &'a Value) -> &'a Value {
    let reference = value.get("$ref").and_then(Value::as_str);
    reference.and_then(|reference| doc.pointer(reference.strip_prefix('#')?)).unwrap_or(value)
}

/// The names of all component schemas of `doc` that `value` refers to, directly or indirectly.
pub fn reachable<'a>(doc: &'a Value, value: &'a Value) -> BTreeSet<String> {
    let (mut names, mut visited, mut open) = (BTreeSet::new(), BTreeSet::new(), vec![value]);
    while let Some(value) = open.pop() {
        match value {
            Value::Object(object) => {
                if let Some(reference) = object.get("$ref").and_then(Value::as_str) {
                    names.extend(reference.strip_prefix("#/components/schemas/").map(str::to_owned));
                    if visited.insert(reference) {
                        open.extend(reference.strip_prefix('#').and_then(|pointer| doc.pointer(pointer)));
                    }
                }
                open.extend(object.iter().filter(|(name, _)| *name != "examples").map(|(_, value)| value));
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    names
}

fn operations(doc: &Value) -> Vec<Operation> {
    let mut operations = Vec::new();
    for (path, item) in doc.get("paths").and_then(Value::as_object).into_iter().flatten() {
        for (method, raw) in item.as_object().into_iter().flatten() {
            if METHODS.contains(&method.as_str()) {
                operations.push(Operation {
                    id: raw.get("operationId").and_then(Value::as_str).unwrap_or_default().to_owned(),
                    method: method.to_uppercase(),
                    path: path.clone(),
                    pointer: format!("/paths/{}/{method}", path.replace('~', "~0").replace('/', "~1")),
                    raw: raw.clone(),
                });
            }
        }
    }
    operations
}

fn examples(media: &Value) -> Vec<(String, Value)> {
    let named = media.get("examples").and_then(Value::as_object).into_iter().flatten();
    let named = named.filter_map(|(name, example)| Some((name.clone(), example.get("value")?.clone())));
    let single = media.get("example").map(|example| ("example".to_owned(), example.clone()));
    single.into_iter().chain(named).collect()
}

/// Converts OpenAPI 3.0's `nullable` to JSON Schema, and removes documentation.
fn json_schema(schema: &Value) -> Value {
    match schema {
        Value::Object(keywords) => {
            let mut converted: Map<String, Value> = keywords
                .iter()
                .filter(|(name, _)| !matches!(name.as_str(), "example" | "examples") && !name.starts_with("x-"))
                .map(|(name, value)| (name.clone(), json_schema(value)))
                .collect();
            // Convert properties separately: they may be called `nullable` or `example` themselves.
            if let Some(properties) = keywords.get("properties").and_then(Value::as_object) {
                let properties = properties.iter().map(|(name, value)| (name.clone(), json_schema(value)));
                converted.insert("properties".into(), Value::Object(properties.collect()));
            }
            if converted.remove("nullable") == Some(Value::Bool(true)) {
                return json!({ "anyOf": [{ "type": "null" }, converted] });
            }
            Value::Object(converted)
        }
        Value::Array(items) => Value::Array(items.iter().map(json_schema).collect()),
        scalar => scalar.clone(),
    }
}
