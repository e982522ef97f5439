//! Finds the payload in an operation's success body by its `x-gofive-payload` pointers.

use serde_json::{Value, json};

/// The payload of an operation.
#[derive(Clone, Debug)]
pub struct Payload {
    /// The pointers as lists of property names, the innermost first. Each is a prefix of the one before.
    pub pointers: Vec<Vec<String>>,
    pub schema: Value,
    pub kind: PayloadKind,
}

impl Payload {
    /// Whether the payload shares an object with its envelope: it is the body itself, or can be on several levels.
    pub fn is_mixed(&self) -> bool {
        self.pointers.len() > 1 || self.pointers.iter().any(Vec::is_empty)
    }

    /// The name of the payload's schema, or of its items' schema, if that is an object with properties.
    pub fn record(&self) -> Option<&str> {
        let schema = if self.kind == PayloadKind::Object { &self.schema } else { self.schema.get("items")? };
        schema.get("$ref")?.as_str()?.strip_prefix("#/components/schemas/")
    }
}

/// The kind of JSON that a payload is. It decides the value of a missing or null payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayloadKind {
    Object,
    Array,
    /// An array or a single object; always a list in Rust.
    OneOrMany,
    /// A string, a number or a boolean.
    Scalar,
    /// Undocumented: returned as raw JSON.
    Any,
}

/// Follows the pointers of `operation` through the schema of its success body.
pub fn find(doc: &Value, operation: &Value) -> Result<Payload, String> {
    let pointers = operation.get("x-gofive-payload").and_then(Value::as_array).filter(|pointers| !pointers.is_empty());
    let pointers = pointers.ok_or("no payload pointer")?;
    let body = success_schema(doc, operation).ok_or("there is no success body")?;
    let mut found = Vec::new();
    let mut parsed = Vec::new();
    for pointer in pointers {
        let pointer = pointer.as_str().ok_or("a payload pointer that is not a string")?;
        let steps = parse(pointer)?;
        let mut schemas = follow(doc, body, &steps);
        if schemas.is_empty() {
            return Err(format!("the pointer '{pointer}' does not lead to a schema"));
        }
        schemas.dedup();
        if parsed.last().is_some_and(|before: &Vec<String>| !before.starts_with(&steps)) {
            return Err(format!("the pointer '{pointer}' is not a prefix of the one before it"));
        }
        found.push((pointer, schemas));
        parsed.push(steps);
    }
    let (first, schemas) = &found[0];
    let [schema] = schemas.as_slice() else {
        return one_or_many(doc, schemas, parsed).ok_or(format!("the pointer '{first}' leads to several schemas"));
    };
    let kind = kind(doc, schema);
    for (pointer, schemas) in &found[1..] {
        if kind != PayloadKind::Any && !schemas.contains(schema) {
            return Err(format!("the pointers '{first}' and '{pointer}' lead to different schemas"));
        }
    }
    if found.len() > 1 && !matches!(kind, PayloadKind::Object | PayloadKind::Any) {
        return Err(format!(
            "the pointer '{first}' does not lead to an object, and only an object can have several pointers"
        ));
    }
    let schema = match kind {
        PayloadKind::Any => json!({}),
        _ => schema.clone(),
    };
    Ok(Payload { pointers: parsed, schema, kind })
}

/// The schema of the success body.
pub(crate) fn success_schema<'a>(doc: &'a Value, operation: &'a Value) -> Option<&'a Value> {
    let responses = operation.get("responses")?.as_object()?;
    let (_, response) = responses.iter().find(|(status, _)| status.starts_with('2'))?;
    gofive_spec::resolve(doc, response).pointer("/content/application~1json/schema")
}

fn parse(pointer: &str) -> Result<Vec<String>, String> {
    if pointer.is_empty() {
        return Ok(Vec::new());
    }
    let rest = pointer.strip_prefix('/').ok_or(format!("'{pointer}' is not a JSON pointer"))?;
    Ok(rest.split('/').map(|step| step.replace("~1", "/").replace("~0", "~")).collect())
}

/// The schemas that the steps lead to: one, or several through an `anyOf`. An unknown schema leads to itself.
fn follow(doc: &Value, schema: &Value, steps: &[String]) -> Vec<Value> {
    let mut level = alternatives(doc, schema);
    for step in steps {
        let mut next = Vec::new();
        for schema in level {
            let resolved = gofive_spec::resolve(doc, &schema);
            let found = match resolved.get("properties").and_then(|properties| properties.get(step)) {
                Some(property) => alternatives(doc, property),
                None if resolved.get("type").is_none() => vec![json!({})],
                None => Vec::new(),
            };
            // Each schema once, so that unions do not multiply.
            next.extend(found.into_iter().filter(|schema| !next.contains(schema)).collect::<Vec<_>>());
        }
        level = next;
    }
    level
}

/// The alternatives of a union, or the schema itself.
fn alternatives(doc: &Value, schema: &Value) -> Vec<Value> {
    match gofive_spec::resolve(doc, schema).get("anyOf").and_then(Value::as_array) {
        Some(alternatives) if !is_scalar_union(alternatives) => alternatives.clone(),
        _ => vec![schema.clone()],
    }
}

/// Whether a union has only scalars, such as an identifier. It then counts as one schema.
pub(crate) fn is_scalar_union(alternatives: &[Value]) -> bool {
    alternatives.iter().all(|one| !matches!(one.get("type").and_then(Value::as_str), None | Some("object" | "array")))
}

/// The payload for the alternatives `[array of X, X]`, in either order.
fn one_or_many(doc: &Value, schemas: &[Value], pointers: Vec<Vec<String>>) -> Option<Payload> {
    let [first, second] = schemas else { return None };
    let (array, one) = if kind(doc, first) == PayloadKind::Array { (first, second) } else { (second, first) };
    let fits = pointers.len() == 1 && gofive_spec::resolve(doc, array).get("items") == Some(one);
    fits.then(|| Payload { pointers, schema: array.clone(), kind: PayloadKind::OneOrMany })
}

fn kind(doc: &Value, schema: &Value) -> PayloadKind {
    let schema = gofive_spec::resolve(doc, schema);
    match schema.get("type").and_then(Value::as_str) {
        Some("object") if schema.get("properties").is_some() => PayloadKind::Object,
        Some("array") => PayloadKind::Array,
        Some("string" | "number" | "integer" | "boolean") => PayloadKind::Scalar,
        _ => PayloadKind::Any,
    }
}
