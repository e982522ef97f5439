//! Decoding: from a response to the payload, or to the reason why there is none.
//!
//! [`envelope`] reads the payload in one pass, [`level`] by level, as a [`payload`] record or list. If that pass does not
//! find a success code, [`summary`] reads what the body reports, and [`success`] has the rules. [`drift`] looks for what the spec does
//! not know, if somebody listens.

pub(crate) mod codes;
pub(crate) mod documented;
pub(crate) mod drift;
pub(crate) mod encoding;
pub(crate) mod envelope;
pub(crate) mod lenient;
pub(crate) mod level;
pub(crate) mod mixed;
pub(crate) mod payload;
pub(crate) mod problems;
pub(crate) mod property;
mod reader;
pub(crate) mod response;
pub mod success;
pub(crate) mod summary;
pub(crate) mod undocumented;
