//! What the values of an example say about a table (whether they fit a type or a limit, and how they spell names), and the values
//! of an enumeration in words such as `(1 = Request for Action 2 = For Your Information)`.

use std::collections::BTreeSet;

use heck::{ToShoutySnakeCase, ToSnakeCase};
use serde_json::{Map, Value};

use super::page::{Field, Meaning, Type};
use super::words::join;
use crate::check::lint::example::has_secret;

/// Whether a value has the type.
pub(super) fn fits(kind: &Type, value: &Value) -> bool {
    match kind {
        Type::Text => value.is_string(),
        Type::Integer => value.is_i64(),
        Type::Number => value.is_number(),
        Type::Boolean => value.is_boolean(),
        Type::Object | Type::Status => value.is_object(),
        Type::Any | Type::Either | Type::Id => true,
        Type::List(item) => value.as_array().is_some_and(|items| items.iter().all(|value| fits(item, value))),
        Type::Enum(one) => fits(one, value),
    }
}

/// Whether a property is named like an identifier.
pub(super) fn is_identifier(at: &str) -> bool {
    let name = at.rsplit('.').next().unwrap_or(at).to_lowercase();
    ["id", "no", "code"].iter().any(|end| name.ends_with(end))
}

/// The field's example, unless it is a placeholder of the portal's editor (`{{token}}`) or looks like a real credential.
pub(super) fn shown(field: &Field) -> Option<&Value> {
    let is_placeholder = |value: &Value| value.as_str().is_some_and(|text| text.is_empty() || text.contains("{{"));
    let is_usable = |value: &&Value| !value.is_null() && !is_placeholder(value) && !has_secret(&field.name, value);
    field.example.as_ref().filter(is_usable)
}

/// Whether values are within the limits of the table.
pub(super) fn are_within(values: &[&Value], limits: &Map<String, Value>) -> bool {
    let validator = || jsonschema::validator_for(&Value::Object(limits.clone()));
    let are_valid = |validator: jsonschema::Validator| values.iter().all(|value| validator.is_valid(value));
    limits.is_empty() || values.is_empty() || validator().is_ok_and(are_valid)
}

/// The value with the names that its properties have in the table, where those differ only in case or in underscores, or where
/// one has the position of the other. The names of the table and of the example are added to `renamed`.
pub(super) fn in_names_of(fields: &[Field], value: &Value, renamed: &mut BTreeSet<(String, String)>) -> Value {
    match value {
        Value::Object(properties) => {
            let mut written = Map::new();
            for (name, value) in properties {
                let field = fields.iter().find(|field| field.name == *name).or_else(|| named(fields, properties, name));
                if let Some(field) = field.filter(|field| field.name != *name) {
                    renamed.insert((field.name.clone(), name.clone()));
                }
                let inner = field.map_or(&[][..], |field| &field.fields);
                let name = field.map_or(name, |field| &field.name);
                written.insert(name.clone(), in_names_of(inner, value, renamed));
            }
            Value::Object(written)
        }
        Value::Array(items) => items.iter().map(|item| in_names_of(fields, item, renamed)).collect(),
        other => other.clone(),
    }
}

/// The field of the table that the example has under another name.
fn named<'a>(fields: &'a [Field], example: &Map<String, Value>, name: &str) -> Option<&'a Field> {
    let alike = |name: &str| fields.iter().position(|field| is_alike(&field.name, name));
    if let Some(alike) = alike(name) {
        return Some(&fields[alike]).filter(|field| !example.contains_key(&field.name));
    }
    // It has the position of a field if both are alone between the same neighbours, and the field may have its value.
    let names: Vec<_> = example.keys().collect();
    let at = names.iter().position(|own| *own == name)?;
    let before = names[..at].last().map_or(Some(0), |before| Some(alike(before)? + 1))?;
    let after = names.get(at + 1).map_or(Some(fields.len()), |after| alike(after))?;
    let between = fields.get(before..after)?.first().filter(|_| after - before == 1)?;
    let is_elsewhere = names.iter().any(|own| is_alike(own, &between.name));
    (!is_elsewhere && fits(&between.kind, &example[name])).then_some(between)
}

/// Whether two names differ only in case or in underscores.
pub(super) fn is_alike(one: &str, other: &str) -> bool {
    one.to_snake_case() == other.to_snake_case()
}

