//! Reads schemas. A keyword that has no effect for its type, or that is not known, is an error.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::node::{Node, ObjectNode};
use crate::schema::note::without_note;
use crate::schema::{
    ArraySchema, Combination, Enumeration, INT64, NumberRange, ObjectSchema, PageFlags, Property, PropertySource,
    Schema, SchemaKind, StringSchema, null,
};
use crate::{Format, JsonType, SpecError};

type Result<T> = std::result::Result<T, SpecError>;

impl Schema {
    pub(crate) fn read(node: &Node<'_>) -> Result<Self> {
        Self::of_object(node.object()?)
    }

    fn of_object(mut object: ObjectNode<'_>) -> Result<Self> {
        let pointer = object.node.pointer.clone();
        let (title, description) = (object.text("title")?, object.text("description")?);
        let is_nullable = object.flag("nullable")?;
        let example = object.optional("example").map(|node| node.value.clone());
        let is_plain = title.is_empty() && description.is_empty() && example.is_none();
        if object.optional("$ref").is_some() && (is_nullable || !is_plain) {
            return Err(object.node.error("OpenAPI 3.0 ignores everything beside a `$ref`: wrap it in an `allOf`"));
        }
        let (kind, has_null) = kind(&mut object, is_plain, is_nullable)?;
        object.finish()?;
        let description = without_note(description, &kind);
        let mut schema = Self { pointer, title, description, nullable: is_nullable || has_null, example, kind };
        let of_format = schema.format().map(|format| Value::from(format.example()));
        schema.example = schema.example.filter(|example| Some(example) != of_format.as_ref());
        Ok(schema)
    }
}

/// The kind of a schema, and whether null is one of its alternatives.
fn kind(object: &mut ObjectNode<'_>, is_plain: bool, is_nullable: bool) -> Result<(SchemaKind, bool)> {
    if let Some(node) = object.optional("$ref") {
        return Ok((SchemaKind::Ref(node.reference("schemas")?), false));
    }
    let json_type = object.optional("type").map(|node| json_type(&node)).transpose()?;
    if let Some(all_of) = object.optional("allOf") {
        return Ok((SchemaKind::AllOf(combination(json_type, &all_of)?), false));
    }
    if let Some(any_of) = object.optional("anyOf") {
        let mut alternatives = any_of.items()?;
        let Some(last) = alternatives.pop_if(|last| null::is_null(last.value)) else {
            return Ok((SchemaKind::AnyOf(combination(json_type, &any_of)?), false));
        };
        if *last.value != null::null() || alternatives.is_empty() {
            return Err(last.error(format!("write null as the last of several alternatives: {}", null::null())));
        }
        let others = alternatives.iter().map(Schema::read).collect::<Result<_>>()?;
        return Ok((null::kind_beside_null(others, is_plain), true));
    }
    for (keyword, is_open) in [("enum", false), ("x-gofive-values", true)] {
        if let Some(values) = object.optional(keyword) {
            let enumeration = enumeration(json_type, &values, object, is_nullable, is_open)?;
            return Ok((SchemaKind::Enumeration(enumeration), false));
        }
    }
    let kind = match json_type {
        Some(JsonType::Object) => SchemaKind::Object(object_schema(object)?),
        Some(JsonType::Array) => SchemaKind::Array(ArraySchema {
            items: object.optional("items").map(|items| Schema::read(&items)).transpose()?.map(Box::new),
            min_items: object.optional("minItems").map(|limit| limit.count()).transpose()?,
            max_items: object.optional("maxItems").map(|limit| limit.count()).transpose()?,
        }),
        Some(JsonType::String) => SchemaKind::String(string(object)?),
        Some(JsonType::Integer) => {
            integer_format(object)?;
            SchemaKind::Integer(range(object)?)
        }
        Some(JsonType::Number) => SchemaKind::Number(range(object)?),
        Some(JsonType::Boolean) => SchemaKind::Boolean,
        None => SchemaKind::Any,
    };
    Ok((kind, false))
}

fn string(object: &mut ObjectNode<'_>) -> Result<StringSchema> {
    let own = object.optional("x-gofive-format");
    let format = own.or_else(|| object.optional("format")).map(|name| format(&name)).transpose()?;
    let pattern = object.optional("pattern").map(|pattern| pattern.text()).transpose()?;
    Ok(StringSchema {
        format,
        min_length: object.optional("minLength").map(|limit| limit.count()).transpose()?,
        max_length: object.optional("maxLength").map(|limit| limit.count()).transpose()?,
        pattern: pattern.filter(|pattern| format.is_none_or(|format| format.pattern() != pattern)),
    })
}

fn integer_format(object: &mut ObjectNode<'_>) -> Result<()> {
    match object.optional("format") {
        Some(format) if format.text()? != INT64 => Err(format.error(format!("only `{INT64}` is known here"))),
        _ => Ok(()),
    }
}

fn json_type(node: &Node<'_>) -> Result<JsonType> {
    let all =
        [JsonType::Object, JsonType::Array, JsonType::String, JsonType::Integer, JsonType::Number, JsonType::Boolean];
    let name = node.text()?;
    all.into_iter().find(|json_type| json_type.name() == name).ok_or_else(|| {
        let known = all.map(JsonType::name).join(", ");
        node.error(format!("`{name}` is not one of {known}"))
    })
}

