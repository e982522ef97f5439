//! Finds the payload inside the envelope of an operation's success body, as its `x-gofive-payload` pointers say.

use serde_json::{Value, json};

/// The payload of an operation.
#[derive(Clone, Debug)]
pub struct Payload {
    /// Each pointer as its member names, from the innermost place outwards: each is the beginning of the one before.
    pub pointers: Vec<Vec<String>>,
    pub schema: Value,
    pub shape: Shape,
}

impl Payload {
    /// Whether it stands among the members of its envelope: it is the body itself, or on one of several levels.
    pub fn is_mixed(&self) -> bool {
        self.pointers.len() > 1 || self.pointers.iter().any(Vec::is_empty)
    }

    /// The name of the payload's schema, or of that of its items, if it is an object with properties.
    pub fn record(&self) -> Option<&str> {
        let schema = if self.shape == Shape::Object { &self.schema } else { self.schema.get("items")? };
        schema.get("$ref")?.as_str()?.strip_prefix("#/components/schemas/")
    }
}

/// What kind of JSON the payload is; decides what stands for a payload that is missing or null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Object,
    Array,
    /// An array on some pages, a single object on others; always an array in Rust.
    OneOrMany,
    /// A text, a number, a truth value.
    Scalar,
    /// Nothing is known: handed on as it comes.
    Any,
}

/// Follows the pointers of `operation` through the schema of its success body.
pub fn find(doc: &Value, operation: &Value) -> Result<Payload, String> {
    let pointers = operation.get("x-gofive-payload").and_then(Value::as_array).filter(|pointers| !pointers.is_empty());
    let pointers = pointers.ok_or("no payload pointer")?;
    let body = success_schema(doc, operation).ok_or("there is no success body to point into")?;
    let mut found = Vec::new();
    let mut parsed = Vec::new();
    for pointer in pointers {
        let pointer = pointer.as_str().ok_or("a payload pointer that is no text")?;
        let steps = parse(pointer)?;
        let mut schemas = follow(doc, body, &steps);
        if schemas.is_empty() {
            return Err(format!("the pointer '{pointer}' leads nowhere"));
        }
        schemas.dedup();
        if parsed.last().is_some_and(|before: &Vec<String>| !before.starts_with(&steps)) {
            return Err(format!("the pointer '{pointer}' is not the beginning of the one before it"));
        }
        found.push((pointer, schemas));
        parsed.push(steps);
    }
    let (first, schemas) = &found[0];
    let [schema] = schemas.as_slice() else {
        return one_or_many(doc, schemas, parsed).ok_or(format!("the pointer '{first}' leads to several shapes"));
    };
    let shape = shape(doc, schema);
    for (pointer, schemas) in &found[1..] {
        if shape != Shape::Any && !schemas.contains(schema) {
            return Err(format!("the pointers '{first}' and '{pointer}' lead to different schemas"));
        }
    }
    if found.len() > 1 && !matches!(shape, Shape::Object | Shape::Any) {
        return Err(format!("the pointer '{first}' leads to no object, and nothing else can be in several places"));
    }
    let schema = match shape {
        Shape::Any => json!({}),
        _ => schema.clone(),
    };
    Ok(Payload { pointers: parsed, schema, shape })
}

/// The schema of the whole body of a success.
pub(crate) fn success_schema<'a>(doc: &'a Value, operation: &'a Value) -> Option<&'a Value> {
    let responses = operation.get("responses")?.as_object()?;
    let (_, response) = responses.iter().find(|(status, _)| status.starts_with('2'))?;
    gofive_spec::resolve(doc, response).pointer("/content/application~1json/schema")
}

fn parse(pointer: &str) -> Result<Vec<String>, String> {
    if pointer.is_empty() {
        return Ok(Vec::new());
    }
    let rest = pointer.strip_prefix('/').ok_or(format!("'{pointer}' is no JSON pointer"))?;
    Ok(rest.split('/').map(|step| step.replace("~1", "/").replace("~0", "~")).collect())
}

/// The schemas that the steps lead to: one, or several through an `anyOf`. An unknown schema leads to itself.
fn follow(doc: &Value, schema: &Value, steps: &[String]) -> Vec<Value> {
    let mut level = shapes(doc, schema);
    for step in steps {
        let mut next = Vec::new();
        for schema in level {
            let resolved = gofive_spec::resolve(doc, &schema);
            let found = match resolved.get("properties").and_then(|properties| properties.get(step)) {
                Some(member) => shapes(doc, member),
                None if resolved.get("type").is_none() => vec![json!({})],
                None => Vec::new(),
            };
            // Each once, lest unions multiply one another.
            next.extend(found.into_iter().filter(|schema| !next.contains(schema)).collect::<Vec<_>>());
        }
        level = next;
    }
    level
}

/// The shapes that a union offers; of anything else, the schema itself.
fn shapes(doc: &Value, schema: &Value) -> Vec<Value> {
    match gofive_spec::resolve(doc, schema).get("anyOf").and_then(Value::as_array) {
        Some(shapes) if !is_scalar_union(shapes) => shapes.clone(),
        _ => vec![schema.clone()],
    }
}

/// A union of scalars, such as an identifier, is one thing and not several shapes.
pub(crate) fn is_scalar_union(shapes: &[Value]) -> bool {
    shapes.iter().all(|shape| !matches!(shape.get("type").and_then(Value::as_str), None | Some("object" | "array")))
}

/// `[array of X, X]` in either order.
fn one_or_many(doc: &Value, schemas: &[Value], pointers: Vec<Vec<String>>) -> Option<Payload> {
    let [first, second] = schemas else { return None };
    let (array, one) = if shape(doc, first) == Shape::Array { (first, second) } else { (second, first) };
    let fits = pointers.len() == 1 && gofive_spec::resolve(doc, array).get("items") == Some(one);
    fits.then(|| Payload { pointers, schema: array.clone(), shape: Shape::OneOrMany })
}

fn shape(doc: &Value, schema: &Value) -> Shape {
    let schema = gofive_spec::resolve(doc, schema);
    match schema.get("type").and_then(Value::as_str) {
        Some("object") if schema.get("properties").is_some() => Shape::Object,
        Some("array") => Shape::Array,
        Some("string" | "number" | "integer" | "boolean") => Shape::Scalar,
        _ => Shape::Any,
    }
}
