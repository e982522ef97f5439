//! Whether every value of a schema is one of another schema, which may be wider. What is not known counts as narrower.

use std::collections::BTreeSet;

use gofive_spec::Format;
use serde_json::Value;

use super::read::{COMBINED, entries, format, is_documentation};
use super::references::resolve;

/// Limits that only the server checks. A greater lower limit or a smaller upper limit is stricter than before.
pub(super) const LOWER_LIMITS: [&str; 4] = ["minLength", "minimum", "minItems", "minProperties"];
pub(super) const UPPER_LIMITS: [&str; 4] = ["maxLength", "maximum", "maxItems", "maxProperties"];
/// Limits that are stricter if they are set.
pub(super) const OTHER_LIMITS: [&str; 5] =
    ["pattern", "multipleOf", "uniqueItems", "exclusiveMinimum", "exclusiveMaximum"];

/// A schema, and the document that its references point to.
pub(super) type In<'a> = (&'a Value, &'a Value);

/// Whether the new schema accepts every value of the old one; `as_text` if a value is sent as text, as parameters are. Whether
/// null is allowed is compared elsewhere.
pub(super) fn accepts<'a>(old: In<'a>, new: In<'a>, as_text: bool) -> bool {
    let mut comparison =
        Comparison { docs: (old.0, new.0), as_text, open: BTreeSet::new(), chain: BTreeSet::new(), budget: BUDGET };
    comparison.accepts(old.1, new.1)
}

/// Whether a client that has the old schema reads every value of the new one: a string is accepted for a number, a number for a
/// string, and dates are kept as sent.
pub(super) fn reads<'a>(old: In<'a>, new: In<'a>) -> bool {
    let (mut old_schema, mut new_schema) = (resolve(old.0, old.1), resolve(new.0, new.1));
    // The items of lists; the limit ends schemas that are lists of themselves.
    for _ in 0..MAX_LISTS {
        match (items(old_schema), items(new_schema)) {
            (Some(before), Some(after)) => {
                (old_schema, new_schema) = (resolve(old.0, before), resolve(new.0, after));
            }
            _ => break,
        }
    }
    is_lenient(old.0, old_schema) && is_lenient(new.0, new_schema)
}

/// The number of lists inside each other that are followed.
const MAX_LISTS: usize = 8;
/// The number of pairs that are compared: schemas that refer to each other can make more of them than anybody can wait for.
const BUDGET: usize = 1_000;

type Pair = (*const Value, *const Value);

struct Comparison<'a> {
    docs: (&'a Value, &'a Value),
    as_text: bool,
    /// The pairs that are being compared: a schema may have itself as its items, or in a property.
    open: BTreeSet<Pair>,
    /// Those of them for the same value: a schema that is combined from itself says nothing.
    chain: BTreeSet<Pair>,
    budget: usize,
}

impl<'a> Comparison<'a> {
    fn accepts(&mut self, old: &'a Value, new: &'a Value) -> bool {
        let (old, new) = (resolve(self.docs.0, old), resolve(self.docs.1, new));
        let pair = (std::ptr::from_ref(old), std::ptr::from_ref(new));
        if self.budget == 0 || self.chain.contains(&pair) {
            return false;
        }
        self.budget -= 1;
        if !self.open.insert(pair) {
            return true;
        }
        self.chain.insert(pair);
        let accepts = self.combined(old, new);
        self.chain.remove(&pair);
        self.open.remove(&pair);
        accepts
    }

    /// Compares the schemas of values inside the values: of items or properties.
    fn accepts_inner(&mut self, old: &'a Value, new: &'a Value) -> bool {
        let chain = std::mem::take(&mut self.chain);
        let accepts = self.accepts(old, new);
        self.chain = chain;
        accepts
    }

    fn combined(&mut self, old: &'a Value, new: &'a Value) -> bool {
        let parts = |schema: &'a Value, name: &str| schema.get(name).and_then(Value::as_array);
        if let Some(all) = parts(new, "allOf") {
            return all.iter().all(|part| self.accepts(old, part)) && self.plain(old, new);
        }
        for name in ["anyOf", "oneOf"] {
            if let Some(any) = parts(old, name) {
                return any.iter().all(|part| self.accepts(part, new));
            }
        }
        for name in ["anyOf", "oneOf"] {
            if let Some(any) = parts(new, name) {
                return any.iter().any(|part| self.accepts(old, part)) && self.plain(old, new);
            }
        }
        match parts(old, "allOf") {
            Some(all) => all.iter().any(|part| self.accepts(part, new)),
            None => self.plain(old, new),
        }
    }

