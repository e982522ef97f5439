//! JSON schemas (2020-12) for agents: with descriptions and examples, without references, and not deeper than asked for.

use gofive_spec::{Api, EnumValue, Enumeration, Format, NumberRange, Operation, ParameterLocation, Schema, SchemaKind};
use serde_json::{Map, Value, json};

use crate::flags::innermost;
use crate::value::plain;

/// How many values of an enumeration are described.
const MAX_VALUES: usize = 60;

/// How many names of properties are listed for an object that is not shown.
const MAX_NAMES: usize = 30;

/// Writes schemas of one document.
pub(super) struct Writer {
    pub(super) api: &'static Api,
    /// How many objects inside of objects are shown.
    pub(super) depth: usize,
    /// The names of properties of the outermost object, and of parameters, that are not shown.
    pub(super) without: Vec<&'static str>,
}

impl Writer {
    /// The schema of the parameters at a location, as those of an object; `None` if there are none.
    pub(super) fn parameters(&self, operation: &'static Operation, location: ParameterLocation) -> Option<Value> {
        let shown = operation.parameters_in(location).filter(|one| !self.without.contains(&one.name.as_str()));
        let (mut properties, mut required) = (Map::new(), Vec::new());
        for parameter in shown {
            let mut schema = self.schema(&parameter.schema);
            if !parameter.description.is_empty() {
                schema["description"] = parameter.description.as_str().into();
            }
            properties.insert(parameter.name.clone(), schema);
            if parameter.required {
                required.push(parameter.name.as_str());
            }
        }
        let is_empty = properties.is_empty();
        let schema = json!({"type": "object", "properties": properties, "required": required});
        (!is_empty).then_some(schema)
    }

    /// The schema of a body or a payload.
    pub(super) fn schema(&self, schema: &'static Schema) -> Value {
        self.write(schema, &mut Vec::new())
    }

    /// Writes a schema inside of these objects.
    fn write(&self, schema: &'static Schema, around: &mut Vec<&'static Schema>) -> Value {
        let own = innermost(self.api, schema);
        let mut keywords = Map::new();
        let described = if schema.description.is_empty() { &own.description } else { &schema.description };
        let mut description = described.trim().to_owned();
        self.write_kind(own, around, &mut keywords, &mut description);
        if !description.is_empty() {
            keywords.insert("description".into(), description.into());
        }
        let of_format = || own.format().map(Format::example).filter(|text| !text.is_empty()).map(Value::from);
        let example = schema.example.clone().or_else(|| own.example.clone()).or_else(of_format);
        if let Some(example) = example.filter(|_| own.format() != Some(Format::Password)) {
            keywords.insert("examples".into(), json!([example]));
        }
        if schema.nullable || own.nullable { or_null(keywords) } else { keywords.into() }
    }

    fn write_kind(
        &self,
        schema: &'static Schema,
        around: &mut Vec<&'static Schema>,
        keywords: &mut Map<String, Value>,
        description: &mut String,
    ) {
        if let Some(json_type) = schema.json_type() {
            keywords.insert("type".into(), json_type.name().into());
        }
        let mut set = |name: &str, value: Option<Value>| {
            keywords.extend(value.map(|value| (name.to_owned(), value)));
        };
        match &schema.kind {
            SchemaKind::Object(_) => self.write_object(schema, around, keywords, description),
            SchemaKind::Array(array) => {
                set("items", array.items.as_deref().map(|items| self.write(items, around)));
                set("minItems", array.min_items.map(Value::from));
                set("maxItems", array.max_items.map(Value::from));
            }
            SchemaKind::String(string) => {
                let pattern = string.pattern.as_deref().or(string.format.map(Format::pattern));
                set("minLength", string.min_length.map(Value::from));
                set("maxLength", string.max_length.map(Value::from));
                set("pattern", pattern.filter(|pattern| !pattern.is_empty()).map(Value::from));
            }
            SchemaKind::Integer(NumberRange { minimum, maximum, .. })
            | SchemaKind::Number(NumberRange { minimum, maximum, .. }) => {
                set("minimum", minimum.clone().map(Value::Number));
                set("maximum", maximum.clone().map(Value::Number));
            }
            SchemaKind::Enumeration(enumeration) => {
                if !enumeration.is_open {
                    set("enum", Some(enumeration.values.clone().into()));
                }
                add_sentence(description, &values(enumeration));
            }
            SchemaKind::AllOf(all) => set("allOf", Some(self.write_all(&all.schemas, around))),
            SchemaKind::AnyOf(any) => set("anyOf", Some(self.write_all(&any.schemas, around))),
            SchemaKind::Ref(_) | SchemaKind::Boolean | SchemaKind::Any => {}
        }
    }

