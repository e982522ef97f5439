//! The entry point, and how it is set up.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderValue;
use reqwest::{Method, Url};
use secrecy::{ExposeSecret as _, SecretString};

use crate::custom_request::CustomRequest;
use crate::error::Error;
use crate::http::Http;
use crate::limit::Limits;
use crate::observer::{Attempt, Observer};
use crate::options::CallOptions;
use crate::retry::RetryPolicy;
use crate::session::{Session, Settings};
use crate::token::{Credentials, Tokens};

/// Where the API is, unless told otherwise.
const BASE_URL: &str = "https://api.gofive.co.th";
const TIMEOUT: Duration = Duration::from_secs(30);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Longer than an attempt takes.
const CONCURRENCY_STALL_TIMEOUT: Duration = Duration::from_secs(60);
const MAX_BODY: usize = 64 * 1024 * 1024;
const USER_AGENT: &str = concat!("gofive-api/", env!("CARGO_PKG_VERSION"));

/// A session with the Gofive API: connections, credentials and settings.
///
/// Cheap to clone; all clones share connections and the bearer token, which is fetched on first use and renewed before
/// its end. Each product has its client, behind a feature of its name: `venio`,
/// `empeo`, `etaxgo`.
///
/// ```no_run
/// # #[cfg(feature = "venio")]
/// # async fn run() -> Result<(), gofive_api::Error> {
/// let gofive = gofive_api::Gofive::from_env()?;
/// let types = gofive.venio().get_customer_event_types().await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Gofive {
    session: Session,
}

impl Gofive {
    /// Reads `GOFIVE_CLIENT_ID`, `GOFIVE_CLIENT_SECRET`, `GOFIVE_SUBSCRIPTION_KEY` and, if set, `GOFIVE_BASE_URL`.
    ///
    /// # Errors
    /// [`Configuration`](crate::ErrorKind::Configuration), which names every variable that is missing or unusable.
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().env()?.build()
    }

    /// Sets a session up by hand.
    pub fn builder() -> GofiveBuilder {
        GofiveBuilder::default()
    }

    /// The same session with options for the calls made through it. Cheap: connections and token are shared.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # fn quickly(gofive: &gofive_api::Gofive) -> gofive_api::Gofive {
    /// gofive.with_options(gofive_api::CallOptions::new().attempt_timeout(Duration::from_secs(2)))
    /// # }
    /// ```
    #[must_use = "the session itself keeps its options"]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self { session: self.session.with_options(options) }
    }

    /// Calls an endpoint that the spec does not have yet, with the same session, envelope and errors.
    ///
    /// The path is sent as it is: percent-encode what needs it. By default the request is not repeated; say so if it may.
    ///
    /// ```no_run
    /// # async fn run(gofive: gofive_api::Gofive) -> Result<(), gofive_api::Error> {
    /// use gofive_api::{Method, Retry};
    ///
    /// let units = gofive.request(Method::GET, "/v1/products/units").repeatable(Retry::Safe).send().await?;
    /// # Ok(()) }
    /// ```
    pub fn request(&self, method: Method, path: &str) -> CustomRequest {
        CustomRequest::new(self.session.clone(), method, path)
    }

    /// empeo, the HR system.
    #[cfg(feature = "empeo")]
    pub fn empeo(&self) -> crate::empeo::Empeo {
        crate::empeo::Empeo::new(self.session.clone())
    }

    /// eTaxGo, the electronic tax documents.
    #[cfg(feature = "etaxgo")]
    pub fn etaxgo(&self) -> crate::etaxgo::Etaxgo {
        crate::etaxgo::Etaxgo::new(self.session.clone())
    }

    /// Venio, the CRM.
    #[cfg(feature = "venio")]
    pub fn venio(&self) -> crate::venio::Venio {
        crate::venio::Venio::new(self.session.clone())
    }
}

/// Sets up a [`Gofive`] session.
///
/// ```
/// use std::time::Duration;
///
/// let gofive = gofive_api::Gofive::builder()
///     .credentials("client id", "client secret")
///     .subscription_key("subscription key")
///     .attempt_timeout(Duration::from_secs(10))
///     .build()?;
/// # Ok::<(), gofive_api::Error>(())
/// ```
#[derive(Default)]
#[must_use = "nothing is set up before `build`"]
pub struct GofiveBuilder {
    base_url: Option<String>,
    credentials: Option<Credentials>,
    subscription_key: Option<SecretString>,
    timeout: Option<Duration>,
    connect_timeout: Option<Duration>,
    user_agent: Option<String>,
    http_client: Option<reqwest::Client>,
    max_response_size: Option<usize>,
    max_concurrency: Option<u32>,
    requests_per_second: Option<f64>,
    concurrency_stall_timeout: Option<Duration>,
    settings: Settings,
}

