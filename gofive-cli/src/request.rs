//! The request of an operation: a path, a query and a body that match the spec. Arguments of a command line give them, or an
//! agent.

mod arguments;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use gofive_api::{CustomRequest, Gofive, Idempotency, Method, RawJson};
use gofive_spec::{Api, MediaType, Operation, Paging, ParameterLocation, SchemaValidator, Segment, Violation};
use indexmap::IndexMap;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::body::{self, Object};
use crate::failure::Failure;
use crate::flags::{innermost, is_null_if_unset, record};
use crate::product::{Product, command_name};
use crate::value;

/// The characters of a segment that are sent as themselves.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A request for one operation.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) operation: &'static Operation,
    /// Percent-encoded, without the query.
    pub(crate) path: String,
    pub(crate) query: Vec<(&'static str, String)>,
    pub(crate) body: Option<RawJson>,
}

impl Request {
    /// Assembles a request from the values of its path parameters, by name, its query, and its body. For a list in pages, the
    /// request has the properties that the pages set.
    pub(crate) fn new<'a>(
        product: &'static Product,
        operation: &'static Operation,
        segment: impl Fn(&str) -> Option<&'a str>,
        query: Vec<(&'static str, String)>,
        body: Option<RawJson>,
        in_pages: bool,
    ) -> Result<Self, Failure> {
        let path = path(&product.api, operation, segment)?;
        let paging = operation.paging.as_ref().filter(|_| in_pages);
        let body = match &operation.body {
            None => None,
            Some(documented) => {
                let schema = &documented.content.schema;
                let body = match paging {
                    Some(paging) => with_paging(&product.api, operation, paging, body.as_ref()),
                    None => body,
                };
                body.map(|body| body::with_nulls(&product.api, schema, body))
            }
        };
        Ok(Self { operation, path, query, body })
    }

    /// What of the body does not match the spec.
    pub(crate) fn violations(&self, product: &'static Product) -> Result<Vec<Violation>, Failure> {
        let (Some(documented), Some(body)) = (&self.operation.body, &self.body) else { return Ok(Vec::new()) };
        let unusable = |error: &dyn std::fmt::Display| Failure::usage(format!("the body cannot be checked: {error}"));
        let validator =
            SchemaValidator::new(&product.api, &documented.content.schema).map_err(|error| unusable(&error))?;
        let value = body.to_value().map_err(|error| unusable(&error))?;
        Ok(validator.validate(&value).err().unwrap_or_default())
    }

    /// The request for a session.
    pub(crate) fn of_session(&self, gofive: &Gofive) -> Result<CustomRequest, Failure> {
        let operation = self.operation;
        let method = Method::from_bytes(operation.method.as_str().as_bytes());
        let method = method.map_err(|error| Failure::usage(format!("{}: {error}", operation.id)))?;
        let pointers: Vec<_> = operation.payload_pointers.iter().map(ToString::to_string).collect();
        let mut request = gofive.request(method, &self.path).name(&operation.id).idempotency(idempotency(operation));
        if !pointers.is_empty() {
            request = request.payload(pointers.iter().map(String::as_str));
        }
        for (name, value) in &self.query {
            request = request.query(name, value);
        }
        if !operation.needs_token {
            request = request.without_token();
        }
        Ok(match (&self.body, self.is_form()) {
            (None, _) => request,
            (Some(body), false) => request.json(body),
            (Some(body), true) => request.form(&form(body)?),
        })
    }

    /// The request as one text, by which the file of `--resume` recognizes it.
    pub(crate) fn identity(&self) -> String {
        let query: Vec<_> = self.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let body = self.body.as_ref().map_or("", RawJson::as_str);
        format!("{} {} {} {body}", self.operation.id, self.path, query.join("&")).trim_end().to_owned()
    }

    /// Whether the body is sent as a form.
    pub(crate) fn is_form(&self) -> bool {
        self.operation.body.as_ref().is_some_and(|body| body.media_type == MediaType::Form)
    }
}

