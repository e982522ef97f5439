//! Drafts of truncated, old, foreign or broken pages: a message names what is missing, with the line; nothing is guessed.

use spec_tools::Sources;
use spec_tools::portal::Options;

use crate::frozen::{edited, text};
use crate::page::{ADD_CASE, PAGE, as_html, draft, undrafted, with_draft};
use crate::snapshot;

/// The page with `from` replaced by `to`.
fn with(from: &str, to: &str) -> String {
    assert!(ADD_CASE.contains(from), "the page has no {from:?}");
    ADD_CASE.replacen(from, to, 1)
}

/// The page up to, but not including, `end`.
fn until(end: &str) -> &'static str {
    ADD_CASE.split_once(end).unwrap().0
}

fn options() -> Options {
    Options { page: Some(PAGE.into()), ..Options::default() }
}

/// The text that the maintainer reads: the error, or the report.
fn outcome(sources: &Sources, page: impl AsRef<[u8]>) -> String {
    match draft(sources, page, &options()) {
        Ok(drafted) => {
            let operation = &drafted.operation;
            let oddities =
                operation.get("x-gofive-oddities").and_then(|oddities| oddities.as_array()).into_iter().flatten();
            let oddities: Vec<_> = oddities.map(|oddity| format!("  {}", oddity.as_str().unwrap())).collect();
            let evidence = &operation["x-gofive-evidence"];
            let report = drafted.report();
            let checks = &report[report.find("To check:").unwrap()..];
            format!("{checks}\nOddities:\n{}\n\nEvidence: {evidence}\n", oddities.join("\n"))
        }
        Err(error) => error,
    }
}

#[track_caller]
fn says(name: &str, page: impl AsRef<[u8]>, expected: &str) {
    let outcome = outcome(&undrafted(), page);
    assert!(outcome.contains(expected), "{name}: {outcome}");
    snapshot("draft", name, &outcome);
}

#[test]
fn a_truncated_page_is_reported() {
    says("table-cut-between-rows", until("dateCase\nstring"), "request\":\"partial\"");
    says("table-cut-inside-a-row", until("required\ndateDue"), "`dateCase`: neither `required` nor `optional`");
    says("table-cut-inside-a-name", format!("{}dateC", until("dateCase\nstring")), "`dateC`: the page ends here");
    says("example-cut", with("\"categoryId\": 2140016585,\n", "\"categoryId\": 2140…\n"), "is cut or is not JSON");
    says("example-cut-at-the-end-of-the-page", until("\"note\": \"description\",\n"), "is cut or is not JSON");
    says("response-cut", until("description\nstring\nrequired\ndata"), "response\":\"partial\"");
}

#[test]
fn a_missing_section_is_reported() {
    says("no-responses", until("Responses\n"), "the page has no section Responses");
    says("no-modified", until("Modified at"), "the page lacks its last line");
    says("no-request-example", without("Example\n{", "Request samples\n"), "the page has no example of the request");
    says(
        "no-response-example",
        without("Example\n{\n\"status\"", "🟠400"),
        "data: assumed to contain feedbackId, without an example",
    );
    says("no-body", without("Body Params", "Request samples\n"), "the page has no Body Params");
}

/// The page without the text from `from` up to `to`.
fn without(from: &str, to: &str) -> String {
    let start = ADD_CASE.find(from).unwrap();
    let end = start + ADD_CASE[start..].find(to).unwrap();
    format!("{}{}", &ADD_CASE[..start], &ADD_CASE[end..])
}

