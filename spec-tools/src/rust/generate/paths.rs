//! The paths in types that progenitor and typify generate.

use syn::visit_mut::{VisitMut, visit_path_mut};
use syn::{GenericArgument, PathArguments, Type};

/// Shortens paths: `Option<String>` for `::std::option::Option<::std::string::String>`, `AddCaseRequest` for
/// `types::AddCaseRequest`. Replaces `serde_json::Value` and `serde_json::Map` by `RawJson`.
pub(super) struct ShortPaths;

impl VisitMut for ShortPaths {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_path_mut(self, path);
        let first = path.segments.first().map(|segment| segment.ident.to_string()).unwrap_or_default();
        if is_json(path, "Value") || is_json(path, "Map") {
            *path = syn::parse_quote!(crate::RawJson);
        } else if ((first == "std" && path.leading_colon.is_some()) || first == "types")
            && let Some(last) = path.segments.last().cloned()
        {
            *path = last.into();
        }
    }
}

/// Whether a path is `::serde_json::<name>`.
pub(super) fn is_json(path: &syn::Path, name: &str) -> bool {
    let mut segments = path.segments.iter().map(|segment| &segment.ident);
    segments.next().is_some_and(|first| first == "serde_json") && segments.next().is_some_and(|second| second == name)
}

/// `T` of `Name<T>`.
pub(super) fn generic_argument<'a>(of: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = of else { return None };
    let last = path.path.segments.last().filter(|segment| segment.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(argument) => Some(argument),
        _ => None,
    }
}
