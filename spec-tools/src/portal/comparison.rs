//! Compares a table with its example: properties get types that fit both, and contradictions become oddities.

use std::collections::BTreeSet;

use gofive_spec::Format;
use serde_json::{Map, Value};

use super::page::{Content, Field, Meaning, Type};
use super::values::{self, Misfits, adapted, are_within, fits, in_names_of, is_alike, is_identifier, shown};
use super::words::{all_items, join, list, named};
use crate::check::lint::example::has_secret;

/// In a comment of a draft: the type of the table, which the example contradicts.
pub const BY_TABLE: &str = "by the table";

/// Compares tables with examples, and collects what it finds.
#[derive(Debug, Default)]
pub struct Comparison {
    /// Whether a response is compared now, and not the request.
    pub is_of_response: bool,
    /// Contradictions, for `x-gofive-oddities`.
    pub oddities: Vec<String>,
    /// What the maintainer must decide.
    pub checks: Vec<String>,
    /// Whether the page does not list all properties.
    pub partial: bool,
    /// Whether the example is cut, so that properties may be missing because of that.
    pub cut_example: bool,
    /// Why the example does not fit the table, even adapted to it.
    pub misfits: Misfits,
}

impl Comparison {
    /// Begins with a body. Returns its example, with the names that its table has: `religionId` where the example has `ReligionId`,
    /// `titleId` where the example has `title` at its position.
    pub fn example(&mut self, content: &Content) -> Option<Value> {
        (self.partial, self.cut_example, self.misfits) = Default::default();
        let example = content.examples.first()?;
        self.cut_example = example.cut;
        self.misfits.has_secret = has_secret("", &example.value);
        let mut renamed = BTreeSet::new();
        let value = in_names_of(&content.root.fields, &example.value, &mut renamed);
        if !renamed.is_empty() {
            let sentence = |(field, name): &(String, String)| format!("{field} in the table is {name} in the example");
            let names: Vec<_> = renamed.iter().map(sentence).collect();
            self.oddities.push(format!(
                "The page's table and its example spell names differently: {}. The names in the table are used.",
                list(&names)
            ));
        }
        for (field, name) in renamed.iter().filter(|(field, name)| !is_alike(field, name)) {
            self.checks
                .push(format!("{field}: {name} at its position in the example: decide whether they are one property"));
        }
        Some(value)
    }

    /// The example as the draft describes it, if it can be adapted to that, and is not cut.
    pub fn adapted(&mut self, drafted: &Field, example: &Value) -> Option<Value> {
        if self.cut_example {
            return None;
        }
        let adapted = adapted(drafted, example, "", &mut self.misfits);
        if adapted.is_none() {
            self.misfits.contradicting.push("the body".into());
        }
        adapted
    }

    /// Why the example cannot be in the spec, if it cannot.
    pub fn misfit(&self) -> Option<String> {
        let [omitted, other] = [&self.misfits.omitted, &self.misfits.contradicting].map(|names| list(names));
        let reasons = [
            (self.misfits.has_secret, "has what looks like a real credential".to_owned()),
            (!omitted.is_empty(), format!("omits {omitted}, which its table requires")),
            (!other.is_empty(), format!("has a value of another type for {other}")),
        ];
        let reasons: Vec<_> = reasons.into_iter().filter_map(|(applies, reason)| applies.then_some(reason)).collect();
        (!reasons.is_empty()).then(|| reasons.join(", and "))
    }

    /// An object, from the rows of the table and the values in the example. `at` is its name in sentences.
    pub fn object(&mut self, rows: &[Field], open: bool, samples: &[&Value], at: &str) -> Field {
        let samples: Vec<&Value> = samples.iter().copied().filter(|value| value.is_object()).collect();
        let mut fields: Vec<_> = rows.iter().map(|row| self.property(row, &samples, at)).collect();
        let unlisted = self.unlisted(rows, &samples);
        // If the table is cut, they may be in the missing part.
        if !unlisted.is_empty() && !rows.is_empty() && !open {
            let names: Vec<_> = unlisted.iter().map(|field| join(at, &field.name)).collect();
            self.oddities.push(format!("The page's example has {}, which its table does not list.", list(&names)));
        }
        fields.extend(unlisted);
        self.partial |= open;
        Field { fields, open, ..Field::new(0, "", Type::Object) }
    }

    /// The properties that only the example has.
    pub fn unlisted(&mut self, rows: &[Field], samples: &[&Value]) -> Vec<Field> {
        let mut fields: Vec<Field> = Vec::new();
        for (name, _) in samples.iter().filter_map(|sample| sample.as_object()).flatten() {
            if rows.iter().chain(&fields).all(|known| known.name != *name) {
                let values: Vec<_> = samples.iter().filter_map(|sample| sample.get(name)).collect();
                let field = self.of_values(&values);
                let nullable = field.kind != Type::Any && values.iter().any(|value| value.is_null());
                fields.push(Field { name: name.clone(), nullable, only_in_example: true, ..field });
            }
        }
        fields
    }

