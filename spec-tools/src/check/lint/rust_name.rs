//! Checks that the names of the spec are different names in Rust, and none that the generated code already has.
//! [`names`] says how each name is made, for the generator too.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Linter, Usage};
use crate::rust::lower::payload::{self, PayloadKind};
use crate::rust::lower::request;
use crate::rust::names::{self, Reserved};
use crate::sources::yaml::escape;

pub(super) fn check(linter: &mut Linter<'_>) {
    let operations = operations(linter.doc());
    check_product(linter);
    check_methods(linter, &operations);
    let mut bodies = BTreeSet::new();
    for operation in &operations {
        check_arguments(linter, operation);
        check_request(linter, operation);
        bodies.extend(operation.body());
    }
    check_types(linter, &operations);
    let usage = Usage::of(linter.doc());
    let schemas = linter.doc().pointer("/components/schemas").and_then(Value::as_object);
    for (name, schema) in schemas.into_iter().flatten() {
        check_constants(linter, name, schema);
        // The properties of a body are fields of the request, beside the query.
        if !bodies.contains(&name.as_str()) {
            let mut fields = Fields::new(usage.request.contains_key(name));
            add_properties(linter, &mut fields, name, schema);
        }
    }
}

/// An operation, with what the generated code makes of it.
struct Operation<'a> {
    id: &'a str,
    pointer: String,
    raw: &'a Value,
    /// Its parameters with their positions, without references.
    parameters: Vec<(usize, &'a Value)>,
    has_pages: bool,
    has_undocumented_payload: bool,
}

impl<'a> Operation<'a> {
    /// The schema of the body.
    fn schema(&self) -> Option<&'a Value> {
        let content = self.raw.pointer("/requestBody/content").and_then(Value::as_object)?;
        content.iter().next().map(|(_, media)| &media["schema"])
    }

    /// The name of the body's schema.
    fn body(&self) -> Option<&'a str> {
        self.schema()?.get("$ref")?.as_str()?.strip_prefix("#/components/schemas/")
    }

    fn parameters_in(&self, within: &'static str) -> impl Iterator<Item = (usize, &'a Value)> {
        self.parameters.iter().copied().filter(move |(_, parameter)| parameter["in"] == within)
    }

    fn has_request(&self) -> bool {
        self.schema().is_some() || self.parameters_in("query").next().is_some()
    }
}

fn operations(doc: &Value) -> Vec<Operation<'_>> {
    let mut operations = Vec::new();
    for (path, item) in doc.get("paths").and_then(Value::as_object).into_iter().flatten() {
        for (method, raw) in item.as_object().into_iter().flatten() {
            let listed = raw.get("parameters").and_then(Value::as_array).into_iter().flatten();
            let payload = payload::find(doc, raw).ok();
            operations.push(Operation {
                id: text(raw, "operationId"),
                pointer: format!("/paths/{}/{method}", escape(path)),
                raw,
                parameters: listed.map(|parameter| gofive_spec::resolve(doc, parameter)).enumerate().collect(),
                has_pages: raw.get("x-gofive-paging").is_some(),
                has_undocumented_payload: payload.is_some_and(|payload| payload.kind == PayloadKind::Any),
            });
        }
    }
    operations
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A name of the spec, of a kind such as "property".
#[derive(Clone, Copy)]
struct Written<'a> {
    name: &'a str,
    kind: &'static str,
    pointer: &'a str,
    hint: Hint,
}

/// What to do about a collision: with another name of the spec, with a name of the generated code.
#[derive(Clone, Copy)]
struct Hint {
    twin: &'static str,
    generated: &'static str,
}

impl Hint {
    const fn of(hint: &'static str) -> Self {
        Self { twin: hint, generated: hint }
    }
}

const OF_OPERATION: Hint = Hint::of("choose another operationId: methods and types in Rust are named after it");
const OF_PATH: Hint =
    Hint::of("call it otherwise in the path and here: the API does not see the name of a path parameter");
const OF_QUERY: Hint =
    Hint::of("it is a field of the request in Rust; if the API has this name, extend spec-tools/src/rust/names.rs");
const OF_PROPERTY: Hint = Hint {
    twin: "they would be one field in Rust: keep the table's, and mention the other in x-gofive-oddities",
    generated: "remove it and leave the schema open: it is then an unknown property, in `extra`",
};
const OF_SCHEMA: Hint = Hint::of("choose another name");

/// What a name in Rust means.
enum Meaning {
    /// A name of the spec, and its kind.
    Written(String, &'static str),
    /// A name that the generated code has for something else.
    Generated(String),
}

/// The names in Rust that have to differ from one another, because all are, for example, fields of one type.
struct Scope {
    kind: &'static str,
    names: BTreeMap<String, Meaning>,
}

impl Scope {
    fn new(kind: &'static str, reserved: impl IntoIterator<Item = Reserved>) -> Self {
        let named = |Reserved { name, meaning }| (name, Meaning::Generated(meaning));
        Self { kind, names: reserved.into_iter().map(named).collect() }
    }

