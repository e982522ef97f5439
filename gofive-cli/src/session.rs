//! The session of a command, and the sandbox that it may call in place of the API.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;

use gofive_api::profile::Profile;
use gofive_api::{Gofive, GofiveBuilder};
use gofive_sandbox::Sandbox;

use crate::failure::Failure;
use crate::options::Options;

/// The profile that is used unless another one is named.
pub(crate) const DEFAULT_PROFILE: &str = "default";

/// The variables with credentials.
const VARIABLES: [&str; 3] = ["GOFIVE_CLIENT_ID", "GOFIVE_CLIENT_SECRET", "GOFIVE_SUBSCRIPTION_KEY"];

/// A session, and the sandbox that runs as long as it.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) gofive: Gofive,
    _sandbox: Option<Sandbox>,
}

/// Where the credentials of a session are from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Sandbox,
    Environment,
    Profile(String),
}

impl Source {
    /// The sandbox or the profile of the options, or else the environment, or else the default profile.
    pub(crate) fn of(options: &Options) -> Self {
        if options.sandbox {
            return Self::Sandbox;
        }
        if let Some(name) = &options.profile {
            return Self::Profile(name.clone());
        }
        if VARIABLES.iter().any(|name| variable(name).is_some()) {
            return Self::Environment;
        }
        match variable("GOFIVE_PROFILE") {
            Some(name) => Self::Profile(name),
            None if Profile::exists(DEFAULT_PROFILE) => Self::Profile(DEFAULT_PROFILE.to_owned()),
            None => Self::Environment,
        }
    }
}

/// Opens a session.
pub(crate) async fn open(options: &Options) -> Result<Session, Failure> {
    open_with(options, |builder| builder).await
}

/// Opens a session that has more settings than those of the options.
pub(crate) async fn open_with(
    options: &Options,
    configure: impl FnOnce(GofiveBuilder) -> GofiveBuilder,
) -> Result<Session, Failure> {
    if let Some(folder) = &options.record {
        std::fs::create_dir_all(folder).map_err(|error| {
            Failure::setup(format!("--record {}: the folder cannot be created: {error}", folder.display()))
                .hint("choose another folder")
        })?;
    }
    let builder = configure(builder(options));
    let gofive = match Source::of(options) {
        Source::Sandbox => {
            let sandbox = Sandbox::start().await.map_err(|error| Failure::setup(error.to_string()))?;
            let gofive = of_sandbox(builder, &sandbox).build()?;
            return Ok(Session { gofive, _sandbox: Some(sandbox) });
        }
        Source::Environment => {
            let without = |error| Failure::from(error).hint("use `gofive login`, or try the command with --sandbox");
            builder.env().map_err(without)?.build()?
        }
        Source::Profile(name) => {
            warn_of_readers(&name);
            with_profile(builder, &name)?.build()?
        }
    };
    Ok(Session { gofive, _sandbox: None })
}

/// What was recorded is written before the command ends. If it cannot be, the call has succeeded all the same.
impl Drop for Session {
    fn drop(&mut self) {
        if let Err(error) = self.gofive.write_shapes() {
            let _ = io::stderr().write_all(format!("warning: the shapes are lost: {error}\n").as_bytes());
        }
    }
}

/// A builder with the settings of the options, without credentials.
pub(crate) fn builder(options: &Options) -> GofiveBuilder {
    let mut builder = Gofive::builder().user_agent(concat!("gofive-cli/", env!("CARGO_PKG_VERSION")));
    if let Some(timeout) = options.timeout {
        builder = builder.attempt_timeout(timeout);
    }
    if let Some(folder) = &options.record {
        builder = builder.record_shapes(folder);
    }
    builder
}

fn with_profile(builder: GofiveBuilder, name: &str) -> Result<GofiveBuilder, Failure> {
    builder.profile(name).map_err(|error| {
        Failure::from(error)
            .hint(format!("`gofive login --profile {name}` writes a profile, `gofive doctor` lists them"))
    })
}

/// The URL that a session of the options would call, also without credentials.
pub(crate) fn base_url(options: &Options) -> Result<String, Failure> {
    let builder = builder(options);
    let builder = match Source::of(options) {
        Source::Profile(name) => with_profile(builder, &name)?,
        Source::Sandbox => builder.credentials("none", "none").subscription_key("none"),
        Source::Environment => {
            let builder = builder.credentials("none", "none").subscription_key("none");
            match variable("GOFIVE_BASE_URL") {
                Some(url) => builder.base_url(url),
                None => builder,
            }
        }
    };
    Ok(builder.build()?.base_url().to_owned())
}

/// Whether users of the machine can read a file besides its owner.
pub(crate) fn can_others_read(file: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;

        std::fs::metadata(file).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        false
    }
}

/// Why such a file is a risk, and what to do.
pub(crate) fn exposed(file: &Path) -> Failure {
    let cause = format!("other users can read the secrets in {}", file.display());
    Failure::setup(cause)
        .hint(format!("chmod 600 {}, and new secrets if somebody could have read these", file.display()))
}

/// Warns a person of a profile that other users can read. A script reads nothing but failures from the standard error.
fn warn_of_readers(name: &str) {
    if let Ok(file) = Profile::file(name)
        && io::stderr().is_terminal()
        && can_others_read(&file)
    {
        let text = format!("warning: {}; chmod 600 makes it private again\n", exposed(&file));
        let _ = io::stderr().write_all(text.as_bytes());
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

fn of_sandbox(builder: GofiveBuilder, sandbox: &Sandbox) -> GofiveBuilder {
    builder
        .base_url(sandbox.base_url())
        .credentials(sandbox.client_id(), sandbox.client_secret())
        .subscription_key(sandbox.subscription_key())
}
