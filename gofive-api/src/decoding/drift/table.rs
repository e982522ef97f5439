//! What the spec knows of responses: `responses.json` of each product, read when somebody first listens.
//!
//! All products are in it, whichever are turned on: a [custom request](crate::CustomRequest) may have the name of any operation.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::Value;

use crate::decoding::drift::date_format;

/// The files. `spec-tools` describes what they have.
const FILES: [&str; 3] = [
    include_str!("../../generated/empeo/responses.json"),
    include_str!("../../generated/etaxgo/responses.json"),
    include_str!("../../generated/venio/responses.json"),
];

/// What is documented of a product.
#[derive(Debug, Default)]
pub(super) struct Table {
    operations: HashMap<String, Vec<(String, Documented)>>,
    objects: Vec<Object>,
    enumerations: Vec<Enumeration>,
}

/// What is documented of a value. Null is always accepted.
#[derive(Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is an alternative")]
pub(super) struct Documented {
    /// All of it as text, for people: `integer|string`.
    pub(super) text: String,
    /// Whether nothing is known.
    pub(super) is_any: bool,
    pub(super) is_string: bool,
    pub(super) is_integer: bool,
    pub(super) is_number: bool,
    pub(super) is_boolean: bool,
    /// Whether it may be an object without known properties.
    pub(super) is_object: bool,
    /// The formats of dates that a text may have.
    pub(super) formats: Vec<&'static str>,
    objects: Vec<usize>,
    enumeration: Option<usize>,
    /// The items, if it may be a list.
    pub(super) items: Option<Box<Documented>>,
}

/// An object with known properties.
#[derive(Debug, Default)]
pub(super) struct Object {
    pub(super) properties: Vec<Property>,
}

/// A property of an object.
#[derive(Debug)]
pub(super) struct Property {
    pub(super) name: String,
    pub(super) value: Documented,
}

/// The known values of an enumeration.
#[derive(Debug)]
pub(super) struct Enumeration {
    pub(super) name: String,
    is_integer: bool,
    /// As text.
    values: Vec<String>,
}

/// The file as it is written.
#[derive(Default, Deserialize)]
struct File {
    operations: BTreeMap<String, BTreeMap<String, String>>,
    objects: BTreeMap<String, Vec<String>>,
    enumerations: BTreeMap<String, Vec<Value>>,
}

/// The table that has the operation.
pub(super) fn of(operation: &str) -> Option<&'static Table> {
    static TABLES: OnceLock<Vec<Table>> = OnceLock::new();
    let tables = TABLES.get_or_init(|| FILES.into_iter().map(Table::parse).collect());
    tables.iter().find(|table| table.operations.contains_key(operation))
}

impl Table {
    /// Reads a file. One that cannot be read documents nothing; a test reads the committed ones.
    pub(super) fn parse(text: &str) -> Self {
        let file: File = serde_json::from_str(text).unwrap_or_default();
        let names: Vec<_> = file.objects.keys().map(String::as_str).collect();
        let enumerations: Vec<_> =
            file.enumerations.iter().map(|(name, values)| Enumeration::new(name, values)).collect();
        let known = Known { objects: &names, enumerations: &enumerations };
        let operation = |responses: &BTreeMap<String, String>| {
            responses.iter().map(|(statuses, body)| (statuses.clone(), known.documented(body))).collect()
        };
        let property = |property: &String| {
            let (name, value) = property.rsplit_once(": ").unwrap_or((property, "any"));
            Property { name: name.to_owned(), value: known.documented(value) }
        };
        let object = |properties: &Vec<String>| Object { properties: properties.iter().map(property).collect() };
        Self {
            operations: file.operations.iter().map(|(id, responses)| (id.clone(), operation(responses))).collect(),
            objects: file.objects.values().map(object).collect(),
            enumerations,
        }
    }