    /// Adds a name that the generator makes. An earlier meaning stays.
    fn add_generated(&mut self, name: String, meaning: String) {
        self.names.entry(name).or_insert(Meaning::Generated(meaning));
    }

    /// Adds a name of the spec, as it is in Rust. Reports a collision; returns whether there is none.
    fn add(&mut self, linter: &mut Linter<'_>, rust: &str, written: Written<'_>) -> bool {
        let Written { name, kind, pointer, hint } = written;
        let (other, of_other) = match self.names.get(rust) {
            None => {
                self.names.insert(rust.to_owned(), Meaning::Written(name.to_owned(), kind));
                return true;
            }
            Some(Meaning::Generated(meaning)) => {
                let in_rust = if rust == name { String::new() } else { format!(" is `{rust}` in Rust, which") };
                linter.find(rule(kind), pointer, format!("`{name}`{in_rust} is {meaning}"), hint.generated);
                return false;
            }
            Some(Meaning::Written(other, of_other)) => (other, of_other),
        };
        let pair = if kind == *of_other {
            format!("`{other}` and `{name}`")
        } else {
            format!("the {of_other} `{other}` and the {kind} `{name}`")
        };
        let (rule, problem) = if other == name {
            (rule(kind), format!("{pair} have the same name"))
        } else if other.to_lowercase() == name.to_lowercase() {
            ("case-only", format!("{pair} differ only by case"))
        } else {
            (rule(kind), format!("{pair} both make the {} `{rust}`", self.kind))
        };
        linter.find(rule, pointer, problem, hint.twin);
        false
    }
}

/// The rule for names of a kind.
fn rule(kind: &str) -> &'static str {
    match kind {
        "schema" => "schema-name",
        "property" | "list" => "property-name",
        "value" => "enum",
        "path parameter" | "query parameter" => "parameter",
        _ => "operation-id",
    }
}

/// The product's folder names its module and feature.
fn check_product(linter: &mut Linter<'_>) {
    let product = &linter.bundle.product;
    if names::is_keyword(product) {
        let problem = format!("the folder `{product}` is not a valid Rust name");
        linter.find("product", "/info", problem, "rename the folder: it is the name of a module in Rust");
    }
}

/// The methods of the client: operations, their paging methods, and what a client has anyway.
fn check_methods(linter: &mut Linter<'_>, operations: &[Operation<'_>]) {
    let mut methods = Scope::new("method", names::methods());
    for Operation { id, has_undocumented_payload, .. } in operations.iter().filter(|operation| operation.has_pages) {
        methods.add_generated(names::pages(id), format!("the paging method of `{id}`"));
        if *has_undocumented_payload {
            methods.add_generated(names::prepare(id), format!("a private method of `{id}`"));
        }
    }
    // Another rule reports duplicate ids.
    let mut ids = BTreeSet::new();
    for operation in operations.iter().filter(|operation| ids.insert(operation.id)) {
        let pointer = format!("{}/operationId", operation.pointer);
        let written = Written { name: operation.id, kind: "operation", pointer: &pointer, hint: OF_OPERATION };
        methods.add(linter, operation.id, written);
    }
}

/// The arguments of a method: the path parameters, and the request.
fn check_arguments(linter: &mut Linter<'_>, operation: &Operation<'_>) {
    let mut arguments = Scope::new("argument", names::arguments(operation.has_pages));
    for (index, parameter) in operation.parameters_in("path") {
        let pointer = format!("{}/parameters/{index}", operation.pointer);
        let name = text(parameter, "name");
        let written = Written { name, kind: "path parameter", pointer: &pointer, hint: OF_PATH };
        arguments.add(linter, &names::argument(name), written);
    }
}

/// The fields of a type, with the setters and states of its builder if it is a request.
struct Fields {
    fields: Scope,
    builder: Option<(Scope, Scope)>,
}

impl Fields {
    fn new(is_request: bool) -> Self {
        let setters = || Scope::new("setter", names::setters_of_builder());
        let builder = is_request.then(|| (setters(), Scope::new("type of a builder's state", [])));
        Self { fields: Scope::new("field", names::fields()), builder }
    }

    fn add(&mut self, linter: &mut Linter<'_>, written: Written<'_>, is_optional: bool) {
        if !written.name.is_ascii() {
            let problem = format!("`{}` has characters that are not ASCII", written.name);
            linter.find(rule(written.kind), written.pointer, problem, written.hint.generated);
            return;
        }
        let field = names::field(written.name);
        if !self.fields.add(linter, &field, written) {
            return;
        }
        let Some((setters, states)) = &mut self.builder else { return };
        // All of them, but only one finding.
        let is_new = names::setters(&field, is_optional).iter().all(|setter| setters.add(linter, setter, written));
        if is_new {
            states.add(linter, &names::state(&field), written);
        }
    }
}

