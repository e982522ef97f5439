//! The types. They have typify's fields, in the order and with the descriptions of the spec, with `bon` builders for
//! requests, our own serialization, `JsonSchema` behind a feature, and open enumerations. Unused parts of typify's output
//! (conversions, copies of the JSON schemas in rustdoc) are removed to save compile time.

use anyhow::{Context as _, Result, bail, ensure};
use gofive_spec::{Direction, EnumValue, PayloadKind};
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens as _, format_ident, quote};
use serde_json::Value;
use syn::parse::Parser as _;
use syn::visit_mut::VisitMut as _;
use syn::{Attribute, Field, Fields, Ident, Item, ItemMod, ItemStruct, Meta, Type, UseTree};

use super::docs::{doc_attribute, markdown_attribute};
use super::paths::{ShortPaths, generic_argument, is_json};
use crate::rust::lower::scalar;
use crate::rust::lower::{Enum, Lowered, Operation, Presence, Property, Struct};
use crate::rust::names;
use crate::wording::{code, meaning};

/// The structs of typify's output, rewritten, by their names.
pub(super) struct Types(Vec<(String, TokenStream)>);

impl Types {
    pub(super) fn of(lowered: &Lowered<'_>, module: ItemMod) -> Result<Self> {
        let (_, items) = module.content.context("progenitor's output has changed: `mod types` is empty")?;
        let mut structs = Vec::new();
        for item in items {
            match item {
                Item::Struct(item) => {
                    let name = item.ident.to_string();
                    let info = lowered.structs.get(&name);
                    let info = info.with_context(|| {
                        format!("typify generated the unnamed type `{name}`: give it a name in the spec")
                    })?;
                    let rewritten = rewrite(item, info, lowered).with_context(|| format!("the type `{name}`"))?;
                    structs.push((name, rewritten));
                }
                Item::Impl(_) | Item::Use(_) => {}
                Item::Mod(module) if module.ident == "error" || module.ident == "defaults" => {}
                Item::Enum(item) => {
                    bail!("typify generated the closed enumeration `{}`: lowering should have replaced it", item.ident)
                }
                other => bail!(
                    "progenitor's output has changed: {} in `mod types`",
                    quote!(#other).to_string().chars().take(60).collect::<String>()
                ),
            }
        }
        ensure!(structs.len() == lowered.structs.len(), "typify omitted a type");
        Ok(Self(structs))
    }

    /// `types.rs`, or `unreviewed/types.rs`.
    pub(super) fn file(&self, lowered: &Lowered<'_>, reviewed: bool) -> Result<syn::File> {
        let structs = self.0.iter().filter(|(name, _)| lowered.has_type(name, reviewed)).map(|(_, item)| item);
        let enums = lowered.enums.iter().filter(|(name, _)| lowered.has_type(name, reviewed));
        let enums = enums.map(|(name, item)| open_enum(name, item));
        let undocumented =
            lowered.operations_of(reviewed).filter(|operation| operation.payload.kind == PayloadKind::Any);
        let undocumented = undocumented.map(undocumented_payload);
        let mut own = lowered.structs.iter().filter(|(name, _)| lowered.has_type(name, reviewed));
        let has_responses = own.any(|(_, item)| item.direction == Direction::Response);
        let uses = names::TYPES_USES.into_iter().filter(|_| has_responses);
        let uses = uses.map(syn::parse_str::<UseTree>).collect::<syn::Result<Vec<_>>>()?;
        let product = names::ident(&lowered.product);
        let others = (!reviewed).then(|| {
            quote! {
                #[allow(unused_imports, reason = "which of them are needed depends on the spec")]
                use crate::generated::#product::types::*;
            }
        });
        Ok(syn::parse_quote! {
            #others
            #(use #uses;)*
            #(#structs)*
            #(#undocumented)*
            #(#enums)*
        })
    }
}

fn rewrite(item: ItemStruct, info: &Struct, lowered: &Lowered<'_>) -> Result<TokenStream> {
    let mut fields: Vec<_> = match item.fields {
        Fields::Named(fields) => fields.named.into_iter().map(|field| (wire_name(&field), short(field))).collect(),
        // An object without known properties.
        _ if info.properties.is_empty() => vec![(names::EXTRA.to_owned(), extra()?)],
        _ => bail!("not a struct with named fields"),
    };
    let mut ordered = Vec::new();
    for property in &info.properties {
        let position = fields.iter().position(|(name, _)| *name == property.wire);
        let (_, mut field) = fields.remove(position.with_context(|| format!("typify omitted `{}`", property.wire))?);
        let wanted = names::ident(&names::field(&property.wire));
        ensure!(
            field.ident.as_ref() == Some(&wanted),
            "typify does not call the field of `{}` `{wanted}`",
            property.wire
        );
        if info.direction == Direction::Request && property.presence.is_nullable() {
            field.ty = nullable(&field.ty);
        }
        ordered.push((Some(property), field));
    }
    if let Some(position) = fields.iter().position(|(name, _)| name == names::EXTRA) {
        let (_, field) = fields.remove(position);
        ordered.push((None, field));
    }
    ensure!(fields.is_empty(), "typify added the fields {:?}", fields.iter().map(|(name, _)| name).collect::<Vec<_>>());

    let name = &item.ident;
    let doc = doc_attribute(&info.doc);
    let is_required =
        |property: &Property| matches!(property.presence, Presence::Required | Presence::RequiredNullable);
    let all_optional = match info.direction {
        Direction::Request => !info.properties.iter().any(is_required),
        Direction::Response => ordered.iter().all(|(_, field)| is_optional(&field.ty)),
    };
    let default = all_optional.then(|| quote!(Default,));
    let (derived, implemented) = match info.direction {
        Direction::Request => (quote!(bon::Builder), request(name, info, &ordered)),
        Direction::Response => {
            ensure!(all_optional, "a field of a response is not optional");
            (quote!(serde::Serialize), deserialize(name, &ordered, lowered))
        }
    };
    let ordered = ordered.iter().map(|(property, field)| match info.direction {
        Direction::Request => request_field(*property, field, info),
        Direction::Response => response_field(*property, field),
    });
    let transparent = info.is_list.then(|| quote!(, schemars(transparent)));
    Ok(quote! {
        #doc
        #[derive(Clone, Debug, #default PartialEq, #derived)]
        #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema) #transparent)]
        #[non_exhaustive]
        pub struct #name {
            #(#ordered,)*
        }

        #implemented
    })
}

