//! A stubbed response as a plain value: which requests it is for, how often, and what is sent.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::operations::name::Operation;

/// A stubbed response: what an operation responds in place of the sandbox's own behaviour.
///
/// [`Sandbox::respond`](crate::Sandbox::respond) builds one; as JSON, it is passed to
/// [`Sandbox::mount`](crate::Sandbox::mount):
///
/// ```
/// let stub: gofive_sandbox::Stub = serde_json::from_value(serde_json::json!({
///     "operation": "add_case",
///     "when": {"subject": "x"},
///     "times": 1,
///     "response": {"businessError": {"code": "4001", "description": "assignedToUserId is not found"}},
/// }))?;
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Stub {
    /// The operation that responds.
    pub operation: Operation,
    /// What a request has to contain; null for any request.
    ///
    /// The properties of an object are those of the path, the query and the body. A request may have others, also in
    /// objects inside of it. A list has to have the same number of items. Numbers are equal by value: `1` and `1.0`. For an
    /// operation whose body is a list, this is a list.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub when: Value,
    /// How many requests it is for; without it, all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// What is sent.
    pub response: StubResponse,
}

/// The response of a [`Stub`]. It has at most one body: `json`, `text`, `base64`, `businessError` or `example`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct StubResponse {
    /// The HTTP status code; without it, that of the example, or else of the operation's documented success.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Headers by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// A body of JSON.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub json: Option<Value>,
    /// A body of text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// A body of any bytes, in Base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base64: Option<String>,
    /// The `Content-Type` of the body; without it, that of JSON, or for a text `text/plain; charset=utf-8`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// A body with a business code, in the envelope of the operation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub business_error: Option<BusinessError>,
    /// The name of a documented example, which is the body: `documented` or `assembled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
    /// The time in milliseconds before the response is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u64>,
}

/// A business error: what an envelope reports about a request that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct BusinessError {
    /// The business code: `4001`.
    pub code: String,
    /// What is wrong.
    pub description: String,
}

/// A stub of a sandbox, and how often it has been used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MountedStub {
    /// The number of the stub.
    pub id: u64,
    /// The number of requests that it was the response to.
    pub used: u64,
    /// The stub.
    pub stub: Stub,
}

/// What is wrong with a [`Stub`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct StubError {
    /// The operation of the stub.
    pub operation: Operation,
    /// Each problem, with what to do.
    pub problems: Vec<String>,
}

/// The stubs that were not used up: fewer requests matched them than expected.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct UnusedStubs {
    /// The stubs, in the order in which they were mounted.
    pub stubs: Vec<MountedStub>,
}

/// A value that is there, also if it is null.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl MountedStub {
    /// Whether all requests that it is for have come; for a stub without a number, whether one has.
    pub fn is_used_up(&self) -> bool {
        self.used >= self.stub.times.unwrap_or(1)
    }
}

impl fmt::Display for MountedStub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.stub.operation)?;
        if !self.stub.when.is_null() {
            write!(f, " when {}", self.stub.when)?;
        }
        match self.stub.times {
            Some(times) => write!(f, ": used {} of {times} times", self.used),
            None => write!(f, ": used {} times", self.used),
        }
    }
}

impl fmt::Display for StubError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the stub of `{}` cannot be mounted: {}", self.operation, self.problems.join("; "))
    }
}

impl std::error::Error for StubError {}

impl fmt::Display for UnusedStubs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("some stubs were not used up; compare them with `Sandbox::requests`:")?;
        self.stubs.iter().try_for_each(|stub| write!(f, "\n  {stub}"))
    }
}

impl std::error::Error for UnusedStubs {}
