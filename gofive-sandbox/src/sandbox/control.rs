//! Who may use the control API, and what it shows, in Rust.

use super::{Sandbox, SandboxBuilder};
use crate::control_access::ControlAccess;
use crate::operations::state::OperationState;

impl Sandbox {
    /// The token that requests to the control API need; `None` if they need none, or if the sandbox has no control API.
    pub fn control_token(&self) -> Option<&str> {
        match &self.service.settings().control {
            ControlAccess::Token(token) => Some(token),
            ControlAccess::Off | ControlAccess::ThisMachine => None,
        }
    }

    /// All operations of the API, and how often each was called.
    pub fn operations(&self) -> Vec<OperationState> {
        self.service.operations()
    }

    /// Removes all faults: random ones, and queued ones.
    pub fn clear_faults(&self) {
        self.service.state().injector.clear();
    }
}

impl SandboxBuilder {
    /// Requires a token of the control API: requests to it need the header `Authorization: Bearer TOKEN`.
    ///
    /// By default, every program on this machine may use the control API without a token. If the sandbox listens on an
    /// address that other machines can reach, it then has a random token, which [`Sandbox::control_token`] returns.
    pub fn control_token(mut self, token: impl Into<String>) -> Self {
        self.settings.control = ControlAccess::Token(token.into());
        self
    }

    /// Turns the control API off: its paths then do not exist, but for the health check `/__sandbox/health`.
    pub fn without_control(mut self) -> Self {
        self.settings.control = ControlAccess::Off;
        self
    }
}
