//! Reads the schemas of a document as fields: references, combinations, enumerations, and the habits of OpenAPI 3.1.

use std::collections::HashSet;

use gofive_spec::{Format, Pointer};
use serde_json::{Map, Value};

use super::context::{Document, is_one_of, text};
use super::words::plain;
use crate::portal::page::{Field, Meaning, Type};

/// The limit of nesting, deeper than any body of the API.
const MAX_DEPTH: usize = 32;
/// The limit of the fields of one body: models that refer to one another can multiply.
const MAX_FIELDS: usize = 5_000;

/// The limits that the spec has, too.
pub(crate) const LIMITS: [&str; 6] = ["minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"];
/// Keywords that say nothing about the wire, or that are read with others.
const SILENT: &str = "type properties required items $ref readOnly writeOnly deprecated xml externalDocs x-internal discriminator \
     enum name in schema allOf oneOf anyOf style explode allowEmptyValue";
/// Keywords that the spec does not have.
const UNKNOWN: &str = "exclusiveMinimum exclusiveMaximum multipleOf uniqueItems minProperties maxProperties not if";
/// Formats that say no more than the type, or that an example says better.
const SILENT_FORMATS: &str = "int32 int64 float double decimal number string uuid email uri url hostname";

impl<'a> Document<'a> {
    /// Reads the schema at `at`.
    pub(super) fn field(&mut self, name: &str, schema: &'a Value, at: &Pointer) -> Field {
        let mut field = Field::new(self.line(at), name, Type::Any);
        let Some(object) = schema.as_object() else {
            if !schema.is_null() && *schema != Value::Bool(true) {
                self.refuse(at, "not a schema");
            }
            return field;
        };
        if self.depth == 0 {
            self.count = 0;
        }
        self.count += 1;
        if self.depth >= MAX_DEPTH || self.count > MAX_FIELDS {
            if self.depth >= MAX_DEPTH || self.count == MAX_FIELDS + 1 {
                self.refuse(at, "the schema has too many levels or properties to be read");
            }
            field.open = true;
            return field;
        }
        self.depth += 1;
        let parts = ["allOf", "oneOf", "anyOf"].into_iter().find(|name| object.contains_key(*name));
        if object.contains_key("$ref") {
            self.reference(&mut field, object, at);
        } else if let Some(keyword) = parts {
            self.combination(&mut field, keyword, object, at);
        } else {
            self.plain(&mut field, object, at);
        }
        self.describe(&mut field, schema, at);
        self.depth -= 1;
        field
    }

    /// Reads what a schema or a parameter says beside its type.
    pub(super) fn describe(&mut self, field: &mut Field, value: &'a Value, at: &Pointer) {
        let Some(object) = value.as_object() else { return };
        let mut words = Vec::new();
        for (keyword, value) in object {
            let at = at.join(keyword);
            match keyword.as_str() {
                "title" | "description" => words.extend(value.as_str().map(plain).unwrap_or_default()),
                "nullable" => field.nullable |= *value == true,
                "example" => field.example = Some(value.clone()),
                "examples" => {
                    let first = value.get(0).or_else(|| value.as_object()?.values().next()?.get("value"));
                    field.example = field.example.take().or(first.cloned());
                }
                "default" if value.is_null() => {}
                "default" | "const" | "pattern" => words.push(format!("{keyword}: {value}")),
                // How a date-time is written, only an example shows.
                "format" => match value.as_str() {
                    Some("date") => field.format = Some(Format::Date),
                    Some("date-time") => field.format = Some(Format::AnyDateTime),
                    Some("password") => field.format = Some(Format::Password),
                    Some(format) if is_one_of(format, SILENT_FORMATS) => {}
                    _ => words.push(format!("format: {value}")),
                },
                limit if LIMITS.contains(&limit) => {
                    field.limits.insert(keyword.clone(), value.clone());
                }
                "additionalProperties" => field.open |= *value != false,
                other if is_one_of(other, UNKNOWN) => self.refuse(&at, "the spec does not have this keyword"),
                other if is_one_of(other, SILENT) || other.starts_with("x-apidog-") => {}
                _ => self.refuse(&at, "the draft does not know this keyword"),
            }
        }
        if !words.is_empty() {
            field.words = words;
        }
    }

