//! The shapes of responses of the Gofive API: which properties they have, of which types, how often null. Without any value.
//!
//! A [`Recorder`] takes the bodies of responses and keeps a [`Shape`] of them, in one [`ShapeFile`] for each operation. The types of
//! a file have no field that could hold a value: their only texts are names of properties ([`Name`]) and of formats
//! ([`TextFormat`]); counts and lengths are powers of two ([`Count`], [`Size`]), and the most exact time is a [`Month`].
//!
//! The crate `gofive-api` records with its feature `recorder`, and the command `gofive` with `--record`.
//!
//! # What is never written
//!
//! - A value, or a hash of one; the smallest or the largest one; an exact count, which would be the length of a list.
//! - Headers, addresses, arguments, hosts, and anything of a request.
//! - A name that the spec does not have, unless it is an ASCII identifier of at most 40 characters with at most four digits, occurs in
//!   more than half of the objects at its location and in at least 20 of them, and the location has fewer than 100 names. So
//!   the keys of a table, such as identifiers or names of users, are not written. A key that is in every object
//!   is: look at the names before you send a file.

/// The code of the README, compiled with the doc tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod arm;
mod as_text;
mod count;
mod file;
mod folder;
mod json;
mod month;
mod name;
mod number_kind;
mod outline;
mod recorded;
mod recorder;
mod session;
mod shape;
mod size;
mod text_format;
mod tree;

pub use crate::arm::{Arm, ResponseKind};
pub use crate::count::Count;
pub use crate::file::{MergeShapesError, ParseShapesError, ShapeFile, Total};
pub use crate::folder::{RecordError, read_shapes, write_shapes};
pub use crate::month::Month;
pub use crate::name::{KnownNames, Name};
pub use crate::number_kind::NumberKind;
pub use crate::recorder::Recorder;
pub use crate::session::{Session, SessionId};
pub use crate::shape::Shape;
pub use crate::size::Size;
pub use crate::text_format::TextFormat;
