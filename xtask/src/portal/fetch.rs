//! Fetches pages of the portal: slowly, again after a failure that may pass, and only what has changed since the last time.
//! Nothing secret is sent: no cookies, no credentials.

use std::fmt;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use backon::{ExponentialBuilder, Retryable as _};
use indicatif::{ProgressBar, ProgressStyle};
use reqwest::header::{CONTENT_TYPE, ETAG, HeaderMap, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode, Url};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tokio::sync::Mutex;
use tokio::time::{Interval, MissedTickBehavior, interval};

/// The limit of a page's size. The longest pages have a tenth of it.
const MAX_BYTES: usize = 8 << 20;
/// The limit of a wait that a server asks for.
const MAX_WAIT: Duration = Duration::from_secs(30);

/// How to fetch.
pub(crate) struct Settings {
    pub(crate) cache: PathBuf,
    pub(crate) offline: bool,
    /// The time between two requests.
    pub(crate) pause: Duration,
    /// The wait before the first retry; it doubles with each.
    pub(crate) first_wait: Duration,
}

impl Settings {
    pub(crate) fn new(cache: PathBuf) -> Self {
        let (pause, first_wait) = (Duration::from_millis(500), Duration::from_secs(1));
        Self { cache, offline: false, pause, first_wait }
    }
}

/// Why a page was not fetched.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    Login(String),
    Gone(StatusCode),
    NotCached,
    /// Another request will not help.
    Refused(String),
    /// Another request may help, after the wait that the server asks for.
    Passing(String, Option<Duration>),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Login(how) => write!(f, "needs a login ({how}): save the page in a browser, and pass the file"),
            Self::Gone(status) => write!(f, "is gone ({status})"),
            Self::NotCached => f.write_str("was not fetched before: run the command without --offline"),
            Self::Refused(why) => write!(f, "failed: {why}"),
            Self::Passing(why, _) => write!(f, "failed several times: {why}"),
        }
    }
}

/// A page in the cache, with what the server sent to recognize it.
#[derive(Default, Deserialize, Serialize)]
struct Cached {
    url: String,
    etag: Option<String>,
    last_modified: Option<String>,
    body: String,
}

/// Fetches pages one after the other.
pub(crate) struct Fetcher {
    settings: Settings,
    client: Client,
    ticks: Mutex<Interval>,
}

