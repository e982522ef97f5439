//! Private certificate authorities, and the certificates that they issue for servers and clients.

use std::fmt;
use std::sync::Arc;

use rcgen::{BasicConstraints, Certificate, CertificateParams, DnType, IsCa, Issuer, KeyPair, SanType};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::{WantsServerCert, WebPkiClientVerifier};
use tokio_rustls::rustls::{ConfigBuilder, RootCertStore, ServerConfig, WantsVerifier};

type WantsClients = ConfigBuilder<ServerConfig, WantsVerifier>;
type WantsCertificate = ConfigBuilder<ServerConfig, WantsServerCert>;

/// A certificate authority.
pub struct Authority {
    certificate: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authority(..)")
    }
}

impl Authority {
    /// Creates an authority of this name.
    pub fn new(name: &str) -> Self {
        let mut params = params(name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = key();
        let certificate = params.self_signed(&key).expect("the parameters are usable");
        Self { certificate, issuer: Issuer::new(params, key) }
    }

    /// Its certificate as PEM.
    pub fn pem(&self) -> String {
        self.certificate.pem()
    }

    /// Its certificate as DER.
    pub fn der(&self) -> &[u8] {
        self.certificate.der()
    }

    /// Issues a certificate for a client; returns it and its key as PEM.
    pub fn client_pem(&self, name: &str) -> (String, String) {
        let key = key();
        let certificate = params(name).signed_by(&key, &self.issuer).expect("the parameters are usable");
        (certificate.pem(), key.serialize_pem())
    }

    /// A server on loopback, also by the name `api.gofive.example`, that speaks only HTTP/1.1.
    pub fn server(&self) -> ServerConfig {
        self.server_with(WantsClients::with_no_client_auth)
    }

    /// The same server, which accepts only clients with a certificate of this authority.
    pub fn server_for_known_clients(&self) -> ServerConfig {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.der().clone()).expect("the certificate is valid");
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider());
        let verifier = verifier.build().expect("there is an authority");
        self.server_with(|builder| builder.with_client_cert_verifier(verifier))
    }

    fn server_with(&self, clients: impl FnOnce(WantsClients) -> WantsCertificate) -> ServerConfig {
        let builder = ServerConfig::builder_with_provider(provider());
        let builder = clients(builder.with_safe_default_protocol_versions().expect("ring supports them"));
        let key = key();
        let mut params = params("a server");
        params.subject_alt_names = vec![
            SanType::IpAddress([127, 0, 0, 1].into()),
            SanType::DnsName("api.gofive.example".try_into().expect("the name is ASCII")),
        ];
        let certificate = params.signed_by(&key, &self.issuer).expect("the parameters are usable");
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("the key is PKCS#8");
        let mut config =
            builder.with_single_cert(vec![certificate.der().clone()], key).expect("the key is that of the certificate");
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        config
    }
}

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

fn key() -> KeyPair {
    KeyPair::generate().expect("ring can generate keys")
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}
