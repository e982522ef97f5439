//! The tokens of a JSON text.

use crate::decoding::reader::refused::Refused;

/// The deepest nesting; `serde_json` reads what is deeper.
pub(super) const MAX_DEPTH: usize = 64;

/// A position in a JSON text.
pub(super) struct Tokens<'de> {
    text: &'de str,
    at: usize,
    /// The last text that had escapes.
    unescaped: String,
}

/// The content of a text: as it was sent, or without its escapes.
pub(super) enum Content<'de, 'a> {
    Sent(&'de str),
    Unescaped(&'a str),
}

impl<'de> Tokens<'de> {
    pub(super) fn new(text: &'de str) -> Self {
        Self { text, at: 0, unescaped: String::new() }
    }

    /// Returns the first byte of the next token.
    #[inline]
    pub(super) fn peek(&mut self) -> Option<u8> {
        loop {
            match self.here() {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                byte => return byte,
            }
        }
    }

    /// Passes the byte that was seen.
    #[inline]
    pub(super) fn advance(&mut self) {
        self.at += 1;
    }

    /// Passes a token of one byte.
    #[inline]
    pub(super) fn expect(&mut self, byte: u8) -> Result<(), Refused> {
        if self.peek() != Some(byte) {
            return Err(Refused);
        }
        self.at += 1;
        Ok(())
    }

    /// Passes this text if it is next.
    #[inline]
    pub(super) fn take(&mut self, text: &str) -> bool {
        let is_next = self.bytes().get(self.at..self.at + text.len()) == Some(text.as_bytes());
        if is_next {
            self.at += text.len();
        }
        is_next
    }

    /// Passes a word such as `null`.
    pub(super) fn word(&mut self, word: &str) -> Result<(), Refused> {
        if self.take(word) { Ok(()) } else { Err(Refused) }
    }

    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// Returns how much text is left.
    pub(super) fn left(&self) -> usize {
        self.text.len().saturating_sub(self.at)
    }

    /// Returns the text from a position to here.
    pub(super) fn since(&self, start: usize) -> Result<&'de str, Refused> {
        self.text.get(start..self.at).ok_or(Refused)
    }

    /// Reads a string.
    #[inline]
    pub(super) fn string(&mut self) -> Result<Content<'de, '_>, Refused> {
        let start = self.at + 1;
        let end = self.stop(start)?;
        if self.bytes()[end] == b'"' {
            self.at = end + 1;
            return self.text.get(start..end).map(Content::Sent).ok_or(Refused);
        }
        self.unescape(start, end)?;
        Ok(Content::Unescaped(&self.unescaped))
    }

    /// Reads a number as it was sent.
    pub(super) fn number(&mut self) -> Result<&'de str, Refused> {
        let start = self.at;
        self.take("-");
        if !self.take("0") {
            self.digits()?;
        }
        if self.take(".") {
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.here() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.here() {
                self.at += 1;
            }
            self.digits()?;
        }
        self.since(start)
    }

