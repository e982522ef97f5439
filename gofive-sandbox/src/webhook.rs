//! Webhooks: the events that the sandbox posts to registered targets, as Venio does.
//!
//! A target gets an event when a request creates a sales order, or converts a quotation to one. Nothing in the API makes a
//! chat message come in, so a test sends it with [`Webhooks::trigger`], which sends any other event, too.
//!
//! ```
//! use gofive_sandbox::Sandbox;
//! use gofive_sandbox::webhook::{DeliveryFault, Event, Target};
//!
//! # async fn receiver() -> std::io::Result<String> {
//! #     let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! #     Ok(format!("http://{}", listener.local_addr()?))
//! # }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let url = receiver().await?;
//! let sandbox = Sandbox::start().await?;
//! let webhooks = sandbox.webhooks();
//! webhooks.add_target(Target::new(format!("{url}/gofive")).secret_header("x-webhook-secret", "0f8b3c5d9e2a4716"))?;
//! webhooks.queue_faults([DeliveryFault::Double]); // a receiver must not handle an order twice
//! webhooks.trigger(&Event::new_sales_order("SO24090001"))?;
//! webhooks.settled().await; // … then look at what the receiver has done
//! for delivery in webhooks.deliveries() {
//!     println!("{}: {:?}", delivery.body, delivery.outcome);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Assumptions
//!
//! Only public integrations show what Venio sends; the portal's page about webhooks is not known. So the sandbox
//! assumes:
//!
//! - The bodies are those of the spec. An event of a sales order has nothing but its number, because its `Topic` and `Event`
//!   are not known.
//! - A request has the headers `Content-Type: application/json; charset=utf-8` and `User-Agent: gofive-sandbox/…`, and
//!   the secret header of its target. No signature, no identifier and no time of an event is known, so none is sent.
//! - An event is sent when the request has been carried out; it may arrive before that request has its response. An update
//!   of an order raises no event, and neither does a record that a test puts or a message that is sent through the API.
//! - The events of a target are sent one after the other, in their order. The target has
//!   10 seconds to respond ([`SandboxBuilder::webhook_timeout`](crate::SandboxBuilder::webhook_timeout)). Its response
//!   does not matter: nothing is sent again after an error, unless [`Webhooks::repeat`] does it.
//!
//! # Where events are sent
//!
//! Targets are on this machine: `localhost`, a name that ends in `.localhost`, or a loopback address. Another host needs
//! [`SandboxBuilder::allow_webhook_host`](crate::SandboxBuilder::allow_webhook_host). A name is resolved for each request,
//! and the address is checked that the connection is made to. No redirect is followed. The URL of a target starts with
//! `http://`: for `https`, put a proxy between them.

mod delivery;
mod error;
mod event;
mod event_kind;
mod log;
mod occasion;
mod post;
mod target;
mod webhooks;
mod worker;

pub use self::delivery::{Delivery, DeliveryFault, DeliveryOutcome};
pub use self::error::WebhookError;
pub use self::event::Event;
pub use self::event_kind::{EventKind, ParseEventKindError};
pub(crate) use self::occasion::raised_by;
pub(crate) use self::target::is_host;
pub use self::target::{RegisteredTarget, SecretHeader, Target};
pub use self::webhooks::Webhooks;
