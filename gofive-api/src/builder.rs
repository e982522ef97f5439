//! The settings of a session, and their checks.

mod http_client;
#[cfg(feature = "rustls")]
mod tls;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};

use crate::call::client::{ClientFactory, ClientSettings};
use crate::call::drift::{Callback, DriftWatch};
use crate::call::headers::CommonHeaders;
use crate::call::http::Http;
use crate::call::limit::Limits;
use crate::call::observer::{Attempt, Observer};
use crate::call::retry::{RetryBudget, RetryPolicy};
use crate::call::runtimes::Runtimes;
use crate::call::session::Session;
use crate::call::shared::Shared;
use crate::call::token::cache::{AnyTokenCache, TokenCache};
use crate::call::token::endpoint::ClientCredentials;
use crate::call::token::{Token, TokenEndpoint, Tokens};
use crate::call::trace::Server;
use crate::call::url_policy;
use crate::call::urls::Urls;
use crate::decoding::drift::Drift;
use crate::errors::Error;
use crate::errors::printing::printed;
use crate::gofive::Gofive;

/// The default base URL.
const BASE_URL: &str = "https://api.gofive.co.th";
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
const CONCURRENCY_STALL_TIMEOUT: Duration = Duration::from_secs(60);
const TOKEN_REFUSAL_TTL: Duration = Duration::from_secs(5);
const MAX_RESPONSE_SIZE: usize = 64 * 1024 * 1024;
const USER_AGENT: &str = concat!("gofive-api/", env!("CARGO_PKG_VERSION"));

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
    plain_http: bool,
    credentials: Option<Credentials>,
    subscription_key: Option<SecretString>,
    user_agent: Option<String>,
    client: ClientSettings,
    max_response_size: Option<usize>,
    max_concurrency: Option<u32>,
    requests_per_second: Option<f64>,
    concurrency_stall_timeout: Option<Duration>,
    retry: RetryPolicy,
    attempt_timeout: Option<Duration>,
    total_timeout: Option<Duration>,
    observer: Option<Observer>,
    on_drift: Option<Callback>,
    log_bodies: bool,
    token_cache: Option<Box<dyn AnyTokenCache>>,
    token_refusal_ttl: Option<Duration>,
    #[cfg(feature = "recorder")]
    shapes: Option<std::path::PathBuf>,
}

/// Where a session begins.
impl Gofive {
    /// Reads `GOFIVE_CLIENT_ID`, `GOFIVE_CLIENT_SECRET`, `GOFIVE_SUBSCRIPTION_KEY` and, if set, `GOFIVE_BASE_URL`.
    ///
    /// # Errors
    /// [`Configuration`](crate::ErrorKind::Configuration), which names every variable that is missing or unusable.
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().env()?.build()
    }

    /// Returns a builder, to configure a session in code.
    pub fn builder() -> GofiveBuilder {
        GofiveBuilder::default()
    }
}

enum Credentials {
    Client(ClientCredentials),
    Token(SecretString),
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

