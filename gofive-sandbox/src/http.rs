//! From a connection to a request of HTTP, and from a response back to it.

pub(crate) mod bodies;
pub(crate) mod connection;
pub(crate) mod cors;
pub(crate) mod listening;
pub(crate) mod server;