    /// What is documented of the body of a response: by its status, or by its range. Any success is the documented one.
    pub(super) fn response(&self, operation: &str, status: u16) -> Option<&Documented> {
        let responses = self.operations.get(operation)?;
        let find = |is_meant: &dyn Fn(&str) -> bool| {
            responses.iter().find(|(statuses, _)| statuses.split(' ').any(is_meant)).map(|(_, body)| body)
        };
        let (exact, digit) = (status.to_string(), char::from_digit(u32::from(status / 100), 10)?);
        let range = format!("{digit}XX");
        find(&|known| known == exact)
            .or_else(|| find(&|known| known == range))
            .or_else(|| find(&|known| digit == '2' && known.starts_with(digit)))
    }

    /// The objects that a value may be.
    pub(super) fn objects<'t>(&'t self, documented: &'t Documented) -> impl Iterator<Item = &'t Object> {
        documented.objects.iter().filter_map(|index| self.objects.get(*index))
    }

    /// The enumeration that a value may be of.
    pub(super) fn enumeration(&self, documented: &Documented) -> Option<&Enumeration> {
        self.enumerations.get(documented.enumeration?)
    }
}

impl Enumeration {
    fn new(name: &str, values: &[Value]) -> Self {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let is_integer = values.iter().all(Value::is_i64);
        Self { name: name.to_owned(), is_integer, values: values.iter().map(text).collect() }
    }

    /// Whether the value is known, as text.
    pub(super) fn has(&self, value: &str) -> bool {
        self.values.iter().any(|known| known == value)
    }
}

impl Object {
    /// The property with this name. `likely` is the index of the one after the last that was asked for: most records have the
    /// order of the spec.
    pub(super) fn property(&self, name: &str, likely: &mut usize) -> Option<&Property> {
        let is_named = |property: &&Property| property.name == name;
        let index = match self.properties.get(*likely).filter(is_named) {
            Some(_) => *likely,
            None => self.properties.iter().position(|property| property.name == name)?,
        };
        *likely = index + 1;
        self.properties.get(index)
    }
}

impl Documented {
    /// A value of which nothing is documented.
    pub(super) const fn any() -> Self {
        Self {
            text: String::new(),
            is_any: true,
            is_string: false,
            is_integer: false,
            is_number: false,
            is_boolean: false,
            is_object: false,
            formats: Vec::new(),
            objects: Vec::new(),
            enumeration: None,
            items: None,
        }
    }

    /// Whether it may be an object.
    pub(super) fn may_be_object(&self) -> bool {
        self.is_object || self.has_properties()
    }

    /// Whether it may be an object whose properties are known.
    pub(super) fn has_properties(&self) -> bool {
        !self.objects.is_empty()
    }
}

/// The names in a file, sorted.
struct Known<'a> {
    objects: &'a [&'a str],
    enumerations: &'a [Enumeration],
}

impl Known<'_> {
    fn documented(&self, text: &str) -> Documented {
        let mut documented = Documented::default();
        let mut shown = Vec::new();
        for alternative in alternatives(text) {
            shown.push(self.add(&mut documented, alternative));
        }
        shown.dedup();
        documented.text = shown.join("|");
        documented
    }

    /// Adds an alternative, and returns what it is for people.
    fn add<'t>(&self, documented: &mut Documented, alternative: &'t str) -> &'t str {
        match alternative {
            "any" => documented.is_any = true,
            "string" => documented.is_string = true,
            "integer" => documented.is_integer = true,
            "number" => documented.is_number = true,
            "boolean" => documented.is_boolean = true,
            "object" => documented.is_object = true,
            _ => {
                if let Some(items) = alternative.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                    documented.items = Some(Box::new(self.documented(items)));
                    return "array";
                }
                if let Ok(index) = self.objects.binary_search(&alternative) {
                    documented.objects.push(index);
                    return "object";
                }
                if let Ok(index) = self.enumerations.binary_search_by(|known| known.name.as_str().cmp(alternative)) {
                    documented.enumeration = Some(index);
                    let is_integer = self.enumerations[index].is_integer;
                    documented.is_integer |= is_integer;
                    documented.is_string |= !is_integer;
                    return if is_integer { "integer" } else { "string" };
                }
                documented.formats.extend(date_format::named(alternative));
            }
        }
        alternative
    }
}

/// The parts between the `|` that are outside of lists.
fn alternatives(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_u32;
    text.split(move |character| {
        match character {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        character == '|' && depth == 0
    })
}
