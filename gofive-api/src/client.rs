//! Makes the HTTP clients of a session from its settings.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, ClientBuilder, Url, redirect, retry};

use crate::error::Error;

const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// What a program sets of the HTTP client.
pub(crate) struct ClientSettings {
    pub(crate) attempt_timeout: Duration,
    pub(crate) connect_timeout: Duration,
    /// A client that the program brings. The other settings have no effect on it.
    pub(crate) given: Option<Client>,
}

/// Makes clients that are all alike, as many as wanted; cheap to clone.
#[derive(Clone)]
pub(crate) struct ClientFactory(Source);

#[derive(Clone)]
enum Source {
    Given(Client),
    Made(Arc<Plan>),
}

/// How a client is made.
struct Plan {
    settings: ClientSettings,
    /// Whether the base URL is on this machine.
    loopback: bool,
}

impl Default for ClientSettings {
    fn default() -> Self {
        Self { attempt_timeout: ATTEMPT_TIMEOUT, connect_timeout: CONNECT_TIMEOUT, given: None }
    }
}

impl fmt::Debug for ClientSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientSettings")
            .field("attempt_timeout", &self.attempt_timeout)
            .field("connect_timeout", &self.connect_timeout)
            .finish_non_exhaustive()
    }
}

impl ClientFactory {
    /// Checks the settings, and does once what all clients share.
    pub(crate) fn new(settings: ClientSettings, base_url: &Url) -> Result<Self, Error> {
        if let Some(client) = settings.given {
            return Ok(Self(Source::Given(client)));
        }
        provide_tls(base_url)?;
        Ok(Self(Source::Made(Arc::new(Plan { settings, loopback: is_loopback(base_url) }))))
    }

    /// Makes a client with connections of its own; for a client that the program gave, a clone of it.
    pub(crate) fn make(&self) -> Result<Client, Error> {
        let plan = match &self.0 {
            Source::Given(client) => return Ok(client.clone()),
            Source::Made(plan) => plan,
        };
        let client = plan.enforced(plan.base()).build();
        client.map_err(|error| Error::configuration(format!("no HTTP client can be made: {error}")))
    }
}

impl Plan {
    fn base(&self) -> ClientBuilder {
        let builder = Client::builder()
            .connect_timeout(self.settings.connect_timeout)
            // Whatever other crates of the program turn on in reqwest.
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate();
        // A proxy for the outside world does not lead to this machine.
        if self.loopback { builder.no_proxy() } else { builder }
    }

    /// What the session relies on.
    fn enforced(&self, builder: ClientBuilder) -> ClientBuilder {
        builder
            .timeout(self.settings.attempt_timeout)
            .http1_only()
            // The session retries by itself. reqwest would copy every request for retries of its own.
            .retry(retry::never().max_retries_per_request(0))
            // No page of the API documents a redirect. reqwest would send the subscription key to other hosts.
            .redirect(redirect::Policy::none())
    }
}

/// Whether the URL leads to this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Makes ring the process's provider of cryptography, unless the program has chosen one: reqwest makes no client
/// without, not even for plain http.
#[cfg(feature = "rustls")]
#[expect(clippy::unnecessary_wraps, reason = "its twin without TLS fails")]
fn provide_tls(_: &Url) -> Result<(), Error> {
    // An error means that there is a provider already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(())
}

#[cfg(not(feature = "rustls"))]
fn provide_tls(base_url: &Url) -> Result<(), Error> {
    if base_url.scheme() == "http" {
        return Ok(());
    }
    Err(Error::configuration(
        "https needs TLS: turn on the feature `rustls` of gofive-api, or bring a client by `http_client`",
    ))
}
