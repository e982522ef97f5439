//! The builder of a sandbox.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::faults::Faults;
use crate::server::{self, Server};
use crate::{Sandbox, SandboxError};

/// A builder of a [`Sandbox`]; every setting has a default.
#[derive(Clone, Debug)]
#[must_use = "the server runs only after `start` is awaited"]
pub struct SandboxBuilder {
    port: u16,
    settings: Settings,
    faults: Faults,
}

/// The settings of a server.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) subscription_key: String,
    pub(crate) token_lifetime: Duration,
}

impl Default for SandboxBuilder {
    fn default() -> Self {
        let settings = Settings {
            client_id: "sandbox-client".to_owned(),
            client_secret: "sandbox-secret".to_owned(),
            subscription_key: "sandbox-key".to_owned(),
            token_lifetime: Duration::from_secs(3600),
        };
        Self { port: 0, settings, faults: Faults::default() }
    }
}

impl SandboxBuilder {
    /// Sets the port to listen on; 0, the default, takes a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets the lifetime of a token; the default is 3600 seconds.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.settings.token_lifetime = lifetime;
        self
    }

    /// Sets the client identifier and secret to accept; the defaults are `sandbox-client` and `sandbox-secret`.
    pub fn credentials(mut self, client_id: impl Into<String>, client_secret: impl Into<String>) -> Self {
        self.settings.client_id = client_id.into();
        self.settings.client_secret = client_secret.into();
        self
    }

    /// Sets the subscription key to accept; the default is `sandbox-key`.
    pub fn subscription_key(mut self, key: impl Into<String>) -> Self {
        self.settings.subscription_key = key.into();
        self
    }

    /// Sets the random faults; the default is none. [`Sandbox::set_faults`] replaces them later.
    pub fn faults(mut self, faults: Faults) -> Self {
        self.faults = faults;
        self
    }

    /// Starts the server on the current tokio runtime.
    pub async fn start(self) -> Result<Sandbox, SandboxError> {
        let specs = crate::specs().map_err(SandboxError::Spec)?;
        let failed = |source| SandboxError::Listen { port: self.port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)).await.map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        let server = Arc::new(Server::new(specs, self.settings, self.faults));
        let (stop, stopped) = watch::channel(());
        tokio::spawn(server::run(listener, Arc::clone(&server), stopped));
        Ok(Sandbox { server, port, _stop: stop })
    }
}
