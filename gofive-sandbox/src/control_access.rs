//! Who may use the control API.

use std::fmt;

/// Who may use the control API.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum ControlAccess {
    /// Nobody: the sandbox has no control API.
    Off,
    /// Every program on this machine, without a secret.
    ThisMachine,
    /// Every program that sends the token.
    Token(String),
}

impl fmt::Debug for ControlAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Off => "Off",
            Self::ThisMachine => "ThisMachine",
            Self::Token(_) => "Token",
        })
    }
}
