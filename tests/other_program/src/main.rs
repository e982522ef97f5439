//! Calls a server of its own over plain http, and prints what happened, one fact per line.

use gofive_api::Gofive;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

const RESPONSE: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 19\r\n\r\n{\"statusCode\":1000}";

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.unwrap());
            }
            let head = String::from_utf8(head).unwrap().to_lowercase();
            println!("request: {}", head.lines().next().unwrap());
            println!("asks for compression: {}", head.contains("accept-encoding"));
            stream.write_all(RESPONSE).await.unwrap();
        });
        let builder = || Gofive::builder().base_url(&url).access_token("token").subscription_key("key");
        match builder().build() {
            Ok(gofive) => println!("call: {:?}", gofive.venio().get_product("A001").await.map(drop)),
            Err(error) => println!("build: {:?}: {error}", error.kind()),
        }
        match builder().base_url("https://localhost").build() {
            Ok(_) => println!("https: built"),
            Err(error) => println!("https: {:?}: {error}", error.kind()),
        }
        println!("own provider: {:?}", rustls::crypto::ring::default_provider().install_default().map_err(drop));
        println!("with it: {:?}", builder().build().map(drop));
    });
}
