//! The forms in which a server echoes a secret: the one list of them.
//!
//! Letters and digits are the same in every form. Every other character is written as it is, or by one of the escapes of
//! the form; their hexadecimal digits may be of either case. Base64 is not among them: the client sends no credentials by
//! `Basic`, so no server has them in that form.

use std::fmt::{self, Write as _};

/// How a secret may be written other than as it is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form {
    /// In a JSON text: `\"`, `\\`, `\/`, `\n` and so on, and `\u002B`.
    Json,
    /// In a URL or a form: `%2B`, and `+` for a space.
    Url,
    /// In HTML: `&#x2B;`, `&#43;`, `&amp;`.
    Html,
}

/// How many bytes one byte of a secret becomes at most: `&quot;`, `\u0022`, and `&#x22;`.
pub(super) const MAX_EXPANSION: usize = 6;

impl Form {
    pub(super) const ALL: [Self; 3] = [Self::Json, Self::Url, Self::Html];

    /// With how many bytes a text begins that stand for this character.
    pub(super) fn begins(self, text: &[u8], c: char) -> Option<usize> {
        let mut buffer = [0; 4];
        let literal = c.encode_utf8(&mut buffer).as_bytes();
        if self.leaves(c) && text.starts_with(literal) {
            return Some(literal.len());
        }
        if !text.first().is_some_and(|byte| b"\\%&+".contains(byte)) {
            return None;
        }
        let is_there =
            |escape: &Escape| text.get(..escape.len).is_some_and(|begin| begin.eq_ignore_ascii_case(escape.as_bytes()));
        self.escapes(c).iter().find(|escape| escape.len > 0 && is_there(escape)).map(|escape| escape.len)
    }

    /// With how many bytes a text ends that stand for this character.
    pub(super) fn ends(self, text: &[u8], c: char) -> Option<usize> {
        let mut buffer = [0; 4];
        let literal = c.encode_utf8(&mut buffer).as_bytes();
        let literal = (self.leaves(c) && text.ends_with(literal)).then_some(literal.len());
        // These may be the end of their own escape.
        if literal.is_some() && !matches!(c, '/' | ';') {
            return literal;
        }
        let is_there = |escape: &Escape| {
            let start = text.len().checked_sub(escape.len);
            // In `\\/` the slash is not escaped, but the backslash before it.
            start.is_some_and(|start| text[start..].eq_ignore_ascii_case(escape.as_bytes()))
                && (escape.as_bytes() != b"\\/" || is_escaped(text))
        };
        let escape = self.escapes(c).iter().find(|escape| escape.len > 0 && is_there(escape)).map(|escape| escape.len);
        escape.or(literal)
    }

    /// Whether the form leaves this character as it is.
    fn leaves(self, c: char) -> bool {
        match self {
            Self::Json => !matches!(c, '"' | '\\' | '\0'..='\x1f'),
            Self::Url => c != '%',
            Self::Html => c != '&',
        }
    }

    /// The escapes of the character, if there are any.
    fn escapes(self, c: char) -> [Escape; 3] {
        let none = Escape::default;
        if c.is_ascii_alphanumeric() {
            return [none(), none(), none()];
        }
        let mut units = [0; 2];
        let mut bytes = [0; 4];
        match self {
            Self::Json => {
                let short = match c {
                    '"' | '\\' | '/' => Escape::of(format_args!("\\{c}")),
                    '\n' => Escape::of("\\n"),
                    '\r' => Escape::of("\\r"),
                    '\t' => Escape::of("\\t"),
                    '\u{8}' => Escape::of("\\b"),
                    '\u{c}' => Escape::of("\\f"),
                    _ => none(),
                };
                [Escape::each(c.encode_utf16(&mut units), "\\u", 4), short, none()]
            }
            Self::Url => {
                let space = if c == ' ' { Escape::of("+") } else { none() };
                [Escape::each(c.encode_utf8(&mut bytes).as_bytes(), "%", 2), space, none()]
            }
            Self::Html => {
                let named = match c {
                    '&' => Escape::of("&amp;"),
                    '<' => Escape::of("&lt;"),
                    '>' => Escape::of("&gt;"),
                    '"' => Escape::of("&quot;"),
                    '\'' => Escape::of("&apos;"),
                    _ => none(),
                };
                let code = u32::from(c);
                [Escape::of(format_args!("&#x{code:X};")), Escape::of(format_args!("&#{code};")), named]
            }
        }
    }
}

/// Whether the byte at the end follows an odd number of backslashes.
fn is_escaped(text: &[u8]) -> bool {
    let before = text.split_last().map_or(text, |(_, before)| before);
    before.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

/// Whether a text ends in an escape of any form. What follows it is a word of its own.
pub(super) fn ends_in_escape(text: &[u8]) -> bool {
    let tail = |length: usize| text.len().checked_sub(length).map(|start| &text[start..]);
    let hexadecimal = |digits: &[u8]| digits.iter().all(u8::is_ascii_hexdigit);
    let json = text.last().is_some_and(|byte| b"nrtbf".contains(byte)) && is_escaped(text);
    let unicode = tail(6).is_some_and(|tail| tail.starts_with(b"\\u") && hexadecimal(&tail[2..]));
    let url = tail(3).is_some_and(|tail| tail[0] == b'%' && hexadecimal(&tail[1..]));
    json || unicode || url
}

/// One way to write a character. An empty one stands for none.
#[derive(Default)]
struct Escape {
    bytes: [u8; 12],
    len: usize,
}

impl Escape {
    fn of(text: impl fmt::Display) -> Self {
        let mut escape = Self::default();
        // None is longer.
        let _ = write!(escape, "{text}");
        escape
    }

    /// The hexadecimal digits of each part, after a prefix.
    fn each(parts: &[impl fmt::UpperHex], prefix: &str, digits: usize) -> Self {
        let mut escape = Self::default();
        for part in parts {
            // None is longer.
            let _ = write!(escape, "{prefix}{part:0digits$X}");
        }
        escape
    }

    fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

impl fmt::Write for Escape {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = self.bytes.get_mut(self.len..self.len + text.len()).ok_or(fmt::Error)?;
        room.copy_from_slice(text.as_bytes());
        self.len += text.len();
        Ok(())
    }
}
