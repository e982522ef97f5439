//! Compares a table with its example: properties get types that fit both, and contradictions become oddities.

use gofive_spec::{Direction, Format};
use serde_json::Value;

use super::meaning;
use super::page::{Field, Meaning, Type};
use super::words::{items, join, list, named};

/// A property of an object.
#[derive(Clone, Debug)]
pub struct DraftProperty {
    pub name: String,
    pub kind: Kind,
    pub required: bool,
    pub nullable: bool,
    /// The page's description.
    pub words: Vec<String>,
    /// Whether only the example has it, and not the table.
    pub only_in_example: bool,
}

/// The type of a property.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A string, perhaps with one of the formats of openapi/README.md.
    Text(Option<Format>),
    Integer,
    Number,
    Boolean,
    /// An identifier (by its name) that is sometimes a string and sometimes a number.
    Id,
    /// Unknown, or contradictory.
    Unknown,
    Enum(Vec<Meaning>),
    Object(Object),
    List(Box<Kind>),
    /// common.yaml's `Status`.
    Status,
    /// One of two objects: an inner envelope, or the payload itself.
    Either(Object, Object),
}

/// The properties of an object.
#[derive(Clone, Debug, Default)]
pub struct Object {
    pub properties: Vec<DraftProperty>,
    /// Whether there may be more.
    pub open: bool,
    /// Its name, unless that follows from the property that it is in.
    pub name: Option<String>,
}

/// Compares tables with examples, and collects what it finds.
#[derive(Debug)]
pub struct Comparison {
    pub direction: Direction,
    /// Contradictions, for `x-gofive-oddities`.
    pub oddities: Vec<String>,
    /// What the maintainer must decide.
    pub checks: Vec<String>,
    /// Whether the page does not list all properties.
    pub partial: bool,
    /// Whether the example is cut, so that properties may be missing because of that.
    pub cut_example: bool,
}

impl Comparison {
    pub fn new(direction: Direction) -> Self {
        Self { direction, oddities: Vec::new(), checks: Vec::new(), partial: false, cut_example: false }
    }

    /// An object, from the rows of the table and the values in the example. `at` is its name in sentences.
    pub fn object(&mut self, nodes: &[Field], open: bool, samples: &[&Value], at: &str) -> Object {
        let samples: Vec<&Value> = samples.iter().copied().filter(|value| value.is_object()).collect();
        let mut properties: Vec<_> = nodes.iter().map(|node| self.property(node, &samples, at)).collect();
        let unlisted = self.unlisted(nodes, &samples);
        // If the table is cut, they may be in the missing part.
        if !unlisted.is_empty() && !nodes.is_empty() && !open {
            let names: Vec<_> = unlisted.iter().map(|property| join(at, &property.name)).collect();
            self.oddities.push(format!("The page's example has {}, which its table does not list.", list(&names)));
        }
        properties.extend(unlisted);
        self.partial |= open;
        Object { properties, open, name: None }
    }

    /// The properties that only the example has.
    pub fn unlisted(&mut self, nodes: &[Field], samples: &[&Value]) -> Vec<DraftProperty> {
        let mut properties: Vec<DraftProperty> = Vec::new();
        for (name, _) in samples.iter().filter_map(|sample| sample.as_object()).flatten() {
            let known = nodes.iter().any(|node| node.name == *name);
            if !known && properties.iter().all(|property| property.name != *name) {
                let values: Vec<_> = samples.iter().filter_map(|sample| sample.get(name)).collect();
                let (kind, required) = (self.of_values(&values), false);
                let nullable = values.iter().any(|value| value.is_null()) && !matches!(kind, Kind::Unknown);
                let (name, words) = (name.clone(), Vec::new());
                properties.push(DraftProperty { name, kind, required, nullable, words, only_in_example: true });
            }
        }
        properties
    }

    fn property(&mut self, node: &Field, samples: &[&Value], at: &str) -> DraftProperty {
        let row = node;
        let at = join(at, &row.name);
        let values: Vec<_> = samples.iter().filter_map(|sample| sample.get(&row.name)).collect();
        if row.required == Some(true) && values.is_empty() && !samples.is_empty() && !self.cut_example {
            self.oddities.push(format!("The page's table requires {at}, which its example omits."));
            self.checks.push(format!("{at}: required by the table, missing in the example: decide which is right"));
        }
        if row.required.is_none() {
            self.oddities.push(format!("The page's table does not say whether {at} is required."));
        }
        let mut nullable = row.nullable;
        if !nullable && values.iter().any(|value| value.is_null()) {
            nullable = true;
            self.oddities.push(format!(
                "The page's table does not let {at} be null, yet its example has null. Null is accepted here."
            ));
        }
        let kind = self.kind(node, &values, &at);
        DraftProperty {
            name: row.name.clone(),
            nullable: nullable && !matches!(kind, Kind::Unknown),
            kind,
            required: row.required == Some(true),
            words: row.words.clone(),
            only_in_example: false,
        }
    }

