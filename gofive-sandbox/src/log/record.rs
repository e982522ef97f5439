//! A request as the log shows it.

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::faults::fault::Fault;
use crate::log::outcome::Outcome;
use crate::operations::name::Operation;

/// A request that a sandbox has received; secrets are masked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RequestRecord {
    /// The number of the request, in the order in which requests were carried out or refused.
    pub number: u64,
    /// The time by the clock of the sandbox; in JSON, milliseconds since 1970.
    #[serde(rename = "timeMs", with = "crate::serde_time::unix_millis")]
    pub time: SystemTime,
    /// The HTTP method.
    pub method: String,
    /// The path, as it was sent.
    pub path: String,
    /// The parameters of the query; one that was sent several times is a list.
    pub query: BTreeMap<String, Value>,
    /// The headers, with names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body: JSON, the fields of a form, any other text, or null if there was none or it was not received.
    pub body: Value,
    /// The operation; none if the path or the method is unknown.
    pub operation: Option<Operation>,
    /// The HTTP status code that was sent; none if the connection was reset.
    pub status: Option<u16>,
    /// What became of the request.
    pub outcome: Outcome,
    /// The faults that applied.
    pub faults: Vec<Fault>,
}