    /// Compares the keywords of two schemas, without those that they combine.
    fn plain(&mut self, old: &'a Value, new: &'a Value) -> bool {
        let is_combined = COMBINED.iter().any(|name| old.get(name).is_some());
        entries(Some(new)).all(|(name, value)| match name.as_str() {
            "type" => self.is_wider_type(old.get(name), value) || is_combined,
            "format" | "x-gofive-format" => is_wider_format(format(old), format(new)),
            "enum" => is_among(old.get(name), value),
            "items" => old.get(name).map_or(is_anything(value), |items| self.accepts_inner(items, value)),
            "properties" => entries(Some(value)).all(|(name, property)| {
                let before = old.get("properties").and_then(|properties| properties.get(name));
                before.is_none_or(|before| self.accepts_inner(before, property))
            }),
            "required" => is_among(Some(value), old.get(name).unwrap_or(&Value::Null)),
            "additionalProperties" => *value == Value::Bool(true) || old.get(name) == Some(value),
            "nullable" | "description" | "title" | "example" | "examples" | "default" | "deprecated" => true,
            _ if name.starts_with("x-") || COMBINED.contains(&name.as_str()) => true,
            limit => {
                let before = old.get(limit);
                before == Some(value) || before.is_some() && is_looser(limit, before, Some(value))
            }
        }) && keeps_properties(old, new)
    }

    fn is_wider_type(&self, old: Option<&Value>, new: &Value) -> bool {
        let [old, new] = [old, Some(new)].map(|name| name.and_then(Value::as_str));
        match (old, new) {
            (Some("integer"), Some("number")) => true,
            (Some("integer" | "number" | "boolean"), Some("string")) => self.as_text,
            (old, new) => old.is_some() && old == new,
        }
    }
}

/// Whether a server that has the new schema still reads each property of the old one. Without a list, nothing is known of them.
fn keeps_properties(old: &Value, new: &Value) -> bool {
    let Some(properties) = new.get("properties") else { return true };
    entries(old.get("properties")).all(|(name, _)| properties.get(name).is_some())
}

/// Whether values of the old format are of the new one, too. Formats of numbers and secrets are only notes.
fn is_wider_format(old: Option<&str>, new: Option<&str>) -> bool {
    let is_date_time = |name: &str| Format::named(name).is_some_and(Format::is_date_time);
    match (old, new) {
        (_, None | Some("password" | "int64" | "double")) => true,
        (Some(old), Some("any-date-time")) => is_date_time(old),
        (old, new) => old == new,
    }
}

/// Whether each of the values is in the list of all.
fn is_among(some: Option<&Value>, all: &Value) -> bool {
    let all = all.as_array().map_or([].as_slice(), Vec::as_slice);
    some.and_then(Value::as_array).is_some_and(|some| some.iter().all(|one| all.contains(one)))
}

fn is_anything(schema: &Value) -> bool {
    entries(Some(schema)).all(|(name, value)| is_documentation(name, value))
}

fn items(schema: &Value) -> Option<&Value> {
    if schema.get("type").and_then(Value::as_str) == Some("array") { schema.get("items") } else { None }
}

/// Whether a limit is looser than before.
pub(super) fn is_looser(keyword: &str, old: Option<&Value>, new: Option<&Value>) -> bool {
    let number = |limit: Option<&Value>| limit.and_then(Value::as_f64);
    match (number(old), number(new)) {
        (Some(old), Some(new)) if LOWER_LIMITS.contains(&keyword) => new < old,
        (Some(old), Some(new)) if UPPER_LIMITS.contains(&keyword) => new > old,
        _ => new.is_none_or(|new| *new == Value::Bool(false)),
    }
}

