//! `cargo xtask diff`: reports how a change of the spec affects users. Three layers compare the built documents and sources of
//! the base and the working tree; all that they report about one subject becomes one entry.
//!
//! The report assumes that the server behaves as the new spec says, also towards programs built with the old one.
//!
//! ```text
//! snapshot ─▶ pair ─┬▶ wire, schema ─┐
//!           (read)  ├▶ behaviour    ─┼▶ facts ─▶ merge (absorb, judge) ─▶ words ─▶ report ─▶ text, markdown, changelog
//!                   └▶ rust         ─┘
//! ```

mod absorb;
mod accepts;
mod behaviour;
mod change;
pub mod changelog;
mod compare;
mod document;
mod excerpt;
mod fact;
mod harm;
mod judge;
mod layout;
mod markdown;
mod merge;
mod pair;
mod read;
pub(crate) mod references;
mod render;
mod report;
mod rust;
mod same;
mod schema;
mod snapshot;
mod text;
mod value_type;
pub mod version;
mod what;
mod wire;
mod words;

pub use self::change::{Change, ChangeLocation, Class, Detail, Effect, Section, Whom};
pub use self::compare::{compare, with_revision};
pub use self::render::Format;
pub use self::report::{Report, Step};
pub use self::snapshot::{Product, Snapshot};
