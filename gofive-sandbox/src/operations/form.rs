//! Parses a urlencoded form into a JSON value, so that it can be checked like JSON.

use gofive_spec::{Schema, SchemaKind, Spec};
use serde_json::{Map, Value};

use crate::operations::typed::typed;

/// Parses a form; its fields get the types of the schema.
pub(crate) fn decode(spec: &Spec, schema: &Schema, body: &[u8]) -> Value {
    let mut fields = Map::new();
    for (name, text) in form_urlencoded::parse(body) {
        let object = spec.api().resolve(schema).as_object();
        let property = object.and_then(|object| object.property(&name)).map(|property| &property.schema);
        let typed =
            |schema: Option<&Schema>| schema.map_or_else(|| (*text).into(), |schema| typed(spec, schema, &text));
        if let Some(SchemaKind::Array(array)) = property.map(|schema| &spec.api().resolve(schema).kind) {
            let item = typed(array.items.as_deref());
            // An array is sent as several fields of the same name.
            match fields.entry(name).or_insert_with(|| Value::Array(Vec::new())) {
                Value::Array(items) => items.push(item),
                other => *other = item,
            }
        } else {
            fields.insert(name.into_owned(), typed(property));
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
        let body = json!({"type": "object", "properties": {
            "count": {"type": "integer"}, "done": {"type": "boolean"}, "name": {"type": "string"},
            "codes": {"type": "array", "items": {"type": "integer"}}, "raw": {"type": "object"}
        }});
        let spec = json!({"openapi": "3.0.3", "info": {"title": "A form", "version": "1"}, "paths": {"/form": {"post": {
            "operationId": "send_form",
            "requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": body}}}
        }}}});
        let spec = Spec::read(spec).unwrap();
        let schema = spec.operations()[0].request_schema().unwrap();
        let body = b"count=2&done=true&name=3&codes=1&codes=2&other=4&raw=%7B%22a%22%3A1%7D";
        let decoded = json!({"count": 2, "done": true, "name": "3", "codes": [1, 2], "other": "4", "raw": {"a": 1}});
        assert_eq!(decode(&spec, schema, body), decoded);
        assert_eq!(decode(&spec, schema, b"count=two"), json!({"count": "two"}), "the check refuses it later");
    }
}
