//! Hostile specs: they exhaust neither stack, memory nor time, and the report says what to fix.

#![allow(clippy::format_push_string, reason = "texts are small, and this reads better")]

use gofive_tests::fuzzing::{findings, spec};
use gofive_tests::snapshot;

/// A group with one operation, without findings.
const SPEC: &str = "\
# yaml-language-server: $schema=../schema/group.json
paths:
  /v1/things:
    get:
      operationId: get_things
      tags: [Group]
      summary: List things
      description: Words
      x-gofive-title: Get Things
      x-gofive-source: a test
      x-gofive-evidence: {path: wire, request: wire, response: wire}
      x-gofive-idempotency: safe
      x-gofive-payload: ['']
      parameters: [{name: 'index', in: query, description: Words, schema: {type: integer}}]
      responses:
        '200':
          description: Success
          content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}, examples: {e: {summary: Words, value: {a: 1}}}}}
components:
  schemas:
    Thing: {type: object, description: Words, properties: {a: {type: integer, description: Words}}}
";

/// The spec with `from` replaced by `to`.
fn changed(from: &str, to: &str) -> String {
    assert!(SPEC.contains(from), "{from}");
    SPEC.replace(from, to)
}

/// Checks that the spec is refused, and compares the first finding with the snapshot.
fn refused(name: &str, text: &str) {
    spec(text.as_bytes());
    let findings = findings(text.as_bytes());
    assert!(!findings.is_empty(), "{name} is accepted");
    // There may be thousands of findings of the same kind.
    snapshot("hostile", name, &findings[0].to_string());
}

#[test]
fn the_unchanged_spec_has_no_findings() {
    spec(SPEC.as_bytes());
    assert_eq!(findings(SPEC.as_bytes()), []);
}

#[test]
fn names_that_are_not_valid_in_rust_are_refused() {
    for (name, schema) in [("digit", "'1'"), ("empty", "''")] {
        let text = changed("    Thing:", &format!("    {schema}:"));
        refused(
            &format!("schema-{name}"),
            &text.replace("schemas/Thing", &format!("schemas/{}", schema.trim_matches('\''))),
        );
    }
}

#[test]
fn names_that_can_be_changed_into_rust_are_accepted() {
    for parameter in ["1a", "type", "-"] {
        let text = changed("'index'", &format!("'{parameter}'"));
        spec(text.as_bytes());
        assert_eq!(findings(text.as_bytes()), [], "{parameter}");
    }
}

#[test]
fn schemas_that_are_not_objects_are_refused() {
    let thing = "{type: object, description: Words, properties: {a: {type: integer, description: Words}}}";
    for (name, schema) in [
        ("no-properties", "{type: object, description: Words, properties: {}}"),
        (
            "array-with-properties",
            "{type: array, description: Words, properties: {a: {type: integer, description: Words}}, items: {}}",
        ),
        (
            "null",
            "{type: object, description: Words, nullable: true, properties: {a: {type: integer, description: Words}}}",
        ),
        ("union-of-itself", "{description: Words, anyOf: [{$ref: '#/components/schemas/Thing'}, {type: object}]}"),
    ] {
        refused(name, &changed(thing, schema));
    }
}

#[test]
fn unions_that_multiply_are_refused() {
    let mut text = changed("schemas/Thing'}", "schemas/U0'}");
    for number in 0..40 {
        let next = format!("{{$ref: '#/components/schemas/U{}'}}", number + 1);
        text.push_str(&format!("    U{number}: {{description: Words, anyOf: [{next}, {next}]}}\n"));
    }
    text.push_str(
        "    U40: {type: object, description: Words, properties: {a: {type: integer, description: Words}}}\n",
    );
    refused("unions-that-multiply", &text);
}

#[test]
fn references_that_multiply_or_form_a_chain_are_refused() {
    for (name, length, times) in [("chain", 3000, 1), ("multiply", 6, 40)] {
        let mut text = SPEC.to_owned();
        for number in 0..length {
            let next = format!("{{$ref: '#/x-{}'}}", number + 1);
            text.push_str(&format!("x-{number}: [{}]\n", vec![next; times].join(", ")));
        }
        text.push_str(&format!("x-{length}: 1\n"));
        refused(&format!("references-{name}"), &text);
    }
}

/// YAML readers expand aliases such as `&a *a`.
#[test]
fn aliases_that_multiply_are_refused() {
    refused(
        "aliases",
        "# yaml-language-server: $schema=../schema/group.json\na: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
    );
}
