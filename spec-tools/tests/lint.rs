//! The lint rules, each seen failing: one edit of the frozen spec, and the report that a maintainer reads.

mod constructs;

use spec_tools::Sources;
use spec_tools::finding::report;
use spec_tools::rust::{generate, lower};

use crate::frozen::{edit, edit_everywhere, edited, frozen, frozen_group, frozen_product, text, write};
use crate::{check_in_parallel, snapshot};

const CASE: &str = "venio/case.yaml";
const COMMON: &str = "common.yaml";

/// Checks that the linter reports `rule` after the edit, and compares the report with the snapshot.
#[track_caller]
fn refuses(name: &str, rule: &str, file: &str, from: &str, to: &str) {
    let mut sources = frozen_product("venio");
    edit(&mut sources, file, from, to);
    reports(name, rule, &sources);
}

/// The same with every occurrence of `from` replaced.
#[track_caller]
fn refuses_everywhere(name: &str, rule: &str, file: &str, from: &str, to: &str) {
    let mut sources = frozen_product("venio");
    edit_everywhere(&mut sources, file, from, to);
    reports(name, rule, &sources);
}

#[track_caller]
fn reports(name: &str, rule: &str, sources: &Sources) {
    let findings = spec_tools::check(sources).unwrap().findings;
    assert!(findings.iter().any(|finding| finding.rule == rule), "{name}: {findings:#?}");
    for finding in &findings {
        assert!(finding.at.file.starts_with("openapi/") && finding.at.line > 0, "{name}: {finding:?}");
    }
    snapshot("lint", name, &report(&findings));
}

#[test]
fn the_frozen_spec_has_no_findings() {
    assert_eq!(spec_tools::check(&frozen()).unwrap().findings, []);
}

#[test]
fn nothing_is_built_from_a_spec_with_findings() {
    let error = spec_tools::build(&edited(CASE, "      summary: Open a case\n", "")).unwrap_err().to_string();
    assert!(error.contains("`summary` is missing") && error.ends_with("Nothing was built."), "{error}");
}

#[test]
fn broken_yaml_and_references_are_reported() {
    refuses("yaml-error", "yaml", CASE, "      tags: [Case]", "      tags: [Case");
    refuses("yaml-duplicate-property", "yaml", CASE, "      tags: [Case]", "      tags: [Case]\n      tags: [Case]");
    refuses("yaml-ambiguous-number", "yaml", CASE, "categoryId: 2140016585", "categoryId: 02140016585");
    refuses("ref-unresolved", "ref", CASE, "'#/components/schemas/AddCaseRequest'", "'#/components/schemas/AddCsae'");
    refuses(
        "ref-no-such-file",
        "ref",
        CASE,
        "'../common.yaml#/components/schemas/Id'",
        "'../comon.yaml#/components/schemas/Id'",
    );
    refuses("ref-outside", "schema", CASE, "'../common.yaml#/components/schemas/Id'", "'../../Cargo.toml#/package'");
    refuses(
        "ref-leaves-the-folder",
        "ref",
        COMMON,
        "'#/components/schemas/Status'",
        "'../x.yaml#/components/schemas/Status'",
    );
    refuses(
        "ref-with-siblings",
        "schema",
        CASE,
        "          $ref: '#/components/schemas/CaseType'",
        "          $ref: '#/components/schemas/CaseType'\n          nullable: true",
    );
    refuses(
        "unused-schema",
        "unused",
        CASE,
        "components:\n  schemas:\n",
        "components:\n  schemas:\n    Left: {type: object, description: Left over.}\n",
    );
    refuses(
        "unused-path",
        "unused",
        "venio/openapi.yaml",
        "  /v1/case:\n    $ref: 'case.yaml#/paths/~1v1~1case'\n",
        "",
    );
}

