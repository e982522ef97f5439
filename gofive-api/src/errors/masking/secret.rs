//! One secret and its location in a text.

use std::ops::Range;

use aho_corasick::AhoCorasick;
use bytes::Bytes;
use memchr::memmem::Finder;
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};

use super::echo::Echo;
use super::escaping::{self, Escaping};
use super::replace::{MASK, replace};

/// A secret of fewer bytes is masked as a whole word only: the key `k` is part of many words.
pub(super) const SHORT: usize = 8;
/// A longer anchor is not faster to find.
const MAX_ANCHOR: usize = 32;
/// The most escapings of one secret that get their own pass over a body.
const MAX_PASSES: usize = 4;

pub(super) struct MaskedSecret {
    text: SecretString,
    /// A part that is the same in every escaping, up to [`MAX_ANCHOR`] bytes long. Empty if there is none.
    anchor: Range<usize>,
    /// The escapings in which it may be.
    escapings: &'static [Escaping],
}

impl MaskedSecret {
    /// `None` if it is empty.
    pub(super) fn new(text: SecretString) -> Option<Self> {
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
        let is_plain = bytes.iter().all(u8::is_ascii_alphanumeric);
        let escapings: &[Escaping] = if is_plain { &[] } else { &Escaping::ALL };
        (!bytes.is_empty()).then_some(Self { text, anchor, escapings })
    }

    pub(super) fn as_str(&self) -> &str {
        self.text.expose_secret()
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.as_str().as_bytes()
    }

    /// Texts of which at least one is in every form of the secret.
    pub(super) fn anchors(&self) -> Vec<Vec<u8>> {
        match self.as_str().chars().next() {
            Some(first) if self.anchor.is_empty() => escaping::beginnings(first),
            _ => vec![self.as_bytes()[self.anchor.clone()].to_vec()],
        }
    }

    /// Masks all occurrences.
    pub(super) fn mask(&self, mut body: Bytes) -> Bytes {
        let anchor = self.finder();
        // A server that echoes it many times does so in one escaping, which is faster to find than all of them.
        for _ in 0..MAX_PASSES {
            let Some(found) = self.find(&anchor, &body) else { return body };
            let echo = SecretSlice::from(body[found].to_vec());
            let mut echo = Echo::new(echo.expose_secret());
            let is_long = self.as_bytes().len() >= SHORT;
            body = replace(body, MASK, |text| echo.find(text, |found| is_long || self.is_whole_word(text, found)));
        }
        replace(body, MASK, |text| self.find(&anchor, text))
    }

    fn finder(&self) -> Anchor<'_> {
        let part = || Anchor::Part(Box::new(Finder::new(&self.as_bytes()[self.anchor.clone()])));
        let several = self.anchor.is_empty().then(|| AhoCorasick::new(self.anchors()).ok()).flatten();
        several.map_or_else(part, Anchor::Beginning)
    }

    /// The first occurrence in any escaping.
    fn find(&self, anchor: &Anchor<'_>, text: &[u8]) -> Option<Range<usize>> {
        let mut at = 0;
        loop {
            let hit = at + anchor.find(text.get(at..)?)?;
            let found = self.as_it_is(text, hit);
            let found = found.or_else(|| self.escapings.iter().find_map(|escaping| self.around(*escaping, text, hit)));
            if let Some(found) = found.filter(|found| self.is_whole_word(text, found)) {
                return Some(found);
            }
            at = hit + 1;
        }
    }

    /// The whole secret, if its anchor is here. The text after the anchor is compared first, because it differs
    /// soonest.
    fn as_it_is(&self, text: &[u8], hit: usize) -> Option<Range<usize>> {
        let (before, behind) = self.as_bytes().split_at(self.anchor.start);
        let start = hit.checked_sub(before.len())?;
        (text[hit..].starts_with(behind) && text[start..].starts_with(before)).then(|| start..hit + behind.len())
    }

    /// The same with escapes. Letters and digits are compared directly.
    fn around(&self, escaping: Escaping, text: &[u8], hit: usize) -> Option<Range<usize>> {
        let secret = self.as_str();
        let (mut start, mut end) = (hit, hit + self.anchor.len());
        let mut after = &secret[self.anchor.end..];
        while let Some(c) = after.chars().next() {
            let plain = after.bytes().take_while(u8::is_ascii_alphanumeric).count();
            let (piece, rest) = after.split_at(if plain > 0 { plain } else { c.len_utf8() });
            end += if plain > 0 {
                text.get(end..)?.starts_with(piece.as_bytes()).then_some(plain)?
            } else {
                escaping.begins(text.get(end..)?, c)?
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
                escaping.ends(&text[..start], c)?
            };
            before = rest;
        }
        Some(start..end)
    }

    /// Whether it is a whole word, if it is short.
    fn is_whole_word(&self, text: &[u8], found: &Range<usize>) -> bool {
        let bytes = self.as_bytes();
        if bytes.len() >= SHORT {
            return true;
        }
        let is_word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        let (before, after) = (&text[..found.start], text.get(found.end));
        let begun = is_word(bytes.first()) && is_word(before.last()) && !escaping::ends_in_escape(before);
        let goes_on = is_word(bytes.last()) && is_word(after);
        !begun && !goes_on
    }
}

/// The text that is searched for first.
enum Anchor<'a> {
    Part(Box<Finder<'a>>),
    Beginning(AhoCorasick),
}

impl Anchor<'_> {
    fn find(&self, text: &[u8]) -> Option<usize> {
        match self {
            Self::Part(finder) => finder.find(text),
            Self::Beginning(automaton) => automaton.find(text).map(|found| found.start()),
        }
    }
}
