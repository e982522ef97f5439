//! Hides properties of a response from the spec, to see whether they are learnt again.

use std::collections::BTreeSet;

use gofive_shapes::{Name, ShapeFile};
use gofive_spec::{JsonType, Pointer, Schema, SchemaKind};
use spec_tools::Sources;
use spec_tools::bundle::{Bundle, bundle_all};
use spec_tools::sources::Edits;

/// A property that was hidden.
#[derive(Debug)]
pub(crate) struct Hidden {
    schema: String,
    name: String,
    was: Schema,
}

pub(crate) fn bundle_of(sources: &Sources, id: &str) -> Bundle {
    let (bundles, findings) = bundle_all(sources);
    assert!(findings.is_empty(), "{findings:#?}");
    bundles.into_iter().find(|bundle| bundle.api.operation(id).is_some()).unwrap()
}

/// The spec without every third property of the responses of an operation, of those that the shapes have.
pub(crate) fn hide_a_third(sources: &Sources, id: &str, shapes: &ShapeFile) -> (Sources, Vec<Hidden>) {
    let bundle = bundle_of(sources, id);
    let api = &bundle.written.api;
    let names = shapes.names();
    let names: BTreeSet<_> = names.keys().map(Name::as_str).collect();
    let operation = api.operation(id).unwrap();
    let success = operation.success_schema().unwrap();
    // Without what the pointers lead to, they would be findings.
    let is_payload =
        |name: &str| operation.payload_pointers.iter().any(|pointer| pointer.steps().any(|step| step == name));
    let (mut edits, mut hidden, mut seen) = (Edits::new(sources), Vec::new(), 0);
    for name in api.reachable([success]) {
        let (pointer, object) = (Pointer::to_schema(name), api.schema(name).unwrap().as_object());
        let at = bundle.locate(&pointer);
        let Some(object) = object.filter(|_| at.file != "openapi/common.yaml") else { continue };
        let node: Pointer = at.pointer.parse().unwrap();
        let mut required = object.required.clone();
        for property in object.properties() {
            // A schema that nothing refers to would be a finding.
            let is_scalar = property.schema.json_type().is_some_and(JsonType::is_scalar);
            if !is_scalar || is_payload(&property.name) || !names.contains(property.name.as_str()) {
                continue;
            }
            seen += 1;
            if seen % 3 == 1 {
                edits.set(&at.file, &node.join("properties"), &property.name, None, &[]).unwrap();
                required.retain(|name| *name != property.name);
                let (schema, name) = (name.to_owned(), property.name.clone());
                hidden.push(Hidden { schema, name, was: property.schema.clone() });
            }
        }
        if required != object.required {
            let required = (!required.is_empty()).then(|| required.into());
            edits.set(&at.file, &node, "required", required, &[]).unwrap();
        }
        for (source, names) in &object.unlisted {
            let is_hidden = |listed: &String| hidden.iter().any(|one| one.schema == name && one.name == *listed);
            let kept: Vec<_> = names.iter().filter(|listed| !is_hidden(listed)).cloned().collect();
            if kept.len() < names.len() {
                let evidence = node.join("x-gofive-property-evidence");
                let kept = (!kept.is_empty()).then(|| kept.into());
                edits.set(&at.file, &evidence, source.name(), kept, &[]).unwrap();
            }
        }
    }
    assert!(hidden.len() * 3 >= seen, "{id}: {} of {seen}", hidden.len());
    (edits.sources, hidden)
}

impl Hidden {
    /// Why the spec does not have the property again; `None` if it does, with its type.
    pub(crate) fn is_missing_in(&self, sources: &Sources, id: &str) -> Option<String> {
        let bundle = bundle_of(sources, id);
        let object = bundle.written.api.schema(&self.schema).and_then(Schema::as_object);
        let Some(found) = object.and_then(|object| object.property(&self.name)) else {
            return Some(format!("{}.{} is missing", self.schema, self.name));
        };
        let is_same = match (&self.was.kind, &found.schema.kind) {
            // What was seen says no more: an amount without decimal places, a code of digits.
            (SchemaKind::Number(_) | SchemaKind::Integer(_), SchemaKind::Number(_) | SchemaKind::Integer(_)) => true,
            (SchemaKind::String(was), SchemaKind::String(is)) => {
                was.format.is_none()
                    || is.format == was.format
                    || was.format.is_some_and(|format| format.name() == "any-date-time")
            }
            (was, is) => std::mem::discriminant(was) == std::mem::discriminant(is),
        };
        (!is_same).then(|| format!("{}.{}: {:?}, was {:?}", self.schema, self.name, found.schema.kind, self.was.kind))
    }
}
