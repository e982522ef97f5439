//! Operations against their pages: differences are reported, declared or taken over.

use std::path::PathBuf;

use spec_tools::Sources;
use spec_tools::portal::{Edited, Options, Portal, draft, update, verify};

use crate::frozen::{committed, edit, frozen, text};
use crate::{snapshot, workspace};

/// The ten pages that were made from the portal's tables.
fn samples() -> Portal {
    let folder: PathBuf = workspace().join("spec-tools/tests/pages/markdown");
    let mut portal = Portal::default();
    for (name, bytes) in spec_tools::sources::saved(&folder).unwrap() {
        portal.read(name.rsplit('/').next().unwrap(), &bytes).unwrap();
    }
    assert_eq!((portal.pages.len(), portal.unread.len()), (10, 0));
    portal
}

const EDIT_CASE: &str = include_str!("pages/markdown/api-13759837.md");

/// The page of `edit_case` with edits: each `from` becomes `to`.
fn edited(edits: &[(&str, &str)]) -> Portal {
    // The frozen spec has the example with the names of the table.
    let mut page = EDIT_CASE.replace("customerCode: C000154", "customerNo: C000154");
    for (from, to) in edits {
        assert!(page.contains(from), "the page has no {from:?}");
        page = page.replacen(from, to, 1);
    }
    let mut portal = Portal::default();
    portal.read("page.md", page.as_bytes()).unwrap();
    portal
}

fn differences(sources: &Sources, portal: &Portal) -> Vec<String> {
    let verification = verify(sources, portal, &[]).unwrap();
    assert_eq!(verification.refused, Vec::<String>::new());
    verification.operations.into_iter().flat_map(|one| one.differences).map(|difference| difference.text).collect()
}

/// What is left is explained by the evidence, by an adapted example, or is declared in the ledger with its reason.
#[test]
fn the_sample_pages_say_what_the_spec_says() {
    let verification = verify(&committed(), &samples(), &[]).unwrap();
    assert!(verification.is_quiet(), "{}", verification.report());
    let declared = verification
        .operations
        .iter()
        .flat_map(|one| one.declared.iter().map(move |(text, why)| format!("{}: {text}\n    {why}", one.operation)));
    snapshot("portal", "declared", &declared.collect::<Vec<_>>().join("\n"));
}

/// Edits of the page, and what they are called.
const EDITS: [(&str, &str, &str); 14] = [
    (
        "  /v1/case/{caseNo}:",
        "  /v2/case/{caseNo}:",
        "address: PUT /v2/case/{caseNo} on the page, PUT /v1/case/{caseNo} in the spec",
    ),
    ("    put:", "    patch:", "address: PATCH /v1/case/{caseNo} on the page"),
    ("      - bearer: []\n      x-", "      x-", ""),
    (
        "                note:\n                  type: string\n",
        "",
        "request.note: in the page's example, and not in its table",
    ),
    (
        "                note:\n",
        "                priority:\n                  type: integer\n                note:\n",
        "request.priority: on the page only",
    ),
    (
        "                note:\n                  type: string",
        "                note:\n                  type: integer",
        "request.note: ",
    ),
    ("              - categoryId\n", "", "request.categoryId: not required on the page, required in the spec"),
    (
        "                subject:\n                  type: string",
        "                subject:\n                  type: [string, 'null']",
        "request.subject: nullable on the page",
    ),
    (
        "                subject:\n                  type: string",
        "                subject:\n                  type: string\n                  maxLength: 90",
        "request.subject: maxLength 90 on the page, none in the spec",
    ),
    ("categoryId: 2140016585", "categoryId: 7", "request example: the page's example differs in categoryId"),
    ("        '200':", "        '404': {description: Gone}\n        '200':", "response: status 404 on the page only"),
    ("        '200':", "        '202':", "response: status 200 in the spec only"),
    (
        "      - name: Content-Type",
        "      - {name: notify, in: query, required: false, schema: {type: boolean}}\n      - name: Content-Type",
        "parameter notify: on the page only",
    ),
    ("example: T250200010", "example: T1", "parameter caseNo: the page's example is \"T1\""),
];

