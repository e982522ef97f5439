//! The escapings in which a server echoes a secret: the one list of them.
//!
//! Letters and digits are the same in every escaping. Any other character is written as it is, or as one of the escapes
//! of the escaping; their hexadecimal digits may be of either case. Base64 is not included: the client does not use
//! `Basic` authentication, so no server receives credentials in Base64.

/// A form of a secret with escaped characters.
#[derive(Clone, Copy, Debug)]
pub(super) enum Escaping {
    /// In a JSON text: `\"`, `\\`, `\/`, `\n` and so on, and `\u002B`.
    Json,
    /// In a URL or a form: `%2B`, and `+` for a space.
    Url,
    /// In HTML: `&#x2B;`, `&#43;`, `&amp;`.
    Html,
}

/// The most bytes that one byte of a secret becomes: `&quot;`, `\u0022`, and `&#x22;`.
pub(super) const MAX_EXPANSION: usize = 6;
/// The length of the longest entity that is recognized, `&#x10FFFF;`.
const MAX_ENTITY: usize = 10;

impl Escaping {
    pub(super) const ALL: [Self; 3] = [Self::Json, Self::Url, Self::Html];

    /// The number of bytes at the beginning of a text that mean this character.
    pub(super) fn begins(self, text: &[u8], c: char) -> Option<usize> {
        let mut buffer = [0; 4];
        let literal = c.encode_utf8(&mut buffer).as_bytes();
        if self.leaves(c) && text.starts_with(literal) { Some(literal.len()) } else { self.escape(text, c) }
    }

    /// The number of bytes at the end of a text that mean this character.
    pub(super) fn ends(self, text: &[u8], c: char) -> Option<usize> {
        let mut buffer = [0; 4];
        let literal = c.encode_utf8(&mut buffer).as_bytes();
        let literal = (self.leaves(c) && text.ends_with(literal)).then_some(literal.len());
        // These may be the end of their own escape.
        if literal.is_some() && !matches!(c, '/' | ';') {
            return literal;
        }
        self.escape_at_end(text, c).or(literal)
    }

    /// Whether the escaping leaves this character as it is.
    fn leaves(self, c: char) -> bool {
        match self {
            Self::Json => !matches!(c, '"' | '\\' | '\0'..='\x1f'),
            Self::Url => c != '%',
            Self::Html => c != '&',
        }
    }

    /// The length of an escape of this character at the beginning of a text.
    fn escape(self, text: &[u8], c: char) -> Option<usize> {
        if c.is_ascii_alphanumeric() {
            return None;
        }
        match (self, text.first()?) {
            (Self::Json, b'\\') if text.get(1) == Some(&b'u') => unicode_escape(text, c),
            (Self::Json, b'\\') => (text.get(1).copied() == short_escape(c)).then_some(2),
            (Self::Url, b'+') if c == ' ' => Some(1),
            (Self::Url, b'%') => percent_escape(text, c),
            (Self::Html, b'&') => entity(text, c),
            _ => None,
        }
    }

    /// The length of an escape of this character at the end of a text.
    fn escape_at_end(self, text: &[u8], c: char) -> Option<usize> {
        let lengths = match self {
            // A short escape ends like a text without one: after two backslashes.
            Self::Json => [6 * c.len_utf16(), if is_escaped(text) { 2 } else { 0 }],
            Self::Url => [3 * c.len_utf8(), 1],
            Self::Html => {
                let tail = &text[text.len().saturating_sub(MAX_ENTITY)..];
                [tail.iter().rposition(|byte| *byte == b'&').map_or(0, |at| tail.len() - at), 0]
            }
        };
        lengths.into_iter().find(|length| {
            let start = text.len().checked_sub(*length);
            start.is_some_and(|start| self.escape(&text[start..], c) == Some(*length))
        })
    }
}

/// The possible beginnings of a secret with this first character.
pub(super) fn beginnings(first: char) -> Vec<Vec<u8>> {
    let literal = first.to_string().into_bytes();
    let space = (first == ' ').then_some(b'+');
    let escapes = [b'\\', b'%', b'&'].into_iter().chain(space).map(|byte| vec![byte]);
    escapes.filter(|escape| *escape != literal).chain([literal.clone()]).collect()
}

/// The length of `\u002B`, twice for a character of two units.
fn unicode_escape(text: &[u8], c: char) -> Option<usize> {
    let mut at = 0;
    for unit in c.encode_utf16(&mut [0; 2]) {
        let digits = text.get(at..at + 6)?.strip_prefix(b"\\u")?;
        if number(digits, 16)? != u32::from(*unit) {
            return None;
        }
        at += 6;
    }
    Some(at)
}

/// The character after the backslash of a short escape.
fn short_escape(c: char) -> Option<u8> {
    Some(match c {
        '"' => b'"',
        '\\' => b'\\',
        '/' => b'/',
        '\n' => b'n',
        '\r' => b'r',
        '\t' => b't',
        '\u{8}' => b'b',
        '\u{c}' => b'f',
        _ => return None,
    })
}

/// The length of `%2B`, once for each byte.
fn percent_escape(text: &[u8], c: char) -> Option<usize> {
    let mut at = 0;
    for byte in c.encode_utf8(&mut [0; 4]).bytes() {
        let digits = text.get(at..at + 3)?.strip_prefix(b"%")?;
        if number(digits, 16)? != u32::from(byte) {
            return None;
        }
        at += 3;
    }
    Some(at)
}

/// The length of `&#x2B;`, `&#43;`, `&amp;`.
fn entity(text: &[u8], c: char) -> Option<usize> {
    let length = text.iter().take(MAX_ENTITY).position(|byte| *byte == b';')?;
    let name = text.get(1..length)?;
    let is_here = match name {
        [b'#', b'x' | b'X', digits @ ..] => number(digits, 16) == Some(c.into()),
        [b'#', digits @ ..] => number(digits, 10) == Some(c.into()),
        _ => {
            let names = [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\'')];
            names.iter().any(|(known, meant)| *meant == c && name.eq_ignore_ascii_case(known.as_bytes()))
        }
    };
    is_here.then_some(length + 1)
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    let add = |number: u32, digit: &u8| number.checked_mul(radix)?.checked_add(char::from(*digit).to_digit(radix)?);
    digits.iter().try_fold(0, add).filter(|_| !digits.is_empty())
}

/// Whether the last byte follows an odd number of backslashes.
fn is_escaped(text: &[u8]) -> bool {
    let before = text.split_last().map_or(text, |(_, before)| before);
    before.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

/// Whether a text ends in an escape of any kind. The text after it is a separate word.
pub(super) fn ends_in_escape(text: &[u8]) -> bool {
    let tail = |length: usize| text.len().checked_sub(length).map(|start| &text[start..]);
    let hexadecimal = |digits: &[u8]| digits.iter().all(u8::is_ascii_hexdigit);
    let json = text.last().is_some_and(|byte| b"nrtbf".contains(byte)) && is_escaped(text);
    let unicode = tail(6).is_some_and(|tail| tail.starts_with(b"\\u") && hexadecimal(&tail[2..]));
    let url = tail(3).is_some_and(|tail| tail[0] == b'%' && hexadecimal(&tail[1..]));
    json || unicode || url
}
