//! A local server that behaves like the Gofive API, driven by the specs: for tests and for trying things out.
//!
//! One server has all operations of the three products, Venio, empeo and eTaxGo. It refuses what the specs refuse,
//! answers with the documented examples, and remembers what it is told: a sales order that was created can be fetched,
//! an employee who is not in the roster cannot be updated, a document is cancelled once. It listens on this machine only,
//! and whatever it knows is gone when it stops.
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
//! # What it presumes
//!
//! The documentation leaves gaps. Where the specs are silent, the sandbox has its own way, which need not be the API's.
//!
//! Answers: it
//!
//! - answers with `{"status": {"code": "1000", "description": "Success"}}`, and puts what it remembers into `data`: the
//!   number or identifier of what was created, an array of what was searched for;
//! - fills members that an answer requires and nobody told with placeholders, and reckons no totals;
//! - ignores members that a body has in excess, but refuses query parameters that the specs do not know;
//! - refuses a token or a subscription key with HTTP 401 and without a business code, as a gateway does:
//!   `{"statusCode": 401, "message": "Unauthorized"}`;
//! - refuses a code or number that does not exist with HTTP 400 and the business code 4001, which empeo's envelope of
//!   `statusCode` and `message` has beside the `status` of all others.
//!
//! Venio: it
//!
//! - takes `take: 0` for all products, and an empty `status` for any;
//! - takes a `feedbackId` in place of a case number, as the answer to opening a case does not tell the number;
//! - updates the quotation that `quotationNo` or else `referenceNo` names, and completes one that is converted;
//! - converts the quotation of the path, whatever number the body has;
//! - searches expenses by type, status and text, but neither by staff nor by period;
//! - takes the service in the body of a contract for the contract's first one.
//!
//! empeo: it keeps one roster, which [`Sandbox::set_roster`] replaces; updates of employees leave no trace in it.
//!
//! eTaxGo: it
//!
//! - knows a document by its number alone, whatever its type or seller; a new one under a known number replaces it;
//! - gives a number (`ET900001`) to a document that has none;
//! - never submits anything to the Revenue Department, so that every document can be cancelled, but only once.
//!
//! # What goes wrong
//!
//! Nothing does, until it is told to: [`Faults`] befall requests by probability and seed, [`Sandbox::fault_next`] the
//! next calls of one operation. [`Sandbox::carried_out`] tells what became of them all.
//!
//! # What it starts with
//!
//! It starts with what the documentation's examples speak of:
//!
//! - the customers whose codes occur in them, such as C000001 and C000154, and the events 2, 9 and 13;
//! - the case T250200010, the products A001, A002 and A003, the deal 1, the expense 1, the contract CONT250600006
//!   and, by the placeholder that is the documented number of one with a service, the contract `string`;
//! - the sales orders SO260600039 (identifier 281940) and SO24090001; the quotation QT900000, as none is documented;
//! - the employees UAT007 and, made up, UAT900 (John Doe) and UAT901 (Bob Name) of Venio, and 23003 of the company
//!   "empeo Dev Test" of empeo;
//! - the documents T2024001233, T2024001234 and XYZ987654321 of eTaxGo.

mod answer;
mod broken;
mod builder;
mod check;
mod conn;
mod fault;
mod faults;
mod form;
mod grant;
mod inject;
mod memory;
mod route;
mod server;
mod shape;
mod token;

use std::fmt;
use std::net::Ipv4Addr;
use std::sync::{Arc, LazyLock};

use gofive_spec::{Spec, SpecError};
use tokio::sync::watch;

pub use crate::builder::SandboxBuilder;
pub use crate::fault::Fault;
pub use crate::faults::Faults;
pub use crate::memory::Case;
use crate::server::Server;

/// Reading the specs takes a while, so that all sandboxes of a program share them.
static SPECS: LazyLock<Result<Vec<Spec>, SpecError>> =
    LazyLock::new(|| gofive_spec::BUNDLES.iter().map(|(_, bundle)| Spec::parse(bundle)).collect());

/// The specs of all products.
fn specs() -> Result<&'static [Spec], SpecError> {
    SPECS.as_deref().map_err(Clone::clone)
}

/// A running server; it stops when dropped.
pub struct Sandbox {
    server: Arc<Server>,
    port: u16,
    /// Dropping the sender is the signal to stop.
    _stop: watch::Sender<()>,
}

impl Sandbox {
    /// Starts a server on a free port, with credentials of its own.
    pub async fn start() -> Result<Self, SandboxError> {
        Self::builder().start().await
    }

