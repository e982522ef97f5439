//! The direction in which a schema is used.

pub use gofive_spec::Direction;
