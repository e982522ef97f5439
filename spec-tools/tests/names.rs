//! Any name of the spec is a finding, or becomes a name in Rust that nothing else has. `tests/awkward_spec/run` compiles what is
//! generated here.

use std::collections::BTreeSet;

use crate::awkward::{self, Refused, workspace};
use spec_tools::rust::{generate, lower};
use syn::visit::{self, Visit};
use syn::{FnArg, ImplItem, Item, Pat};

/// The problem that the linter reports for a name.
fn problem(refused: &[Refused], kind: &str, what: &str) -> String {
    let of_case = refused.iter().filter(|case| case.kind == kind && case.what == what);
    of_case.flat_map(|case| &case.findings).map(|finding| finding.problem.as_str()).collect::<Vec<_>>().join("; ")
}

#[test]
fn names_are_reported_with_what_they_collide_with() {
    let (_, refused) = awkward::split(awkward::names::all());
    for case in &refused {
        for finding in &case.findings {
            assert!(finding.at.line > 0 && !finding.hint.is_empty(), "{finding:?}");
            let by_case = finding.problem.contains("only by case");
            assert_eq!(by_case, finding.rule == "case-only", "{finding:?}");
        }
    }
    for (kind, what, expected) in [
        ("operation id", "new", "`new` is the client's constructor"),
        ("operation id", "clone", "`clone` is the client's `clone`, which paging methods call"),
        ("operation id", "operations", "`operations` is the table `OPERATIONS` of all operations"),
        ("operation id", "gen", "`gen` is not a valid Rust function name"),
        (
            "operation id",
            "enquire_workers and enquire_workers_pages",
            "`enquire_workers_pages` is the paging method of `enquire_workers`",
        ),
        ("operation id", "look_workers and look_workers_request", "is a private method of `look_workers`"),
        ("operation id", "add_1x and add1x", "`add_1x` and `add1x` both make the type `Add1xResponse`"),
        (
            "path parameter",
            "Request",
            "`Request` is `request` in Rust, which is the argument with the query and the body",
        ),
        ("path parameter", "body", "`body` is the argument with the query and the body"),
        ("path parameter, with pages", "client", "`client` is a variable of the paging method"),
        ("path parameter, with pages", "Page", "`Page` is `page` in Rust, which is a variable of the paging method"),
        ("path parameter", "fooBar and foo_bar", "`fooBar` and `foo_bar` both make the argument `foo_bar`"),
        ("path parameter", "foo and Foo", "`foo` and `Foo` differ only by case"),
        ("property of a request", "extra", "`extra` is the field for unknown properties"),
        ("property of a request", "Extra", "`Extra` is `extra` in Rust, which is the field for unknown properties"),
        ("property of an open response", "_extra", "`_extra` is `extra` in Rust, which is the field for unknown"),
        ("property of a response", "EXTRA", "`EXTRA` is `extra` in Rust, which is the field for unknown properties"),
        ("property of a request", "build", "`build` is the last method of a builder"),
        ("query parameter", "Build", "`Build` is `build` in Rust, which is the last method of a builder"),
        (
            "property of a request",
            "maybeExtra",
            "`maybeExtra` is `maybe_extra` in Rust, which is the setter for unknown",
        ),
        ("property of a request", "1st and x1st", "`1st` and `x1st` both make the field `x1st`"),
        ("property of a response", "type and type_", "`type` and `type_` both make the field `type_`"),
        ("property of a request", "x1 and x_1", "`x1` and `x_1` both make the type of a builder's state `X1`"),
        (
            "property of a request",
            "title and maybe_title",
            "`title` and `maybe_title` both make the setter `maybe_title`",
        ),
        ("property of a response", "Subject and subject", "`Subject` and `subject` differ only by case"),
        ("property of a response", "fooBar and foo_bar", "`fooBar` and `foo_bar` both make the field `foo_bar`"),
        ("property of a response", "ชื่อ and นามสกุล", "`ชื่อ` has characters that are not ASCII"),
        (
            "query parameter and property",
            "fooBar and foo_bar",
            "the property `foo_bar` and the query parameter `fooBar` both make the field `foo_bar`",
        ),
        ("schema of a response", "From", "`From` is a name of Rust's standard library"),
        ("schema of a response", "Session", "`Session` is a name that the generated code imports"),
        ("schema of a response", "Venio", "`Venio` is the product's client"),
        ("schema of a request", "Properties", "`Properties` is a name in the client's macros"),
        ("schema of an enumeration", "TextDecimal", "`TextDecimal` is the client's scalar `TextDecimal`"),
        (
            "schema and query",
            "GetThingsRequest",
            "the operation `get_things` and the schema `GetThingsRequest` both make the type `GetThingsRequest`",
        ),
        ("value of an enumeration", "ALL", "`ALL` is the list of all values"),
        ("list and query", "list and query", "a query beside a body that is a list"),
    ] {
        let found = problem(&refused, kind, what);
        assert!(found.contains(expected), "{kind} {what:?}: {found:?}");
    }
    assert!(
        problem(&refused, "schema and builder", "Part and PartBuilder").contains("PartBuilder` is the builder of `")
    );
}

