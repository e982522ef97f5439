//! Who may use the control API.

use std::fmt;
use std::net::IpAddr;

use crate::random;

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

impl ControlAccess {
    /// Requires a token if other machines can reach the server; without one, a random one.
    pub(crate) fn protect(&mut self, address: IpAddr) {
        if *self == Self::ThisMachine && !address.to_canonical().is_loopback() {
            *self = Self::Token(random::hex_digits());
        }
    }
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
