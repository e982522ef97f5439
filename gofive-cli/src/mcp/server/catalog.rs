//! The operations of all products, and how one is found by its name.

use gofive_spec::Operation;

use crate::failure::{Failure, printable};
use crate::product::{self, Product};

/// The operations of all products.
pub(super) fn operations() -> impl Iterator<Item = (&'static Product, &'static Operation)> {
    let products = product::names().filter_map(product::product);
    products.flat_map(|product| product.api.operations.iter().map(move |operation| (product, operation)))
}

/// The operation with an id: `add_case`, and also `add-case`, `venio add-case` and `venio.add_case`.
pub(super) fn find(name: &str) -> Result<(&'static Product, &'static Operation), Failure> {
    let words: Vec<_> = name.split(|c: char| c.is_whitespace() || c == '.' || c == '/').collect();
    let (of_product, id) = match words.as_slice() {
        [id] => (None, id.replace('-', "_")),
        [product, id] => (Some(*product), id.replace('-', "_")),
        _ => (None, name.replace('-', "_")),
    };
    let is_meant = |(product, operation): &(&Product, &Operation)| {
        operation.id == id && of_product.is_none_or(|name| name == product.name)
    };
    operations().find(is_meant).ok_or_else(|| unknown(name, &id))
}

/// The failure for a name that no operation has, with the most similar ids.
fn unknown(name: &str, id: &str) -> Failure {
    let shown: String = printable(name).chars().take(80).collect();
    let cause = format!("the operation \"{shown}\" does not exist");
    let id: String = id.chars().take(80).collect();
    let mut similar: Vec<_> = operations()
        .map(|(_, operation)| (strsim::jaro_winkler(&operation.id, &id), operation.id.as_str()))
        .filter(|(similarity, _)| *similarity > 0.8)
        .collect();
    similar.sort_by(|left, right| right.0.total_cmp(&left.0));
    let similar: Vec<_> = similar.into_iter().take(3).map(|(_, id)| id).collect();
    match similar.as_slice() {
        [] => Failure::usage(cause).hint("search_operations finds operations by words"),
        _ => Failure::usage(cause).hint(format!("do you mean {}? search_operations finds others", similar.join(", "))),
    }
}
