//! From the spec to the generated crate, and back to what is public in it.

pub mod generate;
pub mod lower;
pub(crate) mod names;
pub mod surface;
