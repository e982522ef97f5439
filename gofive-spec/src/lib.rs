//! The typed model of Gofive's bundled OpenAPI documents, and validators for their schemas.
//!
//! [`Api`] is everything that a document says: operations with their parameters, bodies, examples and payloads, named
//! schemas, and the `x-gofive-…` extensions. [`Spec`] adds validators. The linter, the sandbox and the tests read the
//! documents with this crate, so that they agree on their meaning.
//!
//! ```
//! # #[cfg(feature = "bundles")] {
//! use gofive_spec::{Method, Spec};
//!
//! let spec = Spec::parse(gofive_spec::VENIO).expect("the committed bundle can be read");
//! let add_case = spec.operation("add_case").expect("documented");
//! assert_eq!((add_case.method, add_case.path.as_str()), (Method::Post, "/v1/case"));
//! assert!(spec.validate(add_case.request_schema().expect("it has a body"), &serde_json::json!({})).is_err());
//! # }
//! ```
//!
//! A document must be one that `cargo xtask codegen` has bundled: OpenAPI 3.0 with the keywords and extensions that
//! `openapi/README.md` explains. Anything else is an error with its JSON pointer, so that nothing is lost silently. Older
//! bundles, with older names of extensions, can be read too.

// docs.rs shows the feature of each item.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod api;
mod body;
#[cfg(feature = "bundles")]
mod bundles;
mod direction;
mod error;
mod evidence;
mod format;
mod idempotency;
mod json_type;
mod node;
mod operation;
mod paging;
mod payload;
mod pointer;
mod schema;
mod spec;
mod texts;
mod usage;

pub use crate::api::{Api, Group, Info, Link, Server};
pub use crate::body::{Body, Content, Example, MediaType, Response};
#[cfg(feature = "bundles")]
pub use crate::bundles::{BUNDLES, EMPEO, ETAXGO, VENIO};
pub use crate::direction::Direction;
pub use crate::error::SpecError;
pub use crate::evidence::{Evidence, Grade, Observed};
pub use crate::format::Format;
pub use crate::idempotency::Idempotency;
pub use crate::json_type::JsonType;
pub use crate::operation::{Method, Operation, Parameter, ParameterLocation, Segment};
pub use crate::paging::{Paging, PagingStyle};
pub use crate::payload::{Payload, PayloadError, PayloadKind};
pub use crate::pointer::{ParsePointerError, Pointer, escape};
pub use crate::schema::{
    ArraySchema, Combination, EnumValue, Enumeration, NumberRange, ObjectSchema, PageFlags, Property, PropertySource,
    Schema, SchemaKind, StringSchema,
};
pub use crate::spec::{SchemaValidator, Spec, Validators, Violation};
pub use crate::usage::{Usage, Use};
