//! Turns properties into named schemas, as openapi/README.md requires. The maintainer writes their descriptions.

use std::collections::BTreeMap;

use heck::ToPascalCase;
use serde_json::{Map, Value, json};

use super::comparison::{DraftProperty, Kind, Object};
use super::name;
use super::page::Meaning;
use crate::rust::names;

/// The placeholder for text that the maintainer writes; `cargo xtask lint` reports each.
pub const TO_WRITE: &str = "";
/// A property of this name is printed as a comment.
pub const COMMENT: &str = "#";

/// Collects schemas under names that are not in use.
#[derive(Debug)]
pub struct Schemas<'a> {
    /// The operation's id, used to make names unique.
    pub id: &'a str,
    /// The schemas of the group's file. An enumeration with the same values is reused.
    pub here: &'a Map<String, Value>,
    /// The names in use: those of all schemas of the product, and those reserved in Rust.
    pub taken: Vec<String>,
    /// The collected schemas, in the order in which they are written.
    pub drafted: Vec<(String, Value)>,
    /// The final names of objects that have a name of their own.
    pub roles: BTreeMap<String, String>,
    pub checks: Vec<String>,
}

impl Schemas<'_> {
    /// The schema for `kind`. Named schemas are collected; `name` is used for an object without a name of its own.
    pub fn of(&mut self, kind: &Kind, name: &str) -> Value {
        match kind {
            Kind::Text(None) => json!({ "type": "string" }),
            Kind::Text(Some(format)) => json!({ "type": "string", "format": format.name() }),
            Kind::Integer => json!({ "type": "integer" }),
            Kind::Number => json!({ "type": "number" }),
            Kind::Boolean => json!({ "type": "boolean" }),
            Kind::Id => json!({ "$ref": "../common.yaml#/components/schemas/Id" }),
            Kind::Status => json!({ "$ref": "../common.yaml#/components/schemas/Status" }),
            Kind::Unknown => json!({}),
            Kind::Enum(meanings) => reference(&self.enumeration(meanings, name)),
            Kind::Object(object) if object.properties.is_empty() => {
                json!({ "type": "object", "additionalProperties": true })
            }
            Kind::Object(object) => reference(&self.object(object, name)),
            Kind::List(item) => {
                let item = self.of(item, &name::singular(name));
                json!({ "type": "array", "items": item })
            }
            Kind::Either(one, other) => {
                let one = self.of(&Kind::Object(one.clone()), name);
                let other = self.of(&Kind::Object(other.clone()), name);
                json!({ "anyOf": [one, other] })
            }
        }
    }

    /// The schema of the operation's body, which always has a name.
    pub fn body(&mut self, kind: &Kind) -> Value {
        let name = names::request_type(self.id);
        let mut schema = match kind {
            Kind::List(item) => {
                let item = self.of(item, &format!("{}Item", name::operation(self.id)));
                json!({ "type": "array", "description": TO_WRITE, "items": item })
            }
            _ => self.of(kind, &name),
        };
        if schema.get("$ref").is_none() {
            schema["description"] = json!(TO_WRITE);
            self.drafted.insert(0, (name.clone(), schema));
            schema = reference(&name);
        }
        schema
    }

    fn object(&mut self, object: &Object, name: &str) -> String {
        let wanted = object.name.as_deref().unwrap_or(name);
        // A payload with two nestings is one schema.
        if let Some(name) = object.name.as_ref().and_then(|role| self.roles.get(role)) {
            return name.clone();
        }
        let name = self.free(wanted);
        self.roles.extend(object.name.clone().map(|role| (role, name.clone())));
        self.taken.push(name.clone());
        // Enumerations are written before the object that uses them, inner objects after it.
        let before = self.drafted.len();
        let mut properties = Map::new();
        for property in &object.properties {
            properties.insert(property.name.clone(), self.property(property, &name));
        }
        let inside = self.drafted.split_off(before);
        let (enums, inside): (Vec<_>, Vec<_>) =
            inside.into_iter().partition(|(_, schema)| schema.get("enum").is_some());
        self.drafted.extend(enums);
        self.drafted.push((name.clone(), object_schema(object, properties)));
        self.drafted.extend(inside);
        name
    }

    fn property(&mut self, property: &DraftProperty, owner: &str) -> Value {
        let name = if let Kind::Enum(_) = &property.kind {
            property.name.to_pascal_case()
        } else {
            let owner = ["Request", "Response"].iter().find_map(|suffix| owner.strip_suffix(suffix)).unwrap_or(owner);
            format!("{owner}{}", property.name.to_pascal_case())
        };
        let schema = self.of(&property.kind, &name);
        let mut written = Map::new();
        if !property.words.is_empty() {
            written.insert(COMMENT.into(), format!("Portal: {}", property.words.join(" ")).into());
        }
        if let (true, Some(kind)) = (property.nullable, of_reference(&property.kind)) {
            written.extend([
                ("description".to_owned(), json!(TO_WRITE)),
                ("type".to_owned(), json!(kind)),
                ("nullable".to_owned(), json!(true)),
                ("allOf".to_owned(), json!([schema])),
            ]);
            return Value::Object(written);
        }
        let is_reference = schema.get("$ref").is_some();
        for (key, value) in schema.as_object().cloned().unwrap_or_default() {
            if ["items", "anyOf", "additionalProperties"].contains(&key.as_str())
                && !written.contains_key("description")
            {
                nullable(&mut written, property);
                written.insert("description".into(), json!(TO_WRITE));
            }
            written.insert(key, value);
        }
        if !is_reference && !written.contains_key("description") {
            nullable(&mut written, property);
            written.insert("description".into(), json!(TO_WRITE));
        }
        Value::Object(written)
    }

    fn enumeration(&mut self, meanings: &[Meaning], name: &str) -> String {
        let values: Vec<_> = meanings.iter().map(|meaning| meaning.value.clone()).collect();
        let same = |schema: &Value| schema.get("enum") == Some(&json!(values));
        let drafted = self.drafted.iter().map(|(name, schema)| (name, schema));
        if let Some((known, _)) = self.here.iter().chain(drafted).find(|(known, schema)| *known == name && same(schema))
        {
            return known.clone();
        }
        // A single word such as `Type` is not specific enough.
        let one_word = name.chars().filter(char::is_ascii_uppercase).count() < 2;
        let noun = name::noun(self.id);
        let name = self.free(&if one_word { format!("{noun}{name}") } else { name.to_owned() });
        self.taken.push(name.clone());
        let mut names: Vec<String> = Vec::new();
        for meaning in meanings {
            let constant = meaning.name().filter(|constant| !names.contains(constant)).unwrap_or_else(|| {
                self.checks
                    .push(format!("{name}: choose a name for {}, “{}” on the page", meaning.value, meaning.words));
                format!("VALUE_{}", meaning.value.to_string().trim_matches('"').to_uppercase())
            });
            names.push(constant);
        }
        let is_integer = values.iter().all(Value::is_i64);
        let schema = json!({
            "type": if is_integer { "integer" } else { "string" },
            "description": TO_WRITE,
            "enum": values,
            "x-enum-varnames": names,
            "x-enum-descriptions": vec![TO_WRITE; names.len()],
        });
        self.drafted.push((name.clone(), schema));
        name
    }

    /// The wanted name, or one with the operation's name if it is in use.
    fn free(&self, wanted: &str) -> String {
        let longer = format!("{}{wanted}", name::operation(self.id));
        let numbered = (2..).map(|number| format!("{longer}{number}"));
        let mut names = [wanted.to_owned(), longer.clone()].into_iter().chain(numbered);
        names.find(|name| !self.taken.contains(name)).unwrap_or(longer.clone())
    }
}

