//! The pages of the website, in Markdown. tests/website/ opens the HTML in a browser.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use spec_tools::Sources;
use spec_tools::website::Surroundings;

use crate::frozen::{committed, edit, edit_everywhere, edited, frozen};
use crate::{snapshot, workspace};

const CASE: &str = "venio/case.yaml";

/// The pages that the menu names, beside those of `docs/`.
const GUIDES: [&str; 11] = [
    "gofive-cli/README.md",
    "gofive-sandbox/README.md",
    "openapi/COVERAGE.md",
    "openapi/README.md",
    "ARCHITECTURE.md",
    "BENCHMARKS.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "docs/portal.md",
    "docs/promises.md",
];

/// A repository with a spec, in which each guide is a heading.
fn repository(mut sources: Sources) -> Sources {
    for file in GUIDES {
        if sources.text(file).is_err() {
            sources.write(file, format!("# Page {file}\n"));
        }
    }
    sources
}

/// Whether a file of the website is a page.
pub(crate) fn is_markdown(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "md")
}

fn build(sources: &Sources) -> Result<BTreeMap<String, String>, String> {
    let surroundings = Surroundings {
        command: &|product, operation| Ok(format!("gofive {product} {}", operation.id)),
        exists: &|path| sources.text(path).is_ok() || workspace().join(path).exists(),
    };
    let output = spec_tools::website(sources, &surroundings).map_err(|error| format!("{error:#}"))?;
    Ok(output.files.into_iter().map(|(path, text)| (path.display().to_string().replace('\\', "/"), text)).collect())
}

/// The pages of the website for a spec.
pub(crate) fn pages(sources: &Sources) -> BTreeMap<String, String> {
    build(&repository(sources.clone())).unwrap_or_else(|error| panic!("{error}"))
}

/// The findings about a README, which is the first page.
fn findings(readme: &str) -> String {
    let mut sources = repository(frozen());
    sources.write("README.md", readme);
    sources.write("docs/a.md", "# A page\n\n## Why `so`\n\n## Why `so`\n");
    sources.write("src/lib.rs", "");
    build(&sources).map_or_else(|error| error, |pages| pages["index.md"].clone())
}

#[test]
fn the_page_about_evidence_explains_every_grade() {
    let page = fs::read_to_string(workspace().join("gofive-api/docs/evidence.md")).unwrap();
    for grade in gofive_spec::Grade::ALL.map(spec_tools::wording::grade) {
        assert!(page.contains(&format!("\n| {grade} |")), "{grade}");
    }
}

#[test]
fn a_page_has_everything_that_is_known_of_an_operation() {
    let mut sources = frozen();
    edit(&mut sources, CASE, "enum: [1, 2]", "enum: [1, 2]\n      x-gofive-value-evidence: {wire: [2]}");
    let pages = pages(&sources);
    snapshot("website", "add_case", &pages["reference/venio/case/add_case.md"]);
    snapshot("website", "enquire_employees", &pages["reference/venio/employee/enquire_employees.md"]);
    snapshot("website", "get_quotation", &pages["reference/venio/quotation/get_quotation.md"]);
    snapshot("website", "chat_message", &pages["reference/venio/webhooks/receive_chat_message.md"]);
}

#[test]
fn a_page_names_the_root_of_the_response() {
    let pages = pages(&frozen());
    let page = &pages["reference/venio/product/get_product_units.md"];
    assert!(page.contains("The payload is at the first of these that the response has: `/data`, the root."), "{page}");
}

#[test]
fn the_menu_has_every_page() {
    let mut sources = repository(frozen());
    sources.write("docs/guide.md", "# A guide to `all`\n");
    sources.write("docs/decisions/001-a.md", "# We decided\n");
    let pages = build(&sources).unwrap();
    snapshot("website", "summary", &pages["SUMMARY.md"]);
    for page in pages.keys().filter(|page| is_markdown(page) && *page != "SUMMARY.md") {
        assert!(pages["SUMMARY.md"].contains(&format!("({page})")), "{page}");
    }
}

#[test]
fn a_draft_that_nobody_has_reviewed_is_marked() {
    let mut sources = frozen();
    edit(&mut sources, CASE, "operationId: add_case", "operationId: add_case\n      x-gofive-reviewed: false");
    let pages = pages(&sources);
    assert!(pages["reference/venio/case/add_case.md"].contains("> **Not reviewed.**"));
    assert!(pages["reference/venio/case/index.md"].contains("](add_case.md), **not reviewed** |"));
    assert!(!pages["reference/venio/case/edit_case.md"].contains("Not reviewed"));
}

#[test]
fn a_link_leads_to_the_page_of_the_website() {
    for (link, expected) in [
        ("[a](docs/a.md)", "[a](docs/a.md)"),
        ("[*a*](docs/a.md#why-so-1)", "[*a*](docs/a.md#why-so-1)"),
        ("[the command](gofive-cli/README.md)", "[the command](gofive-cli/index.md)"),
        ("[changes](CHANGELOG.md)", "[changes](changelog.md)"),
        ("[here](#title)", "[here](#title)"),
        ("<https://example.org/a.md>", "<https://example.org/a.md>"),
        ("`[code](not/a/link)`", "`[code](not/a/link)`"),
        // The repository has no address, so that a file of it is text.
        ("see [`lib.rs`](src/lib.rs).", "see `lib.rs`."),
    ] {
        assert_eq!(findings(&format!("# Title\n\n{link}\n")), format!("# Title\n\n{expected}\n"));
    }
}

