//! TLS by rustls: the certificates that a session trusts, and the one that it presents.

use std::sync::Arc;

use rustls::client::WantsClientCert;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};
use rustls_platform_verifier::Verifier;
use secrecy::{ExposeSecret as _, SecretSlice};

use crate::call::tls::when_needed::WhenNeeded;
use crate::errors::Error;

mod when_needed;

/// The one protocol that the session speaks, as ALPN names it.
const HTTP_1_1: &[u8] = b"http/1.1";

/// The TLS settings of a program, unchecked.
#[derive(Default)]
pub(crate) struct TlsSettings {
    pub(crate) roots: Vec<Vec<u8>>,
    pub(crate) only_roots: Vec<Vec<u8>>,
    pub(crate) identity: Option<SecretSlice<u8>>,
    pub(crate) config: Option<Box<ClientConfig>>,
}

impl TlsSettings {
    /// The name of the first setting that has a value.
    pub(crate) fn first_set(&self) -> Option<&'static str> {
        let settings = [
            (self.config.is_some(), "rustls_config"),
            (!self.roots.is_empty(), "root_certificate"),
            (!self.only_roots.is_empty(), "only_root_certificates"),
            (self.identity.is_some(), "client_identity"),
        ];
        settings.into_iter().find_map(|(set, name)| set.then_some(name))
    }

    /// The configuration of all connections. Unless `needed`, the certificates of the system are not read yet.
    pub(crate) fn into_config(mut self, needed: bool) -> Result<ClientConfig, Error> {
        let mut config = match self.config.take() {
            Some(config) => match self.first_set() {
                Some(other) => {
                    return Err(refuse("rustls_config", &format!("replaces all TLS settings: remove `{other}`")));
                }
                None => *config,
            },
            None => self.built(needed)?,
        };
        config.alpn_protocols = vec![HTTP_1_1.to_vec()];
        Ok(config)
    }

    fn built(self, needed: bool) -> Result<ClientConfig, Error> {
        // Given explicitly, because whether to install a provider for the whole process is the program's decision.
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::configuration(format!("rustls cannot be set up: {error}")))?;
        let builder = self.trust(builder, needed)?;
        let Some(identity) = self.identity else { return Ok(builder.with_no_client_auth()) };
        let (chain, key) = chain_and_key(identity.expose_secret())?;
        builder.with_client_auth_cert(chain, key).map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => refuse("client_identity", "has the key of another certificate"),
            // The error itself may quote the key.
            _ => refuse("client_identity", "has a certificate or a private key that rustls cannot use"),
        })
    }

    /// Chooses the certificate authorities to trust.
    fn trust(
        &self,
        builder: ConfigBuilder<ClientConfig, WantsVerifier>,
        needed: bool,
    ) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, Error> {
        let mut roots = certificates("root_certificate", &self.roots)?;
        if !self.only_roots.is_empty() {
            roots.extend(certificates("only_root_certificates", &self.only_roots)?);
            let mut store = RootCertStore::empty();
            store.add_parsable_certificates(roots);
            return Ok(builder.with_root_certificates(store));
        }
        let provider = builder.crypto_provider().clone();
        let verifier: Arc<dyn ServerCertVerifier> = if needed {
            Arc::new(platform_verifier(roots, provider).map_err(|error| no_platform_verifier(&error))?)
        } else {
            Arc::new(WhenNeeded::new(provider, move |provider| platform_verifier(roots.clone(), provider)))
        };
        Ok(builder.dangerous().with_custom_certificate_verifier(verifier))
    }
}

/// Trusts the certificate authorities of the system and these.
#[cfg(not(target_os = "android"))]
fn platform_verifier(
    roots: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<Verifier, rustls::Error> {
    Verifier::new_with_extra_roots(roots, provider)
}

#[cfg(target_os = "android")]
fn platform_verifier(
    roots: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<Verifier, rustls::Error> {
    if !roots.is_empty() {
        let problem = "`root_certificate` has no effect on Android: use `only_root_certificates`";
        return Err(rustls::Error::General(problem.into()));
    }
    Verifier::new(provider)
}

fn no_platform_verifier(error: &rustls::Error) -> Error {
    Error::configuration(format!(
        "the certificates of the system cannot be used: {error}. Install them (package `ca-certificates`), set \
         SSL_CERT_FILE, or use `only_root_certificates`"
    ))
}

/// The certificates of several files, each of which is PEM or DER and usable as a certificate authority.
fn certificates(setting: &str, files: &[Vec<u8>]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let mut certificates = Vec::new();
    for file in files {
        let found = if is_pem(file) { from_pem(setting, file)? } else { vec![CertificateDer::from(file.clone())] };
        if found.is_empty() {
            return Err(refuse(setting, "has no certificate"));
        }
        certificates.extend(found);
    }
    for (index, certificate) in certificates.iter().enumerate() {
        RootCertStore::empty().add(certificate.clone()).map_err(|_| {
            let number = format!("number {} of {}", index + 1, certificates.len());
            refuse(setting, &format!("has something that is not an X.509 certificate: {number}"))
        })?;
    }
    Ok(certificates)
}

fn is_pem(file: &[u8]) -> bool {
    contains(file, b"-----BEGIN ")
}

fn contains(file: &[u8], text: &[u8]) -> bool {
    file.windows(text.len()).any(|window| window == text)
}

fn from_pem(setting: &str, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let found: Result<_, _> = CertificateDer::pem_slice_iter(pem).collect();
    // The error itself may quote a line of the file.
    found.map_err(|_| refuse(setting, "is not valid PEM"))
}

/// The certificate with its intermediates, and its private key.
fn chain_and_key(pem: &[u8]) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), Error> {
    const SETTING: &str = "client_identity";
    if !is_pem(pem) {
        return Err(refuse(SETTING, "is not PEM"));
    }
    if contains(pem, b"ENCRYPTED") {
        return Err(refuse(SETTING, "has an encrypted private key: decrypt it first, for instance by `openssl pkey`"));
    }
    let chain = from_pem(SETTING, pem)?;
    if chain.is_empty() {
        return Err(refuse(SETTING, "has no certificate"));
    }
    let key = PrivateKeyDer::from_pem_slice(pem).map_err(|_| refuse(SETTING, "has no private key"))?;
    Ok((chain, key))
}

fn refuse(setting: &str, why: &str) -> Error {
    Error::configuration(format!("`{setting}` {why}"))
}