impl GofiveBuilder {
    /// Takes credentials, subscription key and base URL from the environment; see [`Gofive::from_env`].
    ///
    /// # Errors
    /// [`Configuration`](crate::ErrorKind::Configuration), which names every variable that is missing.
    pub fn env(mut self) -> Result<Self, Error> {
        let mut missing = Vec::new();
        let mut read = |name: &'static str| {
            let value = std::env::var(name).ok().filter(|value| !value.trim().is_empty());
            value.unwrap_or_else(|| {
                missing.push(name);
                String::new()
            })
        };
        let (id, secret) = (read("GOFIVE_CLIENT_ID"), read("GOFIVE_CLIENT_SECRET"));
        let subscription_key = read("GOFIVE_SUBSCRIPTION_KEY");
        if !missing.is_empty() {
            let names = missing.join(", ");
            return Err(Error::configuration(format!("not set in the environment, or empty, or not Unicode: {names}")));
        }
        if let Ok(base_url) = std::env::var("GOFIVE_BASE_URL") {
            self.base_url = Some(base_url).filter(|url| !url.trim().is_empty());
        }
        Ok(self.credentials(id, secret).subscription_key(subscription_key))
    }

    /// Where the API is; `https://api.gofive.co.th` by default. Plain `http` is accepted for loopback addresses only.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = Some(base_url.into());
        self
    }

    /// Client id and secret, by which tokens are fetched.
    pub fn credentials(mut self, client_id: impl Into<String>, client_secret: impl Into<String>) -> Self {
        self.credentials = Some(Credentials::Client { id: client_id.into(), secret: client_secret.into().into() });
        self
    }

    /// A token that you have already, in place of credentials. It is not renewed.
    pub fn access_token(mut self, token: impl Into<String>) -> Self {
        self.credentials = Some(Credentials::Token(token.into().into()));
        self
    }

    /// The subscription key that Gofive issued to you; sent with every request.
    pub fn subscription_key(mut self, key: impl Into<String>) -> Self {
        self.subscription_key = Some(key.into().into());
        self
    }

    /// How long one attempt of a call may take, from the first byte sent to the last byte read; 30 seconds by default. The
    /// request for a token, where one is needed, has the same time for itself.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How long connecting may take; 10 seconds by default. Has no effect on a client of your own.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// How long a call may take with all its attempts and waits; no limit by default but the budget of the
    /// [retry policy](RetryPolicy).
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.settings.total_timeout = Some(timeout);
        self
    }

    /// When failed calls are repeated; see [`RetryPolicy`] for the default.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.settings.retry = policy;
        self
    }

    /// How many requests may be under way at once; no limit by default. Further calls wait.
    ///
    /// A call that is held unpolled keeps its slot. Do not await another call meanwhile, for instance in the body of a loop
    /// over `buffer_unordered`: if all slots are held so, the session waits for itself, and fails after
    /// [`concurrency_stall_timeout`](Self::concurrency_stall_timeout).
    pub fn max_concurrency(mut self, requests: u32) -> Self {
        self.max_concurrency = Some(requests);
        self
    }

    /// How many requests may be sent a second, in even intervals; no limit by default. Further calls wait, as long as it
    /// takes: 10,000 calls at 10 a second take 1,000 seconds. [`total_timeout`](Self::total_timeout) bounds the wait.
    pub fn requests_per_second(mut self, requests: f64) -> Self {
        self.requests_per_second = Some(requests);
        self
    }

    /// How long a call waits for the [concurrency limit](Self::max_concurrency) while no call of the session ends; 60
    /// seconds by default.
    ///
    /// The call then fails with a [`Timeout`](crate::ErrorKind::Timeout) that names the limit: the session most likely waits
    /// for itself. Every call that ends starts the time anew, so a long queue is not an error. Keep it longer than
    /// [`attempt_timeout`](Self::attempt_timeout).
    pub fn concurrency_stall_timeout(mut self, timeout: Duration) -> Self {
        self.concurrency_stall_timeout = Some(timeout);
        self
    }

    /// The longest body that is read, in bytes; 64 MiB by default.
    pub fn max_response_size(mut self, bytes: usize) -> Self {
        self.max_response_size = Some(bytes);
        self
    }

    /// A hook for metrics: called after every attempt of every call. It should be quick.
    pub fn observer(mut self, observer: impl Fn(&Attempt) + Send + Sync + 'static) -> Self {
        self.settings.observer = Some(Observer(Arc::new(observer)));
        self
    }

    /// Whether to log the bodies of requests and answers, up to 4 KiB of each, at the level `TRACE`; off by default.
    ///
    /// The session's secrets are masked, and the exchange for a token is never logged; but bodies hold personal data.
    pub fn log_bodies(mut self, log: bool) -> Self {
        self.settings.log_bodies = log;
        self
    }

    /// What to send as `User-Agent`, such as the name and version of your program; this crate's own by default.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = Some(user_agent.into());
        self
    }

    /// A client of your own, with its proxies, certificates and pools, or for HTTP/2. Let it not follow redirects to other
    /// hosts: the subscription key would travel along. And let it not repeat requests: the session does.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http_client = Some(client);
        self
    }

    /// Checks the settings. Sends nothing.
    ///
    /// # Errors
    /// [`Configuration`](crate::ErrorKind::Configuration), which names the setting that is missing or unusable.
    pub fn build(self) -> Result<Gofive, Error> {
        let base_url = parse_base_url(self.base_url.as_deref().unwrap_or(BASE_URL))?;
        let credentials = self.credentials.ok_or_else(|| {
            Error::configuration("no credentials: call `credentials` or `access_token`, or set GOFIVE_CLIENT_ID and GOFIVE_CLIENT_SECRET")
        })?;
        if let Credentials::Client { id, secret } = &credentials
            && (id.trim().is_empty() || secret.expose_secret().trim().is_empty())
        {
            return Err(Error::configuration(
                "the client id or the client secret (GOFIVE_CLIENT_ID, GOFIVE_CLIENT_SECRET) is empty",
            ));
        }
        let subscription_key = self.subscription_key.ok_or_else(|| {
            Error::configuration("no subscription key: call `subscription_key`, or set GOFIVE_SUBSCRIPTION_KEY")
        })?;
        let mut subscription_key =
            header("subscription key (GOFIVE_SUBSCRIPTION_KEY)", subscription_key.expose_secret())?;
        subscription_key.set_sensitive(true);
        let user_agent = header("user agent", self.user_agent.as_deref().unwrap_or(USER_AGENT))?;
        let timeout = self.timeout.unwrap_or(TIMEOUT);
        let (client, timeout) = match self.http_client {
            Some(client) => (client, Some(timeout)),
            // Known to the client, it need not be noted with each request.
            None => (http_client(&base_url, self.connect_timeout.unwrap_or(CONNECT_TIMEOUT), timeout)?, None),
        };
        if self.requests_per_second.is_some_and(|rate| !rate.is_finite() || rate <= 0.0) {
            return Err(Error::configuration("requests_per_second is no positive number"));
        }
        let stall_after = self.concurrency_stall_timeout.unwrap_or(CONCURRENCY_STALL_TIMEOUT);
        let limits = Arc::new(Limits::new(self.max_concurrency, self.requests_per_second, stall_after));
        let max_response_size = self.max_response_size.unwrap_or(MAX_BODY);
        let http = Http { client, base_url, subscription_key, user_agent, timeout, max_response_size, limits };
        Ok(Gofive { session: Session::new(http, Tokens::new(credentials)?, self.settings) })
    }
}