#[test]
fn names_without_a_collision_are_accepted() {
    let (_, refused) = awkward::split(awkward::names::all());
    for (kind, what) in [
        ("operation id", "union"),
        ("operation id", "seek_workers and seek_workers_request"),
        ("path parameter", "type"),
        ("path parameter", "client"),
        ("property of a request", "type"),
        ("property of a request", "1st"),
        ("property of a request", "self"),
        ("property of a response", "build"),
        ("property of a response", "x1 and x_1"),
        ("property of a response", "fooBar and foobar"),
        ("query parameter", "gen"),
        ("required property of a request", "title and maybe_title"),
        ("schema of a response", "Empeo"),
        ("value of an enumeration", "SELF"),
    ] {
        assert_eq!(problem(&refused, kind, what), "", "{kind} {what:?}");
    }
}

#[test]
fn every_scope_of_the_generated_code_has_each_name_once() {
    let (accepted, _) = awkward::split(awkward::names::all());
    let checked = spec_tools::check(&awkward::sources(&accepted)).unwrap();
    for bundle in &checked.bundles {
        let lowered = lower::lower(&bundle.product, &bundle.api).unwrap();
        let mut modules = Vec::new();
        for (path, text) in generate::generate(&lowered).unwrap() {
            let file = syn::parse_file(&text).unwrap();
            let mut scopes = Scopes { path: path.display().to_string() };
            scopes.items(&file.items);
            scopes.visit_file(&file);
            modules.push(file);
        }
        // Drafts have a module of their own, with three files.
        let has_drafts = lowered.operations_of(false).next().is_some();
        assert_eq!(modules.len(), if has_drafts { 7 } else { 4 });
    }
}

#[test]
fn names_in_the_macros_of_the_client_are_reserved() {
    let mut macros = Vec::new();
    let mut pending = vec![workspace().join("gofive-api/src")];
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            pending.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let file = syn::parse_file(&std::fs::read_to_string(path).unwrap()).unwrap();
            macros.extend(file.items.into_iter().filter_map(|item| match item {
                Item::Macro(item) => Some((item.ident?.to_string(), item.mac.tokens)),
                _ => None,
            }));
        }
    }
    let mut cases = Vec::new();
    for own in ["request_type", "list_request_type", "found", "open_enum", "described", "undocumented"] {
        let (_, tokens) = macros.iter().find(|(name, _)| name == own).unwrap_or_else(|| panic!("no macro `{own}`"));
        let mut names = BTreeSet::new();
        names_without_a_path(tokens.clone(), &mut names);
        assert!(own == "list_request_type" || own == "found" || !names.is_empty(), "{own}");
        for name in names {
            cases.push(awkward::names::payload(&name));
        }
    }
    cases.sort_by(|one, other| one.what.cmp(&other.what));
    cases.dedup_by(|one, other| one.what == other.what);
    let (accepted, _) = awkward::split(cases);
    let accepted: Vec<_> = accepted.into_iter().map(|case| case.what).collect();
    assert!(accepted.is_empty(), "add these to `MACROS` in spec-tools/src/rust/names.rs: {accepted:?}");
}

