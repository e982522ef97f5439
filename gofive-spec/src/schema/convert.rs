//! Writes schemas back as JSON: for any OpenAPI tool, and as the JSON schema that validates values.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::schema::note::with_note;
use crate::schema::{Combination, NumberRange, ObjectSchema, PropertySource, Schema, SchemaKind, null};
use crate::{Format, Pointer};

/// The format of integers. Without it, generators for many languages make integers of 32 bits.
pub(crate) const INT64: &str = "int64";

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
        let description = with_note(&schema.description, &schema.kind);
        let given = [("title", schema.title.clone()), ("description", description)];
        let given = given.into_iter().filter(|(_, text)| !text.is_empty());
        keywords.extend(given.map(|(name, text)| (name.to_owned(), json!(text))));
        if schema.nullable && null::needs_alternative(&schema.kind) {
            write_alternatives(schema, &mut keywords);
            return Value::Object(keywords);
        }
    }
    if let Some(json_type) = schema.json_type() {
        keywords.insert("type".into(), json_type.name().into());
    }
    if language == Language::OpenApi && schema.nullable && schema.is_known() {
        keywords.insert("nullable".into(), true.into());
    }
    write_kind(schema, &mut keywords, language);
    if language == Language::OpenApi {
        write_example(schema, &mut keywords);
    }
    match language {
        Language::JsonSchema if schema.nullable => json!({ "anyOf": [{ "type": "null" }, keywords] }),
        _ => Value::Object(keywords),
    }
}

/// Writes a schema without a type that may be null.
fn write_alternatives(schema: &Schema, keywords: &mut Map<String, Value>) {
    let mut alternatives = match &schema.kind {
        SchemaKind::AnyOf(Combination { schemas, .. }) => schemas.iter().map(Schema::to_openapi).collect(),
        SchemaKind::AllOf(Combination { schemas, .. }) if schemas.len() == 1 => vec![schemas[0].to_openapi()],
        SchemaKind::AllOf(combination) => vec![json!({ "allOf": write_all(combination, Language::OpenApi) })],
        SchemaKind::Ref(name) => vec![json!({ "$ref": reference(name) })],
        _ => Vec::new(),
    };
    alternatives.push(null::null());
    keywords.insert("anyOf".into(), alternatives.into());
    write_example(schema, keywords);
}

fn write_example(schema: &Schema, keywords: &mut Map<String, Value>) {
    let of_format = schema.format().map(Format::example).filter(|example| !example.is_empty());
    if let Some(example) = schema.example.clone().or_else(|| of_format.map(Value::from)) {
        keywords.insert("example".into(), example);
    }
}

fn reference(name: &str) -> String {
    format!("#{}", Pointer::to_schema(name))
}

fn write_kind(schema: &Schema, keywords: &mut Map<String, Value>, language: Language) {
    let is_openapi = language == Language::OpenApi;
    let mut limits: Vec<(&str, Option<Value>)> = Vec::new();
    match &schema.kind {
        SchemaKind::Ref(name) => limits.push(("$ref", Some(reference(name).into()))),
        SchemaKind::Object(object) => write_object(object, keywords, language),
        SchemaKind::Array(array) => limits.extend([
            ("items", array.items.as_deref().map(|items| write(items, language))),
            ("minItems", array.min_items.map(Value::from)),
            ("maxItems", array.max_items.map(Value::from)),
        ]),
        SchemaKind::String(string) => {
            // Tools know the standard formats only, and strict validators refuse the others.
            let is_private = is_openapi && string.format.is_some_and(|format| !format.is_standard());
            let own = string.pattern.as_deref();
            let of_format = string.format.filter(|_| is_openapi).map(Format::pattern).filter(|text| !text.is_empty());
            limits.extend([
                (
                    if is_private { "x-gofive-format" } else { "format" },
                    string.format.map(|format| format.name().into()),
                ),
                ("minLength", string.min_length.map(Value::from)),
                ("maxLength", string.max_length.map(Value::from)),
                ("pattern", own.or(of_format).map(Value::from)),
            ]);
        }
        SchemaKind::Integer(NumberRange { minimum, maximum }) => {
            limits.extend([
                ("format", Some(INT64.into())),
                ("minimum", minimum.clone().map(Value::Number)),
                ("maximum", maximum.clone().map(Value::Number)),
            ]);
        }
        SchemaKind::Number(NumberRange { minimum, maximum }) => limits
            .extend([("minimum", minimum.clone().map(Value::Number)), ("maximum", maximum.clone().map(Value::Number))]),
        SchemaKind::Enumeration(enumeration) => {
            if enumeration.is_integer {
                limits.push(("format", Some(INT64.into())));
            }
            let null = (is_openapi && schema.nullable && !enumeration.is_open).then_some(Value::Null);
            let values: Vec<_> = enumeration.values.iter().cloned().chain(null).collect();
            match (enumeration.is_open, is_openapi) {
                (false, _) => limits.push(("enum", Some(values.into()))),
                (true, true) => limits.push(("x-gofive-values", Some(values.into()))),
                (true, false) => {}
            }
            if is_openapi {
                let list = |texts: &[String]| (!texts.is_empty()).then(|| json!(texts));
                limits.push(("x-enum-varnames", list(&enumeration.names)));
                limits.push(("x-enum-descriptions", list(&enumeration.descriptions)));
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
    if let (Language::OpenApi, Some(flags)) = (language, &object.page_flags) {
        keywords.insert("x-gofive-required".into(), json!(flags.required));
        keywords.insert("x-gofive-nullable".into(), json!(flags.nullable));
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
