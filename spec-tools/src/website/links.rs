//! The links of the pages of the repository, checked, and rewritten for the website.

use std::collections::{BTreeMap, BTreeSet};

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::outline::{Guide, Outline};
use super::path::{RUST, relative, target};
use crate::finding::{Finding, Location};
use crate::readme;

/// Pages of the repository that are modules in the documentation of the client.
const MODULES: &str = "gofive-api/docs/";

/// Where links lead.
pub(super) struct Site<'a> {
    /// The pages of the website by their path in the repository, with the anchors of their headings.
    pages: BTreeMap<&'a str, (&'a str, BTreeSet<String>)>,
    /// The address of the repository; empty as long as it has none.
    repository: &'a str,
    exists: &'a dyn Fn(&str) -> bool,
}

impl<'a> Site<'a> {
    pub(super) fn new(outline: &'a Outline<'_>, repository: &'a str, exists: &'a dyn Fn(&str) -> bool) -> Self {
        let pages = outline.guides().map(|guide| (guide.file.as_str(), (guide.page.as_str(), anchors(guide.text))));
        Self { pages: pages.collect(), repository, exists }
    }

    /// A page with the links of the website.
    ///
    /// # Errors
    /// All links that lead nowhere, or that have another form than `[text](path)`.
    pub(super) fn page(&self, guide: &Guide<'_>) -> Result<String, Vec<Finding>> {
        let mut written = String::new();
        let mut copied = 0;
        let mut findings = Vec::new();
        for (link, range) in readme::links(guide.text) {
            let source = &guide.text[range.clone()];
            let rewritten = self.destination(guide, &link).and_then(|destination| {
                let end = format!("]({link})");
                match source.strip_suffix(&end).and_then(|start| start.strip_prefix('[')) {
                    Some(text) => Ok(destination.map_or(text.to_owned(), |to| format!("[{text}]({to})"))),
                    None => {
                        Err((format!("the link `{source}` is not understood"), format!("write it as [text]({link})")))
                    }
                }
            });
            match rewritten {
                Ok(text) => {
                    written.push_str(&guide.text[copied..range.start]);
                    written.push_str(&text);
                    copied = range.end;
                }
                Err((problem, hint)) => {
                    findings.push(Finding { at: location(guide, range.start), rule: "link", problem, hint });
                }
            }
        }
        written.push_str(&guide.text[copied..]);
        if findings.is_empty() { Ok(written) } else { Err(findings) }
    }

    /// Where a link leads on the website; `None` if it leads to a file of the repository, which has no address. An error is a
    /// problem and a hint.
    fn destination(&self, guide: &Guide<'_>, link: &str) -> Result<Option<String>, (String, String)> {
        let (path, anchor) = link.split_once('#').map_or((link, None), |(path, anchor)| (path, Some(anchor)));
        let file = if path.is_empty() { Some(guide.file.clone()) } else { target(&guide.file, path) };
        let Some(file) = file.filter(|file| !path.starts_with('/') && (self.exists)(file)) else {
            return Err((format!("the link leads to {path}, which does not exist"), "fix the path".into()));
        };
        let fragment = anchor.map(|anchor| format!("#{anchor}")).unwrap_or_default();
        if let Some((page, anchors)) = self.pages.get(file.as_str()) {
            if let Some(anchor) = anchor.filter(|anchor| !anchors.contains(*anchor)) {
                let nearest = anchors.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
                return Err((format!("{file} has no heading `#{anchor}`"), format!("its headings are: {nearest}")));
            }
            let to = if path.is_empty() { String::new() } else { relative(&guide.page, page) };
            return Ok(Some(format!("{to}{fragment}")));
        }
        let module = file.strip_prefix(MODULES).and_then(|name| name.strip_suffix(".md"));
        if let Some(module) = module {
            let to = relative(&guide.page, &format!("{RUST}/gofive_api/{module}/index.html"));
            return Ok(Some(format!("{to}{fragment}")));
        }
        let is_known = !self.repository.is_empty();
        Ok(is_known.then(|| format!("{}/blob/HEAD/{file}{fragment}", self.repository)))
    }
}

fn location(guide: &Guide<'_>, at: usize) -> Location {
    let before = &guide.text[..at];
    let line = before.rsplit_once('\n').map_or(before, |(_, line)| line);
    Location {
        file: guide.file.clone(),
        line: before.matches('\n').count() + 1,
        column: line.chars().count() + 1,
        pointer: String::new(),
    }
}

/// The anchors of the headings of a page, as mdBook names them.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    let mut heading = None::<String>;
    for event in Parser::new(text) {
        match (event, &mut heading) {
            (Event::Start(Tag::Heading { .. }), _) => heading = Some(String::new()),
            (Event::Text(text) | Event::Code(text), Some(heading)) => heading.push_str(&text),
            (Event::End(TagEnd::Heading(_)), _) => {
                let anchor = anchor(&heading.take().unwrap_or_default());
                let numbered = (1..).map(|number| format!("{anchor}-{number}"));
                let free = std::iter::once(anchor.clone()).chain(numbered).find(|one| !anchors.contains(one));
                anchors.extend(free);
            }
            _ => {}
        }
    }
    anchors
}

fn anchor(heading: &str) -> String {
    let heading = heading.trim().to_lowercase();
    let kept = heading.chars().filter_map(|character| match character {
        '_' | '-' => Some(character),
        _ if character.is_alphanumeric() => Some(character),
        _ if character.is_whitespace() => Some('-'),
        _ => None,
    });
    kept.collect()
}