    /// Sets the URL of the API; `https://api.gofive.co.th` by default.
    ///
    /// Plain `http` is accepted for loopback addresses only, or after [`allow_plain_http`](Self::allow_plain_http).
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = Some(base_url.into());
        self
    }

    /// Accepts a base URL of plain `http` for any host, as between the containers of one machine.
    ///
    /// Credentials and data then cross the network unencrypted: use it only in a network that you trust.
    ///
    /// ```
    /// # fn run() -> Result<(), gofive_api::Error> {
    /// let gofive = gofive_api::Gofive::builder()
    ///     .base_url("http://gofive-sandbox:4010")
    ///     .allow_plain_http()
    /// #   .credentials("id", "secret").subscription_key("key")
    ///     .build()?;
    /// # Ok(()) }
    /// # run().unwrap();
    /// ```
    pub fn allow_plain_http(mut self) -> Self {
        self.plain_http = true;
        self
    }

    /// Sets client id and secret, used to fetch tokens. White space around them is removed.
    pub fn credentials(mut self, client_id: impl Into<String>, client_secret: impl Into<String>) -> Self {
        let (id, secret) = (client_id.into().trim().to_owned(), client_secret.into().trim().into());
        self.credentials = Some(Credentials::Client(ClientCredentials { id, secret }));
        self
    }

    /// Sets a token that you already have, in place of credentials. It is not renewed.
    pub fn access_token(mut self, token: impl Into<String>) -> Self {
        self.credentials = Some(Credentials::Token(token.into().into()));
        self
    }

    /// Sets the subscription key that Gofive issued to you; sent with every request.
    pub fn subscription_key(mut self, key: impl Into<String>) -> Self {
        self.subscription_key = Some(key.into().into());
        self
    }

    /// Sets a store for the token outside of the session; by default it is in memory only. See [`TokenCache`].
    pub fn token_cache(mut self, cache: impl TokenCache + 'static) -> Self {
        self.token_cache = Some(Box::new(cache));
        self
    }

    /// Sets how long a refusal of the credentials is remembered; 5 seconds by default.
    ///
    /// During that time calls fail with the same error ([`TokenRefused`](crate::ErrorKind::TokenRefused)), and no token
    /// is requested. After other failures of the token endpoint, a back-off of up to 10 seconds applies.
    pub fn token_refusal_ttl(mut self, ttl: Duration) -> Self {
        self.token_refusal_ttl = Some(ttl);
        self
    }

    /// Sets how long one attempt of a call may take, from the first byte sent to the last byte read; 30 seconds by
    /// default.
    ///
    /// Each attempt of a token request has the same time limit.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(timeout);
        self
    }

    /// Sets how long a call may take with all its attempts and waits, including waits for a token and for the session's
    /// own limits. By default only the [retry policy](RetryPolicy) bounds it.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = Some(timeout);
        self
    }

    /// Sets when failed calls are retried; see [`RetryPolicy`] for the default.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Sets how many requests may be in progress concurrently; no limit by default. Further calls wait.
    ///
    /// Token requests do not count. A future that is not polled keeps its slot. So do not await another call while such
    /// a future exists, for instance in the body of a loop over `buffer_unordered`: if unpolled futures have all slots,
    /// the session waits for itself, and fails after [`concurrency_stall_timeout`](Self::concurrency_stall_timeout).
    pub fn max_concurrency(mut self, requests: u32) -> Self {
        self.max_concurrency = Some(requests);
        self
    }

    /// Sets how many requests may be sent per second, in even intervals; no limit by default. Further calls wait as
    /// long as necessary: 10,000 calls at 10 per second take 1,000 seconds. [`total_timeout`](Self::total_timeout)
    /// bounds the wait.
    ///
    /// Token requests do not count.
    pub fn requests_per_second(mut self, requests: f64) -> Self {
        self.requests_per_second = Some(requests);
        self
    }

    /// Sets how long a call waits for the [concurrency limit](Self::max_concurrency) while no call of the session ends;
    /// 60 seconds by default.
    ///
    /// The call then fails with a [`Timeout`](crate::ErrorKind::Timeout) that names the limit: the session most likely
    /// waits for itself. Every call that ends restarts the time, so a long queue is not an error. Set it longer than
    /// [`attempt_timeout`](Self::attempt_timeout).
    pub fn concurrency_stall_timeout(mut self, timeout: Duration) -> Self {
        self.concurrency_stall_timeout = Some(timeout);
        self
    }

    /// Sets the size of the largest response body that is read, in bytes; 64 MiB by default. A compressed body (feature
    /// `gzip`) counts after decompression.
    /// A larger body fails the call with [`Decode`](crate::ErrorKind::Decode).
    pub fn max_response_size(mut self, bytes: usize) -> Self {
        self.max_response_size = Some(bytes);
        self
    }

    /// Sets a hook for metrics, called after every attempt of a call or of a token request. It should be quick.
    pub fn observer(mut self, observer: impl Fn(&Attempt) + Send + Sync + 'static) -> Self {
        self.observer = Some(Observer(Arc::new(observer)));
        self
    }

    /// Sets a closure that gets each difference between a response and the spec: unknown properties, values of another type or
    /// format, unknown values of enumerations, unknown business codes; without any value. See [`Drift`].
    ///
    /// It is called once for each difference in the life of the session, at most 1,000 times, after the response has arrived and
    /// before its method returns. It should be quick. If it panics, the call goes on, and there is an event at `WARN`.
    ///
    /// With or without it, each difference is a log event at `INFO` ([`logging`](crate::logging)). If there is neither a closure nor
    /// a subscriber for that level, responses are not searched.
    ///
    /// The first MiB of each operation is searched entirely, and after that an eighth of what arrives, so that a busy program
    /// spends less than a tenth of its decoding on it. Failures have a budget of their own. A
    /// [custom request](crate::CustomRequest) is searched if it has the [name](crate::CustomRequest::name) of an operation. Token
    /// requests are never searched.
    ///
    /// ```
    /// let gofive = gofive_api::Gofive::builder()
    ///     .credentials("client id", "client secret")
    ///     .subscription_key("subscription key")
    ///     .on_drift(|drift| eprintln!("{drift}"))
    ///     .build()?;
    /// # Ok::<(), gofive_api::Error>(())
    /// ```
    ///
    /// prints lines such as `get_product, HTTP 200: /data/colour: unknown property`.
    pub fn on_drift(mut self, callback: impl Fn(&Drift) + Send + Sync + 'static) -> Self {
        self.on_drift = Some(Arc::new(callback));
        self
    }

    /// Sets whether to log the bodies of requests and responses, up to 2 KiB of each, at the level `TRACE`; off by
    /// default. See [`logging`](crate::logging).
    ///
    /// The session's secrets are masked, and token requests and their responses are never logged; but bodies contain
    /// personal data.
    pub fn log_bodies(mut self, log: bool) -> Self {
        self.log_bodies = log;
        self
    }

    /// Records the [shapes](crate::shapes) of all responses into a folder: which properties they have, of which types, how often
    /// null, without any value. Off by default.
    ///
    /// There is one JSON file for each operation. Ten seconds after a response its shape is in the file; the end of the session, or
    /// [`Gofive::write_shapes`], writes the rest. An error of a later write fails no call: it is a log event at `WARN`.
    /// Token requests are never recorded. A [custom request](crate::CustomRequest) is recorded if it has the
    /// [name](crate::CustomRequest::name) of an operation.
    ///
    /// ```
    /// # let folder = std::env::temp_dir().join("gofive-shapes-example");
    /// let gofive = gofive_api::Gofive::builder()
    ///     .credentials("client id", "client secret")
    ///     .subscription_key("subscription key")
    ///     .record_shapes(&folder)
    ///     .build()?;
    /// gofive.write_shapes()?;
    /// # drop(gofive);
    /// # std::fs::remove_dir_all(folder).unwrap();
    /// # Ok::<(), gofive_api::Error>(())
    /// ```
    #[cfg(feature = "recorder")]
    pub fn record_shapes(mut self, folder: impl Into<std::path::PathBuf>) -> Self {
        self.shapes = Some(folder.into());
        self
    }

    /// Sets the `User-Agent`, such as the name and version of your program; this crate's own by default.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = Some(user_agent.into());
        self
    }

    /// Checks the settings. Sends nothing.
    ///
    /// # Errors
    /// [`Configuration`](crate::ErrorKind::Configuration), which names the setting that is missing or unusable.
    pub fn build(self) -> Result<Gofive, Error> {
        let base_url = url_policy::base_url(self.base_url.as_deref().unwrap_or(BASE_URL), self.plain_http)?;
        let credentials = self.credentials.ok_or_else(|| {
            Error::configuration("no credentials: call `credentials` or `access_token`, or set GOFIVE_CLIENT_ID and GOFIVE_CLIENT_SECRET")
        })?;
        let subscription_key = self.subscription_key.ok_or_else(|| {
            Error::configuration("no subscription key: call `subscription_key`, or set GOFIVE_SUBSCRIPTION_KEY")
        })?;
        let mut subscription_key =
            header("subscription key (GOFIVE_SUBSCRIPTION_KEY)", subscription_key.expose_secret())?;
        subscription_key.set_sensitive(true);
        let user_agent = header("user agent", self.user_agent.as_deref().unwrap_or(USER_AGENT))?;
        if self.requests_per_second.is_some_and(|rate| !rate.is_finite() || rate <= 0.0) {
            return Err(Error::configuration("requests_per_second is not a positive number"));
        }
        let stall_timeout = self.concurrency_stall_timeout.unwrap_or(CONCURRENCY_STALL_TIMEOUT);
        let limits = Arc::new(Limits::new(self.max_concurrency, self.requests_per_second, stall_timeout));
        let factory = ClientFactory::new(self.client, &base_url)?;
        let headers = CommonHeaders::new(user_agent, subscription_key.clone());
        let http = Arc::new(Http {
            // A client that the program made or changed may have another host among its own headers.
            headers: if factory.is_plain() { headers.with_host(&base_url) } else { headers },
            server: Server::of(&base_url),
            base_url,
            subscription_key,
            urls: Urls::default(),
            attempt_timeout: self.attempt_timeout.unwrap_or(ATTEMPT_TIMEOUT),
            given: factory.is_given(),
            customized: !factory.is_plain(),
            runtimes: Runtimes::new(factory)?,
            max_response_size: self.max_response_size.unwrap_or(MAX_RESPONSE_SIZE),
        });
        let budget = Arc::new(RetryBudget::new());
        let tokens = match credentials {
            Credentials::Token(token) => given(&token)?,
            Credentials::Client(credentials) => Tokens::fetched(TokenEndpoint {
                credentials: complete(credentials)?,
                http: http.clone(),
                retry: self.retry.clone(),
                budget: budget.clone(),
                observer: self.observer.clone(),
                cache: self.token_cache,
                refusal_ttl: self.token_refusal_ttl.unwrap_or(TOKEN_REFUSAL_TTL),
            }),
        };
        let (retry, total_timeout, observer, log_bodies) =
            (self.retry, self.total_timeout, self.observer, self.log_bodies);
        let drift = DriftWatch::new(self.on_drift);
        #[cfg(feature = "recorder")]
        let recording = self.shapes.map(|folder| recording(&folder)).transpose()?;
        let shared = Shared {
            http,
            limits,
            tokens,
            retry,
            budget,
            total_timeout,
            observer,
            log_bodies,
            drift,
            #[cfg(feature = "recorder")]
            recording,
        };
        Ok(Gofive::new(Session::new(shared)))
    }
}

