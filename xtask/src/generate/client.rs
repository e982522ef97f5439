//! The methods. progenitor's signature, query and body are kept; its sending and matching of statuses (the `api-version`
//! header among them) give way to one call of the session, which knows the operation from the behaviour table.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail, ensure};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::visit_mut::{VisitMut, visit_type_path_mut, visit_type_reference_mut};
use syn::{
    Expr, ExprMethodCall, FnArg, GenericArgument, ImplItem, ImplItemFn, ItemImpl, PatType, PathArguments, ReturnType,
    Stmt, Type,
};

use super::docs::doc_attribute;
use super::types::ShortPaths;
use crate::lower::payload::Shape;
use crate::lower::{Lowered, Operation, Struct};

/// `client.rs`.
pub(super) fn file(lowered: &Lowered, methods: ItemImpl) -> Result<syn::File> {
    let name = super::docs::client_name(lowered);
    let mut items = Vec::new();
    for item in methods.items {
        let ImplItem::Fn(method) = item else {
            bail!("progenitor's output has changed: not only methods in the client")
        };
        let id = method.sig.ident.to_string();
        let operation = lowered.operations.iter().find(|operation| operation.id == id);
        let operation = operation.with_context(|| format!("progenitor generated `{id}`, which is no operation"))?;
        items.push(rewrite(&method, operation, &lowered.structs).with_context(|| format!("the method `{id}`"))?);
    }
    ensure!(items.len() == lowered.operations.len(), "progenitor left out an operation");
    let doc = doc_attribute(&format!("Client of {}. Cheap to clone.\n\n{}", lowered.title, lowered.description));
    let pages = lowered.operations.iter().any(|operation| operation.paging.is_some()).then(|| quote!(paging::Pages,));
    Ok(syn::parse_quote! {
        #[allow(unused_imports, reason = "which of them are needed depends on the spec")]
        use super::{operations, types::*};
        use crate::{Error, #pages session::Session};

        #doc
        #[derive(Clone, Debug)]
        pub struct #name {
            session: Session,
        }

        impl #name {
            pub(crate) fn new(session: Session) -> Self {
                Self { session }
            }

            #(#items)*
        }
    })
}

