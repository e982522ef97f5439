//! One session under all faults together: `cargo xtask soak`, and for some seconds in the tests.
//!
//! Three runtimes share one session. One runtime is replaced during a token request, and one is left undriven for a while.
//! Tokens live for two seconds, and some of them expire earlier. The server resets, stalls, delays and garbles responses;
//! for a while it refuses valid credentials. A tenth of the calls is dropped at random moments. Both limits are set.
//!
//! Then the faults stop, and the soak compares what the calls returned with what the sandbox has.

mod audit;
mod call;
mod created;
mod faults;
mod load;
mod memory;
mod monitor;
mod report;
mod runtimes;
mod session;
mod slots;
mod tally;
mod timeline;
mod tokens;
mod wrong_key;

use std::sync::Arc;

use gofive_sandbox::Sandbox;
use tokio::runtime::Builder;

use self::load::Load;
use self::monitor::Monitor;
pub use self::report::Report;
use self::timeline::Timeline;

/// The parameters of a run.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The minimum number of calls. The load continues until the timeline has ended.
    pub calls: usize,
    /// The seed of the faults and of the calls that are dropped.
    pub seed: u64,
}

/// Runs the whole soak. The report has the promises that were broken; an error means that the soak could not run.
pub fn run(plan: &Plan) -> anyhow::Result<Report> {
    // The sandbox has its own runtime, so that it runs whatever happens to the runtimes of the session.
    let server = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let faults = faults::ordinary(plan.seed);
    let sandbox = Sandbox::builder().token_lifetime(session::TOKEN_LIFE).faults(faults);
    let sandbox = server.block_on(sandbox.start())?;
    let monitor = Arc::new(Monitor::default());
    let gofive = session::build(&sandbox, plan, monitor.clone())?;
    let load = Arc::new(Load::new(plan, gofive.venio()));

    let mut timeline = Timeline::begin(plan, &sandbox, load.clone(), monitor.clone())?;
    let result = timeline.run();
    let record = timeline.end(&gofive)?;
    let report = audit::audit(&audit::Run { plan, sandbox: &sandbox, load: &load, monitor: &monitor }, &record);
    server.shutdown_background();
    Ok(report.with_trouble(result.err()))
}
