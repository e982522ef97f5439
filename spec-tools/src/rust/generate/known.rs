//! The names that the recorder of the client may write, because the spec has them.

use std::collections::BTreeSet;

use gofive_spec::Schema;

use crate::rust::lower::Lowered;

/// `gofive-api/src/generated/names.rs`: of all products, whichever are turned on.
pub(super) fn file(products: &[Lowered<'_>]) -> syn::File {
    let operations = products.iter().flat_map(|lowered| &lowered.api.operations);
    // Nothing of the exchange of tokens is recorded.
    let operations: BTreeSet<_> =
        operations.filter(|operation| operation.needs_token).map(|operation| operation.id.as_str()).collect();
    let schemas = products.iter().flat_map(|lowered| lowered.api.all_schemas());
    let properties: BTreeSet<_> = schemas.flat_map(Schema::properties).map(|property| property.name.as_str()).collect();
    let (operations, properties) = (operations.iter(), properties.iter());
    syn::parse_quote! {
        //! The names that the recorder may write.

        /// The operations whose responses are recorded.
        pub(crate) static OPERATIONS: &[&str] = &[#(#operations),*];
        /// The names of all properties.
        pub(crate) static PROPERTIES: &[&str] = &[#(#properties),*];
    }
}
