//! The direction in which schemas are used.

/// Whether the program sends or receives a value. It receives the body of a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// The program sends it.
    Request,
    /// The program receives it.
    Response,
}
