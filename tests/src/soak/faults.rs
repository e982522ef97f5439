//! The faults of the server, and how often they occur.

use std::time::Duration;

use gofive_sandbox::{Fault, Faults};

use super::session::EARLY_END;

/// The share of requests, including token requests, that each fault hits. All together fail less than a sixth of the
/// attempts: beyond that the retry budget of the session is empty most of the time, and hardly anything is retried.
const SHARE: f64 = 0.01;
/// The share of tokens that expire early.
const EARLY_ENDS: f64 = 0.5;

/// The faults during most of the run.
pub(super) fn ordinary(seed: u64) -> Faults {
    let faults =
        Faults::seeded(seed).on_token_requests(true).with(Fault::EarlyTokenExpiry { after: EARLY_END }, EARLY_ENDS);
    all().into_iter().fold(faults, |faults, fault| faults.with(fault, SHARE))
}

/// Refuses valid credentials: at first for operations only, then for token requests as well.
pub(super) fn refusing(seed: u64, on_token: bool) -> Faults {
    Faults::seeded(seed).on_token_requests(on_token).with(Fault::Unauthorized, 1.0)
}

/// A random fault of a token request, beyond its share of the ordinary faults.
pub(super) fn of_token(random: &mut fastrand::Rng) -> Fault {
    let faults = [
        Fault::ServiceUnavailable { retry_after: None },
        Fault::BadGateway,
        Fault::HtmlPage,
        Fault::ResetBefore,
        Fault::ResetAfter,
        Fault::TruncatedBody,
        Fault::StalledBody,
        Fault::delay(Duration::from_millis(300)),
        Fault::delay(Duration::from_millis(700)),
    ];
    faults[random.usize(..faults.len())].clone()
}

/// A token response that takes so long that the other runtimes begin to fetch a token as well.
pub(super) fn slow_grant() -> Fault {
    Fault::delay(Duration::from_millis(400))
}

fn all() -> Vec<Fault> {
    let (now, second) = (Duration::ZERO, Duration::from_secs(1));
    let (brief, long) = (Duration::from_millis(20), Duration::from_millis(800));
    vec![
        Fault::ResetBefore,
        Fault::ResetAfter,
        Fault::TruncatedBody,
        Fault::StalledBody,
        Fault::HtmlPage,
        Fault::InternalServerError,
        Fault::BadGateway,
        Fault::ServiceUnavailable { retry_after: None },
        Fault::ServiceUnavailable { retry_after: Some(second) },
        Fault::GatewayTimeout { carried_out: false },
        Fault::GatewayTimeout { carried_out: true },
        Fault::TooManyRequests { retry_after: now },
        Fault::TooManyRequests { retry_after: second },
        Fault::SlowBody { chunk_size: 64, pause: brief },
        Fault::Delay { min: brief, max: long },
        Fault::ClockSkew { seconds: 3_600 },
    ]
}
