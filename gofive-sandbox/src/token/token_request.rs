//! Checks a token request; its error responses follow OAuth 2.0.

use gofive_spec::{Operation, Spec};
use serde_json::Value;

use crate::operations::form;
use crate::operations::request::{describe, is_media_type};
use crate::operations::response;
use crate::settings::Settings;

/// Why a token request is refused.
#[derive(Debug)]
pub(crate) struct TokenRefusal {
    error: &'static str,
    pub(crate) description: String,
}

/// Checks a token request.
pub(crate) fn check(
    spec: &Spec,
    operation: &Operation,
    settings: &Settings,
    content_type: &str,
    body: &[u8],
) -> Result<(), TokenRefusal> {
    let Some(documented) = &operation.body else { return Err(refusal("invalid_request", "no body is documented")) };
    let (media_type, schema) = (documented.media_type.name(), &documented.content.schema);
    if !is_media_type(content_type, media_type) {
        return Err(refusal("invalid_request", &format!("the Content-Type must be {media_type}")));
    }
    let form = form::decode(spec, schema, body);
    if let Err(violations) = spec.validate(schema, &form) {
        let only_grant_type = violations.iter().all(|violation| violation.path == "/grant_type");
        let error = if only_grant_type { "unsupported_grant_type" } else { "invalid_request" };
        return Err(refusal(error, &describe("", &violations).join("; ")));
    }
    if form["client_id"] == settings.client_id && form["client_secret"] == settings.client_secret {
        Ok(())
    } else {
        Err(refusal("invalid_client", "client_id or client_secret is wrong"))
    }
}

impl TokenRefusal {
    /// The body of the response.
    pub(crate) fn body(&self) -> Value {
        response::oauth_error(self.error, &self.description)
    }
}

fn refusal(error: &'static str, description: &str) -> TokenRefusal {
    TokenRefusal { error, description: description.to_owned() }
}
