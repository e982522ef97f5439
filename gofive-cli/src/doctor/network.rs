//! The way to the API: proxy, DNS, connection.

use std::error::Error as StdError;
use std::io;
use std::net::IpAddr;
use std::time::Duration;

use gofive_api::Error;
use gofive_api::reqwest::Url;
use gofive_api::rustls;
use hyper_util::client::proxy::matcher::Matcher;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::report::Report;
use crate::failure::Failure;

/// How long a connection may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Where the session connects to.
pub(super) struct Target {
    pub(super) is_https: bool,
    host: String,
    port: u16,
    /// Host and port of the proxy of the environment, as reqwest chooses it.
    proxy: Option<(String, u16)>,
}

impl Target {
    /// The target of a base URL that a session has accepted.
    pub(super) fn new(base_url: &str) -> Self {
        let url = Url::parse(base_url).ok();
        let host = url.as_ref().and_then(Url::host_str).unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let is_loopback = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        let uri = base_url.parse().ok().filter(|_| !is_loopback);
        let proxy = uri.and_then(|uri| Matcher::from_system().intercept(&uri)).map(|proxy| {
            let uri = proxy.uri();
            let usual = if uri.scheme_str() == Some("https") { 443 } else { 80 };
            (uri.host().unwrap_or_default().to_owned(), uri.port_u16().unwrap_or(usual))
        });
        Self {
            is_https: url.as_ref().is_some_and(|url| url.scheme() == "https"),
            port: url.as_ref().and_then(Url::port_or_known_default).unwrap_or_default(),
            host,
            proxy,
        }
    }

    /// Checks the way; returns whether there is one.
    pub(super) async fn check(&self, report: &mut Report) -> bool {
        if let Some((host, port)) = &self.proxy {
            return match connect(host, *port).await {
                Ok(_) => {
                    report.ok("proxy", &format!("{host}:{port}, from the environment"));
                    true
                }
                Err(failure) => {
                    let hint = format!(
                        "check the proxy {host}:{port}: HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names it, and NO_PROXY={} avoids it",
                        self.host
                    );
                    report.failed("proxy", failure.hint(hint));
                    false
                }
            };
        }
        report.ok("proxy", "none");
        let addresses = match timeout(TIMEOUT, lookup_host((self.host.as_str(), self.port))).await {
            Ok(Ok(addresses)) => match addresses.count() {
                1 => "1 address".to_owned(),
                count => format!("{count} addresses"),
            },
            Ok(Err(error)) => {
                let failure = Failure::transport(format!("{} has no address: {error}", self.host));
                report.failed("DNS", failure.hint("check GOFIVE_BASE_URL, and the name servers of this machine"));
                return false;
            }
            Err(_) => {
                let failure = Failure::transport(format!("no name server responds about {}", self.host));
                report.failed("DNS", failure.hint("check the network, and the name servers of this machine"));
                return false;
            }
        };
        report.ok("DNS", &format!("{} has {addresses}", self.host));
        match connect(&self.host, self.port).await {
            Ok(address) => report.ok("connection", &address),
            Err(failure) => {
                report.failed("connection", failure.hint("check the network, a firewall, and GOFIVE_BASE_URL"));
                return false;
            }
        }
        true
    }
}

/// Connects; returns host and port.
async fn connect(host: &str, port: u16) -> Result<String, Failure> {
    match timeout(TIMEOUT, TcpStream::connect((host, port))).await {
        Ok(Ok(_)) => Ok(format!("{host}:{port}")),
        Ok(Err(error)) => Err(Failure::transport(format!("{host}:{port} cannot be reached: {error}"))),
        Err(_) => Err(Failure::transport(format!("{host}:{port} does not respond"))),
    }
}

/// Whether TLS is the cause of an error.
pub(super) fn is_tls(error: &Error) -> bool {
    let mut cause = StdError::source(error);
    while let Some(error) = cause {
        if error.is::<rustls::Error>() {
            return true;
        }
        // The source of an error of the system is that of the error inside of it.
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        cause = inner.map(|inner| inner as &dyn StdError).or_else(|| error.source());
    }
    false
}
