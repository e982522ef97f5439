//! The bearer token: fetched on first use, shared by all clones and tasks, renewed in the background before its end.
//!
//! A *flight* is one fetch with its retries. It runs in a task of its own, so that it goes on for the others when the
//! call that caused it is dropped; all calls on the same runtime that need a token wait for the same flight. Each runtime
//! has its own, because one that is dropped, or that nobody drives, must not keep the others waiting. The token, and what
//! is known of failures, is shared by all.

pub(crate) mod bearer;
pub(crate) mod cache;
pub(crate) mod endpoint;

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use secrecy::SecretString;
use tokio::runtime::{Handle, Id};
use tokio::sync::watch;
use tokio::time::Instant;
use tracing::Instrument as _;
use tracing::instrument::WithSubscriber as _;

pub(crate) use self::bearer::Token;
use self::bearer::{Moment, Stage};
use self::cache::AnyTokenCache;
use self::endpoint::ClientCredentials;
use crate::error::{Details, Error, ErrorKind};
use crate::http::Http;
use crate::masking::Secrets;
use crate::observer::{Observer, UnderWay};
use crate::retry::{RetryBudget, RetryPolicy};
use crate::trace;

/// How long after a flight has failed the next one begins; doubled with each further failure, up to [`LONGEST_PAUSE`].
const SHORTEST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// Longer than any program runs, and no clock overflows by it.
const FOREVER: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

/// Hands out the current token.
#[derive(Clone)]
pub(crate) enum Tokens {
    /// The one that the caller brings; it is never renewed.
    Given(Arc<Token>),
    /// Those of the token endpoint.
    Fetched(Arc<Fetched>),
}

pub(crate) struct Fetched {
    endpoint: Endpoint,
    state: Mutex<State>,
}

/// How tokens are fetched.
pub(crate) struct Endpoint {
    pub(crate) credentials: ClientCredentials,
    pub(crate) http: Arc<Http>,
    pub(crate) retry: RetryPolicy,
    pub(crate) budget: Arc<RetryBudget>,
    pub(crate) observer: Option<Observer>,
    pub(crate) cache: Option<Box<dyn AnyTokenCache>>,
    /// How long a refusal of the credentials is remembered.
    pub(crate) refusal_ttl: Duration,
}

#[derive(Default)]
struct State {
    current: Option<Arc<Token>>,
    flights: Vec<Flight>,
    /// The latest flight, if it has failed.
    failed: Option<Failed>,
    /// No renewal begins earlier: another one is on its way, or has just failed.
    renew_not_before: Option<Instant>,
    /// The token that the server has refused most recently: a cache may still have it.
    refused: Option<Arc<Token>>,
}

#[derive(Clone)]
struct Flight {
    runtime: Id,
    landed: watch::Receiver<Landed>,
}

/// What a flight ends with, once it has ended.
type Landed = Option<Result<Arc<Token>, Error>>;

struct Failed {
    error: Error,
    /// How many flights in a row.
    times: u32,
    not_before: Instant,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens(..)")
    }
}

impl Tokens {
    pub(crate) fn fetched(endpoint: Endpoint) -> Self {
        Self::Fetched(Arc::new(Fetched { endpoint, state: Mutex::default() }))
    }

    /// A token that is good for now. Until the real end of the current one nothing waits for another.
    ///
    /// If the next flight begins after `deadline`, the latest failure is returned at once.
    ///
    /// # Errors
    /// `Configuration` where a token has to be fetched outside of a runtime.
    pub(crate) async fn get(&self, deadline: Option<Instant>) -> Result<Arc<Token>, Error> {
        match self {
            Self::Given(token) => Ok(token.clone()),
            Self::Fetched(fetched) => fetched.get(deadline).await,
        }
    }

    /// Whether another token can be had in place of one that the server has refused, which is discarded for it.
    ///
    /// A token in the first tenth of its life, and at most 10 seconds, is not: another one would be refused as well.
    pub(crate) fn replace(&self, refused: &Arc<Token>) -> bool {
        match self {
            Self::Given(_) => false,
            Self::Fetched(fetched) => fetched.replace(refused),
        }
    }

    /// The secrets by which a body has to be masked.
    pub(crate) fn secrets(&self) -> Vec<SecretString> {
        match self {
            Self::Given(token) => token.secret().into_iter().collect(),
            Self::Fetched(fetched) => fetched.secrets(),
        }
    }
}

