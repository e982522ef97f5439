//! Parses a urlencoded form into a JSON value, so that it can be checked like JSON.

use gofive_spec::Spec;
use serde_json::{Map, Value};

use crate::typed::typed;

/// The media type of a form.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// Parses a form; its fields get the types of the schema.
pub(crate) fn decode(spec: &Spec, schema: &Value, body: &[u8]) -> Value {
    let mut fields = Map::new();
    for (name, text) in form_urlencoded::parse(body) {
        let property = spec.resolve(schema).get("properties").and_then(|properties| properties.get(&*name));
        let property = property.map_or(&Value::Null, |property| spec.resolve(property));
        if property.get("type").is_some_and(|of_type| of_type == "array") {
            let item = typed(spec, property.get("items").unwrap_or(&Value::Null), &text);
            // An array is sent as several fields of the same name.
            match fields.entry(name).or_insert_with(|| Value::Array(Vec::new())) {
                Value::Array(items) => items.push(item),
                other => *other = item,
            }
        } else {
            fields.insert(name.into_owned(), typed(spec, property, &text));
        }
    }
    Value::Object(fields)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_get_the_types_of_the_schema() {
        let (spec, _) = crate::specs::documented("authorize");
        let schema = json!({"properties": {
            "count": {"type": "integer"}, "done": {"type": "boolean"}, "name": {"type": "string"},
            "codes": {"type": "array", "items": {"type": "integer"}}, "raw": {"type": "object"}
        }});
        let body = b"count=2&done=true&name=3&codes=1&codes=2&other=4&raw=%7B%22a%22%3A1%7D";
        let decoded = json!({"count": 2, "done": true, "name": "3", "codes": [1, 2], "other": "4", "raw": {"a": 1}});
        assert_eq!(decode(spec, &schema, body), decoded);
        assert_eq!(decode(spec, &schema, b"count=two"), json!({"count": "two"}), "the check refuses it later");
    }
}
