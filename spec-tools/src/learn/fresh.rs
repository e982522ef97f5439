//! Makes schemas of shapes, where the spec has none.

use std::collections::{BTreeMap, BTreeSet};

use gofive_shapes::Shape;
use gofive_spec::Pointer;
use heck::ToPascalCase;
use serde_json::{Map, Value, json};

use super::kind::{Simple, simple};
use super::report::{Line, Origin};
use crate::portal::name::singular;

/// What is not learnt, by the JSON pointer into the body, with the reason.
pub(super) type Refused = BTreeMap<String, String>;

/// The description of what nobody has explained.
pub(super) const DESCRIPTION: &str = "Observed in responses; what it means is not documented.";
/// The recorder writes fewer names than this at a location.
pub(super) const MAX_NAMES: usize = 100;

/// Schemas that the spec does not have yet.
#[derive(Debug)]
pub(super) struct Fresh<'a> {
    /// The names in use: those of all schemas of the product, and those reserved in Rust.
    pub(super) taken: BTreeSet<String>,
    /// The names of objects that do not follow from where they are, by the JSON pointer into the body.
    pub(super) names: BTreeMap<String, String>,
    /// References in place of new schemas, by the JSON pointer into the body.
    pub(super) references: BTreeMap<String, String>,
    pub(super) refused: &'a Refused,
    /// The named schemas, each with the file that it belongs into.
    pub(super) schemas: Vec<(String, String, Value)>,
    pub(super) origins: Vec<Origin>,
    pub(super) learnt: Vec<Line>,
    pub(super) left: Vec<Line>,
}

impl Fresh<'_> {
    /// The schema of a property, with a description; `None` if it is not learnt.
    pub(super) fn property(&mut self, shape: &Shape<u64>, at: &str, name: &str, file: &str) -> Option<Value> {
        if let Some(why) = self.refused.get(at) {
            self.left.push(Line::new(at, why.clone()));
            return None;
        }
        let line = self.learnt.len();
        let schema = self.schema(shape, at, name, file);
        let has_null = shape.nulls > 0;
        self.learnt.insert(line, Line::new(at, words(&schema, has_null)));
        if schema.get("$ref").is_some() && !has_null {
            return Some(schema);
        }
        let schema = with_null(schema, has_null);
        // The order of the files of the spec.
        let mut property = Map::new();
        let (head, tail): (Vec<_>, Vec<_>) = schema
            .as_object()
            .cloned()
            .unwrap_or_default()
            .into_iter()
            .partition(|(key, _)| ["type", "format", "nullable"].contains(&key.as_str()));
        property.extend(head);
        property.insert("description".into(), DESCRIPTION.into());
        property.extend(tail);
        Some(property.into())
    }

    /// The schema of values, without null and without a description. It has no keywords if the type is not known.
    pub(super) fn schema(&mut self, shape: &Shape<u64>, at: &str, name: &str, file: &str) -> Value {
        if let Some(reference) = self.references.get(at) {
            return json!({ "$ref": reference });
        }
        if let Some(why) = self.refused.get(at) {
            self.left.push(Line::new(at, why.clone()));
            return json!({});
        }
        let (found, rare) = simple(shape);
        self.left.extend(rare.map(|rare| Line::new(at, rare)));
        match found {
            Simple::Scalar(kind, None) => json!({ "type": kind }),
            Simple::Scalar(kind, Some(format)) => json!({ "type": kind, "format": format.name() }),
            // Null is a value of every property, but of an item only beside a type of its own.
            Simple::NumberOrText(_) if at.ends_with("/*") && shape.nulls > 0 => {
                self.left.push(Line::new(at, "null, numbers and texts were seen: its type is not known".into()));
                json!({})
            }
            Simple::NumberOrText(number) => json!({ "anyOf": [{ "type": number }, { "type": "string" }] }),
            Simple::List => json!({ "type": "array", "items": self.items(shape, at, name, file) }),
            Simple::Object => self.object(shape, at, name, file),
            Simple::Unknown(why) => {
                self.left.push(Line::new(at, format!("{why}: its type is not known")));
                json!({})
            }
        }
    }

    fn items(&mut self, shape: &Shape<u64>, at: &str, name: &str, file: &str) -> Value {
        let Some(items) = shape.items.as_deref() else {
            self.left.push(Line::new(at, "only empty lists: the type of the items is not known".into()));
            return json!({});
        };
        let schema = self.schema(items, &format!("{at}/*"), &singular(name), file);
        with_null(schema, items.nulls > 0)
    }

    /// A named schema, unless no name of a property is known.
    fn object(&mut self, shape: &Shape<u64>, at: &str, name: &str, file: &str) -> Value {
        self.note_others(shape, at);
        let free = json!({ "type": "object", "additionalProperties": true });
        if self.has_too_many(shape, at) {
            return free;
        }
        let wanted = self.names.get(at).cloned().unwrap_or_else(|| name.to_owned());
        let name = self.free_name(&wanted);
        let (properties, schemas) = (Pointer::to_schema(&name).join("properties"), self.schemas.len());
        let mut found = Map::new();
        for (property, inner) in &shape.properties {
            let (property, at) = (property.as_str(), format!("{at}/{property}"));
            if let Some(schema) = self.property(inner, &at, &inside(&name, property), file) {
                found.insert(property.to_owned(), schema);
                self.origins.push(Origin { file: file.to_owned(), pointer: properties.join(property), body: at });
            }
        }
        if found.is_empty() {
            self.taken.remove(&name);
            return free;
        }
        let observed: Vec<_> = found.keys().cloned().collect();
        let schema = json!({
            "type": "object",
            "description": DESCRIPTION,
            "x-gofive-property-evidence": { "observed": observed },
            "properties": found,
            "additionalProperties": true,
        });
        self.schemas.insert(schemas, (file.to_owned(), name.clone(), schema));
        let pointer = Pointer::to_schema(&name);
        let reference = format!("#{pointer}");
        self.origins.push(Origin { file: file.to_owned(), pointer, body: at.to_owned() });
        json!({ "$ref": reference })
    }

    /// Notes the values whose names a file does not have.
    pub(super) fn note_others(&mut self, shape: &Shape<u64>, at: &str) {
        if let Some(others) = shape.other_names.as_deref().filter(|others| others.seen > 0) {
            let what = format!("about {} values under other names: too rare, too many, or struck out", others.seen);
            self.left.push(Line::new(&format!("{at}/*"), what));
        }
    }

    /// Whether a location has more names than a recorder writes.
    pub(super) fn has_too_many(&mut self, shape: &Shape<u64>, at: &str) -> bool {
        let count = shape.properties.len();
        if count >= MAX_NAMES {
            self.left
                .push(Line::new(at, format!("{count} names, which a recorder does not write: edit the spec by hand")));
        }
        count >= MAX_NAMES
    }

    /// The wanted name, or a numbered one if it is in use.
    fn free_name(&mut self, wanted: &str) -> String {
        let mut names = (2..).map(|number| format!("{wanted}{number}"));
        let mut name = wanted.to_owned();
        while !self.taken.insert(name.clone()) {
            name = names.next().unwrap_or_default();
        }
        name
    }
}

