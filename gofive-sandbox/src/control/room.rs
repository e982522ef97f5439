//! How many stubs and faults a program can add: enough for any test, but not all of the memory.

use axum::http::StatusCode;

use super::problem::Problem;

const MAX: usize = 10_000;

/// Refuses what would be too much, beside what is there.
pub(super) fn check(present: usize, added: usize, what: &str) -> Result<(), Problem> {
    if present.saturating_add(added) <= MAX {
        return Ok(());
    }
    let detail = format!("the sandbox has {present} {what}, and at most {MAX} are possible; remove some first");
    Err(Problem::new(StatusCode::CONFLICT, detail))
}
