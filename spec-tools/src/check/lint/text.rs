//! Checks the texts that the maintainers write: they are plain, with short pieces of `code`. What else Markdown has is escaped
//! in the documentation, and reported here if that would not be what the author means.

use super::linter::Linter;
use crate::wording::{has_odd_backticks, is_invisible};

pub(super) fn check(linter: &mut Linter<'_>) {
    for (pointer, text) in linter.api().texts() {
        if let Some(character) = text.chars().find(|&character| !"\n\t".contains(character) && is_invisible(character))
        {
            let problem = format!("the invisible character U+{:04X}", u32::from(character));
            linter.find("character", &pointer, problem, "remove it");
        }
        if has_block_of_code(text) {
            let hint = "a text has no blocks: describe it in words, or write short `code` in a line";
            linter.find("text", &pointer, "a block of code", hint);
        } else if text.lines().any(has_odd_backticks) {
            let hint = "write `code` between a pair of backticks in one line, or remove the backtick";
            linter.find("text", &pointer, "a backtick that is not closed", hint);
        }
    }
}

/// Whether Markdown would show a part of the text as a block of code: between fences, or indented after a blank line.
fn has_block_of_code(text: &str) -> bool {
    let mut after_blank = true;
    text.lines().any(|line| {
        let text = line.trim_start();
        // Backticks that are closed in the line are short code.
        let is_fence =
            text.starts_with("~~~") || (text.starts_with("```") && !text.trim_start_matches('`').contains('`'));
        let is_indented = line.starts_with("    ") || line.starts_with('\t');
        let is_blank = line.trim().is_empty();
        let is_code = !is_blank && (is_fence || (after_blank && is_indented));
        after_blank = is_blank;
        is_code
    })
}
