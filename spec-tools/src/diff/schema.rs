//! Compares two schemas, one node deep, for what drift does not classify: properties, required, enumerations and limits. The
//! class of a change is that for a client that sends requests strictly and reads responses tolerantly.

use serde_json::Value;

use super::change::{Aspect, Class, Fact, Subject};
use super::pair::{Directions, Pair};
use super::snapshot::Product;
use super::words::changed;
use crate::sources::yaml::escape;

/// Limits that only the server checks. A greater lower limit or a smaller upper limit is stricter than before.
const LOWER_LIMITS: [&str; 3] = ["minLength", "minimum", "minItems"];
const UPPER_LIMITS: [&str; 3] = ["maxLength", "maximum", "maxItems"];
const DOCS: [&str; 7] =
    ["description", "title", "example", "examples", "default", "deprecated", "x-gofive-property-evidence"];

/// The node that is compared: its subject, and the directions in which it is used.
pub(super) struct Node<'a, 'b> {
    pub pair: &'a Pair<'b>,
    pub subject: Subject,
    pub directions: Directions,
    pub at: (Option<String>, Option<String>),
}

/// The facts about two matched schemas.
pub(super) fn compare(node: &Node<'_, '_>, old: &Value, new: &Value) -> Vec<Fact> {
    let mut facts = Vec::new();
    let own = |aspect: Aspect| Fact { subject: node.subject.clone(), aspect, at: node.at.clone() };
    facts.extend(kind(node, old, new).map(own));
    facts.extend(null(node, old, new).map(own));
    facts.extend(limits(node, old, new).into_iter().map(own));
    if old.get("additionalProperties") != new.get("additionalProperties") {
        let open = new.get("additionalProperties") == Some(&Value::Bool(true));
        let what = if open { "unknown properties are preserved" } else { "unknown properties are no longer preserved" };
        facts.push(own(Aspect::new(Class::DocsOnly, what)));
    }
    for name in DOCS {
        if old.get(name) != new.get(name) {
            let what = if name.contains("evidence") { "evidence" } else { name };
            let (old, new) = changed(old.get(name), new.get(name));
            facts.push(own(Aspect::new(Class::DocsOnly, what).values(old, new)));
        }
    }
    facts.extend(values(node, old, new));
    if let Subject::Type(name) = &node.subject {
        facts.extend(compare_properties(node, name, old, new));
    }
    facts
}

/// A schema without the parts that are compared elsewhere. The order of lists is not a change.
pub(super) fn without_compared_parts(schema: &Value) -> Value {
    let mut rest = schema.clone();
    if let Value::Object(keywords) = &mut rest {
        for name in ["required", "properties", "enum", "x-enum-varnames", "x-enum-descriptions"] {
            keywords.remove(name);
        }
    }
    rest
}

/// The change of type and format, also of items.
fn kind(node: &Node<'_, '_>, old: &Value, new: &Value) -> Option<Aspect> {
    let (before, after) = (node.pair.in_new_names(&in_words(old)), in_words(new));
    if before == after {
        return None;
    }
    let plain = |schema: &Value| schema.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
    let same_type = plain(old) == plain(new) && !plain(old).is_empty() && plain(old) != "array";
    let aspect = Aspect::new(Class::DocsOnly, if same_type { "format" } else { "type" });
    let mut aspect = aspect.values(Some(in_words(old)), Some(after));
    if node.directions.request {
        aspect = aspect.breaks_programs("they send the old type, which is no longer documented");
    }
    // Dates are kept as sent. A string is accepted for a number, and a number for a string.
    let doc = |product: Option<&'_ Product>, schema| product.is_some_and(|product| is_lenient(&product.doc, schema));
    if node.directions.response && in_words(old) != "anything" && !(doc(node.pair.old, old) && doc(node.pair.new, new))
    {
        aspect = aspect.breaks_programs("reading the response may fail: it has another type than they expect");
    }
    Some(aspect)
}

/// Whether a schema is a string or a number, or a union of these.
fn is_lenient(doc: &Value, schema: &Value) -> bool {
    let schema = gofive_spec::resolve(doc, schema);
    let parts = |name: &str| schema.get(name).and_then(Value::as_array);
    match (parts("allOf").or_else(|| parts("anyOf")), schema.get("type").and_then(Value::as_str)) {
        (Some(parts), _) => parts.iter().all(|part| is_lenient(doc, part)),
        (None, kind) => matches!(kind, Some("string" | "integer" | "number")),
    }
}