    fn write_all(&self, schemas: &'static [Schema], around: &mut Vec<&'static Schema>) -> Value {
        schemas.iter().map(|schema| self.write(schema, around)).collect()
    }

    fn write_object(
        &self,
        schema: &'static Schema,
        around: &mut Vec<&'static Schema>,
        keywords: &mut Map<String, Value>,
        description: &mut String,
    ) {
        let without: &[&str] = if around.is_empty() { &self.without } else { &[] };
        let shown = || schema.properties().iter().filter(|property| !without.contains(&property.name.as_str()));
        let contains_itself = around.iter().any(|outer| std::ptr::eq(*outer, schema));
        if (around.len() > self.depth || contains_itself) && shown().next().is_some() {
            let names: Vec<_> = shown().take(MAX_NAMES).map(|property| property.name.as_str()).collect();
            let more = if shown().count() > MAX_NAMES { ", \u{2026}" } else { "" };
            add_sentence(description, &format!("Its properties are not shown here: {}{more}.", names.join(", ")));
            return;
        }
        around.push(schema);
        let properties: Map<_, _> =
            shown().map(|property| (property.name.clone(), self.write(&property.schema, around))).collect();
        around.pop();
        let required: Vec<_> =
            shown().filter(|property| property.required).map(|property| property.name.as_str()).collect();
        if !properties.is_empty() {
            keywords.insert("properties".into(), properties.into());
        }
        if !required.is_empty() {
            keywords.insert("required".into(), json!(required));
        }
    }
}

/// The same schema, which also accepts null.
fn or_null(mut keywords: Map<String, Value>) -> Value {
    if let Some(values) = keywords.get_mut("enum").and_then(Value::as_array_mut) {
        values.push(Value::Null);
    }
    if let Some(json_type) = keywords.get_mut("type") {
        *json_type = json!([json_type, "null"]);
    } else if keywords.contains_key("anyOf") || keywords.contains_key("allOf") {
        return json!({"anyOf": [keywords, {"type": "null"}]});
    }
    keywords.into()
}

/// The values of an enumeration with their names and meanings.
fn values(enumeration: &Enumeration) -> String {
    let one = |entry: EnumValue<'_>| {
        let name = if entry.name.is_empty() || plain(entry.value) == entry.name { "" } else { entry.name };
        let notes: Vec<_> =
            [name, entry.description.trim_end_matches('.')].into_iter().filter(|note| !note.is_empty()).collect();
        if notes.is_empty() { entry.value.to_string() } else { format!("{} = {}", entry.value, notes.join(": ")) }
    };
    let mut values: Vec<_> = enumeration.entries().take(MAX_VALUES).map(one).collect();
    if enumeration.entries().count() > MAX_VALUES || enumeration.is_open {
        values.push("and others".to_owned());
    }
    format!("Values: {}.", values.join("; "))
}

fn add_sentence(description: &mut String, sentence: &str) {
    if !description.is_empty() {
        description.push(' ');
    }
    description.push_str(sentence);
}

#[cfg(test)]
mod tests {
    use super::super::catalog;
    use super::*;

    /// What an agent sends is checked against the spec; this checks that the agent is shown the same.
    #[test]
    fn documented_bodies_match_the_schema_that_an_agent_sees() {
        let mut count = 0;
        for (product, operation) in catalog::operations() {
            let Some(schema) = operation.request_schema() else { continue };
            for depth in [0, 2, 9] {
                let written = Writer { api: &product.api, depth, without: Vec::new() }.schema(schema);
                assert!(jsonschema::meta::is_valid(&written), "{}: {written}", operation.id);
                assert!(!written.to_string().contains("$ref"), "{}: {written}", operation.id);
                let validator = jsonschema::validator_for(&written).unwrap();
                for example in operation.request_examples() {
                    let problems: Vec<_> = validator.iter_errors(&example.value).map(|one| one.to_string()).collect();
                    assert!(problems.is_empty(), "{}: {problems:?}", operation.id);
                    count += 1;
                }
            }
        }
        assert!(count > 60, "only {count} examples");
    }

    #[test]
    fn a_schema_says_what_its_values_mean() {
        let (product, operation) = catalog::find("add_case").unwrap();
        let writer = Writer { api: &product.api, depth: 1, without: vec!["note"] };
        let schema = writer.schema(operation.request_schema().unwrap());
        let case_type = schema["properties"]["caseType"]["description"].as_str().unwrap();
        assert!(case_type.contains("1 = REQUEST_FOR_ACTION"), "{case_type}");
        assert!(schema["properties"]["subject"].is_object() && schema["properties"]["note"].is_null());
        assert!(schema["required"].as_array().unwrap().contains(&json!("subject")));
    }
}
