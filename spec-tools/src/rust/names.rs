//! The names of the generated code: how each is made from a name of the spec, and the names that the code already has.
//!
//! The generator makes its names and its imports with this module, and the linter reports collisions with it. So a name that
//! passes the linter compiles.

use heck::{AsSnakeCase, ToPascalCase as _, ToSnakeCase as _};
use proc_macro2::{Ident, Span};
use syn::UseTree;

use super::lower::scalar;

/// What `types.rs` imports if it has types of responses.
pub(super) const TYPES_USES: [&str; 2] =
    ["serde::de::{Deserialize, Deserializer, MapAccess}", "crate::runtime::payload::{self, FromProperties}"];
/// What `client.rs` imports from the other files of the product.
pub(super) const CLIENT_USES_OF_PRODUCT: &str = "super::{operations, types::*}";
/// What `client.rs` imports from the runtime: without and with paging.
pub(super) const CLIENT_USES: [&str; 2] =
    ["crate::{Error, runtime::Session}", "crate::{Error, paging::Pages, runtime::Session}"];

/// The module, and the feature, of operations that are not reviewed.
pub(super) const UNREVIEWED: &str = "unreviewed";
/// The table of all operations, in `operations.rs`.
pub(super) const TABLE: &str = "OPERATIONS";
/// The constructor of a client.
pub(super) const CONSTRUCTOR: &str = "new";
/// The field for unknown properties. typify has the same name for it.
pub(super) const EXTRA: &str = "extra";
/// The argument with the query and the body.
pub(super) const REQUEST: &str = "request";
/// progenitor's name for that argument.
pub(super) const BODY: &str = "body";
/// The variables of a paging method.
pub(super) const CLIENT: &str = "client";
pub(super) const PAGE: &str = "page";

/// The types, traits, variants and derive macros of the standard library's prelude. Generated code, and the code that derive
/// macros add, use them without a path.
const PRELUDE: [&str; 45] = [
    "AsMut",
    "AsRef",
    "AsyncFn",
    "AsyncFnMut",
    "AsyncFnOnce",
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "DoubleEndedIterator",
    "Drop",
    "Eq",
    "Err",
    "ExactSizeIterator",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Future",
    "Hash",
    "Into",
    "IntoFuture",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Send",
    "Sized",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Vec",
];
/// The other names that the client's macros use around a type: type parameters, and the visitor of `request_type!`.
const MACROS: [&str; 4] = ["A", "D", "Properties", "S"];

/// A name that the generated code already has, and what it means there.
pub(crate) struct Reserved {
    pub(crate) name: String,
    pub(crate) meaning: String,
}

impl Reserved {
    fn new(name: &str, meaning: impl Into<String>) -> Self {
        Self { name: name.to_owned(), meaning: meaning.into() }
    }
}

/// The names that no type of a product can have.
pub(crate) fn types(product: &str) -> Vec<Reserved> {
    let uses = TYPES_USES.into_iter().chain(CLIENT_USES).flat_map(imported);
    let uses = uses.filter(|name| name.starts_with(char::is_uppercase));
    let uses = uses.map(|name| Reserved::new(&name, "a name that the generated code imports"));
    let prelude = PRELUDE.map(|name| Reserved::new(name, "a name of Rust's standard library"));
    let macros = MACROS.map(|name| Reserved::new(name, "a name in the client's macros"));
    let scalars = scalar::all().map(|scalar| {
        let meaning = format!("the client's scalar `{}`", scalar.rust.trim_start_matches("crate::"));
        Reserved::new(scalar.component, meaning)
    });
    let client = [Reserved::new(&client(product), "the product's client")];
    prelude.into_iter().chain(uses).chain(macros).chain(scalars).chain(client).collect()
}

/// The names that no method of a client can have, for the operation of that name.
pub(crate) fn methods() -> [Reserved; 3] {
    [
        Reserved::new(CONSTRUCTOR, "the client's constructor"),
        Reserved::new("clone", "the client's `clone`, which paging methods call"),
        Reserved::new(&TABLE.to_lowercase(), format!("the table `{TABLE}` of all operations")),
    ]
}

/// The names that no path parameter can have as an argument of a method.
pub(crate) fn arguments(has_pages: bool) -> Vec<Reserved> {
    let request = [REQUEST, BODY].map(|name| Reserved::new(name, "the argument with the query and the body"));
    let pages = [CLIENT, PAGE].map(|name| Reserved::new(name, "a variable of the paging method"));
    request.into_iter().chain(pages.into_iter().filter(|_| has_pages)).collect()
}

