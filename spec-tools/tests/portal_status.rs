//! `cargo xtask portal status` on the local portal: what differs from the ledgers, and what has changed since the last look.

use std::sync::LazyLock;

use serde_json::json;
use spec_tools::Sources;
use spec_tools::portal::{Missing, Portal, Status, What, status};

use crate::frozen::committed;
use crate::local_portal::LocalPortal;
use crate::snapshot;

const TODAY: &str = "2026-11-27";

fn status_of(sources: &Sources, portal: &LocalPortal) -> Status {
    let mut read = Portal::default();
    for (name, text) in portal.files("https://developer.gofive.co.th") {
        read.read(&name, text.as_bytes()).unwrap();
    }
    status(sources, &read, Vec::new(), TODAY).unwrap()
}

/// The whole portal, and sources that know all of it: the ledgers have all numbers, and every page was seen.
fn known() -> (LocalPortal, Sources) {
    static KNOWN: LazyLock<(LocalPortal, Sources)> = LazyLock::new(|| {
        let (portal, mut sources) = (LocalPortal::whole(&committed()), committed());
        record(&mut sources, &portal);
        (portal, sources)
    });
    KNOWN.clone()
}

fn record(sources: &mut Sources, portal: &LocalPortal) {
    for edited in status_of(sources, portal).record(sources).unwrap() {
        sources.write(&edited.file, edited.text);
    }
}

/// The numbers are noted in the ledgers and in the operations, which still agree.
#[test]
fn a_portal_that_is_known_is_quiet() {
    let before = status_of(&committed(), &LocalPortal::whole(&committed()));
    let differs = |difference: &spec_tools::portal::Difference| difference.what != What::NumberLearnt;
    assert!(before.differences.len() > 50 && !before.differences.iter().any(differs), "{:#?}", before.differences);
    let (portal, sources) = known();
    assert_eq!(spec_tools::check(&sources).unwrap().findings, []);
    let status = status_of(&sources, &portal);
    assert_eq!(
        (status.differences.as_slice(), status.missing.as_slice(), status.unseen),
        ([].as_slice(), [].as_slice(), 0)
    );
    assert!(status.is_quiet() && status.record(&sources).unwrap().is_empty());
    assert_eq!((status.endpoints, status.pages), (portal.pages.len(), portal.pages.len()));
}

#[test]
fn each_change_of_the_portal_is_one_difference() {
    let (mut portal, sources) = known();
    portal.page("Add Case").operation["requestBody"]["content"]["application/json"]["schema"]["properties"]["note"]["type"] =
        json!("integer");
    portal.page("Create Deal").title = "Create a Deal".into();
    portal.page("Get Case Categories").folder = "Chat".into();
    portal.page("Update Product Stock").method = "patch".into();
    portal.page("Get a Expense").number = "api-1".into();
    portal.pages.retain(|page| page.title != "Get Contract Types");
    let mut new = portal.page("Verify Serial Number").clone();
    (new.number, new.title) = ("api-2".into(), "Verify Two Serial Numbers".into());
    portal.pages.push(new);

    let status = status_of(&sources, &portal);
    snapshot("portal", "status-text", &status.words(false));
    snapshot("portal", "status-markdown", &status.words(true));
    snapshot("portal", "status-json", &serde_json::to_string_pretty(&status).unwrap());
    assert!(!status.is_quiet());
}

/// What was seen is noted once, so that the next look is quiet; the day stays as long as the page says the same.
#[test]
fn a_change_that_is_noted_is_not_reported_again() {
    let (mut portal, mut sources) = known();
    portal.page("Add Case").operation["description"] = json!("More words.");
    let changed = status_of(&sources, &portal);
    assert_eq!(changed.differences.len(), 1, "{:?}", changed.differences);
    let before = sources.text("openapi/venio/portal.lock").unwrap().to_owned();
    record(&mut sources, &portal);
    assert!(status_of(&sources, &portal).is_quiet());
    let after = sources.text("openapi/venio/portal.lock").unwrap();
    let differ: Vec<_> = after.lines().filter(|line| !before.contains(line)).collect();
    assert!(matches!(differ[..], [line] if line.starts_with("api-13759273 document 2026-11-27 ")), "{differ:?}");
    assert!(!after.contains("Case") && !after.contains("words"), "{after}");
}

#[test]
fn the_order_and_the_lines_of_a_page_do_not_count_as_a_change() {
    let (mut portal, sources) = known();
    portal.pages.reverse();
    assert!(status_of(&sources, &portal).is_quiet());
}

/// Pages without an index say nothing about the titles that they are not about.
#[test]
fn a_single_page_is_compared_alone() {
    let (mut portal, sources) = known();
    let mut read = Portal::default();
    read.read("page.md", portal.page("Add Case").markdown().as_bytes()).unwrap();
    let status = status(&sources, &read, Vec::new(), TODAY).unwrap();
    assert_eq!((status.endpoints, status.differences.len()), (1, 0), "{:?}", status.differences);
}

#[test]
fn what_could_not_be_fetched_is_listed_and_counts() {
    let (portal, sources) = known();
    let mut read = Portal::default();
    read.read("llms.txt", format!("{}- not a page\n", portal.index("https://developer.gofive.co.th")).as_bytes())
        .unwrap();
    let failed = Missing { location: "https://developer.gofive.co.th/api-1.md".into(), why: "needs a login".into() };
    let status = status(&sources, &read, vec![failed], TODAY).unwrap();
    assert!(status.differences.is_empty() && !status.is_quiet());
    let text = status.words(false);
    assert!(text.contains("- https://developer.gofive.co.th/api-1.md: needs a login\n"), "{text}");
    assert!(text.contains(": `- not a page`: not a line of an index"), "{text}");
}

#[test]
fn nothing_to_look_at_and_a_broken_lock_are_errors() {
    let (portal, mut sources) = known();
    let nothing = status(&sources, &Portal::default(), Vec::new(), TODAY).unwrap_err().to_string();
    assert!(nothing.starts_with("the sources list no endpoint"), "{nothing}");
    sources.write("openapi/venio/portal.lock", "# head\napi-1 2026-11-27\n");
    let mut read = Portal::default();
    read.read("llms.txt", portal.index("https://developer.gofive.co.th").as_bytes()).unwrap();
    let broken = status(&sources, &read, Vec::new(), TODAY).unwrap_err().to_string();
    assert!(broken.starts_with("openapi/venio/portal.lock:2: not a page that was seen"), "{broken}");
}
