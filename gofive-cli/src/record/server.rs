//! The server of the API, by the URLs of requests.

use gofive_api::reqwest::Url;

/// The server at a base URL.
#[derive(Default)]
pub(super) struct Server {
    host: Option<String>,
    port: Option<u16>,
    /// The path of the base URL, without a slash at its end.
    prefix: String,
}

impl Server {
    pub(super) fn new(base_url: &Url) -> Self {
        Self {
            host: base_url.host_str().map(str::to_owned),
            port: base_url.port_or_known_default(),
            prefix: base_url.path().trim_end_matches('/').to_owned(),
        }
    }

    /// The path of a URL below the base URL; none if it is of another server.
    pub(super) fn path(&self, url: &str) -> Option<String> {
        let url = Url::parse(url).ok()?;
        let is_ours = url.host_str() == self.host.as_deref() && url.port_or_known_default() == self.port;
        let path = url.path().strip_prefix(&*self.prefix).filter(|path| path.starts_with('/'))?;
        is_ours.then(|| path.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_server_of_the_base_url_counts() {
        let server = Server::new(&Url::parse("https://gateway.example/gofive/").unwrap());
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
            assert_eq!(server.path(url).as_deref(), expected, "{url}");
        }
    }
}
