//! A server that sends exactly the bytes that a test sets, and keeps exactly the bytes that it receives.

use std::sync::{Arc, Mutex};

use gofive_api::{Gofive, GofiveBuilder};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

/// The client secret. It occurs nowhere else, so that a test recognises a leak.
pub const CLIENT_SECRET: &str = "wire+client/secret";
/// See [`CLIENT_SECRET`].
pub const SUBSCRIPTION_KEY: &str = "wire-subscription-key";
/// See [`CLIENT_SECRET`].
pub const TOKEN: &str = "wire-access-token";
/// A base URL that refuses connections. A free port would not do: a server of another test may have it by then.
pub const NOWHERE: &str = "http://127.0.0.1:1";

/// A request as it was received.
#[derive(Clone, Debug)]
pub struct Received {
    /// Request line and headers, as text.
    pub head: String,
    /// The body.
    pub body: String,
}

impl Received {
    /// The request line: `POST /v1/case HTTP/1.1`.
    pub fn line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers(name).into_iter().next()
    }

    /// The values of a header that may occur more than once.
    pub fn headers(&self, name: &str) -> Vec<&str> {
        let headers = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        headers.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value).collect()
    }
}

/// The server. It sends the responses of its script in order, and repeats the last one.
#[derive(Debug)]
pub struct WireServer {
    url: String,
    script: Arc<Mutex<Script>>,
    received: Arc<Mutex<Vec<Received>>>,
    task: JoinHandle<()>,
}

/// The responses, and how many of them were sent.
#[derive(Debug)]
struct Script {
    responses: Vec<Vec<u8>>,
    sent: usize,
}

impl Script {
    fn next(&mut self) -> Vec<u8> {
        self.sent += 1;
        self.responses[self.sent.min(self.responses.len()) - 1].clone()
    }
}

impl Drop for WireServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl WireServer {
    /// Sends [`TOKEN`] to every token request, and these responses to other requests, in order.
    pub async fn responding_with(script: Vec<Vec<u8>>) -> Self {
        Self::start(None, script).await
    }

    /// Sends the same over TLS.
    pub async fn responding_over_tls(config: ServerConfig, script: Vec<Vec<u8>>) -> Self {
        Self::start(Some(TlsAcceptor::from(Arc::new(config))), script).await
    }

    async fn start(tls: Option<TlsAcceptor>, script: Vec<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let scheme = if tls.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://{}", listener.local_addr().expect("the listener is bound"));
        let received = Arc::new(Mutex::new(Vec::new()));
        let script = Arc::new(Mutex::new(Script { responses: script, sent: 0 }));
        let (log, responses) = (received.clone(), script.clone());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (tls, responses, log) = (tls.clone(), responses.clone(), log.clone());
                tokio::spawn(async move {
                    match tls {
                        // The client reports a failed handshake.
                        Some(tls) => serve(tls.accept(stream).await.ok()?, responses, log).await,
                        None => serve(stream, responses, log).await,
                    }
                });
            }
        });
        Self { url, script, received, task }
    }

    /// Responds to every request with HTTP 200 and this JSON.
    pub async fn responding_with_json(body: &str) -> Self {
        Self::responding_with(vec![response(200, "application/json", body)]).await
    }

    /// Responds to every further request with these bytes, and forgets the requests so far.
    pub fn respond_with(&self, response: Vec<u8>) {
        *self.script.lock().expect("no test panics while it holds the lock") =
            Script { responses: vec![response], sent: 0 };
        self.received.lock().expect("no test panics while it holds the lock").clear();
    }

    /// The base URL of the server.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A builder of a client of this server.
    pub fn client(&self) -> GofiveBuilder {
        Gofive::builder()
            .base_url(&self.url)
            .credentials("wire-client", CLIENT_SECRET)
            .subscription_key(SUBSCRIPTION_KEY)
    }

    /// A client of this server.
    pub fn gofive(&self) -> Gofive {
        self.client().build().expect("the settings are usable")
    }

    /// The requests received so far, except token requests.
    pub fn received(&self) -> Vec<Received> {
        self.all().into_iter().filter(|request| !is_token_request(request)).collect()
    }

    /// The token requests received so far.
    pub fn token_requests(&self) -> Vec<Received> {
        self.all().into_iter().filter(is_token_request).collect()
    }

    fn all(&self) -> Vec<Received> {
        self.received.lock().expect("no test panics while it holds the lock").clone()
    }
}

/// A whole HTTP response.
pub fn response(status: u16, content_type: &str, body: &str) -> Vec<u8> {
    response_of(status, content_type, body.as_bytes())
}

/// A whole HTTP response, whose body need not be text.
pub fn response_of(status: u16, content_type: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status} Status\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

/// An HTTP 200 with JSON.
pub fn json(body: &str) -> Vec<u8> {
    response(200, "application/json", body)
}

pub(crate) fn is_token_request(request: &Received) -> bool {
    request.line().starts_with("POST /authorization/connect/token ")
}

async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    script: Arc<Mutex<Script>>,
    log: Arc<Mutex<Vec<Received>>>,
) -> Option<()> {
    let mut buffer = Vec::new();
    loop {
        let request = read_request(&mut stream, &mut buffer).await?;
        // Calls of the operation `authorize` have another client id: the script responds to them.
        let own = is_token_request(&request) && request.body.contains("client_id=wire-client");
        log.lock().expect("no test panics while it holds the lock").push(request);
        let response = if own {
            json(&format!(r#"{{"access_token": "{TOKEN}", "expires_in": 3600, "token_type": "Bearer"}}"#))
        } else {
            script.lock().expect("no test panics while it holds the lock").next()
        };
        stream.write_all(&response).await.ok()?;
        stream.flush().await.ok()?;
        if !is_complete(&response) {
            return None;
        }
    }
}

/// Whether the response is as long as its `content-length`; otherwise the server closes the connection after it.
pub(crate) fn is_complete(response: &[u8]) -> bool {
    let Some(end) = response.windows(4).position(|window| window == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&response[..end]);
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    length == Some(response.len() - end - 4)
}

pub(crate) async fn read_request(stream: &mut (impl AsyncRead + Unpin), buffer: &mut Vec<u8>) -> Option<Received> {
    loop {
        if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
            if buffer.len() >= end + 4 + length {
                let body = String::from_utf8_lossy(&buffer[end + 4..end + 4 + length]).into_owned();
                buffer.drain(..end + 4 + length);
                return Some(Received { head, body });
            }
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
}
