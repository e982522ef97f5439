//! The flags of an operation: one for each query parameter, and for each property of the body that an argument can have.

use std::collections::BTreeSet;

use gofive_spec::{Api, Operation, ParameterLocation, Property, Schema, SchemaKind};
use heck::ToKebabCase as _;

use crate::value::Kind;

/// A flag of an operation, and what it sets.
#[derive(Clone, Debug)]
pub(crate) struct Flag {
    /// The name without dashes: `subject`, `raw-data.document-type`.
    pub(crate) name: String,
    pub(crate) target: Target,
    /// The kind of its value, or of each value of a list.
    pub(crate) kind: Kind,
    /// Whether it can be given several times, for the items of a list.
    pub(crate) is_list: bool,
    /// Whether the command is refused without it.
    pub(crate) is_required: bool,
    /// Whether it is sent as null if it is not set.
    pub(crate) is_null_if_unset: bool,
    pub(crate) description: &'static str,
}

/// What a flag sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// The query parameter with this name.
    Query(&'static str),
    /// The property of the body with this path.
    Property(Vec<&'static str>),
}

/// The identifier of a flag.
pub(crate) fn flag_id(name: &str) -> String {
    format!("flag:{name}")
}

/// The identifier of a path parameter.
pub(crate) fn path_id(name: &str) -> String {
    format!("path:{name}")
}

/// The flags of an operation, in the order of the document.
pub(crate) fn flags(api: &'static Api, operation: &'static Operation) -> Vec<Flag> {
    let mut flags = Vec::new();
    for parameter in operation.parameters_in(ParameterLocation::Query) {
        flags.push(flag(api, Target::Query(&parameter.name), &parameter.schema, parameter.required));
        if let Some(flag) = flags.last_mut() {
            flag.description = if parameter.description.is_empty() { flag.description } else { &parameter.description };
        }
    }
    if let Some(record) = operation.request_schema().map(|schema| record(api, schema)) {
        let mut walk = Walk { api, path: Vec::new(), schemas: Vec::new(), flags: &mut flags };
        walk.properties(record, true);
    }
    distinguish(&mut flags);
    flags
}

/// The schema of the record that flags describe: the body, or the item of a body that is a list.
pub(crate) fn record(api: &'static Api, body: &'static Schema) -> &'static Schema {
    let body = innermost(api, body);
    body.items().map_or(body, |items| innermost(api, items))
}

/// The schema that a reference leads to, also if a description or null is beside the reference.
pub(crate) fn innermost<'a>(api: &'a Api, schema: &'a Schema) -> &'a Schema {
    let resolved = api.resolve(schema);
    match &resolved.kind {
        SchemaKind::AllOf(all) if all.schemas.len() == 1 => innermost(api, &all.schemas[0]),
        _ => resolved,
    }
}

/// Whether a property is sent as null if it is not set: an integration does so, or it is required and may be null.
pub(crate) fn is_null_if_unset(api: &Api, property: &Property) -> bool {
    let may_be_null = property.schema.nullable || innermost(api, &property.schema).nullable;
    property.null_if_unset || (property.required && may_be_null)
}

struct Walk<'a> {
    api: &'static Api,
    path: Vec<&'static str>,
    /// The objects around the current one: a schema that contains itself has no further flags.
    schemas: Vec<&'static Schema>,
    flags: &'a mut Vec<Flag>,
}

impl Walk<'_> {
    /// Adds the flags of an object. A property is required if each object around it is.
    fn properties(&mut self, object: &'static Schema, is_required: bool) {
        self.schemas.push(object);
        for property in object.properties() {
            let schema = innermost(self.api, &property.schema);
            self.path.push(&property.name);
            let is_null_if_unset = is_null_if_unset(self.api, property);
            let is_required = is_required && property.required && !is_null_if_unset;
            let contains_itself = self.schemas.iter().any(|around| std::ptr::eq(*around, schema));
            if schema.properties().is_empty() || contains_itself {
                let target = Target::Property(self.path.clone());
                let flag = flag(self.api, target, &property.schema, is_required);
                self.flags.push(Flag { is_null_if_unset, ..flag });
            } else {
                self.properties(schema, is_required);
            }
            self.path.pop();
        }
        self.schemas.pop();
    }
}

fn flag(api: &'static Api, target: Target, schema: &'static Schema, is_required: bool) -> Flag {
    let resolved = innermost(api, schema);
    let items = resolved.items();
    let is_list = matches!(resolved.kind, SchemaKind::Array(_));
    let kind =
        if is_list { items.map_or(Kind::Any, |items| Kind::of(innermost(api, items))) } else { Kind::of(resolved) };
    let name = match &target {
        Target::Query(name) => name.to_kebab_case(),
        Target::Property(path) => path.iter().map(|name| name.to_kebab_case()).collect::<Vec<_>>().join("."),
    };
    let own = if schema.description.is_empty() { &resolved.description } else { &schema.description };
    Flag { name, target, kind, is_list, is_required, is_null_if_unset: false, description: own }
}

/// Gives flags that would have the same name, such as those of `ID` and `id`, their names on the wire.
fn distinguish(flags: &mut [Flag]) {
    let mut names = BTreeSet::new();
    for flag in flags {
        if !names.insert(flag.name.clone()) {
            flag.name = match &flag.target {
                Target::Query(name) => (*name).to_owned(),
                Target::Property(path) => path.join("."),
            };
            names.insert(flag.name.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::product;

    #[test]
    fn no_two_flags_of_an_operation_are_equal() {
        let mut count = 0;
        for product in product::names().filter_map(product::product) {
            for operation in &product.api.operations {
                let flags = flags(&product.api, operation);
                let names: BTreeSet<_> = flags.iter().map(|flag| flag.name.as_str()).collect();
                assert_eq!(names.len(), flags.len(), "{}: {names:?}", operation.id);
                for name in names {
                    let is_readable = name.split('.').all(|step| step == step.to_kebab_case() && !step.is_empty());
                    assert!(is_readable, "{}: --{name}", operation.id);
                    count += 1;
                }
            }
        }
        assert!(count > 200, "only {count} flags");
    }

    #[test]
    fn names_that_would_be_equal_are_distinguished() {
        let one = |name: &'static str| Flag {
            name: name.to_kebab_case(),
            target: Target::Query(name),
            kind: Kind::Any,
            is_list: false,
            is_required: false,
            is_null_if_unset: false,
            description: "",
        };
        let mut flags = [one("customerCode"), one("CustomerCode")];
        distinguish(&mut flags);
        assert_eq!(flags.map(|flag| flag.name), ["customer-code", "CustomerCode"]);
    }
}
