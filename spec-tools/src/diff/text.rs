//! The report as text for a terminal.

use super::change::{Change, ChangeLocation};
use super::report::Report;
use super::words;

pub(super) fn render(report: &Report) -> String {
    let mut text = format!("{}, compared with {}\n{}\n", words::summary(report), report.base, words::step(report, ""));
    for note in &report.notes {
        text.push_str(&format!("note: {note}\n"));
    }
    for (product, groups) in report.groups() {
        text.push_str(&format!("\n{product}\n"));
        for group in groups {
            text.push_str(&format!("  {}\n", words::operations(group.operations)));
            for change in group.changes {
                text.push_str(&entry(change));
            }
        }
    }
    text
}

fn entry(change: &Change) -> String {
    let mut text = format!("    {:<9}  {}\n", change.class.to_string(), change.headline);
    let mut line = |line: String| text.push_str(&format!("    {:<9}  {line}\n", ""));
    for detail in change.details.iter().filter(|detail| detail.has_values()) {
        let [old, new] = [&detail.old, &detail.new].map(|value| value.as_deref().unwrap_or("–"));
        let what = if detail.labelled { format!("{}: ", detail.what) } else { String::new() };
        line(format!("{what}{old} → {new}"));
    }
    for effect in &change.breaks {
        line(format!("{}: {}", effect.whom, effect.why));
    }
    if let Some(location) = &change.location {
        line(shown(location));
    }
    text
}

pub(super) fn shown(location: &ChangeLocation) -> String {
    format!("{}:{}{}", location.file, location.line, if location.at_base { " of the base" } else { "" })
}
