//! The rustdoc of the generated files, and the product's `mod.rs`, whose page lists all operations by group.

use heck::ToPascalCase;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::rust::lower::Lowered;
use crate::wording;

/// `mod.rs`.
pub(super) fn module(lowered: &Lowered) -> syn::File {
    let client = client_name(lowered);
    let mut text = format!("{}: {} operations.\n\n{}\n", lowered.title, lowered.operations.len(), lowered.description);
    for (group, description) in &lowered.groups {
        text.push_str(&format!("\n# {group}\n\n{description}\n\n{}", table(lowered, group, &client.to_string())));
    }
    let lines = text.lines().map(|line| format!(" {line}"));
    syn::parse_quote! {
        #(#![doc = #lines])*
        mod client;
        mod operations;
        mod types;

        pub use self::client::#client;
        pub use self::operations::OPERATIONS;
        pub use self::types::*;
    }
}

/// `operations.md`, a part of the crate's page: all operations by product and group.
pub(super) fn page(products: &[&Lowered]) -> String {
    let mut text = String::from("# Operations\n");
    for lowered in products {
        text.push_str(&format!("\n## {}\n", lowered.title));
        let client = format!("{}::{}", lowered.product, client_name(lowered));
        for (group, _) in &lowered.groups {
            text.push_str(&format!("\n### {group}\n\n{}", table(lowered, group, &client)));
        }
    }
    text
}

/// A table of the operations of a group, with links to the methods of `client`.
fn table(lowered: &Lowered, group: &str, client: &str) -> String {
    let mut text = String::from("| method | what it does |\n|---|---|\n");
    for operation in lowered.operations.iter().filter(|operation| operation.group == group) {
        let id = &operation.id;
        text.push_str(&format!("| [`{id}`]({client}::{id}) | {} |\n", operation.summary));
    }
    text
}

/// The name of a product's client: `Venio` for `venio`.
pub(super) fn client_name(lowered: &Lowered) -> Ident {
    format_ident!("{}", lowered.product.to_pascal_case())
}

/// A doc attribute with plain text, which is escaped.
pub(super) fn doc_attribute(text: &str) -> TokenStream {
    markdown_attribute(&wording::markdown(text))
}

/// A doc attribute with one `///` line for each line of Markdown.
pub(super) fn markdown_attribute(markdown: &str) -> TokenStream {
    let lines = markdown.trim().lines().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote! { #(#[doc = #lines])* }
}
