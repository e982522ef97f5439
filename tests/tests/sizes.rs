//! Announced and compressed sizes. `features.rs` shows that without the feature `gzip` nothing is compressed.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::io::Write as _;

use flate2::write::GzEncoder;
use flate2::{Compress, Compression, FlushCompress};
use gofive_api::{ErrorKind, Gofive, RetryPolicy};
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

/// The body is one mebibyte on the wire, and one gibibyte decompressed.
#[tokio::test]
async fn the_size_limit_counts_after_decompression() {
    let bomb = bomb(1024);
    assert!(bomb.len() < 2 << 20, "{} bytes", bomb.len());
    let server = WireServer::responding_with(vec![compressed(&bomb)]).await;
    let gofive = server.client().max_response_size(4 << 20).retry(RetryPolicy::none()).build().unwrap();
    let before = peak_memory();
    let error = gofive.venio().get_product("A001").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("longer than 4194304 bytes"), "{error}");
    let grown = peak_memory() - before;
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

/// Measures the memory of a process of its own, which runs only the client.
#[tokio::test]
async fn a_large_error_is_masked_in_the_memory_of_its_body() {
    const SIZE: usize = 60 << 20;
    if let Ok(url) = std::env::var("GOFIVE_TEST_SERVER") {
        let gofive = Gofive::builder().base_url(url).credentials("wire-client", wire::CLIENT_SECRET);
        let gofive = gofive.subscription_key(wire::SUBSCRIPTION_KEY).retry(RetryPolicy::none()).build().unwrap();
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
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        child.args(["a_large_error_is_masked_in_the_memory_of_its_body", "--exact", "--nocapture"]);
        child.env("GOFIVE_TEST_SERVER", server.url());
        let output = tokio::task::spawn_blocking(move || child.output().unwrap()).await.unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{printed} {}", String::from_utf8_lossy(&output.stderr));
        let grown = printed.lines().find_map(|line| line.split_once("grown by ")?.1.strip_suffix(" KiB"));
        let grown: usize = grown.unwrap().parse().unwrap();
        println!("{} MiB more at the peak, for 60 MiB", grown >> 10);
        assert!(grown < (SIZE >> 10) * 12 / 10, "{grown} KiB more at the peak");
    }
}

/// The peak memory of this process in KiB, or 0 if the system does not report it.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}