fn format(node: &Node<'_>) -> Result<Format> {
    let name = node.text()?;
    Format::named(&name).ok_or_else(|| {
        let known = Format::ALL.map(Format::name).join(", ");
        node.error(format!("`{name}` is not one of {known}"))
    })
}

fn combination(json_type: Option<JsonType>, node: &Node<'_>) -> Result<Combination> {
    let schemas = node.items()?.iter().map(Schema::read).collect::<Result<Vec<_>>>()?;
    if schemas.is_empty() {
        Err(node.error("there is no schema in it"))
    } else {
        Ok(Combination { json_type, schemas })
    }
}

fn enumeration(
    json_type: Option<JsonType>,
    values: &Node<'_>,
    object: &mut ObjectNode<'_>,
    is_nullable: bool,
    is_open: bool,
) -> Result<Enumeration> {
    let is_integer = match json_type {
        Some(JsonType::Integer) => true,
        Some(JsonType::String) => false,
        _ => return Err(values.error("the type of an enumeration is not string or integer")),
    };
    if is_integer {
        integer_format(object)?;
    }
    let mut items = values.items()?;
    // OpenAPI 3.0 lists null among the values of an enumeration that may be null.
    items.retain(|item| !(is_nullable && item.value.is_null()));
    let other = items.iter().find(|item| if is_integer { !item.value.is_number() } else { !item.value.is_string() });
    match other {
        Some(other) if is_integer => Err(other.error("the type of the enumeration is integer, this is not a number")),
        Some(other) => Err(other.error("the type of the enumeration is string, this is not a string")),
        None => Ok(Enumeration {
            is_integer,
            is_open: is_open || object.flag("x-gofive-open")?,
            values: items.iter().map(|item| item.value.clone()).collect(),
            names: object.texts("x-enum-varnames")?,
            descriptions: object.texts("x-enum-descriptions")?,
            unlisted: by_source(object.optional("x-gofive-value-evidence"), |node| {
                Ok(node.items()?.iter().map(|item| item.value.clone()).collect())
            })?,
        }),
    }
}

fn range(object: &mut ObjectNode<'_>) -> Result<NumberRange> {
    Ok(NumberRange {
        minimum: object.optional("minimum").map(|limit| limit.number()).transpose()?,
        maximum: object.optional("maximum").map(|limit| limit.number()).transpose()?,
    })
}

fn object_schema(object: &mut ObjectNode<'_>) -> Result<ObjectSchema> {
    let required = object.texts("required")?;
    let properties = match object.optional("properties") {
        None => None,
        Some(node) => {
            let entries = node.entries()?;
            Some(entries.iter().map(|(name, node)| property(name, node, &required)).collect::<Result<Vec<_>>>()?)
        }
    };
    let is_open = match object.optional("additionalProperties") {
        Some(open) if !open.flag()? => return Err(open.error("only `true` is known here")),
        open => open.is_some(),
    };
    Ok(ObjectSchema { properties, required, is_open, page_flags: page_flags(object)?, unlisted: unlisted(object)? })
}

fn page_flags(object: &mut ObjectNode<'_>) -> Result<Option<PageFlags>> {
    let (required, nullable) = (object.optional("x-gofive-required"), object.optional("x-gofive-nullable"));
    let names = |node: Option<Node<'_>>| node.map_or(Ok(Vec::new()), |node| node.texts());
    let has_flags = required.is_some() || nullable.is_some();
    let flags = PageFlags { required: names(required)?, nullable: names(nullable)? };
    Ok(has_flags.then_some(flags))
}

fn property(name: &str, node: &Node<'_>, required: &[String]) -> Result<Property> {
    let mut object = node.object()?;
    let null_if_unset = match object.optional("x-gofive-unset") {
        Some(unset) if !unset.value.is_null() => return Err(unset.error("only null is known here")),
        unset => unset.is_some(),
    };
    let schema = Schema::of_object(object)?;
    if null_if_unset && schema.reference().is_some() && !schema.nullable {
        return Err(node.error("OpenAPI 3.0 ignores everything beside a `$ref`: wrap it in an `allOf`"));
    }
    let required = required.iter().any(|required| required == name);
    Ok(Property { name: name.to_owned(), schema, required, null_if_unset })
}

/// Reads `x-gofive-property-evidence`, which is `x-gofive-member-evidence` in older bundles.
fn unlisted(object: &mut ObjectNode<'_>) -> Result<BTreeMap<PropertySource, Vec<String>>> {
    let current = object.optional("x-gofive-property-evidence");
    by_source(current.or_else(|| object.optional("x-gofive-member-evidence")), Node::texts)
}

/// Reads a list for each source.
fn by_source<'a, T>(
    node: Option<Node<'a>>,
    list: impl Fn(&Node<'a>) -> Result<Vec<T>>,
) -> Result<BTreeMap<PropertySource, Vec<T>>> {
    let mut lists = BTreeMap::new();
    let Some(node) = node else { return Ok(lists) };
    let mut sources = node.object()?;
    for source in PropertySource::ALL {
        if let Some(node) = sources.optional(source.name()) {
            lists.insert(source, list(&node)?);
        }
    }
    sources.finish()?;
    Ok(lists)
}
