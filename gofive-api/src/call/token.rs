//! The bearer token: fetched on first use, shared by all clones and tasks, renewed in the background before its end.
//!
//! A *flight* is one fetch with its retries. It runs in its own task, so that it continues for the others when the call
//! that started it is dropped; all calls on the same runtime that need a token wait for the same flight. Each runtime
//! has its own flight, because a runtime that is dropped or not driven must not keep the others waiting. All runtimes
//! share the token and the latest failure.

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
use crate::call::http::Http;
use crate::call::observer::{AttemptTimer, Observer};
use crate::call::retry::{RetryBudget, RetryPolicy};
use crate::call::trace;
use crate::errors::masking::Secrets;
use crate::errors::{Details, Error, ErrorKind};

/// How long after a failed flight the next one may begin; doubled with each further failure, up to [`LONGEST_PAUSE`].
const SHORTEST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// Longer than any program runs, and short enough that no clock overflows.
const FOREVER: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

/// Provides the current token.
#[derive(Clone)]
pub(crate) enum Tokens {
    /// A token of the caller; it is never renewed.
    Given(Arc<Token>),
    /// Tokens of the token endpoint.
    Fetched(Arc<Fetched>),
}

pub(crate) struct Fetched {
    endpoint: TokenEndpoint,
    state: Mutex<State>,
}

/// How tokens are fetched.
pub(crate) struct TokenEndpoint {
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
    /// The earliest time of the next renewal: another one is in progress or has just failed.
    renew_not_before: Option<Instant>,
    /// The token that the server refused most recently: a cache may still have it.
    refused: Option<Arc<Token>>,
}

#[derive(Clone)]
struct Flight {
    runtime: Id,
    result: watch::Receiver<FlightResult>,
    /// The number of calls that have begun to wait for it before this one.
    before: usize,
}

/// How many calls begin together after a flight that they have waited for.
const TOGETHER: usize = 16;

/// How often a call lets others begin first, at most.
const MAX_TURNS: usize = 64;

/// The result of a flight, once it has ended.
type FlightResult = Option<Result<Arc<Token>, Error>>;

struct Failed {
    error: Error,
    /// The number of failed flights in a row.
    times: u32,
    not_before: Instant,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens(..)")
    }
}

impl Tokens {
    pub(crate) fn fetched(endpoint: TokenEndpoint) -> Self {
        Self::Fetched(Arc::new(Fetched { endpoint, state: Mutex::default() }))
    }

    /// Returns a token that is valid now. Calls wait for a new one only after the current one has expired.
    ///
    /// If the next flight begins after `deadline`, the latest failure is returned immediately.
    ///
    /// # Errors
    /// `Configuration` if a token has to be fetched outside of a runtime.
    // Compiled where it is used, not in every build of the crate.
    #[inline]
    pub(crate) async fn get(&self, deadline: Option<Instant>) -> Result<Arc<Token>, Error> {
        match self {
            Self::Given(token) => Ok(token.clone()),
            Self::Fetched(fetched) => fetched.get(deadline).await,
        }
    }

    /// Discards a token that the server has refused, if another can be fetched; returns whether it did.
    ///
    /// Keeps a token in the first tenth of its life, and at most 10 seconds: another one would be refused as well.
    pub(crate) fn replace(&self, refused: &Arc<Token>) -> bool {
        match self {
            Self::Given(_) => false,
            Self::Fetched(fetched) => fetched.replace(refused),
        }
    }

    /// The secrets to mask in a body.
    pub(crate) fn secrets(&self) -> Vec<SecretString> {
        match self {
            Self::Given(token) => token.secret().into_iter().collect(),
            Self::Fetched(fetched) => fetched.secrets(),
        }
    }
}