impl fmt::Debug for GofiveBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GofiveBuilder")
            .field("base_url", &self.base_url)
            .field("timeout", &self.timeout)
            .field("connect_timeout", &self.connect_timeout)
            .field("user_agent", &self.user_agent)
            .finish_non_exhaustive()
    }
}

fn header(what: &str, text: &str) -> Result<HeaderValue, Error> {
    let header = HeaderValue::from_str(text.trim()).ok().filter(|header| !header.is_empty());
    header
        .ok_or_else(|| Error::configuration(format!("the {what} is empty or has characters that no header can carry")))
}

fn parse_base_url(text: &str) -> Result<Url, Error> {
    let refuse = |why: &str| Err(Error::configuration(format!("the base URL (GOFIVE_BASE_URL) {why}")));
    let Ok(url) = Url::parse(text.trim()) else {
        return refuse("is no URL; write it like https://api.gofive.co.th");
    };
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("holds a user name or a password");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refuse("has a query or a fragment");
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => refuse("is plain http, which is accepted for loopback addresses only; write https"),
        _ => refuse("is neither https nor http"),
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn http_client(base_url: &Url, connect_timeout: Duration, timeout: Duration) -> Result<reqwest::Client, Error> {
    let mut builder = reqwest::Client::builder()
        .connect_timeout(connect_timeout)
        .timeout(timeout)
        // Whatever the program's other crates turn on in reqwest.
        .http1_only()
        // It repeats what HTTP/2 refused, and copies every request for that. The session repeats by itself.
        .retry(reqwest::retry::never().max_retries_per_request(0))
        // reqwest would take the subscription key along to another host.
        .redirect(reqwest::redirect::Policy::custom(|attempt| {
            let same = attempt.previous().first().is_some_and(|first| first.origin() == attempt.url().origin());
            if same && attempt.previous().len() < 5 { attempt.follow() } else { attempt.stop() }
        }));
    if is_loopback(base_url) {
        // A proxy for the outside world does not lead to this machine.
        builder = builder.no_proxy();
    }
    provide_tls(base_url)?;
    builder.build().map_err(|error| Error::configuration(format!("no HTTP client can be made: {error}")))
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
