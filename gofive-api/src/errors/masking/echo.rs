//! Finds one form of a secret, quickly if a server echoes it many times.

use std::ops::Range;

use memchr::memmem::Finder;

/// A longer separator is searched for again each time.
const MAX_SEPARATOR: usize = 16;

/// An occurrence of a secret.
pub(super) struct Echo<'a> {
    finder: Finder<'a>,
    /// The text before the last occurrence, back to the end of the previous one.
    separator: [u8; MAX_SEPARATOR],
    /// The length of the separator, if it is known.
    length: Option<usize>,
}

impl<'a> Echo<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self { finder: Finder::new(text), separator: [0; MAX_SEPARATOR], length: None }
    }

    /// Finds the first occurrence that counts. Pass the text after the last occurrence.
    pub(super) fn find(&mut self, text: &[u8], counts: impl Fn(&Range<usize>) -> bool) -> Option<Range<usize>> {
        // The same bytes as before the last occurrence contain none.
        if let Some(found) = self.next(text).filter(&counts) {
            return Some(found);
        }
        let mut at = 0;
        loop {
            at += self.finder.find(&text[at..])?;
            let found = at..at + self.finder.needle().len();
            if counts(&found) {
                self.remember(&text[..at]);
                return Some(found);
            }
            at += 1;
        }
    }

    /// The occurrence after the same separator as the last one.
    fn next(&self, text: &[u8]) -> Option<Range<usize>> {
        let (separator, rest) = text.split_at_checked(self.length?)?;
        let is_same = rest.starts_with(self.finder.needle()) && separator.iter().eq(&self.separator[..separator.len()]);
        is_same.then(|| separator.len()..separator.len() + self.finder.needle().len())
    }

    fn remember(&mut self, separator: &[u8]) {
        self.length = (separator.len() <= MAX_SEPARATOR).then_some(separator.len());
        if let Some(kept) = self.separator.get_mut(..separator.len()) {
            kept.copy_from_slice(separator);
        }
    }
}
