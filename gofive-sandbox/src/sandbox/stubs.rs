//! Stubbed responses of a sandbox.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::Sandbox;
use crate::operations::name::Operation;
use crate::stubs::stub::{BusinessError, MountedStub, Stub, StubError, StubResponse, UnusedStubs};

/// Builds a stubbed response of an operation; [`mount`](Self::mount) adds it to the sandbox.
#[derive(Debug)]
#[must_use = "the stub applies only after `mount` is called"]
pub struct StubBuilder<'a> {
    sandbox: &'a Sandbox,
    stub: Stub,
}

impl Sandbox {
    /// Begins a stubbed response: what the operation responds in place of the sandbox's own behaviour.
    ///
    /// The subscription key and the token are checked before; what the spec requires of a request is not. Of several
    /// stubs, the first one that matches and is not used up applies. A request that no stub matches is carried out as
    /// usual. The operation can be [`AUTHORIZE`](crate::operation::AUTHORIZE), which issues tokens.
    ///
    /// ```
    /// use gofive_sandbox::{Sandbox, operation};
    /// use serde_json::json;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// sandbox
    ///     .respond(operation::ADD_CASE)
    ///     .when(json!({"subject": "x"}))
    ///     .once()
    ///     .business_error("4001", "assignedToUserId is not found")
    ///     .mount()?;
    /// sandbox.respond(operation::GET_PRODUCT).status(403).mount()?;
    /// // … run the program under test …
    /// let unused = sandbox.verify().unwrap_err();
    /// assert_eq!(unused.stubs.len(), 2, "nothing was called here");
    /// # Ok(())
    /// # }
    /// ```
    pub fn respond(&self, operation: Operation) -> StubBuilder<'_> {
        let stub = Stub { operation, when: Value::Null, times: None, response: StubResponse::default() };
        StubBuilder { sandbox: self, stub }
    }

    /// Adds a stubbed response behind the others of its operation, and returns its number.
    ///
    /// The error lists everything that is wrong with the stub.
    pub fn mount(&self, stub: Stub) -> Result<u64, StubError> {
        self.service.mount(stub)
    }

    /// All stubbed responses that are not used up, in the order in which they were mounted.
    pub fn stubs(&self) -> Vec<MountedStub> {
        self.service.state().stubs.list()
    }

    /// Removes a stubbed response by its number; `false` if it does not exist, or is used up.
    pub fn remove_stub(&self, id: u64) -> bool {
        self.service.state().stubs.remove(id)
    }

    /// Removes all stubbed responses.
    pub fn clear_stubs(&self) {
        self.service.state().stubs.clear();
    }

    /// Checks that all stubbed responses were used: each as often as it is for, or at least once if it is for all
    /// requests.
    pub fn verify(&self) -> Result<(), UnusedStubs> {
        self.service.state().stubs.verify()
    }
}

impl StubBuilder<'_> {
    /// Limits the stub to requests that contain these properties of the path, the query or the body.
    ///
    /// [`Stub::when`] explains the comparison.
    pub fn when(mut self, expected: Value) -> Self {
        self.stub.when = expected;
        self
    }

    /// Limits the stub to one request.
    pub fn once(self) -> Self {
        self.times(1)
    }

    /// Limits the stub to a number of requests.
    pub fn times(mut self, times: u64) -> Self {
        self.stub.times = Some(times);
        self
    }

    /// Uses the stub for all requests, which is the default.
    pub fn always(mut self) -> Self {
        self.stub.times = None;
        self
    }

    /// Sets the HTTP status code; without a body, nothing but the status code is sent.
    pub fn status(mut self, status: u16) -> Self {
        self.stub.response.status = Some(status);
        self
    }

    /// Sets a body of JSON.
    pub fn json(mut self, body: Value) -> Self {
        self.stub.response.json = Some(body);
        self
    }

    /// Sets a body of any bytes.
    pub fn body(mut self, body: impl AsRef<[u8]>, content_type: impl Into<String>) -> Self {
        let response = &mut self.stub.response;
        match std::str::from_utf8(body.as_ref()) {
            Ok(text) => response.text = Some(text.to_owned()),
            Err(_) => response.base64 = Some(STANDARD.encode(body)),
        }
        response.content_type = Some(content_type.into());
        self
    }

    /// Adds a header; one of the same name is replaced.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.stub.response.headers.insert(name.into(), value.into());
        self
    }

    /// Sets the time before the response is sent, in milliseconds at least.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.stub.response.delay_ms = Some(delay.as_millis().try_into().unwrap_or(u64::MAX));
        self
    }

    /// Sets a body with a business code in the envelope of the operation.
    ///
    /// The HTTP status code is that of a success, unless [`status`](Self::status) sets it: the API reports business
    /// errors with either. An error of [`AUTHORIZE`](crate::operation::AUTHORIZE) is one of OAuth with HTTP 400.
    pub fn business_error(mut self, code: impl Into<String>, description: impl Into<String>) -> Self {
        let error = BusinessError { code: code.into(), description: description.into() };
        self.stub.response.business_error = Some(error);
        self
    }

    /// Sets a documented example as the body, by its name: `documented` if it is that of the operation's page, or else
    /// `assembled`.
    pub fn from_example(mut self, name: impl Into<String>) -> Self {
        self.stub.response.example = Some(name.into());
        self
    }

    /// Adds the stub behind the others of its operation, and returns its number.
    ///
    /// The error lists everything that is wrong with the stub, such as an example that does not exist.
    pub fn mount(self) -> Result<u64, StubError> {
        self.sandbox.mount(self.stub)
    }
}