#[test]
fn a_link_leads_into_the_repository_if_that_has_an_address() {
    let mut sources = repository(frozen());
    sources.write("Cargo.toml", "[workspace.package]\nversion = \"1.2.3\"\nrepository = \"https://example.org/g\"\n");
    sources.write("docs/a.md", "# A\n\n[source](../src/lib.rs#L3), [logs](../gofive-api/docs/logging.md#fields)\n");
    sources.write("src/lib.rs", "");
    sources.write("gofive-api/docs/logging.md", "");
    let page = &build(&sources).unwrap()["docs/a.md"];
    assert!(page.contains("[source](https://example.org/g/blob/HEAD/src/lib.rs#L3)"), "{page}");
    assert!(page.contains("[logs](../rust/gofive_api/logging/index.html#fields)"), "{page}");
}

#[test]
fn a_link_that_leads_nowhere_is_a_finding_with_its_line() {
    for (link, problem) in [
        ("[a](docs/b.md)", "the link leads to docs/b.md, which does not exist"),
        ("[a](/etc/passwd)", "the link leads to /etc/passwd, which does not exist"),
        ("[a](../../x.md)", "the link leads to ../../x.md, which does not exist"),
        ("[a](docs/a.md#other)", "docs/a.md has no heading `#other`"),
        ("[a](#other)", "README.md has no heading `#other`"),
        ("[a][b]\n\n[b]: docs/a.md", "the link `[a][b]` is not understood"),
        ("[a](docs/a.md \"title\")", "the link `[a](docs/a.md \"title\")` is not understood"),
        ("![a](docs/a.md)", "the link `![a](docs/a.md)` is not understood"),
    ] {
        let error = findings(&format!("# Title\n\nThis is {link}\n"));
        assert!(error.starts_with(&format!("README.md:3:9: {problem} [link]\n")), "{link}: {error}");
        assert!(error.ends_with("1 finding\nNothing was built."), "{error}");
    }
}

#[test]
fn every_link_of_the_repository_leads_somewhere() {
    let pages = pages(&committed());
    let contributing = &pages["contributing.md"];
    assert!(
        contributing.contains("](docs/portal.md)")
            && pages["index.md"].contains("](rust/gofive_api/logging/index.html)")
    );
}

#[test]
fn all_broken_links_are_found_in_one_run() {
    let error = findings("# Title\n\n[a](b.md)\n\n[c](d.md)\n");
    assert!(error.contains("README.md:3:1") && error.contains("README.md:5:1"), "{error}");
}

#[test]
fn a_page_without_a_heading_is_an_error() {
    assert_eq!(findings("No heading\n"), "README.md has no heading: begin it with `# Title`");
}

#[test]
fn two_pages_with_the_same_path_are_an_error() {
    let group = |name: &str| {
        let mut sources = edited("venio/openapi.yaml", "name: Deal\n", &format!("name: {name}\n"));
        edit(&mut sources, "venio/deal.yaml", "tags: [Deal]", &format!("tags: [{name}]"));
        edit_everywhere(&mut sources, "venio/portal.yaml", "group: Deal", &format!("group: {name}"));
        build(&repository(sources)).unwrap_err()
    };
    for (name, other) in [("case", "the group `Case` of venio"), ("'***'", "the product venio")] {
        let name_of_group = name.trim_matches('\'');
        let error = group(name);
        let start = format!(
            "{other} and the group `{name_of_group}` of venio have the same path on the website, reference/venio/"
        );
        assert!(error.starts_with(&start) && error.ends_with("rename one of them\nNothing was built."), "{error}");
    }
}

#[test]
fn a_spec_with_findings_builds_no_pages() {
    let edited = edited(CASE, "x-gofive-idempotency: non-idempotent", "x-gofive-idempotency: maybe");
    let error = build(&repository(edited)).unwrap_err();
    assert!(
        error.contains("openapi/venio/case.yaml:") && error.contains("not one of safe, idempotent, non-idempotent"),
        "{error}"
    );
}

#[test]
fn no_text_of_the_spec_ends_its_block_or_sets_the_anchor_of_its_heading() {
    let hostile = "</span><script>alert(1)</script> [a](http://b) {#anchor}";
    let pages = pages(&edited(CASE, "summary: Open a case", &format!("summary: '{hostile}'")));
    for path in ["reference/venio/case/add_case.md", "reference/venio/case/index.md", "SUMMARY.md"] {
        assert!(!pages[path].contains("<script>"), "{path}");
    }
    assert!(!pages["reference/venio/case/add_case.md"].contains("{#anchor}\n"));
    let note = edited(CASE, "note: description", "note: \"```\\n\\n# No heading\"");
    let page = &self::pages(&note)["reference/venio/case/add_case.md"];
    assert!(!page.lines().any(|line| line == "# No heading"), "{page}");
}
