//! The changelog's entries about the spec, built from the diff. They are between marks, below the entries written by hand.
//! Only the text between the marks is replaced.

use super::change::{Change, Class, Section};
use super::report::Report;

const MARKS: [&str; 2] = ["<!-- spec: built by `cargo xtask changelog` -->", "<!-- /spec -->"];
/// The headings, in the order of a changelog.
const SECTIONS: [(Section, &str); 3] =
    [(Section::Added, "Added"), (Section::Changed, "Changed"), (Section::Removed, "Removed")];
const UNRELEASED: &str = "## Unreleased";

/// Returns `changelog` with the entries of `report`. `None` if it has no `## Unreleased`, or only one mark of a pair.
pub fn update(changelog: &str, report: &Report) -> Option<String> {
    let start = changelog.find(UNRELEASED)? + UNRELEASED.len();
    let end = changelog[start..].find("\n## ").map_or(changelog.len(), |found| start + found + 1);
    let mut part = without_blocks(&changelog[start..end])?;
    for (section, heading) in SECTIONS {
        let of_section = |change: &&Change| change.class != Class::DocsOnly && change.section == section;
        let entries: String = report.changes.iter().filter(of_section).map(entry).collect();
        if !entries.is_empty() {
            part = with_block(&part, heading, &entries);
        }
    }
    let part = part.trim_end();
    let rest = &changelog[end..];
    let gap = if rest.is_empty() { "\n" } else { "\n\n" };
    Some(format!("{}{part}{gap}{rest}", &changelog[..start]))
}

fn entry(change: &Change) -> String {
    let breaking = if change.class == Class::Breaking { "**Breaking:** " } else { "" };
    let values = change.details.iter().find_map(|detail| match (&detail.old, &detail.new) {
        (Some(old), Some(new)) => Some(format!(" (`{old}` → `{new}`)")),
        _ => None,
    });
    format!("- {breaking}{}: {}{}\n", change.product, change.headline, values.unwrap_or_default())
}

/// Removes the entries built before, and the headings that are then empty.
fn without_blocks(part: &str) -> Option<String> {
    let mut text = part.to_owned();
    while let Some(from) = text.find(MARKS[0]) {
        let to = from + text[from..].find(MARKS[1])? + MARKS[1].len();
        let before = text[..from].trim_end().to_owned();
        let before = match before.rsplit_once('\n') {
            Some((head, last)) if SECTIONS.iter().any(|(_, heading)| last == format!("### {heading}")) => {
                head.trim_end()
            }
            _ => &before,
        };
        text = format!("{before}\n\n{}", text[to..].trim_start());
    }
    Some(text)
}

fn with_block(part: &str, section: &str, entries: &str) -> String {
    let block = format!("{}\n{entries}{}\n", MARKS[0], MARKS[1]);
    let heading = format!("\n### {section}\n");
    let Some(found) = part.find(&heading) else {
        return format!("{}\n{heading}\n{block}", part.trim_end());
    };
    let from = found + heading.len();
    let to = part[from..].find("\n### ").map_or(part.len(), |next| from + next);
    format!("{}\n\n{block}{}", part[..to].trim_end(), &part[to..])
}
