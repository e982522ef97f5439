//! The success body: its envelope, the pointers of the payload, and a union where table and example nest it differently.

use serde_json::{Map, Value, json};

use super::comparison::{Comparison, DraftProperty, Kind, Object};
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
    pub body: Kind,
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
    let example = example.as_ref();
    let nodes = &content.root.fields;
    // A list or a scalar has no envelope: the payload is the whole body.
    if !matches!(content.root.kind, Type::Object | Type::Any) || example.is_some_and(|example| !example.is_object()) {
        let samples: Vec<_> = example.into_iter().collect();
        let mut body = match (&content.root.kind, nodes.as_slice()) {
            (Type::Any | Type::Object, []) => comparison.of_values(&samples),
            _ => comparison.kind(&content.root, &samples, "the body"),
        };
        name_payload(id, &mut body);
        return SuccessBody { body, example: example.cloned(), pointers: vec![String::new()], as_in_table: None };
    }
    let samples: Vec<_> = example.into_iter().collect();
    let inner = example.and_then(|example| deeper(nodes, example));
    let as_in_table = inner.and_then(|(data, key)| as_in_table(nodes, data, example?, key));
    let mut body = match inner {
        Some((data, key)) => {
            let others: Vec<_> = nodes.iter().filter(|node| node.name != "data").cloned().collect();
            let data = either(id, data, samples[0], key, comparison);
            let without = |value: &Value| {
                let properties = value.as_object().into_iter().flatten().filter(|(name, _)| *name != "data");
                Value::Object(properties.map(|(name, value)| (name.clone(), value.clone())).collect())
            };
            let mut body = comparison.object(&others, content.root.open, &[&without(samples[0])], "");
            let position = nodes.iter().position(|node| node.name == "data").unwrap_or(body.properties.len());
            body.properties.insert(position, data);
            body
        }
        None => comparison.object(nodes, content.root.open || nodes.is_empty(), &samples, ""),
    };
    for property in &mut body.properties {
        if property.name == "status" && is_status(&property.kind, body.open) {
            comparison.checks.extend(unusual(property));
            property.kind = Kind::Status;
        }
    }
    let pointers = pointers(id, &mut body);
    SuccessBody { body: Kind::Object(body), example: example.cloned(), pointers, as_in_table }
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
fn either(id: &str, data: &Field, example: &Value, key: &str, comparison: &mut Comparison) -> DraftProperty {
    let inner = &example["data"][key];
    let mut apart = Comparison::new(comparison.direction);
    let mut payload = apart.object(&data.fields, data.open, &[inner], &format!("data.{key}"));
    payload.name = Some(name::payload(id));
    let beside: Map<String, Value> =
        example["data"].as_object().into_iter().flatten().filter(|(name, _)| *name != key).map(owned).collect();
    let inside = DraftProperty::new(key, Kind::Object(payload.clone()));
    let mut properties = vec![DraftProperty { required: true, only_in_example: true, ..inside }];
    properties.extend(comparison.unlisted(&[], &[&Value::Object(beside.clone())]));
    let name = Some(format!("{}InnerEnvelope", name::operation(id)));
    let envelope = Object { properties, name, ..Object::default() };
    comparison.oddities.push(nesting(data, inner, key, &beside));
    // If there is one property, the sentence above already says how its types differ.
    let is_reported = data.fields.len() == 1;
    comparison.oddities.extend(apart.oddities.into_iter().filter(|_| !is_reported));
    comparison.checks.extend(apart.checks);
    comparison.partial |= apart.partial;
    let kind = Kind::Either(vec![Kind::Object(envelope), Kind::Object(payload)]);
    let (required, words) = (data.required == Some(true), data.words.clone());
    DraftProperty { required, words, ..DraftProperty::new("data", kind) }
}

fn owned((name, value): (&String, &Value)) -> (String, Value) {
    (name.clone(), value.clone())
}

