//! The success body: its envelope, the pointers of the payload, and a union where table and example nest it differently.

use heck::ToPascalCase;
use serde_json::{Map, Value, json};

use super::comparison::Comparison;
use super::name;
use super::page::{Content, Field, Type};
use super::values::fits;
use super::words::{join, list, named};

/// The properties in which an inner envelope has the payload.
const INNER: [&str; 2] = ["data", "value"];

/// The beginnings of the usual lines about `status.code`, which common.yaml's `Status` already documents.
const STATUS_WORDS: [&str; 5] =
    ["สถานะของ Business Code", "Success = 1000", "Error 1 ตัว = 4001", "Error มากกว่า 1 ตัว = 4002", "หรือเป็น Subcode"];

/// The success body of an operation.
#[derive(Debug)]
pub struct SuccessBody {
    pub body: Field,
    /// The example, with the names of the table.
    pub example: Option<Value>,
    /// `x-gofive-payload`.
    pub pointers: Vec<String>,
    /// The example in the nesting of the table, if the example nests differently.
    pub as_in_table: Option<Value>,
}

/// Reads the success body of an operation.
pub fn read(id: &str, content: &Content, comparison: &mut Comparison) -> SuccessBody {
    let example = comparison.example(content);
    let rows = &content.root.fields;
    let samples: Vec<_> = example.iter().collect();
    // A list or a scalar has no envelope: the payload is the whole body.
    if !matches!(content.root.kind, Type::Object | Type::Any) || samples.iter().any(|example| !example.is_object()) {
        let mut body = match (&content.root.kind, rows.as_slice()) {
            (Type::Any | Type::Object, []) => comparison.of_values(&samples),
            _ => comparison.field(&content.root, &samples, "the body"),
        };
        name_payload(id, &mut body);
        return SuccessBody { body, example, pointers: vec![String::new()], as_in_table: None };
    }
    let inner = example.as_ref().and_then(|example| Some((example, deeper(rows, example)?)));
    let as_in_table = inner.and_then(|(example, (data, key))| as_in_table(rows, data, example, key));
    let mut body = match inner {
        Some((example, (data, key))) => {
            let position = rows.iter().position(|row| row.name == data.name).unwrap_or_default();
            let data = either(data, example, key, comparison);
            let (mut others, mut beside) = (rows.clone(), example.clone());
            others.remove(position);
            beside.as_object_mut().and_then(|beside| beside.shift_remove(&data.name));
            let mut body = comparison.object(&others, content.root.open, &[&beside], "");
            body.fields.insert(position, data);
            body
        }
        None => comparison.object(rows, content.root.open || rows.is_empty(), &samples, ""),
    };
    for field in body.fields.iter_mut().filter(|field| field.name == "status" && is_status(field, body.open)) {
        comparison.checks.extend(unusual(field));
        field.kind = Type::Status;
    }
    let pointers = pointers(id, &mut body);
    SuccessBody { body, example, pointers, as_in_table }
}

/// The table's `data`, and the key inside the example's `data` that has all of the table's properties.
fn deeper<'a>(nodes: &'a [Field], example: &Value) -> Option<(&'a Field, &'static str)> {
    let data = nodes.iter().find(|node| node.name == "data" && !node.fields.is_empty())?;
    let sample = example.get("data")?;
    let has = |value: &Value, node: &Field| value.get(&node.name).is_some();
    let key = INNER.into_iter().find(|key| {
        let inner = sample.get(key);
        inner.is_some_and(|inner| data.fields.iter().all(|node| has(inner, node) && !has(sample, node)))
    })?;
    Some((data, key))
}

/// A union of both nestings: the payload as in the table, and the same inside an inner envelope.
fn either(data: &Field, example: &Value, key: &str, comparison: &mut Comparison) -> Field {
    let inner = &example["data"][key];
    let mut beside = example["data"].as_object().cloned().unwrap_or_default();
    beside.shift_remove(key);
    comparison.oddities.push(nesting(data, inner, key, &beside));
    let noted = comparison.oddities.len();
    let payload = comparison.object(&data.fields, data.open, &[inner], &format!("data.{key}"));
    // If there is one property, the sentence above already says how its types differ.
    if data.fields.len() == 1 {
        comparison.oddities.truncate(noted);
    }
    let inside = Field { name: key.to_owned(), required: Some(true), only_in_example: true, ..payload.clone() };
    let mut fields = vec![inside];
    fields.extend(comparison.unlisted(&[], &[&Value::Object(beside)]));
    let envelope = Field { fields, ..Field::new(0, "", Type::Object) };
    let (required, words) = (data.required, data.words.clone());
    Field { required, words, fields: vec![envelope, payload], ..Field::new(0, &data.name, Type::Either) }
}

