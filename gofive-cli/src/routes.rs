//! From the method and the URL of a request to its operation.

use gofive_api::reqwest::Url;
use gofive_spec::{Operation, Segment};

use crate::product;

/// The operations of the API at a URL.
#[derive(Default)]
pub(super) struct Routes {
    host: Option<String>,
    port: Option<u16>,
    /// The path of the base URL, without a slash at its end.
    prefix: String,
    /// Those whose first segments are literal come first.
    sorted: Vec<(Vec<Segment<'static>>, &'static Operation)>,
}

impl Routes {
    pub(super) fn new(base_url: &Url) -> Self {
        let operations = product::names().filter_map(product::product).flat_map(|product| &product.api.operations);
        // Nothing of the exchange of tokens is recorded.
        let recorded = operations.filter(|operation| operation.needs_token);
        let mut routes: Vec<_> =
            recorded.map(|operation| (operation.segments().collect::<Vec<_>>(), operation)).collect();
        routes.sort_by_key(|(segments, _)| {
            segments.iter().map(|segment| matches!(segment, Segment::Parameter(_))).collect::<Vec<_>>()
        });
        Self {
            host: base_url.host_str().map(str::to_owned),
            port: base_url.port_or_known_default(),
            prefix: base_url.path().trim_end_matches('/').to_owned(),
            sorted: routes,
        }
    }

    /// The path of a URL below the base URL; none if it is of another server.
    pub(super) fn path(&self, url: &str) -> Option<String> {
        let url = Url::parse(url).ok()?;
        let is_ours = url.host_str() == self.host.as_deref() && url.port_or_known_default() == self.port;
        let path = url.path().strip_prefix(&*self.prefix).filter(|path| path.starts_with('/'))?;
        is_ours.then(|| path.to_owned())
    }

    /// The identifier of the operation of a method and a path.
    pub(super) fn operation(&self, method: &str, path: &str) -> Option<&'static str> {
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
        self.sorted.iter().find(is_it).map(|(_, operation)| operation.id.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(base_url: &str) -> Routes {
        Routes::new(&Url::parse(base_url).unwrap())
    }

    #[test]
    fn a_literal_segment_comes_before_a_parameter_whatever_its_case() {
        let routes = routes("https://api.gofive.co.th");
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

    #[test]
    fn only_the_server_of_the_base_url_counts() {
        let routes = routes("https://gateway.example/gofive/");
        for (url, expected) in [
            ("https://gateway.example/gofive/v1/case?x=1", Some("/v1/case")),
            ("https://gateway.example:443/gofive/v1/case", Some("/v1/case")),
            ("https://gateway.example/other/v1/case", None),
            ("https://gateway.example/gofivev1/case", None),
            ("https://gateway.example:8443/gofive/v1/case", None),
            ("https://gateway.example.evil/gofive/v1/case", None),
            ("data:text/plain,x", None),
            ("", None),
        ] {
            assert_eq!(routes.path(url).as_deref(), expected, "{url}");
        }
    }
}
