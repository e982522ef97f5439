//! Checks that examples exist, are valid, and contain no secrets.

use gofive_spec::{Example, Grade, Operation, Pointer, Schema, Spec};
use serde_json::Value;

use super::Linter;
use super::schema::is_definite;
use crate::sources::yaml::escape;

pub(super) fn check(linter: &mut Linter<'_>) {
    // Schemas that only refer to one another can form endless chains.
    let schemas = linter.doc().pointer("/components/schemas").and_then(Value::as_object);
    if !schemas.into_iter().flatten().all(|(name, schema)| is_definite(name, schema)) {
        return;
    }
    let spec = match Spec::read(linter.doc().clone()) {
        Ok(spec) => spec,
        Err(error) => {
            let hint = "fix the schema that the message names";
            let problem = format!("the examples cannot be checked: {}", error.problem());
            linter.find("example-schema", error.pointer().as_str(), problem, hint);
            return;
        }
    };
    for operation in spec.operations() {
        check_request(linter, &spec, operation);
        check_parameters(linter, &spec, operation);
        check_response(linter, &spec, operation);
    }
    for section in ["/paths", "/components", "/x-webhooks"] {
        check_secrets(linter, linter.doc().pointer(section).unwrap_or(&Value::Null), section, false);
    }
}

fn check_request(linter: &mut Linter<'_>, spec: &Spec, operation: &Operation) {
    let Some(body) = &operation.body else { return };
    if body.content.examples.is_empty() && !operation.is_unknown("request example") {
        linter.find(
            "example",
            body.content.pointer.as_str(),
            "no request example",
            "examples: {documented: {value: …}}, or x-gofive-unknown: [\"request example: why\"]",
        );
    }
    check_examples(linter, spec, &body.content.schema, &body.content.examples);
}

fn check_parameters(linter: &mut Linter<'_>, spec: &Spec, operation: &Operation) {
    for parameter in &operation.parameters {
        match &parameter.example {
            Some(example) => {
                check_value(linter, spec, &parameter.schema, &parameter.pointer.join("example"), example);
            }
            None if parameter.required && !operation.is_unknown("request example") => {
                linter.find(
                    "example",
                    parameter.pointer.as_str(),
                    format!("no example for `{}`", parameter.name),
                    "example: …, or x-gofive-unknown: [\"request example: why\"]",
                );
            }
            None => {}
        }
    }
}

fn check_response(linter: &mut Linter<'_>, spec: &Spec, operation: &Operation) {
    if operation.response_examples().is_empty()
        && matches!(operation.evidence.response, Grade::Complete | Grade::ExampleOnly)
        && !operation.is_unknown("response example")
    {
        linter.find(
            "example",
            operation.pointer.join("responses").as_str(),
            "no response example",
            "examples: {documented: {value: …}}, or x-gofive-unknown: [\"response example: why\"]",
        );
    }
    if let Some(schema) = operation.success_schema() {
        check_examples(linter, spec, schema, operation.response_examples());
    }
}

fn check_examples(linter: &mut Linter<'_>, spec: &Spec, schema: &Schema, examples: &[Example]) {
    for example in examples {
        check_value(linter, spec, schema, &example.pointer, &example.value);
    }
}

fn check_value(linter: &mut Linter<'_>, spec: &Spec, schema: &Schema, at: &Pointer, value: &Value) {
    for violation in spec.validate(schema, value).err().into_iter().flatten() {
        let hint = "fix the example, or the schema if the page confirms the example";
        linter.find(
            "example-schema",
            &format!("{at}{}", violation.path),
            format!("the example breaks its schema: {}", violation.message),
            hint,
        );
    }
}

/// Checks every string inside an example.
fn check_secrets(linter: &mut Linter<'_>, value: &Value, at: &str, in_example: bool) {
    match value {
        Value::Object(object) => {
            for (name, inner) in object {
                let in_example = in_example || name == "examples" || name == "example";
                check_secrets(linter, inner, &format!("{at}/{}", escape(name)), in_example);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                check_secrets(linter, item, &format!("{at}/{index}"), in_example);
            }
        }
        Value::String(text) if in_example => {
            let name = at.rsplit('/').next().unwrap_or_default().to_lowercase();
            if looks_secret(&name, text) {
                linter.find(
                    "credential",
                    at,
                    "this looks like a real credential",
                    "write a placeholder: '<client_secret>'; withdraw the credential if it is real",
                );
            }
        }
        _ => {}
    }
}

fn looks_secret(name: &str, text: &str) -> bool {
    let placeholder = (text.starts_with('<') && text.ends_with('>')) || text == "string";
    let secret_name = ["secret", "password", "access_token", "authorization", "subscription", "apikey", "api_key"]
        .iter()
        .any(|word| name.contains(word));
    let token = text.starts_with("eyJ") || text.to_lowercase().starts_with("bearer ");
    let word = text.len() >= 32 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=_.~-".contains(&byte));
    let mixed = text.bytes().any(|byte| byte.is_ascii_digit()) && text.bytes().any(|byte| byte.is_ascii_alphabetic());
    let uuid = text.len() == 36 && text.bytes().filter(|&byte| byte == b'-').count() == 4;
    !placeholder && !text.is_empty() && (secret_name || token || (word && mixed && !uuid))
}