fn null(node: &Node<'_, '_>, old: &Value, new: &Value) -> Option<Aspect> {
    let nullable = |schema: &Value| schema.get("nullable") == Some(&Value::Bool(true));
    let what = match (nullable(old), nullable(new)) {
        (false, true) => "may be null",
        (true, false) => "may no longer be null",
        _ => return None,
    };
    // An optional property that is not set is omitted, never null. In responses, null is accepted everywhere.
    let sent = node.directions.request && node.required();
    Some(match (sent, nullable(new)) {
        (true, true) => Aspect::new(Class::Additive, what),
        (true, false) => Aspect::new(Class::Breaking, what).breaks_programs("the null that they may send is refused"),
        (false, _) => Aspect::new(Class::DocsOnly, what),
    })
}

fn limits(node: &Node<'_, '_>, old: &Value, new: &Value) -> Vec<Aspect> {
    let mut aspects = Vec::new();
    for name in LOWER_LIMITS.into_iter().chain(UPPER_LIMITS).chain(["pattern"]) {
        let (before, after) = (old.get(name), new.get(name));
        if before == after {
            continue;
        }
        let number = |limit: Option<&Value>| limit.and_then(Value::as_f64);
        let looser = match (number(before), number(after)) {
            (Some(before), Some(after)) if LOWER_LIMITS.contains(&name) => after < before,
            (Some(before), Some(after)) => after > before,
            _ => after.is_none(),
        };
        let aspect = match (node.directions.request, looser) {
            (true, false) => {
                Aspect::new(Class::Breaking, name).breaks_programs("values beyond the limit are now refused")
            }
            (true, true) => Aspect::new(Class::Additive, name),
            // The client does not check limits in responses.
            (false, _) => Aspect::new(Class::DocsOnly, name),
        };
        aspects.push(aspect.values(before.map(Value::to_string), after.map(Value::to_string)));
    }
    aspects
}

/// The changes of an enumeration's values, by the names of their constants.
fn values(node: &Node<'_, '_>, old: &Value, new: &Value) -> Vec<Fact> {
    let list = |schema: &Value, name: &str| schema.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let named = |schema: &Value| {
        let (names, meanings) = (list(schema, "x-enum-varnames"), list(schema, "x-enum-descriptions"));
        let values = list(schema, "enum").into_iter().enumerate();
        let values = values.map(|(index, value)| {
            let name = names.get(index).and_then(Value::as_str).map_or(value.to_string(), str::to_owned);
            (name, value, meanings.get(index).cloned())
        });
        values.collect::<Vec<_>>()
    };
    let (before, after) = (named(old), named(new));
    let mut facts = Vec::new();
    let mut fact = |name: &str, aspect: Aspect| {
        let subject = match &node.subject {
            Subject::Type(of) => Subject::Value(of.clone(), name.to_owned()),
            other => other.clone(),
        };
        let within = |at: &Option<String>| at.as_ref().map(|at| format!("{at}/enum"));
        facts.push(Fact { subject, aspect, at: (within(&node.at.0), within(&node.at.1)) });
    };
    for (name, value, meaning) in &before {
        let same_name = after.iter().find(|(other, ..)| other == name);
        let same_value = after.iter().find(|(_, other, _)| other == value);
        match (same_name, same_value) {
            (_, Some((now, _, words))) => {
                if now != name {
                    fact(now, Aspect::new(Class::DocsOnly, format!("renamed from `{name}`")));
                }
                if words != meaning {
                    let (old, new) = changed(meaning.as_ref(), words.as_ref());
                    fact(now, Aspect::new(Class::DocsOnly, "meaning").values(old, new));
                }
            }
            (Some((_, now, _)), None) => {
                let aspect = Aspect::new(Class::Breaking, "value");
                let aspect = aspect.values(Some(value.to_string()), Some(now.to_string()));
                fact(name, aspect.breaks_programs(format!("they know `{name}` as {value}")));
            }
            (None, None) => {
                let mut aspect = Aspect::new(Class::DocsOnly, "removed").values(Some(value.to_string()), None);
                if node.directions.request {
                    aspect = aspect.breaks_programs(format!("{value}, which they may send, is refused"));
                }
                fact(name, aspect);
            }
        }
    }
    for (name, value, _) in &after {
        if !before.iter().any(|(other, known, _)| other == name || known == value) {
            fact(name, Aspect::new(Class::Additive, "added").values(None, Some(value.to_string())));
        }
    }
    facts
}

