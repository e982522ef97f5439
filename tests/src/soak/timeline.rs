//! The timeline of a run: what happens to the runtimes and to the server while the tasks call.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use gofive_api::Gofive;
use gofive_sandbox::{Faults, Sandbox, operation};

use super::Plan;
use super::created::CreatedEvents;
use super::faults;
use super::load::{Load, MAX_CALL_TIME};
use super::memory;
use super::monitor::Monitor;
use super::runtimes::{DrivenRuntime, RuntimeKind};
use super::session::{REFUSAL_TTL, TOKEN_LIFE};
use super::slots::SlotCheck;
use super::wrong_key::WrongKey;

/// The number of calls per round of events.
const ROUND: usize = 20_000;
/// The number of runtimes at any time.
pub(super) const RUNTIMES: usize = 3;
/// The number of tasks of each runtime.
const TASKS: usize = 20;
const UNDRIVEN: Duration = Duration::from_millis(1_500);
const REFUSAL: Duration = Duration::from_millis(800);
/// The interval of faults of token requests, beyond their share of the ordinary faults.
const TOKEN_FAULT: Duration = Duration::from_secs(4);
/// The session is stuck if no call ends for so long.
const STUCK: Duration = MAX_CALL_TIME.saturating_mul(2);
/// The session is broken if it is slower than this, even if calls still end.
const MIN_PER_SECOND: usize = 100;
const MARGIN: Duration = Duration::from_secs(60);
const COLLECT: Duration = Duration::from_millis(250);
const POLL: Duration = Duration::from_millis(2);

/// A running timeline.
#[derive(Debug)]
pub(super) struct Timeline<'a> {
    plan: &'a Plan,
    sandbox: &'a Sandbox,
    load: Arc<Load>,
    monitor: Arc<Monitor>,
    began: Instant,
    steady: DrivenRuntime,
    left_undriven: DrivenRuntime,
    replaced: Option<DrivenRuntime>,
    random: fastrand::Rng,
    next_token_fault: Instant,
    next_collect: Instant,
    record: RunRecord,
}

/// What happened in a run.
#[derive(Debug, Default)]
pub(super) struct RunRecord {
    pub(super) took: Duration,
    /// How long each runtime lived.
    pub(super) runtimes: Vec<Duration>,
    /// How many runtimes were dropped during a token request.
    pub(super) dropped_during_fetch: usize,
    pub(super) rounds: usize,
    /// How often, and for how long in total, the operations refused every token while new ones were issued.
    pub(super) refusals: usize,
    pub(super) refusing: Duration,
    /// The minimum number of calls that ended elsewhere while a runtime was not driven.
    pub(super) min_calls_meanwhile: Option<usize>,
    pub(super) wrong_key: WrongKey,
    pub(super) created: CreatedEvents,
    pub(super) slots: SlotCheck,
    pub(super) memory_half_way: Option<usize>,
    pub(super) memory_at_the_end: Option<usize>,
    /// Tasks that were still in a call when all calls should have ended.
    pub(super) stuck_tasks: usize,
}

impl<'a> Timeline<'a> {
    /// Starts the three runtimes and their tasks.
    pub(super) fn begin(plan: &'a Plan, sandbox: &'a Sandbox, load: Arc<Load>, monitor: Arc<Monitor>) -> Result<Self> {
        Ok(Self {
            plan,
            sandbox,
            monitor,
            began: Instant::now(),
            steady: DrivenRuntime::start(RuntimeKind::MultiThread, TASKS, &load)?,
            left_undriven: DrivenRuntime::start(RuntimeKind::CurrentThread, TASKS, &load)?,
            replaced: Some(DrivenRuntime::start(RuntimeKind::MultiThread, TASKS, &load)?),
            load,
            random: fastrand::Rng::with_seed(plan.seed),
            next_token_fault: Instant::now() + TOKEN_FAULT,
            next_collect: Instant::now(),
            record: RunRecord::default(),
        })
    }

    /// Runs all rounds. An error means that the session is stuck.
    pub(super) fn run(&mut self) -> Result<()> {
        let rounds = (self.plan.calls / ROUND).max(1);
        for round in 0..rounds {
            let at = |share: usize| self.plan.calls * (100 * round + share) / (100 * rounds);
            let (replace, leave, half, refuse, end) = (at(10), at(35), at(50), at(60), at(100));
            self.until_begun(replace)?;
            self.replace_during_fetch(if round % 2 == 0 {
                RuntimeKind::CurrentThread
            } else {
                RuntimeKind::MultiThread
            })?;
            self.until_begun(leave)?;
            self.leave_undriven();
            if round == rounds / 2 {
                self.until_begun(if rounds == 1 { half } else { leave })?;
                self.record.memory_half_way = memory::resident();
            }
            self.until_begun(refuse)?;
            self.refuse_credentials()?;
            self.until_begun(end)?;
            self.record.rounds += 1;
        }
        self.record.memory_at_the_end = memory::resident();
        Ok(())
    }

