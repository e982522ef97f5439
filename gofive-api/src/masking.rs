//! Masks secrets in what a server sent: it may echo what it was sent.

use bytes::Bytes;
use secrecy::{ExposeSecret as _, SecretString};

/// What must not appear in an error.
pub(crate) struct Secrets(pub(crate) Vec<SecretString>);

impl Secrets {
    /// A server may echo what it was sent.
    pub(crate) fn mask(&self, text: &str) -> String {
        let secrets = self.0.iter().map(SecretString::expose_secret).filter(|secret| !secret.is_empty());
        secrets.fold(text.to_owned(), |text, secret| text.replace(secret, "***"))
    }

    /// The beginning of a body, for a log.
    pub(crate) fn excerpt(&self, body: &[u8]) -> String {
        const LONGEST: usize = 4096;
        // Masked before it is cut, lest half a secret be left at the end.
        let masked = self.mask_bytes(&Bytes::copy_from_slice(body));
        String::from_utf8_lossy(&masked[..masked.len().min(LONGEST)]).into_owned()
    }

    pub(crate) fn mask_bytes(&self, body: &Bytes) -> Bytes {
        let mut masked = body.clone();
        for secret in self.0.iter().map(|secret| secret.expose_secret().as_bytes()).filter(|secret| !secret.is_empty())
        {
            let (mut clean, mut rest) = (Vec::new(), &masked[..]);
            while let Some(at) = rest.windows(secret.len()).position(|window| window == secret) {
                clean.extend_from_slice(&rest[..at]);
                clean.extend_from_slice(b"***");
                rest = &rest[at + secret.len()..];
            }
            if rest.len() < masked.len() {
                masked = [&clean, rest].concat().into();
            }
        }
        masked
    }
}
