//! A local server that behaves like the Gofive API, for tests and for trying things out.
//!
//! One server has all operations of the three products, Venio, empeo and eTaxGo. The specs drive it: it refuses what they
//! refuse, responds with the documented examples, and remembers what requests create. A sales order that was created can
//! be fetched, an employee who is not in the roster cannot be updated, a document can be cancelled once. The server
//! listens on this machine only, and keeps its data in memory until it stops.
//!
//! ```
//! use gofive_sandbox::Sandbox;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), gofive_sandbox::SandboxError> {
//! let sandbox = Sandbox::start().await?;
//! println!("{} with {} and {}", sandbox.base_url(), sandbox.client_id(), sandbox.subscription_key());
//! // … run the program under test against `base_url` …
//! assert_eq!(sandbox.calls("add_case"), 0);
//! # Ok(())
//! # }
//! ```
//!
//! # Assumptions
//!
//! The documentation leaves gaps. Where the specs are silent, the sandbox makes an assumption, which may differ from the
//! API.
//!
//! Responses: the sandbox
//!
//! - responds with `{"status": {"code": "1000", "description": "Success"}}` and puts the payload into `data`: the number
//!   or identifier of the created record, or an array of the records found;
//! - fills required properties of a response with placeholders if no request has set them, and computes no totals;
//! - ignores unknown fields of a body, but refuses unknown query parameters;
//! - refuses a token or a subscription key with HTTP 401 and without a business code, as a gateway does:
//!   `{"statusCode": 401, "message": "Unauthorized"}`;
//! - refuses a code or number that does not exist with HTTP 400 and the business code 4001. empeo's envelope has that code
//!   as `statusCode` and `message` in addition to the `status` of the other products.
//!
//! Venio: the sandbox
//!
//! - returns all products for `take: 0`, and products of any status for an empty `status`;
//! - accepts a `feedbackId` in place of a case number, because the response to `add_case` has no number;
//! - updates the quotation that `quotationNo` or else `referenceNo` identifies, and sets the status of a converted
//!   quotation to completed;
//! - converts the quotation of the path, and ignores the number in the body;
//! - filters expenses by type, status and text, but neither by staff nor by period;
//! - takes the service in the body of a contract as the contract's first service.
//!
//! empeo: the sandbox has one roster, which [`Sandbox::set_roster`] replaces. Updates of employees do not change it.
//!
//! eTaxGo: the sandbox
//!
//! - identifies a document by its number alone, regardless of its type and seller; a new document with the number of
//!   another one replaces it;
//! - gives a number (`ET900001`) to a document without one;
//! - never submits anything to the Revenue Department, so that every document can be cancelled, but only once.
//!
//! # Fault injection
//!
//! By default nothing goes wrong. [`Faults`] injects faults at random, by probability and seed;
//! [`Sandbox::queue_faults`] injects them into the next calls of one operation. [`Sandbox::carried_out`] counts the calls
//! that were carried out all the same.
//!
//! # Initial data
//!
//! A new sandbox has the records that the documentation's examples mention:
//!
//! - the customers whose codes occur in them, such as C000001 and C000154, and the events 2, 9 and 13;
//! - the case T250200010, the products A001, A002 and A003, the deal 1, the expense 1, the contract CONT250600006, and the
//!   contract `string`: a placeholder that is the documented number of a contract with a service;
//! - the sales orders SO260600039 (identifier 281940) and SO24090001; the quotation QT900000, as none is documented;
//! - the employee UAT007 of Venio, and the made-up ones UAT900 (John Doe) and UAT901 (Bob Name); the employee 23003 of the
//!   company "empeo Dev Test" of empeo;
//! - the documents T2024001233, T2024001234 and XYZ987654321 of eTaxGo.

mod builder;
mod connection;
mod fault;
mod fault_response;
mod faults;
mod form;
mod injector;
mod payload_schema;
mod request;
mod response;
mod route;
mod server;
mod store;
mod token;
mod token_request;

use std::fmt;
use std::net::Ipv4Addr;
use std::sync::{Arc, LazyLock};

use gofive_spec::{Spec, SpecError};
use tokio::sync::watch;

pub use crate::builder::SandboxBuilder;
pub use crate::fault::Fault;
pub use crate::faults::Faults;
use crate::server::Server;
pub use crate::store::Case;

/// The parsed specs; all sandboxes of a program share them, because parsing takes a while.
static SPECS: LazyLock<Result<Vec<Spec>, SpecError>> =
    LazyLock::new(|| gofive_spec::BUNDLES.iter().map(|(_, bundle)| Spec::parse(bundle)).collect());

/// Returns the specs of all products.
fn specs() -> Result<&'static [Spec], SpecError> {
    SPECS.as_deref().map_err(Clone::clone)
}

/// A running server that stops when it is dropped.
pub struct Sandbox {
    server: Arc<Server>,
    port: u16,
    /// Dropping the sender is the signal to stop.
    _stop: watch::Sender<()>,
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

