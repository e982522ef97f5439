//! Checks a request for a token, and refuses it in the manner of OAuth.

use gofive_spec::{Operation, Spec};
use serde_json::{Value, json};

use crate::builder::Settings;
use crate::check::{is_media_type, readable};
use crate::form::{self, FORM};

/// The body of a refusal: `error` and `error_description`.
pub(crate) fn check(
    spec: &Spec,
    operation: &Operation,
    settings: &Settings,
    content_type: &str,
    body: &[u8],
) -> Result<(), Value> {
    let media_type = operation.request_media_type().unwrap_or(FORM);
    if !is_media_type(content_type, media_type) {
        return Err(refusal("invalid_request", &format!("the Content-Type has to be {media_type}")));
    }
    let schema = operation.request_schema().unwrap_or_default();
    let form = form::decode(spec, spec.doc().pointer(&schema).unwrap_or(&Value::Null), body);
    if let Err(violations) = spec.validate(schema, &form) {
        let of_the_grant_alone = violations.iter().all(|violation| violation.path == "/grant_type");
        let error = if of_the_grant_alone { "unsupported_grant_type" } else { "invalid_request" };
        return Err(refusal(error, &readable("", &violations).join("; ")));
    }
    if form["client_id"] == settings.client_id && form["client_secret"] == settings.client_secret {
        Ok(())
    } else {
        Err(refusal("invalid_client", "client_id or client_secret is wrong"))
    }
}

fn refusal(error: &str, description: &str) -> Value {
    json!({ "error": error, "error_description": description })
}