#[test]
fn a_page_without_an_operation_is_an_error() {
    says("no-method", with("Add Case\nPOST\n", "Add Case\n"), "line 29: no method above the address");
    says(
        "no-address",
        with("https://api.gofive.co.th/v1/case\nRequest", "Request"),
        "no address below the method POST",
    );
    says("no-title", with("Add Case\nPOST", "POST"), "no title above the method");
    says(
        "foreign-address",
        with("https://api.gofive.co.th/v1/case\nR", "https://example.com/v1/case\nR"),
        "is not an address of",
    );
    let older = with("https://api.gofive.co.th/v1/case\nR", "https://api.veniocrm.com/dev/v1/case\nR");
    says("page-of-the-2021-portal", older, "A page of the 2021 portal has other paths");
    says("empty", "", "the file has no text");
    says(
        "blank-html",
        "<!DOCTYPE html><html><body><div id=\"root\"></div><script>go()</script></body></html>",
        "no text",
    );
    says("binary", b"%PDF-1.7\n\xe2\xe3\xcf\xd3", "this is not UTF-8 text");
    says("zeros", b"PK\x03\x04\0\0", "this is not UTF-8 text");
    says("prose", "Webhooks\nA page of words.\n", "neither a method nor an address");
}

#[test]
fn unusual_tables_and_types_are_reported() {
    says("type-unknown", with("categoryId\ninteger", "categoryId\nCategoryKind"), "a row with an unknown type");
    says("row-without-type", with("categoryId\ninteger", "categoryId"), "a row without its type");
    says("row-without-name", with("categoryId\ninteger", "integer"), "a row without its name");
    says(
        "type-of-example-differs",
        with("\"categoryId\": 2140016585", "\"categoryId\": \"2140016585\""),
        "categoryId as an integer",
    );
    says("type-cannot-be-both", with("subject\nstring", "subject\nboolean"), "drafted as in the table");
    says("null-in-example", with("\"note\": \"description\"", "\"note\": null"), "does not let note be null");
    says(
        "required-but-not-in-example",
        with("\"subject\": \"Create new case\",\n", ""),
        "requires subject, which its example omits",
    );
    says("not-in-table", with("note\nstring\noptional\n", ""), "has note, which its table does not list");
    says(
        "values-in-thai",
        with("(1 = Request for Action\n2 = For Your Information)", "1 = เปิด\n2 = ปิด"),
        "choose a name for 1",
    );
    says(
        "comments-in-example",
        with("\"caseType\": 1,", "\"caseType\": 1, // by kind"),
        "`by kind`: a comment inside the example",
    );
    says(
        "other-sample",
        with("--request POST 'https://api.gofive.co.th/v1/case'", "--request PUT 'https://api.gofive.co.th/v2/case'"),
        "sends PUT",
    );
    says(
        "other-sample-body",
        with("--data-raw '{\n\"caseType\": 1", "--data-raw '{\n\"caseType\": 2"),
        "differ in caseType",
    );
}

/// The example shows which properties are nested; without an example, the draft asks.
#[test]
fn nested_properties_are_drafted_from_the_example() {
    let rows = "note\nobject | null\noptional\ntext\nstring\nrequired\nfiles\narray [object {2}]\nrequired\n\
        name\nstring\nrequired\nsize\ninteger\noptional\nurgent\nboolean\noptional\n";
    let example = "\"note\": {\"text\": \"a\", \"files\": [{\"name\": \"b\", \"size\": 1.5}, {\"name\": \"c\"}]},\n\"urgent\": true";
    let page = with("note\nstring\noptional\n", rows);
    let nested = page.replacen("\"note\": \"description\"", example, 1);
    let drafted = draft(&undrafted(), &nested, &options()).unwrap();
    snapshot("draft", "nested", &drafted.yaml().split_once("components:").unwrap().1.replace(": ''", ":"));
    // Each of these could be inside the property above, or follow it.
    says("nested-without-an-example", page, "`text`: unclear whether it is inside `note` or beside it");
}

/// A page saved as HTML may show which properties are nested; then no example is needed.
#[test]
fn nested_elements_are_nested_properties() {
    let [_, (_, nested), _] = as_html(ADD_CASE);
    let (before, example) = nested.split_once("<p>Example</p><pre>{\n\"status\"").unwrap();
    let without_example = format!("{before}{}", example.split_once("</pre>").unwrap().1);
    let outcome = outcome(&undrafted(), without_example);
    assert!(outcome.contains("Every line of the page was read"), "{outcome}");
    assert!(!outcome.contains("without an example"), "{outcome}");
    assert!(outcome.contains("\"response\":\"complete\""), "{outcome}");
}

