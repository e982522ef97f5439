//! Schemas and other constructs that are wrong, or that progenitor does not support.

#![allow(clippy::too_many_lines, reason = "a table of edits")]

use super::{CASE, COMMON, refuses, refuses_everywhere};

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
    let evidence = |lists: &str| format!("enum: [1, 2]\n      x-gofive-value-evidence: {lists}");
    refuses("evidence-of-unknown-value", "evidence", CASE, "enum: [1, 2]", &evidence("{wire: [2, 3]}"));
    refuses("evidence-twice", "evidence", CASE, "enum: [1, 2]", &evidence("{example: [1], legacy: [1, 2]}"));
    refuses("evidence-of-unknown-source", "schema", CASE, "enum: [1, 2]", &evidence("{web: [1]}"));
    refuses("enum-open-or-not", "schema", CASE, "enum: [1, 2]", "enum: [1, 2]\n      x-gofive-open: false");
    let subject = "      description: A case to open.\n";
    refuses("open-without-enum", "schema", CASE, subject, &format!("{subject}      x-gofive-open: true\n"));
    refuses("description-of-schema-missing", "missing-text", CASE, "      description: A case to open.\n", "");
    refuses("description-missing", "missing-text", CASE, "          description: What the case is about.\n", "");
    refuses(
        "enum-names-missing",
        "schema",
        CASE,
        "      x-enum-varnames: [REQUEST_FOR_ACTION, FOR_YOUR_INFORMATION]\n",
        "",
    );
    refuses(
        "enum-value-without-description",
        "missing-text",
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