/// Why an example does not fit its table.
#[derive(Debug, Default)]
pub struct Misfits {
    pub(super) omitted: Vec<String>,
    pub(super) contradicting: Vec<String>,
    /// Whether it has what looks like a real credential, so that it stays out of the spec.
    pub(super) has_secret: bool,
}

/// The value as a draft describes it: without what has another type, and with null for what it omits, where that is allowed.
pub(super) fn adapted(field: &Field, value: &Value, at: &str, misfits: &mut Misfits) -> Option<Value> {
    match (&field.kind, value) {
        (_, Value::Null) if field.nullable => Some(Value::Null),
        (Type::Object | Type::Status, Value::Object(properties)) => {
            let mut written = Map::new();
            for (name, value) in properties {
                let Some(inner) = field.fields.iter().find(|field| field.name == *name) else {
                    written.insert(name.clone(), value.clone());
                    continue;
                };
                let at = join(at, name);
                match adapted(inner, value, &at, misfits) {
                    Some(value) => drop(written.insert(name.clone(), value)),
                    None if inner.required == Some(true) => note(&mut misfits.contradicting, at),
                    None => {}
                }
            }
            let is_omitted = |inner: &&Field| inner.required == Some(true) && !properties.contains_key(&inner.name);
            for inner in field.fields.iter().filter(is_omitted) {
                if inner.nullable {
                    written.insert(inner.name.clone(), Value::Null);
                } else {
                    note(&mut misfits.omitted, join(at, &inner.name));
                }
            }
            Some(Value::Object(written))
        }
        (Type::List(_), Value::Array(items)) => {
            let item = field.item()?;
            Some(items.iter().filter_map(|value| adapted(&item, value, at, misfits)).collect())
        }
        (kind, value) => fits(kind, value).then(|| value.clone()),
    }
}

fn note(names: &mut Vec<String>, name: String) {
    if !names.contains(&name) {
        names.push(name);
    }
}

impl Meaning {
    /// The name of the constant; `None` if the page's words give none, for example because they are Thai.
    pub fn name(&self) -> Option<String> {
        let name = self.words.to_shouty_snake_case();
        let usable = name.starts_with(|c: char| c.is_ascii_uppercase()) && name.is_ascii();
        usable.then_some(name)
    }
}

/// The meanings in the words about a row, if there are at least two and all values have the row's type.
pub fn meanings(kind: &Type, words: &[String]) -> Option<Vec<Meaning>> {
    let item = kind.of_item();
    let kind = if let Type::Enum(value) = item { value } else { item };
    let text = words.join("\n");
    let pieces = text.split(['\n', ',', ';', '(', ')']).map(str::trim).filter(|piece| piece.contains('='));
    let mut read: Vec<Meaning> = pieces.flat_map(|piece| of_piece(kind, piece)).collect();
    let mut seen = BTreeSet::new();
    read.retain(|meaning| !meaning.words.is_empty());
    let distinct = read.iter().all(|meaning| seen.insert(meaning.value.to_string()));
    (read.len() > 1 && distinct).then_some(read)
}

/// The meanings in one piece of text: `1 = One 2 = Two`, or `One = 1 Two = 2`.
fn of_piece(kind: &Type, piece: &str) -> Vec<Meaning> {
    let parts: Vec<_> = piece.split('=').map(str::trim).collect();
    let [first, inner @ .., last] = parts.as_slice() else { return Vec::new() };
    let value_first = value(kind, first).is_some();
    let mut ends = vec![*first];
    for part in inner {
        let cut = if value_first { part.rsplit_once(' ') } else { part.split_once(' ') };
        let Some((one, next)) = cut else { return Vec::new() };
        ends.extend([one, next]);
    }
    ends.push(last);
    let pairs = ends.chunks_exact(2).map(|pair| if value_first { (pair[0], pair[1]) } else { (pair[1], pair[0]) });
    let meaning =
        |(code, words): (&str, &str)| Some(Meaning { value: value(kind, code)?, words: words.trim().to_owned() });
    pairs.map(meaning).collect::<Option<_>>().unwrap_or_default()
}

fn value(kind: &Type, text: &str) -> Option<Value> {
    let text = text.trim();
    match kind {
        Type::Integer => text.parse::<i64>().ok().map(Value::from),
        // One letter only: a longer text may be a word of a sentence.
        Type::Text if text.len() == 1 && text.starts_with(|c: char| c.is_ascii_alphanumeric()) => Some(text.into()),
        _ => None,
    }
}
