//! The course of a run: what happens to the runtimes and to the server while the tasks call.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use gofive_api::Gofive;
use gofive_sandbox::{Faults, Sandbox};

use super::Plan;
use super::faults;
use super::flights::Flights;
use super::full_house::FullHouse;
use super::ledger::Ledger;
use super::load::{LONGEST_CALL, Load};
use super::memory;
use super::runtimes::{Driven, Kind};
use super::session::{REFUSAL_TTL, TOKEN_LIFE};
use super::wrong_key::WrongKey;

/// Calls for which one round of events takes place.
const ROUND: usize = 20_000;
/// How many runtimes there are at a time.
pub(super) const RUNTIMES: usize = 3;
/// How many tasks each has.
const TASKS: usize = 20;
const UNDRIVEN: Duration = Duration::from_millis(1_500);
const REFUSAL: Duration = Duration::from_millis(800);
/// How often a token request meets a fault beside its share of the ordinary ones.
const TOKEN_FAULT: Duration = Duration::from_secs(4);
/// If no call ends for so long, the session is stuck.
const STUCK: Duration = LONGEST_CALL.saturating_mul(2);
/// Slower than this, the session is broken, even if calls still end.
const FEWEST_PER_SECOND: usize = 100;
const SPARE: Duration = Duration::from_secs(60);
const TAKE: Duration = Duration::from_millis(250);
const GLANCE: Duration = Duration::from_millis(2);

/// A run under way.
#[derive(Debug)]
pub(super) struct Course<'a> {
    plan: &'a Plan,
    sandbox: &'a Sandbox,
    load: Arc<Load>,
    flights: Arc<Flights>,
    began: Instant,
    steady: Driven,
    left_undriven: Driven,
    replaced: Option<Driven>,
    random: fastrand::Rng,
    next_token_fault: Instant,
    next_take: Instant,
    ended: Ended,
}

/// What a run was like, once it has ended.
#[derive(Debug, Default)]
pub(super) struct Ended {
    pub(super) took: Duration,
    /// How long each runtime lived.
    pub(super) runtimes: Vec<Duration>,
    /// How many runtimes were dropped while they fetched a token.
    pub(super) dropped_in_mid_fetch: usize,
    pub(super) rounds: usize,
    /// How often, and for how long in all, the operations refused every token while new ones were issued.
    pub(super) refusals: usize,
    pub(super) refusing: Duration,
    /// The fewest calls that ended elsewhere while a runtime was not driven.
    pub(super) fewest_meanwhile: Option<usize>,
    pub(super) wrong_key: WrongKey,
    pub(super) ledger: Ledger,
    pub(super) full_house: FullHouse,
    pub(super) memory_half_way: Option<usize>,
    pub(super) memory_at_the_end: Option<usize>,
    /// Tasks that were still in a call when all should have ended.
    pub(super) stuck_tasks: usize,
}

impl<'a> Course<'a> {
    /// Starts the three runtimes and their tasks.
    pub(super) fn begin(plan: &'a Plan, sandbox: &'a Sandbox, load: Arc<Load>, flights: Arc<Flights>) -> Result<Self> {
        Ok(Self {
            plan,
            sandbox,
            flights,
            began: Instant::now(),
            steady: Driven::start(Kind::MultiThread, TASKS, &load)?,
            left_undriven: Driven::start(Kind::CurrentThread, TASKS, &load)?,
            replaced: Some(Driven::start(Kind::MultiThread, TASKS, &load)?),
            load,
            random: fastrand::Rng::with_seed(plan.seed),
            next_token_fault: Instant::now() + TOKEN_FAULT,
            next_take: Instant::now(),
            ended: Ended::default(),
        })
    }

    /// Goes through everything. An error is a session that is stuck.
    pub(super) fn run(&mut self) -> Result<()> {
        let rounds = (self.plan.calls / ROUND).max(1);
        for round in 0..rounds {
            let at = |share: usize| self.plan.calls * (100 * round + share) / (100 * rounds);
            let (replace, leave, half, refuse, end) = (at(10), at(35), at(50), at(60), at(100));
            self.until_begun(replace)?;
            self.replace_in_mid_fetch(if round % 2 == 0 { Kind::CurrentThread } else { Kind::MultiThread })?;
            self.until_begun(leave)?;
            self.leave_undriven();
            if round == rounds / 2 {
                self.until_begun(if rounds == 1 { half } else { leave })?;
                self.ended.memory_half_way = memory::resident();
            }
            self.until_begun(refuse)?;
            self.refuse_credentials()?;
            self.until_begun(end)?;
            self.ended.rounds += 1;
        }
        self.ended.memory_at_the_end = memory::resident();
        Ok(())
    }

