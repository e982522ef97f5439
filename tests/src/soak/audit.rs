//! Compares what the calls returned with what the sandbox has.

use std::sync::atomic::{AtomicUsize, Ordering};

use gofive_sandbox::Sandbox;

use super::Plan;
use super::call::{CREATE, WRITE};
use super::created::CreatedEvents;
use super::load::Load;
use super::monitor::Monitor;
use super::report::Report;
use super::slots::{RESPONSE, SlotCheck};
use super::tally::{Create, Results};
use super::timeline::{RUNTIMES, RunRecord};
use super::tokens::Usage;

/// The allowed ratio of the memory at the end to the memory half way.
const MAX_GROWTH: f64 = 1.25;

/// A run that has ended.
#[derive(Debug)]
pub(super) struct Run<'a> {
    pub(super) plan: &'a Plan,
    pub(super) sandbox: &'a Sandbox,
    pub(super) load: &'a Load,
    pub(super) monitor: &'a Monitor,
}

/// Creates the report, after the faults have stopped.
pub(super) fn audit(run: &Run<'_>, record: &RunRecord) -> Report {
    let results = run.load.tally.results();
    let Plan { calls, seed } = run.plan;
    let title = format!(
        "seed {seed}, {calls} calls planned, {} made in {:.1} s, {} rounds",
        results.ended + results.unended,
        record.took.as_secs_f64(),
        record.rounds
    );
    let mut report = Report::new(title);
    creates(&mut report, &results, &record.created);
    report.at_least(
        "idempotent writes carried out, of those that succeeded",
        run.sandbox.carried_out(WRITE),
        results.writes,
    );
    report.none("payloads of another call", results.mixed_up);
    report.none("failures by 401 while the credentials were accepted", results.refused_otherwise);
    let replays = run.monitor.replays.load(Ordering::Relaxed);
    report.at_least("attempts after a 401, with another token", replays, 1);
    report.none("failures that no fault explains", results.unexplained);
    report.none("calls that ran out of time before their first attempt", results.never_sent);
    report.none("calls that hung", results.hung + record.stuck_tasks);
    tokens(&mut report, run, record);
    attempts(&mut report, run);
    runtimes(&mut report, record);
    slots(&mut report, &record.slots);
    memory(&mut report, record);
    facts(&mut report, run, record, &results);
    report
}

fn creates(report: &mut Report, results: &Results, created: &CreatedEvents) {
    let (mut lost, mut mixed_up, mut retryable_done, mut known_done, mut unknown_done) = (0, 0, 0, 0, 0);
    for (number, create) in &results.creates {
        match (create, created.get(*number)) {
            (Create::Succeeded(_), None) => lost += 1,
            (Create::Succeeded(id), Some(event)) => mixed_up += usize::from(event.id != Some(*id)),
            (Create::Failed { retryable, outcome_unknown }, Some(_)) => {
                retryable_done += usize::from(*retryable);
                known_done += usize::from(!outcome_unknown);
                unknown_done += usize::from(*outcome_unknown);
            }
            _ => {}
        }
    }
    report.none("creates that succeeded and are **lost**", lost);
    report.none("creates **done twice**", created.done_twice());
    report.none("creates that returned the identifier of another", mixed_up);
    report.none("errors called retryable whose create was carried out", retryable_done);
    report.none("errors with a known outcome whose create was carried out", known_done);
    report.fact("errors with an unknown outcome whose create was carried out", &unknown_done);
}

fn tokens(report: &mut Report, run: &Run<'_>, record: &RunRecord) {
    let count = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
    let Monitor { token_requests, received, .. } = run.monitor;
    let unreceived = count(token_requests).saturating_sub(count(received));
    let usage = Usage {
        runtimes: record.runtimes.clone(),
        at_a_time: RUNTIMES,
        early_ends: run.sandbox.tokens_issued_with_early_expiry(),
        refusals: record.refusals,
        refusing: record.refusing,
        unreceived,
    };
    report.at_most("tokens issued", run.sandbox.tokens_issued(), usage.max_tokens());
    report.at_most("token requests", count(token_requests), usage.max_requests());
    report.none("successes with a wrong subscription key", record.wrong_key.succeeded);
    let wrong_key = &record.wrong_key;
    report.at_most(
        "token requests with a wrong subscription key",
        wrong_key.token_requests,
        wrong_key.max_token_requests,
    );
    report.fact("calls with a wrong subscription key", &wrong_key.calls);
    report.fact("tokens that expired early", &usage.early_ends);
    report.fact("responses with a token that did not arrive (maximum)", &unreceived);
}

/// The observer sees every attempt, also those of dropped calls. The server has received each attempt that has a response,
/// and may have received the others.
fn attempts(report: &mut Report, run: &Run<'_>) {
    let Monitor { create_attempts, create_attempts_without_response, .. } = run.monitor;
    let most = create_attempts.load(Ordering::Relaxed);
    let least = most.saturating_sub(create_attempts_without_response.load(Ordering::Relaxed));
    let received = run.sandbox.calls(CREATE);
    report.check(
        "attempts of creates that the server received",
        &received,
        &format!("{least} to {most}"),
        (least..=most).contains(&received),
    );
}

fn runtimes(report: &mut Report, record: &RunRecord) {
    report.at_least("runtimes dropped during a token request", record.dropped_during_fetch, record.rounds);
    report.at_least(
        "calls that ended in 0.5 s while a runtime was not driven",
        record.min_calls_meanwhile.unwrap_or(0),
        1,
    );
}

fn slots(report: &mut Report, check: &SlotCheck) {
    let SlotCheck { took, failed } = check;
    report.check(
        "time for as many concurrent calls as the limit allows, 1 s each",
        &format!("{:.2} s", took.as_secs_f64()),
        &"< 2 s",
        *took < 2 * RESPONSE,
    );
    report.none("failures of these calls", *failed);
}

fn memory(report: &mut Report, record: &RunRecord) {
    let (Some(half_way), Some(end)) = (record.memory_half_way, record.memory_at_the_end) else { return };
    #[allow(clippy::cast_precision_loss, reason = "it is memory in KiB")]
    let growth = end as f64 / half_way.max(1) as f64;
    report.check(
        "memory at the end, divided by that half way",
        &format!("{growth:.2}"),
        &format!("≤ {MAX_GROWTH}"),
        growth <= MAX_GROWTH,
    );
    report.fact("memory in MiB: half way, at the end", &format!("{}, {}", half_way / 1024, end / 1024));
}

fn facts(report: &mut Report, run: &Run<'_>, record: &RunRecord, results: &Results) {
    let succeeded = results.creates.values().filter(|create| matches!(create, Create::Succeeded(_))).count();
    report.fact("faults injected", &run.sandbox.faults_injected());
    let count = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
    let (attempts, retries) = (count(&run.monitor.attempts), count(&run.monitor.retries));
    report.fact("attempts, and how many were retried", &format!("{attempts}, {retries}"));
    report.fact(
        "reads, writes and creates that succeeded",
        &format!("{}, {}, {succeeded}", results.reads, results.writes),
    );
    report.fact("calls dropped by their callers", &results.cancelled);
    report.fact("calls dropped with their runtime", &results.unended);
    report.fact("failures by 401 while the credentials were refused", &results.refused_in_phase);
    report.fact("runtimes", &record.runtimes.len());
    for (kind, times) in &results.errors {
        report.fact(&format!("errors: {kind}"), &times);
    }
    for text in &results.texts {
        report.fact("unexpected error", &text);
    }
}
