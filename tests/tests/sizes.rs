//! Announced and compressed sizes. `features.rs` shows that without the feature `gzip` nothing is compressed.

use std::io::Write as _;

use flate2::write::GzEncoder;
use flate2::{Compress, Compression, FlushCompress};
use gofive_api::{ErrorKind, Gofive, GofiveBuilder, RetryPolicy};
use gofive_tests::child;
use gofive_tests::wire::{self, WireServer, response};

fn compressed(body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// A gzip body of so many mebibytes of spaces, each compressed to the same block of about a kibibyte.
fn bomb(mebibytes: usize) -> Vec<u8> {
    let mut block = Vec::with_capacity(64 * 1024);
    Compress::new(Compression::best(), false)
        .compress_vec(&vec![b' '; 1 << 20], &mut block, FlushCompress::Full)
        .unwrap();
    [b"\x1f\x8b\x08\0\0\0\0\0\0\xff", &*block.repeat(mebibytes)].concat()
}

#[tokio::test]
async fn a_compressed_response_is_requested_and_read() {
    let server = WireServer::responding_with(vec![compressed(&gzip(r#"{"data":{"productCode":"ก001"}}"#))]).await;
    let product = server.gofive().venio().get_product("A001").await.unwrap();
    assert_eq!(product.product_code.as_deref(), Some("ก001"));
    assert_eq!(server.received()[0].header("accept-encoding"), Some("gzip"), "and no other compression");
}

#[tokio::test]
async fn a_broken_compressed_response_is_an_error() {
    let whole = gzip(r#"{"data":{"productCode":"A001"}}"#);
    for broken in [&whole[..20], b"no gzip at all", b""] {
        let server = WireServer::responding_with(vec![compressed(broken)]).await;
        let gofive = server.client().retry(RetryPolicy::none()).build().unwrap();
        let error = gofive.venio().get_product("A001").await.unwrap_err();
        assert_eq!((error.kind(), error.http_status()), (ErrorKind::Decode, Some(200)), "{error}");
    }
}

/// The body is one mebibyte on the wire, and one gibibyte decompressed. The client runs in a process of its own, because
/// its memory is measured.
#[tokio::test]
async fn the_size_limit_counts_after_decompression() {
    if let Some(gofive) = client_in_child() {
        let gofive = gofive.max_response_size(4 << 20).build().unwrap();
        let before = peak_memory();
        let error = gofive.venio().get_product("A001").await.unwrap_err();
        println!("grown by {} KiB", peak_memory() - before);
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(error.to_string().contains("longer than 4194304 bytes"), "{error}");
        return;
    }
    let bomb = bomb(1024);
    assert!(bomb.len() < 2 << 20, "{} bytes", bomb.len());
    let server = WireServer::responding_with(vec![compressed(&bomb)]).await;
    let grown = grown_in_child("the_size_limit_counts_after_decompression", &server).await;
    assert!(grown < 64 << 10, "{grown} KiB more at the peak");
}

#[tokio::test]
async fn an_announced_length_is_not_preallocated() {
    let begun = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{}", 256_u64 << 30, " ".repeat(1 << 20));
    let server = WireServer::responding_with(vec![begun.into_bytes()]).await;
    let gofive = server.client().max_response_size(usize::MAX).retry(RetryPolicy::none()).build().unwrap();
    let error = gofive.venio().get_product("A001").await.unwrap_err();
    assert!(error.to_string().contains("cut off"), "{error}");
    assert_eq!(error.body().map(<[u8]>::len), Some(1 << 20), "what arrived is kept");
}

/// The client runs in a process of its own, because its memory is measured.
#[tokio::test]
async fn a_large_error_is_masked_in_the_memory_of_its_body() {
    const SIZE: usize = 60 << 20;
    if let Some(gofive) = client_in_child() {
        let gofive = gofive.build().unwrap();
        let request = gofive.request(gofive_api::Method::GET, "/v9/warm-up").send().await.unwrap_err();
        assert_eq!(request.body().map(<[u8]>::len), Some(2));
        let before = peak_memory();
        let error = gofive.request(gofive_api::Method::GET, "/v9/news").send().await.unwrap_err();
        println!("grown by {} KiB", peak_memory() - before);
        let body = error.body().unwrap();
        assert!(body.len() <= SIZE && body.len() > SIZE / 2, "{} bytes", body.len());
        assert!(!String::from_utf8_lossy(body).contains(wire::SUBSCRIPTION_KEY));
        return;
    }
    for unit in ["<p>nothing of interest</p>\n", "<p>wire-subscription-key, and more text</p>\n"] {
        let page = response(502, "text/html", &unit.repeat(SIZE / unit.len()));
        let server = WireServer::responding_with(vec![response(502, "text/html", "no"), page]).await;
        let grown = grown_in_child("a_large_error_is_masked_in_the_memory_of_its_body", &server).await;
        println!("{} MiB more at the peak, for 60 MiB", grown >> 10);
        assert!(grown < (SIZE >> 10) * 12 / 10, "{grown} KiB more at the peak");
    }
}

/// In the child process, a builder of a client of the parent's server.
fn client_in_child() -> Option<GofiveBuilder> {
    let url = child::is_child().then(|| std::env::var("SERVER").unwrap())?;
    let gofive = Gofive::builder().base_url(url).credentials("wire-client", wire::CLIENT_SECRET);
    Some(gofive.subscription_key(wire::SUBSCRIPTION_KEY).retry(RetryPolicy::none()))
}

/// Runs the test in a child process, and returns by how many KiB its peak memory has grown.
async fn grown_in_child(test: &'static str, server: &WireServer) -> usize {
    let mut child = child::command(module_path!(), test);
    child.env("SERVER", server.url());
    let printed = tokio::task::spawn_blocking(move || child::run(&mut child)).await.unwrap();
    let grown = printed.lines().find_map(|line| line.split_once("grown by ")?.1.strip_suffix(" KiB"));
    grown.unwrap().parse().unwrap()
}

/// The peak memory of this process in KiB, or 0 if the system does not report it.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}
