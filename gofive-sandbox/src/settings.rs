//! The settings of a server.

use std::time::Duration;

use crate::control_access::ControlAccess;
use crate::http::cors::Cors;
use crate::limits::Limits;
use crate::log::observer::Observer;

#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) subscription_key: String,
    pub(crate) token_lifetime: Duration,
    pub(crate) limits: Limits,
    pub(crate) control: ControlAccess,
    /// The hosts beyond this machine to which webhooks may be sent.
    pub(crate) webhook_hosts: Vec<String>,
    pub(crate) cors: Cors,
    pub(crate) observer: Option<Observer>,
}
