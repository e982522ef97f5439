//! The methods that stream a list: beside each operation with `x-gofive-paging` stands one that calls it for every page.

use anyhow::{Context as _, Result, ensure};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{Pat, PatType, Type};

use super::client::generic_argument;
use crate::lower::payload::Shape;
use crate::lower::{Operation, Paging, Style};

/// `add_cases_pages` for `add_cases`: owned copies of its arguments, and a closure that sets the place and size of a page in
/// the request.
pub(super) fn method(
    operation: &Operation,
    paging: &Paging,
    arguments: &[PatType],
    payload: &Type,
) -> Result<TokenStream> {
    let (name, constant) = (format_ident!("{}", operation.id), super::operations::constant(operation));
    let pages = format_ident!("{}_pages", operation.id);
    let (constructor, value) = match paging.style {
        Style::Skip => (quote!(by_skip), quote!(page.skip)),
        Style::Index => (quote!(by_index), quote!(page.index)),
    };
    let (place, size) = (super::types::field(&paging.place), super::types::field(&paging.size));
    let kept = arguments.iter().map(argument_name).collect::<Result<Vec<_>>>()?;
    ensure!(kept.iter().any(|own| own == "request"), "no request to carry {place} and {size}");
    let is_reference = |argument: &PatType| matches!(&*argument.ty, Type::Reference(_));
    let copies = arguments.iter().zip(&kept);
    let copies =
        copies.map(|(argument, own)| if is_reference(argument) { quote!(#own.to_owned()) } else { quote!(#own) });
    let passed = arguments.iter().zip(&kept);
    let passed = passed.map(|(argument, own)| if is_reference(argument) { quote!(&#own) } else { quote!(#own) });
    let passed: Vec<_> = passed.collect();
    let mutable = kept.iter().map(|own| (own == "request").then(|| quote!(mut)));

    let item = if operation.payload.shape == Shape::Any { syn::parse_quote!(crate::RawJson) } else { item(payload)? };
    let call = if operation.payload.shape == Shape::Any {
        let request = super::client::request_name(operation);
        quote! {
            let builder = client.#request(#(#passed),*)?;
            client.session.call_list(&operations::#constant, builder).await
        }
    } else {
        quote!(client.#name(#(#passed),*).await)
    };
    let doc = doc(operation, paging).into_iter().map(|line| quote!(#[doc = #line]));
    Ok(quote! {
        #(#doc)*
        pub fn #pages(&self, #(#arguments),*) -> Pages<#item> {
            let (client, #(#kept),*) = (self.clone(), #(#copies),*);
            Pages::#constructor(request.#place, request.#size, move |page| {
                let (client, #(#mutable #kept),*) = (client.clone(), #(#kept.clone()),*);
                request.#place = #value.into();
                request.#size = page.size.into();
                Box::pin(async move { #call })
            })
        }
    })
}

fn argument_name(argument: &PatType) -> Result<Ident> {
    let Pat::Ident(name) = &*argument.pat else {
        anyhow::bail!("progenitor's output has changed: a nameless argument")
    };
    Ok(name.ident.clone())
}

/// `T` of the `Vec<T>` that the operation returns.
fn item(payload: &Type) -> Result<Type> {
    generic_argument(payload, "Vec").cloned().context("the payload is no list, so that it has no pages")
}

fn doc(operation: &Operation, paging: &Paging) -> Vec<String> {
    let Operation { id, summary, .. } = operation;
    let Paging { place, size, .. } = paging;
    let mut doc = vec![
        format!(" {summary}, page after page."),
        String::new(),
        format!(
            " Calls [`{id}`](Self::{id}) for one page after the other, until one is shorter than asked for. Where to \
             start, and how much to ask for at once, is what `{place}` and `{size}` say; both are set anew for each \
             page. [`Pages`] has the items, prefetch, and how to go on after an error. Nothing is sent before it is \
             polled."
        ),
    ];
    if operation.payload.shape == Shape::Any {
        doc.push(String::new());
        doc.push(
            " The payload is not documented. If it is not a list, the stream ends with an error of the kind \
             [`Decode`](crate::ErrorKind::Decode) that shows what it is."
                .into(),
        );
    }
    doc
}