/// The name of an object that is a property of another one.
pub(super) fn inside(owner: &str, property: &str) -> String {
    let owner = ["Response", "Envelope"].iter().find_map(|suffix| owner.strip_suffix(suffix)).unwrap_or(owner);
    // Once more, because `Line` and `aB` are `LineAb`.
    format!("{owner}{}", property.to_pascal_case()).to_pascal_case()
}

/// A schema that may be null, too.
pub(super) fn with_null(schema: Value, has_null: bool) -> Value {
    match schema {
        Value::Object(keywords) if has_null && keywords.contains_key("$ref") => {
            json!({ "type": "object", "nullable": true, "allOf": [keywords] })
        }
        Value::Object(mut keywords) if has_null && keywords.contains_key("type") => {
            keywords.insert("nullable".into(), true.into());
            keywords.into()
        }
        other => other,
    }
}

/// A schema in a line of the report.
pub(super) fn words(schema: &Value, has_null: bool) -> String {
    let text = |name: &str| schema.get(name).and_then(Value::as_str);
    let mut words = match (text("$ref"), text("type")) {
        (Some(reference), _) => reference.rsplit('/').next().unwrap_or_default().to_owned(),
        (None, Some("array")) => {
            let inner = words(schema.get("items").unwrap_or(&Value::Null), false);
            format!("list of {inner}")
        }
        (None, Some(kind)) => text("format").map_or_else(|| kind.to_owned(), |format| format!("{kind}, {format}")),
        (None, None) => match (schema.get("anyOf").and_then(Value::as_array), schema.get("allOf")) {
            (Some(any), _) => any.iter().map(|one| words(one, false)).collect::<Vec<_>>().join(" or "),
            (None, Some(all)) => words(all.get(0).unwrap_or(&Value::Null), false),
            (None, None) => "not known".into(),
        },
    };
    if has_null && schema.as_object().is_some_and(|keywords| !keywords.is_empty()) {
        words.push_str(", nullable");
    }
    words
}
