//! The page for people, as a browser gets it. `tests/browser/sandbox.mjs` uses it.

use super::*;

async fn page(sandbox: &Sandbox, method: Method) -> reqwest::Response {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::new().request(method, sandbox.base_url()).send().await.unwrap()
}

/// The policy of a response without the nonce, which is returned beside it.
fn policy(response: &reqwest::Response) -> (String, String) {
    let policy = response.headers()["content-security-policy"].to_str().unwrap();
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap().to_owned();
    (policy.replace(&nonce, ""), nonce)
}

#[tokio::test]
async fn the_policy_of_the_page_allows_only_its_own_script_and_style() {
    let sandbox = Sandbox::start().await.unwrap();
    let response = page(&sandbox, Method::GET).await;
    assert_eq!(response.status(), StatusCode::OK);
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
    ] {
        assert_eq!(response.headers()[name], value);
    }
    let (policy, nonce) = self::policy(&response);
    assert_eq!(
        policy,
        "default-src 'none'; script-src 'nonce-'; style-src 'nonce-'; connect-src 'self'; img-src data:; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    );
    let html = response.text().await.unwrap();
    assert_eq!(html.matches(&format!("nonce=\"{nonce}\"")).count(), 2, "the style and the script");
    assert!(
        nonce.len() == 32 && nonce != self::policy(&page(&sandbox, Method::GET).await).1,
        "it is a new one each time"
    );
    for placeholder in ["{nonce}", "{version}", "{style}", "{script}"] {
        assert!(!html.contains(placeholder), "{placeholder}");
    }
    // Texts become text only. What has a URL elsewhere is a placeholder of a field.
    for risk in
        ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "style=", "src=", "https://"]
    {
        assert!(!html.contains(risk), "{risk}");
    }
}

#[tokio::test]
async fn the_page_does_not_count_as_a_request_and_needs_no_token() {
    let sandbox = Sandbox::builder()
        .host("0.0.0.0")
        .faults(Faults::seeded(1).with(Fault::BadGateway, 1.0))
        .start()
        .await
        .unwrap();
    assert_eq!(page(&sandbox, Method::GET).await.status(), StatusCode::OK);
    let head = page(&sandbox, Method::HEAD).await;
    assert!(head.status() == StatusCode::OK && head.bytes().await.unwrap().is_empty());
    let post = page(&sandbox, Method::POST).await;
    assert_eq!(
        (post.status(), &post.headers()["allow"]),
        (StatusCode::METHOD_NOT_ALLOWED, &"GET, HEAD".parse().unwrap())
    );
    assert_eq!((sandbox.all_requests(), sandbox.faults_injected()), (vec![], 0));
    let without = Sandbox::builder().without_control().start().await.unwrap();
    assert_eq!(page(&without, Method::GET).await.status(), StatusCode::NOT_FOUND);
}
