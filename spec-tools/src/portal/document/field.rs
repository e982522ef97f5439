//! Reads the schemas of a document as fields: references, combinations, enumerations, and the habits of OpenAPI 3.1.

use std::collections::HashSet;

use gofive_spec::Format;
use serde_json::{Map, Value};

use super::{Document, is_one_of};
use crate::node::Node;
use crate::portal::page::{Field, Meaning, Type};
use crate::portal::values::fits;
use crate::portal::words::plain;

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
    /// Reads a schema.
    pub(super) fn field(&mut self, name: &str, schema: &Node<'a>) -> Field {
        let mut field = Field::new(self.line(&schema.pointer), name, Type::Any);
        if !schema.value.is_object() {
            if !schema.value.is_null() && *schema.value != Value::Bool(true) {
                self.refuse(&schema.pointer, "not a schema");
            }
            return field;
        }
        if self.depth == 0 {
            self.count = 0;
        }
        self.count += 1;
        if self.depth >= MAX_DEPTH || self.count > MAX_FIELDS {
            if self.depth >= MAX_DEPTH || self.count == MAX_FIELDS + 1 {
                self.refuse(&schema.pointer, "the schema has too many levels or properties to be read");
            }
            field.open = true;
            return field;
        }
        self.depth += 1;
        let parts = ["allOf", "oneOf", "anyOf"].into_iter().find(|name| schema.get(name).is_some());
        if let Some(reference) = schema.get("$ref") {
            self.reference(&mut field, reference.as_str().unwrap_or_default(), schema);
        } else if let Some(keyword) = parts {
            self.combination(&mut field, keyword, schema);
        } else {
            self.plain(&mut field, schema);
        }
        self.describe(&mut field, schema);
        self.depth -= 1;
        field
    }

    /// Reads what a schema or a parameter says beside its type.
    pub(super) fn describe(&mut self, field: &mut Field, node: &Node<'a>) {
        let mut words = Vec::new();
        for (keyword, Node { pointer: at, value }) in node.entries() {
            match keyword {
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
                    field.limits.insert(keyword.to_owned(), value.clone());
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
    fn reference(&mut self, field: &mut Field, reference: &str, schema: &Node<'a>) {
        let Some(target) = self.target(reference, schema) else {
            field.open = true;
            return;
        };
        if self.models.contains(&target.pointer) {
            self.refuse(&schema.pointer, "a model inside itself: the spec has no such schemas");
            (field.kind, field.open) = (Type::Object, true);
            return;
        }
        self.models.push(target.pointer.clone());
        let model = target.pointer.split_last().map(|(_, name)| name);
        *field = Field { line: field.line, model, ..self.field(&field.name, &target) };
        self.models.pop();
    }

    fn combination(&mut self, field: &mut Field, keyword: &str, schema: &Node<'a>) {
        let mut read = Vec::new();
        for part in schema.below(keyword).items() {
            let part = self.field(&field.name, &part);
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
        if keyword == "allOf" && schema.get("properties").is_some() {
            let mut own = Field::new(field.line, &field.name, Type::Any);
            self.plain(&mut own, schema);
            read.push(own);
        }
        let (line, nullable) = (field.line, field.nullable);
        if let Some(whole) = read.into_iter().reduce(merged) {
            let name = std::mem::take(&mut field.name);
            *field = Field { line, name, nullable: whole.nullable || nullable, ..whole };
        }
    }

    /// Reads a schema that is neither a reference nor a combination.
    fn plain(&mut self, field: &mut Field, schema: &Node<'a>) {
        let names: Vec<&str> = match schema.get("type") {
            Some(Value::String(name)) => vec![name],
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let types: Vec<_> = names.iter().copied().filter(|name| *name != "null").collect();
        field.nullable |= types.len() < names.len();
        match types.as_slice() {
            [] if schema.get("properties").is_some() => self.of_type(field, "object", schema),
            [] if schema.get("items").is_some() => self.of_type(field, "array", schema),
            [] => {}
            [one] => self.of_type(field, one, schema),
            several => {
                field.kind = Type::Either;
                for name in several {
                    let mut alternative = Field::new(field.line, "", Type::Any);
                    self.of_type(&mut alternative, name, schema);
                    field.fields.push(alternative);
                }
            }
        }
        self.enumeration(field, schema);
    }

    fn of_type(&mut self, field: &mut Field, name: &str, schema: &Node<'a>) {
        if name == "array" {
            let node = schema.below("items");
            let items = self.field(&field.name, &node);
            for keyword in items.limits.keys() {
                self.refuse(&node.pointer.join(keyword), "a limit of the items of a list");
            }
            let example = items.example.map(|item| if item.is_array() { item } else { Value::Array(vec![item]) });
            let (kind, limits) = (Type::List(Box::new(items.kind)), Map::new());
            *field = Field { line: field.line, nullable: field.nullable, kind, limits, example, ..items };
        } else if let Some(kind) = Type::named(name) {
            field.fields = if kind == Type::Object { self.properties(schema) } else { Vec::new() };
            field.kind = kind;
        } else {
            self.refuse(&schema.pointer.join("type"), &format!("`{name}` is not a type"));
        }
    }

    /// The properties of an object, in the order of the page, with those of the models that it spreads.
    fn properties(&mut self, object: &Node<'a>) -> Vec<Field> {
        let texts =
            |name: &str| object.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        let (properties, models) = (object.below("properties"), object.below("x-apidog-refs"));
        let required: HashSet<_> = texts("required").collect();
        let hidden: HashSet<_> = texts("x-apidog-ignore-properties").collect();
        let keys = [&properties, &models].into_iter().filter_map(|all| all.value.as_object()).flat_map(Map::keys);
        let (mut fields, mut seen): (Vec<Field>, HashSet<&str>) = Default::default();
        let names = texts("x-apidog-orders").chain(keys.map(String::as_str)).filter(|name| seen.insert(name));
        for name in names {
            if properties.get(name).is_some() {
                let property = properties.below(name);
                if hidden.contains(name) {
                    self.refuse(&property.pointer, "the page hides this property");
                    continue;
                }
                let field = self.field(name, &property);
                fields.push(Field { required: Some(required.contains(name)), ..field });
            } else if models.get(name).is_some() {
                let (model, overrides) = (models.below(name), models.below(name).below("x-apidog-overrides"));
                for field in self.field("", &model).fields {
                    let name = field.name.as_str();
                    let flag = field.required.map(|flag| flag || required.contains(name));
                    // An object may have properties of the model differently or, if they are null, not at all.
                    let is_gone = hidden.contains(name) || overrides.get(name) == Some(&Value::Null);
                    if !is_gone && fields.iter().all(|own| own.name != name) {
                        let own = overrides.step(name).map(|own| self.field(name, &own));
                        fields.push(Field { required: flag, ..own.unwrap_or(field) });
                    }
                }
            }
        }
        for name in texts("required").filter(|name| !fields.iter().any(|field| field.name == **name)) {
            self.refuse(&object.pointer.join("required"), &format!("`{name}` is required, and not a property"));
        }
        fields
    }

    /// Reads `enum`, with the labels of `x-apidog-enum`.
    fn enumeration(&mut self, field: &mut Field, schema: &Node<'a>) {
        let Some(values) = schema.get("enum").and_then(Value::as_array) else { return };
        let labels = schema.below("x-apidog-enum").items();
        let mut meanings: Vec<Meaning> = Vec::new();
        for value in values {
            field.nullable |= value.is_null();
            let label = labels.iter().find(|label| label.get("value") == Some(value));
            let words = ["name", "label", "description"].into_iter().find_map(|name| label?.text(name));
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
        let is_enumerable = matches!(kind, Type::Integer | Type::Text);
        if is_enumerable && !meanings.is_empty() && meanings.iter().all(|meaning| fits(&kind, &meaning.value)) {
            (field.kind, field.values) = (Type::Enum(Box::new(kind)), meanings);
        } else if !values.is_empty() {
            self.refuse(&schema.pointer.join("enum"), "an enumeration whose values do not have its type");
        }
    }
}

/// Two parts of the same value: the properties of the second come behind, or in place of those with their names.
fn merged(mut whole: Field, part: Field) -> Field {
    if whole.kind == Type::Any {
        (whole.kind, whole.values) = (part.kind, part.values);
    }
    for field in part.fields {
        match whole.fields.iter_mut().find(|known| known.name == field.name) {
            Some(known) => *known = field,
            None => whole.fields.push(field),
        }
    }
    whole.words.extend(part.words);
    whole.limits.extend(part.limits);
    Field {
        open: whole.open || part.open,
        nullable: whole.nullable || part.nullable,
        example: whole.example.or(part.example),
        format: whole.format.or(part.format),
        model: None,
        ..whole
    }
}
