//! The products and their operations, as the embedded bundles describe them.

use std::sync::OnceLock;

use gofive_spec::{Api, BUNDLES, Operation};

/// A product of the API.
pub(crate) struct Product {
    /// The name, which is that of its command: `venio`.
    pub(crate) name: &'static str,
    pub(crate) api: Api,
}

/// Each bundle is read when its product is first used: a command needs one of them.
static LOADED: [OnceLock<Product>; BUNDLES.len()] = [const { OnceLock::new() }; BUNDLES.len()];

/// The names of all products.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    BUNDLES.iter().map(|(name, _)| *name)
}

/// The product with this name.
pub(crate) fn product(name: &str) -> Option<&'static Product> {
    let index = BUNDLES.iter().position(|(known, _)| *known == name)?;
    let (name, text) = BUNDLES[index];
    let load = || Product { name, api: Api::parse(text).expect("the tests read the embedded bundles") };
    Some(LOADED[index].get_or_init(load))
}

impl Product {
    /// The operation of a command.
    pub(crate) fn operation(&self, command: &str) -> Option<&Operation> {
        self.api.operations.iter().find(|operation| command_name(operation) == command)
    }
}

/// The name of the command of an operation: `add-case`.
pub(crate) fn command_name(operation: &Operation) -> String {
    operation.id.replace('_', "-")
}
