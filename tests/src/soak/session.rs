//! The session under test, and its settings, from which the checks are computed.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use gofive_api::{Gofive, GofiveBuilder, RetryPolicy};
use gofive_sandbox::Sandbox;

use super::Plan;
use super::monitor::{Cache, Monitor};

/// The lifetime of a token, as the server states it.
pub(super) const TOKEN_LIFE: Duration = Duration::from_secs(2);
/// The age at which some tokens expire early.
pub(super) const EARLY_END: Duration = Duration::from_secs(1);
/// The age at which a token is renewed: before the last fifth of its life.
pub(super) const RENEWAL_AGE: Duration = Duration::from_millis(1_600);
/// The age below which a token is not discarded: the first tenth of its life.
pub(super) const PROTECTION: Duration = Duration::from_millis(200);
/// How long a refusal of the credentials is remembered.
pub(super) const REFUSAL_TTL: Duration = Duration::from_millis(500);
/// The minimum pause between two failed token requests: half of the first back-off, because of its jitter.
pub(super) const MIN_PAUSE: Duration = Duration::from_millis(250);
pub(super) const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(500);
pub(super) const TOTAL_TIMEOUT: Duration = Duration::from_secs(5);
pub(super) const MAX_ATTEMPTS: usize = 4;
pub(super) const MAX_CONCURRENCY: usize = 32;
/// The minimum time of a run. The rate limit slows a short run down, so that there is time for the whole timeline.
const MIN_RUN_SECONDS: f64 = 12.0;

/// The session that the three runtimes share.
pub(super) fn build(sandbox: &Sandbox, plan: &Plan, monitor: Arc<Monitor>) -> Result<Gofive> {
    let calls: f64 = u32::try_from(plan.calls)?.into();
    let observing = monitor.clone();
    let gofive = impatient(sandbox)
        .subscription_key(sandbox.subscription_key())
        .max_concurrency(u32::try_from(MAX_CONCURRENCY)?)
        .requests_per_second((calls / MIN_RUN_SECONDS).clamp(100.0, 1_500.0))
        .token_cache(Cache(monitor))
        .observer(move |attempt| observing.observe(attempt))
        .build()?;
    Ok(gofive)
}

/// A builder of a session with short times, without a subscription key.
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
