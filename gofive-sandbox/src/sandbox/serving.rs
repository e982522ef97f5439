//! Where a server listens, who may call it, and who sees its requests.

use super::SandboxBuilder;
use crate::log::observer::Observer;
use crate::log::record::RequestRecord;

impl SandboxBuilder {
    /// Sets the host to listen on, a name or an IP address; the default is 127.0.0.1, which only this machine can reach.
    ///
    /// `0.0.0.0` listens on all IPv4 addresses of this machine, `::` on all addresses. The sandbox is made for tests:
    /// do not let it be reached from the internet.
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.host = host.into();
        self
    }

    /// Sets the port to listen on; 0, the default, takes a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Lets pages of an origin, such as `http://localhost:5173`, call the API from a browser; `*` is all origins.
    ///
    /// Can be called several times. By default, no page can: browsers then refuse to send its requests, or to show it the
    /// responses. [`SandboxBuilder::start`] fails if it is not an origin.
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        self.settings.cors.allow(origin.into());
        self
    }

    /// Sets a function that is called with each request when its outcome is known, before its response is sent.
    ///
    /// The sandbox waits for the function. A request prints itself as one line without secrets:
    ///
    /// ```
    /// # use gofive_sandbox::Sandbox;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), gofive_sandbox::SandboxError> {
    /// let sandbox = Sandbox::builder().on_request(|request| eprintln!("{request}")).start().await?;
    /// // 19:57:07.123 POST /v1/case add_case 400 refused: subject is required
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_request(mut self, observe: impl Fn(&RequestRecord) + Send + Sync + 'static) -> Self {
        self.settings.observer = Some(Observer::new(observe));
        self
    }
}
