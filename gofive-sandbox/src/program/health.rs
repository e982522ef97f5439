//! Asks a running sandbox whether it is well. A container without a shell has no other program for it.

use std::io::{self, Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::str::FromStr;
use std::time::Duration;

/// The time that each step may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The maximum number of bytes of the response that are read.
const MAX_RESPONSE: u64 = 64 * 1024;

/// The host and port of a sandbox.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    authority: String,
}

impl FromStr for Target {
    type Err = &'static str;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        let authority = url.strip_prefix("http://").map(|rest| rest.strip_suffix('/').unwrap_or(rest));
        match authority {
            Some(authority) if !authority.is_empty() && !authority.contains(['/', '?', '#', '@', ' ']) => {
                Ok(Self { authority: authority.to_owned() })
            }
            _ => Err("expected the base URL of a sandbox, such as http://127.0.0.1:4010"),
        }
    }
}

impl Target {
    /// Returns what is wrong, if the sandbox is not running.
    pub(crate) fn check(&self) -> Result<(), String> {
        let response = self.request().map_err(|error| format!("{} does not respond: {error}", self.authority))?;
        let status = response.lines().next().unwrap_or_default();
        if status.starts_with("HTTP/1.1 200 ") && response.contains(r#""status":"running""#) {
            Ok(())
        } else {
            Err(format!("{} is not a sandbox: it responds with {status:?}", self.authority))
        }
    }

    fn request(&self) -> io::Result<String> {
        let with_port = if self.has_port() { self.authority.clone() } else { format!("{}:80", self.authority) };
        let mut failure = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
        for address in with_port.to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, TIMEOUT) {
                Ok(stream) => return self.exchange(stream),
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }

    /// Whether a port follows the host, which may be an IPv6 address in brackets.
    fn has_port(&self) -> bool {
        self.authority.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok())
    }

    fn exchange(&self, mut stream: TcpStream) -> io::Result<String> {
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.set_write_timeout(Some(TIMEOUT))?;
        let host = &self.authority;
        write!(stream, "GET /__sandbox/health HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
        let mut response = Vec::new();
        stream.take(MAX_RESPONSE).read_to_end(&mut response)?;
        Ok(String::from_utf8_lossy(&response).into_owned())
    }
}