fn nullable(written: &mut Map<String, Value>, property: &DraftProperty) {
    if property.nullable && written.contains_key("type") {
        written.insert("nullable".into(), json!(true));
    }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// The type of the target of a reference, where OpenAPI requires that it is repeated.
fn of_reference(kind: &Kind) -> Option<&'static str> {
    match kind {
        Kind::Object(object) if !object.properties.is_empty() => Some("object"),
        Kind::Status => Some("object"),
        Kind::Enum(meanings) if meanings.iter().all(|meaning| meaning.value.is_i64()) => Some("integer"),
        Kind::Enum(_) => Some("string"),
        _ => None,
    }
}

fn object_schema(object: &Object, properties: Map<String, Value>) -> Value {
    let names = |keep: fn(&DraftProperty) -> bool| {
        let matching = object.properties.iter().filter(|property| keep(property)).map(|property| property.name.clone());
        matching.collect::<Vec<_>>()
    };
    let (required, only_in_example) = (names(|property| property.required), names(|property| property.only_in_example));
    let mut schema = json!({ "type": "object", "description": TO_WRITE });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    if !only_in_example.is_empty() {
        schema["x-gofive-property-evidence"] = json!(BTreeMap::from([("example", only_in_example)]));
    }
    schema["properties"] = Value::Object(properties);
    if object.open {
        schema["additionalProperties"] = json!(true);
    }
    schema
}