#[test]
fn faulty_operations_are_reported() {
    refuses("operation-id-missing", "schema", CASE, "      operationId: add_case\n", "");
    refuses("operation-id-ill-formed", "schema", CASE, "operationId: add_case", "operationId: addCase");
    refuses("operation-id-keyword", "operation-id", CASE, "operationId: add_case", "operationId: match");
    refuses("operation-id-duplicate", "operation-id", CASE, "operationId: edit_case", "operationId: add_case");
    refuses("summary-missing", "missing-text", CASE, "      summary: Open a case\n", "");
    refuses_everywhere("body-misnamed", "naming", CASE, "AddCaseRequest", "NewCase");
    refuses_everywhere("payload-misnamed", "naming", CASE, "AddCaseResponse", "AddedCase");
    refuses_everywhere("envelope-misnamed", "naming", CASE, "AddCaseEnvelope", "AddCaseResult");
    refuses_everywhere("part-misnamed", "naming", "venio/salesorder.yaml", "SalesOrderLine", "InvoiceLine");
    refuses_everywhere("part-named-by-half-a-noun", "naming", "venio/salesorder.yaml", "SalesOrderLine", "OrderLine");
    refuses("parameter-and-property", "case-only", "venio/customer.yaml", "name: eventTypeIds", "name: DateFrom");
    let unset = "          x-gofive-unset: null\n";
    let nullable = format!("          nullable: true\n{unset}");
    refuses("unset-not-nullable", "unsupported", "venio/product.yaml", &nullable, unset);
    refuses("tag-unknown", "words", CASE, "      tags: [Case]", "      tags: [Cases]");
    refuses("source-missing", "schema", CASE, "      x-gofive-page: api-13759273\n", "");
    refuses("source-ill-formed", "schema", CASE, "x-gofive-page: api-13759273", "x-gofive-page: add-case");
    refuses(
        "evidence-missing",
        "schema",
        CASE,
        "      x-gofive-evidence: {path: portal, request: complete, response: complete}\n",
        "",
    );
    refuses(
        "evidence-unknown-grade",
        "schema",
        CASE,
        "{path: portal, request: complete, response: none}",
        "{path: portal, request: full, response: none}",
    );
    refuses("idempotency-missing", "schema", CASE, "      x-gofive-idempotency: non-idempotent\n", "");
    let upsert = "x-gofive-idempotency: {idempotent-with: [customerCode, customer]}";
    refuses("idempotency-with-what", "idempotency", CASE, "x-gofive-idempotency: non-idempotent", upsert);
    refuses(
        "extension-unknown",
        "schema",
        CASE,
        "x-gofive-idempotency: non-idempotent",
        "x-gofive-idempotence: non-idempotent",
    );
    refuses("payload-missing", "schema", CASE, "      x-gofive-payload: [/data/data, /data]\n", "");
    refuses("payload-leads-nowhere", "payload", CASE, "[/data/data, /data]", "[/data/value, /data]");
    refuses("payload-disagrees", "payload", CASE, "[/data/data, /data]", "[/data/data, '']");
    refuses("payload-in-wrong-order", "payload", CASE, "[/data/data, /data]", "[/data, /data/data]");
    refuses("payload-in-several-levels", "payload", CASE, "[/data/data, /data]", "[/data]");
    refuses(
        "paging-of-unknown-parameter",
        "paging",
        CASE,
        "x-gofive-idempotency: non-idempotent",
        "x-gofive-idempotency: non-idempotent\n      x-gofive-paging: {style: skip-take, skip: skip, take: take}",
    );
    refuses(
        "paging-without-a-list",
        "paging",
        CASE,
        "x-gofive-idempotency: non-idempotent",
        "x-gofive-idempotency: non-idempotent\n      x-gofive-paging: {style: skip-take, skip: subject, take: categoryId}",
    );
    refuses(
        "paths-differ-by-case",
        "path",
        "venio/openapi.yaml",
        "  /v1/case:\n",
        "  /v1/Case:\n    $ref: 'case.yaml#/paths/~1v1~1case'\n  /v1/case:\n",
    );
}

