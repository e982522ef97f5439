//! Turns properties into named schemas, as openapi/README.md requires. The maintainer writes their descriptions; those of properties
//! with the same name and type are taken from the group.

use std::collections::BTreeMap;

use gofive_spec::{Direction, Format};
use heck::ToPascalCase;
use serde_json::{Map, Value, json};

use super::name;
use super::page::{Field, Type};
use super::words::present;
use crate::group::{GroupFile, operations};
use crate::rust::names;

/// The placeholder for text that the maintainer writes; `cargo xtask lint` reports each.
pub const TO_WRITE: &str = "";
pub use crate::sources::yaml::write::COMMENT;

/// Collects schemas under names that are not in use.
#[derive(Debug)]
pub struct Schemas<'a> {
    /// The operation's id, used to make names unique.
    pub id: &'a str,
    /// The name of the group's file, and its schemas. An enumeration with the same values is reused.
    file: &'a str,
    here: Map<String, Value>,
    /// The descriptions that the group already has.
    pub texts: Texts,
    /// The names in use: those of all schemas of the product, and those reserved in Rust.
    taken: Vec<String>,
    /// The collected schemas, in the order in which they are written.
    pub drafted: Vec<(String, Value)>,
    /// The final names of objects that have a name of their own.
    roles: BTreeMap<String, String>,
    pub checks: Vec<String>,
    /// Whether the schemas that are collected now are of the request or of a response.
    pub direction: Direction,
    /// The models that pages have drafted before, and their names.
    shared: &'a mut Vec<(Shared, String)>,
}

/// A model of the portal as it was drafted. Another page with the same one refers to it.
#[derive(Debug, PartialEq)]
pub struct Shared {
    file: String,
    direction: Direction,
    object: Field,
}

impl<'a> Schemas<'a> {
    /// No schemas yet, for an operation of a group.
    pub(super) fn new(
        id: &'a str,
        group: &'a GroupFile<'_>,
        taken: Vec<String>,
        shared: &'a mut Vec<(Shared, String)>,
    ) -> Self {
        let (here, file) = (group.schemas(), group.name.as_str());
        let texts = Texts::of(group.root(), &here);
        let (drafted, roles, checks) = Default::default();
        Self { id, file, here, texts, taken, drafted, roles, checks, direction: Direction::Request, shared }
    }

    /// The schema of `field`. Named schemas are collected; `name` is used for an object without a name of its own.
    pub fn of(&mut self, field: &Field, name: &str) -> Value {
        if let Some(item) = field.item() {
            return json!({ "type": "array", "items": self.of(&item, &name::singular(name)) });
        }
        match &field.kind {
            Type::Text => {
                present([("type", json!("string")), ("format", json!(field.format.map(Format::name)))]).into()
            }
            Type::Integer => json!({ "type": "integer" }),
            Type::Number => json!({ "type": "number" }),
            Type::Boolean => json!({ "type": "boolean" }),
            Type::Id => shared("schemas/Id"),
            Type::Status => shared("schemas/Status"),
            Type::Any | Type::List(_) => json!({}),
            Type::Enum(_) => reference(&self.enumeration(field, name)),
            Type::Object if field.fields.is_empty() => json!({ "type": "object", "additionalProperties": true }),
            Type::Object => reference(&self.object(field, name)),
            Type::Either => json!({ "anyOf": field.fields.iter().map(|one| self.of(one, name)).collect::<Vec<_>>() }),
        }
    }

    /// The schema of the operation's body, which always has a name.
    pub fn body(&mut self, body: &Field) -> Value {
        let name = names::request_type(self.id);
        let mut schema = match body.item() {
            Some(item) => {
                let item = self.of(&item, &format!("{}Item", self.id.to_pascal_case()));
                json!({ "type": "array", "description": TO_WRITE, "items": item })
            }
            None => self.of(body, &name),
        };
        if schema.get("$ref").is_none() {
            schema["description"] = json!(TO_WRITE);
            self.drafted.insert(0, (name.clone(), schema));
            schema = reference(&name);
        }
        schema
    }