/// Properties that were added, removed or renamed, or became required or optional. drift compares the inside of the others.
fn compare_properties(node: &Node<'_, '_>, name: &str, old: &Value, new: &Value) -> Vec<Fact> {
    let properties = |schema: &Value| schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    let (before, after) = (properties(old), properties(new));
    let within = |at: &Option<String>, wire: &str| at.as_ref().map(|at| format!("{at}/properties/{}", escape(wire)));
    let mut facts = Vec::new();
    for (wire, schema) in &before {
        let now = node.pair.property_name(name, wire);
        let successor = after.get(now);
        let subject = Subject::Property(name.into(), now.into());
        let at = (within(&node.at.0, wire), successor.and_then(|_| within(&node.at.1, now)));
        let mut aspects = Vec::new();
        match successor {
            None => aspects.push(gone(node, wire, "removed").values(Some(in_words(schema)), None)),
            Some(successor) => {
                if now != wire {
                    let aspect = gone(node, wire, &format!("renamed from `{wire}`"));
                    aspects.push(aspect.values(Some(wire.clone()), Some(now.to_owned())));
                    // drift treats it as another property and does not compare it.
                    let inner = Node { subject: subject.clone(), at: at.clone(), ..*node };
                    facts.extend(compare(&inner, schema, successor));
                }
                aspects.extend(need(node, now, is_required(old, wire), is_required(new, now)));
            }
        }
        facts.extend(aspects.into_iter().map(|aspect| Fact { subject: subject.clone(), aspect, at: at.clone() }));
    }
    let renamed = |wire: &String| node.pair.properties.iter().any(|((of, _), now)| of == name && now == wire);
    for (wire, schema) in after.iter().filter(|(wire, _)| !before.contains_key(*wire) && !renamed(wire)) {
        let required = node.directions.request && is_required(new, wire);
        let used = node.directions.request || node.directions.response;
        let class = if used { Class::Additive } else { Class::DocsOnly };
        let mut aspect = Aspect::new(class, if required { "added, required" } else { "added" });
        if required {
            aspect = aspect.breaks_programs(format!("their requests without `{wire}` are refused"));
        }
        let aspect = aspect.values(None, Some(in_words(schema)));
        let at = (None, within(&node.at.1, wire));
        facts.push(Fact { subject: Subject::Property(name.into(), wire.clone()), aspect, at });
    }
    facts
}

fn gone(node: &Node<'_, '_>, wire: &str, what: &str) -> Aspect {
    let mut aspect = Aspect::new(Class::DocsOnly, what);
    if node.directions.request {
        aspect = aspect.breaks_programs(format!("what they send as `{wire}` is no longer read"));
    }
    if node.directions.response {
        aspect = aspect.breaks_programs(format!("they no longer receive `{wire}`"));
    }
    aspect
}

/// The change of required or optional. In responses, the client treats everything as optional.
fn need(node: &Node<'_, '_>, wire: &str, before: bool, now: bool) -> Option<Aspect> {
    match (before, now, node.directions.request) {
        (false, true, true) => {
            let aspect = Aspect::new(Class::Breaking, "becomes required");
            Some(aspect.breaks_programs(format!("their requests without `{wire}` are refused")))
        }
        (false, true, false) => Some(Aspect::new(Class::DocsOnly, "becomes required")),
        (true, false, true) => Some(Aspect::new(Class::Additive, "becomes optional")),
        (true, false, false) => Some(Aspect::new(Class::DocsOnly, "becomes optional")),
        _ => None,
    }
}

impl Node<'_, '_> {
    /// Whether the compared property is required in the request.
    fn required(&self) -> bool {
        let Subject::Property(name, wire) = &self.subject else { return false };
        let found = super::pair::schemas(self.pair.new).find(|(other, _)| *other == name);
        found.is_some_and(|(_, schema)| is_required(schema, wire))
    }
}

fn is_required(schema: &Value, wire: &str) -> bool {
    schema.get("required").and_then(Value::as_array).into_iter().flatten().any(|name| name == wire)
}

/// A schema in a few words: `string (date)`, `array of Id`.
pub(super) fn in_words(schema: &Value) -> String {
    let text = |name: &str| schema.get(name).and_then(Value::as_str);
    if let Some(reference) = text("$ref") {
        return reference.rsplit('/').next().unwrap_or(reference).to_owned();
    }
    let parts = |name: &str| Some(schema.get(name)?.as_array()?.iter().map(in_words).collect::<Vec<_>>());
    if let Some(all) = parts("allOf") {
        return all.join(" and ");
    }
    if let Some(any) = parts("anyOf").or_else(|| parts("oneOf")) {
        return any.join(" or ");
    }
    match (text("type"), text("format")) {
        (Some("array"), _) => format!("array of {}", schema.get("items").map_or("anything".into(), in_words)),
        (Some(kind), Some(format)) => format!("{kind} ({format})"),
        (Some(kind), None) => kind.to_owned(),
        (None, _) => "anything".into(),
    }
}
