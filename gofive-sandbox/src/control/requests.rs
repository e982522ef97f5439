//! The requests that the sandbox has received.

use serde::Serialize;

use super::call::{Operations, json};
use crate::log::record::RequestRecord;

pub(super) const OPERATIONS: Operations = &[
    ("list_requests", |call| {
        let operation = call.optional("operation")?;
        let limit = call.optional("limit")?.unwrap_or(usize::MAX);
        let mut requests = call.service.state().log.requests(operation);
        requests.drain(..requests.len().saturating_sub(limit));
        json(&RequestList { requests })
    }),
    ("clear_requests", |call| {
        call.service.state().log.clear();
        Ok(None)
    }),
];

#[derive(Serialize)]
struct RequestList {
    requests: Vec<RequestRecord>,
}
