//! Reads the public API of the generated crate from its source: methods, types, constants.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use quote::ToTokens;
use syn::{Attribute, Expr, Field as SynField, Fields, FnArg, ImplItem, Item, ItemImpl, ItemStruct, ReturnType};

/// The public API of one product's module.
#[derive(Clone, Debug, Default)]
pub struct Surface {
    /// The methods, in the order of the source.
    pub methods: Vec<Method>,
    pub structs: BTreeMap<String, Struct>,
    pub enums: BTreeMap<String, Enum>,
}

/// A public method of the client.
#[derive(Clone, Debug)]
pub struct Method {
    pub name: String,
    /// The whole signature.
    pub signature: String,
    /// The name and type of each argument except `self`.
    pub arguments: Vec<(String, String)>,
    pub returns: String,
    pub doc: String,
}

#[derive(Clone, Debug)]
pub struct Struct {
    /// Whether it is a request type, which has a builder.
    pub request: bool,
    /// The public traits that it implements, derived or not, by name.
    pub traits: Vec<String>,
    pub fields: Vec<Field>,
    pub doc: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    pub name: String,
    /// The name on the wire; `(all others)` for the map of unknown properties.
    pub wire: String,
    pub rust_type: String,
    /// Whether the builder requires it.
    pub required: bool,
}

/// An open enumeration.
#[derive(Clone, Debug)]
pub struct Enum {
    pub constants: Vec<Constant>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Constant {
    pub name: String,
    /// As written in Rust: `1`, `"A"`.
    pub value: String,
    pub doc: String,
}

impl Surface {
    /// Reads the generated files of one product: `client.rs` and `types.rs`, and those of `unreviewed/` if there are any.
    /// `text` returns a file; `None` if the product has no `client.rs` or no `types.rs`.
    pub fn of_product<'a>(text: impl Fn(&str) -> Option<&'a str>) -> Result<Option<Self>> {
        let (Some(client), Some(types)) = (text("client.rs"), text("types.rs")) else { return Ok(None) };
        let mut surface = Self::read(client, types)?;
        if let (Some(client), Some(types)) = (text("unreviewed/client.rs"), text("unreviewed/types.rs")) {
            let unreviewed = Self::read(client, types)?;
            surface.methods.extend(unreviewed.methods);
            surface.structs.extend(unreviewed.structs);
            surface.enums.extend(unreviewed.enums);
        }
        Ok(Some(surface))
    }

    /// Reads a generated `client.rs` and `types.rs`.
    pub fn read(client: &str, types: &str) -> Result<Self> {
        let mut surface = Self::default();
        for item in syn::parse_file(client).context("client.rs is not Rust")?.items {
            if let Item::Impl(item) = item {
                surface.methods.extend(methods(item));
            }
        }
        for item in syn::parse_file(types).context("types.rs is not Rust")?.items {
            match item {
                Item::Struct(item) => {
                    surface.structs.insert(item.ident.to_string(), structure(item));
                }
                Item::Impl(item) => {
                    let name = item.self_ty.to_token_stream().to_string();
                    match (&item.trait_, surface.structs.get_mut(&name)) {
                        (Some((path, _)), Some(structure)) => structure.traits.extend(public_trait(path)),
                        (Some(_), None) => {}
                        (None, _) => drop(surface.enums.insert(name, Enum { constants: constants(item) })),
                    }
                }
                _ => {}
            }
        }
        Ok(surface)
    }

    /// Describes a type in one line: its fields, or its constants.
    pub fn describe(&self, name: &str) -> Option<String> {
        let fields = |item: &Struct| {
            let fields = item.fields.iter().map(|field| format!("{}: {}", field.name, field.rust_type));
            format!("{{ {} }}", fields.collect::<Vec<_>>().join(", ").replace(" <", "<"))
        };
        let constants = |item: &Enum| {
            let constants = item.constants.iter().map(|constant| format!("{} = {}", constant.name, constant.value));
            constants.collect::<Vec<_>>().join(", ")
        };
        self.structs.get(name).map(fields).or_else(|| self.enums.get(name).map(constants))
    }
}

fn methods(item: ItemImpl) -> impl Iterator<Item = Method> {
    item.items.into_iter().filter_map(|item| {
        let ImplItem::Fn(method) = item else { return None };
        if !matches!(method.vis, syn::Visibility::Public(_)) {
            return None;
        }
        let typed = method.sig.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(argument) => Some((tidy(&argument.pat), tidy(&argument.ty))),
            FnArg::Receiver(_) => None,
        });
        Some(Method {
            name: method.sig.ident.to_string(),
            arguments: typed.collect(),
            returns: match &method.sig.output {
                ReturnType::Default => String::new(),
                ReturnType::Type(_, returned) => tidy(returned),
            },
            signature: tidy(&method.sig),
            doc: doc(&method.attrs),
        })
    })
}

/// The name of a trait; `None` for our private trait for reading responses.
fn public_trait(path: &syn::Path) -> Option<String> {
    path.segments.last().map(|last| last.ident.to_string()).filter(|name| name != "FromProperties")
}

fn structure(item: ItemStruct) -> Struct {
    let mut traits = Vec::new();
    for attribute in item.attrs.iter().filter(|attribute| attribute.path().is_ident("derive")) {
        let _ = attribute.parse_nested_meta(|meta| {
            traits.extend(public_trait(&meta.path));
            Ok(())
        });
    }
    let request = traits.iter().any(|name| name == "Builder");
    if request {
        // The macro `request_type!` implements these.
        traits.push("Serialize".to_owned());
    }
    let fields = match item.fields {
        Fields::Named(fields) => fields.named.iter().map(field).collect(),
        _ => Vec::new(),
    };
    Struct { request, traits, fields, doc: doc(&item.attrs) }
}

fn field(field: &SynField) -> Field {
    let name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
    let attributes = field.attrs.iter().map(|attribute| attribute.to_token_stream().to_string()).collect::<String>();
    let rust_type = tidy(&field.ty);
    let has_default = attributes.split_once("builder (").is_some_and(|(_, builder)| {
        builder.split(')').next().is_some_and(|options| options.split(',').any(|option| option.trim() == "default"))
    });
    let required = !rust_type.starts_with("Option<") && !has_default;
    Field { wire: wire_name(&attributes).unwrap_or_else(|| name.clone()), name, rust_type, required }
}

fn wire_name(attributes: &str) -> Option<String> {
    if attributes.contains("flatten") {
        return Some("(all others)".into());
    }
    let (_, rest) = attributes.split_once("rename = \"")?;
    rest.split_once('"').map(|(name, _)| name.to_owned())
}

fn constants(item: ItemImpl) -> Vec<Constant> {
    let constants = item.items.into_iter().filter_map(|item| match item {
        ImplItem::Const(constant) => Some(Constant {
            name: constant.ident.to_string(),
            value: match &constant.expr {
                Expr::Call(call) => call.args.to_token_stream().to_string(),
                other => other.to_token_stream().to_string(),
            },
            doc: doc(&constant.attrs),
        }),
        _ => None,
    });
    constants.collect()
}

/// The rustdoc of an item.
fn doc(attributes: &[Attribute]) -> String {
    let mut text = String::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        if let syn::Meta::NameValue(meta) = &attribute.meta
            && let Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(line), .. }) = &meta.value
        {
            text.push_str(line.value().strip_prefix(' ').unwrap_or_default());
            text.push('\n');
        }
    }
    text
}

/// Tokens as text, without the blanks that `quote` adds.
fn tidy(tokens: &impl ToTokens) -> String {
    let mut text = tokens.to_token_stream().to_string();
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
