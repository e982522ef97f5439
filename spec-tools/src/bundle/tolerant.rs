//! Makes the schemas of responses as tolerant as the client: see docs/decisions/034-tolerant-bundles.md.

use std::collections::{BTreeMap, BTreeSet};

use gofive_spec::{Api, PageFlags, Pointer, Schema, SchemaKind};

/// The properties that stay required, by the name of their schema.
pub(super) type Needed = BTreeMap<String, BTreeSet<String>>;

/// What an envelope needs: if it is one of several alternatives, the property that leads on to the payload. Nothing else
/// distinguishes it from the payload itself.
pub(super) fn needed(api: &Api) -> Needed {
    let mut needed = Needed::new();
    for operation in api.all_operations() {
        let Some(body) = operation.success_schema() else { continue };
        for payload in &operation.payload_pointers {
            let mut level = Pointer::root();
            for step in payload.steps() {
                let alternatives = api.follow(body, &level);
                if alternatives.len() > 1 {
                    for name in alternatives.into_iter().flatten().filter_map(Schema::reference) {
                        needed.entry(name.to_owned()).or_default().insert(step.to_string());
                    }
                }
                level = level.join(&step);
            }
        }
    }
    needed
}

/// The schema of a response, in which nothing but `needed` is required, everything may be null, enumerations are open, and
/// values have no limits. Lists of the properties that its source marks keep what the page says.
pub(super) fn tolerant(schema: &Schema, needed: Option<&BTreeSet<String>>) -> Schema {
    let mut schema = schema.clone();
    match &mut schema.kind {
        SchemaKind::Object(object) => {
            let Some(properties) = &mut object.properties else { return schema };
            let nullable = properties.iter().filter(|property| property.schema.nullable);
            let mut flags = PageFlags::default();
            flags.nullable = nullable.map(|property| property.name.clone()).collect();
            for property in properties {
                property.required &= needed.is_some_and(|needed| needed.contains(&property.name));
                property.schema = tolerant(&property.schema, None).or_null();
            }
            let stays = |name: &String| needed.is_some_and(|needed| needed.contains(name));
            let required = object.required.iter().filter(|name| stays(name)).cloned().collect();
            flags.required = std::mem::replace(&mut object.required, required);
            // The schema of a bundle has the flags already.
            object.page_flags.get_or_insert(flags);
        }
        SchemaKind::Array(array) => {
            (array.min_items, array.max_items) = (None, None);
            if let Some(items) = &mut array.items {
                **items = tolerant(items, None);
            }
        }
        SchemaKind::String(string) => (string.min_length, string.max_length, string.pattern) = (None, None, None),
        SchemaKind::Integer(range) | SchemaKind::Number(range) => (range.minimum, range.maximum) = (None, None),
        SchemaKind::Enumeration(enumeration) => enumeration.is_open = true,
        SchemaKind::AllOf(combination) | SchemaKind::AnyOf(combination) => {
            for one in &mut combination.schemas {
                *one = tolerant(one, None);
            }
        }
        SchemaKind::Ref(_) | SchemaKind::Boolean | SchemaKind::Any => {}
    }
    schema
}
