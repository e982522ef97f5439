//! What the client's tests need for each reviewed operation: a call with documented arguments, and the JSON schema of its request.

use anyhow::{Result, ensure};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::rust::lower::{Lowered, Operation};
use crate::rust::names;
use crate::rust::surface::{Method, Surface};

/// A product, and what is public in its generated module.
#[derive(Debug)]
pub struct Product<'a> {
    pub lowered: &'a Lowered<'a>,
    pub surface: Surface,
}

/// `calls.rs`.
pub(super) fn calls(products: &[Product<'_>]) -> Result<syn::File> {
    let mut arms = Vec::new();
    for Product { lowered, surface } in products {
        let client = names::ident(&lowered.product);
        for operation in lowered.operations_of(true) {
            let method = surface.methods.iter().find(|method| method.name == operation.spec.id);
            arms.push(call(&client, operation, method)?);
        }
    }
    Ok(syn::parse_quote! {
        //! A call of each operation that is reviewed.

        use gofive_api::{Error, Gofive};

        use crate::calls::{Example, show};

        /// Calls the operation and shows its payload; `None` if no operation has this name.
        pub(super) async fn call(gofive: &Gofive, operation: &str, with: &Example) -> Result<Option<String>, Error> {
            Ok(match operation {
                #(#arms)*
                _ => None,
            })
        }
    })
}

/// The match arm that calls one operation. The type of each argument decides how it is read from the example.
fn call(client: &Ident, operation: &Operation<'_>, method: Option<&Method>) -> Result<TokenStream> {
    let (id, name) = (&operation.spec.id, names::ident(&operation.spec.id));
    let Some(method) = method else { anyhow::bail!("`{id}` has no method in the generated client") };
    let mut in_path = operation.path_parameters();
    let mut arguments = Vec::new();
    for (argument, rust_type) in &method.arguments {
        if argument == names::REQUEST {
            arguments.push(quote!(&with.request()));
            continue;
        }
        let wire = in_path.next().unwrap_or_default();
        ensure!(names::argument(wire) == *argument, "the argument `{argument}` of `{id}` is not `{wire}` of its path");
        arguments.push(match rust_type.as_str() {
            "&str" => quote!(&with.text(#wire)),
            "i64" => quote!(with.number(#wire)),
            reference if reference.starts_with('&') => quote!(&with.value(#wire)),
            _ => quote!(with.value(#wire)),
        });
    }
    Ok(quote!(#id => show(gofive.#client().#name(#(#arguments),*).await?),))
}

/// `schemas.rs`.
pub(super) fn schemas(products: &[Product<'_>]) -> syn::File {
    let schemas = products.iter().flat_map(|Product { lowered, .. }| {
        let product = names::ident(&lowered.product);
        lowered.operations_of(true).filter_map(move |operation| {
            let (id, name) = (&operation.spec.id, names::ident(&operation.request.as_ref()?.name));
            Some(quote!((#id, schema_for!(gofive_api::#product::#name))))
        })
    });
    syn::parse_quote! {
        //! The JSON schemas of the request types of reviewed operations.

        use schemars::{Schema, schema_for};

        /// Each operation that has a request, with the schema of its type.
        pub fn requests() -> Vec<(&'static str, Schema)> {
            Vec::from([#(#schemas),*])
        }
    }
}
