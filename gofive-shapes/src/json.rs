//! A position in the text of a body. Values are passed or read in place: nothing is copied, and numbers stay as sent.
//!
//! Parsers of JSON make numbers of digits, and go through a list from its first item to its last. This one keeps the digits, and
//! can go to an item whose position is known. It accepts what JSON allows, and some control characters besides.

use memchr::{memchr, memchr_iter, memchr2};

/// The deepest nesting of a body that is read.
pub(crate) const MAX_DEPTH: usize = 64;

/// The text is not JSON, or too deep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable;

/// A position in a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'a> {
    text: &'a str,
    at: usize,
    /// The text from one position to the other has no backslash.
    unescaped: (usize, usize),
}

/// A string as it was sent, without its quotation marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RawText<'a> {
    /// With escapes, if there are any.
    pub(crate) sent: &'a str,
    pub(crate) has_escapes: bool,
}

/// What is read of a value before its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    Null,
    Boolean,
    Number(&'a str),
    Text(RawText<'a>),
    /// The content of the list follows.
    List,
    /// The content of the object follows.
    Object,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0, unescaped: (0, 0) }
    }

    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// Goes to a position that was the beginning of a value.
    pub(crate) fn go_to(&mut self, position: usize) {
        self.at = position;
    }

    /// Reads the beginning of a value, all of it unless it is a list or an object.
    #[inline]
    pub(crate) fn token(&mut self) -> Result<Token<'a>, Unreadable> {
        match self.peek() {
            Some(b'"') => self.string().map(Token::Text),
            Some(b'{') => {
                self.at += 1;
                Ok(Token::Object)
            }
            Some(b'[') => {
                self.at += 1;
                Ok(Token::List)
            }
            Some(b'n') => self.word(b"null").map(|()| Token::Null),
            Some(b't') => self.word(b"true").map(|()| Token::Boolean),
            Some(b'f') => self.word(b"false").map(|()| Token::Boolean),
            _ => self.number().map(Token::Number),
        }
    }

    /// Whether another item follows in a list or an object that ends with this byte; passes the comma or the end.
    #[inline]
    pub(crate) fn has_next(&mut self, is_first: bool, end: u8) -> Result<bool, Unreadable> {
        match self.peek() {
            Some(byte) if byte == end => {
                self.at += 1;
                Ok(false)
            }
            Some(b',') if !is_first => {
                self.at += 1;
                // A comma before the end is not JSON: what follows is read as a value, which it is not.
                Ok(true)
            }
            Some(_) if is_first => Ok(true),
            _ => Err(Unreadable),
        }
    }

    /// Reads the name of a property and its colon.
    #[inline]
    pub(crate) fn name(&mut self) -> Result<RawText<'a>, Unreadable> {
        if self.peek() != Some(b'"') {
            return Err(Unreadable);
        }
        let name = self.string()?;
        self.expect(b':')?;
        Ok(name)
    }

    /// Passes a value. Nothing of it may be deeper than this.
    pub(crate) fn pass(&mut self, depth: usize) -> Result<(), Unreadable> {
        let end = match self.token()? {
            Token::List => b']',
            Token::Object => b'}',
            _ => return Ok(()),
        };
        let depth = depth.checked_sub(1).ok_or(Unreadable)?;
        let mut is_first = true;
        while self.has_next(is_first, end)? {
            if end == b'}' {
                self.name()?;
            }
            self.pass(depth)?;
            is_first = false;
        }
        Ok(())
    }

    /// Passes a value, an object by its strings and braces only: the rest of it may not be JSON. That is several times faster.
    pub(crate) fn pass_quickly(&mut self, depth: usize) -> Result<(), Unreadable> {
        if self.peek() != Some(b'{') {
            return self.pass(depth);
        }
        let (mut at, mut quotes, mut level) = (self.at, 0, 0);
        loop {
            let rest = self.bytes().get(at..).unwrap_or_default();
            let distance = memchr2(b'{', b'}', rest).ok_or(Unreadable)?;
            quotes += memchr_iter(b'"', &rest[..distance]).count();
            if self.has_escapes(at, at + distance) {
                quotes += escaped_quotes(&rest[..distance]);
            }
            at += distance + 1;
            if quotes % 2 == 1 {
                // The brace is part of a string.
                continue;
            }
            level = if rest[distance] == b'{' { level + 1 } else { level - 1 };
            if level > depth {
                return Err(Unreadable);
            }
            if level == 0 {
                self.at = at;
                return Ok(());
            }
        }
    }

    /// Whether the text between two positions has a backslash. No text is searched for it twice.
    fn has_escapes(&mut self, from: usize, to: usize) -> bool {
        if from < self.unescaped.0 || self.unescaped.1 < from {
            let rest = self.bytes().get(from..).unwrap_or_default();
            self.unescaped = (from, from + memchr(b'\\', rest).unwrap_or(rest.len()));
        }
        self.unescaped.1 < to
    }

    /// Whether nothing but white space follows.
    pub(crate) fn is_at_end(&mut self) -> bool {
        self.peek().is_none()
    }

    /// Returns the first byte that is not white space.
    #[inline]
    pub(crate) fn peek(&mut self) -> Option<u8> {
        loop {
            match self.bytes().get(self.at) {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                byte => return byte.copied(),
            }
        }
    }

    #[inline]
    fn expect(&mut self, byte: u8) -> Result<(), Unreadable> {
        if self.peek() != Some(byte) {
            return Err(Unreadable);
        }
        self.at += 1;
        Ok(())
    }

    fn word(&mut self, word: &[u8]) -> Result<(), Unreadable> {
        if self.bytes().get(self.at..self.at + word.len()) != Some(word) {
            return Err(Unreadable);
        }
        self.at += word.len();
        Ok(())
    }

    #[inline]
    fn string(&mut self) -> Result<RawText<'a>, Unreadable> {
        let start = self.at + 1;
        let mut end = self.stop(start)?;
        let mut has_escapes = false;
        while self.bytes()[end] == b'\\' {
            has_escapes = true;
            let escape = self.bytes().get(end + 1).ok_or(Unreadable)?;
            let length = match escape {
                b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => 2,
                b'u' if self.is_hexadecimal(end + 2) => 6,
                _ => return Err(Unreadable),
            };
            end = self.stop(end + length)?;
        }
        self.at = end + 1;
        let sent = self.text.get(start..end).ok_or(Unreadable)?;
        Ok(RawText { sent, has_escapes })
    }

    fn is_hexadecimal(&self, at: usize) -> bool {
        self.bytes().get(at..at + 4).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    }

    fn number(&mut self) -> Result<&'a str, Unreadable> {
        let start = self.at;
        self.take(|byte| byte == b'-');
        if !self.take(|byte| byte == b'0') {
            self.digits()?;
        }
        if self.take(|byte| byte == b'.') {
            self.digits()?;
        }
        if self.take(|byte| matches!(byte, b'e' | b'E')) {
            self.take(|byte| matches!(byte, b'+' | b'-'));
            self.digits()?;
        }
        self.text.get(start..self.at).ok_or(Unreadable)
    }

    fn take(&mut self, is_expected: impl Fn(u8) -> bool) -> bool {
        let is_next = self.bytes().get(self.at).copied().is_some_and(is_expected);
        self.at += usize::from(is_next);
        is_next
    }

    fn digits(&mut self) -> Result<(), Unreadable> {
        let start = self.at;
        while self.take(|byte| byte.is_ascii_digit()) {}
        if self.at == start { Err(Unreadable) } else { Ok(()) }
    }

    /// Finds the next quotation mark or backslash.
    #[inline]
    fn stop(&self, from: usize) -> Result<usize, Unreadable> {
        let (eights, last) = self.bytes().get(from..).ok_or(Unreadable)?.as_chunks();
        let mut at = from;
        for eight in eights {
            let stops = stops(u64::from_le_bytes(*eight));
            if stops != 0 {
                return Ok(at + stops.trailing_zeros() as usize / 8);
            }
            at += 8;
        }
        last.iter().position(|byte| matches!(byte, b'"' | b'\\')).map(|stop| at + stop).ok_or(Unreadable)
    }

    #[inline]
    fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }
}

