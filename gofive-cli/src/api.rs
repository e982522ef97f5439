//! `gofive api`: calls any path.

use std::io::{self, Write as _};

use clap::ArgMatches;
use gofive_api::{CustomRequest, Gofive, Idempotency, Method, RawJson};

use crate::body::Object;
use crate::call;
use crate::failure::Failure;
use crate::options::Options;
use crate::routes::Routes;
use crate::value;

/// The name of a request that belongs to no operation.
const NAME: &str = "api";

/// Carries out the command.
pub(crate) async fn api(matches: &ArgMatches, options: &Options) -> Result<(), Failure> {
    let text = |id: &str| matches.get_one::<String>(id).cloned().unwrap_or_default();
    let method = text("method").to_uppercase();
    let method = Method::from_bytes(method.as_bytes()).map_err(|_| {
        Failure::usage(format!("{method:?} is not a method of HTTP")).hint("GET, POST, PUT, PATCH or DELETE")
    })?;
    let fields = fields(matches)?;
    let input = matches.get_one::<String>("input").map(|file| read(file)).transpose()?;
    let is_get = method == Method::GET;
    let pointers: Vec<String> = matches.get_many("payload").into_iter().flatten().cloned().collect();
    let idempotency = if is_get || matches.get_flag("safe") { Idempotency::Safe } else { Idempotency::NonIdempotent };
    let path = text("path");
    let name = if options.record.is_some() { recorded_as(&method, &path) } else { NAME };
    let request = |gofive: &Gofive| -> Result<CustomRequest, Failure> {
        let mut request = gofive.request(method.clone(), &path).name(name).idempotency(idempotency);
        if !pointers.is_empty() {
            request = request.payload(pointers.iter().map(String::as_str));
        }
        if is_get || input.is_some() {
            for (name, value) in &fields {
                request = request.query(name, query(name, value)?);
            }
        }
        Ok(match &input {
            Some(body) => request.json(body),
            None if !is_get && !fields.is_empty() => request.json(&fields),
            None => request,
        })
    };
    call::send(options, Vec::new(), request, |payload| payload).await
}

/// The operation that the response is recorded for. A response of no operation is not recorded, and the user is warned.
fn recorded_as(method: &Method, path: &str) -> &'static str {
    let without_query = path.split(['?', '#']).next().unwrap_or_default();
    Routes::default().operation(method.as_str(), without_query).unwrap_or_else(|| {
        let _ = io::stderr().write_all(b"warning: the spec does not have this path, so the response is not recorded\n");
        NAME
    })
}

fn read(file: &str) -> Result<RawJson, Failure> {
    let text = value::read_file(file).map_err(|error| Failure::io(format!("--input: {error}")))?;
    text.parse().map_err(|error| Failure::usage(format!("--input: {file} is not JSON: {error}")))
}

fn fields(matches: &ArgMatches) -> Result<Object, Failure> {
    let mut fields = Object::default();
    for (id, is_json) in [("text", false), ("json", true)] {
        for field in matches.get_many::<String>(id).into_iter().flatten() {
            let (name, value) =
                field.split_once('=').ok_or_else(|| Failure::usage(format!("{field:?} is not NAME=VALUE")))?;
            let value = if is_json {
                value::Kind::Json.parse(value).map_err(|error| Failure::usage(format!("-F {name}: {error}")))?
            } else {
                value.into()
            };
            fields.insert(name.to_owned(), value);
        }
    }
    Ok(fields)
}

fn query(name: &str, value: &RawJson) -> Result<String, Failure> {
    match value.as_str() {
        json if json.starts_with(['[', '{']) => Err(Failure::usage(format!("{name}: a query cannot have {json}"))),
        json if json.starts_with('"') => {
            value.read().map_err(|error| Failure::usage(io::Error::from(error).to_string()))
        }
        json => Ok(json.to_owned()),
    }
}