    fn object(&mut self, object: &Field, name: &str) -> String {
        let role = object.schema_name.as_ref();
        // A payload with two nestings is one schema.
        if let Some(name) = role.and_then(|role| self.roles.get(role)) {
            return name.clone();
        }
        let Field { model, fields, open, .. } = object.clone();
        let bare = Field { model, fields, open, ..Field::default() };
        let shared = Shared { file: self.file.to_owned(), direction: self.direction, object: bare };
        let known = self.shared.iter().find(|(known, _)| *known == shared).map(|(_, name)| name);
        if let Some(known) = known.filter(|known| object.model.is_some() && self.may_share(object, known)) {
            return known.clone();
        }
        let model = object.model.as_deref().filter(|model| name::is_part(self.id, model));
        let name = match role {
            // A payload with a noun that is in use.
            Some(role) if self.taken.contains(role) => self.free(&names::payload_type(self.id)),
            Some(role) => self.free(role),
            None => self.free(model.unwrap_or(name)),
        };
        if object.model.is_some() {
            self.shared.push((shared, name.clone()));
        }
        self.roles.extend(role.map(|role| (role.clone(), name.clone())));
        self.taken.push(name.clone());
        // Enumerations are written before the object that uses them, inner objects after it.
        let before = self.drafted.len();
        let mut properties = Map::new();
        for field in &object.fields {
            properties.insert(field.name.clone(), self.property(field, &name));
        }
        let inside = self.drafted.split_off(before);
        let (enums, inside): (Vec<_>, Vec<_>) =
            inside.into_iter().partition(|(_, schema)| schema.get("enum").is_some());
        self.drafted.extend(enums);
        self.drafted.push((name.clone(), object_schema(object, properties)));
        self.drafted.extend(inside);
        name
    }

    /// Whether a schema of another operation has a name that fits this one, too. A payload that several share is a noun.
    fn may_share(&self, object: &Field, known: &str) -> bool {
        let is_of_one = ["Request", "Response"].iter().any(|suffix| known.ends_with(suffix));
        object.schema_name.is_none() || (!is_of_one && name::noun(self.id).contains(known))
    }

    fn property(&mut self, property: &Field, owner: &str) -> Value {
        let name = if let Type::Enum(_) = property.kind.of_item() {
            name::enumeration(&property.name)
        } else {
            let owner = ["Request", "Response"].iter().find_map(|suffix| owner.strip_suffix(suffix)).unwrap_or(owner);
            format!("{owner}{}", property.name.to_pascal_case())
        };
        let schema = self.of(property, &name);
        let mut written = Map::new();
        let (text, origin) = self.texts.find(&property.name, &schema).unwrap_or((TO_WRITE, ""));
        written.extend(comment(&property.words, origin));
        let referred = match &property.kind {
            _ if schema.get("$ref").is_none() => None,
            Type::Enum(kind) => Some(if **kind == Type::Integer { "integer" } else { "string" }),
            Type::Object | Type::Status => Some("object"),
            _ => None,
        };
        // OpenAPI requires that the type of the target is repeated.
        if let (true, Some(kind)) = (property.nullable, referred) {
            let (text, kind, all) = (json!(text), json!(kind), json!([schema]));
            let properties = [("description", text), ("type", kind), ("nullable", true.into()), ("allOf", all)];
            written.extend(present(properties));
            return Value::Object(written);
        }
        let is_reference = schema.get("$ref").is_some();
        let is_inner = |key: &str| ["items", "anyOf", "additionalProperties"].contains(&key);
        let (inner, own): (Vec<_>, Vec<_>) =
            schema.as_object().cloned().unwrap_or_default().into_iter().partition(|(key, _)| is_inner(key));
        written.extend(own);
        if !is_reference {
            if property.nullable && written.contains_key("type") {
                written.insert("nullable".into(), json!(true));
            }
            written.insert("description".into(), json!(text));
            written.extend(property.limits.clone());
            written.extend(property.example.iter().map(|example| ("example".to_owned(), example.clone())));
        }
        written.extend(inner);
        Value::Object(written)
    }

