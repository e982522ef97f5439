//! A running sandbox, and the builder that starts it.

mod control;
mod limits;
mod requests;
mod seeds;
mod serving;
mod state_file;
mod stubs;
mod time;
mod webhooks;

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::control_access::ControlAccess;
use crate::error::SandboxError;
use crate::faults::Faults;
use crate::faults::fault::Fault;
use crate::http::cors::Cors;
use crate::http::listening;
use crate::http::server::Server;
use crate::limits::Limits;
use crate::operations::name::Operation;
use crate::records::error::LoadError;
use crate::service::Service;
use crate::settings::Settings;
use crate::specs;
use crate::store::Case;
use crate::webhook::{self, Webhooks};

pub use self::stubs::StubBuilder;

/// A running server that stops when it is dropped; [`Sandbox::shutdown`] waits until it has.
pub struct Sandbox {
    pub(crate) service: Arc<Service>,
    host: IpAddr,
    pub(crate) port: u16,
    state_file: Option<PathBuf>,
    /// Dropping the sender is the signal to stop.
    stop: watch::Sender<()>,
    /// Ends when the server has stopped.
    running: JoinHandle<()>,
}

impl Sandbox {
    /// Starts a server on a free port with default credentials.
    pub async fn start() -> Result<Self, SandboxError> {
        Self::builder().start().await
    }

    /// Returns a builder with default settings; [`SandboxBuilder::start`] starts the server.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    /// Stops the server: it accepts no more connections, and finishes the requests and the deliveries of webhooks that it
    /// has begun.
    ///
    /// Delays of faults end immediately. The connections that are still open after
    /// [`SandboxBuilder::shutdown_timeout`] are closed, and what has not been delivered after that time again is not. Dropping the sandbox does the same without waiting for it.
    ///
    /// ```
    /// # use gofive_sandbox::Sandbox;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// sandbox.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// It fails only if the [`state_file`](SandboxBuilder::state_file) cannot be written.
    pub async fn shutdown(self) -> Result<(), LoadError> {
        let Self { stop, running, service, state_file, .. } = self;
        drop(stop);
        // The error means that the runtime has ended the server.
        let _ = running.await;
        // What is late after that was not delivered.
        let _ = timeout(service.settings().limits.shutdown_timeout, service.webhooks().settled()).await;
        state_file.map_or(Ok(()), |path| service.save_state(&path))
    }

    /// The base URL of the server: `http://127.0.0.1:PORT` unless [`SandboxBuilder::host`] is set.
    ///
    /// If the server listens on all addresses, this is the one for this machine.
    pub fn base_url(&self) -> String {
        let host = match self.host {
            IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
            host => host,
        };
        format!("http://{}", SocketAddr::new(host, self.port))
    }

    /// The client identifier that the server accepts.
    pub fn client_id(&self) -> &str {
        &self.service.settings().client_id
    }

    /// The client secret that the server accepts.
    pub fn client_secret(&self) -> &str {
        &self.service.settings().client_secret
    }

    /// The subscription key that the server accepts.
    pub fn subscription_key(&self) -> &str {
        &self.service.settings().subscription_key
    }

    /// The number of access tokens issued so far.
    pub fn tokens_issued(&self) -> usize {
        self.service.state().tokens.issued()
    }

    /// The number of access tokens issued so far that [`Fault::EarlyTokenExpiry`] lets expire early.
    pub fn tokens_issued_with_early_expiry(&self) -> usize {
        self.service.state().tokens.issued_with_early_expiry()
    }

    /// The number of calls of an operation.
    ///
    /// It includes calls that were refused and calls that a fault affected.
    pub fn calls(&self, operation: Operation) -> usize {
        self.service.state().calls.get(&operation).copied().unwrap_or(0)
    }

    /// The number of calls of an operation that were carried out.
    ///
    /// It excludes calls that were refused or that a fault prevented. It includes calls where a fault, such as
    /// [`Fault::ResetAfter`], affected only the response.
    pub fn carried_out(&self, operation: Operation) -> usize {
        self.service.state().carried_out.get(&operation).copied().unwrap_or(0)
    }

    /// Replaces the random faults, and restarts their generator from the seed.
    ///
    /// Faults queued by [`Sandbox::queue_faults`] remain.
    pub fn set_faults(&self, faults: Faults) {
        self.service.state().injector.set(faults);
    }