impl Fetched {
    #[inline]
    async fn get(self: &Arc<Self>, deadline: Option<Instant>) -> Result<Arc<Token>, Error> {
        if let Some((token, Stage::Good)) = self.lock().usable() {
            return Ok(token);
        }
        // Everything else needs a runtime.
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
            match flight.result.wait_for(Option::is_some).await.map(|result| result.clone()) {
                Ok(Some(result)) => {
                    flight.let_others_begin().await;
                    return result;
                }
                // The flight has ended with its runtime. The call continues in another runtime.
                _ if flight.runtime != Handle::current().id() => {}
                _ => return Err(failure("the tokio runtime has shut down while a token was fetched")),
            }
        }
    }

    fn replace(&self, refused: &Arc<Token>) -> bool {
        let mut state = self.lock();
        // Another call may have replaced it in the meantime.
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

    /// A flight for another token while this one is still valid, unless one is in progress or has just failed.
    fn renewal(self: &Arc<Self>, state: &mut State, token: &Token) -> Option<FlightTask> {
        let now = Instant::now();
        if state.renew_not_before.is_some_and(|earliest| now < earliest) {
            return None;
        }
        // Enough time for this flight. If its runtime stalls in the meantime, another one tries.
        state.renew_not_before = now.checked_add(token.lead() / 2);
        self.flight(state).1
    }

    /// The flight of the current runtime; a new one has to be spawned after the lock is released.
    fn flight(self: &Arc<Self>, state: &mut State) -> (Flight, Option<FlightTask>) {
        let runtime = Handle::current().id();
        if let Some(flight) = state.flights.iter_mut().find(|flight| flight.runtime == runtime) {
            flight.before += 1;
            return (flight.clone(), None);
        }
        let (sender, result) = watch::channel(None);
        let flight = Flight { runtime, result, before: 0 };
        state.flights.push(flight.clone());
        let not_before = state.failed.as_ref().map(|failed| failed.not_before);
        (flight, Some(FlightTask { tokens: self.clone(), not_before, result: sender }))
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

    /// A token of the cache, if it is valid for a while and was not refused.
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

    /// Records the result of a flight, and returns the result for those that wait for it.
    fn finish(&self, result: Result<Arc<Token>, Error>) -> Result<Arc<Token>, Error> {
        let mut state = self.lock();
        match result {
            Ok(token) => {
                (state.failed, state.renew_not_before) = (None, None);
                // A token that another runtime has fetched in the meantime may last longer.
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

impl Flight {
    /// Calls that have waited together begin a few at a time, so that the later ones find connections that the earlier ones have made.
    async fn let_others_begin(&self) {
        for _ in 0..(self.before / TOGETHER).min(MAX_TURNS) {
            tokio::task::yield_now().await;
        }
    }
}

impl State {
    /// The current token, unless it has expired.
    fn usable(&self) -> Option<(Arc<Token>, Stage)> {
        let token = self.current.as_ref()?;
        let stage = token.stage();
        (stage != Stage::Ended).then(|| (token.clone(), stage))
    }

    /// Why no flight begins for a call: the credentials were refused recently, or the next flight begins after the
    /// deadline.
    fn failure(&self, deadline: Option<Instant>) -> Option<Error> {
        let Failed { error, not_before, .. } =
            self.failed.as_ref().filter(|failed| Instant::now() < failed.not_before)?;
        let too_late =
            error.kind() == ErrorKind::TokenRefused || deadline.is_some_and(|deadline| deadline < *not_before);
        too_late.then(|| error.clone())
    }
}

impl TokenEndpoint {
    /// Sends requests until there is a token, or no attempt is left.
    #[inline]
    async fn fetch(&self, secrets: &Secrets) -> Result<Token, Error> {
        let request = endpoint::request(&self.http, &self.credentials)?;
        let (first, mut number) = (Instant::now(), 0);
        loop {
            number += 1;
            let client = self.http.runtimes.client()?;
            let asked = Moment::now();
            let mut under_way = AttemptTimer::begin(self.observer.as_ref(), endpoint::OPERATION, number);
            let span = trace::attempt(&self.http.server, &request.method, endpoint::PATH, number);
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

    /// The result of a cache, if it returns in time, without an error and without a panic.
    async fn within_time<T>(
        &self,
        method: &'static str,
        work: impl Future<Output = Result<T, cache::TokenCacheError>>,
    ) -> Option<T> {
        let work = AssertUnwindSafe(work).catch_unwind();
        let problem = match tokio::time::timeout(self.http.attempt_timeout, work).await {
            Ok(Ok(Ok(done))) => return Some(done),
            // The text is omitted: the program writes it, and it may contain anything.
            Ok(Ok(Err(_))) => "failed",
            Ok(Err(_)) => "panicked",
            Err(_) => "did not respond in time",
        };
        tracing::warn!(target: trace::TARGET, method, problem, "the token cache failed; the session continues without it");
        None
    }

    /// How long no other flight begins after this many have failed in a row.
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

/// A flight in progress. If it is dropped with its runtime, the closed channel notifies those that wait for it.
struct FlightTask {
    tokens: Arc<Fetched>,
    not_before: Option<Instant>,
    result: watch::Sender<FlightResult>,
}

impl FlightTask {
    async fn run(self) {
        if let Some(not_before) = self.not_before.filter(|not_before| Instant::now() < *not_before) {
            tokio::time::sleep_until(not_before).await;
        }
        let fetched = AssertUnwindSafe(self.tokens.fetch()).catch_unwind().await;
        let fetched = fetched.unwrap_or_else(|_| Err(failure("the request for a token panicked")));
        self.result.send_replace(Some(self.tokens.finish(fetched)));
    }
}

impl Drop for FlightTask {
    fn drop(&mut self) {
        self.tokens.lock().flights.retain(|flight| !flight.result.same_channel(&self.result.subscribe()));
    }
}

/// Spawns the flight in its own task, which logs to the subscriber of the call that needs it. A runtime that ends drops
/// it.
fn spawn(underway: Option<FlightTask>) {
    if let Some(underway) = underway {
        tokio::spawn(underway.run().with_current_subscriber());
    }
}

fn failure(message: &str) -> Error {
    let (message, operation) = (message.into(), Some(endpoint::OPERATION.to_owned()));
    Error::new(ErrorKind::Transport, Details { message, operation, ..Details::default() }).retryable_if(true)
}
