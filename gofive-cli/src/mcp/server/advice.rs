//! What an agent reads about a failure: the cause, what to do, and whether the outcome is unknown.

use gofive_api::{Error, ErrorKind};
use serde_json::Value;

use crate::failure::Failure;

/// How many characters of each text of a failure are shown.
const MAX_TEXT: usize = 2_000;

/// How many of the problems that the API lists are shown.
const MAX_PROBLEMS: usize = 20;

/// The failure as JSON. It says what an agent does about it, which is not what a person does.
pub(super) fn text(failure: &Failure) -> String {
    let mut json = failure.to_json();
    if let Some(error) = failure.error() {
        json["hint"] = advice(error).into();
    } else {
        json["kind"] = kind(failure.code()).into();
        json["outcomeUnknown"] = false.into();
    }
    if let Some(object) = json.as_object_mut() {
        object.remove("exitCode");
    }
    shorten(&mut json);
    json.to_string()
}

/// The kind of a failure that is not from a call.
fn kind(code: u8) -> &'static str {
    match code {
        Failure::USAGE => "refused",
        3 => "configuration",
        _ => "internal",
    }
}

/// What an agent does about an error.
fn advice(error: &Error) -> String {
    if error.outcome_unknown() {
        return "the operation may have been carried out: look by an operation that reads, before you call it again"
            .to_owned();
    }
    let advice = match error.kind() {
        ErrorKind::Configuration => {
            "ask the person to set up credentials by `gofive login`, or to start the server with --sandbox"
        }
        ErrorKind::TokenRefused | ErrorKind::Authentication => {
            "ask the person to check the credentials by `gofive doctor`: calling it again does not help"
        }
        ErrorKind::Permission => "ask the person: the credentials are not permitted to call this operation",
        ErrorKind::NotFound => "check the identifiers in the request: what it names does not exist",
        ErrorKind::Validation => "correct the request; describe_operation shows what it takes",
        ErrorKind::Business => "correct what the description names",
        ErrorKind::RateLimited => match error.retry_after() {
            Some(wait) => return format!("wait {} seconds, then call it again", wait.as_secs().max(1)),
            None => "wait a minute, then call it again",
        },
        ErrorKind::Server | ErrorKind::Transport | ErrorKind::Timeout => "call it again later",
        ErrorKind::Decode => "inform the person: the response cannot be read, and calling it again does not help",
        _ => "inform the person",
    };
    advice.to_owned()
}

/// Cuts what the API has sent.
fn shorten(json: &mut Value) {
    match json {
        Value::String(text) => {
            if let Some((end, _)) = text.char_indices().nth(MAX_TEXT) {
                text.truncate(end);
                text.push('\u{2026}');
            }
        }
        Value::Array(list) => {
            list.truncate(MAX_PROBLEMS);
            list.iter_mut().for_each(shorten);
        }
        Value::Object(object) => object.values_mut().for_each(shorten),
        _ => {}
    }
}