    /// Queues faults for the next calls of an operation: one fault for each call.
    ///
    /// A queued fault replaces the random [`Faults`] of that call. A second call of this method adds to the queue. The
    /// operation can be [`AUTHORIZE`](crate::operation::AUTHORIZE), which issues tokens.
    pub fn queue_faults(&self, operation: Operation, faults: Vec<Fault>) {
        self.service.state().injector.queue(operation, faults);
    }

    /// The random faults.
    pub fn faults(&self) -> Faults {
        self.service.state().injector.faults().clone()
    }

    /// The faults that are queued for the next calls, by operation.
    pub fn queued_faults(&self) -> BTreeMap<Operation, Vec<Fault>> {
        self.service.state().injector.queued()
    }

    /// Removes the faults that are queued; random ones remain.
    pub fn clear_queued_faults(&self) {
        self.service.state().injector.clear_queued();
    }

    /// The number of faults injected so far.
    ///
    /// Up to three faults apply to one request: a delay, clock skew and one other.
    pub fn faults_injected(&self) -> usize {
        self.service.state().injector.injected()
    }

    /// All cases with their current content: the initial one (T250200010), then the created ones in order.
    pub fn cases(&self) -> Vec<Case> {
        self.service.state().store.cases()
    }

    /// Removes the events of a customer from the sandbox and returns them.
    ///
    /// A long test that checks created events can call this regularly, so that they do not fill the memory.
    pub fn take_customer_events(&self, customer_code: &str) -> Vec<Value> {
        self.service.state().store.take_customer_events(customer_code)
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("base_url", &self.base_url()).finish_non_exhaustive()
    }
}

/// A builder of a [`Sandbox`]; every setting has a default.
#[derive(Clone, Debug)]
#[must_use = "the server runs only after `start` is awaited"]
pub struct SandboxBuilder {
    host: String,
    port: u16,
    settings: Settings,
    faults: Faults,
    records: Option<PathBuf>,
    state_file: Option<PathBuf>,
}

impl Default for SandboxBuilder {
    fn default() -> Self {
        let settings = Settings {
            client_id: "sandbox-client".to_owned(),
            client_secret: "sandbox-secret".to_owned(),
            subscription_key: "sandbox-key".to_owned(),
            token_lifetime: Duration::from_secs(3600),
            limits: Limits::default(),
            control: ControlAccess::ThisMachine,
            webhook_hosts: Vec::new(),
            cors: Cors::default(),
            observer: None,
        };
        let host = Ipv4Addr::LOCALHOST.to_string();
        Self { host, port: 0, settings, faults: Faults::default(), records: None, state_file: None }
    }
}

impl SandboxBuilder {
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

    /// Loads records from a folder at the start, as [`Sandbox::load_records`] does; a [`reset`](Sandbox::reset) returns to
    /// them.
    pub fn records(mut self, folder: impl Into<PathBuf>) -> Self {
        self.records = Some(folder.into());
        self
    }

    /// Starts the server on the current tokio runtime.
    pub async fn start(mut self) -> Result<Sandbox, SandboxError> {
        let specs = specs::all().map_err(SandboxError::Spec)?;
        self.settings.cors.check()?;
        let failed = |source| SandboxError::Listen { host: self.host.clone(), port: self.port, source };
        // In URLs, IPv6 addresses have brackets.
        let host = self.host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(&self.host);
        let listener = TcpListener::bind((host, self.port)).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        self.settings.control.protect(address.ip());
        if let Some(host) = self.settings.webhook_hosts.iter().find(|host| !webhook::is_host(host)) {
            return Err(SandboxError::InvalidWebhookHost { host: host.clone() });
        }
        let (stop, stopped) = watch::channel(());
        let webhooks = Webhooks::new(&self.settings, Handle::current(), stopped.clone());
        let mut service = Service::new(specs, self.settings, self.faults, webhooks)?;
        if let Some(folder) = &self.records {
            service.load_records(folder).map_err(SandboxError::Records)?;
            service.keep_records();
        }
        if let Some(path) = &self.state_file {
            service.open_state(path).map_err(SandboxError::State)?;
        }
        let service = Arc::new(service);
        let server = Arc::new(Server::new(Arc::clone(&service)));
        let running = tokio::spawn(listening::run(listener, server, stopped));
        let (host, port) = (address.ip(), address.port());
        Ok(Sandbox { service, host, port, state_file: self.state_file, stop, running })
    }
}
