//! The settings of the HTTP client.

use std::time::Duration;

use reqwest::{Client, ClientBuilder, Proxy};

use super::GofiveBuilder;

/// The HTTP client.
impl GofiveBuilder {
    /// Sets how long connecting may take; 10 seconds by default. Has no effect on a client set by
    /// [`http_client`](Self::http_client).
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.client.connect_timeout = timeout;
        self
    }

    /// Sends requests through this proxy, also to a loopback address.
    ///
    /// Call it again to add more: the first proxy that matches a URL is used. The proxies of the
    /// [environment](crate::network#proxies) are then ignored.
    ///
    /// ```
    /// # fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// use gofive_api::reqwest::Proxy;
    ///
    /// let proxy = Proxy::all("http://proxy.example:3128")?.basic_auth("user", "password");
    /// let builder = gofive_api::Gofive::builder().proxy(proxy);
    /// # Ok(()) }
    /// # run().unwrap();
    /// ```
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.client.proxies.push(proxy);
        self
    }

    /// Changes the session's HTTP client: pools, addresses, keep-alive and other settings of reqwest.
    ///
    /// The session calls the closure whenever it creates a client, at least once in `build`. Some settings have **no
    /// effect** in the closure, because the session sets them afterwards: redirects (none is followed), retries (the
    /// session's own), the HTTP version (1.1), the time limit of a request
    /// ([`attempt_timeout`](Self::attempt_timeout)), and, with the feature `rustls`, all of TLS: certificates,
    /// identities, versions (use [`root_certificate`](Self::root_certificate),
    /// [`client_identity`](Self::client_identity) or [`rustls_config`](Self::rustls_config)). Call it again to add
    /// another closure; they run in order.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let builder = gofive_api::Gofive::builder().configure_http(|client| {
    ///     client.pool_max_idle_per_host(8).pool_idle_timeout(Duration::from_secs(30))
    /// });
    /// ```
    pub fn configure_http(
        mut self,
        configure: impl Fn(ClientBuilder) -> ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.client.configure.push(Box::new(configure));
        self
    }

    /// Uses an HTTP client of the program. **A client that follows redirects sends the subscription key to other
    /// hosts**: reqwest removes only the headers that it knows.
    ///
    /// Prefer [`proxy`](Self::proxy), [`configure_http`](Self::configure_http) and the TLS settings, which cannot be
    /// combined with this one. If you need it, configure the client like the session's own: no redirects, no retries,
    /// and a cryptography provider, without which reqwest panics unless the process has one:
    ///
    /// ```
    /// # #[cfg(feature = "rustls")]
    /// # fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// use std::sync::Arc;
    /// use gofive_api::reqwest::{Client, redirect, retry};
    /// use gofive_api::rustls::{ClientConfig, crypto::ring};
    /// use rustls_platform_verifier::BuilderVerifierExt as _; // of the crate `rustls-platform-verifier`
    ///
    /// let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
    ///     .with_safe_default_protocol_versions()?
    ///     .with_platform_verifier()?
    ///     .with_no_client_auth();
    /// let client = Client::builder()
    ///     .tls_backend_preconfigured(tls)
    ///     .redirect(redirect::Policy::none())
    ///     .retry(retry::never())
    ///     .build()?;
    /// let builder = gofive_api::Gofive::builder().http_client(client);
    /// # Ok(()) }
    /// # #[cfg(feature = "rustls")]
    /// # run().unwrap();
    /// ```
    ///
    /// A call whose request was redirected nevertheless fails with [`Configuration`](crate::ErrorKind::Configuration).
    /// Even then the client secret is not sent to another host: bodies that contain it cannot be sent twice. And if
    /// no connection is made, the [outcome](crate::Error::outcome_unknown) of a create operation is unknown, because a
    /// redirect may have come first.
    ///
    /// The connections of such a client belong to the tokio runtime that first used them, and end with it. A program
    /// with several runtimes should not use this setting, or use one session per runtime.
    pub fn http_client(mut self, client: Client) -> Self {
        self.client.given = Some(client);
        self
    }
}