    /// Passes a value, and returns its text.
    pub(super) fn value(&mut self) -> Result<&'de str, Refused> {
        let next = self.peek();
        let start = self.at;
        self.pass(next, 0)?;
        self.since(start)
    }

    fn pass(&mut self, next: Option<u8>, depth: usize) -> Result<(), Refused> {
        match next {
            Some(b'"') => self.pass_string(),
            Some(b'{') => self.pass_items(b'}', depth),
            Some(b'[') => self.pass_items(b']', depth),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            _ => self.number().map(drop),
        }
    }

    fn pass_items(&mut self, end: u8, depth: usize) -> Result<(), Refused> {
        if depth == MAX_DEPTH {
            return Err(Refused);
        }
        self.at += 1;
        if self.peek() == Some(end) {
            self.at += 1;
            return Ok(());
        }
        loop {
            if end == b'}' {
                if self.peek() != Some(b'"') {
                    return Err(Refused);
                }
                self.pass_string()?;
                self.expect(b':')?;
            }
            let next = self.peek();
            self.pass(next, depth + 1)?;
            let next = self.peek();
            self.at += 1;
            match next {
                Some(b',') => {}
                Some(byte) if byte == end => return Ok(()),
                _ => return Err(Refused),
            }
        }
    }

    fn pass_string(&mut self) -> Result<(), Refused> {
        self.at = self.stop(self.at + 1)?;
        while self.bytes()[self.at] == b'\\' {
            self.at += 1;
            match self.here() {
                Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
                Some(b'u') => drop(self.hex()?),
                _ => return Err(Refused),
            }
            self.at = self.stop(self.at)?;
        }
        self.at += 1;
        Ok(())
    }

    /// Copies a string that has its first escape at `end`.
    fn unescape(&mut self, start: usize, mut end: usize) -> Result<(), Refused> {
        self.unescaped.clear();
        self.at = start;
        loop {
            self.unescaped.push_str(self.text.get(self.at..end).ok_or(Refused)?);
            self.at = end + 1;
            if self.bytes()[end] == b'"' {
                return Ok(());
            }
            let unescaped = match self.here().ok_or(Refused)? {
                b'u' => self.unicode()?,
                other => {
                    self.at += 1;
                    match other {
                        b'"' | b'\\' | b'/' => char::from(other),
                        b'b' => '\u{8}',
                        b'f' => '\u{c}',
                        b'n' => '\n',
                        b'r' => '\r',
                        b't' => '\t',
                        _ => return Err(Refused),
                    }
                }
            };
            self.unescaped.push(unescaped);
            end = self.stop(self.at)?;
        }
    }

    /// Reads the rest of `\u0e01`, or of the two escapes that are one character.
    fn unicode(&mut self) -> Result<char, Refused> {
        let first = self.hex()?;
        if !(0xD800..0xDC00).contains(&first) {
            return char::from_u32(first).ok_or(Refused);
        }
        self.word("\\")?;
        if self.here() != Some(b'u') {
            return Err(Refused);
        }
        let second = self.hex()?;
        if !(0xDC00..0xE000).contains(&second) {
            return Err(Refused);
        }
        char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00)).ok_or(Refused)
    }

    /// Reads `u` and four hexadecimal digits.
    fn hex(&mut self) -> Result<u32, Refused> {
        let mut unit = 0;
        for at in self.at + 1..self.at + 5 {
            let digit = self.bytes().get(at).and_then(|byte| char::from(*byte).to_digit(16));
            unit = unit * 16 + digit.ok_or(Refused)?;
        }
        self.at += 5;
        Ok(unit)
    }

    fn digits(&mut self) -> Result<(), Refused> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.here() {
            self.at += 1;
        }
        if self.at == start { Err(Refused) } else { Ok(()) }
    }

    /// Finds the next quotation mark or backslash of a string; control characters may not be before it.
    #[inline]
    fn stop(&self, from: usize) -> Result<usize, Refused> {
        let rest = self.bytes().get(from..).ok_or(Refused)?;
        let (eights, last) = rest.as_chunks();
        let mut at = from;
        for eight in eights {
            let stops = stops(u64::from_le_bytes(*eight));
            if stops != 0 {
                at += stops.trailing_zeros() as usize / 8;
                return if self.bytes()[at] < 0x20 { Err(Refused) } else { Ok(at) };
            }
            at += 8;
        }
        let stop = last.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)).ok_or(Refused)?;
        if last[stop] < 0x20 { Err(Refused) } else { Ok(at + stop) }
    }

    #[inline]
    fn here(&self) -> Option<u8> {
        self.bytes().get(self.at).copied()
    }

    #[inline]
    fn bytes(&self) -> &'de [u8] {
        self.text.as_bytes()
    }
}

/// Sets the highest bit of the first byte that is a quotation mark, a backslash or a control character, and maybe of
/// bytes behind it.
#[inline]
fn stops(eight: u64) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    // A byte below 0x21 stays so, and the quotation mark becomes 0x20, which itself becomes 0x22.
    let quotation_or_control = (eight ^ (ONES * 0x02)).wrapping_sub(ONES * 0x21);
    let backslash = (eight ^ (ONES * 0x5C)).wrapping_sub(ONES);
    (quotation_or_control | backslash) & !eight & (ONES * 0x80)
}
