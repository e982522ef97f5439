//! The methods that stream a list: beside each operation with `x-gofive-paging` stands one that calls it for every page.

use anyhow::{Context as _, Result, ensure};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{Pat, PatType, Type};

use super::client::generic_argument;
use crate::lower::payload::Shape;
use crate::lower::{Operation, Paging, Style};

/// `add_cases_pages` for `add_cases`: owned copies of its arguments, and a closure that sets the place and size of a page.
pub(super) fn method(
    operation: &Operation,
    paging: &Paging,
    arguments: &[PatType],
    payload: &Type,
) -> Result<TokenStream> {
    let (name, constant) = (format_ident!("{}", operation.id), super::operations::constant(operation));
    let pages = format_ident!("{}_pages", operation.id);
    let (constructor, place) = match paging.style {
        Style::Skip => (quote!(by_skip), quote!(page.skip)),
        Style::Index => (quote!(by_index), quote!(page.index)),
    };
    let carriers = [(member(&paging.place), place), (member(&paging.size), quote!(page.size))];

    let (mut kept, mut copies, mut passed, mut is_argument) = (Vec::new(), Vec::new(), Vec::new(), [false; 2]);
    for argument in arguments {
        let own = argument_name(argument)?;
        if let Some(found) = carriers.iter().position(|(carrier, _)| *carrier == own) {
            let value = &carriers[found].1;
            passed.push(quote!(#value.into()));
            is_argument[found] = true;
        } else {
            let (copy, pass) = keep(&own, &argument.ty);
            copies.push(copy);
            passed.push(pass);
            kept.push(own);
        }
    }
    let in_body: Vec<_> = carriers.iter().zip(is_argument).filter(|(_, argument)| !argument).collect();
    let body = format_ident!("body");
    ensure!(in_body.is_empty() || kept.contains(&body), "no body to carry {} and {}", paging.place, paging.size);
    let [from, size] = [0, 1].map(|carrier| {
        let name = &carriers[carrier].0;
        if is_argument[carrier] { quote!(#name) } else { quote!(body.#name) }
    });
    let set = in_body.iter().map(|((carrier, value), _)| quote!(body.#carrier = #value.into();));
    let mutable = kept.iter().map(|own| (!in_body.is_empty() && *own == body).then(|| quote!(mut)));

    let item = if operation.payload.shape == Shape::Any { syn::parse_quote!(crate::RawJson) } else { item(payload)? };
    let call = if operation.payload.shape == Shape::Any {
        let request = super::client::request_name(operation);
        quote! {
            let request = client.#request(#(#passed),*)?;
            client.session.call_list(&operations::#constant, request).await
        }
    } else {
        quote!(client.#name(#(#passed),*).await)
    };
    let doc = doc(operation, paging).into_iter().map(|line| quote!(#[doc = #line]));
    Ok(quote! {
        #(#doc)*
        pub fn #pages(&self, #(#arguments),*) -> Pages<#item> {
            let (client, #(#kept),*) = (self.clone(), #(#copies),*);
            Pages::#constructor(#from, #size, move |page| {
                let (client, #(#mutable #kept),*) = (client.clone(), #(#kept.clone()),*);
                #(#set)*
                Box::pin(async move { #call })
            })
        }
    })
}

fn member(wire: &str) -> Ident {
    format_ident!("{}", heck::AsSnakeCase(wire).to_string())
}

fn argument_name(argument: &PatType) -> Result<Ident> {
    let Pat::Ident(name) = &*argument.pat else {
        anyhow::bail!("progenitor's output has changed: a nameless argument")
    };
    Ok(name.ident.clone())
}

/// How an argument is copied to be kept, and how the copy is passed on.
fn keep(name: &Ident, argument: &Type) -> (TokenStream, TokenStream) {
    match generic_argument(argument, "Option") {
        Some(Type::Reference(_)) => (quote!(#name.map(ToOwned::to_owned)), quote!(#name.as_deref())),
        None if matches!(argument, Type::Reference(_)) => (quote!(#name.to_owned()), quote!(&#name)),
        _ => (quote!(#name), quote!(#name)),
    }
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