impl fmt::Debug for GofiveBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GofiveBuilder")
            .field("base_url", &self.base_url.as_deref().map(without_credentials))
            .field("user_agent", &self.user_agent)
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

/// A base URL that may be invalid, without the part that may be a password.
fn without_credentials(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").map_or(("", url), |(scheme, rest)| (scheme, rest));
    let host = rest.rsplit_once('@').map(|(_, host)| host);
    let shown = host.unwrap_or(rest).split(['?', '#']).next().unwrap_or_default();
    let credentials = if host.is_some() { "***@" } else { "" };
    let separator = if scheme.is_empty() { "" } else { "://" };
    printed(format_args!("{scheme}{separator}{credentials}{shown}")).to_string()
}

/// Opens the recorder with the names of the spec.
#[cfg(feature = "recorder")]
fn recording(folder: &std::path::Path) -> Result<crate::call::recording::Recording, Error> {
    use gofive_shapes::KnownNames;

    use crate::generated::names::{OPERATIONS, PROPERTIES};

    crate::call::recording::Recording::open(folder, KnownNames::sorted(OPERATIONS), KnownNames::sorted(PROPERTIES))
}

fn given(token: &SecretString) -> Result<Tokens, Error> {
    match Token::given(token.expose_secret()) {
        Some(token) => Ok(Tokens::Given(Arc::new(token))),
        None => {
            Err(Error::configuration("the access token is empty or has characters that are not allowed in a header"))
        }
    }
}

fn complete(credentials: ClientCredentials) -> Result<ClientCredentials, Error> {
    if credentials.id.is_empty() || credentials.secret.expose_secret().is_empty() {
        return Err(Error::configuration(
            "the client id or the client secret (GOFIVE_CLIENT_ID, GOFIVE_CLIENT_SECRET) is empty",
        ));
    }
    Ok(credentials)
}

fn header(what: &str, text: &str) -> Result<HeaderValue, Error> {
    let header = HeaderValue::from_str(text.trim()).ok().filter(|header| !header.is_empty());
    header.ok_or_else(|| {
        Error::configuration(format!("the {what} is empty or has characters that are not allowed in a header"))
    })
}