    /// Reads the model that a reference names. Keywords beside the reference come on top.
    fn reference(&mut self, field: &mut Field, object: &'a Map<String, Value>, at: &Pointer) {
        let reference = object["$ref"].as_str().unwrap_or_default();
        let Some((schema, target)) = self.target(reference, at) else {
            field.open = true;
            return;
        };
        if self.models.contains(&target) {
            self.refuse(at, "a model inside itself: the spec has no such schemas");
            (field.kind, field.open) = (Type::Object, true);
            return;
        }
        self.models.push(target.clone());
        let line = field.line;
        *field = self.field(&field.name, schema, &target);
        field.line = line;
        field.model = target.split_last().map(|(_, name)| name);
        self.models.pop();
    }

    fn combination(&mut self, field: &mut Field, keyword: &str, object: &'a Map<String, Value>, at: &Pointer) {
        let parts = object[keyword].as_array().map(Vec::as_slice).unwrap_or_default();
        let mut read = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            let part = self.field(&field.name, part, &at.join(keyword).item(index));
            // `{type: 'null'}` is one of the alternatives.
            if part.kind == Type::Any && part.nullable && part.words.is_empty() {
                field.nullable = true;
            } else {
                read.push(part);
            }
        }
        if keyword != "allOf" && read.len() > 1 {
            let is_same = read.windows(2).all(|pair| pair[0].kind == pair[1].kind);
            if !is_same || read.iter().any(|part| !part.fields.is_empty()) {
                field.kind = Type::Either;
                field.fields = read.into_iter().map(|part| Field { name: String::new(), ..part }).collect();
                return;
            }
            read.truncate(1);
        }
        // Properties beside `allOf` are one more part.
        if keyword == "allOf" && object.contains_key("properties") {
            let mut own = Field::new(field.line, &field.name, Type::Any);
            self.plain(&mut own, object, at);
            read.push(own);
        }
        let (line, name, nullable) = (field.line, field.name.clone(), field.nullable);
        let mut parts = read.into_iter();
        if let Some(mut whole) = parts.next() {
            for part in parts {
                merge(&mut whole, part);
            }
            *field = whole;
        }
        (field.line, field.name, field.nullable) = (line, name, field.nullable || nullable);
    }

    /// Reads a schema that is neither a reference nor a combination.
    fn plain(&mut self, field: &mut Field, object: &'a Map<String, Value>, at: &Pointer) {
        let names: Vec<&str> = match object.get("type") {
            Some(Value::String(name)) => vec![name],
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let types: Vec<_> = names.iter().copied().filter(|name| *name != "null").collect();
        field.nullable |= types.len() < names.len();
        let inferred = match object {
            _ if object.contains_key("properties") => "object",
            _ if object.contains_key("items") => "array",
            _ => "",
        };
        match types.as_slice() {
            [] if inferred.is_empty() => {}
            [] => self.of_type(field, inferred, object, at),
            [one] => self.of_type(field, one, object, at),
            several => {
                field.kind = Type::Either;
                for name in several {
                    let mut alternative = Field::new(field.line, "", Type::Any);
                    self.of_type(&mut alternative, name, object, at);
                    field.fields.push(alternative);
                }
            }
        }
        self.enumeration(field, object, at);
    }

    fn of_type(&mut self, field: &mut Field, name: &str, object: &'a Map<String, Value>, at: &Pointer) {
        match name {
            "string" => field.kind = Type::Text,
            "integer" => field.kind = Type::Integer,
            "number" => field.kind = Type::Number,
            "boolean" => field.kind = Type::Boolean,
            "any" => {}
            "object" => {
                field.kind = Type::Object;
                field.fields = self.properties(object, at);
            }
            "array" => {
                let empty = &Value::Null;
                let items = self.field(&field.name, object.get("items").unwrap_or(empty), &at.join("items"));
                for keyword in items.limits.keys() {
                    self.refuse(&at.join("items").join(keyword), "a limit of the items of a list");
                }
                let own = std::mem::take(&mut field.words);
                let Field { kind, fields, values, model, open, example, format, .. } = items;
                let words = if own.is_empty() { items.words } else { own };
                let example = example.map(|item| if item.is_array() { item } else { Value::Array(vec![item]) });
                (field.kind, field.fields, field.values) = (Type::List(Box::new(kind)), fields, values);
                (field.model, field.open, field.words, field.example) = (model, open, words, example);
                field.format = format;
            }
            _ => {
                self.refuse(&at.join("type"), &format!("`{name}` is not a type"));
            }
        }
    }

    /// The properties of an object, in the order of the page, with those of the models that it spreads.
    fn properties(&mut self, object: &'a Map<String, Value>, at: &Pointer) -> Vec<Field> {
        let map = |name: &str| object.get(name).and_then(Value::as_object);
        let texts =
            |name: &str| object.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        let (properties, models) = (map("properties"), map("x-apidog-refs"));
        let required: HashSet<_> = texts("required").collect();
        let hidden: HashSet<_> = texts("x-apidog-ignore-properties").collect();
        let keys = properties.into_iter().chain(models).flat_map(Map::keys).map(String::as_str);
        let (mut fields, mut seen): (Vec<Field>, HashSet<&str>) = Default::default();
        for name in texts("x-apidog-orders").chain(keys).filter(|name| seen.insert(name)) {
            if let Some(schema) = properties.and_then(|properties| properties.get(name)) {
                let at = at.join("properties").join(name);
                if hidden.contains(name) {
                    self.refuse(&at, "the page hides this property");
                    continue;
                }
                let field = self.field(name, schema, &at);
                fields.push(Field { required: Some(required.contains(name)), ..field });
            } else if let Some(model) = models.and_then(|models| models.get(name)) {
                for mut field in self.spread(model, &at.join("x-apidog-refs").join(name)) {
                    let name = field.name.as_str();
                    if !hidden.contains(name) && fields.iter().all(|own| own.name != name) {
                        field.required = field.required.map(|flag| flag || required.contains(name));
                        fields.push(field);
                    }
                }
            }
        }
        for name in texts("required").filter(|name| !fields.iter().any(|field| field.name == **name)) {
            self.refuse(&at.join("required"), &format!("`{name}` is required, and not a property"));
        }
        fields
    }

    /// The properties of a model that an object spreads. It may have some differently or, if they are null, not at all.
    fn spread(&mut self, model: &'a Value, at: &Pointer) -> Vec<Field> {
        let overrides = model.get("x-apidog-overrides").and_then(Value::as_object);
        let mut fields = self.field("", model, at).fields;
        fields.retain_mut(|field| match overrides.and_then(|overrides| overrides.get(&field.name)) {
            Some(Value::Null) => false,
            Some(schema) => {
                let at = at.join("x-apidog-overrides").join(&field.name);
                *field = Field { required: field.required, ..self.field(&field.name, schema, &at) };
                true
            }
            None => true,
        });
        fields
    }

    /// Reads `enum`, with the labels of `x-apidog-enum`.
    fn enumeration(&mut self, field: &mut Field, object: &'a Map<String, Value>, at: &Pointer) {
        let Some(values) = object.get("enum").and_then(Value::as_array) else { return };
        let labels = object.get("x-apidog-enum").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let mut meanings: Vec<Meaning> = Vec::new();
        for value in values {
            field.nullable |= value.is_null();
            let label = labels.iter().find(|label| label.get("value") == Some(value));
            let words = ["name", "label", "description"].into_iter().find_map(|name| text(label?, name));
            let words = words.unwrap_or_default().to_owned();
            if !value.is_null() && meanings.iter().all(|meaning| meaning.value != *value) {
                meanings.push(Meaning { value: value.clone(), words });
            }
        }
        let kind = match &field.kind {
            Type::Any if meanings.iter().all(|meaning| meaning.value.is_i64()) => Type::Integer,
            Type::Any => Type::Text,
            kind => kind.clone(),
        };
        let fits = meanings.iter().all(|meaning| match kind {
            Type::Integer => meaning.value.is_i64(),
            Type::Text => meaning.value.is_string(),
            _ => false,
        });
        if fits && !meanings.is_empty() {
            (field.kind, field.values) = (Type::Enum(Box::new(kind)), meanings);
        } else if !values.is_empty() {
            self.refuse(&at.join("enum"), "an enumeration whose values do not have its type");
        }
    }
}

/// Adds another part of the same value: its properties come behind, or in place of those with their names.
fn merge(whole: &mut Field, part: Field) {
    if whole.kind == Type::Any {
        whole.kind = part.kind;
        whole.values = part.values;
    }
    for field in part.fields {
        match whole.fields.iter_mut().find(|known| known.name == field.name) {
            Some(known) => *known = field,
            None => whole.fields.push(field),
        }
    }
    whole.words.extend(part.words);
    whole.open |= part.open;
    whole.nullable |= part.nullable;
    whole.limits.extend(part.limits);
    whole.example = whole.example.take().or(part.example);
    whole.format = whole.format.or(part.format);
    whole.model = None;
}