/// The number of quotation marks behind a backslash that is not itself escaped.
fn escaped_quotes(mut text: &[u8]) -> usize {
    let mut quotes = 0;
    while let Some(at) = memchr(b'\\', text) {
        quotes += usize::from(text.get(at + 1) == Some(&b'"'));
        text = text.get(at + 2..).unwrap_or_default();
    }
    quotes
}

/// Sets the highest bit of the first byte that is a quotation mark or a backslash, and maybe of bytes behind it.
#[inline]
fn stops(eight: u64) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    let is_zero = |eight: u64| eight.wrapping_sub(ONES) & !eight;
    (is_zero(eight ^ (ONES * 0x22)) | is_zero(eight ^ (ONES * 0x5C))) & (ONES * 0x80)
}

impl RawText<'_> {
    /// The text without its escapes; `None` if it is not text, such as half a surrogate pair.
    pub(crate) fn unescaped(self) -> Option<String> {
        serde_json::from_str(&format!("\"{}\"", self.sent)).ok()
    }

    /// The number of its characters.
    pub(crate) fn length(self) -> usize {
        if !self.has_escapes {
            return self.sent.chars().count();
        }
        let (mut length, mut escaped) = (0, false);
        let mut rest = self.sent.bytes();
        while let Some(byte) = rest.next() {
            match byte {
                b'u' if escaped => {
                    rest.nth(3);
                    (length, escaped) = (length + 1, false);
                }
                b'\\' if !escaped => escaped = true,
                _ => {
                    // Bytes that continue a character do not count.
                    length += usize::from(byte & 0xC0 != 0x80);
                    escaped = false;
                }
            }
        }
        length
    }
}

#[cfg(test)]
mod tests;