    fn property(&mut self, row: &Field, samples: &[&Value], at: &str) -> Field {
        let at = join(at, &row.name);
        let values: Vec<_> = samples.iter().filter_map(|sample| sample.get(&row.name)).collect();
        if row.required == Some(true) && values.is_empty() && !samples.is_empty() && !self.cut_example {
            self.oddities.push(format!("The page's table requires {at}, which its example omits."));
            let drafted = if row.nullable { "which has null in the draft" } else { "which is not in the draft" };
            self.checks
                .push(format!("{at}: required by the table, missing in the example, {drafted}: decide which is right"));
        }
        if row.required.is_none() {
            self.oddities.push(format!("The page's table does not say whether {at} is required."));
        }
        let is_null = values.iter().any(|value| value.is_null());
        if is_null && !row.nullable {
            self.oddities.push(format!(
                "The page's table does not let {at} be null, yet its example has null. Null is accepted here."
            ));
        }
        let own = shown(row).filter(|_| values.is_empty()).into_iter();
        let field = self.field(row, &own.chain(values.iter().copied()).collect::<Vec<_>>(), &at);
        let other = values.iter().find(|value| !value.is_null() && !fits(&row.kind, value));
        let contradiction = other.filter(|_| field.kind == Type::Any);
        let contradiction =
            contradiction.map(|other| format!("{} {BY_TABLE}, {} by the example", row.kind.words(), named(other)));
        let example = shown(row).filter(|example| fits(&row.kind, example));
        let limited: Vec<_> = values.iter().copied().chain(example).collect();
        let limits = if are_within(&limited, &row.limits) {
            row.limits.clone()
        } else {
            self.oddities.push(format!("The page's example of {at} exceeds the limits in its table."));
            Map::new()
        };
        let is_scalar = matches!(field.kind, Type::Text | Type::Integer | Type::Number | Type::Boolean);
        Field {
            name: row.name.clone(),
            nullable: (row.nullable || is_null) && field.kind != Type::Any,
            required: row.required.or(Some(false)),
            words: row.words.iter().cloned().chain(contradiction).collect(),
            limits,
            example: example.filter(|_| is_scalar).cloned(),
            ..field
        }
    }

    /// A field without a name: with the type in the table, or with one that also accepts the example.
    pub fn field(&mut self, row: &Field, values: &[&Value], at: &str) -> Field {
        let values = values.iter().copied().filter(|value| !value.is_null());
        // The items of a list are compared one by one.
        let is_list = matches!(row.kind, Type::List(_));
        let fits = |value: &&Value| if is_list { value.is_array() } else { fits(&row.kind, value) };
        let (fitting, others): (Vec<_>, Vec<_>) = values.partition(fits);
        match others.first() {
            Some(other) => self.contradiction(row, &fitting, other, at),
            None => self.of_type(row, &fitting, at),
        }
    }

    /// Records that table and example differ. Returns a type that accepts both, if there is one. Otherwise a request is sent as
    /// the table says, and a response is read as either.
    fn contradiction(&mut self, row: &Field, fitting: &[&Value], other: &Value, at: &str) -> Field {
        let (kind, named) = (&row.kind, named(other));
        self.oddities.push(format!("The page's table has {at} as {}; its example has {named}.", kind.words()));
        let is_of_id = matches!(kind, Type::Integer | Type::Text) && (other.is_i64() || other.is_string());
        if *kind == Type::Integer && other.is_number() {
            return Field::new(0, "", Type::Number);
        } else if is_of_id && is_identifier(at) {
            return Field::new(0, "", Type::Id);
        }
        let drafted = if self.is_of_response { "drafted without a type" } else { "drafted as in the table" };
        self.checks.push(format!("{at}: {} by the table, {named} by the example; {drafted}", kind.words()));
        if self.is_of_response { Field::default() } else { self.of_type(row, fitting, at) }
    }

