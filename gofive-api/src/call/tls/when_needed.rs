//! Reads the certificates of the system when a connection needs them: a base URL with plain http, as that of a sandbox,
//! usually never does, and reading them takes longer than everything else at the start.

use std::fmt;
use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, Error, SignatureScheme};
use rustls_platform_verifier::Verifier;

type Make = dyn Fn(Arc<CryptoProvider>) -> Result<Verifier, Error> + Send + Sync;

/// A verifier that is made for the first certificate.
pub(super) struct WhenNeeded {
    provider: Arc<CryptoProvider>,
    make: Box<Make>,
    verifier: OnceLock<Result<Verifier, Error>>,
}

impl WhenNeeded {
    pub(super) fn new(
        provider: Arc<CryptoProvider>,
        make: impl Fn(Arc<CryptoProvider>) -> Result<Verifier, Error> + Send + Sync + 'static,
    ) -> Self {
        Self { provider, make: Box::new(make), verifier: OnceLock::new() }
    }

    fn verifier(&self) -> Result<&Verifier, Error> {
        let made = self.verifier.get_or_init(|| (self.make)(self.provider.clone()));
        made.as_ref().map_err(Clone::clone)
    }
}

impl fmt::Debug for WhenNeeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WhenNeeded(..)")
    }
}

impl ServerCertVerifier for WhenNeeded {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.verifier()?.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier()?.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier()?.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
