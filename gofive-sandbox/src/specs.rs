//! The bundled specs of all products.

use std::sync::LazyLock;

use gofive_spec::{Spec, SpecError};

/// The parsed specs; all sandboxes of a program share them, because parsing takes a while.
static SPECS: LazyLock<Result<Vec<Spec>, SpecError>> =
    LazyLock::new(|| gofive_spec::BUNDLES.iter().map(|(_, bundle)| Spec::parse(bundle)).collect());

/// Returns the specs of all products.
pub(crate) fn all() -> Result<&'static [Spec], SpecError> {
    SPECS.as_deref().map_err(Clone::clone)
}

/// Finds an operation in the specs of all products, and returns it with its spec.
#[cfg(test)]
pub(crate) fn documented(operation_id: &str) -> (&'static Spec, &'static gofive_spec::Operation) {
    let mut specs = all().unwrap().iter();
    specs.find_map(|spec| Some((spec, spec.operation(operation_id)?))).unwrap()
}
