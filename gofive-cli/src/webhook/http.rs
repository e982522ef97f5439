//! Sends an event to a URL.

use std::time::Duration;

use bytes::Bytes;
use gofive_api::reqwest::header::CONTENT_TYPE;
use gofive_api::reqwest::redirect::Policy;
use gofive_api::reqwest::{Client, Url};
use gofive_api::rustls;

use crate::failure::Failure;

/// How long a target may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A target of events.
#[derive(Clone)]
pub(super) struct Target {
    client: Client,
    url: Url,
}

impl Target {
    pub(super) fn new(url: &str) -> Result<Self, Failure> {
        let parsed = Url::parse(url).ok().filter(|url| ["http", "https"].contains(&url.scheme()));
        let url = parsed
            .ok_or_else(|| Failure::usage(format!("{url:?} is not a URL")).hint("http://localhost:3000/webhooks"))?;
        // The error means that there is a provider already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().redirect(Policy::none()).timeout(TIMEOUT).build();
        let client = client.map_err(|error| Failure::setup(format!("events cannot be sent: {error}")))?;
        Ok(Self { client, url })
    }

    /// The same target with another segment at the end of its path.
    pub(super) fn with_segment(mut self, segment: &str) -> Self {
        // URLs of http and https have segments.
        if let Ok(mut segments) = self.url.path_segments_mut() {
            segments.pop_if_empty().push(segment);
        }
        self
    }

    /// Sends a body, and returns the HTTP status of the response.
    pub(super) async fn send(&self, body: Bytes, header: Option<(&str, &str)>) -> Result<u16, Failure> {
        let mut request =
            self.client.post(self.url.clone()).header(CONTENT_TYPE, "application/json; charset=utf-8").body(body);
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        let response = request.send().await.map_err(|error| {
            let at = format!(
                "{}:{}",
                self.url.host_str().unwrap_or_default(),
                self.url.port_or_known_default().unwrap_or(0)
            );
            // The URL may contain a secret.
            Failure::transport(format!("{at} cannot be reached: {}", innermost(&error.without_url())))
        })?;
        Ok(response.status().as_u16())
    }
}

/// The cause of an error, which says more than the error around it.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
