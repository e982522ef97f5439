//! TLS over real sockets: trusted authorities, client identities, and the errors when a connection is refused.

use gofive_api::{Error, ErrorKind, GofiveBuilder, RetryPolicy};
use gofive_tests::child;
use gofive_tests::tls::Authority;
use gofive_tests::wire::{WireServer, json};

const PRODUCT: &str = r#"{"status":{"code":"1000"},"data":{"productCode":"A001"}}"#;

async fn server(authority: &Authority) -> WireServer {
    WireServer::responding_over_tls(authority.server(), vec![json(PRODUCT)]).await
}

async fn call(builder: GofiveBuilder) -> Result<(), Error> {
    builder.retry(RetryPolicy::none()).build()?.venio().get_product("A001").await.map(drop)
}

#[tokio::test]
async fn a_private_authority_is_trusted_in_addition_to_the_system_or_alone() {
    let (ours, other) = (Authority::new("ours"), Authority::new("other"));
    let server = server(&ours).await;
    let bundle = other.pem() + &ours.pem();
    for builder in [
        server.client().root_certificate(ours.pem()),
        server.client().root_certificate(ours.der()),
        server.client().root_certificate(&bundle),
        server.client().root_certificate(other.pem()).root_certificate(ours.pem()),
        server.client().only_root_certificates(ours.pem()),
        server.client().only_root_certificates(ours.der()),
        server.client().only_root_certificates(bundle),
        server.client().only_root_certificates(other.pem()).root_certificate(ours.pem()),
    ] {
        call(builder).await.unwrap();
    }
}

#[tokio::test]
async fn a_server_of_an_unknown_authority_is_refused_with_the_reason() {
    let (ours, other) = (Authority::new("ours"), Authority::new("other"));
    let server = server(&other).await;
    for builder in [
        server.client(),
        server.client().root_certificate(ours.pem()),
        server.client().only_root_certificates(ours.pem()),
    ] {
        let error = call(builder).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
        assert!(error.to_string().contains("invalid peer certificate: UnknownIssuer"), "{error}");
    }
    assert!(server.token_requests().is_empty(), "the client secret was not sent");
}

#[tokio::test]
async fn a_certificate_of_another_host_is_refused_with_the_reason() {
    let ours = Authority::new("ours");
    let server = server(&ours).await;
    let elsewhere = server.url().replace("127.0.0.1", "localhost");
    let error = call(server.client().base_url(elsewhere).root_certificate(ours.pem())).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
    assert!(error.to_string().contains("certificate not valid for name \"localhost\""), "{error}");
}

