//! Which pages the website has, and their order in the menu.

use anyhow::{Context as _, Result};
use gofive_spec::{Api, Operation};
use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

use crate::bundle::Bundle;
use crate::sources::Sources;
use crate::wording::line;

/// The first page.
const FIRST: &str = "README.md";

/// The guides that are not in `docs/`. Those that are follow, by their names.
const GUIDES: [&str; 2] = ["gofive-cli/README.md", "gofive-sandbox/README.md"];

/// The coverage of the portal, which is part of the reference.
const COVERAGE: &str = "openapi/COVERAGE.md";

/// The pages about the project. Those of `docs/decisions/` follow.
const PROJECT: [&str; 8] = [
    "CHANGELOG.md",
    "SECURITY.md",
    "BENCHMARKS.md",
    "docs/promises.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "openapi/README.md",
    "docs/portal.md",
];

const DECISIONS: &str = "docs/decisions";

/// A page of the repository that is a page of the website, too.
#[derive(Debug)]
pub(super) struct Guide<'a> {
    /// Its path in the repository: `docs/testing.md`.
    pub(super) file: String,
    /// Its path on the website: `docs/testing.md`.
    pub(super) page: String,
    pub(super) text: &'a str,
    /// Its heading.
    pub(super) title: String,
}

/// The pages in the order of the menu, by part.
#[derive(Debug)]
pub(super) struct Outline<'a> {
    first: Guide<'a>,
    guides: Vec<Guide<'a>>,
    coverage: Vec<Guide<'a>>,
    project: Vec<Guide<'a>>,
    decisions: Vec<Guide<'a>>,
    /// The lines of the menu for the products.
    products: String,
}

/// The operations of a group, or the webhooks.
#[derive(Debug)]
pub(super) struct Group<'a> {
    pub(super) name: &'a str,
    pub(super) description: &'a str,
    /// Its folder on the website.
    pub(super) slug: String,
    pub(super) operations: Vec<&'a Operation>,
}

/// The title of the page of an operation: a draft may have no summary yet.
pub(super) fn title(operation: &Operation) -> &str {
    if operation.summary.is_empty() { &operation.id } else { &operation.summary }
}

/// The groups of a product that have operations, in the order of the portal, and its webhooks.
pub(super) fn groups(api: &Api) -> Vec<Group<'_>> {
    let of = |name: &str| api.operations.iter().filter(|operation| operation.group == name).collect::<Vec<_>>();
    let mut groups: Vec<_> = api
        .groups
        .iter()
        .map(|one| Group {
            name: &one.name,
            description: &one.description,
            slug: slug(&one.name),
            operations: of(&one.name),
        })
        .filter(|group| !group.operations.is_empty())
        .collect();
    if !api.webhooks.is_empty() {
        groups.push(Group {
            name: "Webhooks",
            description: "Requests that the API sends to your server. No signature is documented.",
            slug: "webhooks".to_owned(),
            operations: api.webhooks.iter().collect(),
        });
    }
    groups
}

impl<'a> Outline<'a> {
    /// # Errors
    /// If a page that the menu names is missing, or has no heading.
    pub(super) fn of(sources: &'a Sources, bundles: &[Bundle]) -> Result<Self> {
        let all = |files: &[&str]| files.iter().map(|file| guide(sources, file)).collect::<Result<Vec<_>>>();
        let is_page = |path: &&str| path.rsplit('.').next() == Some("md") && !PROJECT.contains(path);
        let docs: Vec<_> = sources.below("docs").filter(is_page).collect();
        let (decisions, docs): (Vec<_>, Vec<_>) = docs.into_iter().partition(|path| path.starts_with(DECISIONS));
        let mut guides = all(&GUIDES)?;
        guides.extend(all(&docs)?);
        Ok(Self {
            first: guide(sources, FIRST)?,
            guides,
            coverage: all(&[COVERAGE])?,
            project: all(&PROJECT)?,
            decisions: all(&decisions)?,
            products: bundles.iter().map(product).collect(),
        })
    }

    /// The pages of the repository.
    pub(super) fn guides(&self) -> impl Iterator<Item = &Guide<'a>> {
        let first = std::iter::once(&self.first);
        first.chain(&self.guides).chain(&self.coverage).chain(&self.project).chain(&self.decisions)
    }

    /// The menu, in the format of mdBook.
    pub(super) fn summary(&self) -> String {
        let list = |guides: &[Guide<'_>], indent: &str| -> String {
            guides.iter().map(|guide| item(indent, &guide.title, &guide.page)).collect()
        };
        format!(
            "# Summary\n\n[{}]({})\n\n# Guides\n\n{}\n# Reference\n\n{}{}{}{}\n# Project\n\n{}- [Decisions]()\n{}",
            line(&self.first.title),
            self.first.page,
            list(&self.guides, ""),
            item("", "Start", "reference/index.md"),
            self.products,
            item("", "Rust", "reference/rust.md"),
            list(&self.coverage, ""),
            list(&self.project, ""),
            list(&self.decisions, "  "),
        )
    }
}

fn item(indent: &str, title: &str, page: &str) -> String {
    format!("{indent}- [{}]({page})\n", line(title))
}

/// The part of the menu about a product.
fn product(bundle: &Bundle) -> String {
    let folder = format!("reference/{}", bundle.product);
    let mut items = item("", &bundle.written.api.info.title, &format!("{folder}/index.md"));
    for group in groups(&bundle.written.api) {
        items.push_str(&item("  ", group.name, &format!("{folder}/{}/index.md", group.slug)));
        for operation in group.operations {
            let page = format!("{folder}/{}/{}.md", group.slug, operation.id);
            items.push_str(&item("    ", title(operation), &page));
        }
    }
    items
}

fn guide<'a>(sources: &'a Sources, file: &str) -> Result<Guide<'a>> {
    let text = sources.text(file)?;
    let title = heading(text).with_context(|| format!("{file} has no heading: begin it with `# Title`"))?;
    let page = match file.strip_suffix("README.md") {
        Some(folder) => format!("{folder}index.md"),
        None => file.to_lowercase(),
    };
    Ok(Guide { file: file.to_owned(), page, text, title })
}

/// The text of the first heading.
fn heading(text: &str) -> Option<String> {
    let mut title = None::<String>;
    for event in Parser::new(text) {
        match (event, &mut title) {
            (Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }), None) => title = Some(String::new()),
            (Event::End(TagEnd::Heading(_)), Some(_)) => break,
            (Event::Text(text) | Event::Code(text), Some(title)) => title.push_str(&text),
            _ => {}
        }
    }
    title
}

/// A name as part of a path.
fn slug(name: &str) -> String {
    let dashed: String = name
        .chars()
        .map(|character| if character.is_alphanumeric() { character.to_ascii_lowercase() } else { '-' })
        .collect();
    dashed.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}