/// The field for unknown properties.
fn extra() -> Result<Field> {
    let field = "extra: std::collections::BTreeMap<String, crate::RawJson>";
    Ok(Field::parse_named.parse_str(field)?)
}

/// `Nullable<T>` for `Option<T>`.
fn nullable(field_type: &Type) -> Type {
    let inner = generic_argument(field_type, "Option").unwrap_or(field_type);
    syn::parse_quote!(crate::Nullable<#inner>)
}

/// The macro call that implements reading and writing of a request.
fn request(name: &Ident, info: &Struct, fields: &[(Option<&Property>, Field)]) -> TokenStream {
    if info.is_list {
        let list = fields.iter().map(|(_, field)| &field.ident);
        return quote!(crate::runtime::list_request_type!(#name, #(#list)*););
    }
    let properties = fields.iter().filter_map(|(property, field)| {
        let (property, field) = ((*property)?, &field.ident);
        let kind = match (property.in_query, property.presence) {
            (true, Presence::Required) => quote!(required_query),
            (true, _) => quote!(query),
            (false, Presence::Required | Presence::RequiredNullable) => quote!(required),
            (false, Presence::Optional | Presence::Nullable) => quote!(optional),
            (false, Presence::Explicit) => quote!(explicit),
        };
        let wire = &property.wire;
        Some(quote!(#kind #field #wire))
    });
    quote!(crate::runtime::request_type!(#name, [#(#properties),*]);)
}

/// The type of an undocumented payload. Each operation has its own type, so that fields can be added later without a
/// breaking change.
fn undocumented_payload(operation: &Operation<'_>) -> TokenStream {
    let name = payload_name(operation);
    let doc = doc_attribute(&format!("The payload of `{}`, which is not documented.", operation.spec.id));
    quote!(crate::runtime::undocumented!(#doc #name);)
}

/// The name of an undocumented payload: `AddCasesResponse` for `add_cases`.
pub(super) fn payload_name(operation: &Operation<'_>) -> Ident {
    names::ident(&names::payload_type(&operation.spec.id))
}

/// Whether a field may be missing: an `Option`, a list, or the map of unknown properties.
fn is_optional(field_type: &Type) -> bool {
    let Type::Path(path) = field_type else { return false };
    path.path.segments.last().is_some_and(|last| ["BTreeMap", "Option", "Vec"].iter().any(|name| last.ident == name))
}

/// The name on the wire: serde's `rename`, or the field's own.
fn wire_name(field: &Field) -> String {
    let mut name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
    for attribute in &field.attrs {
        if attribute.path().is_ident("serde") {
            let _ = attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("rename") {
                    name = meta.value()?.parse::<syn::LitStr>()?.value();
                } else if meta.input.peek(syn::Token![=]) {
                    meta.value()?.parse::<syn::Expr>()?;
                }
                Ok(())
            });
        }
    }
    name
}

fn short(mut field: Field) -> Field {
    let is_map = matches!(&field.ty, Type::Path(path) if is_json(&path.path, "Map"));
    ShortPaths.visit_field_mut(&mut field);
    if is_map {
        field.ty = syn::parse_quote!(std::collections::BTreeMap<String, crate::RawJson>);
        for list in field.attrs.iter_mut().filter_map(|attribute| match &mut attribute.meta {
            Meta::List(list) => Some(list),
            _ => None,
        }) {
            let tokens = list.tokens.to_string().replace("::serde_json::Map", "std::collections::BTreeMap");
            list.tokens = tokens.parse().unwrap_or_default();
        }
    }
    field
}

const UNKNOWN: &str = "Unknown properties: those that the spec does not list.";

fn response_field(property: Option<&Property>, field: &Field) -> TokenStream {
    let doc = doc_attribute(property.map_or(UNKNOWN, |property| &property.doc));
    let serde = field.attrs.iter().filter(|attribute| is_serde(attribute));
    let (name, field_type) = (&field.ident, &field.ty);
    quote! {
        #doc
        #(#serde)*
        pub #name: #field_type
    }
}

/// A field of a request. Its JSON schema describes the body.
fn request_field(property: Option<&Property>, field: &Field, info: &Struct) -> TokenStream {
    let (name, field_type) = (&field.ident, &field.ty);
    let Some(property) = property else {
        let doc = doc_attribute(&format!(
            "{UNKNOWN} They are sent as they are. If one has the wire name of a field, the call fails before anything is sent."
        ));
        let setter = setter(true, field_type);
        return quote! {
            #doc
            #[cfg_attr(feature = "schemars", schemars(flatten))]
            #setter
            pub #name: #field_type
        };
    };
    let wire = &property.wire;
    let mut doc = property.doc.clone();
    match property.presence {
        Presence::Explicit => doc.push_str("\n\nSent as null if it is not set."),
        _ if property.in_query => doc.push_str("\n\nA query parameter."),
        _ => {}
    }
    let doc = doc_attribute(&doc);
    let schema = if property.in_query {
        quote!(rename = #wire, skip)
    } else if info.is_list {
        quote!()
    } else if matches!(property.presence, Presence::Nullable | Presence::Explicit) {
        let inner = generic_argument(field_type, "Nullable");
        let with = quote!(Option<#inner>).to_string();
        quote!(rename = #wire, with = #with)
    } else {
        quote!(rename = #wire)
    };
    let schema = (!schema.is_empty()).then(|| quote!(#[cfg_attr(feature = "schemars", schemars(#schema))]));
    let setter = match property.presence {
        Presence::RequiredNullable => quote!(#[builder(into)]),
        Presence::Nullable | Presence::Explicit => quote!(#[builder(into, default)]),
        Presence::Required | Presence::Optional => setter(false, field_type),
    };
    quote! {
        #doc
        #schema
        #setter
        pub #name: #field_type
    }
}

fn is_serde(attribute: &Attribute) -> bool {
    matches!(&attribute.meta, Meta::List(list) if list.path.is_ident("serde"))
}

/// `Deserialize` for a response, property by property. The field without a name on the wire preserves unknown properties.
fn deserialize(name: &Ident, fields: &[(Option<&Property>, Field)], lowered: &Lowered<'_>) -> TokenStream {
    let properties = fields.iter().filter_map(|(property, _)| Some(&(*property)?.wire));
    let arms = fields.iter().filter_map(|(property, field)| {
        let (wire, name, read) = (&(*property)?.wire, &field.ident, read(&field.ty, lowered));
        Some(quote!(#wire => payload::#read(&mut self.#name, name, map),))
    });
    let extra = fields.iter().find(|(property, _)| property.is_none()).map(|(_, field)| &field.ident);
    let rest = extra.map(|extra| quote!(payload::preserve(&mut self.#extra, name, map)));
    let rest = rest.unwrap_or_else(|| quote!(payload::ignore(map)));
    quote! {
        impl FromProperties for #name {
            const PROPERTIES: &'static [&'static str] = &[#(#properties),*];

            fn read<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<(), A::Error> {
                match name {
                    #(#arms)*
                    _ => #rest,
                }
            }
        }

        impl<'de> Deserialize<'de> for #name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                payload::deserialize(deserializer)
            }
        }
    }
}

/// The name of the function that reads a property. Scalars keep the digits that were sent. A string is accepted for a number
/// and a number for a string. null in a list is read as an empty record.
fn read(field_type: &Type, lowered: &Lowered<'_>) -> Ident {
    let shown = quote!(#field_type).to_string().replace(' ', "");
    let is_scalar = |name: &str| {
        let name = name.strip_prefix("crate::").unwrap_or(name);
        let known = scalar::all().any(|scalar| scalar.rust.strip_prefix("crate::") == Some(name));
        known || matches!(name, "String" | "i64") || lowered.enums.contains_key(name)
    };
    let optional = shown.strip_prefix("Option<").and_then(|rest| rest.strip_suffix('>')).unwrap_or_default();
    let item = shown.strip_prefix("Vec<").and_then(|rest| rest.strip_suffix('>'));
    match item {
        Some(item) if lowered.structs.contains_key(item) => format_ident!("records"),
        Some(_) => format_ident!("list"),
        None if is_scalar(optional) => format_ident!("scalar"),
        None => format_ident!("value"),
    }
}

/// The setter of the builder: strings and scalars by `Into`, lists from any iterator.
fn setter(extra: bool, field_type: &Type) -> TokenStream {
    let shown = quote!(#field_type).to_string().replace(' ', "");
    let inner = shown.strip_prefix("Option<").and_then(|rest| rest.strip_suffix('>')).unwrap_or(&shown);
    match inner {
        map if map.starts_with("std::collections::BTreeMap") => {
            let default = extra.then(|| quote!(default,));
            quote! {
                #[builder(#default with = |properties: impl IntoIterator<Item = (impl Into<String>, impl Into<crate::RawJson>)>| {
                    properties.into_iter().map(|(name, value)| (name.into(), value.into())).collect()
                })]
            }
        }
        "Vec<String>" => quote! {
            #[builder(with = |items: impl IntoIterator<Item = impl Into<String>>| items.into_iter().map(Into::into).collect())]
        },
        "Vec<crate::RawJson>" => quote! {
            #[builder(with = |items: impl IntoIterator<Item = impl Into<crate::RawJson>>| items.into_iter().map(Into::into).collect())]
        },
        list if list.starts_with("Vec<") => quote!(#[builder(with = FromIterator::from_iter)]),
        "i64" | "bool" => TokenStream::new(),
        _ => quote!(#[builder(into)]),
    }
}

/// An integer or string with named constants. Other values are preserved.
fn open_enum(name: &str, item: &Enum<'_>) -> TokenStream {
    let name = format_ident!("{name}");
    let doc = doc_attribute(item.doc);
    let kind = if item.values.is_integer { quote!(i64) } else { quote!(str) };
    let constants = item.values.entries().map(|entry| {
        let EnumValue { name: constant, value, .. } = entry;
        let constant = format_ident!("{constant}");
        let doc = markdown_attribute(&format!("{}: {}", code(&value.to_string()), meaning(entry)));
        let value = literal(value);
        quote! { #doc pub const #constant: Self = Self::known(#value); }
    });
    let names = item.values.entries().map(|EnumValue { name: constant, value, .. }| {
        let value = literal(value);
        quote! { (#value, #constant) }
    });
    quote! {
        crate::runtime::open_enum!(#doc #name, #kind, [#(#names),*]);

        impl #name {
            #(#constants)*
        }
    }
}

/// A value as a literal of Rust.
fn literal(value: &Value) -> TokenStream {
    match (value.as_str(), value.as_i64()) {
        (Some(text), _) => quote!(#text),
        (None, number) => Literal::i64_unsuffixed(number.unwrap_or_default()).into_token_stream(),
    }
}
