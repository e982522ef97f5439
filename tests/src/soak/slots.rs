//! Checks that all slots of the concurrency limit are free after the calls have ended.

use std::time::{Duration, Instant};

use anyhow::Result;
use futures_util::future::join_all;
use gofive_api::{CallOptions, Gofive};
use gofive_sandbox::{Fault, Sandbox, operation};

use super::session::MAX_CONCURRENCY;

/// The time of each response. With one slot too few, all calls together take twice as long.
pub(super) const RESPONSE: Duration = Duration::from_secs(1);

/// The result of as many concurrent calls as the limit allows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SlotCheck {
    pub(super) took: Duration,
    pub(super) failed: usize,
}

impl SlotCheck {
    /// Makes these calls. The runtimes must still exist: the slots of a dropped runtime do not count.
    pub(super) fn run(gofive: &Gofive, sandbox: &Sandbox) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let venio = gofive.with_options(CallOptions::new().attempt_timeout(4 * RESPONSE)).venio();
        runtime.block_on(async {
            // A token first, so that all calls begin together.
            let first = venio.get_product("A001").await;
            sandbox.queue_faults(operation::GET_PRODUCT, vec![Fault::delay(RESPONSE); MAX_CONCURRENCY]);
            let began = Instant::now();
            let outcomes = join_all((0..MAX_CONCURRENCY).map(|_| venio.get_product("A001"))).await;
            let failed = outcomes.iter().chain([&first]).filter(|outcome| outcome.is_err()).count();
            Ok(Self { took: began.elapsed(), failed })
        })
    }
}
