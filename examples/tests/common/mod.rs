//! What the tests of the examples share: a sandbox, and a client of it.

use gofive_api::Gofive;
use gofive_sandbox::Sandbox;

/// A client of a sandbox that starts with the documented records.
pub async fn sandbox() -> (Sandbox, Gofive) {
    let sandbox = Sandbox::start().await.unwrap();
    let gofive = Gofive::builder()
        .base_url(sandbox.base_url())
        .credentials(sandbox.client_id(), sandbox.client_secret())
        .subscription_key(sandbox.subscription_key())
        .build()
        .unwrap();
    (sandbox, gofive)
}
