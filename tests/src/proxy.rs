//! A proxy that connects every tunnel to one server, whatever host the client asks for.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The proxy. It keeps the requests that open tunnels.
#[derive(Debug)]
pub struct TunnelProxy {
    url: String,
    heads: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Drop for TunnelProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl TunnelProxy {
    /// Starts a proxy whose tunnels lead to the server with this URL.
    pub async fn to(server: &str) -> Self {
        let (_, server) = server.split_once("://").expect("the server has a URL");
        let server = server.parse().expect("the URL has a port");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let url = format!("http://{}", listener.local_addr().expect("the listener is bound"));
        let heads = Arc::new(Mutex::new(Vec::new()));
        let log = heads.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(tunnel(stream, server, log.clone()));
            }
        });
        Self { url, heads, task }
    }

    /// The URL of the proxy.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Request lines and headers of the tunnel requests so far.
    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().expect("no test panics while it holds the lock").clone()
    }
}

async fn tunnel(mut client: TcpStream, server: SocketAddr, log: Arc<Mutex<Vec<String>>>) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await.ok()?);
    }
    log.lock().expect("no test panics while it holds the lock").push(String::from_utf8_lossy(&head).into_owned());
    let mut server = TcpStream::connect(server).await.ok()?;
    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.ok()?;
    copy_bidirectional(&mut client, &mut server).await.ok()?;
    None
}