    /// Ends the faults, then the calls, then the runtimes.
    pub(super) fn end(mut self, gofive: &Gofive) -> Result<RunRecord> {
        self.sandbox.set_faults(Faults::default());
        self.load.stop();
        let deadline = Instant::now() + MAX_CALL_TIME;
        while self.load.tasks() > 0 && Instant::now() < deadline {
            std::thread::sleep(POLL);
        }
        self.record.stuck_tasks = self.load.tasks();
        self.record.took = self.began.elapsed();
        self.record.slots = SlotCheck::run(gofive, self.sandbox)?;
        for driven in [Some(self.steady), Some(self.left_undriven), self.replaced].into_iter().flatten() {
            self.record.runtimes.push(driven.drop_runtime());
        }
        self.record.created.collect(self.sandbox);
        Ok(self.record)
    }

    /// Drops a runtime during a token request, with all its calls and their slots, and starts another. On a busy machine
    /// the request may have ended before the runtime does: then the next runtime is dropped.
    fn replace_during_fetch(&mut self, kind: RuntimeKind) -> Result<()> {
        let before = self.record.dropped_during_fetch;
        for _ in 0..3 {
            self.replace(kind)?;
            if self.record.dropped_during_fetch > before {
                break;
            }
        }
        Ok(())
    }

    fn replace(&mut self, kind: RuntimeKind) -> Result<()> {
        for _ in 0..5 {
            let Some(old) = &self.replaced else { break };
            let id = old.id;
            // The renewal takes so long that all runtimes begin to fetch a token.
            self.sandbox.queue_faults(operation::AUTHORIZE, vec![faults::slow_grant(); 3]);
            let monitor = self.monitor.clone();
            if self.until(2 * TOKEN_LIFE, || monitor.is_fetching(id))? {
                break;
            }
        }
        if let Some(old) = self.replaced.take() {
            let id = old.id;
            self.record.runtimes.push(old.drop_runtime());
            self.record.dropped_during_fetch += usize::from(self.monitor.is_fetching(id));
        }
        self.replaced = Some(DrivenRuntime::start(kind, TASKS, &self.load)?);
        Ok(())
    }

    /// Leaves a runtime undriven in the middle of its calls. The others continue.
    fn leave_undriven(&mut self) {
        self.left_undriven.leave_undriven(UNDRIVEN);
        std::thread::sleep(UNDRIVEN / 3);
        let before = self.load.tally.ended();
        std::thread::sleep(UNDRIVEN / 3);
        let meanwhile = self.load.tally.ended() - before;
        std::thread::sleep(UNDRIVEN / 3);
        self.record.min_calls_meanwhile = Some(self.record.min_calls_meanwhile.unwrap_or(usize::MAX).min(meanwhile));
    }

    /// Makes the server refuse valid credentials for a while, and calls by a second session with a wrong subscription key.
    fn refuse_credentials(&mut self) -> Result<()> {
        self.load.refusals.begin();
        self.record.refusals += 1;
        for on_token in [false, true] {
            self.sandbox.set_faults(faults::refusing(self.plan.seed, on_token));
            let began = Instant::now();
            self.record.wrong_key.call(self.sandbox, REFUSAL)?;
            if !on_token {
                self.record.refusing += began.elapsed();
            }
        }
        self.sandbox.set_faults(faults::ordinary(self.random.u64(..)));
        // The session remembers for so long that its credentials were refused.
        std::thread::sleep(REFUSAL_TTL);
        self.load.refusals.end();
        Ok(())
    }

    fn until_begun(&mut self, calls: usize) -> Result<()> {
        let load = self.load.clone();
        while !self.until(STUCK, || load.begun() >= calls)? {}
        Ok(())
    }

    /// Waits for a condition, and injects faults of token requests meanwhile. Returns whether it was met in time.
    fn until(&mut self, time: Duration, is_met: impl Fn() -> bool) -> Result<bool> {
        let (began, mut progress) = (Instant::now(), (Instant::now(), self.load.tally.ended()));
        while !is_met() {
            if began.elapsed() >= time {
                return Ok(false);
            }
            let ended = self.load.tally.ended();
            if ended > progress.1 {
                progress = (Instant::now(), ended);
            } else if progress.0.elapsed() >= STUCK {
                bail!("no call has ended for {STUCK:?}: the session is stuck");
            }
            let limit = MARGIN + Duration::from_secs((self.plan.calls / MIN_PER_SECOND) as u64);
            if self.began.elapsed() > limit {
                bail!(
                    "{} of {} calls in {limit:?}: the session has lost slots or tokens",
                    self.load.begun(),
                    self.plan.calls
                );
            }
            if Instant::now() >= self.next_token_fault {
                self.sandbox.queue_faults(operation::AUTHORIZE, vec![faults::of_token(&mut self.random)]);
                self.next_token_fault = Instant::now() + TOKEN_FAULT;
            }
            if Instant::now() >= self.next_collect {
                self.record.created.collect(self.sandbox);
                self.next_collect = Instant::now() + COLLECT;
            }
            std::thread::sleep(POLL);
        }
        Ok(true)
    }
}
