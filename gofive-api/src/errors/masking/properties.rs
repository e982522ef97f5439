//! Properties whose values are secrets, in requests, responses and logs.

use std::ops::Range;

use memchr::memchr2;
use memchr::memmem::Finder;

/// Names with the same ending, so that one pass finds them all.
pub(super) struct Group {
    /// The ending of the names as they are sent, with the closing quotation mark.
    pub(super) end: &'static str,
    /// The names in lower case and without underscores, as they are compared.
    names: &'static [&'static str],
}

/// The passwords of the spec, and the secrets of a token endpoint.
pub(super) const GROUPS: [Group; 3] = [
    Group { end: "assword\"", names: &["password"] },
    Group { end: "ecret\"", names: &["clientsecret"] },
    Group { end: "oken\"", names: &["accesstoken", "idtoken", "refreshtoken"] },
];

/// The length of the longest name that is compared.
const MAX_NAME: usize = 24;

impl Group {
    /// Searches for the ending of a name.
    pub(super) fn finder(&self) -> Finder<'static> {
        Finder::new(self.end)
    }

    /// The value of the first such property from here on, without quotation marks. A value that is empty, null, true,
    /// false, a list or an object does not count.
    pub(super) fn find(&self, end: &Finder<'_>, text: &[u8], from: usize) -> Option<Range<usize>> {
        let mut at = from;
        loop {
            let behind = at + end.find(text.get(at..)?)? + self.end.len();
            if self.has(name_before(&text[..behind - 1]))
                && let Some(value) = value_after(text, behind)
            {
                return Some(value);
            }
            at = behind;
        }
    }

    /// Whether the group has this name.
    pub(super) fn has(&self, name: &[u8]) -> bool {
        let without_underscores = || name.iter().filter(|byte| **byte != b'_').map(u8::to_ascii_lowercase);
        self.names.iter().any(|known| {
            name.eq_ignore_ascii_case(known.as_bytes())
                || (name.len() > known.len() && without_underscores().eq(known.bytes()))
        })
    }
}

/// The name that ends here, if there is a quotation mark before it.
fn name_before(text: &[u8]) -> &[u8] {
    let tail = &text[text.len().saturating_sub(MAX_NAME)..];
    let start = tail.iter().rposition(|byte| *byte == b'"').map_or(tail.len(), |quote| quote + 1);
    &tail[start..]
}

fn value_after(text: &[u8], name_end: usize) -> Option<Range<usize>> {
    let skip_spaces = |at: usize| {
        let spaces = text[at..].iter().take_while(|byte| byte.is_ascii_whitespace());
        at + spaces.count()
    };
    let colon = skip_spaces(name_end);
    let start = (text.get(colon) == Some(&b':')).then(|| skip_spaces(colon + 1))?;
    let value = match text.get(start)? {
        b'"' => start + 1..string_end(text, start + 1),
        b'-' | b'0'..=b'9' => {
            let end = text[start..].iter().position(|byte| b",}] \t\r\n".contains(byte));
            start..end.map_or(text.len(), |length| start + length)
        }
        _ => return None,
    };
    (!value.is_empty()).then_some(value)
}

/// The position of the closing quotation mark; the end of a text that is cut off.
fn string_end(text: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(found) = text.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        if text[at + found] == b'"' {
            return at + found;
        }
        at += found + 2;
    }
    text.len()
}
