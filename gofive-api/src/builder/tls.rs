//! The settings of TLS.

use rustls::ClientConfig;

use super::GofiveBuilder;

/// TLS.
impl GofiveBuilder {
    /// Trusts these certificate authorities in addition to those of the system.
    ///
    /// Takes one or more certificates as PEM, or one as DER. Call it again to add more. `build` fails with
    /// [`Configuration`](crate::ErrorKind::Configuration) if a certificate cannot be read.
    ///
    /// ```no_run
    /// # fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// let company_ca = std::fs::read("company-ca.pem")?;
    /// let builder = gofive_api::Gofive::builder().root_certificate(company_ca);
    /// # Ok(()) }
    /// ```
    pub fn root_certificate(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.client.tls.roots.push(pem.as_ref().to_vec());
        self
    }

    /// Trusts these certificate authorities in place of those of the system.
    ///
    /// Takes one or more certificates as PEM, or one as DER. Call it again to add more;
    /// [`root_certificate`](Self::root_certificate) adds to them, too. `build` fails with
    /// [`Configuration`](crate::ErrorKind::Configuration) if a certificate cannot be read.
    ///
    /// ```no_run
    /// # fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// let company_ca = std::fs::read("company-ca.pem")?;
    /// let builder = gofive_api::Gofive::builder().only_root_certificates(company_ca);
    /// # Ok(()) }
    /// ```
    pub fn only_root_certificates(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.client.tls.only_roots.push(pem.as_ref().to_vec());
        self
    }

    /// Presents this certificate to servers that request one (mutual TLS).
    ///
    /// Takes PEM with the certificate, its intermediate certificates after it, and the private key (PKCS#8, PKCS#1 or
    /// SEC1, not encrypted) anywhere. `build` fails with [`Configuration`](crate::ErrorKind::Configuration) if one of
    /// them is missing or cannot be read, or if the key does not belong to the certificate. The key is never printed.
    ///
    /// ```no_run
    /// # fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// let chain_and_key = std::fs::read("client.pem")?;
    /// let builder = gofive_api::Gofive::builder().client_identity(chain_and_key);
    /// # Ok(()) }
    /// ```
    pub fn client_identity(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.client.tls.identity = Some(pem.as_ref().to_vec().into());
        self
    }

    /// Uses this rustls configuration for every connection, for settings that the other TLS methods do not cover.
    ///
    /// Build it with an explicit cryptography provider, because the session installs none for the process. The session
    /// sets ALPN to `http/1.1` itself. `build` fails with [`Configuration`](crate::ErrorKind::Configuration) if other
    /// TLS settings are also set.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use gofive_api::rustls::{ClientConfig, RootCertStore, crypto::ring, version::TLS13};
    ///
    /// # fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// let only_tls_1_3 = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
    ///     .with_protocol_versions(&[&TLS13])?
    ///     .with_root_certificates(RootCertStore::empty())
    ///     .with_no_client_auth();
    /// let builder = gofive_api::Gofive::builder().rustls_config(only_tls_1_3);
    /// # Ok(()) }
    /// # run().unwrap();
    /// ```
    pub fn rustls_config(mut self, config: ClientConfig) -> Self {
        self.client.tls.config = Some(Box::new(config));
        self
    }
}
