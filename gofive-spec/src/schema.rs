//! The schema of a value: what kind of JSON it is, and what is known about it.

mod convert;
mod note;
mod null;
mod read;

use std::collections::BTreeMap;

use serde_json::{Number, Value};

pub(crate) use self::convert::INT64;
use crate::{Format, JsonType, Pointer};

/// The schema of a value.
///
/// Two schemas are equal if they say the same, wherever they are in the document.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Schema {
    /// Its location in the document.
    pub pointer: Pointer,
    /// A heading for the documentation; empty if there is none.
    pub title: String,
    /// What the value is, in Markdown; empty if it is not described.
    pub description: String,
    /// Whether the value may be null.
    pub nullable: bool,
    /// A documented value, unless it is the example of the [format](Format::example).
    pub example: Option<Value>,
    /// What kind of value it is.
    pub kind: SchemaKind,
}

/// The kind of value that a schema describes.
#[derive(Clone, Debug, PartialEq)]
pub enum SchemaKind {
    /// The named schema: a `$ref` to `#/components/schemas/<name>`.
    Ref(String),
    /// An object.
    Object(ObjectSchema),
    /// A list.
    Array(ArraySchema),
    /// A string, unless it is one of an enumeration.
    String(StringSchema),
    /// A whole number.
    Integer(NumberRange),
    /// A number with any fraction.
    Number(NumberRange),
    /// `true` or `false`.
    Boolean,
    /// One of several documented values.
    Enumeration(Enumeration),
    /// A value that matches all of the schemas: usually a reference with a description or `nullable` beside it.
    AllOf(Combination),
    /// A value that matches one of the schemas.
    AnyOf(Combination),
    /// A value whose type is not known.
    Any,
}

/// An object and its properties.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ObjectSchema {
    /// The known properties, in the order of the document; `None` if the schema has no list of properties.
    pub properties: Option<Vec<Property>>,
    /// The names of the required properties as listed, even if no property has the name.
    pub required: Vec<String>,
    /// Whether the object may have properties that are not known: `additionalProperties: true`.
    pub is_open: bool,
    /// What the source says of the properties, if the schema is more tolerant: that of a response in a bundle.
    pub page_flags: Option<PageFlags>,
    /// The names of properties that the portal's tables do not list, by their source, as listed.
    pub unlisted: BTreeMap<PropertySource, Vec<String>>,
}

/// The properties of an object that its source marks.
///
/// The API omits properties that its pages call required. In a bundle no property of a response is required, and each may be
/// null; these lists have what the page says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PageFlags {
    /// The names of the required properties: `x-gofive-required`.
    pub required: Vec<String>,
    /// The names of the nullable properties: `x-gofive-nullable`.
    pub nullable: Vec<String>,
}

/// A property of an object.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Property {
    /// The name on the wire.
    pub name: String,
    /// The schema of its value.
    pub schema: Schema,
    /// Whether it is required.
    pub required: bool,
    /// Whether it is sent as null if it is not set (`x-gofive-unset: null`). Any other property is then omitted.
    pub null_if_unset: bool,
}

/// The source of a property, or of a value and its meaning, that the portal's tables do not list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PropertySource {
    /// Only an example of the portal has it.
    Example,
    /// Responses have it.
    Observed,
    /// Public integrations send or read it.
    Wire,
    /// The portal of 2021 listed it.
    Legacy,
}

/// A list and its items.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ArraySchema {
    /// The schema of each item; `None` if the document has none.
    pub items: Option<Box<Schema>>,
    /// The minimum number of items.
    pub min_items: Option<u64>,
    /// The maximum number of items.
    pub max_items: Option<u64>,
}

/// A string and its limits.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct StringSchema {
    /// How it is written.
    pub format: Option<Format>,
    /// The minimum number of characters.
    pub min_length: Option<u64>,
    /// The maximum number of characters.
    pub max_length: Option<u64>,
    /// The regular expression that it matches.
    pub pattern: Option<String>,
}

/// The limits of a number.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct NumberRange {
    /// The minimum.
    pub minimum: Option<Number>,
    /// The maximum.
    pub maximum: Option<Number>,
}

