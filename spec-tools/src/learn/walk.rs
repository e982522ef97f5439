//! Compares a shape with a schema of the spec: what is not known yet becomes edits, what contradicts becomes oddities.

use gofive_shapes::Shape;
use gofive_spec::{Api, JsonType, ObjectSchema, Pointer, PropertySource, Schema, SchemaKind};
use serde_json::{Map, Value, json};

use super::edit::{COMMON, Change};
use super::fresh::{Fresh, inside, words};
use super::kind::{self, kinds};
use super::report::{Line, Origin};
use crate::bundle::Bundle;
use crate::finding::Location;

/// The comparison of one response.
pub(super) struct Walk<'a> {
    pub(super) bundle: &'a Bundle,
    pub(super) fresh: Fresh<'a>,
    pub(super) changes: Vec<Change>,
    /// Sentences for users.
    pub(super) oddities: Vec<String>,
    /// The properties that weaker sources had, and responses have, too.
    pub(super) confirmed: Vec<String>,
    /// How many properties the spec had already.
    pub(super) known: usize,
}

impl<'a> Walk<'a> {
    fn api(&self) -> &'a Api {
        &self.bundle.written.api
    }

    /// Compares the values at a JSON pointer into the body. `name` is for an object that has no schema yet.
    pub(super) fn values(&mut self, schema: &'a Schema, shape: &Shape<u64>, at: &str, name: &str) {
        match &schema.kind {
            SchemaKind::Any => return self.untyped(schema, shape, at, name),
            SchemaKind::Ref(target) => {
                let resolved = self.api().resolve(schema);
                if resolved.reference().is_none() {
                    self.values(resolved, shape, at, target);
                }
                return;
            }
            SchemaKind::AllOf(all) => {
                if let Some(first) = all.schemas.first() {
                    self.values(first, shape, at, name);
                }
                return;
            }
            _ => {}
        }
        let api = self.api();
        for kind in kinds(shape).into_iter().filter(|kind| !kind::accepts(api, schema, *kind)) {
            self.contradiction(at, &kind.words(), &kind::words(schema));
        }
        match &schema.kind {
            SchemaKind::Object(object) if shape.objects > 0 => self.object(schema, object, shape, at, name),
            SchemaKind::Array(array) => {
                if let (Some(items), Some(found)) = (array.items.as_deref(), shape.items.as_deref()) {
                    let at = format!("{at}/*");
                    if found.nulls > 0 && items.is_known() && !is_nullable(items) {
                        self.contradiction(&at, "null", &kind::words(items));
                    }
                    self.values(items, found, &at, &crate::portal::name::singular(name));
                }
            }
            SchemaKind::AnyOf(any) => self.alternatives(&any.schemas, shape, at, name),
            _ => {}
        }
    }

    fn contradiction(&mut self, at: &str, found: &str, known: &str) {
        let location = if at.is_empty() { "as the whole body".to_owned() } else { format!("at `{at}`") };
        let sentence = format!("Responses have {found} {location}, where the spec has {known}.");
        if !self.oddities.contains(&sentence) {
            self.oddities.push(sentence);
        }
    }

    /// The alternatives of a payload.
    fn alternatives(&mut self, schemas: &'a [Schema], shape: &Shape<u64>, at: &str, name: &str) {
        let of = |wanted: JsonType| {
            let api = &self.bundle.written.api;
            schemas.iter().filter(move |one| api.json_type(one) == Some(wanted)).collect::<Vec<_>>()
        };
        let (objects, lists) = (of(JsonType::Object), of(JsonType::Array));
        if let [list] = lists.as_slice() {
            // Their objects are those of the other alternative.
            let mut only_lists = Shape::default();
            (only_lists.lists, only_lists.items) = (shape.lists.clone(), shape.items.clone());
            self.values(list, &only_lists, at, name);
        }
        let mut only_objects = Shape::default();
        only_objects.objects = shape.objects;
        only_objects.properties.clone_from(&shape.properties);
        only_objects.other_names.clone_from(&shape.other_names);
        let evident = evident(self.api(), &objects, &only_objects);
        match evident.as_slice() {
            _ if objects.is_empty() || shape.objects == 0 => {}
            [object] => self.values(object, &only_objects, at, name),
            _ => {
                let what = "may be of any of several schemas: edit them by hand";
                self.fresh.left.push(Line::new(at, format!("{} {what}", seen(&only_objects))));
            }
        }
    }

    fn object(&mut self, schema: &'a Schema, object: &'a ObjectSchema, shape: &Shape<u64>, at: &str, name: &str) {
        if object.properties.is_none() && !shape.properties.is_empty() {
            return self.untyped(schema, shape, at, name);
        }
        self.fresh.note_others(shape, at);
        let location = self.bundle.locate(&schema.pointer);
        let (mut unknown, mut observed) = (Vec::new(), Vec::new());
        for (property, inner) in &shape.properties {
            let at = format!("{at}/{property}");
            let Some(known) = object.property(property.as_str()) else {
                unknown.push((property.as_str(), inner, at));
                continue;
            };
            self.known += 1;
            let oddities = self.oddities.len();
            self.values(&known.schema, inner, &at, &inside(name, property.as_str()));
            let is_weak =
                matches!(object.source_of(property.as_str()), Some(PropertySource::Wire | PropertySource::Legacy));
            if is_weak && location.file != COMMON && self.oddities.len() == oddities && !kinds(inner).is_empty() {
                observed.push(property.to_string());
                self.confirmed.push(at);
            }
        }
        if unknown.len() >= super::fresh::MAX_NAMES {
            let what = format!("{} names, which a recorder does not write: edit the spec by hand", unknown.len());
            self.fresh.left.push(Line::new(at, what));
            unknown.clear();
        }
        if location.file == COMMON {
            for (_, inner, at) in unknown {
                let what = format!("{}: {COMMON} is for all operations, edit it by hand", seen(inner));
                self.fresh.left.push(Line::new(&at, what));
            }
            return;
        }
        let node: Pointer = location.pointer.parse().unwrap_or_default();
        let properties = node.join("properties");
        let mut added = Vec::new();
        for (property, inner, at) in unknown {
            if let Some(schema) = self.fresh.property(inner, &at, &inside(name, property), &location.file) {
                observed.push(property.to_owned());
                added.push((property.to_owned(), schema));
                let origin = Origin { file: location.file.clone(), pointer: properties.join(property), body: at };
                self.fresh.origins.push(origin);
            }
        }
        if !observed.is_empty() {
            self.changes.extend(evidence(object, &observed, &location.file, &node));
        }
        if !added.is_empty() {
            self.changes.push(Change::Add { file: location.file, node: properties, entries: added });
        }
    }

    /// A value whose type the spec does not have, or an object without properties.
    fn untyped(&mut self, schema: &'a Schema, shape: &Shape<u64>, at: &str, name: &str) {
        if let Some(why) = self.fresh.refused.get(at) {
            return self.fresh.left.push(Line::new(at, why.clone()));
        }
        let Location { file, pointer, .. } = self.bundle.locate(&schema.pointer);
        if file == COMMON {
            if !kinds(shape).is_empty() {
                let what = format!("{}: {COMMON} is for all operations, edit it by hand", seen(shape));
                self.fresh.left.push(Line::new(at, what));
            }
            return;
        }
        let line = self.fresh.learnt.len();
        let found = self.fresh.schema(shape, at, name, &file);
        let is_free = found.get("additionalProperties").is_some();
        if found.as_object().is_none_or(Map::is_empty) || (is_free && schema.is_known()) {
            return;
        }
        self.fresh.learnt.insert(line, Line::new(at, words(&found, shape.nulls > 0)));
        let node: Pointer = pointer.parse().unwrap_or_default();
        self.fresh.origins.push(Origin { file: file.clone(), pointer: node.clone(), body: at.to_owned() });
        self.changes.extend(typed(schema, found, shape.nulls > 0, &file, &node));
    }
}

