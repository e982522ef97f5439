//! The headers of a request: those that every request of the session has are prepared once.

use reqwest::Url;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue, USER_AGENT};

/// The header of the subscription key.
const SUBSCRIPTION_KEY: HeaderName = HeaderName::from_static("ocp-apim-subscription-key");

/// The headers of a request with a token and a JSON body.
pub(crate) struct CommonHeaders(HeaderMap);

impl CommonHeaders {
    pub(crate) fn new(user_agent: HeaderValue, subscription_key: HeaderValue) -> Self {
        let json = HeaderValue::from_static("application/json");
        let headers = [
            (ACCEPT, json.clone()),
            (USER_AGENT, user_agent),
            (SUBSCRIPTION_KEY, subscription_key),
            (CONTENT_TYPE, json),
            // Each request has its own.
            (AUTHORIZATION, HeaderValue::from_static("")),
        ];
        Self(headers.into_iter().collect())
    }

    /// Adds the host, which would otherwise be written anew for every request.
    pub(crate) fn with_host(mut self, base_url: &Url) -> Self {
        let host = base_url.host_str().unwrap_or_default();
        let host = base_url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        self.0.extend(HeaderValue::try_from(host).map(|host| (HOST, host)));
        self
    }

    /// The headers of a request that has `own` ones. A body without a type of its own is JSON.
    pub(crate) fn of(&self, own: &HeaderMap, has_body: bool, authorization: Option<&HeaderValue>) -> HeaderMap {
        let mut headers = self.0.clone();
        if !has_body {
            headers.remove(CONTENT_TYPE);
        }
        match (authorization, headers.get_mut(AUTHORIZATION)) {
            (Some(authorization), Some(value)) => value.clone_from(authorization),
            _ => drop(headers.remove(AUTHORIZATION)),
        }
        for name in own.keys() {
            headers.remove(name);
        }
        if !own.is_empty() {
            headers.extend(own.iter().map(|(name, value)| (name.clone(), value.clone())));
        }
        headers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &'static str) -> HeaderValue {
        HeaderValue::from_static(text)
    }

    fn common(base_url: &str) -> CommonHeaders {
        CommonHeaders::new(value("agent"), value("key")).with_host(&Url::parse(base_url).unwrap())
    }

    #[test]
    fn a_request_has_only_the_headers_that_it_needs() {
        let common = common("https://api.gofive.co.th");
        let names = |headers: HeaderMap| {
            let mut names: Vec<_> = headers.keys().map(ToString::to_string).collect();
            names.sort();
            names.join(" ")
        };
        let none = HeaderMap::new();
        assert_eq!(names(common.of(&none, false, None)), "accept host ocp-apim-subscription-key user-agent");
        assert_eq!(
            names(common.of(&none, true, Some(&value("Bearer a")))),
            "accept authorization content-type host ocp-apim-subscription-key user-agent"
        );
    }

    #[test]
    fn headers_of_the_call_replace_the_common_ones() {
        let own = [(ACCEPT, value("a")), (ACCEPT, value("b")), (CONTENT_TYPE, value("c"))].into_iter().collect();
        let headers = common("https://api.gofive.co.th").of(&own, true, None);
        assert_eq!(headers.get_all(ACCEPT).iter().collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(headers[CONTENT_TYPE], "c");
    }

    #[test]
    fn the_host_has_a_port_that_is_not_the_usual_one() {
        for (base_url, host) in [
            ("https://api.gofive.co.th", "api.gofive.co.th"),
            ("https://api.gofive.co.th:443/gofive", "api.gofive.co.th"),
            ("https://api.gofive.co.th:8443", "api.gofive.co.th:8443"),
            ("http://127.0.0.1:4010", "127.0.0.1:4010"),
            ("http://[::1]:4010", "[::1]:4010"),
        ] {
            assert_eq!(common(base_url).of(&HeaderMap::new(), false, None)[HOST], host);
        }
    }
}
