//! Compares what the calls returned with what the sandbox has.

use std::sync::atomic::{AtomicUsize, Ordering};

use gofive_sandbox::Sandbox;

use super::Plan;
use super::call::{CREATE, WRITE};
use super::course::{Ended, RUNTIMES};
use super::flights::Flights;
use super::full_house::{FullHouse, RESPONSE};
use super::ledger::Ledger;
use super::load::Load;
use super::report::Report;
use super::tally::{Create, Seen};
use super::tokens::Use;

/// Memory at the end, in parts of that half way.
const MOST_GROWTH: f64 = 1.25;

/// What has run.
#[derive(Debug)]
pub(super) struct Run<'a> {
    pub(super) plan: &'a Plan,
    pub(super) sandbox: &'a Sandbox,
    pub(super) load: &'a Load,
    pub(super) flights: &'a Flights,
}

/// Makes the report. Nothing goes wrong any more.
pub(super) fn audit(run: &Run<'_>, ended: &Ended) -> Report {
    let seen = run.load.tally.seen();
    let Plan { calls, seed } = run.plan;
    let title = format!(
        "seed {seed}, {calls} calls planned, {} made in {:.1} s, {} rounds",
        seen.ended + seen.unended,
        ended.took.as_secs_f64(),
        ended.rounds
    );
    let mut report = Report::new(title);
    creates(&mut report, &seen, &ended.ledger);
    report.at_least(
        "idempotent writes carried out, of those that succeeded",
        run.sandbox.carried_out(WRITE),
        seen.writes,
    );
    report.none("payloads of another call", seen.mixed_up);
    report.none("failures by 401 while the credentials were accepted", seen.refused_otherwise);
    let replays = run.flights.replays.load(Ordering::Relaxed);
    report.at_least("attempts after a 401, with another token", replays, 1);
    report.none("failures that no fault explains", seen.unexplained);
    report.none("calls that ran out of time before their first attempt", seen.never_sent);
    report.none("calls that hung", seen.hung + ended.stuck_tasks);
    tokens(&mut report, run, ended);
    attempts(&mut report, run);
    runtimes(&mut report, ended);
    slots(&mut report, &ended.full_house);
    memory(&mut report, ended);
    facts(&mut report, run, ended, &seen);
    report
}

fn creates(report: &mut Report, seen: &Seen, ledger: &Ledger) {
    let (mut lost, mut mixed_up, mut retryable_done, mut known_done, mut unknown_done) = (0, 0, 0, 0, 0);
    for (number, create) in &seen.creates {
        match (create, ledger.get(*number)) {
            (Create::Succeeded(_), None) => lost += 1,
            (Create::Succeeded(id), Some(created)) => mixed_up += usize::from(created.id != Some(*id)),
            (Create::Failed { retryable, outcome_unknown }, Some(_)) => {
                retryable_done += usize::from(*retryable);
                known_done += usize::from(!outcome_unknown);
                unknown_done += usize::from(*outcome_unknown);
            }
            _ => {}
        }
    }
    report.none("creates that succeeded and are **lost**", lost);
    report.none("creates **done twice**", ledger.done_twice());
    report.none("creates that returned the identifier of another", mixed_up);
    report.none("errors called retryable whose create was carried out", retryable_done);
    report.none("errors with a known outcome whose create was carried out", known_done);
    report.fact("errors with an unknown outcome whose create was carried out", &unknown_done);
}

fn tokens(report: &mut Report, run: &Run<'_>, ended: &Ended) {
    let count = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
    let Flights { token_requests, received, .. } = run.flights;
    let unreceived = count(token_requests).saturating_sub(count(received));
    let used = Use {
        runtimes: ended.runtimes.clone(),
        at_a_time: RUNTIMES,
        early_ends: run.sandbox.tokens_issued_with_early_expiry(),
        refusals: ended.refusals,
        refusing: ended.refusing,
        unreceived,
    };
    report.at_most("tokens issued", run.sandbox.tokens_issued(), used.most_tokens());
    report.at_most("requests for tokens", count(token_requests), used.most_requests());
    report.none("successes with a wrong subscription key", ended.wrong_key.succeeded);
    let wrong_key = &ended.wrong_key;
    report.at_most(
        "requests for tokens with a wrong subscription key",
        wrong_key.token_requests,
        wrong_key.most_token_requests,
    );
    report.fact("calls with a wrong subscription key", &wrong_key.calls);
    report.fact("tokens that the server ended early", &used.early_ends);
    report.fact("responses with a token that did not arrive, at most", &unreceived);
}

/// The observer is told of every attempt, also of those whose call was dropped. The server has seen each that has a
/// response, and may have seen the others.
fn attempts(report: &mut Report, run: &Run<'_>) {
    let Flights { create_attempts, create_attempts_without_response, .. } = run.flights;
    let most = create_attempts.load(Ordering::Relaxed);
    let least = most.saturating_sub(create_attempts_without_response.load(Ordering::Relaxed));
    let received = run.sandbox.calls(CREATE);
    report.check(
        "attempts of creates that the server saw",
        &received,
        &format!("{least} to {most}"),
        (least..=most).contains(&received),
    );
}

fn runtimes(report: &mut Report, ended: &Ended) {
    report.at_least("runtimes dropped in mid-fetch of a token", ended.dropped_in_mid_fetch, ended.rounds);
    report.at_least("calls that ended in 0.5 s while a runtime was not driven", ended.fewest_meanwhile.unwrap_or(0), 1);
}

fn slots(report: &mut Report, full_house: &FullHouse) {
    let FullHouse { took, failed } = full_house;
    report.check(
        "time for as many calls at once as the limit allows, of 1 s each",
        &format!("{:.2} s", took.as_secs_f64()),
        &"< 2 s",
        *took < 2 * RESPONSE,
    );
    report.none("failures of these calls", *failed);
}

fn memory(report: &mut Report, ended: &Ended) {
    let (Some(half_way), Some(end)) = (ended.memory_half_way, ended.memory_at_the_end) else { return };
    #[allow(clippy::cast_precision_loss, reason = "it is memory in KiB")]
    let growth = end as f64 / half_way.max(1) as f64;
    report.check(
        "memory at the end, in parts of that half way",
        &format!("{growth:.2}"),
        &format!("≤ {MOST_GROWTH}"),
        growth <= MOST_GROWTH,
    );
    report.fact("memory in MiB: half way, at the end", &format!("{}, {}", half_way / 1024, end / 1024));
}

fn facts(report: &mut Report, run: &Run<'_>, ended: &Ended, seen: &Seen) {
    let succeeded = seen.creates.values().filter(|create| matches!(create, Create::Succeeded(_))).count();
    report.fact("faults injected", &run.sandbox.faults_injected());
    let count = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
    let (attempts, retries) = (count(&run.flights.attempts), count(&run.flights.retries));
    report.fact("attempts, and how many were followed by another", &format!("{attempts}, {retries}"));
    report.fact("reads, writes and creates that succeeded", &format!("{}, {}, {succeeded}", seen.reads, seen.writes));
    report.fact("calls dropped by their callers", &seen.cancelled);
    report.fact("calls dropped with their runtime", &seen.unended);
    report.fact("failures by 401 while the credentials were refused", &seen.refused_in_phase);
    report.fact("runtimes", &ended.runtimes.len());
    for (kind, times) in &seen.errors {
        report.fact(&format!("errors: {kind}"), &times);
    }
    for text in &seen.texts {
        report.fact("an error that must not occur", &text);
    }
}
