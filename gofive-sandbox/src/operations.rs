//! The operations of the API: how they are named, how a request is checked, and what a response is made of.

pub(crate) mod evidence;
pub(crate) mod form;
pub(crate) mod name;
pub(crate) mod outgoing;
pub(crate) mod parsing;
pub(crate) mod payload_schema;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod route;
pub(crate) mod state;
pub(crate) mod typed;