    /// The base URL of the server: `http://127.0.0.1:PORT`.
    pub fn base_url(&self) -> String {
        format!("http://{}:{}", Ipv4Addr::LOCALHOST, self.port)
    }

    /// The client identifier that the server accepts.
    pub fn client_id(&self) -> &str {
        &self.server.settings().client_id
    }

    /// The client secret that the server accepts.
    pub fn client_secret(&self) -> &str {
        &self.server.settings().client_secret
    }

    /// The subscription key that the server accepts.
    pub fn subscription_key(&self) -> &str {
        &self.server.settings().subscription_key
    }

    /// The number of access tokens issued so far.
    pub fn tokens_issued(&self) -> usize {
        self.server.state().tokens.issued()
    }

    /// The number of access tokens issued so far that [`Fault::EarlyTokenExpiry`] lets expire early.
    pub fn tokens_issued_with_early_expiry(&self) -> usize {
        self.server.state().tokens.issued_with_early_expiry()
    }

    /// Revokes all tokens issued so far, as the API does now and then before they expire.
    pub fn revoke_tokens(&self) {
        self.server.state().tokens.revoke();
    }

    /// The number of calls of an operation, by its `operationId`.
    ///
    /// It includes calls that were refused and calls that a fault affected.
    pub fn calls(&self, operation_id: &str) -> usize {
        self.server.state().calls.get(operation_id).copied().unwrap_or(0)
    }

    /// The number of calls of an operation that were carried out, by its `operationId`.
    ///
    /// It excludes calls that were refused or that a fault prevented. It includes calls where a fault, such as
    /// [`Fault::ResetAfter`], affected only the response.
    pub fn carried_out(&self, operation_id: &str) -> usize {
        self.server.state().carried_out.get(operation_id).copied().unwrap_or(0)
    }

    /// Replaces the random faults, and restarts their generator from the seed.
    ///
    /// Faults queued by [`Sandbox::queue_faults`] remain.
    pub fn set_faults(&self, faults: Faults) {
        self.server.state().injector.set(faults);
    }

    /// Queues faults for the next calls of an operation, by its `operationId`: one fault for each call.
    ///
    /// A queued fault replaces the random [`Faults`] of that call. A second call of this method adds to the queue. The
    /// operation can be `authorize`, which issues tokens.
    pub fn queue_faults(&self, operation_id: &str, faults: Vec<Fault>) {
        self.server.state().injector.queue(operation_id, faults);
    }

    /// The number of faults injected so far.
    ///
    /// Up to three faults apply to one request: a delay, clock skew and one other.
    pub fn faults_injected(&self) -> usize {
        self.server.state().injector.injected()
    }

    /// All cases with their current content: the initial one (T250200010), then the created ones in order.
    pub fn cases(&self) -> Vec<Case> {
        self.server.state().store.cases()
    }

    /// Removes the events of a customer from the sandbox and returns them.
    ///
    /// A long test that checks created events can call this regularly, so that they do not fill the memory.
    pub fn take_customer_events(&self, customer_code: &str) -> Vec<serde_json::Value> {
        self.server.state().store.take_customer_events(customer_code)
    }

    /// Replaces the employees that `get_employees_list` of empeo returns and that its update operations accept.
    ///
    /// Each is an object with the properties of the documented response; `employeeRefId` identifies the employee. If it
    /// also has a `companyName`, the employee belongs to that company only; responses omit this property.
    pub fn set_roster(&self, employees: Vec<serde_json::Value>) {
        self.server.state().store.set_roster(employees);
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("base_url", &self.base_url()).finish_non_exhaustive()
    }
}

/// The reason why a sandbox does not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum SandboxError {
    /// The server cannot listen on the port.
    #[non_exhaustive]
    Listen {
        /// The requested port; 0 means any free port.
        port: u16,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// The bundled spec cannot be parsed.
    Spec(SpecError),
}

impl fmt::Display for SandboxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen { port: 0, source } => write!(f, "cannot listen on any port of 127.0.0.1: {source}"),
            Self::Listen { port, source } => write!(
                f,
                "cannot listen on port {port} of 127.0.0.1: {source}; stop the program that uses it, or choose another \
                 port (0 takes a free one)"
            ),
            Self::Spec(error) => write!(f, "cannot parse the bundled spec: {error}; run `cargo xtask codegen`"),
        }
    }
}

impl std::error::Error for SandboxError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Listen { source, .. } => Some(source),
            Self::Spec(error) => Some(error),
        }
    }
}

/// Finds an operation in the specs of all products, and returns it with its spec.
#[cfg(test)]
fn documented(operation_id: &str) -> (&'static Spec, &'static gofive_spec::Operation) {
    let mut specs = specs().unwrap().iter();
    specs.find_map(|spec| Some((spec, spec.operation(operation_id)?))).unwrap()
}

#[cfg(test)]
mod tests;
