//! Where a sandbox listens, who may call it from a browser, and who sees its requests.

use std::sync::{Arc, Mutex};

use reqwest::header::HeaderMap;

use super::*;

#[tokio::test]
async fn a_sandbox_listens_on_any_address_of_this_machine() {
    for (host, begin) in [
        ("127.0.0.2", "http://127.0.0.2:"),
        ("localhost", "http://127.0.0.1:"),
        ("0.0.0.0", "http://127.0.0.1:"),
        ("::1", "http://[::1]:"),
        ("[::1]", "http://[::1]:"),
        ("::", "http://[::1]:"),
    ] {
        let sandbox = Sandbox::builder().host(host).start().await.unwrap();
        let url = sandbox.base_url();
        assert!(url.starts_with(begin) || (host == "localhost" && url.starts_with("http://[::1]:")), "{host}: {url}");
        assert!(User::of(&sandbox).await.token.starts_with("sandbox-"), "{host}");
    }
    let error = Sandbox::builder().host("192.0.2.1").start().await.unwrap_err().to_string();
    let (begin, end) =
        ("cannot listen on any port of 192.0.2.1: ", "; choose an address of this machine: 127.0.0.1, or ");
    assert!(error.starts_with(begin) && error.contains(end), "{error}");
    let error = Sandbox::builder().host("no such host").port(1).start().await.unwrap_err().to_string();
    assert!(error.starts_with("cannot listen on port 1 of no such host: "), "{error}");
}

#[tokio::test]
async fn other_machines_need_a_token_to_control_a_sandbox() {
    let local = Sandbox::builder().host("127.0.0.2").start().await.unwrap();
    assert_eq!(local.control_token(), None);
    let sandbox = Sandbox::builder().host("0.0.0.0").start().await.unwrap();
    let token = sandbox.control_token().unwrap().to_owned();
    assert!(token.len() == 32 && Some(&*token) != Sandbox::builder().host("::").start().await.unwrap().control_token());
    let user = User::of(&sandbox).await;
    let status = async |request: RequestBuilder| request.send().await.unwrap().status();
    let reset = || user.client.post(format!("{}/__sandbox/reset", sandbox.base_url()));
    // A machine elsewhere can send any Host.
    assert_eq!(status(reset().header("host", "localhost")).await, StatusCode::UNAUTHORIZED);
    assert_eq!(status(reset().bearer_auth(&token)).await, StatusCode::NO_CONTENT);
    let own = Sandbox::builder().host("0.0.0.0").control_token("a token").start().await.unwrap();
    assert_eq!(own.control_token(), Some("a token"));
    assert!(!format!("{own:?}").contains("a token"));
}

#[tokio::test]
async fn without_control_the_health_check_remains() {
    let sandbox = Sandbox::builder().host("0.0.0.0").without_control().start().await.unwrap();
    assert_eq!(sandbox.control_token(), None);
    let user = User::of(&sandbox).await;
    for (path, status) in [("/__sandbox/health", 200), ("/__sandbox/operations", 404), ("/__sandbox/", 404)] {
        assert_eq!(user.request(Method::GET, path).send().await.unwrap().status(), status, "{path}");
    }
}

/// Asks, as a browser does, whether a page may send a request.
async fn preflight(user: &User<'_>, path: &str, origin: &str) -> (StatusCode, HeaderMap) {
    let request = user.client.request(Method::OPTIONS, format!("{}{path}", user.sandbox.base_url()));
    let request = request
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,content-type");
    let response = request.send().await.unwrap();
    (response.status(), response.headers().clone())
}

