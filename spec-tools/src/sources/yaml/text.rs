//! Reads the bytes of a file as the text that a YAML parser gets. What parsers skip, cut or read differently is refused by name.

use crate::finding::{Finding, Location};

/// The limit of a file's size, 20 times as much as the longest file of the spec.
pub(super) const MAX_BYTES: usize = 4 << 20;

/// The text of a file.
pub(super) fn decode<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a str, Box<Finding>> {
    let finding = |before: &[u8], problem: String, hint: &str| {
        let before = String::from_utf8_lossy(before);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
        let at = Location { file: file.to_owned(), line, column, pointer: String::new() };
        Box::new(Finding { at, rule: "yaml", problem, hint: hint.into() })
    };
    if bytes.len() > MAX_BYTES {
        return Err(finding(&[], format!("more than {} MiB", MAX_BYTES >> 20), "split the file, or delete it"));
    }
    if let Some(encoding) = byte_order_mark(bytes) {
        let problem = format!("a byte-order mark of {encoding} at the beginning");
        return Err(finding(&[], problem, "save the file as UTF-8 without a byte-order mark"));
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|error| finding(&bytes[..error.valid_up_to()], "not UTF-8".into(), "save the file as UTF-8"))?;
    if let Some((at, character)) = text.char_indices().find(|(_, character)| !is_printable(*character)) {
        let problem = format!("the character U+{:04X}, which YAML does not allow", u32::from(character));
        return Err(finding(&bytes[..at], problem, "delete it"));
    }
    if let Some(at) = directive(text) {
        return Err(finding(&bytes[..at], "a YAML directive".into(), "delete it: all files are YAML 1.2 without tags"));
    }
    Ok(text)
}

/// The encoding that a byte-order mark at the beginning names.
fn byte_order_mark(bytes: &[u8]) -> Option<&'static str> {
    let marks: [(&[u8], &str); 5] = [
        (b"\xEF\xBB\xBF", "UTF-8"),
        // Before those of UTF-16, with which they begin.
        (b"\xFF\xFE\0\0", "UTF-32"),
        (b"\0\0\xFE\xFF", "UTF-32"),
        (b"\xFF\xFE", "UTF-16"),
        (b"\xFE\xFF", "UTF-16"),
    ];
    marks.into_iter().find(|(mark, _)| bytes.starts_with(mark)).map(|(_, encoding)| encoding)
}

/// The characters of YAML's `c-printable`. The linter reports those that nobody sees.
fn is_printable(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{A0}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// The position of a directive, such as `%YAML 1.1`, before the document.
fn directive(text: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with('%') {
            return Some(at);
        }
        let content = line.trim();
        if !content.is_empty() && !content.starts_with('#') {
            return None;
        }
        at += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_parsers_read_differently_is_named_with_its_location() {
        for (bytes, problem, line, column) in [
            (b"\xEF\xBB\xBFa: 1".as_slice(), "a byte-order mark of UTF-8", 1, 1),
            (b"\xFF\xFEa\0:\0", "a byte-order mark of UTF-16", 1, 1),
            (b"\xFE\xFF\0a\0:", "a byte-order mark of UTF-16", 1, 1),
            (b"\xFF\xFE\0\0a\0\0\0", "a byte-order mark of UTF-32", 1, 1),
            (b"a: 1\nb: \xC3\xA4\xFF", "not UTF-8", 2, 5),
            (b"a: 1\0\nb: 2", "the character U+0000", 1, 5),
            (b"a: \x1B[31m", "the character U+001B", 1, 4),
            ("a: 1\nb: \u{FFFF}".as_bytes(), "the character U+FFFF", 2, 4),
            (b"# a\n\n%YAML 1.1\n---\na: 1", "a YAML directive", 3, 1),
        ] {
            let finding = decode("a.yaml", bytes).unwrap_err();
            assert!(finding.problem.starts_with(problem), "{finding:?}");
            assert_eq!((finding.at.line, finding.at.column), (line, column), "{finding:?}");
        }
        for text in ["", "a: ราคา\u{A0}😀\t\r\n", "a: |\n%b\n", "%", "# %YAML"] {
            assert_eq!(decode("a.yaml", text.as_bytes()).is_ok(), text != "%", "{text:?}");
        }
    }

    #[test]
    fn a_huge_file_is_refused_before_it_is_parsed() {
        let finding = decode("a.yaml", &vec![b'#'; MAX_BYTES + 1]).unwrap_err();
        assert_eq!(finding.problem, "more than 4 MiB");
    }
}
