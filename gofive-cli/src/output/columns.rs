//! The columns of records: chosen by the user, documented, or found in the records.

use gofive_api::RawJson;
use gofive_spec::{Operation, Pointer, Schema, SchemaKind};
use indexmap::{IndexMap, IndexSet};

use crate::body::{Object, set};
use crate::failure::Failure;
use crate::flags::innermost;
use crate::product::Product;

/// The columns of a list.
pub(super) struct Columns {
    names: Vec<String>,
    /// Whether the user has chosen them.
    are_chosen: bool,
    /// Whether the chosen ones have been found, in the spec or in a record.
    are_checked: bool,
    documented: Vec<String>,
}

impl Columns {
    pub(super) fn new(chosen: Vec<String>, documented: Vec<String>) -> Self {
        let are_chosen = !chosen.is_empty();
        let names = if are_chosen { chosen } else { documented.clone() };
        Self { names, are_chosen, are_checked: !are_chosen, documented }
    }

    /// Continues with the columns that the first part of the output has.
    pub(super) fn continue_with(&mut self, names: Vec<String>) {
        (self.names, self.are_checked) = (names, true);
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    pub(super) fn are_chosen(&self) -> bool {
        self.are_chosen
    }

    /// Refuses a chosen column that neither the spec nor the first records have: a typing error.
    pub(super) fn check(&mut self, records: &[RawJson]) -> Result<(), Failure> {
        if self.are_checked || records.is_empty() {
            return Ok(());
        }
        self.are_checked = true;
        let begins = |whole: &str, name: &str| {
            whole == name
                || whole
                    .strip_prefix(name)
                    .or_else(|| name.strip_prefix(whole))
                    .is_some_and(|rest| rest.starts_with('.'))
        };
        let is_known = |name: &str| {
            self.documented.iter().any(|known| begins(known, name))
                || records.iter().any(|record| find(record, name).is_some())
        };
        let unknown: Vec<_> = self.names.iter().filter(|name| !is_known(name)).cloned().collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let mut known: IndexSet<_> = self.documented.iter().cloned().collect();
        known.extend(records.iter().flat_map(flatten).map(|(name, _)| name));
        let known: Vec<_> = known.into_iter().collect();
        let cause = format!("the payload has no field {}", unknown.join(", "));
        Err(Failure::output(cause).hint(format!("--fields {}", known.join(","))))
    }

    /// Adds the columns that only the first records have.
    pub(super) fn complete(&mut self, records: &[RawJson]) {
        if !self.are_chosen {
            let found: IndexSet<_> = records.iter().flat_map(flatten).map(|(name, _)| name).collect();
            // An object that is documented as one value has columns of its own now.
            self.names.retain(|name| {
                !found.iter().any(|other| other.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with('.')))
            });
            let known: IndexSet<_> = std::mem::take(&mut self.names).into_iter().chain(found).collect();
            self.names = known.into_iter().collect();
        }
    }

    /// The cells of a record.
    pub(super) fn row(&self, record: &RawJson) -> Vec<String> {
        if self.are_chosen {
            return self.names.iter().map(|name| find(record, name).as_ref().map(cell).unwrap_or_default()).collect();
        }
        let found: IndexMap<_, _> = flatten(record).into_iter().collect();
        self.names.iter().map(|name| found.get(name).map(cell).unwrap_or_default()).collect()
    }
}

/// The columns that the spec documents for the records of a payload.
pub(crate) fn documented(product: &'static Product, operation: &'static Operation) -> Vec<String> {
    let Some(schema) = operation.payload(&product.api).ok().and_then(|payload| payload.schema) else {
        return Vec::new();
    };
    let schema = innermost(&product.api, schema);
    let record = schema.items().map_or(schema, |items| innermost(&product.api, items));
    let mut columns = Vec::new();
    walk(product, record, "", &mut Vec::new(), &mut columns);
    columns
}

fn walk<'a>(
    product: &'a Product,
    object: &'a Schema,
    prefix: &str,
    around: &mut Vec<&'a Schema>,
    columns: &mut Vec<String>,
) {
    around.push(object);
    for property in object.properties() {
        let name = format!("{prefix}{}", property.name);
        let schema = innermost(&product.api, &property.schema);
        let has_columns = matches!(schema.kind, SchemaKind::Object(_)) && !schema.properties().is_empty();
        if has_columns && !around.iter().any(|outer| std::ptr::eq(*outer, schema)) {
            walk(product, schema, &format!("{name}."), around, columns);
        } else {
            columns.push(name);
        }
    }
    around.pop();
}

/// The values of a record by the names of their columns; those of objects inside of it, too.
pub(super) fn flatten(record: &RawJson) -> Vec<(String, RawJson)> {
    let mut cells = Vec::new();
    match record.read::<Object>() {
        Ok(object) => flatten_object(object, "", &mut cells),
        Err(_) => cells.push(("value".to_owned(), record.clone())),
    }
    cells
}

fn flatten_object(object: Object, prefix: &str, cells: &mut Vec<(String, RawJson)>) {
    for (name, value) in object {
        let name = format!("{prefix}{name}");
        match value.read::<Object>() {
            Ok(inner) if !inner.is_empty() => flatten_object(inner, &format!("{name}."), cells),
            _ => cells.push((name, value)),
        }
    }
}

/// The text of a cell: nothing for null, a text without quotes, and JSON for a list.
pub(super) fn cell(value: &RawJson) -> String {
    match value.as_str() {
        "null" => String::new(),
        json if json.starts_with('"') => value.read().unwrap_or_else(|_| json.to_owned()),
        json => super::compact(json).into_owned(),
    }
}

/// A record with some of its fields.
pub(crate) fn select(record: &RawJson, names: &[String]) -> RawJson {
    let mut selected = Object::default();
    for name in names {
        let path: Vec<_> = name.split('.').collect();
        set(&mut selected, &path, find(record, name).unwrap_or_default());
    }
    RawJson::of(&selected).unwrap_or_default()
}

/// The value of a field, which may be inside of other fields.
pub(crate) fn find(record: &RawJson, name: &str) -> Option<RawJson> {
    record.pointer(Pointer::from_steps(name.split('.')).as_ref())
}
