//! The direction in which a schema is used.

/// Whether the client sends or receives a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    Request,
    Response,
}
