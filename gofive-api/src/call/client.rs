//! Creates the HTTP clients of a session from its settings.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, ClientBuilder, Proxy, Url, redirect, retry};

#[cfg(feature = "rustls")]
use crate::call::tls::TlsSettings;
use crate::call::url_policy;
use crate::errors::Error;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A closure of the program that changes how clients are created.
pub(crate) type Configure = Box<dyn Fn(ClientBuilder) -> ClientBuilder + Send + Sync>;

/// The HTTP client settings of a program, unchecked.
pub(crate) struct ClientSettings {
    pub(crate) connect_timeout: Duration,
    pub(crate) proxies: Vec<Proxy>,
    pub(crate) configure: Vec<Configure>,
    /// A client that the program provides.
    pub(crate) given: Option<Client>,
    #[cfg(feature = "rustls")]
    pub(crate) tls: TlsSettings,
}

/// Creates any number of identical clients; cheap to clone.
#[derive(Clone)]
pub(crate) struct ClientFactory(Source);

#[derive(Clone)]
enum Source {
    Given(Client),
    Own(Arc<Plan>),
}

/// How a client is created.
struct Plan {
    connect_timeout: Duration,
    proxies: Vec<Proxy>,
    configure: Vec<Configure>,
    #[cfg(feature = "rustls")]
    tls: rustls::ClientConfig,
    /// Whether the base URL is on this machine.
    loopback: bool,
}

impl Default for ClientSettings {
    fn default() -> Self {
        Self {
            connect_timeout: CONNECT_TIMEOUT,
            proxies: Vec::new(),
            configure: Vec::new(),
            given: None,
            #[cfg(feature = "rustls")]
            tls: TlsSettings::default(),
        }
    }
}

impl ClientSettings {
    /// The first setting that has no effect on a client of the program.
    fn first_without_effect(&self) -> Option<&'static str> {
        #[cfg(feature = "rustls")]
        let tls = self.tls.first_set();
        #[cfg(not(feature = "rustls"))]
        let tls = None;
        let proxy = (!self.proxies.is_empty()).then_some("proxy");
        let configure = (!self.configure.is_empty()).then_some("configure_http");
        tls.or(proxy).or(configure)
    }
}

impl fmt::Debug for ClientSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientSettings").field("connect_timeout", &self.connect_timeout).finish_non_exhaustive()
    }
}

impl ClientFactory {
    /// Checks the settings and prepares what all clients share.
    pub(crate) fn new(settings: ClientSettings, base_url: &Url) -> Result<Self, Error> {
        if let Some(client) = &settings.given {
            return match settings.first_without_effect() {
                Some(setting) => Err(Error::configuration(format!(
                    "`{setting}` has no effect on a client set by `http_client`: set it on that client, or remove \
                     `http_client`"
                ))),
                None => Ok(Self(Source::Given(client.clone()))),
            };
        }
        #[cfg(not(feature = "rustls"))]
        if base_url.scheme() == "https" {
            return Err(Error::configuration(
                "https needs TLS: turn on the feature `rustls` of gofive-api, or set a client by `http_client`",
            ));
        }
        let plan = Plan {
            connect_timeout: settings.connect_timeout,
            proxies: settings.proxies,
            configure: settings.configure,
            #[cfg(feature = "rustls")]
            tls: settings.tls.into_config(base_url.scheme() == "https")?,
            loopback: url_policy::is_loopback(base_url),
        };
        Ok(Self(Source::Own(Arc::new(plan))))
    }

    /// Whether the program provided the client, which may behave differently from the session's own.
    pub(crate) fn is_given(&self) -> bool {
        matches!(self.0, Source::Given(_))
    }

    /// Whether the program neither provided nor changed the client.
    pub(crate) fn is_plain(&self) -> bool {
        matches!(&self.0, Source::Own(plan) if plan.configure.is_empty())
    }

    /// Creates a client with its own connections; clones a client that the program provided.
    pub(crate) fn make(&self) -> Result<Client, Error> {
        let plan = match &self.0 {
            Source::Given(client) => return Ok(client.clone()),
            Source::Own(plan) => plan,
        };
        let builder = plan.configure.iter().fold(plan.base(), |builder, configure| configure(builder));
        build(plan.enforced(builder))
    }
}

impl Plan {
    fn base(&self) -> ClientBuilder {
        let builder = Client::builder()
            .connect_timeout(self.connect_timeout)
            // Other crates of the program may turn these on in reqwest.
            .no_brotli()
            .no_zstd()
            .no_deflate();
        #[cfg(feature = "gzip")]
        let builder = builder.gzip(true);
        #[cfg(not(feature = "gzip"))]
        let builder = builder.no_gzip();
        // A proxy of the environment does not reach this machine. A proxy that the program sets may.
        let builder = if self.loopback { builder.no_proxy() } else { builder };
        self.proxies.iter().cloned().fold(builder, ClientBuilder::proxy)
    }

    /// Applies the settings that the session relies on, overriding those of the program.
    fn enforced(&self, builder: ClientBuilder) -> ClientBuilder {
        let builder = builder
            .http1_only()
            // The session retries by itself. reqwest would copy every request for its own retries.
            .retry(retry::never().max_retries_per_request(0))
            // No page of the API documents a redirect. reqwest would send the subscription key to other hosts.
            .redirect(redirect::Policy::none());
        // Otherwise reqwest would look for a cryptography provider that is installed for the whole process.
        #[cfg(feature = "rustls")]
        let builder = builder.tls_backend_preconfigured(self.tls.clone());
        builder
    }
}

#[cfg(feature = "rustls")]
fn build(builder: ClientBuilder) -> Result<Client, Error> {
    builder.build().map_err(|error| unusable(&error))
}

/// Builds a client without rustls.
///
/// reqwest panics if another crate turns on its feature `rustls-no-provider` and no cryptography provider is installed
/// for the process. Without rustls, this crate cannot look for a provider or pass one to reqwest.
#[cfg(not(feature = "rustls"))]
fn build(builder: ClientBuilder) -> Result<Client, Error> {
    let built = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| builder.build()));
    built
        .map_err(|_| {
            Error::configuration(
                "reqwest has no cryptography provider: turn on the feature `rustls` of gofive-api, install a provider \
             before `build`, or set a client by `http_client`",
            )
        })?
        .map_err(|error| unusable(&error))
}

fn unusable(error: &reqwest::Error) -> Error {
    let cause = std::iter::successors(std::error::Error::source(error), |cause| cause.source()).last();
    let cause = cause.map_or_else(|| error.to_string(), ToString::to_string);
    Error::configuration(format!("the HTTP client cannot be created: {cause}"))
}