/// The known envelopes of the API.
#[test]
fn every_known_envelope_can_be_drafted() {
    let table = "data\nobject\nrequired\nfeedbackId\nstring\nrequired\nExample\n";
    let start = ADD_CASE.find(table).unwrap();
    let end = start + ADD_CASE[start..].find("🟠").unwrap();
    let response = |rows: &str, example: &str| {
        let page = format!("{}{rows}Example\n{example}\n{}", &ADD_CASE[..start], &ADD_CASE[end..]);
        let drafted = draft(&undrafted(), page, &options()).unwrap();
        let operation = &drafted.operation;
        let grade = operation["x-gofive-evidence"]["response"].as_str().unwrap().to_owned();
        let names: Vec<_> = drafted.schemas[2..].iter().map(|(name, _)| name.as_str()).collect();
        let schemas = drafted.yaml().split_once("    AddCaseEnvelope:").map(|(_, schemas)| schemas.to_owned());
        (operation["x-gofive-payload"].to_string(), grade, names.join(" "), schemas.unwrap_or_default())
    };
    let status = "\"status\": {\"code\": \"1000\", \"description\": \"Success\"}";
    let data = "data\nobject\nrequired\n";

    let (pointers, grade, names, _) = response(
        &format!("{data}feedbackId\ninteger\nrequired\n"),
        &format!("{{{status}, \"data\": {{\"feedbackId\": 1}}}}"),
    );
    assert_eq!((&*pointers, &*grade, &*names), ("[\"/data\"]", "complete", "AddCaseEnvelope AddCaseResponse"));

    let (pointers, grade, names, _) = response(
        &format!("{data}value\nobject\nrequired\nfeedbackId\ninteger\nrequired\n"),
        &format!("{{{status}, \"data\": {{\"value\": {{\"feedbackId\": 1}}}}}}"),
    );
    let inner = "AddCaseEnvelope AddCaseInnerEnvelope AddCaseResponse";
    assert_eq!((&*pointers, &*grade, &*names), ("[\"/data/value\"]", "complete", inner));

    let (pointers, grade, _, schemas) = response(
        "data\narray[object]\nrequired\nno\nstring\nrequired\n",
        &format!("{{{status}, \"data\": [{{\"no\": \"1\"}}]}}"),
    );
    assert_eq!((&*pointers, &*grade), ("[\"/data\"]", "complete"));
    assert!(schemas.contains("type: array\n          description: ''\n          items:\n"), "{schemas}");

    let (pointers, grade, names, _) = response("data\nboolean\nrequired\n", &format!("{{{status}, \"data\": true}}"));
    assert_eq!((&*pointers, &*grade, &*names), ("[\"/data\"]", "complete", "AddCaseEnvelope"));

    // The table ends with the status, so the payload is unknown.
    let (pointers, grade, names, _) = response("", &format!("{{{status}}}"));
    assert_eq!((&*pointers, &*grade, &*names), ("[\"/data\",\"\"]", "complete", ""));

    // The properties of a collapsed object are only in the example, and there may be more.
    let (pointers, grade, _, schemas) =
        response("data\nobject {2}\nrequired\n", &format!("{{{status}, \"data\": {{\"feedbackId\": 1}}}}"));
    assert_eq!((&*pointers, &*grade), ("[\"/data\"]", "partial"));
    assert!(schemas.contains("x-gofive-property-evidence: {example: [feedbackId]}"), "{schemas}");
    assert!(schemas.contains("additionalProperties: true"), "{schemas}");
}

#[test]
fn parameters_are_drafted_and_unknown_headers_reported() {
    let address = with("https://api.gofive.co.th/v1/case\nR", "https://api.gofive.co.th/v1/case/{no}\nR");
    says("path-parameter-without-row", &address, "{no}: in the address, but without a row on the page");
    let rows = "Path Params\nno\nstring\nrequired\nnumber of the case\nExample:\nT250200010\nQuery Params\ntake\ninteger\noptional\n";
    let page = address.replacen("Body Params", &format!("{rows}Body Params"), 1);
    says("path-and-query-parameters", &page, "curl sample");
    let drafted = draft(&undrafted(), &page, &options()).unwrap();
    snapshot(
        "draft",
        "parameters",
        &drafted.yaml().lines().take_while(|line| !line.contains("requestBody")).collect::<Vec<_>>().join("\n"),
    );
    let header = with("Body Params", "X-Other\nstring\nrequired\nBody Params");
    says("other-header", header, "a header that the client does not send");
}