#[test]
fn faulty_examples_are_reported() {
    refuses(
        "example-missing",
        "example",
        "venio/salesorder.yaml",
        "            examples:\n              documented:\n                summary: The example of the portal page\n                value: {salesOrderIds: [], reason: string}\n",
        "",
    );
    refuses("example-parameter-missing", "example", CASE, "          example: T250200010\n", "");
    let number = "          example: T250200010\n";
    let assembled = "          examples:\n            assembled: {summary: Of another page, value: T250200010}\n";
    refuses("example-parameter-twice", "schema", CASE, number, &format!("{number}{assembled}"));
    refuses("example-parameter-misnamed", "schema", CASE, number, &assembled.replace("assembled", "documented"));
    refuses("example-parameter-of-wrong-type", "example-schema", CASE, number, &assembled.replace("T250200010", "1"));
    let printed = "                value: {salesOrderIds: [], reason: string}\n";
    let unchanged = format!("{printed}{}", printed.replace("value", "x-gofive-portal"));
    refuses("example-not-adapted", "example", "venio/salesorder.yaml", printed, &unchanged);
    let secret = format!("{printed}                x-gofive-portal: {{token: eyJhbGciOiJub25lIn0.e30.}}\n");
    refuses("credential-of-the-page", "credential", "venio/salesorder.yaml", printed, &secret);
    refuses("example-of-wrong-type", "example-schema", CASE, "categoryId: 2140016585", "categoryId: many");
    refuses(
        "example-without-required-property",
        "example-schema",
        CASE,
        "                  subject: Create new case\n",
        "",
    );
    refuses(
        "example-of-other-date-format",
        "example-schema",
        CASE,
        "dateDue: '2025-02-05T17:35:53.693+0700'",
        "dateDue: '2025-02-05'",
    );
    refuses(
        "example-response-of-wrong-type",
        "example-schema",
        CASE,
        "data: {feedbackId: '67941'}",
        "data: {feedbackId: [67941]}",
    );
    refuses("credential-token", "credential", CASE, "note: description", "note: eyJhbGciOiJub25lIn0.e30.");
    refuses("credential-by-name", "credential", "venio/authentication.yaml", "<client_secret>", "hunter2");
}

#[test]
fn faulty_ledger_rows_are_reported() {
    let ledger = "venio/portal.yaml";
    refuses(
        "ledger-row-missing",
        "ledger",
        ledger,
        "      - {title: Add Case, method: POST, page: api-13759273, operation: add_case}\n",
        "",
    );
    refuses("ledger-no-such-operation", "ledger", ledger, "operation: add_case", "operation: open_case");
    refuses("ledger-page-differs", "ledger", ledger, "page: api-13759273", "page: api-1");
    refuses(
        "ledger-row-without-facts",
        "schema",
        ledger,
        "{title: Get Case by CaseNo, method: GET, missing: [path, request, response]}",
        "{title: Get Case by CaseNo, method: GET}",
    );
}

/// Whichever line of an operation or a schema is missing, the result is findings or a crate, never a panic.
#[test]
fn a_missing_line_never_panics() {
    let whole = frozen_group(CASE);
    let case = text(&whole, CASE);
    let lines: Vec<_> = case.lines().collect();
    let end_of_operation = lines.iter().position(|line| line.contains("/v1/case/{caseNo}")).unwrap();
    let schemas = lines.iter().position(|line| *line == "components:").unwrap();
    let missing: Vec<_> = (0..end_of_operation).chain(schemas..lines.len().min(schemas + 60)).collect();
    check_in_parallel(&missing, |missing| {
        let mut sources = whole.clone();
        write(&mut sources, CASE, [&lines[..*missing], &lines[*missing + 1..]].concat().join("\n"));
        let outcome = std::panic::catch_unwind(|| has_findings_or_becomes_rust(&sources));
        assert!(outcome.is_ok(), "it panics without line {}", missing + 1);
    });
}

fn has_findings_or_becomes_rust(sources: &Sources) {
    let checked = spec_tools::check(sources).unwrap();
    // The ledger and common.yaml have more than the group Case.
    if checked.findings.iter().all(|finding| matches!(finding.rule, "ledger" | "unused")) {
        for bundle in &checked.bundles {
            for (_, text) in generate::generate(&lower::lower(&bundle.product, &bundle.api).unwrap()).unwrap() {
                syn::parse_file(&text).unwrap();
            }
        }
    }
}
