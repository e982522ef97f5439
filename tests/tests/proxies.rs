//! Proxies that the program sets, and proxies of the environment.

use gofive_api::reqwest::Proxy;
use gofive_api::{Error, ErrorKind, Gofive, GofiveBuilder, RetryPolicy};
use gofive_tests::child;
use gofive_tests::proxy::TunnelProxy;
use gofive_tests::tls::Authority;
use gofive_tests::wire::{WireServer, json, response};

const PRODUCT: &str = r#"{"status":{"code":"1000"},"data":{"productCode":"A001"}}"#;

async fn call(builder: GofiveBuilder) -> Result<(), Error> {
    builder.retry(RetryPolicy::none()).build()?.venio().get_product("A001").await.map(drop)
}

/// A client of a host that does not exist.
fn client(scheme: &str) -> GofiveBuilder {
    let builder = Gofive::builder().base_url(format!("{scheme}://api.gofive.example")).allow_plain_http();
    builder.access_token("token").subscription_key("key")
}

#[tokio::test]
async fn plain_http_goes_to_the_proxy_with_the_whole_url() {
    let proxy = WireServer::responding_with_json(PRODUCT).await;
    call(client("http").proxy(Proxy::all(proxy.url()).unwrap().basic_auth("user", "word"))).await.unwrap();
    let request = &proxy.received()[0];
    assert_eq!(request.line(), "GET http://api.gofive.example/v2/products/A001 HTTP/1.1");
    assert_eq!(request.header("proxy-authorization"), Some("Basic dXNlcjp3b3Jk"));
}

/// The certificates of the system are read when the proxy needs them: the base URL itself does not.
#[tokio::test]
async fn the_certificate_of_a_proxy_is_checked_where_the_base_url_is_plain_http() {
    let (ours, other) = (Authority::new("ours"), Authority::new("other"));
    let proxy = WireServer::responding_over_tls(ours.server(), vec![json(PRODUCT)]).await;
    let through = || client("http").proxy(Proxy::all(proxy.url()).unwrap());
    call(through().root_certificate(ours.pem())).await.unwrap();
    assert_eq!(proxy.received()[0].line(), "GET http://api.gofive.example/v2/products/A001 HTTP/1.1");
    for builder in [through(), through().root_certificate(other.pem())] {
        let error = call(builder).await.unwrap_err();
        assert!(error.to_string().contains("invalid peer certificate: UnknownIssuer"), "{error}");
    }
}

#[tokio::test]
async fn https_goes_through_a_tunnel_that_hides_the_request_from_the_proxy() {
    let ours = Authority::new("ours");
    let server = WireServer::responding_over_tls(ours.server(), vec![json(PRODUCT)]).await;
    let proxy = TunnelProxy::to(server.url()).await;
    let builder = client("https").root_certificate(ours.pem()).proxy(Proxy::all(proxy.url()).unwrap());
    call(builder).await.unwrap();
    assert!(proxy.heads()[0].starts_with("CONNECT api.gofive.example:443 HTTP/1.1\r\n"), "{:?}", proxy.heads());
    assert!(!proxy.heads()[0].contains("key"), "{:?}", proxy.heads());
    assert_eq!(server.received()[0].line(), "GET /v2/products/A001 HTTP/1.1");
}