/// The names that no property can have as a field.
pub(crate) fn fields() -> [Reserved; 1] {
    [Reserved::new(EXTRA, "the field for unknown properties")]
}

/// The names that no property can have as a setter of a builder.
pub(crate) fn setters_of_builder() -> [Reserved; 3] {
    let [extra, maybe_extra] = ["", "maybe_"].map(|prefix| format!("{prefix}{EXTRA}"));
    [
        Reserved::new("build", "the last method of a builder"),
        Reserved::new(&extra, "the setter for unknown properties"),
        Reserved::new(&maybe_extra, "the setter for unknown properties"),
    ]
}

/// The names that no value of an enumeration can have as a constant.
pub(crate) fn constants() -> [Reserved; 1] {
    [Reserved::new("ALL", "the list of all values")]
}

/// The names that a `use` brings into a file.
fn imported(tree: &str) -> Vec<String> {
    fn leaves(tree: &UseTree, found: &mut Vec<String>) {
        match tree {
            UseTree::Path(path) => leaves(&path.tree, found),
            UseTree::Name(name) => found.push(name.ident.to_string()),
            UseTree::Rename(renamed) => found.push(renamed.rename.to_string()),
            UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, found)),
            UseTree::Glob(_) => {}
        }
    }
    let mut found = Vec::new();
    if let Ok(tree) = syn::parse_str(tree) {
        leaves(&tree, &mut found);
    }
    found
}

/// The client of a product: `Venio` for `venio`.
pub(crate) fn client(product: &str) -> String {
    product.to_pascal_case()
}

/// The type of an operation's request: `AddCaseRequest` for `add_case`.
pub(crate) fn request_type(id: &str) -> String {
    format!("{}Request", id.to_pascal_case())
}

/// The type of an operation's payload: `AddCaseResponse` for `add_case`.
pub(crate) fn payload_type(id: &str) -> String {
    format!("{}Response", id.to_pascal_case())
}

/// The builder of a request type, which bon makes: `AddCaseRequestBuilder`.
pub(crate) fn builder(type_name: &str) -> String {
    format!("{type_name}Builder")
}

/// The paging method of an operation: `add_cases_pages`.
pub(crate) fn pages(id: &str) -> String {
    format!("{id}_pages")
}

/// The private method that makes the request of an operation: `search_cases_request`.
pub(crate) fn prepare(id: &str) -> String {
    format!("{id}_request")
}

/// The row of an operation in the table: `ADD_CASE`.
pub(super) fn row(id: &str) -> String {
    id.to_uppercase()
}

/// The argument of a path parameter, as progenitor names it.
pub(crate) fn argument(wire: &str) -> String {
    identifier(wire, "_")
}

/// The field of a property or query parameter, as typify names it.
pub(crate) fn field(wire: &str) -> String {
    identifier(wire, "x")
}

/// The field for a body that is a list, from the name of its items: `products` for `UpdateProductStockProduct`.
pub(crate) fn list(id: &str, item: Option<&str>) -> String {
    let item = item.map(|item| item.strip_prefix(&id.to_pascal_case()).unwrap_or(item).to_snake_case());
    format!("{}s", item.unwrap_or_else(|| "item".into()))
}

/// The setters that bon makes for a field.
pub(crate) fn setters(field: &str, is_optional: bool) -> Vec<String> {
    let maybe = is_optional.then(|| format!("maybe_{field}"));
    [field.to_owned()].into_iter().chain(maybe).collect()
}

/// The type that bon makes for the state of a field: `X1` for `x1` and for `x_1`.
pub(crate) fn state(field: &str) -> String {
    let mut state = String::new();
    for word in field.split('_') {
        let mut letters = word.chars();
        state.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        state.push_str(letters.as_str());
    }
    state
}

/// Whether a name is a keyword in any edition, so that it cannot be the name of a method or a module.
pub(crate) fn is_keyword(name: &str) -> bool {
    name == "gen" || syn::parse_str::<Ident>(name).is_err()
}

/// The name as an identifier. A name with other characters is an error of the caller.
pub(super) fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// A name of the spec in snake case, as an identifier. `before_digit` is put before a digit. The linter refuses letters that
/// are not ASCII, which progenitor and typify would keep.
fn identifier(wire: &str, before_digit: &str) -> String {
    let wire = wire.replace(|character: char| !character.is_ascii(), "-");
    let name = match wire.as_str() {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ => AsSnakeCase(wire.replace('\'', "")).to_string(),
    };
    let name = match name.chars().next() {
        None => "x".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("{before_digit}{name}"),
        Some(_) => name,
    };
    if is_keyword(&name) { format!("{name}_") } else { name }
}