#[test]
fn a_title_that_differs_from_the_ledger_is_reported() {
    says("not-in-the-ledger", with("Add Case\nPOST", "Close Case\nPOST"), "`Close Case` is not in a ledger");
    says(
        "in-the-ledger-with-another-method",
        with("Add Case\nPOST", "Get Case Categories\nPOST"),
        "fix the one that is wrong",
    );
    let product = |product: &str, group: Option<&str>| Options {
        product: Some(product.into()),
        group: group.map(str::to_owned),
        ..options()
    };
    let sources = undrafted();
    let error = draft(&sources, ADD_CASE, &product("empeo", None)).unwrap_err();
    assert!(error.contains("`Add Case` is not in a ledger, or in several: pass"), "{error}");
    let error = draft(&sources, ADD_CASE, &product("vanio", None)).unwrap_err();
    assert!(error.contains("`vanio` is not a product: the products are empeo, venio"), "{error}");
    // A new title goes to the group of the options, with a new row of the ledger.
    let page = with("Add Case\nPOST", "Close Case\nPOST");
    let drafted = draft(&sources, &page, &product("venio", Some("Case"))).unwrap();
    let ledger = &drafted.files[2].text;
    let new_row =
        "- {title: Close Case, method: POST, page: api-13759273, operation: close_case}\n  - group: Contract\n";
    assert!(ledger.contains(new_row), "{ledger}");
    // The title finds the page of another product.
    let empeo = with("Add Case\nPOST", "Get Holiday\nGET").replace("co.th/v1/case", "co.th/empeo/api/v1/holidays");
    let drafted = draft(&sources, empeo, &options()).unwrap();
    assert_eq!(drafted.files[0].file, "openapi/empeo/master.yaml");
    assert!(drafted.operation["operationId"] == "get_holiday");
}

/// A group without a file gets a file and a tag; then the linter asks only for descriptions.
#[test]
fn a_draft_can_begin_a_new_group() {
    let row = "{title: Get Key Activities, method: GET, missing: [path, request, response]}";
    let listed = "{title: Add Activity, method: POST, missing: [path, request, response]}";
    let sources = edited("venio/portal.yaml", row, listed);
    let page = with("Add Case\nPOST", "Add Activity\nPOST").replace("co.th/v1/case", "co.th/v1/activities");
    let drafted = draft(&sources, page, &options()).unwrap();
    let sources = with_draft(sources, &drafted);
    let group = text(&sources, "venio/activity.yaml");
    let modeline = "# yaml-language-server: $schema=../schema/group.json\n";
    let group = group.strip_prefix(modeline).expect("the first line names the schema for editors");
    assert!(group.starts_with("# Venio, group Activity.\npaths:\n  /v1/activities:\n    post:\n"), "{group}");
    assert!(
        group.contains("ActivityCaseType:") || group.contains("AddActivityCaseType:"),
        "CaseType is taken: {group}"
    );
    let root = text(&sources, "venio/openapi.yaml");
    assert!(root.contains("  - name: Activity\n    description: ''\n"), "{root}");
    let findings = spec_tools::check(&sources).unwrap().findings;
    assert!(findings.iter().all(|finding| finding.to_string().contains("``: empty")), "{findings:#?}");
}