#[tokio::test]
async fn a_proxy_that_the_program_sets_is_used_for_loopback_too() {
    let server = WireServer::responding_with_json(PRODUCT).await;
    let proxy = WireServer::responding_with_json(PRODUCT).await;
    // An access token is set, because the proxy does not respond to token requests.
    let builder = server.client().access_token("token").proxy(Proxy::http(proxy.url()).unwrap());
    call(builder).await.unwrap();
    assert_eq!(proxy.received()[0].line(), format!("GET {}/v2/products/A001 HTTP/1.1", server.url()));
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn the_first_proxy_that_matches_the_url_is_used() {
    let (first, second) =
        (WireServer::responding_with_json(PRODUCT).await, WireServer::responding_with_json(PRODUCT).await);
    let builder = client("http").proxy(Proxy::https("http://127.0.0.1:1").unwrap());
    let builder = builder.proxy(Proxy::http(first.url()).unwrap()).proxy(Proxy::all(second.url()).unwrap());
    call(builder).await.unwrap();
    assert_eq!((first.received().len(), second.received().len()), (1, 0));
}

#[tokio::test]
async fn a_proxy_that_refuses_is_an_error() {
    let proxy = WireServer::responding_with(vec![response(407, "text/html", "who are you?")]).await;
    let error = call(client("http").proxy(Proxy::all(proxy.url()).unwrap())).await.unwrap_err();
    assert_eq!(error.http_status(), Some(407), "{error}");
    let error = call(client("https").proxy(Proxy::all(proxy.url()).unwrap())).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
    assert!(error.to_string().contains("proxy authorization required"), "{error}");
}

/// Runs in processes of its own, because the environment belongs to the whole process.
#[tokio::test(flavor = "multi_thread")]
async fn proxy_environment_variables_are_honoured() {
    if child::is_child() {
        let base_url = std::env::var("SERVER").unwrap();
        call(client("http").base_url(base_url)).await.unwrap_err();
        return;
    }
    // A host that is not reached through the proxy does not exist, so the call fails immediately.
    let proxy = WireServer::responding_with(vec![response(404, "text/html", "")]).await;
    let reaches = async |base_url: &str, variables: &[(&str, &str)]| {
        proxy.respond_with(response(404, "text/html", ""));
        let mut command = child::command(module_path!(), "proxy_environment_variables_are_honoured");
        command.env("SERVER", base_url);
        for name in ["ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "REQUEST_METHOD"] {
            command.env_remove(name).env_remove(name.to_lowercase());
        }
        command.envs(variables.iter().map(|(name, value)| (name, value.replace("PROXY", proxy.url()))));
        tokio::task::spawn_blocking(move || child::run(&mut command)).await.unwrap();
        proxy.received().len() == 1
    };
    let (http, https) = ("http://api.gofive.invalid", "https://api.gofive.invalid");
    for (base_url, variables, proxied) in [
        (http, &[("HTTP_PROXY", "PROXY")][..], true),
        (http, &[("http_proxy", "PROXY")], true),
        (http, &[("ALL_PROXY", "PROXY")], true),
        (http, &[("all_proxy", "PROXY")], true),
        (https, &[("HTTPS_PROXY", "PROXY")], true),
        (https, &[("https_proxy", "PROXY")], true),
        (https, &[("ALL_PROXY", "PROXY")], true),
        (http, &[("HTTPS_PROXY", "PROXY")], false),
        (https, &[("HTTP_PROXY", "PROXY")], false),
        (http, &[], false),
        (http, &[("HTTP_PROXY", "PROXY"), ("NO_PROXY", "gofive.invalid")], false),
        (http, &[("HTTP_PROXY", "PROXY"), ("no_proxy", "example, .gofive.invalid")], false),
        (http, &[("HTTP_PROXY", "PROXY"), ("NO_PROXY", "*")], false),
        (http, &[("HTTP_PROXY", "PROXY"), ("NO_PROXY", "fivegofive.invalid, other")], true),
        ("http://10.255.255.1", &[("HTTP_PROXY", "PROXY"), ("NO_PROXY", "192.168.0.0/16")], true),
        // A web server sets REQUEST_METHOD for CGI programs, whose HTTP_PROXY may be the header `Proxy` of a request.
        (http, &[("HTTP_PROXY", "PROXY"), ("REQUEST_METHOD", "GET")], false),
        // Loopback needs no proxy.
        ("http://127.0.0.1:1", &[("HTTP_PROXY", "PROXY")], false),
        ("http://localhost:1", &[("ALL_PROXY", "PROXY")], false),
    ] {
        assert_eq!(reaches(base_url, variables).await, proxied, "{base_url} {variables:?}");
    }
}

#[tokio::test]
async fn settings_of_configure_http_are_used() {
    let server = WireServer::responding_with_json(PRODUCT).await;
    let address = server.url().strip_prefix("http://").unwrap().parse().unwrap();
    let builder = client("http").configure_http(move |http| http.no_proxy().resolve("api.gofive.example", address));
    let builder = builder.configure_http(|http| {
        let mut headers = gofive_api::reqwest::header::HeaderMap::new();
        headers.insert("x-tenant", "ours".parse().unwrap());
        http.default_headers(headers)
    });
    call(builder).await.unwrap();
    assert_eq!(server.received()[0].header("host"), Some("api.gofive.example"));
    assert_eq!(server.received()[0].header("x-tenant"), Some("ours"));
}

#[tokio::test]
async fn configure_http_cannot_change_tls_or_redirects() {
    use gofive_api::reqwest::{Certificate, Client, redirect, tls::Version};

    let ours = Authority::new("ours");
    let server = WireServer::responding_over_tls(ours.server(), vec![json(PRODUCT)]).await;
    let certificate = Certificate::from_pem(ours.pem().as_bytes()).unwrap();
    for builder in [
        server.client().configure_http(|http| http.tls_danger_accept_invalid_certs(true)),
        server.client().configure_http(move |http| http.tls_certs_only([certificate.clone()])),
        server.client().configure_http(|http| http.tls_backend_rustls().tls_version_max(Version::TLS_1_2)),
        server.client().configure_http(|_| Client::builder()),
    ] {
        let error = call(builder).await.unwrap_err();
        assert!(error.to_string().contains("UnknownIssuer"), "{error}");
    }

    let elsewhere = WireServer::responding_with_json(PRODUCT).await;
    let moved = format!("HTTP/1.1 302 Found\r\nlocation: {}/\r\ncontent-length: 0\r\n\r\n", elsewhere.url());
    let server = WireServer::responding_with(vec![moved.into_bytes()]).await;
    let error = call(server.client().configure_http(|http| http.redirect(redirect::Policy::limited(10)))).await;
    assert_eq!(error.unwrap_err().http_status(), Some(302));
    assert!(elsewhere.received().is_empty());
}

#[tokio::test]
async fn a_broken_configure_http_is_a_configuration_error() {
    let error = call(client("http").configure_http(|http| http.user_agent("line\nbreak"))).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("the HTTP client cannot be created"), "{error}");
}
