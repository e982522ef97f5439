//! Checks that the names of the spec are different names in Rust, and none that the generated code already has.
//! [`names`] says how each name is made, for the generator too.

use std::collections::{BTreeMap, BTreeSet};

use gofive_spec::{Api, Direction, Operation, ParameterLocation, PayloadKind, Pointer, Schema, SchemaKind};

use super::linter::Linter;
use crate::rust::lower::scalar;
use crate::rust::names::{self, Reserved};

pub(super) fn check(linter: &mut Linter<'_>) {
    let api = linter.api();
    check_product(linter);
    check_methods(linter, api);
    for operation in &api.operations {
        check_arguments(linter, operation);
        check_request(linter, api, operation);
    }
    check_types(linter, api);
    let usage = api.usage();
    let bodies: BTreeSet<_> = api.operations.iter().filter_map(body).collect();
    for (name, schema) in &api.schemas {
        check_constants(linter, schema);
        // The properties of a body are fields of the request, beside the query.
        if !bodies.contains(name.as_str()) {
            let mut fields = Fields::new(usage.is_used(name, Direction::Request));
            add_properties(linter, &mut fields, schema);
        }
    }
}

/// The name of the body's schema.
fn body(operation: &Operation) -> Option<&str> {
    operation.request_schema()?.reference()
}

fn has_undocumented_payload(api: &Api, operation: &Operation) -> bool {
    operation.payload(api).is_ok_and(|payload| payload.kind == PayloadKind::Any)
}

/// The operations, each `operationId` once: another rule reports duplicates.
fn distinct(api: &Api) -> impl Iterator<Item = &Operation> {
    let mut ids = BTreeSet::new();
    api.operations.iter().filter(move |operation| ids.insert(operation.id.as_str()))
}

/// A name of the spec, of a kind such as "property".
#[derive(Clone, Copy)]
struct Written<'a> {
    name: &'a str,
    kind: &'static str,
    pointer: &'a Pointer,
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
        linter.find(
            "product",
            Pointer::root().join("info"),
            problem,
            "rename the folder: it is the name of a module in Rust",
        );
    }
}

/// The methods of the client: operations, their paging methods, and what a client has anyway.
fn check_methods(linter: &mut Linter<'_>, api: &Api) {
    let mut methods = Scope::new("method", names::methods());
    for operation in api.operations.iter().filter(|operation| operation.paging.is_some()) {
        let id = &operation.id;
        methods.add_generated(names::pages(id), format!("the paging method of `{id}`"));
        if has_undocumented_payload(api, operation) {
            methods.add_generated(names::prepare(id), format!("a private method of `{id}`"));
        }
    }
    for Operation { id, pointer, .. } in distinct(api) {
        let pointer = pointer.join("operationId");
        methods.add(linter, id, Written { name: id, kind: "operation", pointer: &pointer, hint: OF_OPERATION });
    }
}

/// The arguments of a method: the path parameters, and the request.
fn check_arguments(linter: &mut Linter<'_>, operation: &Operation) {
    let mut arguments = Scope::new("argument", names::arguments(operation.paging.is_some()));
    for parameter in operation.parameters_in(ParameterLocation::Path) {
        let (name, pointer) = (&parameter.name, &parameter.pointer);
        arguments.add(linter, &names::argument(name), Written { name, kind: "path parameter", pointer, hint: OF_PATH });
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
fn check_request(linter: &mut Linter<'_>, api: &Api, operation: &Operation) {
    let mut fields = Fields::new(true);
    let query = || operation.parameters_in(ParameterLocation::Query);
    let schema = operation.request_schema().map(|schema| api.resolve(schema));
    if let Some(list) = schema.filter(|schema| matches!(schema.kind, SchemaKind::Array(_))) {
        let name = names::list(&operation.id, list.items().and_then(|items| items.reference()));
        let pointer = operation.pointer.join("requestBody");
        let hint = Hint::of("rename the schema of its items: the field of the list is named after it");
        fields.add(linter, Written { name: &name, kind: "list", pointer: &pointer, hint }, false);
        if query().next().is_some() {
            let hint = "if the API has both, extend spec-tools/src/rust/lower/request.rs";
            linter.find("unsupported", &pointer, "a query beside a body that is a list", hint);
        }
    } else if let Some(schema) = schema {
        add_properties(linter, &mut fields, schema);
    }
    for parameter in query() {
        let (name, pointer) = (&parameter.name, &parameter.pointer);
        let written = Written { name, kind: "query parameter", pointer, hint: OF_QUERY };
        fields.add(linter, written, !parameter.required);
    }
}

fn add_properties(linter: &mut Linter<'_>, fields: &mut Fields, schema: &Schema) {
    for property in schema.properties() {
        let (name, pointer) = (&property.name, &property.schema.pointer);
        let is_optional = !property.required || property.null_if_unset;
        fields.add(linter, Written { name, kind: "property", pointer, hint: OF_PROPERTY }, is_optional);
    }
}

/// The types of the product: schemas, requests, payloads, builders, and what the generated code imports.
fn check_types(linter: &mut Linter<'_>, api: &Api) {
    let mut types = Scope::new("type", names::types(&linter.bundle.product));
    let mut requests: BTreeMap<String, &str> = BTreeMap::new();
    for operation in distinct(api) {
        let (id, pointer) = (&operation.id, operation.pointer.join("operationId"));
        let written = Written { name: id, kind: "operation", pointer: &pointer, hint: OF_OPERATION };
        if operation.body.is_some() || operation.parameters_in(ParameterLocation::Query).next().is_some() {
            let request = names::request_type(id);
            if let Some(other) = requests.get(&request) {
                let problem = format!("`{other}` and `{id}` both make the type `{request}`");
                linter.find("operation-id", &pointer, problem, OF_OPERATION.twin);
            } else if body(operation) != Some(&request) {
                types.add(linter, &request, written);
            }
            requests.entry(request).or_insert(id);
        }
        if has_undocumented_payload(api, operation) {
            types.add(linter, &names::payload_type(id), written);
        }
    }
    let usage = api.usage();
    let is_object = |schema: &Schema| schema.as_object().is_some_and(|object| object.properties.is_some());
    let of_schemas =
        api.schemas.iter().filter(|(name, schema)| usage.is_used(name, Direction::Request) && is_object(schema));
    for name in of_schemas.map(|(name, _)| name).chain(requests.keys()) {
        types.add_generated(names::builder(name), format!("the builder of `{name}`"));
    }
    // The components that are scalars have these names.
    for (name, schema) in api.schemas.iter().filter(|(name, _)| scalar::of_component(name).is_none()) {
        types.add(linter, name, Written { name, kind: "schema", pointer: &schema.pointer, hint: OF_SCHEMA });
    }
}

/// The constants of an enumeration.
fn check_constants(linter: &mut Linter<'_>, schema: &Schema) {
    let Some(enumeration) = schema.as_enumeration() else { return };
    let mut constants = Scope::new("constant", names::constants());
    for (index, name) in enumeration.names.iter().enumerate() {
        let pointer = schema.pointer.join("x-enum-varnames").item(index);
        constants.add(linter, name, Written { name, kind: "value", pointer: &pointer, hint: OF_SCHEMA });
    }
}
