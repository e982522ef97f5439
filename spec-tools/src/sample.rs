//! Requests built from the documented examples, without a secret: commands for curl, and files for editors.

pub(crate) mod curl;
pub(crate) mod http;

use gofive_spec::{MediaType, Operation, Parameter, ParameterLocation, Segment};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// Everything but what no part of a URL reserves.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The fields of a token request that identify the caller.
const CLIENT_ID: &str = "client_id";
const CLIENT_SECRET: &str = "client_secret";

/// One request of an operation.
struct Sample<'a> {
    operation: &'a Operation,
    /// Where the body is from; empty if it has none.
    source: &'a str,
    /// The path and the query, encoded.
    target: String,
    body: Body<'a>,
    /// The names of the parameters that no page has an example of: their names are their values.
    placeholders: Vec<&'a str>,
}

enum Body<'a> {
    None,
    /// A body that is required, and of which no page has an example.
    Undocumented,
    Json(&'a Value),
    /// The fields of a form.
    Form(Vec<(&'a str, Field)>),
}

enum Field {
    ClientId,
    ClientSecret,
    Documented(String),
}

/// The requests of an operation: one for each documented body, or else one without a body.
fn samples(operation: &Operation) -> Vec<Sample<'_>> {
    let examples = operation.request_examples();
    if examples.is_empty() {
        let is_required = operation.body.as_ref().is_some_and(|body| body.required);
        return vec![sample(operation, "", if is_required { Body::Undocumented } else { Body::None })];
    }
    let is_form = operation.body.as_ref().is_some_and(|body| body.media_type == MediaType::Form);
    let body = |value| if is_form { Body::Form(form(value)) } else { Body::Json(value) };
    examples.iter().map(|example| sample(operation, &example.summary, body(&example.value))).collect()
}

fn sample<'a>(operation: &'a Operation, source: &'a str, body: Body<'a>) -> Sample<'a> {
    let placeholders = sent(operation).filter(|parameter| parameter.example.is_none());
    let placeholders = placeholders.map(|parameter| parameter.name.as_str()).collect();
    Sample { operation, source, target: target(operation), body, placeholders }
}

/// The parameters that a request has: those that are required, and those that a page has an example of.
fn sent(operation: &Operation) -> impl Iterator<Item = &Parameter> {
    operation.parameters.iter().filter(|parameter| parameter.required || parameter.example.is_some())
}

fn target(operation: &Operation) -> String {
    let value = |parameter: &Parameter| {
        parameter.example.as_ref().map_or_else(|| parameter.name.clone(), |example| text(&example.value))
    };
    let mut target = String::new();
    for segment in operation.segments() {
        target.push('/');
        match segment {
            Segment::Literal(text) => target.push_str(text),
            Segment::Parameter(name) => {
                let parameter =
                    operation.parameters_in(ParameterLocation::Path).find(|parameter| parameter.name == name);
                target.push_str(&encoded(&parameter.map_or_else(|| name.to_owned(), value)));
            }
        }
    }
    let query = sent(operation).filter(|parameter| parameter.location == ParameterLocation::Query);
    for (index, parameter) in query.enumerate() {
        target.push(if index == 0 { '?' } else { '&' });
        target.push_str(&format!("{}={}", encoded(&parameter.name), encoded(&value(parameter))));
    }
    target
}

fn form(example: &Value) -> Vec<(&str, Field)> {
    let fields = example.as_object().into_iter().flatten();
    let field = |(name, value): (&'_ String, &Value)| match name.as_str() {
        CLIENT_ID => Field::ClientId,
        CLIENT_SECRET => Field::ClientSecret,
        _ => Field::Documented(text(value)),
    };
    fields.map(|(name, value)| (name.as_str(), field((name, value)))).collect()
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string())
}
