//! The report as a comment on a pull request, in Markdown.

use super::change::{Change, Class};
use super::report::Report;
use super::text::shown;
use super::words;

/// The line by which the workflow finds its own comment.
pub(super) const MARKER: &str = "<!-- gofive-spec-diff -->";
/// The limit of a report. GitHub refuses a comment above 65,536 characters.
const LIMIT: usize = 60_000;
/// The number of docs-only changes of a product above which they are folded.
const UNFOLDED: usize = 3;

pub(super) fn render(report: &Report) -> String {
    let mut text = format!("{MARKER}\n## Spec: {}\n\n{}\n", words::summary(report), words::step(report, "`"));
    text.push_str(&format!("Compared with {}.\n", report.base));
    for note in &report.notes {
        text.push_str(&format!("\n> {note}\n"));
    }
    let mut omitted = 0;
    let mut add = |text: &mut String, piece: &str, entries: usize| {
        if text.len() + piece.len() > LIMIT {
            omitted += entries;
        } else {
            text.push_str(piece);
        }
    };
    for (product, groups) in report.groups() {
        add(&mut text, &format!("\n### {product}\n"), 0);
        let (mut docs, mut documented) = (String::new(), 0);
        for group in groups {
            let (weighty, light): (Vec<_>, Vec<_>) =
                group.changes.into_iter().partition(|change| change.class != Class::DocsOnly);
            let title = format!("\n**{}**\n\n", words::operations(group.operations).replace('_', "\\_"));
            for (entries, folded) in [(weighty, false), (light, true)] {
                if entries.is_empty() {
                    continue;
                }
                let list: String = entries.iter().map(|change| entry(change)).collect();
                if folded {
                    documented += entries.len();
                    docs.push_str(&format!("{title}{list}"));
                } else {
                    add(&mut text, &format!("{title}{list}"), entries.len());
                }
            }
        }
        if documented > UNFOLDED {
            docs = format!("\n<details><summary>Docs only: {documented}</summary>\n{docs}\n</details>\n");
        }
        add(&mut text, &docs, documented);
    }
    if omitted > 0 {
        text.push_str(&format!("\n**{omitted} more changes** are omitted here: `cargo xtask diff` shows all.\n"));
    }
    text
}

fn entry(change: &Change) -> String {
    let sign = match change.class {
        Class::Breaking => "🔴",
        Class::Additive => "🟢",
        Class::DocsOnly => "📝",
    };
    let mut text = format!("- {sign} **{}** {}", change.class, change.headline);
    if let Some(location) = &change.location {
        text.push_str(&format!(" ({})", shown(location)));
    }
    text.push('\n');
    for detail in change.details.iter().filter(|detail| detail.has_values()) {
        let [old, new] = [&detail.old, &detail.new].map(|value| value.as_deref().map_or("–".to_owned(), code));
        let what = if detail.labelled { format!("{}: ", detail.what) } else { String::new() };
        // A new value needs no arrow if its name says that it is new.
        let from = if detail.old.is_none() && !what.is_empty() { String::new() } else { format!("{old} → ") };
        text.push_str(&format!("  - {what}{from}{new}\n"));
    }
    for effect in &change.breaks {
        text.push_str(&format!("  - breaks {}: {}\n", effect.whom, effect.why));
    }
    text
}

/// The text as code, so that Markdown finds no mention, link or HTML in it.
fn code(text: &str) -> String {
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let blank = if longest > 0 { " " } else { "" };
    format!("{fence}{blank}{}{blank}{fence}", text.replace('\n', " "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::change::{Detail, Section};

    #[test]
    fn backticks_and_mentions_stay_code() {
        assert_eq!(code("@all <b>"), "`@all <b>`");
        assert_eq!(code("a `b` c"), "`` a `b` c ``");
    }

    #[test]
    fn a_long_report_is_cut_with_a_note() {
        let change = |operation: usize| Change {
            product: "venio".into(),
            operations: vec![operation.to_string()],
            direction: "request".into(),
            class: Class::Additive,
            section: Section::Added,
            headline: "x".repeat(200),
            details: vec![Detail { what: "added".into(), old: None, new: None, labelled: false }],
            breaks: Vec::new(),
            location: None,
        };
        let changes = (0..1_000).map(change).collect();
        let report =
            Report { base: "main".into(), class: Some(Class::Additive), version: None, notes: Vec::new(), changes };
        let text = render(&report);
        assert!(text.len() < 65_536, "{}", text.len());
        assert!(text.starts_with(MARKER) && text.ends_with("`cargo xtask diff` shows all.\n"));
    }
}
