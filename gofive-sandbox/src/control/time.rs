//! The clock, and access tokens, which expire by it.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::call::{Call, HandlerResult, Operations, json};
use crate::clock::Clock;

pub(super) const OPERATIONS: Operations = &[
    ("get_clock", clock),
    ("set_clock", |call| {
        let Time { time } = call.body()?;
        call.service.state().clock.set(time);
        clock(call)
    }),
    ("advance_clock", |call| {
        let Advance { by } = call.body()?;
        call.service.state().clock.advance(by);
        clock(call)
    }),
    ("reset_clock", |call| {
        call.service.state().clock = Clock::default();
        Ok(None)
    }),
    ("get_tokens", tokens),
    ("set_token_lifetime", |call| {
        let Lifetime { lifetime } = call.body()?;
        call.service.state().token_lifetime = lifetime;
        tokens(call)
    }),
    ("expire_tokens", |call| {
        let mut state = call.service.state();
        let now = state.clock.now();
        state.tokens.expire_all(now);
        Ok(None)
    }),
    ("revoke_tokens", |call| {
        call.service.state().tokens.revoke();
        Ok(None)
    }),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Time {
    #[serde(rename = "timeMs", with = "crate::serde_time::unix_millis")]
    time: SystemTime,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    #[serde(rename = "byMs", with = "crate::serde_time::millis")]
    by: Duration,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lifetime {
    #[serde(rename = "lifetimeMs", with = "crate::serde_time::millis")]
    lifetime: Duration,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ClockState {
    #[serde(rename = "timeMs", with = "crate::serde_time::unix_millis")]
    time: SystemTime,
    is_real: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Tokens {
    issued: usize,
    issued_with_early_expiry: usize,
    #[serde(rename = "lifetimeMs", with = "crate::serde_time::millis")]
    lifetime: Duration,
}

fn clock(call: &Call<'_>) -> HandlerResult {
    let clock = call.service.state().clock;
    json(&ClockState { time: clock.now(), is_real: clock.is_real() })
}

fn tokens(call: &Call<'_>) -> HandlerResult {
    let state = call.service.state();
    json(&Tokens {
        issued: state.tokens.issued(),
        issued_with_early_expiry: state.tokens.issued_with_early_expiry(),
        lifetime: state.token_lifetime,
    })
}