#[tokio::test]
async fn a_client_identity_is_presented_to_a_server_that_asks_for_one() {
    let ours = Authority::new("ours");
    let server = WireServer::responding_over_tls(ours.server_for_known_clients(), vec![json(PRODUCT)]).await;
    let client = || server.client().root_certificate(ours.pem());
    let (certificate, key) = ours.client_pem("a client");
    call(client().client_identity(certificate.clone() + &key)).await.unwrap();
    call(client().client_identity(key + &certificate)).await.unwrap();

    let error = call(client()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
    let (certificate, key) = Authority::new("other").client_pem("a stranger");
    let error = call(client().client_identity(certificate + &key)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
}

#[tokio::test]
async fn a_rustls_config_is_used_except_for_its_alpn_protocols() {
    use gofive_api::rustls::{ClientConfig, RootCertStore, crypto::ring, version::TLS13};

    let ours = Authority::new("ours");
    let server = server(&ours).await;
    let mut roots = RootCertStore::empty();
    roots.add(ours.der().to_vec().into()).unwrap();
    let mut config = ClientConfig::builder_with_provider(ring::default_provider().into())
        .with_protocol_versions(&[&TLS13])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    // If this were used, the server, which speaks only HTTP/1.1, would refuse the connection.
    config.alpn_protocols = vec![b"h2".to_vec()];
    call(server.client().rustls_config(config)).await.unwrap();
}

#[tokio::test]
async fn unusable_certificates_and_keys_are_named_and_never_shown() {
    let ours = Authority::new("ours");
    let server = server(&ours).await;
    let (certificate, key) = ours.client_pem("a client");
    let (_, other_key) = ours.client_pem("another");
    let (broken_key, encrypted) = (key.replace('M', "!"), key.replace("PRIVATE", "ENCRYPTED PRIVATE"));
    let headless = key.replacen("KEY-----", "KEY----", 1);
    let cut_off = &key[..key.len() - 30];
    let client = || server.client();
    let garbage = "-----BEGIN CERTIFICATE-----\nZ2FyYmFnZQ==\n-----END CERTIFICATE-----\n";
    for (builder, named) in [
        (client().root_certificate(""), "`root_certificate` has something that is not"),
        (client().root_certificate("no certificate"), "`root_certificate` has something that is not"),
        (client().root_certificate(ours.pem() + garbage), "number 2 of 2"),
        (client().root_certificate(garbage.replace("Z2Fy", "!")), "`root_certificate` is not valid PEM"),
        (client().root_certificate(&key), "`root_certificate` has no certificate"),
        (client().only_root_certificates(garbage), "`only_root_certificates` has something that is not"),
        (client().client_identity(""), "`client_identity` is not PEM"),
        (client().client_identity(&certificate), "`client_identity` has no private key"),
        (client().client_identity(&key), "`client_identity` has no certificate"),
        (client().client_identity(certificate.clone() + &other_key), "the key of another certificate"),
        (client().client_identity(certificate.clone() + &broken_key), "`client_identity`"),
        (client().client_identity(certificate.clone() + &headless), "`client_identity`"),
        (client().client_identity(certificate.clone() + cut_off), "`client_identity`"),
        (client().client_identity(certificate.clone() + &encrypted), "encrypted"),
        (client().client_identity(garbage.to_owned() + &key), "`client_identity`"),
    ] {
        assert!(!shows(&format!("{builder:?}"), &key), "{builder:?}");
        let error = builder.build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(named), "{named}: {shown}");
        for key in [&key, &other_key, &broken_key, &headless] {
            assert!(!shows(&shown, key), "{shown}");
        }
    }
}

/// Whether the text has a line of the key, as text or as a list of its bytes.
fn shows(text: &str, key: &str) -> bool {
    let mut lines = key.lines().filter(|line| !line.trim().is_empty());
    lines.any(|line| text.contains(line) || text.contains(&format!("{:?}", line.as_bytes())))
}

#[tokio::test]
async fn a_rustls_config_excludes_other_tls_settings() {
    use gofive_api::rustls::{ClientConfig, RootCertStore, crypto::ring};

    let ours = Authority::new("ours");
    let server = server(&ours).await;
    let config = ClientConfig::builder_with_provider(ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    let error = server.client().rustls_config(config).root_certificate(ours.pem()).build().unwrap_err();
    assert!(error.to_string().contains("remove `root_certificate`"), "{error}");
}

/// Runs in a process of its own, because the provider belongs to the whole process.
#[test]
fn a_program_can_install_its_own_crypto_provider_afterwards() {
    if child::is_child() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let ours = Authority::new("ours");
            let server = server(&ours).await;
            let (certificate, key) = ours.client_pem("a client");
            call(server.client().root_certificate(ours.pem()).client_identity(certificate + &key)).await.unwrap();
            call(server.client()).await.unwrap_err();
        });
        gofive_api::rustls::crypto::ring::default_provider().install_default().unwrap();
        return;
    }
    run_child("a_program_can_install_its_own_crypto_provider_afterwards", &[]);
}

/// On other systems the verifier of the system decides, which ignores these variables.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn certificate_environment_variables_are_honoured() {
    const NAME: &str = "certificate_environment_variables_are_honoured";
    if child::is_child() {
        let base_url = std::env::var("SERVER").unwrap();
        let builder = gofive_api::Gofive::builder().base_url(base_url).access_token("t").subscription_key("k");
        match (call(builder).await, std::env::var("FAILS_WITH")) {
            (Err(error), Ok(reason)) => assert!(error.to_string().contains(&reason), "{error}"),
            (outcome, _) => outcome.unwrap(),
        }
        return;
    }
    let (ours, other) = (Authority::new("ours"), Authority::new("other"));
    let (server, plain) = (server(&ours).await, WireServer::responding_with_json(PRODUCT).await);
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    std::fs::create_dir(path("folder")).unwrap();
    for (name, pem) in [("ours.pem", ours.pem()), ("other.pem", other.pem()), ("folder/ours.pem", ours.pem())] {
        std::fs::write(path(name), pem).unwrap();
    }
    let (ours, other, nothing, folder) = (path("ours.pem"), path("other.pem"), path("nothing"), path("folder"));
    for (variables, reason) in [
        ([("SSL_CERT_FILE", &ours), ("SERVER", &server.url().into())], None),
        ([("SSL_CERT_DIR", &folder), ("SERVER", &server.url().into())], None),
        ([("SSL_CERT_FILE", &other), ("SERVER", &server.url().into())], Some("UnknownIssuer")),
        ([("SSL_CERT_FILE", &nothing), ("SERVER", &server.url().into())], Some("use `only_root_certificates`")),
        ([("SSL_CERT_FILE", &nothing), ("SERVER", &plain.url().into())], None),
    ] {
        let reason = reason.map(|reason| ("FAILS_WITH", reason));
        let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).chain(reason).collect();
        tokio::task::block_in_place(|| run_child(NAME, &variables));
    }
}

/// Runs one test of this file in a process of its own.
fn run_child(name: &str, variables: &[(&str, &str)]) {
    let mut child = child::command(module_path!(), name);
    child::run(child.env_remove("SSL_CERT_FILE").env_remove("SSL_CERT_DIR").envs(variables.iter().copied()));
}
