//! What the maintainers' commands do with the spec. Each stage takes values and returns values; files are read by
//! [`sources`] and written by [`output`].
//!
//! ```text
//! sources ─▶ check (schema, bundle, lint, coverage) ─┬▶ rust (lower, generate) ─▶ output
//!                                                    └▶ website, sample        ─▶ output
//! sources of a revision, sources of the working tree ─▶ diff
//! sources, a saved page of the portal ─▶ portal ─▶ edited files
//! sources, shapes of responses ─▶ learn ─▶ edited files
//! ```

#![allow(missing_docs, reason = "not a published crate: modules are documented, plain fields are not")]
#![allow(clippy::format_push_string, clippy::format_collect, reason = "texts are small, and this reads better")]
#![allow(clippy::implicit_hasher, clippy::missing_panics_doc)]

mod build;
pub mod bundle;
pub mod check;
pub mod coverage;
pub mod diff;
pub mod finding;
mod group;
pub mod learn;
pub mod ledger;
mod node;
pub mod output;
pub mod portal;
pub mod readme;
pub mod rust;
mod sample;
pub mod sources;
pub mod website;
pub mod wording;

pub use self::build::{build, website};
pub use self::check::{Checked, check};
pub use self::sources::Sources;
