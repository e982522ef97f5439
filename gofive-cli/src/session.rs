//! The session of a command, and the sandbox that it may call in place of the API.

use gofive_api::{Gofive, GofiveBuilder};
use gofive_sandbox::Sandbox;

use crate::failure::Failure;
use crate::options::Options;

/// A session, and the sandbox that runs as long as it.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) gofive: Gofive,
    _sandbox: Option<Sandbox>,
}

/// Opens a session with the credentials of the environment, or with those of a new sandbox.
pub(crate) async fn open(options: &Options) -> Result<Session, Failure> {
    let mut builder = Gofive::builder().user_agent(concat!("gofive-cli/", env!("CARGO_PKG_VERSION")));
    if let Some(timeout) = options.timeout {
        builder = builder.attempt_timeout(timeout);
    }
    if options.sandbox {
        let sandbox = Sandbox::start().await.map_err(|error| Failure::setup(error.to_string()))?;
        let gofive = of_sandbox(builder, &sandbox).build()?;
        return Ok(Session { gofive, _sandbox: Some(sandbox) });
    }
    Ok(Session { gofive: builder.env()?.build()?, _sandbox: None })
}

fn of_sandbox(builder: GofiveBuilder, sandbox: &Sandbox) -> GofiveBuilder {
    builder
        .base_url(sandbox.base_url())
        .credentials(sandbox.client_id(), sandbox.client_secret())
        .subscription_key(sandbox.subscription_key())
}
