//! What a session has to survive, all at once: `cargo xtask soak`, and for some seconds in the tests.
//!
//! One session is shared by three runtimes, of which one is replaced in mid-fetch of a token, and one is left undriven for
//! a while. Tokens live for two seconds, and some of them end earlier. The server resets, stalls, delays and garbles; for
//! a while it refuses good credentials. A tenth of the calls is dropped at random moments. Both limits are set.
//!
//! Afterwards the faults stop, and what the calls returned is compared with what the sandbox has.

mod audit;
mod call;
mod course;
mod faults;
mod flights;
mod full_house;
mod ledger;
mod load;
mod memory;
mod report;
mod runtimes;
mod session;
mod tally;
mod tokens;
mod wrong_key;

use std::sync::Arc;

use gofive_sandbox::Sandbox;
use tokio::runtime::Builder;

use self::course::Course;
use self::flights::Flights;
use self::load::Load;
pub use self::report::Report;

/// How many calls, and what decides about the faults.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How many calls are made at least: the load goes on until every runtime has been through everything.
    pub calls: usize,
    /// The seed of the faults and of the calls that are dropped.
    pub seed: u64,
}

/// Runs the whole soak. A promise that was broken is in the report; an error is a run that could not take place.
pub fn run(plan: &Plan) -> anyhow::Result<Report> {
    // The sandbox is driven whatever happens to the runtimes of the session.
    let server = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let faults = faults::ordinary(plan.seed);
    let sandbox = Sandbox::builder().token_lifetime(session::TOKEN_LIFE).faults(faults);
    let sandbox = server.block_on(sandbox.start())?;
    let flights = Arc::new(Flights::default());
    let gofive = session::build(&sandbox, plan, flights.clone())?;
    let load = Arc::new(Load::new(plan, gofive.venio()));

    let mut course = Course::begin(plan, &sandbox, load.clone(), flights.clone())?;
    let went_through = course.run();
    let ended = course.end(&gofive)?;
    let report = audit::audit(&audit::Run { plan, sandbox: &sandbox, load: &load, flights: &flights }, &ended);
    server.shutdown_background();
    Ok(report.with_trouble(went_through.err()))
}
