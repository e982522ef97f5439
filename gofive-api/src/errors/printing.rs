//! Prints text of a server: a bounded part of it, with control characters escaped.

use std::fmt::{self, Debug, Display, Write as _};

/// The most bytes that are printed of one part: a message, a description, the beginning of a body.
pub(crate) const MAX_BYTES: usize = 2048;
/// The end of a part that was cut.
const CUT: &str = "…";

/// A part of a server's text, or of a text that quotes one, to be printed.
///
/// `Display` prints it with control characters escaped; `Debug` adds quotation marks.
pub(crate) fn printed<T: Display>(part: T) -> Printed<T> {
    Printed(part)
}

pub(crate) struct Printed<T>(T);

impl<T: Display> Display for Printed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        BoundedWriter::new(f, MAX_BYTES, false).print(&self.0)
    }
}

impl<T: Display> Debug for Printed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        BoundedWriter::new(f, MAX_BYTES - 2, true).print(&self.0)?;
        f.write_char('"')
    }
}

/// Whether a character moves the cursor, ends the line, or changes the order in which others are shown.
fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Writes until no room is left.
struct BoundedWriter<'a, 'f> {
    f: &'a mut fmt::Formatter<'f>,
    quoted: bool,
    /// The number of bytes that may be written before those of [`CUT`].
    room: usize,
    /// The bytes written in place of [`CUT`] if nothing follows.
    last: String,
    cut: bool,
}

impl<'a, 'f> BoundedWriter<'a, 'f> {
    fn new(f: &'a mut fmt::Formatter<'f>, bytes: usize, quoted: bool) -> Self {
        Self { f, quoted, room: bytes - CUT.len(), last: String::new(), cut: false }
    }

    fn print(mut self, part: &impl Display) -> fmt::Result {
        let printed = write!(self, "{part}");
        if self.cut {
            return self.f.write_str(CUT);
        }
        printed?;
        self.f.write_str(&self.last)
    }

    /// Writes a piece that is not split.
    fn piece(&mut self, piece: &str) -> fmt::Result {
        if self.last.is_empty() && piece.len() <= self.room {
            self.room -= piece.len();
            return self.f.write_str(piece);
        }
        // The remaining room, including that of the mark.
        if self.last.len() + piece.len() > self.room + CUT.len() {
            self.cut = true;
            return Err(fmt::Error);
        }
        self.last.push_str(piece);
        Ok(())
    }
}

impl fmt::Write for BoundedWriter<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut plain = 0;
        for (at, c) in text.char_indices() {
            let is_escaped = is_control(c) || (self.quoted && matches!(c, '"' | '\\'));
            // Writes harmless characters in longer pieces while there is certainly room.
            if !is_escaped && at - plain < self.room && self.last.is_empty() {
                continue;
            }
            self.pieces(&text[plain..at])?;
            plain = at;
            if is_escaped {
                let escaped =
                    if c.is_ascii() { c.escape_default().to_string() } else { c.escape_unicode().to_string() };
                self.piece(&escaped)?;
                plain += c.len_utf8();
            }
        }
        self.pieces(&text[plain..])
    }
}

impl BoundedWriter<'_, '_> {
    /// Writes harmless text, in one piece if it fits.
    fn pieces(&mut self, text: &str) -> fmt::Result {
        if self.last.is_empty() && text.len() <= self.room {
            return self.piece(text);
        }
        let mut buffer = [0; 4];
        text.chars().try_for_each(|c| self.piece(c.encode_utf8(&mut buffer)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped_and_thai_stays_readable() {
        let hostile = "สวัสดีครับ\n2026 ERROR \u{1b}[31m\u{202e}\u{2066}\u{200f}\u{61c}\u{85}\u{2028}\\\"\0";
        let shown = printed(hostile).to_string();
        assert_eq!(shown, r#"สวัสดีครับ\n2026 ERROR \u{1b}[31m\u{202e}\u{2066}\u{200f}\u{61c}\u{85}\u{2028}\"\u{0}"#);
        assert_eq!(format!("{:?}", printed("น้ำ \"a\"\t\\")), r#""น้ำ \"a\"\t\\""#);
    }

    #[test]
    fn only_a_part_that_is_too_long_is_cut() {
        for unit in ["a", "ก", "\n", "😀", "\u{202e}", "a\u{1b}ก\""] {
            for times in (0..40).chain(200..260).chain(500..530).chain(660..700).chain(2030..2060).chain([100_000]) {
                let text = unit.repeat(times);
                for (shown, whole) in [
                    (printed(&text).to_string(), shown_whole(&text, false)),
                    (format!("{:?}", printed(&text)), format!("\"{}\"", shown_whole(&text, true))),
                ] {
                    assert!(shown.len() <= MAX_BYTES, "{unit:?} {times} {}", shown.len());
                    if whole.len() <= MAX_BYTES {
                        assert_eq!(shown, whole, "{unit:?} {times}");
                    } else {
                        let begin = shown.trim_end_matches('"').strip_suffix(CUT).unwrap_or_default();
                        assert!(whole.starts_with(begin) && begin.len() > MAX_BYTES - 16, "{unit:?} {times}");
                    }
                }
            }
        }
    }

    /// A text in pieces is printed like a whole one.
    #[test]
    fn a_text_in_pieces_is_printed_like_a_whole_one() {
        let text = "ก\n".repeat(600);
        for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
            let (begin, end) = text.split_at(at);
            assert_eq!(printed(format_args!("{begin}{end}")).to_string(), printed(&text).to_string());
        }
    }

    fn shown_whole(text: &str, quoted: bool) -> String {
        let escaped = |c: char| match c {
            '\n' => r"\n".to_owned(),
            '"' if quoted => r#"\""#.to_owned(),
            c if is_control(c) => c.escape_unicode().to_string(),
            c => c.to_string(),
        };
        text.chars().map(escaped).collect()
    }
}
