//! The targets of events, and which hosts are allowed.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::http::uri::{PathAndQuery, Scheme};
use axum::http::{HeaderName, HeaderValue, Uri, header};
use serde::{Deserialize, Serialize};

use super::error::WebhookError;
use super::event_kind::EventKind;

/// Headers that the sandbox sets itself.
const OWN_HEADERS: [HeaderName; 6] = [
    header::HOST,
    header::CONTENT_TYPE,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::CONNECTION,
    header::USER_AGENT,
];

/// A receiver of events: its URL, and the secret that proves where an event comes from.
///
/// `Debug` shows neither the secret nor the path of the URL, which may contain one.
///
/// ```
/// use gofive_sandbox::webhook::{EventKind, Target};
///
/// let by_url = Target::new("http://127.0.0.1:8080/gofive/0f8b3c5d9e2a4716");
/// let by_header = Target::new("http://127.0.0.1:8080/gofive")
///     .kinds([EventKind::NEW_SALES_ORDER])
///     .secret_header("x-webhook-secret", "0f8b3c5d9e2a4716");
/// # assert!(!format!("{by_url:?} {by_header:?}").contains("0f8b"));
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Target {
    /// The URL, which starts with `http://`. Its path or query may contain a secret.
    pub url: String,
    /// The kinds of events that it takes; all events if there are none.
    #[serde(default)]
    pub kinds: Vec<EventKind>,
    /// A header that every request to it has.
    #[serde(default)]
    pub secret_header: Option<SecretHeader>,
}

/// A header with a secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct SecretHeader {
    /// The name of the header.
    pub name: String,
    /// The secret.
    pub value: String,
}

/// A target that is registered, without its secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RegisteredTarget {
    /// The identifier.
    pub id: u64,
    /// The URL without its path and query.
    pub url: String,
    /// The kinds of events that it takes; all events if there are none.
    pub kinds: Vec<EventKind>,
    /// The name of the header with the secret, if there is one.
    pub secret_header: Option<String>,
}

/// Where requests are sent to, and with which header.
pub(super) struct Address {
    pub(super) host: String,
    pub(super) port: u16,
    /// The value of the header `host`.
    pub(super) authority: HeaderValue,
    pub(super) path: PathAndQuery,
    pub(super) secret: Option<(HeaderName, HeaderValue)>,
    /// The URL without its path and query.
    pub(super) origin: String,
    /// Whether the host may be another machine.
    is_allowed: bool,
}

impl Target {
    /// Creates a target that takes all events.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), kinds: Vec::new(), secret_header: None }
    }

    /// Sets the kinds of events that the target takes.
    #[must_use]
    pub fn kinds(mut self, kinds: impl IntoIterator<Item = EventKind>) -> Self {
        self.kinds = kinds.into_iter().collect();
        self
    }

    /// Sets a header with a secret.
    #[must_use]
    pub fn secret_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.secret_header = Some(SecretHeader { name: name.into(), value: value.into() });
        self
    }

    /// Whether the target takes events of the kind.
    pub(super) fn takes(&self, kind: Option<EventKind>) -> bool {
        self.kinds.is_empty() || kind.is_some_and(|kind| self.kinds.contains(&kind))
    }

    /// Checks the target. A host that is not this machine must be one of `allowed`.
    pub(super) fn address(&self, allowed: &[String]) -> Result<Address, WebhookError> {
        let invalid = |reason: String| WebhookError::InvalidUrl { reason };
        let url: Uri = self.url.parse().map_err(|error| invalid(format!("{error}")))?;
        if url.scheme() == Some(&Scheme::HTTPS) {
            return Err(invalid("https is not supported; send events to a proxy that adds TLS".to_owned()));
        }
        let authority = match url.authority() {
            Some(authority) if url.scheme() == Some(&Scheme::HTTP) => authority,
            _ => return Err(invalid("it must start with http:// and a host".to_owned())),
        };
        if authority.as_str().contains('@') {
            return Err(invalid("it must not contain a user name; use a header for a secret".to_owned()));
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        let port = match authority.as_str().strip_prefix(authority.host()) {
            Some("") => 80,
            rest => rest
                .and_then(|rest| rest.strip_prefix(':')?.parse().ok().filter(|port| *port != 0))
                .ok_or_else(|| invalid("its port is not a number from 1 to 65535".to_owned()))?,
        };
        let is_allowed = allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(&host));
        if host.is_empty() {
            return Err(invalid("it has no host".to_owned()));
        }
        if !is_allowed && !is_this_machine(&host) {
            return Err(WebhookError::HostNotAllowed { host });
        }
        let path = url.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
        let host_header = HeaderValue::try_from(authority.as_str()).map_err(|error| invalid(format!("{error}")))?;
        Ok(Address {
            port,
            origin: format!("http://{authority}"),
            authority: host_header,
            secret: self.secret_header.as_ref().map(SecretHeader::parse).transpose()?,
            host,
            path,
            is_allowed,
        })
    }
}

impl SecretHeader {
    fn parse(&self) -> Result<(HeaderName, HeaderValue), WebhookError> {
        let invalid = |reason| WebhookError::InvalidHeader { name: self.name.clone(), reason };
        let name = HeaderName::try_from(&self.name).map_err(|_| invalid("this is not the name of a header"))?;
        if OWN_HEADERS.contains(&name) {
            return Err(invalid("the sandbox sets this header itself; choose another one"));
        }
        let mut value = HeaderValue::try_from(&self.value)
            .map_err(|_| invalid("its value has characters that no header can have"))?;
        value.set_sensitive(true);
        Ok((name, value))
    }
}

impl Address {
    /// Whether requests may be sent to an address that the host has resolved to.
    pub(super) fn permits(&self, address: SocketAddr) -> bool {
        let address = address.ip().to_canonical();
        if self.is_allowed { is_machine(address) || self.host == address.to_string() } else { address.is_loopback() }
    }
}

