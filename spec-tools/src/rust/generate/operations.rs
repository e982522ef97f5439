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
        quote! { pub(super) static #constant: Operation = #row; }
    });
    let names = lowered.operations.iter().map(constant);
    let doc = super::docs::doc_attribute(&format!(
        "Every operation of {}, in the order of the portal.",
        lowered.api.info.title
    ));
    let table = names::ident(names::TABLE);
    let has_records = lowered
        .operations
        .iter()
        .any(|operation| operation.payload.record().is_some_and(|record| lowered.structs.contains_key(record)));
    let import = has_records.then(|| {
        quote!(
            use crate::runtime::FromProperties;
        )
    });
    syn::parse_quote! {
        #import
        use crate::runtime::{Idempotency, JsonType, Operation, Payload};

        #doc
        pub static #table: &[&Operation] = &[#(&#names),*];

        #(#constants)*
    }
}

pub(super) fn constant(operation: &Operation<'_>) -> Ident {
    names::ident(&names::row(&operation.spec.id))
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
        quote!(<super::types::#record as FromProperties>::PROPERTIES)
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
