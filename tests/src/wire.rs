//! A server that answers with exactly the bytes it is told to, and keeps exactly the bytes it was sent.

use std::sync::{Arc, Mutex};

use gofive_api::{Gofive, GofiveBuilder};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

/// Credentials that occur nowhere else, so that a leak is recognised.
pub const CLIENT_SECRET: &str = "wire+client/secret";
/// See [`CLIENT_SECRET`].
pub const SUBSCRIPTION_KEY: &str = "wire-subscription-key";
/// See [`CLIENT_SECRET`].
pub const TOKEN: &str = "wire-access-token";

/// A request as it came in.
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

    /// The values of a header that may come more than once.
    pub fn headers(&self, name: &str) -> Vec<&str> {
        let headers = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        headers.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value).collect()
    }
}

/// The server. Answers requests in the order of its script, the last answer again and again.
#[derive(Debug)]
pub struct WireServer {
    url: String,
    script: Arc<Mutex<Script>>,
    received: Arc<Mutex<Vec<Received>>>,
    task: JoinHandle<()>,
}

/// The answers, and how many of them were given.
#[derive(Debug)]
struct Script {
    answers: Vec<Vec<u8>>,
    given: usize,
}

impl Script {
    fn next(&mut self) -> Vec<u8> {
        self.given += 1;
        self.answers[self.given.min(self.answers.len()) - 1].clone()
    }
}

impl Drop for WireServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl WireServer {
    /// Answers every request for a token with [`TOKEN`], and other requests with these bytes, in order.
    pub async fn answering(script: Vec<Vec<u8>>) -> Self {
        Self::start(None, script).await
    }

    /// The same over TLS.
    pub async fn answering_over_tls(config: ServerConfig, script: Vec<Vec<u8>>) -> Self {
        Self::start(Some(TlsAcceptor::from(Arc::new(config))), script).await
    }

    async fn start(tls: Option<TlsAcceptor>, script: Vec<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let scheme = if tls.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://{}", listener.local_addr().expect("it is bound"));
        let received = Arc::new(Mutex::new(Vec::new()));
        let script = Arc::new(Mutex::new(Script { answers: script, given: 0 }));
        let (log, answers) = (received.clone(), script.clone());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (tls, answers, log) = (tls.clone(), answers.clone(), log.clone());
                tokio::spawn(async move {
                    match tls {
                        // A handshake that fails is the client's to report.
                        Some(tls) => serve(tls.accept(stream).await.ok()?, answers, log).await,
                        None => serve(stream, answers, log).await,
                    }
                });
            }
        });
        Self { url, script, received, task }
    }

    /// Answers with HTTP 200 and this JSON.
    pub async fn answering_json(body: &str) -> Self {
        Self::answering(vec![response(200, "application/json", body)]).await
    }

    /// From now on answers with these bytes, again and again; forgets what came in so far.
    pub fn now_answers(&self, answer: Vec<u8>) {
        *self.script.lock().expect("no test panics while it holds the lock") =
            Script { answers: vec![answer], given: 0 };
        self.received.lock().expect("no test panics while it holds the lock").clear();
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A client of this server, not built yet.
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

    /// What came in so far, requests for a token aside.
    pub fn received(&self) -> Vec<Received> {
        self.all().into_iter().filter(|request| !is_token_request(request)).collect()
    }

    /// The requests for a token that came in so far.
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

/// A whole HTTP response with a body that need not be text.
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
        // The operation `authorize` is answered by the script when a test scripts it (its body has its own client id).
        let own = is_token_request(&request) && request.body.contains("client_id=wire-client");
        log.lock().expect("no test panics while it holds the lock").push(request);
        let answer = if own {
            json(&format!(r#"{{"access_token": "{TOKEN}", "expires_in": 3600, "token_type": "Bearer"}}"#))
        } else {
            script.lock().expect("no test panics while it holds the lock").next()
        };
        stream.write_all(&answer).await.ok()?;
        stream.flush().await.ok()?;
        if !is_complete(&answer) {
            return None;
        }
    }
}

/// Whether the answer is as long as it says; otherwise the connection is closed behind it.
pub(crate) fn is_complete(answer: &[u8]) -> bool {
    let Some(end) = answer.windows(4).position(|window| window == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&answer[..end]);
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    length == Some(answer.len() - end - 4)
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
