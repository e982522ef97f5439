//! `gofive doctor`, with a fault of each kind.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use gofive_sandbox::{Fault, Faults, Sandbox, operation};
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::{TlsAcceptor, rustls};

use crate::gofive::{Run, command, of_sandbox, run};

/// A doctor without credentials and without profiles.
fn doctor(folder: &Path) -> Command {
    let mut command = command();
    command.args(["doctor"]).env("GOFIVE_CONFIG_DIR", folder);
    command
}

/// Examines calls of a sandbox, with other variables.
fn examine(sandbox: &Sandbox, variables: &[(&str, &str)]) -> Run {
    let mut command = doctor(Path::new("/nowhere"));
    run(of_sandbox(&mut command, sandbox).envs(variables.iter().copied()), "")
}

/// Checks that one check has failed, that the checks before it have not, and what is to be done about it.
fn assert_failed(report: &Run, code: i32, check: &str, parts: &[&str]) {
    assert_eq!(report.code, code, "{report:?}");
    let failed: Vec<_> = report.stdout.lines().filter(|line| line.starts_with("FAILED")).collect();
    assert!(matches!(failed[..], [line] if line.split_whitespace().nth(1) == Some(check)), "{report:?}");
    for part in parts {
        assert!(report.stdout.contains(part) || report.stderr.contains(part), "{part}: {report:?}");
    }
    assert!(report.stderr.contains("  try: "), "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_healthy_machine_passes_every_check() {
    let sandbox = Sandbox::start().await.unwrap();
    let report = examine(&sandbox, &[]);
    assert_eq!((report.code, report.stderr.as_str()), (0, ""), "{report:?}");
    let checks: Vec<_> =
        report.stdout.lines().map(|line| line.split_whitespace().take(2).collect::<Vec<_>>()).collect();
    let expected = ["version", "credentials", "proxy", "DNS", "connection", "clock", "key", "token", "permission"];
    assert_eq!(checks, expected.map(|check| vec!["ok", check]), "{report:?}");
}

#[test]
fn missing_credentials_are_found() {
    let report = run(&mut doctor(Path::new("/nowhere")), "");
    assert_failed(&report, 3, "credentials", &["GOFIVE_CLIENT_ID", "gofive login"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_a_wrong_secret_and_a_missing_permission_are_distinguished() {
    let sandbox = Sandbox::start().await.unwrap();
    let report = examine(&sandbox, &[("GOFIVE_SUBSCRIPTION_KEY", "not-the-key")]);
    assert_failed(&report, 4, "key", &["GOFIVE_SUBSCRIPTION_KEY"]);
    assert!(!report.stdout.contains("not-the-key") && !report.stderr.contains("not-the-key"), "{report:?}");

    let report = examine(&sandbox, &[("GOFIVE_CLIENT_SECRET", "not-the-secret")]);
    assert_failed(&report, 4, "token", &["the API accepts the subscription key", "GOFIVE_CLIENT_SECRET"]);
    assert!(!report.stdout.contains("not-the-secret") && !report.stderr.contains("not-the-secret"), "{report:?}");

    for operation in [operation::GET_CUSTOM_FIELDS, operation::GET_CUSTOMER_EVENT_TYPES, operation::GET_COST_CENTERS] {
        sandbox.respond(operation).status(403).mount().unwrap();
    }
    let report = examine(&sandbox, &[]);
    assert_failed(&report, 5, "permission", &["the API issues a token", "administrator"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_wrong_is_found() {
    for (seconds, direction) in [(3600, "behind"), (-7200, "ahead of")] {
        let faults = Faults::seeded(1).with(Fault::ClockSkew { seconds }, 1.0);
        let sandbox = Sandbox::builder().faults(faults).start().await.unwrap();
        let report = examine(&sandbox, &[]);
        assert_failed(&report, 3, "clock", &[direction, "set the clock of this machine"]);
    }
}

/// A page of a hotel's network, which responds in place of the API.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_in_place_of_the_api_is_found() {
    for on_token_requests in [true, false] {
        let faults = Faults::seeded(1).with(Fault::HtmlPage, 1.0).on_token_requests(on_token_requests);
        let sandbox = Sandbox::builder().faults(faults).start().await.unwrap();
        assert_failed(&examine(&sandbox, &[]), 13, "response", &["no proxy or login page responds"]);
        let folder = tempfile::tempdir().unwrap();
        let mut login = command();
        login.args(["login", "--base-url", &sandbox.base_url()]).env("GOFIVE_CONFIG_DIR", folder.path());
        let input = format!("{}\n{}\n{}\n", sandbox.client_id(), sandbox.client_secret(), sandbox.subscription_key());
        assert_eq!(run(&mut login, &input).code, 13, "such a page does not prove that credentials are valid");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_way_that_is_blocked_is_found() {
    let sandbox = Sandbox::start().await.unwrap();
    let report = examine(&sandbox, &[("GOFIVE_BASE_URL", "https://no-such-host.invalid")]);
    assert_failed(&report, 11, "DNS", &["no-such-host.invalid", "GOFIVE_BASE_URL"]);

    let report = examine(&sandbox, &[("GOFIVE_BASE_URL", "http://127.0.0.1:1")]);
    assert_failed(&report, 11, "connection", &["127.0.0.1:1 cannot be reached", "firewall"]);

    // The password of a proxy is a secret.
    let proxy = ("HTTPS_PROXY", "http://user:hunter2@127.0.0.1:1");
    let report = examine(&sandbox, &[("GOFIVE_BASE_URL", "https://no-such-host.invalid"), proxy]);
    assert_failed(
        &report,
        11,
        "proxy",
        &["127.0.0.1:1 cannot be reached", "HTTPS_PROXY", "NO_PROXY=no-such-host.invalid"],
    );
    assert!(!report.stdout.contains("hunter2") && !report.stderr.contains("hunter2"), "{report:?}");
    let variables = [("GOFIVE_BASE_URL", "https://no-such-host.invalid"), proxy, ("NO_PROXY", "no-such-host.invalid")];
    assert_failed(&examine(&sandbox, &variables), 11, "DNS", &["no-such-host.invalid"]);
    assert_eq!(examine(&sandbox, &[proxy]).code, 0, "this machine is reached without a proxy");
}

/// A server whose certificate nobody has issued but itself.
async fn self_signed() -> String {
    let certificate = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(certificate.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(rustls::ALL_VERSIONS)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            let _ = acceptor.accept(connection).await;
        }
    });
    format!("https://localhost:{port}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_not_trusted_is_found() {
    let (sandbox, url) = (Sandbox::start().await.unwrap(), self_signed().await);
    let report = examine(&sandbox, &[("GOFIVE_BASE_URL", &url)]);
    assert_failed(&report, 11, "TLS", &["UnknownIssuer", "SSL_CERT_FILE", "clock"]);
    // No TLS at the other end, such as a base URL with the wrong scheme.
    let https = sandbox.base_url().replace("http://", "https://");
    assert_failed(&examine(&sandbox, &[("GOFIVE_BASE_URL", &https)]), 11, "TLS", &["GOFIVE_BASE_URL"]);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_profile_that_others_can_read_is_found() {
    use std::os::unix::fs::PermissionsExt as _;

    let (sandbox, folder) = (Sandbox::start().await.unwrap(), tempfile::tempdir().unwrap());
    let file = folder.path().join("default.json");
    let log_in = || {
        let mut login = command();
        login.args(["login", "--base-url", &sandbox.base_url()]).env("GOFIVE_CONFIG_DIR", folder.path());
        let input = format!("{}\n{}\n{}\n", sandbox.client_id(), sandbox.client_secret(), sandbox.subscription_key());
        assert_eq!(run(&mut login, &input).code, 0);
        std::fs::metadata(&file).unwrap().permissions().mode() & 0o777
    };
    log_in();
    let well = run(&mut doctor(folder.path()), "");
    assert!(well.code == 0 && well.stdout.contains("ok      profile"), "{well:?}");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let report = run(&mut doctor(folder.path()), "");
    let chmod = format!("chmod 600 {}", file.display());
    assert_failed(&report, 3, "profile", &["other users can read the secrets", &chmod, "ok      permission"]);
    assert_eq!(log_in(), 0o600, "another login makes it private again");
}