/// Whether a schema is a string or a number, or a union of these.
fn is_lenient(doc: &Value, schema: &Value) -> bool {
    let (mut seen, mut open) = (BTreeSet::new(), vec![schema]);
    while let Some(schema) = open.pop() {
        let schema = resolve(doc, schema);
        let parts = |name: &str| schema.get(name).and_then(Value::as_array);
        match (parts("allOf").or_else(|| parts("anyOf")), schema.get("type").and_then(Value::as_str)) {
            // Each part once, because unions may refer to each other.
            (Some(parts), _) if seen.insert(std::ptr::from_ref(schema)) => open.extend(parts),
            (Some(_), _) | (None, Some("string" | "integer" | "number")) => {}
            (None, _) => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Value {
        json!({ "components": { "schemas": {
            "Kind": { "type": "integer", "enum": [1, 2], "x-enum-varnames": ["ONE", "TWO"] },
            "Id": { "anyOf": [{ "type": "string" }, { "type": "integer" }] },
            "Tree": { "type": "object", "properties": { "branches": { "type": "array", "items": reference("Tree") } } },
            "Loop": { "allOf": [reference("Loop")] },
            "Lists": { "type": "array", "items": reference("Lists") },
        } } })
    }

    fn reference(name: &str) -> Value {
        json!({ "$ref": format!("#/components/schemas/{name}") })
    }

    fn accepted(old: &Value, new: &Value) -> bool {
        accepts((&document(), old), (&document(), new), false)
    }

    #[test]
    fn a_wider_schema_accepts_what_a_narrower_one_does() {
        let (text, number) = (json!({ "type": "string" }), json!({ "type": "integer" }));
        let date = json!({ "type": "string", "format": "date" });
        let object = |properties: Value, required: Value| json!({ "type": "object", "properties": properties, "required": required });
        for (narrow, wide) in [
            (number.clone(), json!({ "type": "number" })),
            (number.clone(), reference("Id")),
            (reference("Kind"), number.clone()),
            (json!({ "type": "integer", "nullable": true, "allOf": [reference("Kind")] }), number.clone()),
            (json!({ "type": "array", "items": reference("Kind") }), json!({ "type": "array", "items": number })),
            (json!({ "type": "array", "items": number }), json!({ "type": "array" })),
            (date.clone(), text.clone()),
            (date.clone(), json!({ "type": "string", "format": "any-date-time" })),
            (date.clone(), json!({ "type": "string", "x-gofive-format": "any-date-time" })),
            (text.clone(), json!({})),
            (json!({ "type": "string", "enum": ["a"] }), json!({ "type": "string", "enum": ["b", "a"] })),
            (json!({ "type": "string", "maxLength": 5 }), json!({ "type": "string", "maxLength": 9 })),
            (object(json!({ "a": date }), json!(["a"])), object(json!({ "a": text, "b": text }), json!([]))),
            (object(json!({ "a": text }), json!(["a"])), json!({ "type": "object" })),
        ] {
            assert!(accepted(&narrow, &wide), "{narrow} → {wide}");
            assert!(!accepted(&wide, &narrow), "{wide} → {narrow}");
            assert!(accepted(&narrow, &narrow), "{narrow}");
        }
        assert!(!accepted(&text, &json!({ "type": "string", "not": {} })), "a keyword that no rule knows");
        assert!(!accepted(&text, &json!({ "type": "string", "pattern": "a" })));
    }

    #[test]
    fn a_parameter_is_sent_as_text() {
        let [old, new] = [json!({ "type": "integer" }), json!({ "type": "string" })];
        assert!(accepts((&document(), &old), (&document(), &new), true) && !accepted(&old, &new));
        assert!(!accepts((&document(), &new), (&document(), &old), true));
        let date = json!({ "type": "string", "format": "date" });
        assert!(!accepts((&document(), &old), (&document(), &date), true));
    }

    #[test]
    fn schemas_that_refer_to_themselves_end() {
        for name in ["Tree", "Loop", "Lists"] {
            let schema = reference(name);
            assert_eq!(accepted(&schema, &schema), name != "Loop", "{name}");
            assert!(!reads((&document(), &schema), (&document(), &json!({ "type": "boolean" }))), "{name}");
        }
        let [two, nothing] =
            [json!({ "anyOf": [reference("Tree"), reference("Lists")] }), json!({ "type": "boolean" })];
        assert!(!accepted(&two, &nothing));
    }

    #[test]
    fn items_of_lists_are_read_like_single_values() {
        let list = |items: Value| json!({ "type": "array", "items": items });
        let read = |old: &Value, new: &Value| reads((&document(), old), (&document(), new));
        assert!(read(&list(reference("Kind")), &list(json!({ "type": "string" }))));
        assert!(!read(&list(reference("Kind")), &list(json!({ "type": "boolean" }))));
        assert!(!read(&list(reference("Kind")), &reference("Kind")));
    }
}