/// The documented values of an enumeration.
///
/// The linter checks that the three lists have the same length. [`Self::entries`] reads them as one list.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Enumeration {
    /// Whether the values are integers; otherwise they are strings.
    pub is_integer: bool,
    /// Whether there are other values, too, which no source gives. A bundle then has the values as `x-gofive-values`, and not
    /// as `enum`.
    pub is_open: bool,
    /// The values.
    pub values: Vec<Value>,
    /// The names of the values: `x-enum-varnames`.
    pub names: Vec<String>,
    /// The meanings of the values: `x-enum-descriptions`.
    pub descriptions: Vec<String>,
    /// The values that the portal's tables do not give with their meanings, by their source, as listed:
    /// `x-gofive-value-evidence`.
    pub unlisted: BTreeMap<PropertySource, Vec<Value>>,
}

/// One value of an enumeration.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct EnumValue<'a> {
    /// The value on the wire.
    pub value: &'a Value,
    /// The name of the value in `UPPER_SNAKE_CASE`; empty if it has none.
    pub name: &'a str,
    /// What the value means; empty if it has no description.
    pub description: &'a str,
    /// The source of the value and its meaning, if the portal's tables do not give both.
    pub source: Option<PropertySource>,
}

/// Several schemas for one value.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Combination {
    /// The type that the document states beside the schemas.
    pub json_type: Option<JsonType>,
    /// The schemas, in the order of the document.
    pub schemas: Vec<Schema>,
}

impl PartialEq for Schema {
    fn eq(&self, other: &Self) -> bool {
        let Self { pointer: _, title, description, nullable, example, kind } = self;
        (title, description, nullable, example, kind)
            == (&other.title, &other.description, &other.nullable, &other.example, &other.kind)
    }
}

impl Schema {
    /// The name of the schema that it refers to, if it is a reference.
    pub fn reference(&self) -> Option<&str> {
        if let SchemaKind::Ref(name) = &self.kind { Some(name) } else { None }
    }

    /// The object, if it is one.
    pub fn as_object(&self) -> Option<&ObjectSchema> {
        if let SchemaKind::Object(object) = &self.kind { Some(object) } else { None }
    }

    /// The enumeration, if it is one.
    pub fn as_enumeration(&self) -> Option<&Enumeration> {
        if let SchemaKind::Enumeration(enumeration) = &self.kind { Some(enumeration) } else { None }
    }

    /// The known properties; none if it is not an object.
    pub fn properties(&self) -> &[Property] {
        self.as_object().map_or(&[], ObjectSchema::properties)
    }

    /// The schema of each item, if it is a list.
    pub fn items(&self) -> Option<&Self> {
        if let SchemaKind::Array(array) = &self.kind { array.items.as_deref() } else { None }
    }

    /// The format, if it is a string with one.
    pub fn format(&self) -> Option<Format> {
        if let SchemaKind::String(string) = &self.kind { string.format } else { None }
    }

    /// The type that the schema states itself. To follow references, use [`Api::json_type`](crate::Api::json_type).
    pub fn json_type(&self) -> Option<JsonType> {
        match &self.kind {
            SchemaKind::Object(_) => Some(JsonType::Object),
            SchemaKind::Array(_) => Some(JsonType::Array),
            SchemaKind::String(_) => Some(JsonType::String),
            SchemaKind::Integer(_) => Some(JsonType::Integer),
            SchemaKind::Number(_) => Some(JsonType::Number),
            SchemaKind::Boolean => Some(JsonType::Boolean),
            SchemaKind::Enumeration(one) => Some(if one.is_integer { JsonType::Integer } else { JsonType::String }),
            SchemaKind::AllOf(combination) | SchemaKind::AnyOf(combination) => combination.json_type,
            SchemaKind::Ref(_) | SchemaKind::Any => None,
        }
    }

    /// Whether anything is known about the type of the value.
    pub fn is_known(&self) -> bool {
        self.kind != SchemaKind::Any
    }

