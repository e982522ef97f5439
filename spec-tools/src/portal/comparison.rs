//! Compares a table with its example: properties get types that fit both, and contradictions become oddities.

use gofive_spec::{Direction, Format};
use serde_json::{Map, Value};

use super::meaning;
use super::page::{Content, Field, Meaning, Type};
use super::values::{fits, in_spelling_of, is_identifier, is_within, shown};
use super::words::{all_items, join, list, named};
use crate::check::lint::example::has_secret;

/// In a comment of a draft: the type of the table, which the example contradicts.
pub const BY_TABLE: &str = "by the table";

/// A property of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct DraftProperty {
    pub name: String,
    pub kind: Kind,
    pub required: bool,
    pub nullable: bool,
    /// The page's description.
    pub words: Vec<String>,
    pub limits: Map<String, Value>,
    pub example: Option<Value>,
    /// Whether only the example has it, and not the table.
    pub only_in_example: bool,
}

impl DraftProperty {
    /// A property about which nothing but its name and type is known.
    pub fn new(name: &str, kind: Kind) -> Self {
        let (name, words, limits) = (name.to_owned(), Vec::new(), Map::new());
        let (required, nullable, example, only_in_example) = (false, false, None, false);
        Self { name, kind, required, nullable, words, limits, example, only_in_example }
    }
}

/// The type of a property.
#[derive(Clone, Debug, PartialEq)]
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
    /// One of some values. There may be others if the page shows one that its list lacks.
    Enum(Vec<Meaning>, bool),
    Object(Object),
    List(Box<Kind>),
    /// common.yaml's `Status`.
    Status,
    /// One of several: an inner envelope, or the payload itself; a number, or a text.
    Either(Vec<Kind>),
}

/// The properties of an object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object {
    pub properties: Vec<DraftProperty>,
    /// Whether there may be more.
    pub open: bool,
    /// Its name, unless that follows from the property that it is in.
    pub name: Option<String>,
    /// The name of the portal's model, which several pages may share.
    pub model: Option<String>,
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
    /// The properties that the table requires and the example omits, so that the example does not fit.
    pub omitted: Vec<String>,
    /// Whether the example has what looks like a real credential, so that it stays out of the spec.
    pub has_secret: bool,
}

impl Comparison {
    pub fn new(direction: Direction) -> Self {
        let (oddities, checks, omitted) = Default::default();
        Self { direction, oddities, checks, omitted, partial: false, cut_example: false, has_secret: false }
    }

    /// The example of a body, with the names that its table has: `religionId` where the example has `ReligionId`.
    pub fn example(&mut self, content: &Content) -> Option<Value> {
        let example = content.example()?;
        self.cut_example = example.cut;
        self.has_secret = has_secret("", &example.value);
        let mut renamed = Vec::new();
        let value = in_spelling_of(&content.root.fields, &example.value, &mut renamed);
        if !renamed.is_empty() {
            renamed.sort();
            renamed.dedup();
            self.oddities.push(format!(
                "The page's table and its example spell names differently: {}. The names in the table are used.",
                list(&renamed)
            ));
        }
        Some(value)
    }

    /// Why the example cannot be in the spec, if it cannot.
    pub fn misfit(&self) -> Option<String> {
        let omitted = format!("omits {}, which its table requires", list(&self.omitted));
        match self.omitted.is_empty() {
            _ if self.has_secret => Some("has what looks like a real credential".into()),
            empty => (!empty).then_some(omitted),
        }
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
        Object { properties, open, ..Object::default() }
    }