impl Fetched {
    async fn get(self: &Arc<Self>, deadline: Option<Instant>) -> Result<Arc<Token>, Error> {
        if let Some((token, Stage::Good)) = self.lock().usable() {
            return Ok(token);
        }
        // All else needs a runtime.
        self.endpoint.http.runtimes.client()?;
        loop {
            let (mut flight, begun) = {
                let mut state = self.lock();
                if let Some((token, stage)) = state.usable() {
                    let renewal = if stage == Stage::Due { self.renewal(&mut state, &token) } else { None };
                    drop(state);
                    spawn(renewal);
                    return Ok(token);
                }
                if let Some(failure) = state.failure(deadline) {
                    return Err(failure);
                }
                self.flight(&mut state)
            };
            spawn(begun);
            match flight.landed.wait_for(Option::is_some).await.map(|landed| landed.clone()) {
                Ok(Some(landed)) => return landed,
                // The flight has ended with its runtime. In another one the call goes on.
                _ if flight.runtime != Handle::current().id() => {}
                _ => return Err(failure("the tokio runtime has shut down while a token was fetched")),
            }
        }
    }

    fn replace(&self, refused: &Arc<Token>) -> bool {
        let mut state = self.lock();
        // Another call may have replaced it meanwhile.
        if state.current.as_ref().is_some_and(|current| Arc::ptr_eq(current, refused)) {
            if refused.is_new() {
                return false;
            }
            state.refused = state.current.take();
        }
        true
    }

    fn secrets(&self) -> Vec<SecretString> {
        let token = self.lock().current.as_ref().and_then(|token| token.secret());
        token.into_iter().chain([self.endpoint.credentials.secret.clone()]).collect()
    }

    /// A flight for another token while this one is still good, unless one is on its way or has just failed.
    fn renewal(self: &Arc<Self>, state: &mut State, token: &Token) -> Option<Underway> {
        let now = Instant::now();
        if state.renew_not_before.is_some_and(|earliest| now < earliest) {
            return None;
        }
        // Time enough for this one. If its runtime makes no progress meanwhile, another one tries.
        state.renew_not_before = now.checked_add(token.lead() / 2);
        self.flight(state).1
    }

    /// The flight of the current runtime; one that is new has to be spawned, once the lock is released.
    fn flight(self: &Arc<Self>, state: &mut State) -> (Flight, Option<Underway>) {
        let runtime = Handle::current().id();
        if let Some(flight) = state.flights.iter().find(|flight| flight.runtime == runtime) {
            return (flight.clone(), None);
        }
        let (sender, landed) = watch::channel(None);
        let flight = Flight { runtime, landed };
        state.flights.push(flight.clone());
        let not_before = state.failed.as_ref().map(|failed| failed.not_before);
        (flight, Some(Underway { tokens: self.clone(), not_before, landed: sender }))
    }

    /// Takes a token from the cache, or fetches one and puts it there.
    async fn fetch(&self) -> Result<Arc<Token>, Error> {
        if let Some(token) = self.cached().await {
            return Ok(Arc::new(token));
        }
        let key = self.endpoint.http.subscription_key.to_str().ok().map(Into::into);
        let secrets = Secrets::new(self.secrets().into_iter().chain(key));
        let token = self.endpoint.fetch(&secrets).await?;
        if let (Some(cache), Some(token)) = (&self.endpoint.cache, token.to_cached()) {
            self.endpoint.within_time("store", cache.store(token)).await;
        }
        Ok(Arc::new(token))
    }

    /// A token of the cache, if it is good for a while and not the one that was refused.
    async fn cached(&self) -> Option<Token> {
        let cache = self.endpoint.cache.as_ref()?;
        let cached = self.endpoint.within_time("load", cache.load()).await??;
        let refused = self.lock().refused.clone();
        if refused.is_some_and(|refused| refused.is_cached_as(&cached)) {
            self.endpoint.within_time("clear", cache.clear(cached)).await;
            return None;
        }
        Token::from_cached(&cached).filter(|token| token.stage() == Stage::Good)
    }

