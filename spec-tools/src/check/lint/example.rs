//! Checks that examples exist, are valid, and contain no secrets.

use gofive_spec::{Api, Content, Example, Grade, Operation, Pointer, Schema, Validators};
use serde_json::Value;

use super::linter::Linter;
use super::schema::is_definite;

pub(super) fn check(linter: &mut Linter<'_>) {
    let api = linter.api();
    // Schemas that only refer to one another can form endless chains.
    if !api.schemas.iter().all(|(name, schema)| is_definite(name, schema)) {
        return;
    }
    let validators = match Validators::new(api) {
        Ok(validators) => validators,
        Err(error) => {
            let hint = "fix the schema that the message names";
            let problem = format!("the examples cannot be checked: {}", error.problem());
            linter.find("example-schema", error.pointer(), problem, hint);
            return;
        }
    };
    for operation in &api.operations {
        check_request(linter, &validators, operation);
        check_parameters(linter, &validators, operation);
        check_response(linter, &validators, operation);
    }
    for (pointer, value) in examples(api) {
        check_secrets(linter, value, &pointer);
    }
}

fn check_request(linter: &mut Linter<'_>, validators: &Validators, operation: &Operation) {
    let Some(body) = &operation.body else { return };
    if body.content.examples.is_empty() && !operation.is_unknown("request example") {
        linter.find(
            "example",
            &body.content.pointer,
            "no request example",
            "examples: {documented: {value: …}}, or x-gofive-unknown: [\"request example: why\"]",
        );
    }
    check_examples(linter, validators, &body.content.schema, &body.content.examples);
}

fn check_parameters(linter: &mut Linter<'_>, validators: &Validators, operation: &Operation) {
    for parameter in &operation.parameters {
        match &parameter.example {
            Some(example) => {
                check_value(linter, validators, &parameter.schema, &example.pointer, &example.value);
            }
            None if parameter.required && !operation.is_unknown("request example") => {
                linter.find(
                    "example",
                    &parameter.pointer,
                    format!("no example for `{}`", parameter.name),
                    "example: …, or examples: {assembled: {summary: …, value: …}} with a value of another page, or \
                     x-gofive-unknown: [\"request example: why\"]",
                );
            }
            None => {}
        }
    }
}

fn check_response(linter: &mut Linter<'_>, validators: &Validators, operation: &Operation) {
    if operation.response_examples().is_empty()
        && matches!(operation.evidence.response, Grade::Complete | Grade::ExampleOnly)
        && !operation.is_unknown("response example")
    {
        linter.find(
            "example",
            operation.pointer.join("responses"),
            "no response example",
            "examples: {documented: {value: …}}, or x-gofive-unknown: [\"response example: why\"]",
        );
    }
    if let Some(schema) = operation.success_schema() {
        check_examples(linter, validators, schema, operation.response_examples());
    }
}

fn check_examples(linter: &mut Linter<'_>, validators: &Validators, schema: &Schema, examples: &[Example]) {
    for example in examples {
        check_value(linter, validators, schema, &example.pointer, &example.value);
        let is_adapted = example.printed.as_ref() != Some(&example.value);
        if let Some((example, _)) = example.pointer.split_last().filter(|_| !is_adapted) {
            let problem = "the page's own example and the `value` are equal";
            linter.find("example", example.join("x-gofive-portal"), problem, "remove it: nothing is adapted");
        }
    }
}

fn check_value(linter: &mut Linter<'_>, validators: &Validators, schema: &Schema, at: &Pointer, value: &Value) {
    for violation in validators.validate(schema, value).err().into_iter().flatten() {
        let hint = "fix the example, or the schema if the page confirms the example";
        linter.find(
            "example-schema",
            format!("{at}{}", violation.path),
            format!("the example breaks its schema: {}", violation.message),
            hint,
        );
    }
}

/// All examples of a document, each once.
fn examples(api: &Api) -> Vec<(Pointer, &Value)> {
    let operations = || api.operations.iter().chain(&api.webhooks);
    let parameters = operations().flat_map(|operation| &operation.parameters);
    let of_parameters = parameters.filter_map(|parameter| parameter.example.as_ref());
    let responses = operations().flat_map(|operation| operation.responses.values());
    let responses = responses.filter(|response| response.shared.is_none()).chain(api.responses.values());
    let bodies = operations().filter_map(|operation| Some(&operation.body.as_ref()?.content));
    let contents = bodies.chain(responses.filter_map(|response| response.content.as_ref()));
    let of_bodies = contents.flat_map(|content: &Content| &content.examples);
    let values = |example| {
        let Example { pointer, value, printed, .. }: &Example = example;
        let printed = printed.as_ref().zip(pointer.split_last());
        let printed = printed.map(|(printed, (example, _))| (example.join("x-gofive-portal"), printed));
        [Some((pointer.clone(), value)), printed].into_iter().flatten()
    };
    of_parameters.chain(of_bodies).flat_map(values).collect()
}

/// Checks every string inside an example.
fn check_secrets(linter: &mut Linter<'_>, value: &Value, at: &Pointer) {
    match value {
        Value::Object(object) => {
            for (name, inner) in object {
                check_secrets(linter, inner, &at.join(name));
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                check_secrets(linter, item, &at.item(index));
            }
        }
        Value::String(text) => {
            let name = at.split_last().map_or_else(String::new, |(_, name)| name.to_lowercase());
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

/// Whether a value under this name has a text inside that looks like a real credential.
pub(crate) fn has_secret(name: &str, value: &Value) -> bool {
    match value {
        Value::Object(properties) => properties.iter().any(|(name, value)| has_secret(name, value)),
        Value::Array(items) => items.iter().any(|item| has_secret("", item)),
        Value::String(text) => looks_secret(&name.to_lowercase(), text),
        _ => false,
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
