//! What the sandbox shows of the requests that it has received.

pub(crate) mod line;
pub(crate) mod masking;
pub(crate) mod observer;
pub(crate) mod outcome;
pub(crate) mod printing;
pub(crate) mod record;
pub(crate) mod requests;
