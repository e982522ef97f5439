//! The generated surface as a reviewer reads it: one page an operation, one a type.

use std::collections::BTreeMap;

use gofive_api::Operation;
use quote::ToTokens as _;
use syn::{Attribute, Fields, ImplItem, Item};

use crate::workspace;

/// One page an operation, by its id: route, signature, payload, rustdoc.
pub fn operations(product: &str, table: &[&Operation]) -> BTreeMap<String, String> {
    let file = parse(product, "client.rs");
    let mut pages: BTreeMap<String, String> = BTreeMap::new();
    for item in file.items {
        let Item::Impl(item) = item else { continue };
        for method in item.items {
            let ImplItem::Fn(method) = method else { continue };
            let id = method.sig.ident.to_string();
            let signature = tidy(&method.sig.to_token_stream().to_string());
            // The stream of an operation's pages stands below the operation.
            if let Some(page) = id.strip_suffix("_pages").and_then(|id| pages.get_mut(id)) {
                page.push_str(&format!("\n{signature}\n\n{}", doc(&method.attrs)));
                continue;
            }
            let Some(operation) = table.iter().find(|operation| operation.id() == id) else { continue };
            let mut page = format!("{} {}\n{signature}\n\n", operation.method(), operation.path());
            page.push_str(&doc(&method.attrs));
            pages.insert(id, page);
        }
    }
    pages
}

/// One page a type, by its name: fields with their Rust types and wire names, or the constants of an enumeration.
pub fn types(product: &str) -> BTreeMap<String, String> {
    let file = parse(product, "types.rs");
    let mut pages = BTreeMap::new();
    for item in file.items {
        match item {
            Item::Struct(item) => {
                let request =
                    item.attrs.iter().any(|attribute| attribute.to_token_stream().to_string().contains("Builder"));
                let side = if request { "request" } else { "answer" };
                let mut page = format!("{} ({side})\n{}\n", item.ident, doc(&item.attrs));
                if let Fields::Named(fields) = item.fields {
                    for field in fields.named {
                        let name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
                        let wire = wire_name(&field.attrs).unwrap_or_else(|| name.clone());
                        let shown = tidy(&field.ty.to_token_stream().to_string());
                        page.push_str(&format!("{name:<28} {wire:<28} {shown}\n"));
                    }
                }
                pages.insert(item.ident.to_string(), page);
            }
            Item::Impl(item) => {
                let name = item.self_ty.to_token_stream().to_string();
                let mut page = format!("{name} (open enumeration)\n\n");
                for constant in item.items {
                    if let ImplItem::Const(constant) = constant {
                        page.push_str(&format!("{:<28} {}", constant.ident, doc(&constant.attrs)));
                    }
                }
                pages.insert(name, page);
            }
            _ => {}
        }
    }
    pages
}

fn parse(product: &str, file: &str) -> syn::File {
    let path = workspace().join("gofive-api/src/generated").join(product).join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn doc(attributes: &[Attribute]) -> String {
    let mut text = String::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        if let syn::Meta::NameValue(meta) = &attribute.meta
            && let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(line), .. }) = &meta.value
        {
            text.push_str(line.value().strip_prefix(' ').unwrap_or_default());
            text.push('\n');
        }
    }
    text
}

fn wire_name(attributes: &[Attribute]) -> Option<String> {
    let text = attributes.iter().map(|attribute| attribute.to_token_stream().to_string()).collect::<String>();
    if text.contains("flatten") {
        return Some("(all others)".into());
    }
    let (_, rest) = text.split_once("rename = \"")?;
    rest.split_once('"').map(|(name, _)| name.to_owned())
}

/// Tokens without the blanks that `quote` puts between them.
fn tidy(tokens: &str) -> String {
    let mut text = tokens.to_owned();
    for (from, to) in [
        (" :: ", "::"),
        (":: ", "::"),
        (" < ", "<"),
        (" >", ">"),
        ("& ", "&"),
        (" ,", ","),
        ("( ", "("),
        (" )", ")"),
        (" (", "("),
        (" :", ":"),
        ("< ", "<"),
        (",)", ")"),
    ] {
        text = text.replace(from, to);
    }
    text
}
