//! The lint rules, each seen failing: one change of the real spec, and the report that a maintainer reads.

#![allow(clippy::too_many_lines, reason = "a table of edits")]
#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use gofive_tests::fuzzing::group;
use gofive_tests::{changed_spec, check_in_parallel, copy_of_product, snapshot, sources, workspace};
use tempfile::TempDir;

const CASE: &str = "venio/case.yaml";
const COMMON: &str = "common.yaml";

thread_local! {
    /// A copy of the spec, made once for all edits of a test.
    static SPEC: TempDir = copy_of_product("venio");
}

/// Checks that the linter reports `rule` after the edit, and compares the report with the snapshot.
#[track_caller]
fn refuses(name: &str, rule: &str, file: &str, from: &str, to: &str) {
    report(name, rule, file, |text| text.replacen(from, to, 1));
}

/// The same with every occurrence of `from` replaced.
#[track_caller]
fn refuses_everywhere(name: &str, rule: &str, file: &str, from: &str, to: &str) {
    report(name, rule, file, |text| text.replace(from, to));
}

#[track_caller]
fn report(name: &str, rule: &str, file: &str, edit: impl Fn(&str) -> String) {
    let findings = SPEC.with(|copy| {
        let path = copy.path().join("openapi").join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        let edited = edit(&text);
        assert!(edited != text, "{name}: {file} no longer has the text to be edited: fix the test");
        std::fs::write(&path, edited).unwrap();
        let checked = spec_tools::check(&sources(copy.path()));
        std::fs::write(&path, text).unwrap();
        checked.unwrap().findings
    });
    assert!(findings.iter().any(|finding| finding.rule == rule), "{name}: {findings:#?}");
    for finding in &findings {
        assert!(finding.at.file.starts_with("openapi/") && finding.at.line > 0, "{name}: {finding:?}");
    }
    snapshot("lint", name, &spec_tools::finding::report(&findings));
}

#[test]
fn the_committed_spec_has_no_findings() {
    let spec_tools::Checked { bundles, findings, .. } = spec_tools::check(&sources(&workspace())).unwrap();
    assert_eq!(findings, []);
    assert!(!bundles.is_empty());
}