/// The path of an operation with the values of its parameters.
fn path<'a>(
    api: &'static Api,
    operation: &'static Operation,
    segment: impl Fn(&str) -> Option<&'a str>,
) -> Result<String, Failure> {
    let mut path = String::new();
    for step in operation.segments() {
        path.push('/');
        let name = match step {
            Segment::Literal(literal) => {
                path.push_str(literal);
                continue;
            }
            Segment::Parameter(name) => name,
        };
        let value = segment(name).unwrap_or_default();
        if value.trim().is_empty() || value == "." || value == ".." {
            let cause = format!("{}: {name} is {value:?}, which leads to another path", command_name(operation));
            return Err(Failure::usage(cause));
        }
        let parameter = operation.parameters_in(ParameterLocation::Path).find(|parameter| parameter.name == name);
        if let Some(parameter) = parameter {
            let kind = value::Kind::of(innermost(api, &parameter.schema));
            kind.check(value)
                .map_err(|error| Failure::usage(format!("{}: {name}: {error}", command_name(operation))))?;
        }
        path.extend(utf8_percent_encode(value, SEGMENT));
    }
    Ok(path)
}

/// Adds what a body needs before the pages set their position and their size in it: what is required of them is not a question
/// for the user.
fn with_paging(
    api: &'static Api,
    operation: &'static Operation,
    paging: &Paging,
    body: Option<&RawJson>,
) -> Option<RawJson> {
    let record = operation.request_schema().map(|schema| record(api, schema))?;
    let mut object = match body {
        None => Object::default(),
        Some(body) => match body.read::<Object>() {
            Ok(object) => object,
            Err(_) => return Some(body.clone()),
        },
    };
    let of_paging = |name: &str| *name == paging.position || *name == paging.size;
    let mut is_in_body = body.is_some();
    for property in record.properties().iter().filter(|property| of_paging(&property.name)) {
        is_in_body = true;
        if property.required && !is_null_if_unset(api, property) && !object.contains_key(&property.name) {
            object.insert(property.name.clone(), 0.into());
        }
    }
    is_in_body.then(|| RawJson::of(&object).unwrap_or_default())
}

/// The text of a scalar, as it is sent in a query or in a form.
pub(crate) fn plain(value: &RawJson) -> Result<String, Failure> {
    if let Ok(text) = value.read::<String>() {
        return Ok(text);
    }
    match value.as_str() {
        json if json.starts_with(['[', '{']) => Err(Failure::usage(format!("{json} cannot be sent as a parameter"))),
        json => Ok(json.to_owned()),
    }
}

fn form(body: &RawJson) -> Result<Vec<(String, String)>, Failure> {
    let object: IndexMap<String, RawJson> = body.read().map_err(|_| Failure::usage("a form has to be an object"))?;
    object.into_iter().map(|(name, value)| Ok((name, plain(&value)?))).collect()
}

/// What the library needs to know before it sends something twice.
fn idempotency(operation: &'static Operation) -> Idempotency {
    /// The keys of each operation. They are lost to the allocator once, and not with each call.
    static KEYS: Mutex<BTreeMap<&str, &[&str]>> = Mutex::new(BTreeMap::new());

    match &operation.idempotency {
        gofive_spec::Idempotency::Safe => Idempotency::Safe,
        gofive_spec::Idempotency::Idempotent => Idempotency::Idempotent,
        gofive_spec::Idempotency::NonIdempotent => Idempotency::NonIdempotent,
        gofive_spec::Idempotency::With(keys) => {
            let mut known = KEYS.lock().unwrap_or_else(PoisonError::into_inner);
            let leak = || &*keys.iter().map(String::as_str).collect::<Vec<_>>().leak();
            Idempotency::IdempotentWith(known.entry(&operation.id).or_insert_with(leak))
        }
    }
}
