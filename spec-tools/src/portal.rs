//! `cargo xtask portal`: reads pages of the portal, and drafts the operations that they describe. Each stage has its files:
//!
//! ```text
//! read                                      a file of any form → pages (page.rs), or the index of a site (index.rs)
//!   text, sections, table, sample           a saved page → lines → the content of the page
//!   markdown, document                      Markdown or an export → OpenAPI documents → pages
//! draft                                     pages → edited files, one page after the other
//!   comparison, values, success             table and example → types and oddities
//!   name, schema, oddities, operation       → the operation and its schemas
//!   edit                                    → the group's file, the root, the ledger
//! verify, difference                        an operation and its page → differences, edited files
//! listing, lock, status                     the whole portal against the ledgers, and against what was seen of it before
//! ```
//!
//! The draft guesses nothing: what a page does not say is listed, with the line.

pub mod comparison;
pub mod difference;
mod document;
mod draft;
mod edit;
pub mod index;
mod listing;
mod lock;
mod markdown;
pub mod name;
pub mod oddities;
pub mod operation;
pub mod page;
mod read;
pub mod sample;
pub mod schema;
pub mod sections;
mod status;
pub mod success;
pub mod table;
pub mod text;
pub mod values;
pub mod verify;
mod words;

pub use crate::sources::Edited;

pub use self::draft::{Drafts, Options, draft};
pub use self::operation::Draft;
pub use self::read::Portal;
pub use self::status::{Difference, Missing, Status, What, status};
pub use self::verify::{update, verify};
