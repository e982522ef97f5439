//! The rustdoc of the generated files, and the product's `mod.rs`, whose page lists all operations by group.

use gofive_spec::Group;
use proc_macro2::TokenStream;
use quote::quote;

use crate::rust::lower::Lowered;
use crate::rust::names;
use crate::wording::{cell, line, markdown};

/// `mod.rs`.
pub(super) fn module(lowered: &Lowered<'_>) -> syn::File {
    let (client, table_name) = (names::ident(&names::client(&lowered.product)), names::ident(names::TABLE));
    let info = &lowered.api.info;
    let (title, description) = (line(&info.title), markdown(&info.description));
    let mut text = format!("{title}: {} operations.\n\n{description}\n", lowered.operations.len());
    for Group { name, description, .. } in &lowered.api.groups {
        let (heading, description) = (line(name), markdown(description));
        text.push_str(&format!("\n# {heading}\n\n{description}\n\n{}", table(lowered, name, &client.to_string())));
    }
    let lines = text.lines().map(|line| format!(" {line}"));
    let unreviewed = lowered.operations_of(false).next().map(|_| {
        let (attribute, module) = (unreviewed_attribute(), names::ident(names::UNREVIEWED));
        [quote!(#attribute mod #module;), quote!(#attribute pub use self::#module::types::*;)]
    });
    let (module, reexport): (Vec<_>, Vec<_>) =
        unreviewed.map(|[module, reexport]| (module, reexport)).into_iter().unzip();
    syn::parse_quote! {
        #(#![doc = #lines])*
        mod client;
        mod operations;
        mod types;
        #(#module)*

        pub use self::client::#client;
        pub use self::operations::#table_name;
        pub use self::types::*;
        #(#reexport)*
    }
}

/// `unreviewed/mod.rs`.
pub(super) fn unreviewed_module() -> syn::File {
    syn::parse_quote! {
        //! The operations that are drafted from pages of the portal, and that nobody has reviewed.
        #![allow(missing_docs, reason = "the texts are written in the review")]
        mod client;
        pub(super) mod types;
    }
}

/// The attribute that puts an item behind the feature for operations that are not reviewed.
pub(super) fn unreviewed_attribute() -> TokenStream {
    let feature = names::UNREVIEWED;
    quote!(#[cfg(feature = #feature)])
}

/// `operations.md`, a part of the crate's page: all operations by product and group.
pub(super) fn page(products: &[Lowered<'_>]) -> String {
    let mut text = String::from("# Operations\n");
    for lowered in products {
        text.push_str(&format!("\n## {}\n", line(&lowered.api.info.title)));
        let client = format!("{}::{}", lowered.product, names::client(&lowered.product));
        for Group { name, .. } in &lowered.api.groups {
            text.push_str(&format!("\n### {}\n\n{}", line(name), table(lowered, name, &client)));
        }
    }
    text
}

/// A table of the operations of a group, with links to the methods of `client`.
fn table(lowered: &Lowered<'_>, group: &str, client: &str) -> String {
    let mut text = String::from("| method | what it does |\n|---|---|\n");
    for operation in lowered.api.operations.iter().filter(|operation| operation.group == group) {
        let (id, summary) = (&operation.id, cell(&operation.summary));
        if operation.is_reviewed {
            text.push_str(&format!("| [`{id}`]({client}::{id}) | {summary} |\n"));
        } else {
            // No link: without the feature it would lead nowhere.
            text.push_str(&format!(
                "| `{id}` | {summary} (not reviewed, behind the feature `{}`) |\n",
                names::UNREVIEWED
            ));
        }
    }
    text
}

/// A doc attribute with plain text, which is escaped.
pub(super) fn doc_attribute(text: &str) -> TokenStream {
    markdown_attribute(&markdown(text))
}

/// A doc attribute with one `///` line for each line of Markdown.
pub(super) fn markdown_attribute(text: &str) -> TokenStream {
    let lines = text.trim().lines().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote! { #(#[doc = #lines])* }
}
