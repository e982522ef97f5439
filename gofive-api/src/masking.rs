//! Masks secrets in what a server sent and in what is logged: a server may echo what it was sent.
//!
//! One pass over the text for each secret, whatever its length, and one for each group of [`properties`]. A pass looks for
//! the part of the secret that is the same in all [`forms`], and then around it. A text without a secret is not copied. One
//! with a secret is masked in place, unless somebody else holds it too.

mod forms;
mod properties;
#[cfg(test)]
mod tests;

use std::ops::Range;

use bytes::{Bytes, BytesMut};
use memchr::memmem::Finder;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};

use self::forms::Form;
use crate::printing::{self, Printed, printed};

/// What stands in place of a secret. One that is shorter is replaced by as many asterisks as it has bytes, so that no text
/// grows.
const MASK: &[u8] = b"***";
/// A secret of fewer bytes is masked as a whole word only: the key `k` is part of many words.
const SHORT: usize = 8;
/// A longer anchor is found no quicker.
const MAX_ANCHOR: usize = 32;

/// What must not appear in errors and logs, besides the values of secret properties.
#[derive(Default)]
pub(crate) struct Secrets(Vec<Secret>);

struct Secret {
    text: SecretString,
    /// A part of the secret that is the same in every form, as long as can be up to [`MAX_ANCHOR`].
    anchor: Range<usize>,
}

impl Secrets {
    pub(crate) fn new(texts: impl IntoIterator<Item = SecretString>) -> Self {
        let mut secrets: Vec<_> = texts.into_iter().filter_map(Secret::new).collect();
        // Of two secrets, one may be the beginning of the other.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.bytes().len()));
        secrets.dedup_by(|one, other| one.bytes() == other.bytes());
        Self(secrets)
    }

    /// Masks a text.
    pub(crate) fn mask(&self, text: &str) -> String {
        let masked = self.mask_bytes(Bytes::copy_from_slice(text.as_bytes()));
        String::from_utf8_lossy(&masked).into_owned()
    }

    /// Masks a body. Give the only handle to it where there is only one: it is then not copied.
    pub(crate) fn mask_bytes(&self, body: Bytes) -> Bytes {
        let body = match ByteOrder::of(&body) {
            Some(order) => self.0.iter().fold(body, |body, secret| secret.replace_in_utf16(body, order)),
            None => body,
        };
        // Also where it looks like UTF-16: it may not be.
        let masked = self.0.iter().fold(body, |body, secret| {
            let anchor = Finder::new(&secret.bytes()[secret.anchor.clone()]);
            replace(body, MASK, |text| secret.find(&anchor, text))
        });
        properties::GROUPS.iter().fold(masked, |body, group| {
            let end = group.finder();
            replace(body, MASK, |text| group.find(&end, text, 0))
        })
    }

    /// Masks a text that was cut. Its end is left out, because it may be a part of a secret, which is not recognised.
    pub(crate) fn mask_beginning(&self, text: &str) -> String {
        let mut masked = self.mask(text);
        let end = masked.len().saturating_sub(self.longest_form());
        masked.truncate((0..=end).rev().find(|end| masked.is_char_boundary(*end)).unwrap_or_default());
        masked + "…"
    }

    /// How many bytes a secret may take at most.
    fn longest_form(&self) -> usize {
        self.0.first().map_or(0, |longest| longest.bytes().len() * forms::MAX_EXPANSION)
    }

    /// The beginning of a body, for a log.
    pub(crate) fn excerpt(&self, body: &[u8]) -> Printed<String> {
        let margin = self.longest_form();
        let end = body.len().min(printing::MAX_BYTES + margin);
        let masked = self.mask_bytes(Bytes::copy_from_slice(&body[..end]));
        let shown = if end < body.len() { masked.len().saturating_sub(margin) } else { masked.len() };
        let text = String::from_utf8_lossy(&masked[..shown]);
        let more = if end < body.len() { "…" } else { "" };
        printed(format!("{text}{more}"))
    }
}

impl Secret {
    fn new(text: SecretString) -> Option<Self> {
        let bytes = text.expose_secret().as_bytes();
        let mut anchor = 0..0;
        let mut start = 0;
        for (at, byte) in bytes.iter().enumerate() {
            if !byte.is_ascii_alphanumeric() {
                start = at + 1;
            } else if at + 1 - start > anchor.len() {
                anchor = start..at + 1;
            }
        }
        let anchor = anchor.end - anchor.len().min(MAX_ANCHOR)..anchor.end;
        (!bytes.is_empty()).then_some(Self { text, anchor })
    }

    fn bytes(&self) -> &[u8] {
        self.text.expose_secret().as_bytes()
    }

    /// The first occurrence in any form. The finder of the anchor is given, because one costs more to make than to use.
    fn find(&self, anchor: &Finder<'_>, text: &[u8]) -> Option<Range<usize>> {
        let is_plain = self.bytes().iter().all(u8::is_ascii_alphanumeric);
        let forms: &[Form] = if is_plain { &[] } else { &Form::ALL };
        let mut at = 0;
        loop {
            let hit = at + anchor.find(text.get(at..)?)?;
            let found = self.as_it_is(text, hit);
            let found = found.or_else(|| forms.iter().find_map(|form| self.around(*form, text, hit)));
            if let Some(found) = found.filter(|found| self.stands_alone(text, found)) {
                return Some(found);
            }
            at = hit + 1;
        }
    }