#[test]
fn every_kind_of_difference_is_reported() {
    let quiet = differences(&frozen(), &edited(&[]));
    assert_eq!(quiet, Vec::<String>::new());
    for (from, to, expected) in EDITS {
        let found = differences(&frozen(), &edited(&[(from, to)]));
        let is_found = expected.is_empty() == found.is_empty()
            && found.iter().any(|text| text.starts_with(expected)) != expected.is_empty();
        assert!(is_found, "{from:?} → {to:?}: {found:#?}");
    }
}

/// The spec then differs no more, but for what only a person can decide; all other lines stay as they are.
#[test]
fn an_update_takes_over_what_the_page_says() {
    let values = "                level:\n                  type: integer\n                  enum: [1, 2]\n                  x-apidog-enum: [{value: 1, name: High}, {value: 2, name: Low}]\n                note:\n";
    let taken: Vec<_> = EDITS
        .iter()
        .filter(|(.., what)| what.starts_with("request.") || what.starts_with("parameter"))
        .map(|(from, to, _)| (*from, *to))
        .collect();
    let apart = [
        "                note:\n                  type: string\n",
        "                note:\n                  type: string",
        "                note:\n",
    ];
    let mut edits: Vec<_> = taken.iter().copied().filter(|(from, _)| !apart.contains(from)).take(2).collect();
    edits.extend([
        ("                note:\n                  type: string\n", values),
        ("        '200':", "        '404': {description: Gone}\n        '200':"),
    ]);
    edits.extend(
        taken.iter().copied().filter(|(from, _)| from.starts_with("      - name") || from.starts_with("example:")),
    );
    let portal = edited(&edits);
    let sources = frozen();
    let updated = update(&sources, &portal, &["edit_case".into()]).unwrap();
    let mut shown = format!("{}\n\n{}\n", updated.taken.join("\n"), updated.left.report());
    for Edited { file, text: after, .. } in &updated.files {
        let before = sources.text(file).unwrap();
        shown.push_str(&similar::TextDiff::from_lines(before, after).unified_diff().context_radius(1).to_string());
    }
    snapshot("portal", "updated", &shown);
}

#[test]
fn a_declared_difference_is_silent_until_it_changes() {
    let portal = edited(&[("              - categoryId\n", "")]);
    let mut sources = frozen();
    let row = "{title: Edit Case by CaseNo, method: PUT, page: api-13759837, operation: edit_case}";
    let line = "'request.categoryId: not required on the page, required in the spec': Cases without one are refused.";
    let declared = row.replace('}', &format!(", differences: {{{line}}}}}"));
    edit(&mut sources, "venio/portal.yaml", row, &declared);
    assert_eq!(spec_tools::check(&sources).unwrap().findings, []);
    let quiet = verify(&sources, &portal, &[]).unwrap();
    assert!(quiet.is_quiet() && quiet.operations[0].declared.len() == 1, "{}", quiet.report());
    let outdated = verify(&sources, &edited(&[]), &[]).unwrap();
    assert!(!outdated.is_quiet() && outdated.report().contains("declared, and no longer so: request.categoryId"));
    edit(&mut sources, "venio/portal.yaml", "'request.categoryId", "'request.subject");
    assert!(!verify(&sources, &portal, &[]).unwrap().is_quiet());
    assert!(text(&sources, "venio/portal.yaml").contains("request.subject"));
}

/// A freshly drafted operation says what its page says.
#[test]
fn a_draft_does_not_differ_from_its_page() {
    let mut sources = crate::page::undrafted();
    let portal = samples();
    let options = Options { titles: vec!["Add Case".into()], ..Options::default() };
    for (file, text) in draft(&sources, &portal, &options).unwrap().files() {
        sources.write(file, text);
    }
    let verification = verify(&sources, &portal, &["add_case".into()]).unwrap();
    assert!(verification.is_quiet(), "{}", verification.report());
    let error = verify(&sources, &portal, &["no_such".into()]).unwrap_err();
    assert!(error.to_string().contains("`no_such` is not an operation of the spec"));
}
