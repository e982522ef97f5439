//! Who may use the control API.

use super::*;

/// The status code of a request with these headers, and the detail of the problem.
async fn status(client: &Client, sandbox: &Sandbox, headers: &[(&str, &str)]) -> (u16, String) {
    let document = json!({"components": {"schemas": {"Problem": {}}}});
    let control = Controller { sandbox, client: client.clone(), document };
    let request = control.request(Method::GET, "/__sandbox/stubs");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let (status, body) = control.read(request).await;
    (status, body["detail"].as_str().unwrap_or_default().to_owned())
}

fn client() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::new()
}

#[tokio::test]
async fn a_name_that_is_not_of_this_machine_is_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client();
    for host in [
        "localhost",
        "LOCALHOST:1",
        "127.0.0.1:4010",
        "127.1.2.3",
        "[::1]:80",
        "gofive.localhost",
        "[::ffff:127.0.0.1]",
    ] {
        assert_eq!(status(&client, &sandbox, &[("host", host)]).await, (200, String::new()), "{host}");
    }
    for host in [
        "example.com",
        "example.com:4010",
        "10.0.0.1",
        "0.0.0.0",
        "localhost.example.com",
        "127.0.0.1.example.com",
        "xlocalhost",
        "[::2]",
        "a b",
        "",
    ] {
        let (status, detail) = status(&client, &sandbox, &[("host", host)]).await;
        assert_eq!(status, 403, "{host}");
        assert!(detail.ends_with("use localhost or 127.0.0.1, or start the sandbox with a control token"), "{detail}");
    }
    assert_eq!(status(&client, &sandbox, &[("host", "localhost"), ("host", "example.com")]).await.0, 403);
}

#[tokio::test]
async fn a_page_of_another_server_is_refused_even_with_the_token() {
    let open = Sandbox::start().await.unwrap();
    let closed = Sandbox::builder().control_token("0f8b3c5d").start().await.unwrap();
    let client = client();
    let token = ("authorization", "Bearer 0f8b3c5d");
    for (sandbox, port) in [(&open, open.port), (&closed, closed.port)] {
        let own = format!("http://127.0.0.1:{port}");
        assert_eq!(status(&client, sandbox, &[token, ("origin", &own)]).await.0, 200);
        for origin in ["http://example.com", "null", "", "http://127.0.0.1", "http://localhost", &own[7..], "file://"] {
            let (status, detail) = status(&client, sandbox, &[token, ("origin", origin)]).await;
            assert!(status == 403 && detail.contains("a page of another server"), "{origin}: {status} {detail}");
        }
        assert_eq!(status(&client, sandbox, &[token, ("origin", &own), ("origin", "http://example.com")]).await.0, 403);
    }
}

#[tokio::test]
async fn with_a_token_every_request_needs_it_but_the_health_check() {
    let sandbox = Sandbox::builder().control_token("0f8b3c5d").start().await.unwrap();
    let client = client();
    let authorized = |value| [("authorization", value), ("host", "sandbox.example.com")];
    for value in ["Bearer 0f8b3c5d", "bearer  0f8b3c5d "] {
        assert_eq!(status(&client, &sandbox, &authorized(value)).await.0, 200, "{value}");
    }
    for value in
        ["Bearer 0f8b3c5e", "Bearer 0f8b3c5", "Bearer 0f8b3c5d0", "Bearer ", "Bearer", "Basic 0f8b3c5d", "0f8b3c5d", ""]
    {
        let (status, detail) = status(&client, &sandbox, &authorized(value)).await;
        assert!(status == 401 && detail.starts_with("the control token is missing or wrong; send `"), "{value}");
    }
    let refused = client.get(format!("{}/__sandbox/stubs", sandbox.base_url())).send().await.unwrap();
    assert_eq!(
        (refused.status(), &refused.headers()["www-authenticate"]),
        (StatusCode::UNAUTHORIZED, &"Bearer".parse().unwrap())
    );
    let health = client.get(format!("{}/__sandbox/health", sandbox.base_url())).header("host", "10.0.0.1");
    assert_eq!(health.send().await.unwrap().status(), StatusCode::OK);
    assert!(!format!("{sandbox:?} {:?}", Sandbox::builder().control_token("0f8b3c5d")).contains("0f8b3c5d"));
    let empty = Sandbox::builder().control_token("").start().await.unwrap();
    assert_eq!(status(&client, &empty, &[("authorization", "Bearer ")]).await.0, 401, "an empty token is never right");
}

#[tokio::test]
async fn without_control_its_paths_do_not_exist_but_the_health_check() {
    let sandbox = Sandbox::builder().without_control().start().await.unwrap();
    let user = User::of(&sandbox).await;
    for path in ["/__sandbox", "/__sandbox/stubs", "/__sandbox/health/"] {
        let expected = refused(StatusCode::NOT_FOUND, "4001", &format!("there is no path {path}"));
        assert_eq!(user.get(path).await, expected);
    }
    assert_eq!(user.request(Method::GET, "/__sandbox/health").send().await.unwrap().status(), StatusCode::OK);
}
