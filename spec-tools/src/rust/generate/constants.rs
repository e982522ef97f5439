//! The constants of the sandbox: the name of each operation, so that a wrong name does not compile.

use std::collections::BTreeMap;

use quote::quote;

use super::docs;
use crate::rust::lower::Lowered;
use crate::rust::names;

/// `gofive-sandbox/src/generated/operation.rs`. An operation that several products have is listed once.
pub(super) fn file(products: &[Lowered<'_>]) -> syn::File {
    let operations: BTreeMap<_, _> =
        products.iter().flat_map(|lowered| lowered.api.operations.iter()).map(|it| (it.id.as_str(), it)).collect();
    let constants = operations.iter().map(|(id, operation)| {
        let constant = names::ident(&names::row(id));
        let doc = docs::doc_attribute(&format!("`{id}`: `{} {}`.", operation.method, operation.path));
        quote! { #doc pub const #constant: Operation = Operation::new(#id); }
    });
    let names = operations.keys().map(|id| names::ident(&names::row(id)));
    let table = names::ident(names::TABLE);
    syn::parse_quote! {
        //! The operations of all products, each as a constant.

        use crate::operations::name::Operation;

        /// All operations, in alphabetical order.
        pub(crate) const #table: &[Operation] = &[#(#names),*];

        #(#constants)*
    }
}
