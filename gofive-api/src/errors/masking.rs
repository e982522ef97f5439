//! Masks secrets in server responses and in logs: a server may echo what it was sent.
//!
//! One pass looks for what all [`escaping`]s of the secrets have in common, and for the names of secret [`properties`].
//! Only a text with a match goes through one more pass per secret, whatever its length, and one per group of
//! properties. A text without a secret is not copied. A text with one is masked in place, unless it is shared.

mod echo;
mod escaping;
mod properties;
mod replace;
mod request;
mod secret;
#[cfg(test)]
mod tests;
mod utf_16;

use std::sync::OnceLock;

use aho_corasick::packed::{Config, Searcher};
use bytes::Bytes;
use reqwest::header::HeaderValue;
use secrecy::SecretString;

use self::properties::GROUPS;
use self::replace::{MASK, replace};
use self::secret::MaskedSecret;
use crate::errors::printing::{self, Printed, printed};

/// The texts that must not appear in errors and logs, besides the values of secret properties.
#[derive(Default)]
pub(crate) struct Secrets {
    /// The longest first.
    known: Vec<MaskedSecret>,
    /// Finds all possible parts of secrets in one pass, if the processor supports it.
    searcher: OnceLock<Option<Searcher>>,
}

impl Secrets {
    pub(crate) fn new(texts: impl IntoIterator<Item = SecretString>) -> Self {
        let mut known: Vec<_> = texts.into_iter().filter_map(MaskedSecret::new).collect();
        known.sort_by(|one, other| {
            (other.as_bytes().len(), other.as_bytes()).cmp(&(one.as_bytes().len(), one.as_bytes()))
        });
        known.dedup_by(|one, other| one.as_bytes() == other.as_bytes());
        Self { known, searcher: OnceLock::new() }
    }

    /// Masks a text.
    pub(crate) fn mask(&self, text: &str) -> String {
        let masked = self.mask_bytes(Bytes::copy_from_slice(text.as_bytes()));
        String::from_utf8_lossy(&masked).into_owned()
    }

    /// Masks a body. Pass the only handle to it if possible: the body is then not copied.
    pub(crate) fn mask_bytes(&self, body: Bytes) -> Bytes {
        // Also if it looks like UTF-16: it may not be.
        let body = utf_16::mask(body, &self.known);
        let searcher = self.searcher.get_or_init(|| self.searcher());
        if searcher.as_ref().is_some_and(|searcher| searcher.find(&body).is_none()) {
            return body;
        }
        let masked = self.known.iter().fold(body, |body, secret| secret.mask(body));
        GROUPS.iter().fold(masked, |body, group| {
            let end = group.finder();
            replace(body, MASK, |text| group.find(&end, text, 0))
        })
    }

    fn searcher(&self) -> Option<Searcher> {
        let mut searcher = Config::new().builder();
        searcher.extend(GROUPS.iter().map(|group| group.end));
        searcher.extend(self.known.iter().flat_map(MaskedSecret::anchors)).build()
    }

    /// Masks a text that was cut. Its end is removed, because it may be an unrecognized part of a secret.
    pub(crate) fn mask_beginning(&self, text: &str) -> String {
        let mut masked = self.mask(text);
        let end = masked.len().saturating_sub(self.longest_echo());
        masked.truncate((0..=end).rev().find(|end| masked.is_char_boundary(*end)).unwrap_or_default());
        masked + "…"
    }

    /// The most bytes that a secret may take.
    fn longest_echo(&self) -> usize {
        self.known.first().map_or(0, |longest| longest.as_bytes().len() * escaping::MAX_EXPANSION)
    }

    /// The beginning of a body, for a log.
    pub(crate) fn excerpt(&self, body: &[u8]) -> Printed<String> {
        let margin = self.longest_echo();
        let end = body.len().min(printing::MAX_BYTES + margin);
        let masked = self.mask_bytes(Bytes::copy_from_slice(&body[..end]));
        let shown = if end < body.len() { masked.len().saturating_sub(margin) } else { masked.len() };
        let text = String::from_utf8_lossy(&masked[..shown]);
        let more = if end < body.len() { "…" } else { "" };
        printed(format!("{text}{more}"))
    }
}

/// The token of an `Authorization` header.
pub(crate) fn bearer_token(header: &HeaderValue) -> Option<SecretString> {
    let text = header.to_str().ok()?;
    Some(text.strip_prefix("Bearer ").unwrap_or(text).into())
}

/// The secrets in the body of a request, JSON or a form. Its response is masked by them as well.
pub(crate) fn secrets_of_request(body: &[u8]) -> Vec<SecretString> {
    request::secrets(body)
}

/// Whether a body has a property whose value is a secret. An error must then not quote the body.
pub(crate) fn has_secret_property(body: &[u8]) -> bool {
    GROUPS.iter().any(|group| group.find(&group.finder(), body, 0).is_some())
}