#[tokio::test]
async fn pages_of_allowed_origins_may_call_the_api_but_not_control_it() {
    let sandbox = Sandbox::builder()
        .allow_origin("http://localhost:5173")
        .allow_origin("https://app.example.com")
        .start()
        .await
        .unwrap();
    let user = User::of(&sandbox).await;
    for origin in ["http://localhost:5173", "https://app.example.com"] {
        let (status, headers) = preflight(&user, "/v1/case", origin).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
        assert_eq!(headers["access-control-allow-origin"], origin);
        assert_eq!(headers["access-control-allow-methods"], "POST");
        assert_eq!(headers["access-control-allow-headers"], "authorization,content-type");
        assert!(!headers.contains_key("access-control-allow-credentials"));

        let request = user.request(Method::POST, "/v1/case").header("origin", origin).json(&example("add_case"));
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["access-control-allow-origin"], origin);
        assert!(response.headers()["access-control-expose-headers"].to_str().unwrap().contains("x-gofive-evidence"));
        assert_eq!(response.headers()["vary"], "origin");
    }
    assert_eq!(sandbox.calls(operation::ADD_CASE), 2, "a preflight is not a call");
    let refused =
        user.client.get(format!("{}/v1/case", sandbox.base_url())).header("origin", "https://app.example.com");
    let headers = refused.send().await.unwrap().headers().clone();
    assert_eq!(headers["access-control-allow-origin"], "https://app.example.com", "a page can read why it is refused");

    for (path, origin) in [
        ("/v1/case", "http://localhost:5174"),
        ("/v1/case", "https://app.example.com.evil.example"),
        ("/__sandbox/reset", "http://localhost:5173"),
    ] {
        let (status, headers) = preflight(&user, path, origin).await;
        assert!(status.is_client_error() && !headers.contains_key("access-control-allow-origin"), "{path} {origin}");
    }
}

#[tokio::test]
async fn no_page_may_call_the_api_by_default_and_any_page_if_all_origins_are_allowed() {
    let origin = "https://anywhere.example";
    let sandbox = Sandbox::start().await.unwrap();
    let user = User::of(&sandbox).await;
    let (status, headers) = preflight(&user, "/v1/case", origin).await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(!headers.contains_key("access-control-allow-origin") && !headers.contains_key("vary"), "{headers:?}");
    let sandbox = Sandbox::builder().allow_origin("*").start().await.unwrap();
    let user = User::of(&sandbox).await;
    assert_eq!(preflight(&user, "/v1/case", origin).await.1["access-control-allow-origin"], origin);
    assert!(!preflight(&user, "/__sandbox/reset", origin).await.1.contains_key("access-control-allow-origin"));

    let error = Sandbox::builder().allow_origin("localhost:5173").start().await.unwrap_err().to_string();
    assert!(error.starts_with("pages of `localhost:5173` cannot be allowed, "), "{error}");
}

#[tokio::test]
async fn a_program_sees_each_request_in_one_line_without_secrets() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let observed = Arc::clone(&lines);
    let sandbox = Sandbox::builder()
        .max_logged_requests(0)
        .on_request(move |request| observed.lock().unwrap().push(request.to_string()))
        .start()
        .await
        .unwrap();
    let user = User::of(&sandbox).await;
    sandbox.respond(operation::ADD_CASE).once().status(403).mount().unwrap();
    sandbox.queue_faults(operation::EDIT_CASE, vec![Fault::ResetBefore]);
    let _ = user.request(Method::POST, "/v1/case").json(&example("add_case")).send().await;
    user.post("/v1/case", example("add_case")).await;
    let _ = user.request(Method::PUT, "/v1/case/T250200010").json(&json!({})).send().await;
    user.post("/v1/case?subscription-key=abc&x=%0A%1B", json!({"subject": "\n"})).await;
    let mut document = example("create_document_from_raw_data");
    document["rawData"]["DeliveryModels"][0]["deliveryInfo"]["password"] = 5_550_123.into();
    user.post(&documented_path(documented("create_document_from_raw_data").1), document).await;
    let _ = user.request(Method::GET, "/__sandbox/health").send().await;
    let lines = lines.lock().unwrap();
    // The time of day is at the beginning of a line.
    let seen = |index: usize| &lines[index]["19:57:07.123 ".len()..];
    assert_eq!(seen(0), "POST /authorization/connect/token authorize 200 carried out");
    assert_eq!(seen(1), "POST /v1/case add_case 403 stub 1");
    assert_eq!(seen(2), "POST /v1/case add_case 200 carried out");
    let fault = "reset prevented; fault: a connection reset before the request is read";
    assert_eq!(seen(3), format!("PUT /v1/case/T250200010 edit_case {fault}"));
    let refused = r"POST /v1/case?subscription-key=***&x=\n\u{1b} add_case 400 refused: subscription-key is not ";
    assert!(seen(4).starts_with(refused), "{}", seen(4));
    assert!(lines.iter().any(|line| line.contains("assword: the value is not valid")), "{lines:#?}");
    let all = lines.join("|");
    for secret in [&*user.token, sandbox.client_secret(), sandbox.subscription_key(), "5550123"] {
        assert!(!all.contains(secret), "{secret} in {lines:#?}");
    }
    assert!(!all.contains(char::is_control) && !all.contains("health"), "{lines:#?}");
    assert_eq!(sandbox.all_requests(), []);
}