#[test]
fn nothing_is_built_from_a_spec_with_findings() {
    let copy = changed_spec(CASE, "      summary: Open a case\n", "", 1);
    let error = spec_tools::build(&sources(copy.path())).unwrap_err().to_string();
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
    refuses("summary-missing", "schema", CASE, "      summary: Open a case\n", "");
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
fn faulty_schemas_are_reported() {
    refuses(
        "both-sides",
        "both-sides",
        CASE,
        "          $ref: '#/components/schemas/AddCaseResponse'",
        "          $ref: '#/components/schemas/AddCaseRequest'",
    );
    refuses(
        "properties-differ-by-case",
        "case-only",
        CASE,
        "        subject:\n",
        "        Subject:\n          type: string\n          description: What the case is about.\n        subject:\n",
    );
    refuses_everywhere("schema-not-pascal-case", "schema", CASE, "EditCaseRequest", "editCase");
    refuses_everywhere("schema-name-taken", "schema-name", CASE, "CaseType", "Option");
    refuses_everywhere("schema-name-of-capitals", "schema-name", CASE, "EditCaseRequest", "EDITCase");
    refuses(
        "named-scalar",
        "unsupported",
        CASE,
        "      enum: [1, 2]\n      x-enum-varnames: [REQUEST_FOR_ACTION, FOR_YOUR_INFORMATION]\n      x-enum-descriptions: [Someone has to act., Someone has to be informed.]\n",
        "",
    );
    refuses(
        "enum-without-type",
        "schema",
        CASE,
        "      type: integer\n      description: Whether a case asks for action or only informs.",
        "      description: Whether a case asks for action or only informs.",
    );
    refuses("enum-lost", "schema", CASE, "      enum: [1, 2]\n", "");
    refuses("enum-of-other-length", "enum", CASE, "enum: [1, 2]", "enum: [1, 2, 3]");
    refuses("enum-of-fractions", "enum", CASE, "enum: [1, 2]", "enum: [1, 2.0]");
    refuses(
        "evidence-of-unknown-property",
        "evidence",
        CASE,
        "{example: [data, statusCode,",
        "{example: [data, statusCod,",
    );
    refuses("description-of-schema-missing", "schema", CASE, "      description: A case to open.\n", "");
    refuses("description-missing", "schema", CASE, "          description: What the case is about.\n", "");
    refuses(
        "enum-names-missing",
        "schema",
        CASE,
        "      x-enum-varnames: [REQUEST_FOR_ACTION, FOR_YOUR_INFORMATION]\n",
        "",
    );
    refuses(
        "enum-value-without-description",
        "schema",
        CASE,
        "[Someone has to act., Someone has to be informed.]",
        "['', Someone has to be informed.]",
    );
    refuses("enum-of-mixed-types", "schema", CASE, "enum: [1, 2]", "enum: [1, two]");
    refuses(
        "required-but-no-property",
        "unsupported",
        CASE,
        "required: [caseType, subject,",
        "required: [caseType, topic,",
    );
    refuses(
        "recursive",
        "unsupported",
        CASE,
        "        note:\n          type: string\n",
        "        child: {$ref: '#/components/schemas/AddCaseRequest'}\n        note:\n          type: string\n",
    );
}

/// progenitor would panic on these constructs, or silently generate something else.
#[test]
fn constructs_that_progenitor_does_not_support_are_reported() {
    refuses(
        "inline-object",
        "schema",
        CASE,
        "          items: {type: string}",
        "          items: {type: object, properties: {a: {type: string, description: A.}}}",
    );
    refuses(
        "inline-enum",
        "schema",
        CASE,
        "          items: {type: string}",
        "          items: {type: string, enum: [a, b]}",
    );
    refuses("unknown-format", "schema", CASE, "format: offset-date-time-millis", "format: date-time");
    refuses(
        "unknown-type",
        "schema",
        CASE,
        "          type: string\n          description: What the case is about.",
        "          type: text\n          description: What the case is about.",
    );
    refuses(
        "list-of-types",
        "schema",
        CASE,
        "          type: string\n          description: What the case is about.",
        "          type: [string, 'null']\n          description: What the case is about.",
    );
    refuses(
        "unknown-keyword",
        "schema",
        CASE,
        "          description: What the case is about.",
        "          description: What the case is about.\n          oneOf: []",
    );
    refuses(
        "all-of-two",
        "schema",
        CASE,
        "          $ref: '../common.yaml#/components/schemas/Id'",
        "          description: It.\n          allOf: [{$ref: '../common.yaml#/components/schemas/Id'}, {type: string}]",
    );
    refuses(
        "two-media-types",
        "schema",
        CASE,
        "        content:\n          application/json:\n",
        "        content:\n          text/plain: {schema: {type: string}}\n          application/json:\n",
    );
    refuses(
        "other-media-type",
        "schema",
        CASE,
        "        content:\n          application/json:\n",
        "        content:\n          application/xml:\n",
    );
    refuses(
        "body-without-schema",
        "schema",
        CASE,
        "            schema:\n              $ref: '#/components/schemas/EditCaseRequest'\n",
        "",
    );
    refuses(
        "response-without-schema",
        "schema",
        CASE,
        "              schema:\n                $ref: '#/components/schemas/AddCaseEnvelope'\n",
        "",
    );
    refuses(
        "success-without-body",
        "unsupported",
        CASE,
        "'../common.yaml#/components/responses/Undocumented'",
        "'../common.yaml#/components/responses/BadRequest'",
    );
    refuses(
        "two-successes",
        "unsupported",
        CASE,
        "        '400':\n          $ref: '../common.yaml#/components/responses/BadRequest'\n",
        "        '201':\n          $ref: '../common.yaml#/components/responses/Undocumented'\n",
    );
    refuses("default-response", "schema", CASE, "        '400':\n", "        default:\n");
    refuses("header-parameter", "schema", CASE, "          in: path", "          in: header");
    refuses(
        "path-parameter-optional",
        "schema",
        CASE,
        "          in: path\n          required: true",
        "          in: path\n          required: false",
    );
    refuses("path-parameter-unknown", "parameter", CASE, "        - name: caseNo", "        - name: caseNumber");
    refuses(
        "parameter-of-objects",
        "schema",
        CASE,
        "          schema: {type: string}\n          example: T250200010",
        "          schema: {type: array, items: {type: string}}\n          example: [T250200010]",
    );
    refuses("parameter-style", "schema", CASE, "          in: path", "          style: matrix\n          in: path");
    refuses("not-openapi-3-0", "schema", "venio/openapi.yaml", "openapi: 3.0.3", "openapi: 3.1.0");
    refuses(
        "operation-security",
        "schema",
        CASE,
        "      x-gofive-idempotency: non-idempotent",
        "      security: [{basic: []}]\n      x-gofive-idempotency: non-idempotent",
    );
    refuses(
        "restricted-additional-properties",
        "schema",
        COMMON,
        "      additionalProperties: true",
        "      additionalProperties: false",
    );
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
    let text = std::fs::read_to_string(workspace().join("openapi").join(CASE)).unwrap();
    let lines: Vec<_> = text.lines().collect();
    let end_of_operation = lines.iter().position(|line| line.contains("/v1/case/{caseNo}")).unwrap();
    let schemas = lines.iter().position(|line| *line == "components:").unwrap();
    let missing: Vec<_> = (0..end_of_operation).chain(schemas..lines.len().min(schemas + 60)).collect();
    check_in_parallel(&missing, |missing| {
        let rest = [&lines[..*missing], &lines[*missing + 1..]].concat().join("\n");
        let outcome = std::panic::catch_unwind(|| group(rest.as_bytes()));
        assert!(outcome.is_ok(), "it panics without line {}", missing + 1);
    });
}
