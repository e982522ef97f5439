//! The operations that a kind of records handles, and the check that the specs have them.

use gofive_spec::Spec;
use serde_json::Value;

use crate::error::SandboxError;
use crate::nearest::nearest;

/// The operations of a kind by `operationId`, with the functions that handle them.
pub(super) type Operations<H> = &'static [(&'static str, H)];

/// The payload (`None` for the documented one), or the description of the problem for which the request is refused.
pub(super) type PayloadResult = Result<Option<Value>, String>;

/// Checks that the specs have all operations that the kinds handle.
///
/// Without this check, an operation that the specs rename would get its documented example as the response.
pub(super) fn check(handled: &[&str], documented: &[&str]) -> Result<(), SandboxError> {
    match handled.iter().find(|id| !documented.contains(id)) {
        Some(id) => {
            // An operation that a kind handles is not the new name of another one.
            let candidates = documented.iter().copied().filter(|other| !handled.contains(other));
            Err(unknown_operation(id, candidates))
        }
        None => Ok(()),
    }
}

/// The `operationId`s of the specs.
pub(super) fn documented(specs: &[Spec]) -> impl Iterator<Item = &str> {
    specs.iter().flat_map(Spec::operations).map(|operation| operation.id.as_str())
}

/// Returns the error for an operation that the specs do not have, with the nearest of the candidates.
pub(super) fn unknown_operation<'a>(operation_id: &str, candidates: impl Iterator<Item = &'a str>) -> SandboxError {
    let nearest = nearest(operation_id, candidates, |candidate| candidate);
    SandboxError::UnknownOperation { operation_id: operation_id.to_owned(), nearest: nearest.map(str::to_owned) }
}
