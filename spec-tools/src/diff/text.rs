//! The report as text for a terminal.

use super::{Change, ChangeLocation, Detail, Report};

pub(super) fn render(report: &Report) -> String {
    let mut text = format!("{}, compared with {}\n{}\n", report.summary(), report.base, report.step().replace('`', ""));
    for note in &report.notes {
        text.push_str(&format!("note: {note}\n"));
    }
    for (product, groups) in report.groups() {
        text.push_str(&format!("\n{product}\n"));
        for (operations, changes) in groups {
            text.push_str(&format!("  {operations}\n"));
            for change in changes {
                text.push_str(&entry(change));
            }
        }
    }
    text
}

fn entry(change: &Change) -> String {
    let mut text = format!("    {:<9}  {}\n", change.class.to_string(), change.headline);
    let mut line = |line: String| text.push_str(&format!("    {:<9}  {line}\n", ""));
    for detail in change.details.iter().filter(|detail| has_values(detail)) {
        let [old, new] = [&detail.old, &detail.new].map(|value| value.as_deref().unwrap_or("–"));
        let what = if change.details.len() > 1 && !change.headline.ends_with(&format!(": {}", detail.what)) {
            format!("{}: ", detail.what)
        } else {
            String::new()
        };
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

pub(super) fn has_values(detail: &Detail) -> bool {
    detail.old.is_some() || detail.new.is_some()
}

pub(super) fn shown(location: &ChangeLocation) -> String {
    format!("{}:{}{}", location.file, location.line, if location.at_base { " of the base" } else { "" })
}
