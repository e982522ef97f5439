//! The methods of the client. They keep progenitor's signatures; the bodies (with the `api-version` header) are replaced by
//! one call of the session, which knows the operation from the behaviour table.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail, ensure};
use gofive_spec::PayloadKind;
use proc_macro2::TokenStream;
use quote::quote;
use syn::visit_mut::{VisitMut, visit_type_path_mut, visit_type_reference_mut};
use syn::{FnArg, ImplItem, ImplItemFn, ItemImpl, Pat, PatType, ReturnType, Type, UseTree};

use super::docs::{doc_attribute, markdown_attribute};
use super::paths::{ShortPaths, generic_argument};
use crate::rust::lower::{Body, Lowered, Operation, Property, Struct};
use crate::rust::names;

/// The methods of a client.
#[derive(Default)]
pub(super) struct Methods {
    pub(super) reviewed: Vec<TokenStream>,
    pub(super) unreviewed: Vec<TokenStream>,
}

/// The methods of all operations.
pub(super) fn methods(lowered: &Lowered<'_>, methods: ItemImpl) -> Result<Methods> {
    let mut rewritten = Methods::default();
    for item in methods.items {
        let ImplItem::Fn(method) = item else {
            bail!("progenitor's output has changed: the client has more than methods")
        };
        let id = method.sig.ident.to_string();
        let operation = lowered.operations.iter().find(|operation| operation.spec.id == id);
        let operation = operation.with_context(|| format!("progenitor generated `{id}`, which is not an operation"))?;
        let method = rewrite(&method, operation, &lowered.structs).with_context(|| format!("the method `{id}`"))?;
        let Methods { reviewed, unreviewed } = &mut rewritten;
        if operation.spec.is_reviewed { reviewed } else { unreviewed }.push(method);
    }
    let Methods { reviewed, unreviewed } = &rewritten;
    ensure!(reviewed.len() + unreviewed.len() == lowered.operations.len(), "progenitor omitted an operation");
    Ok(rewritten)
}

/// `client.rs`.
pub(super) fn file(lowered: &Lowered<'_>, methods: &[TokenStream]) -> Result<syn::File> {
    let name = names::ident(&names::client(&lowered.product));
    let info = &lowered.api.info;
    let doc = doc_attribute(&format!("Client of {}. Cheap to clone.\n\n{}", info.title, info.description));
    let of_product: UseTree = syn::parse_str(names::CLIENT_USES_OF_PRODUCT)?;
    let of_runtime: UseTree = syn::parse_str(names::CLIENT_USES[usize::from(has_pages(lowered, true))])?;
    let constructor = names::ident(names::CONSTRUCTOR);
    Ok(syn::parse_quote! {
        #[allow(unused_imports, reason = "which of them are needed depends on the spec")]
        use #of_product;
        use #of_runtime;

        #doc
        #[derive(Clone, Debug)]
        pub struct #name {
            pub(super) session: Session,
        }

        impl #name {
            pub(crate) fn #constructor(session: Session) -> Self {
                Self { session }
            }

            #(#methods)*
        }
    })
}

/// `unreviewed/client.rs`.
pub(super) fn unreviewed_file(lowered: &Lowered<'_>, methods: &[TokenStream]) -> syn::File {
    let (name, product) = (names::ident(&names::client(&lowered.product)), names::ident(&lowered.product));
    let pages = has_pages(lowered, false).then(|| {
        quote!(
            use crate::paging::Pages;
        )
    });
    syn::parse_quote! {
        #[allow(unused_imports, reason = "which of them are needed depends on the spec")]
        use super::types::*;
        #[allow(unused_imports, reason = "which of them are needed depends on the spec")]
        use crate::generated::#product::{#name, operations, types::*};
        use crate::Error;
        #pages

        impl #name {
            #(#methods)*
        }
    }
}

fn has_pages(lowered: &Lowered<'_>, reviewed: bool) -> bool {
    lowered.operations_of(reviewed).any(|operation| operation.spec.paging.is_some())
}

