//! From the method and the path of a request to its operation.

use gofive_spec::{Operation, Segment};

use crate::product;

/// The operations whose responses can be recorded. Those whose first segments are literal come first.
pub(crate) struct Routes(Vec<(Vec<Segment<'static>>, &'static Operation)>);

impl Default for Routes {
    /// Those of all products.
    fn default() -> Self {
        let operations = product::names().filter_map(product::product).flat_map(|product| &product.api.operations);
        // Nothing of the exchange of tokens is recorded.
        let recorded = operations.filter(|operation| operation.needs_token);
        let mut routes: Vec<_> =
            recorded.map(|operation| (operation.segments().collect::<Vec<_>>(), operation)).collect();
        routes.sort_by_key(|(segments, _)| {
            segments.iter().map(|segment| matches!(segment, Segment::Parameter(_))).collect::<Vec<_>>()
        });
        Self(routes)
    }
}

impl Routes {
    /// The identifier of the operation of a method and a path, which has no query.
    pub(crate) fn operation(&self, method: &str, path: &str) -> Option<&'static str> {
        let path = path.strip_prefix('/').unwrap_or(path);
        let sent: Vec<_> = path.strip_suffix('/').unwrap_or(path).split('/').collect();
        let is_it = |(segments, operation): &&(Vec<Segment<'static>>, &'static Operation)| {
            operation.method.as_str().eq_ignore_ascii_case(method)
                && segments.len() == sent.len()
                && segments.iter().zip(&sent).all(|(segment, sent)| match segment {
                    // Like the API, this ignores the case of a path.
                    Segment::Literal(literal) => literal.eq_ignore_ascii_case(sent),
                    Segment::Parameter(_) => !sent.is_empty(),
                })
        };
        self.0.iter().find(is_it).map(|(_, operation)| operation.id.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_segment_comes_before_a_parameter_whatever_its_case() {
        let routes = Routes::default();
        for (method, path, expected) in [
            ("GET", "/v2/products/A001", Some("get_product")),
            ("get", "/v1/CUSTOMEREVENT/filter", Some("get_customer_events")),
            ("POST", "/v1/case/", Some("add_case")),
            ("OPTIONS", "/v1/case", None),
            ("POST", "/authorization/connect/token", None),
            ("GET", "/v2/products/", None),
            ("GET", "/v9/news", None),
        ] {
            assert_eq!(routes.operation(method, path), expected, "{method} {path}");
        }
    }
}