    /// Settings for a server, to be started with [`SandboxBuilder::start`].
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    /// Where it listens: `http://127.0.0.1:PORT`.
    pub fn base_url(&self) -> String {
        format!("http://{}:{}", Ipv4Addr::LOCALHOST, self.port)
    }

    /// The client identifier that it accepts.
    pub fn client_id(&self) -> &str {
        &self.server.settings().client_id
    }

    /// The client secret that it accepts.
    pub fn client_secret(&self) -> &str {
        &self.server.settings().client_secret
    }

    /// The subscription key that it accepts.
    pub fn subscription_key(&self) -> &str {
        &self.server.settings().subscription_key
    }

    /// How many access tokens were issued so far.
    pub fn tokens_issued(&self) -> usize {
        self.server.state().tokens.issued()
    }

    /// How many of the access tokens issued so far were to end before their time, by [`Fault::EarlyTokenExpiry`].
    pub fn tokens_issued_with_early_end(&self) -> usize {
        self.server.state().tokens.issued_with_early_end()
    }

    /// Refuses all tokens issued so far from now on, as the API does once in a while before they expire.
    pub fn revoke_tokens(&self) {
        self.server.state().tokens.revoke();
    }

    /// How often an operation was called by its `operationId`, calls that were refused or met a fault included.
    pub fn calls(&self, operation_id: &str) -> usize {
        self.server.state().calls.get(operation_id).copied().unwrap_or(0)
    }

    /// How often an operation was carried out by its `operationId`: neither refused nor kept from it by a fault.
    ///
    /// A call whose answer alone met a fault, such as [`Fault::ResetAfter`], is among them.
    pub fn carried_out(&self, operation_id: &str) -> usize {
        self.server.state().carried_out.get(operation_id).copied().unwrap_or(0)
    }

    /// What goes wrong from now on, decided from the start of its seed; what [`Sandbox::fault_next`] queued remains.
    pub fn set_faults(&self, faults: Faults) {
        self.server.state().injector.set(faults);
    }

    /// Queues one fault each for the next calls of an operation by its `operationId`, whatever [`Faults`] there are.
    ///
    /// They follow those queued before. `authorize`, the operation for tokens, is no exception.
    pub fn fault_next(&self, operation_id: &str, faults: Vec<Fault>) {
        self.server.state().injector.queue(operation_id, faults);
    }

    /// How many faults took effect so far. A request can meet up to three, of which two are latency and clock skew.
    pub fn faults_injected(&self) -> usize {
        self.server.state().injector.injected()
    }

    /// All cases as they are now: first the one that is there from the start (T250200010), then those that were opened.
    pub fn cases(&self) -> Vec<Case> {
        self.server.state().memory.cases()
    }

    /// Removes the events of a customer from the sandbox's memory and returns them.
    ///
    /// A long test that checks what was created needs no more memory for it than for the latest events.
    pub fn take_customer_events(&self, customer_code: &str) -> Vec<serde_json::Value> {
        self.server.state().memory.take_customer_events(customer_code)
    }

    /// Replaces the employees that `get_employees_list` of empeo pages through and its updates look for.
    ///
    /// Each is an object with the members of the documented answer, `employeeRefId` above all. One that has a
    /// `companyName` besides is an employee of that company only; the answer leaves this member out.
    pub fn set_roster(&self, employees: Vec<serde_json::Value>) {
        self.server.state().memory.set_roster(employees);
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("base_url", &self.base_url()).finish_non_exhaustive()
    }
}

/// Why a sandbox does not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum SandboxError {
    /// The port cannot be listened on.
    #[non_exhaustive]
    Listen {
        /// The port asked for; 0 is any free one.
        port: u16,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The bundled spec cannot be read.
    Spec(SpecError),
}

impl fmt::Display for SandboxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen { port: 0, source } => write!(f, "no port of 127.0.0.1 can be listened on: {source}"),
            Self::Listen { port, source } => write!(
                f,
                "port {port} of 127.0.0.1 cannot be listened on: {source}; stop what uses it, or choose another port (0 \
                 takes a free one)"
            ),
            Self::Spec(error) => write!(f, "the bundled spec cannot be read: {error}; run `cargo xtask codegen`"),
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

/// An operation of whichever product, and its spec.
#[cfg(test)]
fn documented(operation_id: &str) -> (&'static Spec, &'static gofive_spec::Operation) {
    let mut specs = specs().unwrap().iter();
    specs.find_map(|spec| Some((spec, spec.operation(operation_id)?))).unwrap()
}

#[cfg(test)]
mod tests;