    /// The whole secret, if its anchor is here.
    fn as_it_is(&self, text: &[u8], hit: usize) -> Option<Range<usize>> {
        let start = hit.checked_sub(self.anchor.start)?;
        text[start..].starts_with(self.bytes()).then_some(start..start + self.bytes().len())
    }

    /// The same in a form with escapes. Letters and digits are compared at once.
    fn around(&self, form: Form, text: &[u8], hit: usize) -> Option<Range<usize>> {
        let secret = self.text.expose_secret();
        let (mut start, mut end) = (hit, hit + self.anchor.len());
        let mut after = &secret[self.anchor.end..];
        while let Some(c) = after.chars().next() {
            let plain = after.bytes().take_while(u8::is_ascii_alphanumeric).count();
            let (piece, rest) = after.split_at(if plain > 0 { plain } else { c.len_utf8() });
            end += if plain > 0 {
                text.get(end..)?.starts_with(piece.as_bytes()).then_some(plain)?
            } else {
                form.begins(text.get(end..)?, c)?
            };
            after = rest;
        }
        let mut before = &secret[..self.anchor.start];
        while let Some(c) = before.chars().next_back() {
            let plain = before.bytes().rev().take_while(u8::is_ascii_alphanumeric).count();
            let (rest, piece) = before.split_at(before.len() - if plain > 0 { plain } else { c.len_utf8() });
            start -= if plain > 0 {
                text[..start].ends_with(piece.as_bytes()).then_some(plain)?
            } else {
                form.ends(&text[..start], c)?
            };
            before = rest;
        }
        Some(start..end)
    }

    /// As it is only: the forms with escapes, and secret properties, are not looked for in UTF-16.
    fn replace_in_utf16(&self, body: Bytes, order: ByteOrder) -> Bytes {
        let secret = order.encode(self.text.expose_secret());
        let finder = Finder::new(&secret);
        let find = |text: &[u8]| finder.find(text).map(|start| start..start + secret.len());
        replace(body, &order.encode("***"), find)
    }

    fn stands_alone(&self, text: &[u8], found: &Range<usize>) -> bool {
        let bytes = self.bytes();
        let is_word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        let (before, after) = (&text[..found.start], text.get(found.end));
        let begun = is_word(bytes.first()) && is_word(before.last()) && !forms::ends_in_escape(before);
        let goes_on = is_word(bytes.last()) && is_word(after);
        bytes.len() >= SHORT || (!begun && !goes_on)
    }
}

/// The byte order of a text in UTF-16.
#[derive(Clone, Copy)]
enum ByteOrder {
    Little,
    Big,
}

impl ByteOrder {
    /// JSON in UTF-16 begins with a byte order mark, or with an ASCII character, of which one byte is zero.
    fn of(text: &[u8]) -> Option<Self> {
        match text {
            [0xFF, 0xFE, ..] | [_, 0, ..] => Some(Self::Little),
            [0xFE, 0xFF, ..] | [0, _, ..] => Some(Self::Big),
            _ => None,
        }
    }

    fn encode(self, text: &str) -> Vec<u8> {
        let bytes = |unit: u16| match self {
            Self::Little => unit.to_le_bytes(),
            Self::Big => unit.to_be_bytes(),
        };
        text.encode_utf16().flat_map(bytes).collect()
    }
}

/// The token of an `Authorization` header.
pub(crate) fn bearer_token(header: &HeaderValue) -> Option<SecretString> {
    let text = header.to_str().ok()?;
    Some(text.strip_prefix("Bearer ").unwrap_or(text).into())
}

/// The secrets in the body of a request, JSON or a form: whatever its response is masked by as well.
pub(crate) fn secrets_of_request(body: &[u8]) -> Vec<SecretString> {
    properties::values(body)
}

/// Whether a body has a property whose value is a secret. An error must then not quote the body.
pub(crate) fn has_secret_property(body: &[u8]) -> bool {
    properties::GROUPS.iter().any(|group| group.find(&group.finder(), body, 0).is_some())
}

/// Replaces whatever is found by the mask, or by its beginning where that is longer than what is found.
fn replace(body: Bytes, mask: &[u8], find: impl Fn(&[u8]) -> Option<Range<usize>>) -> Bytes {
    let Some(mut found) = find(&body) else { return body };
    let mut body = body.try_into_mut().unwrap_or_else(|shared| BytesMut::from(&*shared));
    // What is kept moves to the front; the rest is as it came.
    let (mut kept, mut rest) = (0, 0);
    loop {
        body.copy_within(rest..found.start, kept);
        kept += found.start - rest;
        let mask = &mask[..mask.len().min(found.len())];
        body[kept..kept + mask.len()].copy_from_slice(mask);
        kept += mask.len();
        rest = found.end;
        match find(&body[rest..]) {
            Some(next) => found = next.start + rest..next.end + rest,
            None => break,
        }
    }
    body.copy_within(rest.., kept);
    body.truncate(kept + body.len() - rest);
    body.freeze()
}