    /// The type in the table, or a type that also accepts the example.
    pub fn kind(&mut self, node: &Field, values: &[&Value], at: &str) -> Kind {
        let kind = &node.kind;
        let values: Vec<_> = values.iter().copied().filter(|value| !value.is_null()).collect();
        if let Some(other) = values.iter().find(|value| !fits(kind, value)) {
            return self.contradiction(kind, other, at, "its example has");
        }
        self.of_type(kind, node, &values, at)
    }

    /// Records that table and example differ. Returns a type that accepts both, if there is one.
    fn contradiction(&mut self, kind: &Type, example: &Value, at: &str, has: &str) -> Kind {
        let named = named(example);
        self.oddities.push(format!("The page's table has {at} as {}; {has} {named}.", kind.named()));
        let both = reconcile(kind, example, at);
        if matches!(both, Kind::Unknown) {
            self.checks
                .push(format!("{at}: {} by the table, {named} by the example; drafted without a type", kind.named()));
        }
        both
    }

    fn of_type(&mut self, kind: &Type, node: &Field, values: &[&Value], at: &str) -> Kind {
        match kind {
            Type::List(item) => {
                let inside: Vec<_> = values.iter().flat_map(|value| items(value)).collect();
                Kind::List(Box::new(self.of_type(item, node, &inside, at)))
            }
            Type::Object if node.fields.is_empty() => {
                // Only the example can have its properties.
                self.partial = true;
                let properties = self.unlisted(&[], values);
                Kind::Object(Object { properties, open: true, name: None })
            }
            Type::Object => Kind::Object(self.object(&node.fields, node.open, values, at)),
            Type::Integer | Type::Text | Type::Enum(_) => {
                let words = &node.words;
                let meanings = meaning::read(kind, words);
                if meanings.is_none() && *kind == Type::Integer && words.iter().any(|words| words.contains('=')) {
                    self.checks.push(format!("{at}: could not read the meanings of values from “{}”", words.join(" ")));
                }
                meanings.map_or_else(|| self.scalar(kind, values, at), Kind::Enum)
            }
            Type::Number => Kind::Number,
            Type::Boolean => Kind::Boolean,
            Type::Any | Type::Either => Kind::Unknown,
        }
    }

    fn scalar(&mut self, kind: &Type, values: &[&Value], at: &str) -> Kind {
        match kind {
            Type::Enum(value) => {
                self.checks.push(format!("{at}: an enumeration in the table, but its values could not be read"));
                self.scalar(value, values, at)
            }
            Type::Integer => Kind::Integer,
            Type::Number => Kind::Number,
            Type::Boolean => Kind::Boolean,
            Type::Text => Kind::Text(self.format(values)),
            _ => Kind::Unknown,
        }
    }

    /// The format of a string. A request is sent in the example's date format; in a response every date format is accepted.
    fn format(&self, values: &[&Value]) -> Option<Format> {
        let formats: Vec<_> = values.iter().map(|value| Format::of(value.as_str()?)).collect();
        let first = (*formats.first()?)?;
        match self.direction {
            Direction::Response if formats.iter().all(Option::is_some) && first != Format::Date => {
                Some(Format::AnyDateTime)
            }
            _ => formats.iter().all(|date_format| *date_format == Some(first)).then_some(first),
        }
    }

    /// The type of values in the example.
    fn of_values(&mut self, values: &[&Value]) -> Kind {
        let values: Vec<_> = values.iter().copied().filter(|value| !value.is_null()).collect();
        let all = |is: fn(&Value) -> bool| !values.is_empty() && values.iter().all(|value| is(value));
        if all(Value::is_object) {
            Kind::Object(Object { properties: self.unlisted(&[], &values), open: true, name: None })
        } else if all(Value::is_array) {
            let inside: Vec<_> = values.iter().flat_map(|value| items(value)).collect();
            Kind::List(Box::new(self.of_values(&inside)))
        } else if all(Value::is_string) {
            Kind::Text(self.format(&values))
        } else if all(Value::is_i64) {
            Kind::Integer
        } else if all(Value::is_number) {
            Kind::Number
        } else if all(Value::is_boolean) {
            Kind::Boolean
        } else {
            Kind::Unknown
        }
    }
}

pub fn fits(kind: &Type, value: &Value) -> bool {
    match kind {
        Type::Text => value.is_string(),
        Type::Integer => value.is_i64(),
        Type::Number => value.is_number(),
        Type::Boolean => value.is_boolean(),
        Type::Object => value.is_object(),
        Type::Any | Type::Either => true,
        Type::List(item) => value.as_array().is_some_and(|items| items.iter().all(|value| fits(item, value))),
        Type::Enum(one) => fits(one, value),
    }
}

/// A type that accepts both the table's type and the example.
pub fn reconcile(kind: &Type, example: &Value, at: &str) -> Kind {
    let name = at.rsplit('.').next().unwrap_or(at).to_lowercase();
    let identifier = ["id", "no", "code"].iter().any(|end| name.ends_with(end));
    match kind {
        Type::Integer if example.is_number() => Kind::Number,
        Type::Integer | Type::Text if identifier && (example.is_i64() || example.is_string()) => Kind::Id,
        _ => Kind::Unknown,
    }
}
