//! The session under test, and the settings that the checks are computed from.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use gofive_api::{Gofive, GofiveBuilder, RetryPolicy};
use gofive_sandbox::Sandbox;

use super::Plan;
use super::flights::{Cache, Flights};

/// What the server says of a token's life.
pub(super) const TOKEN_LIFE: Duration = Duration::from_secs(2);
/// When the server ends some of the tokens.
pub(super) const EARLY_END: Duration = Duration::from_secs(1);
/// When a token is renewed: before the last fifth of its life.
pub(super) const RENEWAL_AGE: Duration = Duration::from_millis(1_600);
/// How long a new token is not discarded: the first tenth of its life.
pub(super) const PROTECTION: Duration = Duration::from_millis(200);
/// How long a refusal of the credentials is remembered.
pub(super) const REFUSAL_TTL: Duration = Duration::from_millis(500);
/// The shortest pause between two fetches of tokens that failed: half of the first back-off, by its jitter.
pub(super) const SHORTEST_PAUSE: Duration = Duration::from_millis(250);
pub(super) const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(500);
pub(super) const TOTAL_TIMEOUT: Duration = Duration::from_secs(5);
pub(super) const MAX_ATTEMPTS: usize = 4;
pub(super) const MAX_CONCURRENCY: usize = 32;
/// A short run is slowed down by the rate limit, so that there is time for everything.
const SHORTEST_RUN: f64 = 12.0;

/// The session that the three runtimes share.
pub(super) fn build(sandbox: &Sandbox, plan: &Plan, flights: Arc<Flights>) -> Result<Gofive> {
    let calls: f64 = u32::try_from(plan.calls)?.into();
    let watching = flights.clone();
    let gofive = impatient(sandbox)
        .subscription_key(sandbox.subscription_key())
        .max_concurrency(u32::try_from(MAX_CONCURRENCY)?)
        .requests_per_second((calls / SHORTEST_RUN).clamp(100.0, 1_500.0))
        .token_cache(Cache(flights))
        .observer(move |attempt| watching.observe(attempt))
        .build()?;
    Ok(gofive)
}

/// A session with short times, which lacks a subscription key.
pub(super) fn impatient(sandbox: &Sandbox) -> GofiveBuilder {
    let attempts = u32::try_from(MAX_ATTEMPTS).unwrap_or(u32::MAX);
    let retry = RetryPolicy::default().max_attempts(attempts);
    Gofive::builder()
        .base_url(sandbox.base_url())
        .credentials(sandbox.client_id(), sandbox.client_secret())
        .attempt_timeout(ATTEMPT_TIMEOUT)
        .total_timeout(TOTAL_TIMEOUT)
        .token_refusal_ttl(REFUSAL_TTL)
        .retry(retry.backoff(Duration::from_millis(5), Duration::from_millis(50)))
}
