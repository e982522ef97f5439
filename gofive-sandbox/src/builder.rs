//! The settings to start a sandbox with.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::faults::Faults;
use crate::server::{self, Server};
use crate::{Sandbox, SandboxError};

/// Settings for a [`Sandbox`]; every one has a default.
#[derive(Clone, Debug)]
#[must_use = "the server runs once `start` is awaited"]
pub struct SandboxBuilder {
    port: u16,
    settings: Settings,
    faults: Faults,
}

/// What a server goes by.
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
    /// The port to listen on; 0, the default, takes a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// How long a token lasts; 3600 seconds by default.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.settings.token_lifetime = lifetime;
        self
    }

    /// The client identifier and secret to accept; `sandbox-client` and `sandbox-secret` by default.
    pub fn credentials(mut self, client_id: impl Into<String>, client_secret: impl Into<String>) -> Self {
        self.settings.client_id = client_id.into();
        self.settings.client_secret = client_secret.into();
        self
    }

    /// The subscription key to accept; `sandbox-key` by default.
    pub fn subscription_key(mut self, key: impl Into<String>) -> Self {
        self.settings.subscription_key = key.into();
        self
    }

    /// What goes wrong from the start; nothing by default.
    pub fn faults(mut self, faults: Faults) -> Self {
        self.faults = faults;
        self
    }

    /// Starts the server, on the tokio runtime that this is awaited on.
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