/// The oddity for a table and an example that nest the payload differently.
fn nesting(data: &Field, inner: &Value, key: &str, beside: &Map<String, Value>) -> String {
    let names = |at: &str| list(&data.fields.iter().map(|node| join(at, &node.name)).collect::<Vec<_>>());
    let (table, example) = match data.fields.as_slice() {
        [one] if !fits(&one.kind, &inner[&one.name]) => {
            (format!(" as {}", one.kind.words()), format!(", as {}", named(&inner[&one.name])))
        }
        _ => Default::default(),
    };
    let beside = list(&beside.keys().map(|name| join("data", name)).collect::<Vec<_>>());
    let beside = if beside.is_empty() { beside } else { format!(", beside {beside}, which the table does not list") };
    format!(
        "The page's table has {}{table}; its example nests one level deeper, {}{example}{beside}. Both are read.",
        names("data"),
        names(&join("data", key)),
    )
}

/// The example in the table's nesting and types; `None` if a value would have to be invented.
fn as_in_table(nodes: &[Field], data: &Field, example: &Value, key: &str) -> Option<Value> {
    let inner = &example["data"][key];
    let payload = data.fields.iter().map(|node| Some((node.name.clone(), retyped(node, &inner[&node.name])?)));
    let payload: Map<_, _> = payload.collect::<Option<_>>()?;
    let property = |node: &Field| {
        let value = if node.name == "data" { Value::Object(payload.clone()) } else { example.get(&node.name)?.clone() };
        Some((node.name.clone(), value))
    };
    nodes.iter().map(property).collect::<Option<Map<_, _>>>().map(Value::Object)
}

fn retyped(node: &Field, value: &Value) -> Option<Value> {
    match (&node.kind, value) {
        (kind, value) if fits(kind, value) => Some(value.clone()),
        (Type::Text, Value::Number(number)) => Some(json!(number.to_string())),
        (Type::Integer, Value::String(text)) => text.parse::<i64>().ok().map(Value::from),
        _ => None,
    }
}

/// Whether an object is common.yaml's status, or, if the table is cut, its beginning.
fn is_status(field: &Field, cut: bool) -> bool {
    let is_text = |field: &Field| field.kind == Type::Id || (field.kind == Type::Text && field.format.is_none());
    let text = |name: &str| field.fields.iter().any(|field| field.name == name && is_text(field));
    let is_whole = text("description") && field.fields.len() == 2;
    field.kind == Type::Object && text("code") && (is_whole || cut && field.fields.len() == 1)
}

/// The page's words about the status that other pages do not have.
fn unusual(status: &Field) -> Vec<String> {
    let words = status.fields.iter().flat_map(|field| field.words.iter().map(move |words| (&field.name, words)));
    let unusual = words.filter(|(_, words)| !STATUS_WORDS.iter().any(|usual| words.starts_with(usual)));
    unusual.map(|(name, words)| format!("status.{name}: common.yaml's Status lacks “{words}”")).collect()
}

/// The pointers of the payload. Also names the envelope and the payload.
fn pointers(id: &str, body: &mut Field) -> Vec<String> {
    let operation = id.to_pascal_case();
    body.schema_name = Some(format!("{operation}Envelope"));
    let only_status = body.fields.iter().all(|field| field.kind == Type::Status);
    let Some(data) = body.fields.iter_mut().find(|field| field.name == "data") else {
        if only_status {
            return vec!["/data".into(), String::new()];
        }
        // Without an envelope, the payload is the whole body.
        name_payload(id, body);
        return vec![String::new()];
    };
    let is_inner = |field: &Field| INNER.contains(&field.name.as_str());
    let is_code = |field: &Field| field.name.to_lowercase().ends_with("statuscode");
    let is_union = data.kind == Type::Either;
    let is_envelope = |field: &Field| is_union || field.fields.iter().all(|field| is_inner(field) || is_code(field));
    let mut pointers = Vec::new();
    // A payload may be in an inner envelope, or, in a union, in either.
    for one in if is_union { data.fields.as_mut_slice() } else { std::slice::from_mut(data) } {
        let is_envelope = one.kind == Type::Object && is_envelope(one);
        match one.fields.iter_mut().find(|field| is_envelope && is_inner(field)) {
            Some(inner) => {
                name_payload(id, inner);
                pointers.insert(0, format!("/data/{}", inner.name));
                one.schema_name = Some(format!("{operation}InnerEnvelope"));
            }
            None => name_payload(id, one),
        }
    }
    if is_union || pointers.is_empty() {
        pointers.push("/data".into());
    }
    pointers
}

fn name_payload(id: &str, payload: &mut Field) {
    payload.schema_name = match &payload.kind {
        Type::Object => Some(name::payload(id)),
        Type::List(item) if **item == Type::Object => Some(name::item(id)),
        _ => None,
    };
}