fn rewrite(method: &ImplItemFn, operation: &Operation<'_>, structs: &BTreeMap<String, Struct>) -> Result<TokenStream> {
    let name = &method.sig.ident;
    let payload = match operation.payload.kind {
        PayloadKind::Any => {
            let name = super::types::payload_name(operation);
            syn::parse_quote!(#name)
        }
        _ => payload_type(&method.sig.output)?,
    };
    let mut arguments = Vec::new();
    for argument in &method.sig.inputs {
        if let FnArg::Typed(argument) = argument {
            let mut argument = argument.clone();
            Arguments.visit_pat_type_mut(&mut argument);
            ShortPaths.visit_pat_type_mut(&mut argument);
            if is_body(&argument) {
                let request = names::ident(names::REQUEST);
                *argument.pat = syn::parse_quote!(#request);
            }
            arguments.push(argument);
        }
    }
    let path_arguments = operation.path_parameters().map(|segment| names::ident(&names::argument(segment)));
    let (query, body) = match &operation.request {
        Some(request) => {
            let item = structs.get(&request.name).context("its request has no type")?;
            (query(item), request.body)
        }
        None => (Vec::new(), Body::None),
    };
    let constant = super::operations::constant(operation);
    let doc = markdown_attribute(&operation.doc());
    let has_records = operation.payload.record().is_some_and(|record| structs.contains_key(record));
    let call = match operation.payload.kind {
        PayloadKind::OneOrMany => quote!(call_one_or_many),
        PayloadKind::Object if operation.payload.is_mixed() => quote!(call_mixed),
        PayloadKind::Array if has_records => quote!(call_records),
        PayloadKind::Object => quote!(call),
        PayloadKind::Array | PayloadKind::Scalar | PayloadKind::Any => quote!(call_as),
    };
    let pages =
        operation.spec.paging.as_ref().map(|paging| super::paging::method(operation, paging, &arguments, &payload));
    let pages = pages.transpose()?;
    let add_body = match body {
        Body::None => quote!(),
        Body::Json => quote!(.json(request)),
        Body::OptionalJson => quote!(.optional_json(request)),
        Body::Form => quote!(.form(request)),
    };
    let prepared = quote!(self.session.request(&operations::#constant, &[#(&#path_arguments),*])? #(#query)* #add_body);
    // The session extracts the list of an undocumented payload, and needs the request to do so.
    if operation.spec.paging.is_some() && operation.payload.kind == PayloadKind::Any {
        let (prepare, names) =
            (names::ident(&names::prepare(&operation.spec.id)), arguments.iter().map(|argument| &argument.pat));
        return Ok(quote! {
            #doc
            pub async fn #name(&self, #(#arguments),*) -> Result<#payload, Error> {
                let request = self.#prepare(#(#names),*)?;
                self.session.#call(&operations::#constant, request).await
            }

            fn #prepare(&self, #(#arguments),*) -> Result<crate::runtime::Request, Error> {
                Ok(#prepared)
            }

            #pages
        });
    }
    Ok(quote! {
        #doc
        pub async fn #name(&self, #(#arguments),*) -> Result<#payload, Error> {
            let request = #prepared;
            self.session.#call(&operations::#constant, request).await
        }

        #pages
    })
}

fn is_body(argument: &PatType) -> bool {
    matches!(&*argument.pat, Pat::Ident(name) if name.ident == names::BODY)
}

/// The code that adds the query to a request. Parameters that are not set are omitted.
fn query(request: &Struct) -> Vec<TokenStream> {
    let in_query = request.properties.iter().filter(|property| property.in_query);
    let add = |property: &Property| {
        let (wire, name) = (&property.wire, names::ident(&names::field(&property.wire)));
        quote!(.query(&[(#wire, &request.#name)]))
    };
    in_query.map(add).collect()
}

/// `T` of `Result<ResponseValue<T>, Error<E>>`.
fn payload_type(output: &ReturnType) -> Result<Type> {
    let changed = "progenitor's output has changed: not a `Result<ResponseValue<_>, _>`";
    let ReturnType::Type(_, output) = output else { bail!(changed) };
    let response_value = generic_argument(output, "Result").context(changed)?;
    let mut payload = generic_argument(response_value, "ResponseValue").context(changed)?.clone();
    ShortPaths.visit_type_mut(&mut payload);
    Ok(payload)
}

/// Simplifies argument types: no `'a`, `&[T]` for `&Vec<T>`, no `types::`.
struct Arguments;

impl VisitMut for Arguments {
    fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
        reference.lifetime = None;
        if let Some(item) = generic_argument(&reference.elem, "Vec") {
            let slice: Type = syn::parse_quote!([#item]);
            *reference.elem = slice;
        }
        visit_type_reference_mut(self, reference);
    }

    fn visit_type_path_mut(&mut self, path: &mut syn::TypePath) {
        visit_type_path_mut(self, path);
    }
}