#[test]
fn a_known_operation_is_refused_and_a_known_path_extended() {
    let sources = undrafted();
    let same = with("Add Case\nPOST", "Send Contract Document\nPOST").replace("co.th/v1/case", "co.th/v1/contract");
    let error = draft(&sources, same, &options()).unwrap_err();
    assert!(error.contains("POST /v1/contract is already in the spec"), "{error}");
    assert!(error.contains("openapi/venio/contract.yaml:"), "{error}");
    // Another method of a known path goes beside the first.
    let beside = with("Add Case\nPOST", "Get Case by CaseNo\nGET").replace("th/v1/case\nR", "th/v1/case/{caseNo}\nR");
    let drafted = draft(&sources, beside, &Options::default()).unwrap();
    let (bundles, _) = spec_tools::bundle::bundle_all(&with_draft(sources, &drafted));
    let venio = bundles.iter().find(|bundle| bundle.product == "venio").unwrap();
    let methods: Vec<_> = venio.doc["paths"]["/v1/case/{caseNo}"].as_object().unwrap().keys().collect();
    assert_eq!(methods, ["put", "get"]);
}

#[test]
fn line_endings_and_byte_order_marks_change_nothing() {
    let sources = undrafted();
    let plain = outcome(&sources, ADD_CASE);
    assert_eq!(outcome(&sources, ADD_CASE.replace('\n', "\r\n")), plain);
    assert_eq!(outcome(&sources, format!("\u{feff}{ADD_CASE}")), plain);
    assert_eq!(outcome(&sources, ADD_CASE.replace('\n', "  \n\n")), plain, "blank lines and spaces change nothing");
    for (_, html) in as_html(ADD_CASE) {
        assert_eq!(outcome(&sources, html.replace('\n', "\r\n")), plain);
    }
}

/// Wherever the page ends, there is a draft or a message; a truncated table is never called complete.
#[test]
fn a_page_may_end_at_any_line() {
    let sources = undrafted();
    let lines: Vec<_> = ADD_CASE.lines().collect();
    let table_ends = lines.iter().position(|line| *line == "Example").unwrap();
    for end in 0..lines.len() {
        let outcome = outcome(&sources, lines[..end].join("\n"));
        for (part, whole_from) in [("request", table_ends + 1), ("response", lines.len() - 24)] {
            let complete = outcome.contains(&format!("\"{part}\":\"complete\""));
            assert!(!complete || end >= whole_from, "cut behind line {end}: {outcome}");
        }
    }
    for (name, html) in as_html(ADD_CASE) {
        for end in (0..html.len()).step_by(397).filter(|end| html.is_char_boundary(*end)) {
            assert!(!outcome(&sources, &html[..end]).is_empty(), "{name}");
        }
    }
}

/// Whichever line is missing, there is a draft or a message; a missing line of a table changes the result.
#[test]
fn any_line_may_be_missing() {
    let sources = undrafted();
    let (whole, lines) = (outcome(&sources, ADD_CASE), ADD_CASE.lines().collect::<Vec<_>>());
    let rows = lines.iter().position(|line| *line == "caseType").unwrap()
        ..lines.iter().position(|line| *line == "Example").unwrap();
    for missing in 0..lines.len() {
        let rest: Vec<_> =
            lines.iter().enumerate().filter(|(index, _)| *index != missing).map(|(_, line)| *line).collect();
        let outcome = outcome(&sources, rest.join("\n"));
        assert!(!rows.contains(&missing) || outcome != whole, "line {} is missing: {}", missing + 1, lines[missing]);
    }
}

/// A meaningless line, inserted anywhere, appears as not read, in the page's description, or in the message.
#[test]
fn no_line_goes_unnoticed() {
    let sources = undrafted();
    let draft_and_report = |page: &str| match draft(&sources, page, &options()) {
        Ok(drafted) => format!("{}\n{}", drafted.yaml(), drafted.report()),
        Err(error) => error,
    };
    let whole = draft_and_report(ADD_CASE);
    let lines: Vec<_> = ADD_CASE.lines().collect();
    for position in 0..=lines.len() {
        let mut with = lines.clone();
        with.insert(position, "สวัสดี, a strange line");
        let outcome = draft_and_report(&with.join("\n"));
        assert!(outcome != whole, "in front of line {} it vanished", position + 1);
        let shown = ["a strange line", "the curl sample cannot be read here", "it may be a real key"];
        let shown = shown.iter().any(|words| outcome.contains(words));
        assert!(shown, "in front of line {}: {outcome}", position + 1);
    }
}
