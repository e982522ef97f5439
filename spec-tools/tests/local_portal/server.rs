//! A small HTTP server for the files of a local portal. Tests count its requests, and let it misbehave.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// A server that runs until the process ends.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    state: Arc<Mutex<State>>,
}

/// A request that the server has received.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) path: String,
    /// The lines of the head, without the first.
    pub(crate) headers: Vec<String>,
    pub(crate) at: Instant,
}

/// What the server sends instead of a file: the head's first line and further lines, and a body.
#[derive(Clone, Debug)]
pub(crate) struct Instead {
    pub(crate) status: &'static str,
    pub(crate) headers: Vec<String>,
    pub(crate) body: String,
    /// How often; then the file is sent.
    pub(crate) times: usize,
}

#[derive(Debug, Default)]
struct State {
    files: BTreeMap<String, String>,
    instead: BTreeMap<String, Instead>,
    received: Vec<Received>,
}

impl Server {
    /// Starts a server without files.
    pub(crate) fn start(port: u16) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port))?;
        let server = Self { address: listener.local_addr()?, state: Arc::default() };
        let state = server.state.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = state.clone();
                // A client may hang up at any time.
                std::thread::spawn(move || drop(serve(stream, &state)));
            }
        });
        Ok(server)
    }

    /// The address of the site, without a slash at the end.
    pub(crate) fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The file at an address of the site, as a client receives it.
    pub(crate) fn get(&self, address: &str) -> std::io::Result<String> {
        let path = address.strip_prefix(&self.base()).expect("it is an address of this site");
        let mut stream = TcpStream::connect(self.address)?;
        write!(stream, "GET {path} HTTP/1.1\r\nhost: {}\r\n\r\n", self.address)?;
        stream.shutdown(std::net::Shutdown::Write)?;
        let mut response = String::new();
        stream.read_to_string(&mut response)?;
        let (head, body) = response.split_once("\r\n\r\n").expect("a response has a head");
        assert!(head.starts_with("HTTP/1.1 200 "), "{address}: {head}");
        Ok(body.to_owned())
    }

    /// Replaces all files.
    pub(crate) fn set_files(&self, files: impl IntoIterator<Item = (String, String)>) {
        self.lock().files = files.into_iter().collect();
    }

    /// Sends something else instead of the file at the path.
    pub(crate) fn send_instead(&self, path: &str, instead: Instead) {
        self.lock().instead.insert(path.to_owned(), instead);
    }

    /// The requests so far; they are forgotten.
    pub(crate) fn received(&self) -> Vec<Received> {
        std::mem::take(&mut self.lock().received)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().expect("no thread panics while it has the lock")
    }
}

fn serve(stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            if line.trim().is_empty() {
                break;
            }
            head.push(line.trim().to_owned());
        }
        let path = head.first().and_then(|line| line.split(' ').nth(1)).unwrap_or_default().to_owned();
        let response = respond(&path, &head, &mut state.lock().expect("no thread panics while it has the lock"));
        reader.get_mut().write_all(response.as_bytes())?;
    }
}

fn respond(path: &str, head: &[String], state: &mut State) -> String {
    let headers = head.get(1..).unwrap_or_default().to_vec();
    state.received.push(Received { path: path.to_owned(), headers: headers.clone(), at: Instant::now() });
    let response = |status: &str, headers: &[String], body: &str| {
        let head = [format!("HTTP/1.1 {status}"), format!("content-length: {}", body.len())];
        let head = [&head, headers].concat().join("\r\n");
        format!("{head}\r\n\r\n{body}")
    };
    if let Some(instead) = state.instead.get_mut(path).filter(|instead| instead.times > 0) {
        instead.times -= 1;
        return response(instead.status, &instead.headers, &instead.body);
    }
    let Some(file) = state.files.get(path) else { return response("404 Not Found", &[], "not here") };
    let etag = format!("\"{:x}\"", file.bytes().fold(7_u64, |hash, byte| hash.wrapping_mul(31) + u64::from(byte)));
    if headers.iter().any(|line| line.eq_ignore_ascii_case(&format!("if-none-match: {etag}"))) {
        return response("304 Not Modified", &[format!("etag: {etag}")], "");
    }
    response("200 OK", &[format!("etag: {etag}"), "content-type: text/markdown".into()], file)
}