/// The request of an operation: its body and its query in one type.
fn check_request(linter: &mut Linter<'_>, operation: &Operation<'_>) {
    let mut fields = Fields::new(true);
    let schema = operation.schema().map(|schema| gofive_spec::resolve(linter.doc(), schema));
    let list = schema.filter(|schema| schema["type"] == "array");
    if let Some(list) = list {
        let (name, pointer) = (request::list(operation.id, list), format!("{}/requestBody", operation.pointer));
        let hint = Hint::of("rename the schema of its items: the field of the list is named after it");
        fields.add(linter, Written { name: &name, kind: "list", pointer: &pointer, hint }, false);
        if operation.parameters_in("query").next().is_some() {
            let hint = "if the API has both, extend spec-tools/src/rust/lower/request.rs";
            linter.find("unsupported", &pointer, "a query beside a body that is a list", hint);
        }
    } else if let (Some(schema), Some(name)) = (schema, operation.body()) {
        add_properties(linter, &mut fields, name, schema);
    }
    for (index, parameter) in operation.parameters_in("query") {
        let pointer = format!("{}/parameters/{index}", operation.pointer);
        let name = text(parameter, "name");
        let written = Written { name, kind: "query parameter", pointer: &pointer, hint: OF_QUERY };
        fields.add(linter, written, parameter["required"] != true);
    }
}

fn add_properties(linter: &mut Linter<'_>, fields: &mut Fields, schema_name: &str, schema: &Value) {
    let required: Vec<_> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let pointer = format!("/components/schemas/{}/properties/{}", escape(schema_name), escape(name));
        let is_optional = !required.contains(&name.as_str()) || property.get("x-gofive-unset").is_some();
        fields.add(linter, Written { name, kind: "property", pointer: &pointer, hint: OF_PROPERTY }, is_optional);
    }
}

/// The types of the product: schemas, requests, payloads, builders, and what the generated code imports.
fn check_types(linter: &mut Linter<'_>, operations: &[Operation<'_>]) {
    let mut types = Scope::new("type", names::types(&linter.bundle.product));
    let mut requests: BTreeMap<String, &str> = BTreeMap::new();
    // Another rule reports duplicate ids.
    let mut ids = BTreeSet::new();
    for operation in operations.iter().filter(|operation| ids.insert(operation.id)) {
        let id = operation.id;
        let pointer = format!("{}/operationId", operation.pointer);
        let written = Written { name: id, kind: "operation", pointer: &pointer, hint: OF_OPERATION };
        if operation.has_request() {
            let request = names::request_type(id);
            if let Some(other) = requests.get(&request) {
                let problem = format!("`{other}` and `{id}` both make the type `{request}`");
                linter.find("operation-id", &pointer, problem, OF_OPERATION.twin);
            } else if operation.body() != Some(&request) {
                types.add(linter, &request, written);
            }
            requests.entry(request).or_insert(id);
        }
        if operation.has_undocumented_payload {
            types.add(linter, &names::payload_type(id), written);
        }
    }
    let usage = Usage::of(linter.doc());
    let schemas: Vec<_> = linter.doc().pointer("/components/schemas").and_then(Value::as_object).into_iter().collect();
    let schemas = || schemas.iter().flat_map(|schemas| schemas.iter());
    let of_schemas =
        schemas().filter(|(name, schema)| usage.request.contains_key(*name) && schema.get("properties").is_some());
    let built = of_schemas.map(|(name, _)| name.clone()).chain(requests.keys().cloned());
    for name in built {
        types.add_generated(names::builder(&name), format!("the builder of `{name}`"));
    }
    for (name, _) in schemas() {
        // The components that are scalars have these names.
        if crate::rust::lower::scalar::of_component(name).is_some() {
            continue;
        }
        let pointer = format!("/components/schemas/{}", escape(name));
        types.add(linter, name, Written { name, kind: "schema", pointer: &pointer, hint: OF_SCHEMA });
    }
}

/// The constants of an enumeration.
fn check_constants(linter: &mut Linter<'_>, schema_name: &str, schema: &Value) {
    let mut constants = Scope::new("constant", names::constants());
    for (index, name) in schema["x-enum-varnames"].as_array().into_iter().flatten().enumerate() {
        let name = name.as_str().unwrap_or_default();
        let pointer = format!("/components/schemas/{}/x-enum-varnames/{index}", escape(schema_name));
        constants.add(linter, name, Written { name, kind: "value", pointer: &pointer, hint: OF_SCHEMA });
    }
}
