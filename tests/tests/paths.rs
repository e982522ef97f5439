//! A custom request is sent to its own path below the base URL, or not at all.

use std::sync::LazyLock;

use gofive_api::{Error, ErrorKind, Gofive, Method, RetryPolicy};
use gofive_tests::wire::WireServer;
use proptest::prelude::*;
use tokio::runtime::Runtime;

/// A server, and a client whose base URL ends with this path.
async fn session(base_path: &str) -> (WireServer, Gofive) {
    let server = WireServer::responding_with_json("{}").await;
    let builder = server.client().base_url(format!("{}{base_path}", server.url())).access_token("token");
    let gofive = builder.retry(RetryPolicy::none()).build().unwrap();
    (server, gofive)
}

fn assert_refused(path: &str, outcome: Result<gofive_api::RawJson, Error>) {
    let error = outcome.expect_err(path);
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Validation, 0), "{path:?}: {error}");
}

#[tokio::test]
async fn a_path_that_url_parsing_would_change_is_refused() {
    for base_path in ["", "/", "/base/path", "/base/path/"] {
        let (server, gofive) = session(base_path).await;
        for path in [
            "/../x",
            "/%2e%2e/x",
            "/%2E./x",
            "/..\\x",
            "/x\\..\\..\\y",
            "/.\t./x",
            "/.\n./x",
            "/a\rb",
            "/./x",
            "/x/.",
            "/x/..",
            "//host.example/x",
            "///x",
            "/\\host.example/x",
            "\\x",
            "x",
            "",
            "?x",
            "@host.example/",
            ":1/x",
            "https://host.example/x",
            "/x?a=b\nc",
            "/x%2F..%2Fy",
            "/%2e%2e%5Cx",
        ] {
            assert_refused(path, gofive.request(Method::GET, path).send().await);
        }
        assert!(server.received().is_empty());
    }
}

#[tokio::test]
async fn any_other_path_is_sent_as_it_is() {
    for (base_path, prefix) in [("", ""), ("/", ""), ("/base/path", "/base/path"), ("/base/path/", "/base/path")] {
        let (server, gofive) = session(base_path).await;
        for (path, sent) in [
            ("/v1/case", "/v1/case"),
            ("/v1/case/", "/v1/case/"),
            ("/v1/a%2Fb%20c", "/v1/a%2Fb%20c"),
            ("/v1/a b", "/v1/a%20b"),
            ("/v1/..x/...", "/v1/..x/..."),
            ("/v1/x?to=/../y&z=%2e%2e", "/v1/x?to=/../y&z=%2e%2e"),
            ("/", "/"),
        ] {
            gofive.request(Method::GET, path).send().await.unwrap();
            let line = server.received().last().unwrap().line().to_owned();
            assert_eq!(line, format!("GET {prefix}{sent} HTTP/1.1"));
        }
    }
}

/// One server for all cases.
static SERVER: LazyLock<(Runtime, WireServer, Gofive)> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (server, gofive) = runtime.block_on(session("/base/path"));
    (runtime, server, gofive)
});

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn no_text_leaves_the_base_path(path in prop_oneof![
        any::<String>(),
        any::<String>().prop_map(|path| format!("/{path}")),
        "/(\\.|%2e|%2E|/|\\\\|%2f|%5c|%|\t|\n|\r|\\?|#|:|@|;| |\u{0}|x){0,12}",
    ]) {
        let (runtime, server, gofive) = &*SERVER;
        let seen = server.received().len();
        match runtime.block_on(gofive.request(Method::GET, &path).send()) {
            Ok(_) => {
                let line = server.received()[seen].line().to_owned();
                let sent = line.strip_prefix("GET ").and_then(|line| line.strip_suffix(" HTTP/1.1")).unwrap();
                let sent = sent.split('?').next().unwrap();
                prop_assert!(sent.starts_with("/base/path/"), "{:?} was sent as {}", path, sent);
                let given = path.split('?').next().unwrap();
                prop_assert_eq!(sent.matches('/').count(), given.matches('/').count() + 2);
                // Some servers decode the path first, and treat both slashes alike.
                let decoded = sent.to_lowercase().replace("%2e", ".").replace("%2f", "/").replace("%5c", "/");
                prop_assert!(decoded.split('/').all(|segment| segment != "." && segment != ".."), "{}", sent);
            }
            Err(error) => {
                prop_assert_eq!(error.kind(), ErrorKind::Validation, "{:?}: {}", path, error);
                prop_assert_eq!(server.received().len(), seen);
            }
        }
    }
}