    /// Notes how a flight has ended, and returns what those who wait for it get.
    fn land(&self, landed: Result<Arc<Token>, Error>) -> Result<Arc<Token>, Error> {
        let mut state = self.lock();
        match landed {
            Ok(token) => {
                (state.failed, state.renew_not_before) = (None, None);
                // One that has come by another runtime meanwhile may last longer.
                let current = state.current.take().filter(|current| current.outlasts(&token)).unwrap_or(token);
                state.current = Some(current.clone());
                Ok(current)
            }
            Err(error) => {
                let times = state.failed.as_ref().map_or(0, |failed| failed.times).saturating_add(1);
                let (now, pause) = (Instant::now(), self.endpoint.pause(&error, times));
                let not_before = now.checked_add(pause).unwrap_or_else(|| now + FOREVER);
                state.renew_not_before = Some(not_before);
                state.failed = Some(Failed { error: error.clone(), times, not_before });
                Err(error)
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic while the lock is held leaves a valid state: every change is a single assignment.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The current token, unless it has ended.
    fn usable(&self) -> Option<(Arc<Token>, Stage)> {
        let token = self.current.as_ref()?;
        let stage = token.stage();
        (stage != Stage::Ended).then(|| (token.clone(), stage))
    }

    /// Why no flight begins for a call: the credentials were refused a moment ago, or the next flight is too late for it.
    fn failure(&self, deadline: Option<Instant>) -> Option<Error> {
        let Failed { error, not_before, .. } =
            self.failed.as_ref().filter(|failed| Instant::now() < failed.not_before)?;
        let too_late =
            error.kind() == ErrorKind::TokenRefused || deadline.is_some_and(|deadline| deadline < *not_before);
        too_late.then(|| error.clone())
    }
}

impl Endpoint {
    /// Sends requests until there is a token, or no attempt is left.
    async fn fetch(&self, secrets: &Secrets) -> Result<Token, Error> {
        let request = endpoint::request(&self.http, &self.credentials)?;
        let (first, mut number) = (Instant::now(), 0);
        loop {
            number += 1;
            let client = self.http.runtimes.client()?;
            let asked = Moment::now();
            let mut under_way = UnderWay::begin(self.observer.as_ref(), endpoint::OPERATION, number);
            let span = trace::attempt(&self.http.server, request.method(), endpoint::PATH, number);
            let sent = pin!(self.http.send(&client, endpoint::OPERATION, &request, None));
            let outcome = sent.instrument(span.clone()).await;
            under_way.ended(&outcome);
            let fetched = endpoint::token(&outcome, asked, &self.http, secrets);
            trace::attempt_ended(&span, &outcome, || fetched.as_ref().err().map(Error::kind));
            drop(span);
            let wait = match &fetched {
                Ok(_) => {
                    self.budget.refund();
                    None
                }
                Err(error) if error.is_retryable() => {
                    let wait = self.retry.wait(number, first.elapsed(), error.retry_after());
                    wait.filter(|_| self.budget.take())
                }
                Err(_) => None,
            };
            under_way.report(wait);
            let (Some(wait), Err(error)) = (wait, &fetched) else { return fetched };
            trace::retrying(endpoint::OPERATION, number, error, wait);
            tokio::time::sleep(wait).await;
        }
    }

    /// What a cache returns, if it does so in time, without an error and without a panic.
    async fn within_time<T>(
        &self,
        method: &'static str,
        work: impl Future<Output = Result<T, cache::TokenCacheError>>,
    ) -> Option<T> {
        let work = AssertUnwindSafe(work).catch_unwind();
        let problem = match tokio::time::timeout(self.http.attempt_timeout, work).await {
            Ok(Ok(Ok(done))) => return Some(done),
            // Without its text, which is the program's own and may hold anything.
            Ok(Ok(Err(_))) => "failed",
            Ok(Err(_)) => "panicked",
            Err(_) => "did not respond in time",
        };
        tracing::warn!(target: trace::TARGET, method, problem, "the token cache is of no use; the session goes on without it");
        None
    }

    /// How long no other flight begins after so many have failed in a row.
    fn pause(&self, error: &Error, times: u32) -> Duration {
        if error.kind() == ErrorKind::TokenRefused {
            return self.refusal_ttl;
        }
        let pause = SHORTEST_PAUSE.saturating_mul(2_u32.saturating_pow(times - 1)).min(LONGEST_PAUSE);
        let jittered = pause.mul_f64(0.5 + 0.5 * fastrand::f64());
        let asked = error.retry_after().unwrap_or_default().min(self.retry.max_retry_after);
        jittered.max(asked)
    }
}

/// A flight on its way. If it is dropped with its runtime, those who wait for it learn that by the sender's end.
struct Underway {
    tokens: Arc<Fetched>,
    not_before: Option<Instant>,
    landed: watch::Sender<Landed>,
}

impl Underway {
    async fn fly(self) {
        if let Some(not_before) = self.not_before.filter(|not_before| Instant::now() < *not_before) {
            tokio::time::sleep_until(not_before).await;
        }
        let fetched = AssertUnwindSafe(self.tokens.fetch()).catch_unwind().await;
        let fetched = fetched.unwrap_or_else(|_| Err(failure("the request for a token panicked")));
        self.landed.send_replace(Some(self.tokens.land(fetched)));
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        self.tokens.lock().flights.retain(|flight| !flight.landed.same_channel(&self.landed.subscribe()));
    }
}

/// In a task of its own, which logs to the subscriber of the call that needs it. A runtime that ends drops it.
fn spawn(underway: Option<Underway>) {
    if let Some(underway) = underway {
        tokio::spawn(underway.fly().with_current_subscriber());
    }
}

fn failure(message: &str) -> Error {
    let (message, operation) = (message.into(), Some(endpoint::OPERATION.to_owned()));
    Error::new(ErrorKind::Transport, Details { message, operation, ..Details::default() }).retryable_if(true)
}
