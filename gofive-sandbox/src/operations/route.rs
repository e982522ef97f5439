//! Finds the operation of a method and a path.
//!
//! Like the API, it ignores the case of a path. A literal segment takes precedence over a parameter, so that
//! `/v1/customerEvent/filter` does not match `/v1/customerEvent/{eventId}`.

use gofive_spec::{Segment, Spec};
use percent_encoding::percent_decode_str;

use crate::operations::name::Operation;

/// The operations of all specs, by their paths.
#[derive(Debug)]
pub(crate) struct Routes(Vec<Route>);

#[derive(Debug)]
struct Route {
    segments: Vec<Segment<'static>>,
    spec: &'static Spec,
    operation: &'static gofive_spec::Operation,
}

/// The operation of a request, its spec, and the values of its path parameters.
pub(crate) type RouteMatch = (&'static Spec, &'static gofive_spec::Operation, PathParameters);

/// An operation with its spec.
pub(crate) type DocumentedOperation = (&'static Spec, &'static gofive_spec::Operation);

/// Names and values of path parameters.
type PathParameters = Vec<(String, String)>;

/// The reason why a request has no operation.
#[derive(Debug, PartialEq)]
pub(crate) enum NotFound {
    Path,
    /// The path exists, but only with these methods.
    Method(Vec<&'static str>),
}

impl Routes {
    pub(crate) fn new(specs: &'static [Spec]) -> Self {
        let of_spec = |spec: &'static Spec| spec.operations().iter().map(move |operation| Route::new(spec, operation));
        let mut routes: Vec<_> = specs.iter().flat_map(of_spec).collect();
        // `false` sorts before `true`: literals come first, and the leftmost difference decides.
        routes.sort_by_key(|route| {
            let parameters = route.segments.iter().map(|segment| matches!(segment, Segment::Parameter(_)));
            parameters.collect::<Vec<_>>()
        });
        Self(routes)
    }

    /// Returns an operation with its spec.
    pub(crate) fn operation(&self, name: Operation) -> Option<DocumentedOperation> {
        let route = self.0.iter().find(|route| route.operation.id == name.id())?;
        Some((route.spec, route.operation))
    }

    /// All operations, with their specs.
    pub(crate) fn operations(&self) -> impl Iterator<Item = DocumentedOperation> {
        self.0.iter().map(|route| (route.spec, route.operation))
    }

    pub(crate) fn find(&self, method: &str, path: &str) -> Result<RouteMatch, NotFound> {
        let mut methods = Vec::new();
        for route in &self.0 {
            let Some(parameters) = route.parameters(path) else { continue };
            if route.operation.method.as_str() == method {
                return Ok((route.spec, route.operation, parameters));
            }
            methods.push(route.operation.method.as_str());
        }
        Err(if methods.is_empty() { NotFound::Path } else { NotFound::Method(methods) })
    }
}

impl Route {
    fn new(spec: &'static Spec, operation: &'static gofive_spec::Operation) -> Self {
        Self { segments: operation.segments().collect(), spec, operation }
    }

    /// Returns the path parameters if the path matches the route.
    fn parameters(&self, path: &str) -> Option<PathParameters> {
        let mut sent = segments(path);
        let mut parameters = Vec::new();
        for expected in &self.segments {
            // Segments are decoded after the split, because an encoded slash is part of its segment.
            let text = percent_decode_str(sent.next()?).decode_utf8_lossy();
            match expected {
                Segment::Literal(literal) if literal.eq_ignore_ascii_case(&text) => {}
                Segment::Parameter(name) if !text.is_empty() => {
                    parameters.push(((*name).to_owned(), text.into_owned()));
                }
                Segment::Literal(_) | Segment::Parameter(_) => return None,
            }
        }
        sent.next().is_none().then_some(parameters)
    }
}

/// Splits a path into segments, without a trailing slash.
fn segments(path: &str) -> std::str::Split<'_, char> {
    let path = path.strip_prefix('/').unwrap_or(path);
    path.strip_suffix('/').unwrap_or(path).split('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(method: &str, path: &str) -> Result<(&'static str, PathParameters), NotFound> {
        Routes::new(crate::specs::all().unwrap())
            .find(method, path)
            .map(|(_, operation, texts)| (operation.id.as_str(), texts))
    }

    fn one(name: &str, value: &str) -> PathParameters {
        vec![(name.to_owned(), value.to_owned())]
    }

    #[test]
    fn every_operation_is_found_by_its_path() {
        for operation in crate::specs::all().unwrap().iter().flat_map(Spec::operations) {
            assert_eq!(find(operation.method.as_str(), &operation.path).unwrap().0, operation.id);
        }
    }

    #[test]
    fn case_and_a_trailing_slash_are_ignored() {
        assert_eq!(find("POST", "/V2/products/getproduct/").unwrap().0, "get_products_with_take_and_status");
        assert_eq!(find("GET", "/v2/PRODUCTS/a001").unwrap(), ("get_product", one("productCode", "a001")));
    }

    #[test]
    fn a_literal_takes_precedence_over_a_parameter() {
        assert_eq!(find("GET", "/v1/customerEvent/filter").unwrap().0, "get_customer_events");
        let put = find("PUT", "/v1/customerEvent/filter").unwrap();
        assert_eq!(put, ("edit_customer_event", one("eventId", "filter")), "unless the method differs");
    }

    #[test]
    fn parameters_are_decoded_within_their_segment() {
        let (_, parameters) = find("GET", "/v2/products/a%2Fb%20%E0%B9%84").unwrap();
        assert_eq!(parameters, one("productCode", "a/b ไ"));
    }

    #[test]
    fn unknown_paths_and_unknown_methods_differ() {
        assert_eq!(find("GET", "/v1/nothing"), Err(NotFound::Path));
        assert_eq!(find("GET", "//v1/case"), Err(NotFound::Path));
        assert_eq!(find("GET", "/v1/case"), Err(NotFound::Method(vec!["POST"])));
    }
}
