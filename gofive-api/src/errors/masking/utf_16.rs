//! Masks secrets in a UTF-16 body, in their plain form only: escapes and secret properties are not searched for.

use bytes::Bytes;
use memchr::memmem::Finder;

use super::replace::replace;
use super::secret::MaskedSecret;

/// Masks the secrets, in order, in a text that may be UTF-16.
pub(super) fn mask(body: Bytes, secrets: &[MaskedSecret]) -> Bytes {
    let Some(order) = ByteOrder::of(&body) else { return body };
    secrets.iter().fold(body, |body, secret| {
        let secret = order.encode(secret.as_str());
        let finder = Finder::new(&secret);
        replace(body, order.mask(), |text| finder.find(text).map(|start| start..start + secret.len()))
    })
}

/// The byte order of a text in UTF-16.
#[derive(Clone, Copy)]
pub(super) enum ByteOrder {
    Little,
    Big,
}

impl ByteOrder {
    /// JSON in UTF-16 begins with a byte order mark, or with an ASCII character, one of whose bytes is zero.
    fn of(text: &[u8]) -> Option<Self> {
        match text {
            [0xFF, 0xFE, ..] | [_, 0, ..] => Some(Self::Little),
            [0xFE, 0xFF, ..] | [0, _, ..] => Some(Self::Big),
            _ => None,
        }
    }

    pub(super) fn encode(self, text: &str) -> Vec<u8> {
        let bytes = |unit: u16| match self {
            Self::Little => unit.to_le_bytes(),
            Self::Big => unit.to_be_bytes(),
        };
        text.encode_utf16().flat_map(bytes).collect()
    }

    fn mask(self) -> &'static [u8; 6] {
        match self {
            Self::Little => b"*\0*\0*\0",
            Self::Big => b"\0*\0*\0*",
        }
    }
}