    /// The properties that only the example has.
    pub fn unlisted(&mut self, nodes: &[Field], samples: &[&Value]) -> Vec<DraftProperty> {
        let mut properties: Vec<DraftProperty> = Vec::new();
        for (name, _) in samples.iter().filter_map(|sample| sample.as_object()).flatten() {
            let known = nodes.iter().any(|node| node.name == *name);
            if !known && properties.iter().all(|property| property.name != *name) {
                let values: Vec<_> = samples.iter().filter_map(|sample| sample.get(name)).collect();
                let kind = self.of_values(&values);
                let nullable = values.iter().any(|value| value.is_null()) && !matches!(kind, Kind::Unknown);
                let property = DraftProperty::new(name, kind);
                properties.push(DraftProperty { nullable, only_in_example: true, ..property });
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
            self.checks.push(format!(
                "{at}: required by the table, missing in the example, which is not in the draft: decide which is right"
            ));
            self.omitted.push(at.clone());
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
        let own = shown(row).filter(|_| values.is_empty()).into_iter();
        let kind = self.kind(node, &own.chain(values.iter().copied()).collect::<Vec<_>>(), &at);
        let other = values.iter().find(|value| !value.is_null() && !fits(&row.kind, value));
        let contradiction = other.filter(|_| matches!(kind, Kind::Unknown));
        let contradiction =
            contradiction.map(|other| format!("{} {BY_TABLE}, {} by the example", row.kind.named(), named(other)));
        let example = shown(row).filter(|example| fits(&row.kind, example)).cloned();
        let exceeds = |value: &&Value| row.limits.iter().any(|(keyword, limit)| !is_within(value, keyword, limit));
        let limits = if values.iter().copied().chain(&example).any(|value| exceeds(&value)) {
            self.oddities.push(format!("The page's example of {at} exceeds the limits in its table."));
            Map::new()
        } else {
            row.limits.clone()
        };
        DraftProperty {
            nullable: nullable && !matches!(kind, Kind::Unknown),
            required: row.required == Some(true),
            words: row.words.iter().cloned().chain(contradiction).collect(),
            limits,
            example: example.filter(|_| matches!(kind, Kind::Text(_) | Kind::Integer | Kind::Number | Kind::Boolean)),
            ..DraftProperty::new(&row.name, kind)
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
                let inside = all_items(values.iter().copied());
                Kind::List(Box::new(self.of_type(item, node, &inside, at)))
            }
            Type::Object if node.fields.is_empty() => {
                // Only the example can have its properties.
                self.partial = true;
                let properties = self.unlisted(&[], values);
                Kind::Object(Object { properties, open: true, ..Object::default() })
            }
            Type::Object => {
                let object = self.object(&node.fields, node.open, values, at);
                Kind::Object(Object { model: node.model.clone(), ..object })
            }
            Type::Enum(_) if !node.values.is_empty() => self.enumeration(node.values.clone(), values, at),
            Type::Integer | Type::Text | Type::Enum(_) => {
                let words = &node.words;
                let meanings = meaning::read(kind, words);
                if meanings.is_none() && *kind == Type::Integer && words.iter().any(|words| words.contains('=')) {
                    self.checks.push(format!("{at}: could not read the meanings of values from “{}”", words.join(" ")));
                }
                match meanings {
                    Some(meanings) => self.enumeration(meanings, values, at),
                    None => self.scalar(kind, values, at),
                }
            }
            Type::Number => Kind::Number,
            Type::Boolean => Kind::Boolean,
            Type::Any => Kind::Unknown,
            Type::Either => self.either(&node.fields, values, at),
        }
    }

    fn enumeration(&mut self, meanings: Vec<Meaning>, values: &[&Value], at: &str) -> Kind {
        let unlisted = values.iter().find(|value| meanings.iter().all(|meaning| meaning.value != ***value));
        if let Some(value) = unlisted {
            self.oddities.push(format!("The page's example has {value} for {at}, which its list of values lacks."));
        }
        Kind::Enum(meanings, unlisted.is_some())
    }

    /// One of several types. A number or a text is an identifier if it is named like one.
    fn either(&mut self, alternatives: &[Field], values: &[&Value], at: &str) -> Kind {
        let scalars = [Type::Integer, Type::Text];
        let is_id =
            alternatives.len() == 2 && alternatives.iter().all(|alternative| scalars.contains(&alternative.kind));
        if is_id && is_identifier(at) {
            return Kind::Id;
        }
        let mut kinds = Vec::new();
        for alternative in alternatives {
            // Each is compared with the values that it is meant for: an object with those that have all it requires.
            let required = alternative.fields.iter().filter(|field| field.required == Some(true));
            let names: Vec<_> = required.map(|field| field.name.as_str()).collect();
            let is_meant =
                |value: &&&Value| fits(&alternative.kind, value) && names.iter().all(|name| value.get(*name).is_some());
            let meant: Vec<_> = values.iter().filter(is_meant).copied().collect();
            kinds.push(self.of_type(&alternative.kind, alternative, &meant, at));
        }
        Kind::Either(kinds)
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
    pub fn of_values(&mut self, values: &[&Value]) -> Kind {
        let values: Vec<_> = values.iter().copied().filter(|value| !value.is_null()).collect();
        let all = |is: fn(&Value) -> bool| !values.is_empty() && values.iter().all(|value| is(value));
        if all(Value::is_object) {
            Kind::Object(Object { properties: self.unlisted(&[], &values), open: true, ..Object::default() })
        } else if all(Value::is_array) {
            let inside = all_items(values.iter().copied());
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

/// A type that accepts both the table's type and the example.
pub fn reconcile(kind: &Type, example: &Value, at: &str) -> Kind {
    match kind {
        Type::Integer if example.is_number() => Kind::Number,
        Type::Integer | Type::Text if is_identifier(at) && (example.is_i64() || example.is_string()) => Kind::Id,
        _ => Kind::Unknown,
    }
}
