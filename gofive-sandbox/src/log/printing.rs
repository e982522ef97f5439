//! Prints text of a client in one line.

/// Returns at most this many characters of a text, with those escaped that would end the line or change how it is shown.
pub(crate) fn in_one_line(text: &str, max: usize) -> String {
    let mut printed = String::with_capacity(text.len().min(max));
    for (index, c) in text.chars().enumerate() {
        if index == max {
            printed.push('…');
            break;
        }
        if is_control(c) {
            printed.extend(c.escape_default());
        } else {
            printed.push(c);
        }
    }
    printed
}

/// Whether a character moves the cursor, ends the line, or changes the order in which others are shown.
fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped_and_a_long_text_is_cut() {
        let hostile = "ราคา \"1\"\n2026 \u{1b}[31m\u{202e}\u{2066}\u{200f}\u{61c}\u{85}\u{2028}";
        let shown = r#"ราคา "1"\n2026 \u{1b}[31m\u{202e}\u{2066}\u{200f}\u{61c}\u{85}\u{2028}"#;
        assert_eq!(in_one_line(hostile, 100), shown);
        assert_eq!(in_one_line("สวัสดี", 6), "สวัสดี");
        assert_eq!(in_one_line("สวัสดีครับ", 6), "สวัสดี…");
    }
}
