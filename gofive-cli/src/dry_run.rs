//! `--dry-run`: the request as it would be sent, with its secrets masked.

use std::fmt::Write as _;

use gofive_api::RawJson;
use gofive_spec::{Api, Format, Schema};

use crate::body::Object;
use crate::failure::Failure;
use crate::flags::innermost;
use crate::options::Options;
use crate::output::pretty;
use crate::product::Product;
use crate::request::Request;
use crate::session;

/// What is printed in place of a secret.
const MASK: &str = "***";

/// The request as text: method and URL, headers, body.
pub(crate) fn text(product: &Product, request: &mut Request, options: &Options) -> Result<String, Failure> {
    let operation = request.operation;
    let base = session::base_url(options)?;
    let base = base.trim_end_matches('/');
    let mut text = format!("{} {base}{}", operation.method.as_str(), request.path);
    for (index, (name, value)) in request.query.iter().enumerate() {
        let value = percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC);
        let _ = write!(text, "{}{name}={value}", if index == 0 { '?' } else { '&' });
    }
    text.push('\n');
    if operation.needs_token {
        let _ = writeln!(text, "Authorization: Bearer {MASK}");
    }
    let _ = writeln!(text, "Ocp-Apim-Subscription-Key: {MASK}");
    if let (Some(documented), Some(body)) = (&operation.body, request.body.take()) {
        let body = masked(&product.api, &documented.content.schema, body);
        let _ = writeln!(text, "Content-Type: {}\n\n{}", documented.media_type, pretty(body.as_str(), 0));
    }
    Ok(text)
}

/// The same body with its secrets masked.
fn masked(api: &Api, schema: &Schema, body: RawJson) -> RawJson {
    let schema = innermost(api, schema);
    if schema.format() == Some(Format::Password) {
        return MASK.into();
    }
    if let (Some(items), Ok(list)) = (schema.items(), body.read::<Vec<RawJson>>()) {
        let list: Vec<_> = list.into_iter().map(|item| masked(api, items, item)).collect();
        return RawJson::of(&list).unwrap_or(body);
    }
    let Ok(mut object) = body.read::<Object>() else { return body };
    for property in schema.properties() {
        if let Some(value) = object.get_mut(&property.name) {
            *value = masked(api, &property.schema, std::mem::take(value));
        }
    }
    RawJson::of(&object).unwrap_or(body)
}
