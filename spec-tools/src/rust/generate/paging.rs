//! The methods that stream a list: each operation with `x-gofive-paging` gets a second method that calls it for every page.

use anyhow::{Context as _, Result, ensure};
use gofive_spec::{Paging, PagingStyle, PayloadKind};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Pat, PatType, Type};

use super::paths::generic_argument;
use crate::rust::lower::Operation;
use crate::rust::names;
use crate::wording::{code, line};

/// The paging method, `add_cases_pages` for `add_cases`. It copies its arguments and passes a closure that sets the position
/// and size of a page in the request.
pub(super) fn method(
    operation: &Operation<'_>,
    paging: &Paging,
    arguments: &[PatType],
    payload: &Type,
) -> Result<TokenStream> {
    let (name, constant) = (names::ident(&operation.spec.id), super::operations::constant(operation));
    let pages = names::ident(&names::pages(&operation.spec.id));
    let (constructor, value) = match paging.style {
        PagingStyle::SkipTake | PagingStyle::SkipPageLength => (quote!(by_skip), quote!(skip)),
        PagingStyle::PageIndex => (quote!(by_index), quote!(index)),
    };
    let (position, size) = (names::ident(&names::field(&paging.position)), names::ident(&names::field(&paging.size)));
    let names = arguments.iter().map(argument_name).collect::<Result<Vec<_>>>()?;
    ensure!(names.iter().any(|own| own == names::REQUEST), "the operation has no request for {position} and {size}");
    let is_reference = |argument: &PatType| matches!(&*argument.ty, Type::Reference(_));
    let copies = arguments.iter().zip(&names);
    let copies =
        copies.map(|(argument, own)| if is_reference(argument) { quote!(#own.to_owned()) } else { quote!(#own) });
    let passed = arguments.iter().zip(&names);
    let passed = passed.map(|(argument, own)| if is_reference(argument) { quote!(&#own) } else { quote!(#own) });
    let passed: Vec<_> = passed.collect();
    let mutable = names.iter().map(|own| (own == names::REQUEST).then(|| quote!(mut)));

    let item =
        if operation.payload.kind == PayloadKind::Any { syn::parse_quote!(crate::RawJson) } else { item(payload)? };
    let (client, page, own_request) =
        (names::ident(names::CLIENT), names::ident(names::PAGE), names::ident(names::REQUEST));
    let call = if operation.payload.kind == PayloadKind::Any {
        let request = names::ident(&names::prepare(&operation.spec.id));
        quote! {
            let builder = #client.#request(#(#passed),*)?;
            #client.session.call_list(&operations::#constant, builder).await
        }
    } else {
        quote!(#client.#name(#(#passed),*).await)
    };
    let doc = doc(operation, paging).into_iter().map(|line| quote!(#[doc = #line]));
    Ok(quote! {
        #(#doc)*
        // What the stream decodes is compiled where it is used, not in every build of the crate.
        #[inline]
        pub fn #pages(&self, #(#arguments),*) -> Pages<#item> {
            let (#client, #(#names),*) = (self.clone(), #(#copies),*);
            Pages::#constructor(#own_request.#position, #own_request.#size, move |#page| {
                let session = #client.session.announcing(&#page.arrival);
                let (#client, #(#mutable #names),*) = (Self { session }, #(#names.clone()),*);
                #own_request.#position = #page.#value.into();
                #own_request.#size = #page.size.into();
                Box::pin(async move { #call })
            })
        }
    })
}

fn argument_name(argument: &PatType) -> Result<Ident> {
    let Pat::Ident(name) = &*argument.pat else {
        anyhow::bail!("progenitor's output has changed: an argument without a name")
    };
    Ok(name.ident.clone())
}

/// `T` of the `Vec<T>` that the operation returns.
fn item(payload: &Type) -> Result<Type> {
    generic_argument(payload, "Vec").cloned().context("the payload is not a list, so it has no pages")
}

fn doc(operation: &Operation<'_>, paging: &Paging) -> Vec<String> {
    let id = &operation.spec.id;
    let (position, size) = (code(&paging.position), code(&paging.size));
    let mut doc = vec![
        format!(" {}, page after page.", line(&operation.spec.summary)),
        String::new(),
        format!(
            " Calls [`{id}`](Self::{id}) for one page after the other, until a page is shorter than requested. Set in \
             the request where to start ({position}) and the length of a page ({size}); the stream changes them \
             for the following pages. See [`Pages`] for items, prefetch, and how to continue after an error. Nothing \
             is sent before the stream is polled."
        ),
    ];
    if operation.payload.kind == PayloadKind::Any {
        doc.push(String::new());
        doc.push(
            " The payload is not documented. If it is not a list, the stream ends with an error of the kind \
             [`Decode`](crate::ErrorKind::Decode) that shows the payload."
                .into(),
        );
    }
    doc
}