    /// Whether it is a union of strings, numbers and booleans only, such as an identifier.
    pub fn is_scalar_union(&self) -> bool {
        match &self.kind {
            SchemaKind::AnyOf(union) => {
                union.schemas.iter().all(|one| one.json_type().is_some_and(JsonType::is_scalar))
            }
            _ => false,
        }
    }

    /// The same schema, with null as another value. A value whose type is not known may be null anyway.
    #[must_use]
    pub fn or_null(self) -> Self {
        Self { nullable: self.is_known(), ..self }
    }

    /// The same schema without null, unless a schema that it refers to has it.
    #[must_use]
    pub fn without_null(&self) -> Self {
        Self { nullable: false, ..self.clone() }
    }

    /// The same schema without titles, descriptions, examples and the sources of properties and values, also in the schemas
    /// inside it.
    #[must_use]
    pub fn without_docs(&self) -> Self {
        let mut schema = Self { title: String::new(), description: String::new(), example: None, ..self.clone() };
        let strip = |inner: &mut Self| *inner = inner.without_docs();
        match &mut schema.kind {
            SchemaKind::Object(object) => {
                object.unlisted.clear();
                object.properties.iter_mut().flatten().for_each(|property| strip(&mut property.schema));
            }
            SchemaKind::Array(array) => array.items.iter_mut().for_each(|items| strip(items)),
            SchemaKind::AllOf(combination) | SchemaKind::AnyOf(combination) => {
                combination.schemas.iter_mut().for_each(strip);
            }
            SchemaKind::Enumeration(enumeration) => enumeration.unlisted.clear(),
            _ => {}
        }
        schema
    }

    /// The schemas directly inside it: of its properties, of its items, or those that it combines.
    pub fn children(&self) -> impl Iterator<Item = &Self> {
        let combined = match &self.kind {
            SchemaKind::AllOf(combination) | SchemaKind::AnyOf(combination) => combination.schemas.as_slice(),
            _ => &[],
        };
        let properties = self.properties().iter().map(|property| &property.schema);
        properties.chain(self.items()).chain(combined)
    }
}

impl ObjectSchema {
    /// The known properties, in the order of the document.
    pub fn properties(&self) -> &[Property] {
        self.properties.as_deref().unwrap_or_default()
    }

    /// The property of that name.
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties().iter().find(|property| property.name == name)
    }

    /// Whether the source calls a property required, even if the schema does not require it.
    pub fn page_requires(&self, name: &str) -> bool {
        let listed = self.page_flags.as_ref().map_or(&self.required, |flags| &flags.required);
        listed.iter().any(|required| required == name)
    }

    /// Whether the source says that a property may be null, even if the schema allows null everywhere.
    pub fn page_allows_null(&self, name: &str) -> bool {
        match &self.page_flags {
            Some(flags) => flags.nullable.iter().any(|nullable| nullable == name),
            None => self.property(name).is_some_and(|property| property.schema.nullable),
        }
    }

    /// The source of a property that the portal's tables do not list.
    pub fn source_of(&self, name: &str) -> Option<PropertySource> {
        let lists = |(_, names): &(_, &Vec<String>)| names.iter().any(|listed| listed == name);
        self.unlisted.iter().find(lists).map(|(source, _)| *source)
    }
}

impl PropertySource {
    /// All sources.
    pub const ALL: [Self; 4] = [Self::Example, Self::Observed, Self::Wire, Self::Legacy];

    /// The name of the source in the spec.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Example => "example",
            Self::Observed => "observed",
            Self::Wire => "wire",
            Self::Legacy => "legacy",
        }
    }
}

impl Enumeration {
    /// The values with their names and meanings.
    pub fn entries(&self) -> impl Iterator<Item = EnumValue<'_>> {
        self.values.iter().enumerate().map(|(index, value)| EnumValue {
            value,
            name: self.names.get(index).map_or("", String::as_str),
            description: self.descriptions.get(index).map_or("", String::as_str),
            source: self.source_of(value),
        })
    }

    /// The source of a value and its meaning, if the portal's tables do not give both.
    pub fn source_of(&self, value: &Value) -> Option<PropertySource> {
        self.unlisted.iter().find(|(_, values)| values.contains(value)).map(|(source, _)| *source)
    }
}
