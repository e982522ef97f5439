//! Client for the Gofive API: Venio (CRM), empeo (HR), eTaxGo (e-tax documents).
//!
//! ```no_run
//! use gofive_api::venio::{AddCaseRequest, CaseType};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let gofive = gofive_api::Gofive::from_env()?;
//! let case = gofive
//!     .venio()
//!     .add_case(
//!         &AddCaseRequest::builder()
//!             .case_type(CaseType::REQUEST_FOR_ACTION)
//!             .subject("Printer on fire") // without a required field it does not compile
//!             .category_id(2_140_016_585)
//!             .date_case(jiff::Timestamp::now())
//!             .date_due("2025-02-05T17:35:53+07:00".parse::<gofive_api::DateTime<_>>()?)
//!             .assigned_to_user_id("6d473b8f-a6b3-4536-b1e6-f4b7688414e2")
//!             .build(),
//!     )
//!     .await?;
//! if let Some(id) = case.feedback_id {
//!     println!("case {id}");
//! }
//! # Ok(()) }
//! ```
//!
//! The required properties of a request have to be set, or the program does not compile:
//!
//! ```compile_fail,E0277
//! use gofive_api::venio::UpdateProductStockProduct;
//!
//! let no_quantity = UpdateProductStockProduct::builder().product_code("A001").build();
//! ```
//!
//! # What you can count on
//!
//! - **The payload itself.** The API wraps its payloads in a dozen envelopes; every method returns the payload alone.
//!   No payload is refused because of a missing property or a null: all fields of payloads are `Option`.
//! - **An honest success.** A method returns `Ok` only if the body reports success or contains the documented payload;
//!   [`success`] has the rules.
//! - **One error.** Every method fails with [`Error`], also for a business error in an HTTP 200.
//! - **One token.** Fetched on first use, shared by all clones and tasks, renewed in the background, and replaced after
//!   a 401 if another one can help. A [`TokenCache`] shares it between processes.
//! - **No harm.** An operation that creates something is sent again only if no connection was made, after a 429, and
//!   once after a 401 with a new token ([`RetryPolicy`]). [`Error::outcome_unknown`] says whether a failed call may
//!   have been carried out. Redirects are not followed.
//! - **Any runtime.** Calls need tokio, with timers and I/O. A session may be a static that several runtimes use, even
//!   if they end; without a runtime a call is an error, not a panic.
//! - **Nothing lost.** Date-times are preserved as sent, amounts and long numbers keep their digits, unknown values of
//!   enumerations are preserved, unknown properties of records are in `extra`, undocumented payloads are [`RawJson`],
//!   and the error of an unexpected response contains all of it.
//! - **No secrets in logs.** Secrets cannot be printed, and are masked in errors and in bodies that are logged on
//!   request ([`logging`]).
//!
//! # Dependencies
//!
//! Calls run on tokio 1.54 or newer. The public API has types of jiff 1 (dates and times) and `rust_decimal 1.43` (amounts),
//! and re-exports both crates as [`jiff`] and [`rust_decimal`]. The crate `gofive-sandbox` is a local server that behaves like
//! the API: tests need no account.
//!
//! # Features
//!
//! | feature | default | |
//! |---|---|---|
//! | `venio` | yes | the client of Venio (CRM) |
//! | `empeo` | | the client of empeo (HR) |
//! | `etaxgo` | | the client of eTaxGo (e-tax documents) |
//! | `rustls` | yes | TLS by rustls with ring |
//! | `blocking` | | `Gofive::block_on`, for programs that are not asynchronous |
//! | `gzip` | | asks for compressed responses |
//! | `schemars` | | `JsonSchema` on all types |
//! | `deserialize-requests` | | `Deserialize` on request types, for programs that read requests from a file or a queue |
//! | `chrono` | | conversions of [`DateTime`] and [`Date`] from and to the types of `chrono` |
//! | `time` | | the same for `time` |
//! | `profile` | | profiles: credentials in a file of the user, and a token that many processes share |
//! | `recorder` | | `GofiveBuilder::record_shapes` records the shapes of responses, without any value |
//! | `unreviewed` | | operations that are drafted and not reviewed ([what this means](crate::unreviewed)) |
//!
//! # Minimum supported Rust version
//!
//! 1.88, which the generator needs. Raising it is a minor version.
#![cfg_attr(
    all(feature = "venio", feature = "empeo", feature = "etaxgo"),
    doc = concat!("\n", include_str!("generated/operations.md"))
)]
#![cfg_attr(
    not(all(feature = "venio", feature = "empeo", feature = "etaxgo")),
    allow(
        dead_code,
        unused_imports,
        unused_macros,
        reason = "which parts of the runtime are used depends on the products"
    )
)]
// docs.rs shows the feature of each item.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[rustfmt::skip]
#[allow(clippy::all, clippy::pedantic, reason = "generated code")]
#[warn(clippy::incompatible_msrv)]
mod generated;

#[cfg(feature = "blocking")]
mod blocking;
mod builder;
mod call;
mod custom_request;
mod decoding;
mod errors;
#[doc = include_str!("../docs/evidence.md")]
pub mod evidence {}
mod gofive;
#[doc = include_str!("../docs/logging.md")]
pub mod logging {}
#[doc = include_str!("../docs/network.md")]
pub mod network {}
#[doc = include_str!("../docs/unreviewed.md")]
pub mod unreviewed {}
mod paging;
#[cfg(feature = "profile")]
pub mod profile;
mod runtime;
mod values;
#[cfg(feature = "venio")]
pub mod webhook;

#[cfg(feature = "empeo")]
pub use crate::generated::empeo;
#[cfg(feature = "etaxgo")]
pub use crate::generated::etaxgo;
#[cfg(feature = "venio")]
pub use crate::generated::venio;

pub use crate::builder::GofiveBuilder;
pub use crate::call::observer::Attempt;
pub use crate::call::operation::{Idempotency, Operation};
pub use crate::call::options::{CallOptions, Capture, RawResponse};
pub use crate::call::retry::RetryPolicy;
pub use crate::call::token::cache::{CachedToken, TokenCache, TokenCacheError};
pub use crate::custom_request::{CustomRequest, Paging};
pub use crate::decoding::drift::{Drift, DriftKind};
pub use crate::decoding::success;
pub use crate::errors::{Error, ErrorKind, Problem, business_code};
pub use crate::gofive::Gofive;
pub use crate::paging::{Items, Pages, PagingError};
pub use crate::values::{
    Date, DateTime, Decimal, DecimalRangeError, Id, Nullable, ParseDateTimeError, ParseDecimalError, ParseEnumError,
    RawJson, Secret, TextDecimal, format,
};
#[cfg(feature = "recorder")]
pub use gofive_shapes as shapes;
pub use reqwest::Method;
#[cfg(feature = "rustls")]
pub use rustls;
pub use {jiff, reqwest, rust_decimal};