    /// Lets the faults end, then the calls, then the runtimes.
    pub(super) fn end(mut self, gofive: &Gofive) -> Result<Ended> {
        self.sandbox.set_faults(Faults::default());
        self.load.stop();
        let deadline = Instant::now() + LONGEST_CALL;
        while self.load.tasks() > 0 && Instant::now() < deadline {
            std::thread::sleep(GLANCE);
        }
        self.ended.stuck_tasks = self.load.tasks();
        self.ended.took = self.began.elapsed();
        self.ended.full_house = FullHouse::of(gofive, self.sandbox)?;
        for driven in [Some(self.steady), Some(self.left_undriven), self.replaced].into_iter().flatten() {
            self.ended.runtimes.push(driven.drop_runtime());
        }
        self.ended.ledger.take(self.sandbox);
        Ok(self.ended)
    }

    /// Drops a runtime while it fetches a token, with all its calls and the slots that they hold, and starts another. On a
    /// busy machine the fetch may have ended before the runtime does: then the next one is dropped.
    fn replace_in_mid_fetch(&mut self, kind: Kind) -> Result<()> {
        let before = self.ended.dropped_in_mid_fetch;
        for _ in 0..3 {
            self.replace(kind)?;
            if self.ended.dropped_in_mid_fetch > before {
                break;
            }
        }
        Ok(())
    }

    fn replace(&mut self, kind: Kind) -> Result<()> {
        for _ in 0..5 {
            let Some(old) = &self.replaced else { break };
            let id = old.id;
            // The renewal takes so long that the runtimes begin to fetch a token one after the other.
            self.sandbox.queue_faults("authorize", vec![faults::slow_grant(); 3]);
            let flights = self.flights.clone();
            if self.until(2 * TOKEN_LIFE, || flights.is_under_way(id))? {
                break;
            }
        }
        if let Some(old) = self.replaced.take() {
            let id = old.id;
            self.ended.runtimes.push(old.drop_runtime());
            self.ended.dropped_in_mid_fetch += usize::from(self.flights.is_under_way(id));
        }
        self.replaced = Some(Driven::start(kind, TASKS, &self.load)?);
        Ok(())
    }

    /// Leaves a runtime undriven in the midst of its calls. The others go on.
    fn leave_undriven(&mut self) {
        self.left_undriven.leave_undriven(UNDRIVEN);
        std::thread::sleep(UNDRIVEN / 3);
        let before = self.load.tally.ended();
        std::thread::sleep(UNDRIVEN / 3);
        let meanwhile = self.load.tally.ended() - before;
        std::thread::sleep(UNDRIVEN / 3);
        self.ended.fewest_meanwhile = Some(self.ended.fewest_meanwhile.unwrap_or(usize::MAX).min(meanwhile));
    }

    /// The server refuses good credentials for a while, and a second session has a wrong subscription key.
    fn refuse_credentials(&mut self) -> Result<()> {
        self.load.refusals.begin();
        self.ended.refusals += 1;
        for on_token in [false, true] {
            self.sandbox.set_faults(faults::refusing(self.plan.seed, on_token));
            let began = Instant::now();
            self.ended.wrong_key.call(self.sandbox, REFUSAL)?;
            if !on_token {
                self.ended.refusing += began.elapsed();
            }
        }
        self.sandbox.set_faults(faults::ordinary(self.random.u64(..)));
        // So long the session remembers that its credentials were refused.
        std::thread::sleep(REFUSAL_TTL);
        self.load.refusals.end();
        Ok(())
    }

    fn until_begun(&mut self, calls: usize) -> Result<()> {
        let load = self.load.clone();
        while !self.until(STUCK, || load.begun() >= calls)? {}
        Ok(())
    }

    /// Waits, and lets faults meet requests for tokens meanwhile. Returns whether it came true in time.
    fn until(&mut self, time: Duration, came_true: impl Fn() -> bool) -> Result<bool> {
        let (began, mut progress) = (Instant::now(), (Instant::now(), self.load.tally.ended()));
        while !came_true() {
            if began.elapsed() >= time {
                return Ok(false);
            }
            let ended = self.load.tally.ended();
            if ended > progress.1 {
                progress = (Instant::now(), ended);
            } else if progress.0.elapsed() >= STUCK {
                bail!("no call has ended for {STUCK:?}: the session is stuck");
            }
            let most = SPARE + Duration::from_secs((self.plan.calls / FEWEST_PER_SECOND) as u64);
            if self.began.elapsed() > most {
                bail!(
                    "{} of {} calls in {most:?}: something of the session is lost",
                    self.load.begun(),
                    self.plan.calls
                );
            }
            if Instant::now() >= self.next_token_fault {
                self.sandbox.queue_faults("authorize", vec![faults::of_token(&mut self.random)]);
                self.next_token_fault = Instant::now() + TOKEN_FAULT;
            }
            if Instant::now() >= self.next_take {
                self.ended.ledger.take(self.sandbox);
                self.next_take = Instant::now() + TAKE;
            }
            std::thread::sleep(GLANCE);
        }
        Ok(true)
    }
}
