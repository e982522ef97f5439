//! The behaviour table: what the session needs to know about each operation.

use std::collections::BTreeMap;

use gofive_spec::{Idempotency, PayloadKind};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::rust::lower::{Lowered, Operation, Struct};
use crate::rust::names;

/// `operations.rs`.
pub(super) fn file(lowered: &Lowered<'_>) -> syn::File {
    let constants = lowered.operations.iter().map(|operation| {
        let constant = constant(operation);
        let row = row(operation, &lowered.structs);
        let feature = feature(operation);
        quote! { #feature pub(super) static #constant: Operation = #row; }
    });
    let names = lowered.operations.iter().map(|operation| {
        let (constant, feature) = (constant(operation), feature(operation));
        quote! { #feature &#constant }
    });
    let doc = super::docs::doc_attribute(&format!(
        "Every operation of {}, in the order of the portal.",
        lowered.api.info.title
    ));
    let table = names::ident(names::TABLE);
    let has_records = |operation: &Operation<'_>| {
        operation.payload.record().is_some_and(|record| lowered.structs.contains_key(record))
    };
    let import = if lowered.operations_of(true).any(has_records) {
        Some(TokenStream::new())
    } else {
        lowered.operations_of(false).any(has_records).then(super::docs::unreviewed_attribute)
    };
    let import = import.map(|feature| quote!(#feature use crate::runtime::FromProperties;));
    syn::parse_quote! {
        #import
        use crate::runtime::{Idempotency, JsonType, Operation, Payload};

        #doc
        pub static #table: &[&Operation] = &[#(#names),*];

        #(#constants)*
    }
}

pub(super) fn constant(operation: &Operation<'_>) -> Ident {
    names::ident(&names::row(&operation.spec.id))
}

/// The attribute of an operation that is not reviewed.
fn feature(operation: &Operation<'_>) -> Option<TokenStream> {
    (!operation.spec.is_reviewed).then(super::docs::unreviewed_attribute)
}

fn row(operation: &Operation<'_>, structs: &BTreeMap<String, Struct>) -> TokenStream {
    let Operation { spec, payload, .. } = operation;
    let gofive_spec::Operation { id, group, path, title, needs_token, .. } = spec;
    let method = spec.method.as_str();
    let page = if let Some(page) = &spec.page { quote!(Some(#page)) } else { quote!(None) };
    let idempotency = match &spec.idempotency {
        Idempotency::Safe => quote!(Safe),
        Idempotency::Idempotent => quote!(Idempotent),
        Idempotency::NonIdempotent => quote!(NonIdempotent),
        Idempotency::With(keys) => quote!(IdempotentWith(&[#(#keys),*])),
    };
    let json_type = match payload.kind {
        PayloadKind::Object => quote!(Object),
        PayloadKind::Array | PayloadKind::OneOrMany => quote!(Array),
        PayloadKind::Scalar => quote!(Scalar),
        PayloadKind::Any => quote!(Any),
    };
    let properties = if let Some(record) = payload.record().filter(|record| structs.contains_key(*record)) {
        let record = format_ident!("{record}");
        quote!(<super::#record as FromProperties>::PROPERTIES)
    } else {
        quote!(&[])
    };
    let pointers = payload.pointers.iter().map(|pointer| {
        let steps = pointer.steps();
        quote!(&[#(#steps),*])
    });
    quote! {
        Operation {
            id: #id,
            group: #group,
            title: #title,
            page: #page,
            method: #method,
            path: #path,
            bearer: #needs_token,
            idempotency: Idempotency::#idempotency,
            payload: Payload { pointers: &[#(#pointers),*], json_type: JsonType::#json_type, properties: #properties },
        }
    }
}