fn rewrite(method: &ImplItemFn, operation: &Operation, structs: &BTreeMap<String, Struct>) -> Result<TokenStream> {
    let name = &method.sig.ident;
    let payload = match operation.payload.shape {
        Shape::Any => {
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
            arguments.push(argument);
        }
    }
    let path_arguments = operation.path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
    let path_arguments = path_arguments.map(|segment| format_ident!("{}", heck::AsSnakeCase(segment).to_string()));
    let mut additions = request_additions(method)?;
    let body = match additions.iter().position(is_body) {
        Some(position) if !operation.body_required => Some(additions.remove(position)),
        _ => None,
    };
    if body.is_some() {
        optional_body(&mut arguments)?;
    }
    let body = body.map(|body| quote! { let request = match body { Some(body) => request #body, None => request }; });
    let constant = super::operations::constant(operation);
    let doc = doc_attribute(&operation.doc);
    let has_records = operation.payload.record().is_some_and(|record| structs.contains_key(record));
    let call = match operation.payload.shape {
        Shape::OneOrMany => quote!(call_one_or_many),
        Shape::Object if operation.payload.is_mixed() => quote!(call_mixed),
        Shape::Array if has_records => quote!(call_records),
        Shape::Object => quote!(call),
        Shape::Array | Shape::Scalar | Shape::Any => quote!(call_as),
    };
    let pages = operation.paging.as_ref().map(|paging| super::paging::method(operation, paging, &arguments, &payload));
    let pages = pages.transpose()?;
    let request = quote! {
        let request = self.session.request(&operations::#constant, &[#(&#path_arguments),*])? #(#additions)*;
        #body
    };
    // The list of an undocumented payload is taken out by the session, which needs the request for that.
    if operation.paging.is_some() && operation.payload.shape == Shape::Any {
        let (prepare, names) = (request_name(operation), arguments.iter().map(|argument| &argument.pat));
        return Ok(quote! {
            #doc
            pub async fn #name(&self, #(#arguments),*) -> Result<#payload, Error> {
                let request = self.#prepare(#(#names),*)?;
                self.session.#call(&operations::#constant, request).await
            }

            fn #prepare(&self, #(#arguments),*) -> Result<::reqwest::RequestBuilder, Error> {
                #request
                Ok(request)
            }

            #pages
        });
    }
    Ok(quote! {
        #doc
        pub async fn #name(&self, #(#arguments),*) -> Result<#payload, Error> {
            #request
            self.session.#call(&operations::#constant, request).await
        }

        #pages
    })
}

/// `search_cases_request` for `search_cases`: what makes its request.
pub(super) fn request_name(operation: &Operation) -> Ident {
    format_ident!("{}_request", operation.id)
}

fn is_body(addition: &TokenStream) -> bool {
    let text = addition.to_string();
    text.ends_with("(body)") && (text.starts_with(". json") || text.starts_with(". form"))
}

/// progenitor knows no optional bodies.
fn optional_body(arguments: &mut [PatType]) -> Result<()> {
    let body = arguments.last_mut().context("progenitor's output has changed: no body among the arguments")?;
    let inner = &body.ty;
    let optional: Type = syn::parse_quote!(Option<#inner>);
    *body.ty = optional;
    Ok(())
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

pub(super) fn generic_argument<'a>(of: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = of else { return None };
    let last = path.path.segments.last().filter(|segment| segment.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(argument) => Some(argument),
        _ => None,
    }
}

/// The calls that progenitor chains onto the request for its query and body: `.query(…)`, `.json(…)`, `.form(…)`.
fn request_additions(method: &ImplItemFn) -> Result<Vec<TokenStream>> {
    let changed = "progenitor's output has changed: no `let mut request = self.client.….build()?`";
    let built = method.block.stmts.iter().find_map(|stmt| match stmt {
        Stmt::Local(local) => match &*local.init.as_ref()?.expr {
            Expr::Try(tried) => match &*tried.expr {
                Expr::MethodCall(call) if call.method == "build" => Some(call),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    });
    let mut additions = Vec::new();
    let mut dropped_version = false;
    let mut call: &ExprMethodCall = built.context(changed)?;
    loop {
        match call.method.to_string().as_str() {
            "build" | "header" => {}
            // Carries progenitor's `api-version`, by which a gateway may route: nothing the API documents.
            "headers" => dropped_version = true,
            "query" => {
                let (name, value) = query_parameter(call).context(changed)?;
                additions.push(quote!(.query(&[(#name, #value)])));
            }
            "json" => additions.push(quote!(.json(body))),
            "form_urlencoded" => additions.push(quote!(.form(body))),
            // `self.client.post(url)`: where the chain starts.
            "get" | "put" | "post" | "delete" | "patch" => break,
            other => bail!("progenitor's output has changed: `.{other}()` on the request"),
        }
        call = match &*call.receiver {
            Expr::MethodCall(inner) => inner,
            Expr::Try(tried) => match &*tried.expr {
                Expr::MethodCall(inner) => inner,
                _ => bail!(changed),
            },
            _ => bail!(changed),
        };
    }
    ensure!(dropped_version, "progenitor no longer sends a header of its own: delete this step");
    additions.reverse();
    Ok(additions)
}

/// Name and value of `.query(&progenitor_client::QueryParam::new("name", &name))`. As parameters are scalars, a pair does
/// the same, and users need not build progenitor's client.
fn query_parameter(call: &ExprMethodCall) -> Option<(&Expr, &Expr)> {
    let Expr::Reference(argument) = call.args.first()? else { return None };
    let Expr::Call(new) = &*argument.expr else { return None };
    let mut arguments = new.args.iter();
    Some((arguments.next()?, arguments.next()?)).filter(|_| arguments.next().is_none())
}

/// Plain argument types: no `'a`, `&[T]` for `&Vec<T>`, no `types::`.
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