    fn enumeration(&mut self, enumeration: &Field, name: &str) -> String {
        let Field { values: meanings, open, .. } = enumeration;
        let values: Vec<_> = meanings.iter().map(|meaning| meaning.value.clone()).collect();
        let same = |schema: &Value| schema.get("enum") == Some(&json!(values));
        let drafted = self.drafted.iter().map(|(name, schema)| (name, schema));
        // A single word such as `Type` is not specific enough.
        let one_word = name.chars().filter(char::is_ascii_uppercase).count() < 2;
        let noun = name::noun(self.id);
        let name = if one_word { format!("{noun}{name}") } else { name.to_owned() };
        if self.here.iter().chain(drafted).any(|(known, schema)| *known == name && same(schema)) {
            return name;
        }
        let name = self.free(&name);
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
        let kind = if values.iter().all(Value::is_i64) { "integer" } else { "string" };
        let schema = present([
            ("type", json!(kind)),
            ("description", json!(TO_WRITE)),
            ("enum", json!(values)),
            ("x-enum-varnames", json!(names)),
            ("x-enum-descriptions", json!(vec![TO_WRITE; names.len()])),
            ("x-gofive-open", json!(open.then_some(true))),
        ]);
        self.drafted.push((name.clone(), schema.into()));
        name
    }

    /// The wanted name, or one with the operation's name if it is in use.
    fn free(&self, wanted: &str) -> String {
        let longer = format!("{}{wanted}", self.id.to_pascal_case());
        let numbered = (2..).map(|number| format!("{longer}{number}"));
        let mut names = [wanted.to_owned(), longer.clone()].into_iter().chain(numbered);
        names.find(|name| !self.taken.contains(name)).unwrap_or(longer.clone())
    }
}

/// Descriptions of properties and parameters: the name, what of the schema has to be equal, the text, and where it is from.
#[derive(Debug, Default)]
pub struct Texts(Vec<(String, [Option<Value>; 3], String, String)>);

impl Texts {
    /// The descriptions in a group's file.
    fn of(root: &Value, schemas: &Map<String, Value>) -> Self {
        let properties = schemas.iter().flat_map(|(owner, schema)| {
            let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
            properties.map(move |(name, property)| (owner.as_str(), name.as_str(), property, property))
        });
        let parameters = operations(root).flat_map(|(_, _, operation)| {
            let id = operation["operationId"].as_str().unwrap_or_default();
            let parameters = operation.get("parameters").and_then(Value::as_array).into_iter().flatten();
            parameters.filter_map(move |own| Some((id, own["name"].as_str()?, own, own.get("schema")?)))
        });
        let texts = properties.chain(parameters).filter_map(|(owner, name, described, schema)| {
            let text = described.get("description")?.as_str().filter(|text| !text.is_empty())?;
            Some((name.to_owned(), bare(schema), text.to_owned(), format!("{owner}.{name}")))
        });
        Self(texts.collect())
    }

    /// The description of a property with this name and schema, and where it is from.
    pub fn find(&self, name: &str, schema: &Value) -> Option<(&str, &str)> {
        let wanted = bare(schema);
        let (.., text, origin) = self.0.iter().find(|(own, known, ..)| own == name && *known == wanted)?;
        Some((text, origin))
    }
}

/// What of a schema has to be equal.
fn bare(schema: &Value) -> [Option<Value>; 3] {
    ["type", "$ref", "items"].map(|name| schema.get(name).cloned())
}

/// The page's words and where the description is from, as comments.
pub fn comment(words: &[String], origin: &str) -> Option<(String, Value)> {
    let words = (!words.is_empty()).then(|| format!("Portal: {}", words.join(" ")));
    let origin = (!origin.is_empty()).then(|| format!("Taken from {origin}: check the text."));
    let comments: Vec<_> = words.into_iter().chain(origin).collect();
    (!comments.is_empty()).then(|| (COMMENT.to_owned(), comments.into()))
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// A reference to a part of common.yaml: `schemas/Id`.
pub(super) fn shared(part: &str) -> Value {
    json!({ "$ref": format!("../common.yaml#/components/{part}") })
}

fn object_schema(object: &Field, properties: Map<String, Value>) -> Value {
    let names = |keep: fn(&&Field) -> bool| {
        object.fields.iter().filter(keep).map(|field| field.name.clone()).collect::<Vec<_>>()
    };
    let only_in_example = names(|field| field.only_in_example);
    let evidence = (!only_in_example.is_empty()).then(|| json!({ "example": only_in_example }));
    Value::Object(present([
        ("type", json!("object")),
        ("description", json!(TO_WRITE)),
        ("required", json!(names(|field| field.required == Some(true)))),
        ("x-gofive-property-evidence", json!(evidence)),
        ("properties", Value::Object(properties)),
        ("additionalProperties", json!(object.open.then_some(true))),
    ]))
}