    fn of_type(&mut self, row: &Field, values: &[&Value], at: &str) -> Field {
        if let Some(item) = row.item() {
            return list_of(self.field(&item, &all_items(values.iter().copied()), at));
        }
        match &row.kind {
            Type::Object => {
                // Without rows, only the example can have its properties.
                let open = row.open || row.fields.is_empty();
                let object = self.object(&row.fields, open, values, at);
                Field { model: row.model.clone().filter(|_| !row.fields.is_empty()), ..object }
            }
            Type::Enum(_) if !row.values.is_empty() => self.enumeration(row.values.clone(), values, at),
            Type::Integer | Type::Text | Type::Enum(_) => {
                let Field { kind, words, .. } = row;
                let meanings = values::meanings(kind, words);
                if meanings.is_none() && *kind == Type::Integer && words.iter().any(|words| words.contains('=')) {
                    self.checks.push(format!("{at}: could not read the meanings of values from “{}”", words.join(" ")));
                }
                if let Some(meanings) = meanings {
                    return self.enumeration(meanings, values, at);
                }
                let scalar = self.scalar(kind, values, at);
                let format = scalar.format.or(self.named_format(row, values)).filter(|_| scalar.kind == Type::Text);
                Field { format, ..scalar }
            }
            Type::Either => self.either(&row.fields, values, at),
            other => Field::new(0, "", other.clone()),
        }
    }

    fn enumeration(&mut self, meanings: Vec<Meaning>, values: &[&Value], at: &str) -> Field {
        let unlisted = values.iter().find(|value| meanings.iter().all(|meaning| meaning.value != ***value));
        if let Some(value) = unlisted {
            self.oddities.push(format!("The page's example has {value} for {at}, which its list of values lacks."));
        }
        let is_integer = meanings.iter().all(|meaning| meaning.value.is_i64());
        let kind = Type::Enum(Box::new(if is_integer { Type::Integer } else { Type::Text }));
        Field { values: meanings, open: unlisted.is_some(), ..Field::new(0, "", kind) }
    }

    /// One of several types. A number or a text is an identifier if it is named like one.
    fn either(&mut self, alternatives: &[Field], values: &[&Value], at: &str) -> Field {
        let is_scalar = |alternative: &Field| matches!(alternative.kind, Type::Integer | Type::Text);
        if alternatives.len() == 2 && alternatives.iter().all(is_scalar) && is_identifier(at) {
            return Field::new(0, "", Type::Id);
        }
        let mut fields = Vec::new();
        for alternative in alternatives {
            // Each is compared with the values that it is meant for: an object with those that have all it requires.
            let required = alternative.fields.iter().filter(|field| field.required == Some(true));
            let names: Vec<_> = required.map(|field| field.name.as_str()).collect();
            let is_meant =
                |value: &&&Value| fits(&alternative.kind, value) && names.iter().all(|name| value.get(*name).is_some());
            let meant: Vec<_> = values.iter().filter(is_meant).copied().collect();
            fields.push(self.of_type(alternative, &meant, at));
        }
        Field { fields, ..Field::new(0, "", Type::Either) }
    }

    fn scalar(&mut self, kind: &Type, values: &[&Value], at: &str) -> Field {
        if let Type::Enum(value) = kind {
            self.checks.push(format!("{at}: an enumeration in the table, but its values could not be read"));
            return self.scalar(value, values, at);
        }
        let format = self.format(values).filter(|_| *kind == Type::Text);
        Field { format, ..Field::new(0, "", kind.clone()) }
    }

    /// The format that the page names for a string without examples. The page of a request does not say how a date-time is written.
    fn named_format(&self, row: &Field, values: &[&Value]) -> Option<Format> {
        row.format.filter(|format| match format {
            Format::Password => true,
            Format::AnyDateTime => values.is_empty() && self.is_of_response,
            _ => values.is_empty(),
        })
    }

    /// The format of a string. A request is sent in the example's date format; in a response every date format is accepted.
    fn format(&self, values: &[&Value]) -> Option<Format> {
        let formats: Vec<_> = values.iter().map(|value| Format::of(value.as_str()?)).collect();
        let first = (*formats.first()?)?;
        if self.is_of_response && formats.iter().all(Option::is_some) && first != Format::Date {
            return Some(Format::AnyDateTime);
        }
        formats.iter().all(|date_format| *date_format == Some(first)).then_some(first)
    }

    /// What the values of an example have in common.
    pub fn of_values(&mut self, values: &[&Value]) -> Field {
        let values: Vec<_> = values.iter().copied().filter(|value| !value.is_null()).collect();
        let types = [Type::Object, Type::Text, Type::Integer, Type::Number, Type::Boolean];
        let is_of_all = |kind: &Type| !values.is_empty() && values.iter().all(|value| fits(kind, value));
        match types.into_iter().find(is_of_all) {
            Some(Type::Object) => {
                let fields = self.unlisted(&[], &values);
                Field { fields, open: true, ..Field::new(0, "", Type::Object) }
            }
            Some(kind) => self.scalar(&kind, &values, ""),
            None if is_of_all(&Type::List(Box::new(Type::Any))) => list_of(self.of_values(&all_items(values))),
            None => Field::default(),
        }
    }
}

/// A list of such items.
pub fn list_of(item: Field) -> Field {
    Field { kind: Type::List(Box::new(item.kind)), ..item }
}
