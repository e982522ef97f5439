//! A local server that behaves like the Gofive API, for tests and for trying things out.
//!
//! One server has all operations of the three products, Venio, empeo and eTaxGo. The specs drive it: it refuses what they
//! refuse, responds with the documented examples, and remembers what requests create. A sales order that was created can
//! be fetched, an employee whom the sandbox does not have cannot be updated, a document can be cancelled once. The server
//! listens on this machine only unless [`SandboxBuilder::host`] says otherwise, and keeps its data in memory until it stops;
//! [`SandboxBuilder::state_file`] keeps its records longer.
//!
//! ```
//! use gofive_sandbox::{Sandbox, operation};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), gofive_sandbox::SandboxError> {
//! let sandbox = Sandbox::start().await?;
//! println!("{} with {} and {}", sandbox.base_url(), sandbox.client_id(), sandbox.subscription_key());
//! // … run the program under test against `base_url` …
//! assert_eq!(sandbox.calls(operation::ADD_CASE), 0);
//! # Ok(())
//! # }
//! ```
//!
//! The program of the same name, which runs such a server until Ctrl-C is pressed, needs the feature `cli`:
//! `cargo run -p gofive-sandbox --features cli`.
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
//! - fills the properties of a response that its page requires with placeholders if no request has set them, and computes no
//!   totals: a record that is put into the sandbox may have them;
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
//! empeo: updates of employees do not change the list of them.
//!
//! eTaxGo: the sandbox
//!
//! - identifies a document by its number alone, regardless of its type and seller; a new document with the number of
//!   another one replaces it;
//! - gives a number (`ET900001`) to a document without one;
//! - never submits anything to the Revenue Department, so that every document can be cancelled, but only once.
//!
//! # How well a response is known
//!
//! Every response has a header with the grades of its operation, as [the spec] has them, and with where the response comes
//! from:
//!
//! ```text
//! x-gofive-evidence: path=portal, request=complete, response=partial, behaviour=presumed
//! ```
//!
//! - `path`, `request` and `response` say how well these parts of the operation are known: `complete` is all of the portal's
//!   table, `partial` some of it, `example-only` the portal's example alone, `observed` what responses were seen to have, `wire` what public
//!   integrations use, `legacy` the portal of 2021, and `none` nothing. The grade of a path that the portal has is `portal`. They are missing if the
//!   request has no operation, because its path or method is unknown.
//! - Without `behaviour`, the response is the documented example, unchanged.
//! - With `behaviour=presumed`, the sandbox decided itself: it refused the request, or made the body from its records, from
//!   the request or from the schema. The API may respond otherwise, so do not rely on more than `response` says.
//! - With `behaviour=injected`, the response is a fault; with `behaviour=stubbed`, a stub.
//!
//! The API itself does not send this header, so a program must not need it. A test can use it: one that depends on a
//! response with `response=none` tests the sandbox rather than the API.
//!
//! [the spec]: https://docs.rs/gofive-spec/latest/gofive_spec/enum.Grade.html
//!
//! # Control
//!
//! | what | with |
//! |---|---|
//! | say what an operation responds, and check that it was called | [`Sandbox::respond`], [`Sandbox::verify`] |
//! | read what was sent, and what became of it | [`Sandbox::requests`], [`Sandbox::calls`], [`Sandbox::carried_out`] |
//! | put, read and delete records | [`Sandbox::put_record`], [`Sandbox::records`], [`Sandbox::delete_record`] |
//! | load records from files | [`Sandbox::load_records`], [`SandboxBuilder::records`] |
//! | return to the start, save and restore records | [`Sandbox::reset`], [`Sandbox::save_snapshot`], [`Sandbox::load_snapshot`] |
//! | let tokens expire, revoke them, set the clock | [`Sandbox::expire_tokens`], [`Sandbox::revoke_tokens`], [`Sandbox::advance_time`] |
//! | inject faults | [`Sandbox::queue_faults`], [`Sandbox::set_faults`] |
//!
//! Operations are the constants of [`operation`]. The values that these functions take and return have a JSON form.
//!
//! # Fault injection
//!
//! By default nothing goes wrong. [`Faults`] injects faults at random, by probability and seed;
//! [`Sandbox::queue_faults`] injects them into the next calls of one operation. [`Sandbox::carried_out`] counts the calls
//! that were carried out all the same.
//!
//! # Webhooks
//!
//! [`Sandbox::webhooks`] sends the events that Venio sends: of a sales order when one is created, and any other event on
//! request. The module [`webhook`] has an example, and says what is assumed.
//!
//! # Control API
//!
//! Everything that the methods of [`Sandbox`] do, programs in any language can do over HTTP, below `/__sandbox/`:
//! `GET /__sandbox/openapi.json` describes it for their generators.
//!
//! ```console
//! $ curl http://localhost:4010/__sandbox/stubs --header "Content-Type: application/json" --data '
//!     {"operation": "add_case", "times": 1, "response": {"businessError": {"code": "4001", "description": "Locked"}}}'
//! $ curl "http://localhost:4010/__sandbox/requests?operation=add_case&limit=1"
//! $ curl --request POST http://localhost:4010/__sandbox/reset
//! ```
//!
//! It needs no secret if only this machine can reach the server, and a token otherwise
//! ([`SandboxBuilder::control_token`]). It refuses requests of pages of other servers, and those whose `Host` is not a name
//! of this machine unless they have the token. [`SandboxBuilder::without_control`] turns it off.
//!
//! # Initial data
//!
//! A new sandbox has the records that the documentation's examples mention:
//!
//! - the customers whose codes occur in them, such as C000001 and C000154, and the events 2, 9 and 13;
//! - the case T250200010, the products A001, A002 and A003, the deal 1, the expense 1, the contract CONT250600006, and the
//!   contract `string`: a placeholder that is the documented number of a contract with a service;
//! - the sales orders SO260600039 (identifier 281940) and SO24090001; the quotation Q12220000110;
//! - the employee UAT007 of Venio, and the made-up ones UAT900 (John Doe) and UAT901 (Bob Name); the employee 23003 of the
//!   company "empeo Dev Test" of empeo;
//! - the documents T2024001233, T2024001234 and XYZ987654321 of eTaxGo.

mod clock;
mod control;
mod control_access;
mod error;
mod faults;
mod generated;
mod http;
mod limits;
mod log;
mod nearest;
mod operations;
mod page;
mod random;
mod records;
mod sandbox;
mod serde_time;
mod service;
mod settings;
mod specs;
mod store;
mod stubs;
mod token;
pub mod webhook;

pub use crate::error::SandboxError;
pub use crate::faults::Faults;
pub use crate::faults::fault::Fault;
pub use crate::generated::operation;
pub use crate::log::outcome::Outcome;
pub use crate::log::record::RequestRecord;
pub use crate::operations::name::Operation;
pub use crate::operations::parsing::ParseOperationError;
pub use crate::operations::state::{OperationEvidence, OperationState};
pub use crate::records::error::{LoadError, RecordError};
pub use crate::records::kind::{ParseRecordKindError, RecordKind};
pub use crate::records::snapshot::{Snapshot, SnapshotError};
pub use crate::sandbox::{Sandbox, SandboxBuilder, StubBuilder};
pub use crate::store::Case;
pub use crate::stubs::stub::{BusinessError, MountedStub, Stub, StubError, StubResponse, UnusedStubs};

#[cfg(test)]
mod tests;