/// The alternatives that the objects evidently are: those with a property that no other one has. If there is only one, it is that.
fn evident<'a>(api: &Api, objects: &[&'a Schema], shape: &Shape<u64>) -> Vec<&'a Schema> {
    let has = |one: &Schema, name: &str| api.resolve(one).as_object().is_some_and(|one| one.property(name).is_some());
    let is_evident = |index: usize| {
        shape.properties.keys().any(|name| {
            let owners: Vec<_> = (0..objects.len()).filter(|other| has(objects[*other], name.as_str())).collect();
            owners == [index]
        })
    };
    if objects.len() == 1 {
        return objects.to_vec();
    }
    (0..objects.len()).filter(|index| is_evident(*index)).map(|index| objects[index]).collect()
}

/// Whether null is a value of an item.
fn is_nullable(schema: &Schema) -> bool {
    match &schema.kind {
        _ if schema.nullable => true,
        SchemaKind::AnyOf(any) => any.schemas.iter().any(is_nullable),
        _ => false,
    }
}

/// The edits that give a node a schema, and keep its description.
fn typed(schema: &Schema, found: Value, has_null: bool, file: &str, node: &Pointer) -> Vec<Change> {
    if schema.description.is_empty() {
        let found = super::fresh::with_null(found, has_null);
        let Some((outer, own)) = node.split_last() else { return Vec::new() };
        return vec![Change::set(file, &outer, &own, Some(found))];
    }
    let found = match found.get("$ref") {
        // OpenAPI 3.0 ignores everything beside a reference.
        Some(_) => json!({ "type": "object", "allOf": [found] }),
        None => found,
    };
    let mut keywords = super::fresh::with_null(found, has_null);
    let mut changes = Vec::new();
    if schema.is_known() {
        changes.push(Change::set(file, node, "additionalProperties", None));
        if let Some(keywords) = keywords.as_object_mut() {
            keywords.shift_remove("type");
        }
    }
    let keywords = keywords.as_object().cloned().unwrap_or_default();
    changes.extend(keywords.into_iter().map(|(name, value)| Change::set(file, node, &name, Some(value))));
    changes
}

/// The edits of the evidence of an object: responses have these properties.
fn evidence(object: &ObjectSchema, observed: &[String], file: &str, node: &Pointer) -> Vec<Change> {
    let evidence = node.join("x-gofive-property-evidence");
    let is_observed = |name: &&String| observed.contains(name);
    let mut changes = Vec::new();
    for source in PropertySource::ALL {
        let known = object.unlisted.get(&source).map(Vec::as_slice).unwrap_or_default();
        let names: Vec<_> = match source {
            PropertySource::Observed => {
                let new = observed.iter().filter(|name| !known.contains(name));
                known.iter().chain(new).collect()
            }
            _ => known.iter().filter(|name| !is_observed(name)).collect(),
        };
        if names.len() != known.len() {
            let names = (!names.is_empty()).then(|| json!(names));
            changes.push(Change::set(file, &evidence, source.name(), names));
        }
    }
    changes
}

/// What was seen, in a line of the report.
fn seen(shape: &Shape<u64>) -> String {
    let kinds: Vec<_> = kinds(shape).into_iter().map(kind::Kind::words).collect();
    if kinds.is_empty() { "null".into() } else { kinds.join(" or ") }
}
