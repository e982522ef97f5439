//! Writes schemas back as JSON: for any OpenAPI tool, and as the JSON schema that validates values.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::Pointer;
use crate::schema::{Combination, NumberRange, ObjectSchema, PropertySource, Schema, SchemaKind};

/// The schema language that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Language {
    /// OpenAPI 3.0, with everything that the model knows.
    OpenApi,
    /// JSON schema (2020-12): what a validator needs.
    JsonSchema,
}

impl Schema {
    /// The schema as the document has it, in OpenAPI 3.0.
    pub fn to_openapi(&self) -> Value {
        write(self, Language::OpenApi)
    }

    /// The schema as JSON schema (2020-12), without documentation. References lead to `#/components/schemas/<name>`.
    pub fn to_json_schema(&self) -> Value {
        write(self, Language::JsonSchema)
    }
}

fn write(schema: &Schema, language: Language) -> Value {
    let mut keywords = Map::new();
    if language == Language::OpenApi {
        let texts = [("title", &schema.title), ("description", &schema.description)];
        let given = texts.into_iter().filter(|(_, text)| !text.is_empty());
        keywords.extend(given.map(|(name, text)| (name.to_owned(), json!(text))));
    }
    if let Some(json_type) = schema.json_type() {
        keywords.insert("type".into(), json_type.name().into());
    }
    if language == Language::OpenApi && schema.nullable {
        keywords.insert("nullable".into(), true.into());
    }
    write_kind(&schema.kind, &mut keywords, language);
    match language {
        Language::JsonSchema if schema.nullable => json!({ "anyOf": [{ "type": "null" }, keywords] }),
        _ => Value::Object(keywords),
    }
}

fn write_kind(kind: &SchemaKind, keywords: &mut Map<String, Value>, language: Language) {
    let mut limits: Vec<(&str, Option<Value>)> = Vec::new();
    match kind {
        SchemaKind::Ref(name) => limits.push(("$ref", Some(format!("#{}", Pointer::to_schema(name)).into()))),
        SchemaKind::Object(object) => write_object(object, keywords, language),
        SchemaKind::Array(array) => limits.extend([
            ("items", array.items.as_deref().map(|items| write(items, language))),
            ("minItems", array.min_items.map(Value::from)),
            ("maxItems", array.max_items.map(Value::from)),
        ]),
        SchemaKind::String(string) => limits.extend([
            ("format", string.format.map(|format| format.name().into())),
            ("minLength", string.min_length.map(Value::from)),
            ("maxLength", string.max_length.map(Value::from)),
            ("pattern", string.pattern.clone().map(Value::from)),
        ]),
        SchemaKind::Integer(NumberRange { minimum, maximum })
        | SchemaKind::Number(NumberRange { minimum, maximum }) => {
            limits.extend([
                ("minimum", minimum.clone().map(Value::Number)),
                ("maximum", maximum.clone().map(Value::Number)),
            ]);
        }
        SchemaKind::Enumeration(enumeration) => {
            if language == Language::OpenApi || !enumeration.is_open {
                limits.push(("enum", Some(json!(enumeration.values))));
            }
            if language == Language::OpenApi {
                let list = |texts: &[String]| (!texts.is_empty()).then(|| json!(texts));
                limits.push(("x-enum-varnames", list(&enumeration.names)));
                limits.push(("x-enum-descriptions", list(&enumeration.descriptions)));
                limits.push(("x-gofive-open", enumeration.is_open.then_some(Value::Bool(true))));
                limits.push(("x-gofive-value-evidence", by_source(&enumeration.unlisted)));
            }
        }
        SchemaKind::AllOf(combination) => limits.push(("allOf", Some(write_all(combination, language)))),
        SchemaKind::AnyOf(combination) => limits.push(("anyOf", Some(write_all(combination, language)))),
        SchemaKind::Boolean | SchemaKind::Any => {}
    }
    keywords.extend(limits.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
}

fn write_all(combination: &Combination, language: Language) -> Value {
    combination.schemas.iter().map(|schema| write(schema, language)).collect()
}

fn write_object(object: &ObjectSchema, keywords: &mut Map<String, Value>, language: Language) {
    if !object.required.is_empty() {
        keywords.insert("required".into(), json!(object.required));
    }
    if let Some(properties) = &object.properties {
        let properties = properties.iter().map(|property| {
            let mut written = write(&property.schema, language);
            if language == Language::OpenApi && property.null_if_unset {
                written["x-gofive-unset"] = Value::Null;
            }
            (property.name.clone(), written)
        });
        keywords.insert("properties".into(), Value::Object(properties.collect()));
    }
    if object.is_open {
        keywords.insert("additionalProperties".into(), true.into());
    }
    if language == Language::OpenApi {
        let unlisted = by_source(&object.unlisted).map(|lists| ("x-gofive-property-evidence".into(), lists));
        keywords.extend(unlisted);
    }
}

/// The list of each source; `None` if there is none.
fn by_source<T: Clone + Into<Value>>(lists: &BTreeMap<PropertySource, Vec<T>>) -> Option<Value> {
    let lists: Map<_, _> = lists.iter().map(|(source, list)| (source.name().to_owned(), list.clone().into())).collect();
    (!lists.is_empty()).then_some(Value::Object(lists))
}
