//! Access tokens.

use serde::Serialize;

use super::call::{Operations, json};

pub(super) const OPERATIONS: Operations = &[
    ("get_tokens", |call| {
        let state = call.service.state();
        let issued_with_early_expiry = state.tokens.issued_with_early_expiry();
        json(&Tokens { issued: state.tokens.issued(), issued_with_early_expiry })
    }),
    ("revoke_tokens", |call| {
        call.service.state().tokens.revoke();
        Ok(None)
    }),
];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Tokens {
    issued: usize,
    issued_with_early_expiry: usize,
}