/// The oddity for a table and an example that nest the payload differently.
fn nesting(data: &Field, inner: &Value, key: &str, beside: &Map<String, Value>) -> String {
    let names = |at: &str| list(&data.fields.iter().map(|node| join(at, &node.name)).collect::<Vec<_>>());
    let (table, example) = match data.fields.as_slice() {
        [one] if !fits(&one.kind, &inner[&one.name]) => {
            (format!(" as {}", one.kind.named()), format!(", as {}", named(&inner[&one.name])))
        }
        _ => Default::default(),
    };
    let beside: Vec<_> = beside.keys().map(|name| join("data", name)).collect();
    let beside = if beside.is_empty() {
        String::new()
    } else {
        format!(", beside {}, which the table does not list", list(&beside))
    };
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
fn is_status(kind: &Kind, cut: bool) -> bool {
    let Kind::Object(status) = kind else { return false };
    let text = |name: &str| {
        status
            .properties
            .iter()
            .any(|property| property.name == name && matches!(property.kind, Kind::Text(None) | Kind::Id))
    };
    text("code") && (text("description") && status.properties.len() == 2 || cut && status.properties.len() == 1)
}

/// The page's words about the status that other pages do not have.
fn unusual(status: &DraftProperty) -> Vec<String> {
    let Kind::Object(object) = &status.kind else { return Vec::new() };
    let words =
        object.properties.iter().flat_map(|property| property.words.iter().map(move |words| (&property.name, words)));
    let unusual = words.filter(|(_, words)| !STATUS_WORDS.iter().any(|usual| words.starts_with(usual)));
    unusual.map(|(name, words)| format!("status.{name}: common.yaml's Status lacks “{words}”")).collect()
}

/// The pointers of the payload. Also names the envelope and the payload.
fn pointers(id: &str, body: &mut Object) -> Vec<String> {
    let operation = name::operation(id);
    body.name = Some(format!("{operation}Envelope"));
    let only_status = body.properties.iter().all(|property| matches!(property.kind, Kind::Status));
    let Some(data) = body.properties.iter_mut().find(|property| property.name == "data") else {
        let pointers = if only_status { &["/data", ""][..] } else { &[""] };
        return pointers.iter().map(|&pointer| pointer.to_owned()).collect();
    };
    match &mut data.kind {
        Kind::Either(kinds) => return pointers_of_either(id, kinds),
        Kind::Object(object) => {
            let position = object.properties.iter().position(|property| INNER.contains(&property.name.as_str()));
            let others = object.properties.iter().filter(|property| !INNER.contains(&property.name.as_str()));
            let only_codes = others.clone().all(|property| property.name.to_lowercase().ends_with("statuscode"));
            if let Some(inner) = position.filter(|_| only_codes).map(|position| &mut object.properties[position]) {
                name_payload(id, &mut inner.kind);
                let pointer = format!("/data/{}", inner.name);
                object.name = Some(format!("{operation}InnerEnvelope"));
                return vec![pointer];
            }
            object.name = Some(name::payload(id));
        }
        kind => name_payload(id, kind),
    }
    vec!["/data".into()]
}

/// The pointers of a payload that may be in an inner envelope.
fn pointers_of_either(id: &str, kinds: &mut [Kind]) -> Vec<String> {
    let mut pointers = Vec::new();
    let is_inner = |property: &&mut DraftProperty| INNER.contains(&property.name.as_str());
    for kind in kinds.iter_mut() {
        match kind {
            Kind::Object(object) => match object.properties.iter_mut().find(is_inner) {
                Some(inner) => {
                    name_payload(id, &mut inner.kind);
                    pointers.insert(0, format!("/data/{}", inner.name));
                    object.name = Some(format!("{}InnerEnvelope", name::operation(id)));
                }
                None => object.name = Some(name::payload(id)),
            },
            kind => name_payload(id, kind),
        }
    }
    pointers.push("/data".into());
    pointers
}

fn name_payload(id: &str, kind: &mut Kind) {
    match kind {
        Kind::Object(object) => object.name = Some(name::payload(id)),
        Kind::List(item) => {
            if let Kind::Object(object) = item.as_mut() {
                object.name = Some(name::item(id));
            }
        }
        _ => {}
    }
}
