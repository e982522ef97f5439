#[path = "../../../../spec-tools/tests/local_portal/server.rs"]
#[allow(dead_code, unreachable_pub)]
mod server;

use std::time::Instant;

use self::server::{Instead, Server};
use super::*;

const PAGE: &str = "/api-1.md";

/// A server with one page, and a fetcher that does not wait.
fn served() -> (Server, Fetcher, tempfile::TempDir) {
    let (server, cache) = (Server::start(0).unwrap(), tempfile::tempdir().unwrap());
    server.set_files([(PAGE.to_owned(), "# A page".to_owned()), ("/llms.txt".into(), "# An index".into())]);
    let fetcher = fetcher(&cache, false);
    (server, fetcher, cache)
}

fn fetcher(cache: &tempfile::TempDir, offline: bool) -> Fetcher {
    let waits = Duration::from_millis(1);
    Fetcher::new(Settings { cache: cache.path().into(), offline, pause: waits, first_wait: waits }).unwrap()
}

fn url(server: &Server, path: &str) -> Url {
    format!("{}{path}", server.base()).parse().unwrap()
}

fn instead(status: &'static str, headers: &[&str], times: usize) -> Instead {
    Instead { status, headers: headers.iter().map(ToString::to_string).collect(), body: "no page".into(), times }
}

#[tokio::test]
async fn two_requests_a_second_are_sent() {
    assert_eq!(Settings::new(PathBuf::new()).pause, Duration::from_millis(500));
    let (server, _, cache) = served();
    let pause = Duration::from_millis(60);
    let settings = Settings { pause, ..Settings::new(cache.path().into()) };
    let fetcher = Fetcher::new(settings).unwrap();
    for _ in 0..4 {
        fetcher.get(&url(&server, PAGE)).await.unwrap();
    }
    let received = server.received();
    assert_eq!(received.len(), 4);
    for pair in received.windows(2) {
        let between = pair[1].at.duration_since(pair[0].at);
        assert!(between > pause / 2, "{between:?}");
    }
    assert!(received[3].at.duration_since(received[0].at) > pause * 5 / 2);
}

#[tokio::test]
async fn a_failure_that_may_pass_is_retried_after_the_wait_that_the_server_asks_for() {
    let (server, fetcher, _cache) = served();
    server.send_instead(PAGE, instead("503 Service Unavailable", &[], 2));
    assert_eq!(fetcher.get(&url(&server, PAGE)).await.unwrap(), b"# A page");
    assert_eq!(server.received().len(), 3);

    server.send_instead(PAGE, instead("429 Too Many Requests", &["retry-after: 1"], 1));
    let start = Instant::now();
    assert_eq!(fetcher.get(&url(&server, PAGE)).await.unwrap(), b"# A page");
    assert!(start.elapsed() >= Duration::from_secs(1), "{:?}", start.elapsed());

    server.received();
    server.send_instead(PAGE, instead("500 Internal Server Error", &[], 9));
    let failure = fetcher.get(&url(&server, PAGE)).await.unwrap_err();
    assert_eq!(failure.to_string(), "failed several times: 500 Internal Server Error");
    assert_eq!(server.received().len(), 4);
}

#[tokio::test]
async fn a_login_a_page_that_is_gone_and_a_failure_are_distinguished() {
    let (server, fetcher, _cache) = served();
    let login = "location: https://login.example.org/?return=secret";
    for (status, headers, message) in [
        (
            "401 Unauthorized",
            &[][..],
            "needs a login (401 Unauthorized): save the page in a browser, and pass the file",
        ),
        ("403 Forbidden", &[], "needs a login (403 Forbidden): save the page in a browser, and pass the file"),
        (
            "302 Found",
            &[login],
            "needs a login (it redirects to https://login.example.org/): save the page in a browser, and pass the file",
        ),
        ("404 Not Found", &[], "is gone (404 Not Found)"),
        ("410 Gone", &[], "is gone (410 Gone)"),
        ("400 Bad Request", &[], "failed: 400 Bad Request"),
        (
            "200 OK",
            &["content-type: text/html; charset=utf-8"],
            "failed: it is an HTML page and not Markdown: the portal does not publish it for machines. Save it in a browser, \
             and pass the file",
        ),
    ] {
        server.send_instead(PAGE, instead(status, headers, 1));
        let failure = fetcher.get(&url(&server, PAGE)).await.unwrap_err();
        assert_eq!(failure.to_string(), message);
        assert_eq!(server.received().len(), 1, "{status} is not retried");
    }
    server.send_instead(PAGE, instead("302 Found", &["location: /llms.txt"], 1));
    assert_eq!(fetcher.get(&url(&server, PAGE)).await.unwrap(), b"# An index");
}

#[tokio::test]
async fn a_server_that_is_down_is_an_error_with_its_cause() {
    let (_server, fetcher, _cache) = served();
    // A port of this machine that no server has.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let failure = fetcher.get(&format!("http://{free}/llms.txt").parse().unwrap()).await.unwrap_err().to_string();
    assert!(failure.starts_with("failed several times: ") && failure.contains("refused"), "{failure}");
}

#[tokio::test]
async fn a_page_that_is_too_long_is_refused() {
    let (server, fetcher, _cache) = served();
    server.set_files([(PAGE.to_owned(), "x".repeat(MAX_BYTES + 1))]);
    let failure = fetcher.get(&url(&server, PAGE)).await.unwrap_err();
    assert_eq!(failure.to_string(), "failed: it has more than 8 MiB");
}

#[tokio::test]
async fn a_page_is_sent_again_only_if_it_has_changed() {
    let (server, fetcher, cache) = served();
    let page = url(&server, PAGE);
    assert_eq!(fetcher.get(&page).await.unwrap(), b"# A page");
    let first = server.received();
    assert!(!first[0].headers.iter().any(|line| line.starts_with("if-none-match")), "{first:?}");
    assert_eq!(fetcher.get(&page).await.unwrap(), b"# A page");
    let second = server.received();
    assert!(second[0].headers.iter().any(|line| line.starts_with("if-none-match: \"")), "{second:?}");
    server.set_files([(PAGE.to_owned(), "# Another page".to_owned())]);
    assert_eq!(fetcher.get(&page).await.unwrap(), b"# Another page");

    server.received();
    let offline = self::fetcher(&cache, true);
    assert_eq!(offline.get(&page).await.unwrap(), b"# Another page");
    assert_eq!(offline.get(&url(&server, "/other.md")).await.unwrap_err(), Failure::NotCached);
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn a_cache_that_was_damaged_is_fetched_anew() {
    let (server, fetcher, _cache) = served();
    let page = url(&server, PAGE);
    fetcher.get(&page).await.unwrap();
    std::fs::write(fetcher.file(&page), "{\"url\":").unwrap();
    assert_eq!(fetcher.get(&page).await.unwrap(), b"# A page");
}

/// The names of all headers that are sent.
#[tokio::test]
async fn nothing_secret_is_sent() {
    let (server, fetcher, _cache) = served();
    server.send_instead(PAGE, instead("503 Service Unavailable", &["set-cookie: session=1"], 1));
    fetcher.get(&url(&server, PAGE)).await.unwrap();
    fetcher.get(&url(&server, PAGE)).await.unwrap();
    for received in server.received() {
        for line in &received.headers {
            let name = line.split(':').next().unwrap();
            // The workspace's tests turn on the feature `gzip` of reqwest, which adds a header.
            let known = ["accept", "accept-encoding", "host", "if-none-match", "user-agent"];
            assert!(known.contains(&name), "{line}");
        }
    }
}
