//! Checks the names of schemas, by their role in an operation: `AddCaseRequest`, `AddCaseResponse`, `CustomerEvent`.

use std::collections::BTreeMap;

use gofive_spec::{Api, Operation, Pointer};
use heck::{ToPascalCase, ToSnakeCase};

use super::linter::Linter;
use crate::rust::names::{payload_type as response, request_type as request};

/// What a second noun follows in an operation's name: `create_document_from_raw_data`.
const PREPOSITIONS: [&str; 7] = ["as", "by", "for", "from", "in", "of", "with"];

pub(super) fn check(linter: &mut Linter<'_>) {
    let api = linter.api();
    let mut payloads: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut parts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for operation in &api.operations {
        check_body(linter, operation);
        check_envelope(linter, api, operation);
        if let Some(record) = operation.payload(api).ok().and_then(|payload| payload.record()) {
            payloads.entry(record).or_default().push(&operation.id);
        }
        // Failures are alike everywhere.
        let sent = operation.parameters.iter().map(|parameter| &parameter.schema).chain(operation.request_schema());
        for name in api.reachable(sent.chain(operation.success_schema())) {
            parts.entry(name).or_default().push(&operation.id);
        }
    }
    for (name, ids) in &payloads {
        check_payload(linter, name, ids);
    }
    for (name, ids) in &parts {
        if !payloads.contains_key(name) {
            check_part(linter, name, ids);
        }
    }
}

/// Checks that the request body has a schema named after the operation.
fn check_body(linter: &mut Linter<'_>, operation: &Operation) {
    let Some(schema) = operation.request_schema() else { return };
    let wanted = request(&operation.id);
    if schema.reference() != Some(&wanted) {
        let problem = format!("the body of `{}` is not `{wanted}`", operation.id);
        let hint = format!("name its schema `{wanted}`, and refer to it here");
        linter.find("naming", &schema.pointer, problem, hint);
    }
}

/// Checks that the schema around the payload is called an envelope.
fn check_envelope(linter: &mut Linter<'_>, api: &Api, operation: &Operation) {
    let Ok(payload) = operation.payload(api) else { return };
    let Some(name) = operation.success_schema().and_then(|schema| schema.reference()) else { return };
    let is_payload = payload.pointers.iter().any(Pointer::is_root) && payload.record() == Some(name);
    if !is_payload && !name.ends_with("Envelope") {
        let problem = format!("`{name}` contains the payload of `{}`, and is not called an envelope", operation.id);
        let wanted = format!("{}Envelope", operation.id.to_pascal_case());
        linter.find("naming", Pointer::to_schema(name), problem, format!("call it `{wanted}`"));
    }
}

/// Checks that a payload is named after its operation, or after the noun in the operation's name.
fn check_payload(linter: &mut Linter<'_>, name: &str, ids: &[&str]) {
    let is_noun = |id: &&str| has_noun(id, &words(name));
    let example = "a noun of the operation's name: `CustomerEvent` for `edit_customer_event`";
    let hint = match ids {
        [id] if name == response(id) || is_noun(id) => return,
        [id] => format!("call it `{}`, or use {example}", response(id)),
        _ if !name.ends_with("Request") && !name.ends_with("Response") => return,
        _ => format!("use {example}"),
    };
    let problem =
        format!("`{name}` is the payload of {}, and named neither after it nor after a noun of its name", list(ids));
    linter.find("naming", Pointer::to_schema(name), problem, hint);
}

/// Checks that any other object is named after what it is a part of.
fn check_part(linter: &mut Linter<'_>, name: &str, ids: &[&str]) {
    let object = linter.api().schema(name).and_then(|schema| schema.as_object());
    let is_object = object.is_some_and(|object| object.properties.is_some());
    if !is_object || name == "Status" || name.ends_with("Envelope") {
        return;
    }
    if !ids.iter().any(|id| is_part(id, name)) {
        let hint = "begin it with the name of the operation, or with a whole noun of that name: `SalesOrderLine`";
        let problem = format!("`{name}` begins neither with the name of {} nor with a noun of it", list(ids));
        linter.find("naming", Pointer::to_schema(name), problem, hint);
    }
}

/// Whether a name begins with that of the operation, or with a noun of it.
pub(crate) fn is_part(id: &str, name: &str) -> bool {
    let (words, nouns) = (words(name), nouns(id));
    let mut phrases = nouns.split(|word| PREPOSITIONS.contains(&word.as_str()));
    name.starts_with(&id.to_pascal_case()) || phrases.any(|phrase| phrase.first() == words.first())
}

fn words(name: &str) -> Vec<String> {
    name.to_snake_case().split('_').map(singular).collect()
}

fn singular(word: &str) -> String {
    word.strip_suffix('s').unwrap_or(word).to_owned()
}

/// Whether the words are a noun after the verb in an operation's name.
fn has_noun(id: &str, noun: &[String]) -> bool {
    nouns(id).windows(noun.len()).any(|window| window == noun)
}

/// What follows the verb in an operation's name, or both verbs: `create_or_update_customer`.
fn nouns(id: &str) -> Vec<String> {
    let words: Vec<_> = id.split('_').map(singular).collect();
    let verbs = if words.get(1).is_some_and(|word| word == "or") { 3 } else { 1 };
    words.into_iter().skip(verbs).collect()
}

fn list(ids: &[&str]) -> String {
    ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ")
}