/// The types and traits that tokens use or define without a path.
fn names_without_a_path(tokens: proc_macro2::TokenStream, names: &mut BTreeSet<String>) {
    let (mut second, mut before) = (String::new(), String::new());
    for token in tokens {
        match &token {
            proc_macro2::TokenTree::Group(group) => names_without_a_path(group.stream(), names),
            proc_macro2::TokenTree::Ident(name) => {
                let name = name.to_string();
                let is_type = name.starts_with(|letter: char| letter.is_ascii_uppercase()) && name != "Self";
                let has_path = second == ":" && before == ":";
                if is_type && !has_path && before != "type" && before != "const" {
                    names.insert(name);
                }
            }
            _ => {}
        }
        second = std::mem::replace(&mut before, token.to_string());
    }
}

/// Checks each scope of a file.
struct Scopes {
    path: String,
}

impl Scopes {
    fn unique(&self, what: &str, names: impl IntoIterator<Item = String>) {
        let mut seen = BTreeSet::new();
        for name in names {
            assert!(seen.insert(name.clone()), "{}: {what}: `{name}` twice", self.path);
        }
    }

    /// The types of a file, with those that macros and derives add.
    fn items(&self, items: &[Item]) {
        let mut types = Vec::new();
        let mut values = Vec::new();
        for item in items {
            match item {
                Item::Struct(item) => {
                    types.push(item.ident.to_string());
                    let derives = item.attrs.iter().filter(|attribute| attribute.path().is_ident("derive"));
                    if derives.clone().any(|derive| quote::quote!(#derive).to_string().contains("Builder")) {
                        types.push(format!("{}Builder", item.ident));
                        let name = item.ident.to_string();
                        types.push(format!("{}_builder", name.to_lowercase()) + &name);
                    }
                }
                Item::Static(item) => values.push(item.ident.to_string()),
                Item::Mod(item) => types.push(item.ident.to_string()),
                Item::Macro(item) => types.extend(defined(&item.mac)),
                Item::Use(item) => leaves(&item.tree, &mut types),
                _ => {}
            }
        }
        self.unique("types", types);
        self.unique("values", values);
    }
}

/// The type that a call of `open_enum!` or `undocumented!` defines: the first name after the doc comments.
fn defined(call: &syn::Macro) -> Option<String> {
    let name = call.path.segments.last()?.ident.to_string();
    if name != "open_enum" && name != "undocumented" {
        return None;
    }
    let parse = |input: syn::parse::ParseStream<'_>| {
        input.call(syn::Attribute::parse_outer)?;
        let name: syn::Ident = input.parse()?;
        input.parse::<proc_macro2::TokenStream>()?;
        Ok(name.to_string())
    };
    Some(syn::parse::Parser::parse2(parse, call.tokens.clone()).unwrap())
}

fn leaves(tree: &syn::UseTree, found: &mut Vec<String>) {
    match tree {
        syn::UseTree::Path(path) => leaves(&path.tree, found),
        syn::UseTree::Name(name) => found.push(name.ident.to_string()),
        syn::UseTree::Rename(renamed) => found.push(renamed.rename.to_string()),
        syn::UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, found)),
        syn::UseTree::Glob(_) => {}
    }
}

impl<'ast> Visit<'ast> for Scopes {
    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        let fields = item.fields.iter().filter_map(|field| field.ident.as_ref());
        self.unique(&format!("fields of {}", item.ident), fields.map(ToString::to_string));
        visit::visit_item_struct(self, item);
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let names = item.items.iter().filter_map(|item| match item {
            ImplItem::Fn(method) => Some(method.sig.ident.to_string()),
            ImplItem::Const(constant) => Some(constant.ident.to_string()),
            _ => None,
        });
        self.unique("items of an impl", names);
        visit::visit_item_impl(self, item);
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        let names = signature.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(argument) => Some(quote::ToTokens::to_token_stream(&argument.pat).to_string()),
            FnArg::Receiver(_) => None,
        });
        self.unique(&format!("arguments of {}", signature.ident), names);
        visit::visit_signature(self, signature);
    }

    fn visit_pat_tuple(&mut self, pattern: &'ast syn::PatTuple) {
        let names = pattern.elems.iter().filter_map(|inner| match inner {
            Pat::Ident(name) => Some(name.ident.to_string()),
            _ => None,
        });
        self.unique("variables", names);
        visit::visit_pat_tuple(self, pattern);
    }

    fn visit_expr_match(&mut self, expression: &'ast syn::ExprMatch) {
        let arms = expression.arms.iter().map(|arm| quote::ToTokens::to_token_stream(&arm.pat).to_string());
        self.unique("arms", arms);
        visit::visit_expr_match(self, expression);
    }
}