impl Fetcher {
    pub(crate) fn new(settings: Settings) -> Result<Self> {
        // An error means that there is one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .user_agent("gofive-xtask (https://crates.io/crates/gofive-api)")
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(60))
            .redirect(Policy::custom(|attempt| {
                let is_same = attempt.previous().first().is_some_and(|first| first.origin() == attempt.url().origin());
                if is_same && attempt.previous().len() < 5 { attempt.follow() } else { attempt.stop() }
            }))
            .build()
            .context("the HTTP client cannot be built")?;
        let mut ticks = interval(settings.pause.max(Duration::from_millis(1)));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Ok(Self { settings, client, ticks: Mutex::new(ticks) })
    }

    /// A bar for so many pages, if standard error is a terminal.
    pub(crate) fn progress(pages: usize) -> ProgressBar {
        let bar = ProgressBar::new(pages as u64);
        let style = ProgressStyle::with_template("{bar:40} {pos} of {len} pages, {eta} left");
        if let Ok(style) = style {
            bar.set_style(style);
        }
        bar
    }

    /// The body of a page.
    pub(crate) async fn get(&self, url: &Url) -> Result<Vec<u8>, Failure> {
        let cached = self.cached(url);
        if self.settings.offline {
            return cached.map(|cached| cached.body.into_bytes()).ok_or(Failure::NotCached);
        }
        let waits = ExponentialBuilder::default().with_min_delay(self.settings.first_wait).with_max_times(3);
        let attempt = || self.attempt(url, cached.as_ref());
        attempt
            .retry(waits)
            .when(|failure| matches!(failure, Failure::Passing(..)))
            .adjust(|failure, wait| match failure {
                Failure::Passing(_, Some(asked)) => wait.map(|wait| wait.max((*asked).min(MAX_WAIT))),
                _ => wait,
            })
            .await
    }

    async fn attempt(&self, url: &Url, cached: Option<&Cached>) -> Result<Vec<u8>, Failure> {
        self.ticks.lock().await.tick().await;
        let mut request = self.client.get(url.clone());
        if let Some(Cached { etag, last_modified, .. }) = cached {
            for (name, value) in [(IF_NONE_MATCH, etag), (IF_MODIFIED_SINCE, last_modified)] {
                request = value.iter().fold(request, |request, value| request.header(&name, value));
            }
        }
        let passing = |error: reqwest::Error| Failure::Passing(chain(&error.without_url()), None);
        let mut response = request.send().await.map_err(passing)?;
        if let (StatusCode::NOT_MODIFIED, Some(cached)) = (response.status(), cached) {
            return Ok(cached.body.clone().into_bytes());
        }
        refuse(&response)?;
        let too_long = || Failure::Refused(format!("it has more than {} MiB", MAX_BYTES >> 20));
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(passing)? {
            if body.len() + chunk.len() > MAX_BYTES {
                return Err(too_long());
            }
            body.extend_from_slice(&chunk);
        }
        let body = String::from_utf8(body).map_err(|_| Failure::Refused("it is not UTF-8 text".into()))?;
        let text = |name| header(response.headers(), name);
        let entry = Cached { url: url.to_string(), etag: text(ETAG), last_modified: text(LAST_MODIFIED), body };
        self.keep(url, &entry).map_err(|error| Failure::Refused(format!("{error:#}")))?;
        Ok(entry.body.into_bytes())
    }

    fn file(&self, url: &Url) -> PathBuf {
        // Different for every address, and not too long for a name.
        let name = Sha256::digest(url.as_str()).iter().map(u8::to_string).collect::<Vec<_>>().join("-");
        self.settings.cache.join(format!("{name}.json"))
    }

    /// What is in the cache. A file that cannot be read is as good as none.
    fn cached(&self, url: &Url) -> Option<Cached> {
        let cached: Cached = serde_json::from_slice(&std::fs::read(self.file(url)).ok()?).ok()?;
        (cached.url == url.as_str()).then_some(cached)
    }

    fn keep(&self, url: &Url, entry: &Cached) -> Result<()> {
        let folder = &self.settings.cache;
        let context = || format!("{} cannot be written", folder.display());
        std::fs::create_dir_all(folder).with_context(context)?;
        // Complete or not at all, also if the command is stopped.
        let mut file = tempfile::NamedTempFile::new_in(folder).with_context(context)?;
        file.write_all(&serde_json::to_vec(entry)?).with_context(context)?;
        file.persist(self.file(url)).map(drop).with_context(context)
    }
}

/// Refuses everything but a success with text.
fn refuse(response: &Response) -> Result<(), Failure> {
    let status = response.status();
    let text = |name| header(response.headers(), name);
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(Failure::Login(status.to_string())),
        StatusCode::NOT_FOUND | StatusCode::GONE => Err(Failure::Gone(status)),
        _ if status.is_redirection() => {
            let target = text(reqwest::header::LOCATION).unwrap_or_default();
            Err(Failure::Login(format!("it redirects to {}", target.split(['?', '#']).next().unwrap_or_default())))
        }
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => Err(Failure::Passing(status.to_string(), wait(response))),
        _ if status.is_server_error() => Err(Failure::Passing(status.to_string(), wait(response))),
        _ if !status.is_success() => Err(Failure::Refused(status.to_string())),
        _ if text(CONTENT_TYPE).is_some_and(|kind| kind.starts_with("text/html")) => Err(Failure::Refused(
            "it is an HTML page and not Markdown: the portal does not publish it for machines. Save it in a browser, and pass \
             the file"
                .into(),
        )),
        _ => Ok(()),
    }
}

/// The seconds of `Retry-After`.
fn wait(response: &Response) -> Option<Duration> {
    header(response.headers(), RETRY_AFTER)?.parse().ok().map(Duration::from_secs)
}

fn header(headers: &HeaderMap, name: reqwest::header::HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// An error with its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

#[cfg(test)]
mod tests;
