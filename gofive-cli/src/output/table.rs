//! Tables for people: aligned also with Thai text, and as wide as the terminal.

use indexmap::IndexMap;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::columns::{Columns, cell};
use crate::failure::printable;
use gofive_api::RawJson;

/// The space between two columns.
const GAP: usize = 2;
/// The width of a column that need not be wider, if the terminal is too narrow for all of it.
const ENOUGH: usize = 20;

/// The properties of an object, one in a line.
pub(super) fn properties(properties: &[(String, RawJson)]) -> String {
    let width = properties.iter().map(|(name, _)| name.width()).max().unwrap_or(0);
    let line = |(name, value): &(String, RawJson)| {
        let padding = " ".repeat(width - name.width() + GAP);
        format!("{}{padding}{}\n", printable(name), printable(&cell(value))).replace(&format!("{padding}\n"), "\n")
    };
    properties.iter().map(line).collect()
}

/// A line for each record, and the number of columns for which the terminal is too narrow. Columns without values are omitted,
/// unless they are chosen.
pub(super) fn records(rows: &[Vec<(String, String)>], columns: &Columns, terminal: Option<usize>) -> (String, usize) {
    let rows: Vec<IndexMap<&str, String>> =
        rows.iter().map(|row| row.iter().map(|(name, cell)| (name.as_str(), printable(cell))).collect()).collect();
    let found = rows.iter().flat_map(|row| row.keys().copied());
    let mut names: Vec<&str> = columns.names().iter().map(String::as_str).collect();
    if !columns.are_chosen() {
        let mut all: indexmap::IndexSet<_> = names.iter().copied().collect();
        all.extend(found);
        let has_value = |name: &&str| rows.iter().any(|row| row.get(*name).is_some_and(|cell| !cell.is_empty()));
        names = all.into_iter().filter(has_value).collect();
    }
    let empty = String::new();
    let content = |name: &str| {
        rows.iter().map(|row| row.get(name).unwrap_or(&empty).width()).max().unwrap_or(0).max(name.width())
    };
    let (shown, widths) = fit(&names, content, terminal);
    let mut lines = String::new();
    let header: Vec<_> = names.iter().take(shown).map(|name| name.to_uppercase()).collect();
    push_line(&mut lines, header.iter().map(String::as_str), &widths);
    for row in &rows {
        push_line(&mut lines, names.iter().take(shown).map(|name| row.get(name).unwrap_or(&empty).as_str()), &widths);
    }
    (lines, names.len() - shown)
}

/// How many columns are shown, and how wide each is.
fn fit(names: &[&str], content: impl Fn(&str) -> usize, terminal: Option<usize>) -> (usize, Vec<usize>) {
    let widths: Vec<_> = names.iter().map(|name| content(name)).collect();
    let Some(terminal) = terminal else { return (names.len(), widths) };
    let total = |widths: &[usize]| widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1);
    if total(&widths) <= terminal {
        return (names.len(), widths);
    }
    let narrow: Vec<_> = widths.iter().map(|width| (*width).min(ENOUGH)).collect();
    let shown = (1..=narrow.len()).rev().find(|count| total(&narrow[..*count]) <= terminal).unwrap_or(1);
    let mut fitted = narrow.get(..shown).unwrap_or_default().to_vec();
    // What remains is for the columns that were narrowed, from the left.
    for (index, full) in widths.iter().take(shown).enumerate() {
        let remains = terminal.saturating_sub(total(&fitted));
        fitted[index] += remains.min(full - fitted[index]);
    }
    if let [only] = fitted.as_mut_slice() {
        *only = (*only).min(terminal);
    }
    (shown, fitted)
}

fn push_line<'a>(lines: &mut String, cells: impl Iterator<Item = &'a str>, widths: &[usize]) {
    let mut line = String::new();
    for (cell, width) in cells.zip(widths) {
        let cell = cut(cell, *width);
        let padding = width.saturating_sub(cell.width()) + GAP;
        line.push_str(&cell);
        line.extend(std::iter::repeat_n(' ', padding));
    }
    lines.push_str(line.trim_end());
    lines.push('\n');
}

/// Cuts a text that is too wide, with an ellipsis. A vowel or tone above a letter stays with it.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let (mut cut, mut taken) = (String::new(), 0);
    for character in text.chars() {
        taken += character.width().unwrap_or(0);
        if taken + 1 > width {
            break;
        }
        cut.push(character);
    }
    cut + "\u{2026}"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(terminal: Option<usize>) -> (String, usize) {
        let row = |cells: &[(&str, &str)]| {
            cells.iter().map(|(name, cell)| ((*name).to_owned(), (*cell).to_owned())).collect()
        };
        let rows = [
            row(&[("code", "A001"), ("name", "ปากกาลูกลื่นสีน้ำเงิน"), ("unit", "ด้าม"), ("none", "")]),
            row(&[("code", "A2"), ("name", "Pen\u{1b}[31m"), ("extra", "x")]),
        ];
        records(&rows, &Columns::new(Vec::new(), vec!["unit".to_owned(), "code".to_owned()]), terminal)
    }

    #[test]
    fn thai_text_aligns() {
        let (lines, omitted) = table(None);
        assert_eq!(omitted, 0);
        assert_eq!(
            lines,
            "UNIT  CODE  NAME             EXTRA\nด้าม   A001  ปากกาลูกลื่นสีน้ำเงิน\n      A2    Pen\u{fffd}[31m         x\n"
        );
    }

    #[test]
    fn a_table_is_as_wide_as_the_terminal() {
        for terminal in 1..60 {
            let (lines, omitted) = table(Some(terminal));
            assert!(lines.lines().all(|line| line.width() <= terminal), "{terminal}: {lines}");
            assert!(omitted < 4);
        }
        assert_eq!((cut("ปากกาลูกลื่น", 7), cut("ปากกา", 5)), ("ปากกาลู…".to_owned(), "ปากกา".to_owned()));
    }
}