/// Whether a text can be the host of a URL: a name, or an address without brackets.
pub(crate) fn is_host(text: &str) -> bool {
    let is_name = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c));
    text.parse::<IpAddr>().is_ok() || (!text.is_empty() && is_name(text))
}

/// Whether a name or an address is that of this machine.
fn is_this_machine(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

/// Whether an address is that of a machine which somebody could mean by a name.
///
/// Link-local addresses are not: there, clouds have the secrets of their machines.
fn is_machine(address: IpAddr) -> bool {
    let is_local_link = match address {
        IpAddr::V4(address) => address.is_link_local() || address.is_broadcast(),
        IpAddr::V6(address) => address.is_unicast_link_local() || address == METADATA,
    };
    !(is_local_link || address.is_unspecified() || address.is_multicast())
}

/// The address of the metadata of AWS in IPv6, which is not link-local.
const METADATA: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.url.parse::<Uri>().ok();
        let host = url.as_ref().and_then(Uri::host).unwrap_or("***");
        f.debug_struct("Target")
            .field("host", &host)
            .field("kinds", &self.kinds)
            .field("secret_header", &self.secret_header)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address").field("origin", &self.origin).finish_non_exhaustive()
    }
}

impl fmt::Debug for SecretHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretHeader").field("name", &self.name).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(url: &str, allowed: &[&str]) -> Result<Address, String> {
        let allowed: Vec<_> = allowed.iter().map(|host| (*host).to_owned()).collect();
        Target::new(url).address(&allowed).map_err(|error| error.to_string())
    }

    #[test]
    fn only_this_machine_and_allowed_hosts_are_targets() {
        for url in [
            "http://localhost",
            "http://LOCALHOST:1/a?b=c",
            "http://127.0.0.1",
            "http://127.9.9.9",
            "http://[::1]:80",
            "http://hooks.localhost",
            "http://[::ffff:127.0.0.1]/",
        ] {
            assert!(checked(url, &[]).is_ok(), "{url}");
        }
        for host in ["10.0.0.1", "[2001:db8::1]", "example.com", "localhost.example.com", "0.0.0.0", "169.254.169.254"]
        {
            let error = checked(&format!("http://{host}/hook"), &["other"]).unwrap_err();
            let plain = host.trim_matches(['[', ']']);
            assert!(error.starts_with(&format!("the target {plain} is not this machine; ")), "{error}");
            assert!(checked(&format!("http://{host}/hook"), &["other", plain]).is_ok(), "{host}");
        }
    }

    #[test]
    fn a_url_that_is_not_valid_is_refused_without_its_secret() {
        for (url, reason) in [
            ("https://localhost/s3cret", "https is not supported; send events to a proxy that adds TLS"),
            ("ftp://localhost/s3cret", "it must start with http:// and a host"),
            ("/s3cret", "it must start with http:// and a host"),
            ("http://me:s3cret@localhost/", "it must not contain a user name; use a header for a secret"),
            ("http://localhost:99999/s3cret", "its port is not a number from 1 to 65535"),
            ("http://[::1]:0/s3cret", "its port is not a number from 1 to 65535"),
            ("http://localhost:/s3cret", "its port is not a number from 1 to 65535"),
        ] {
            let error = checked(url, &[]).unwrap_err();
            assert_eq!(error, format!("the URL of the target is not valid: {reason}"));
        }
        for url in ["", "http://", "http://a b/s3cret", "http://[::1/s3cret", "http://:80/"] {
            let error = checked(url, &[]).unwrap_err();
            assert!(error.starts_with("the URL of the target is not valid: ") && !error.contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn a_header_that_is_not_valid_is_refused_without_its_secret() {
        for (name, value, reason) in [
            ("x y", "s3cret", "this is not the name of a header"),
            ("Host", "s3cret", "the sandbox sets this header itself; choose another one"),
            ("x-secret", "s3cret\r\nx: y", "its value has characters that no header can have"),
        ] {
            let error = Target::new("http://localhost").secret_header(name, value).address(&[]).unwrap_err();
            assert_eq!(error.to_string(), format!("the header `{name}` of the target is not valid: {reason}"));
        }
    }

    #[test]
    fn the_address_that_a_host_resolves_to_is_checked() {
        let permits = |url: &str, allowed: &[&str], address: &str| {
            checked(url, allowed).unwrap().permits(SocketAddr::new(address.parse().unwrap(), 80))
        };
        for (address, without, with) in [
            ("127.0.0.1", true, true),
            ("::1", true, true),
            ("::ffff:127.0.0.1", true, true),
            ("10.0.0.1", false, true),
            ("93.184.215.14", false, true),
            ("2001:db8::1", false, true),
            ("169.254.169.254", false, false),
            ("::ffff:169.254.169.254", false, false),
            ("fd00:ec2::254", false, false),
            ("fe80::1", false, false),
            ("0.0.0.0", false, false),
            ("224.0.0.1", false, false),
        ] {
            assert_eq!(permits("http://localhost", &[], address), without, "{address}");
            assert_eq!(permits("http://hooks.test", &["hooks.test"], address), with, "{address} is allowed");
        }
        assert!(permits("http://169.254.1.1", &["169.254.1.1"], "169.254.1.1"), "the address itself is allowed");
    }

    #[test]
    fn neither_url_nor_secret_is_printed() {
        let target = Target::new("http://localhost:8080/s3cret?key=s3cret").secret_header("x-secret", "s3cret");
        let address = target.address(&[]).unwrap();
        assert_eq!(address.origin, "http://localhost:8080");
        assert!(!format!("{target:?} {address:?}").contains("s3cret"));
    }
}
