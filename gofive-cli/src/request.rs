//! The request of an operation: from the arguments to a path, a query and a body that match the spec.

use clap::ArgMatches;
use gofive_api::{CustomRequest, Gofive, Idempotency, Method, RawJson};
use gofive_spec::{MediaType, Operation, ParameterLocation, Pointer, SchemaKind, SchemaValidator, Segment};
use indexmap::IndexMap;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::body::{self, Object};
use crate::command::{flag_id, path_id};
use crate::failure::Failure;
use crate::flags::{Flag, Target, flags, innermost};
use crate::options::Options;
use crate::product::{Product, command_name};
use crate::value;

/// The characters of a segment that are sent as themselves.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A request that matches the spec.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) operation: &'static Operation,
    /// Percent-encoded, without the query.
    pub(crate) path: String,
    pub(crate) query: Vec<(&'static str, String)>,
    pub(crate) body: Option<RawJson>,
}

impl Request {
    /// Reads the request from the arguments of its command, and checks it against the spec.
    pub(crate) fn read(
        product: &'static Product,
        operation: &'static Operation,
        matches: &ArgMatches,
        options: &Options,
        in_pages: bool,
    ) -> Result<Self, Failure> {
        let flags = flags(&product.api, operation);
        let (mut query, mut properties) = (Vec::new(), Vec::new());
        for flag in &flags {
            match (&flag.target, given(flag, matches)) {
                (_, None) => {}
                (Target::Query(name), Some(value)) => query.push((*name, plain(&value)?)),
                (Target::Property(path), Some(value)) => properties.push((path.as_slice(), value)),
            }
        }
        if in_pages && let Some(paging) = &operation.paging {
            // The pages set both: what is required of them is not a question for the user.
            for name in [&paging.position, &paging.size] {
                let is_given = properties.iter().any(|(path, _)| *path == [name.as_str()]);
                let of_body = flags.iter().find(|flag| flag.is_required && flag.target == Target::Property(vec![name]));
                if let Some(Flag { target: Target::Property(path), .. }) = of_body
                    && !is_given
                {
                    properties.push((path, 0.into()));
                }
            }
        }
        let missing = flags.iter().filter(|flag| {
            flag.is_required
                && matches!(&flag.target, Target::Query(name) if query.iter().all(|(given, _)| given != name))
        });
        let missing: Vec<_> = missing.map(|flag| format!("--{}", flag.name)).collect();
        if !missing.is_empty() {
            let cause = format!("{}: {} is missing", command_name(operation), missing.join(", "));
            return Err(Failure::usage(cause).hint(help(product, operation)));
        }
        let request = Self {
            operation,
            path: path(operation, matches)?,
            query,
            body: assemble(product, operation, &properties, options)?,
        };
        request.check(product, &flags)?;
        Ok(request)
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

    fn check(&self, product: &'static Product, flags: &[Flag]) -> Result<(), Failure> {
        let Some(documented) = &self.operation.body else { return Ok(()) };
        let Some(body) = &self.body else { return Ok(()) };
        let unusable = |error: &dyn std::fmt::Display| Failure::usage(format!("the body cannot be checked: {error}"));
        let validator =
            SchemaValidator::new(&product.api, &documented.content.schema).map_err(|error| unusable(&error))?;
        let value = body.to_value().map_err(|error| unusable(&error))?;
        let Err(violations) = validator.validate(&value) else { return Ok(()) };
        let missing: Vec<_> =
            flags.iter().filter(|flag| self.lacks(flag)).map(|flag| format!("--{}", flag.name)).collect();
        let mut problems = Vec::new();
        if !missing.is_empty() {
            problems.push(format!("{} required properties are missing", missing.len()));
        }
        for violation in &violations {
            // The flags of the properties that are missing from the record itself are in the hint.
            if missing.is_empty()
                || !violation.message.ends_with("is a required property")
                || violation.path.contains('/')
            {
                problems.push(format!("{} {}", violation.path, violation.message).trim().to_owned());
            }
        }
        let hint =
            if missing.is_empty() { help(product, self.operation) } else { format!("set {}", missing.join(", ")) };
        Err(Failure::usage(format!("{}: {}", command_name(self.operation), problems.join("; "))).hint(hint))
    }

    /// Whether the body lacks the required property of a flag.
    fn lacks(&self, flag: &Flag) -> bool {
        let Target::Property(path) = &flag.target else { return false };
        let pointer = Pointer::from_steps(path);
        let record =
            |body: &RawJson| if body.as_str().starts_with('[') { body.pointer("/0") } else { Some(body.clone()) };
        let value = self.body.as_ref().and_then(record).and_then(|record| record.pointer(pointer.as_ref()));
        flag.is_required && value.is_none()
    }
}

/// The value that the arguments give to a flag.
fn given(flag: &Flag, matches: &ArgMatches) -> Option<RawJson> {
    let mut values = matches.try_get_many::<RawJson>(&flag_id(&flag.name)).ok().flatten()?;
    if !flag.is_list {
        return values.next().cloned();
    }
    let mut items = Vec::new();
    for value in values {
        // A list of JSON may also be given as a whole.
        match value.read::<Vec<RawJson>>() {
            Ok(list) => items.extend(list),
            Err(_) => items.push(value.clone()),
        }
    }
    RawJson::of(&items).ok()
}

fn assemble(
    product: &'static Product,
    operation: &'static Operation,
    properties: &[(&[&str], RawJson)],
    options: &Options,
) -> Result<Option<RawJson>, Failure> {
    let Some(documented) = &operation.body else { return Ok(None) };
    let schema = innermost(&product.api, &documented.content.schema);
    let is_list = matches!(schema.kind, SchemaKind::Array(_));
    let file = options.body.as_deref().map(body::read).transpose()?;
    let body = match file {
        Some(file) if properties.is_empty() => file,
        None if properties.is_empty() && !documented.required && options.body.is_none() => return Ok(None),
        Some(_) if is_list => {
            let cause =
                format!("{}: the body is a list, so --body and flags exclude each other", command_name(operation));
            return Err(Failure::usage(cause).hint("set all of it in the file, or a list of one record by flags"));
        }
        base => {
            let mut object = match base {
                None => Object::default(),
                Some(file) => file.read().map_err(|_| Failure::usage("flags need a --body that is an object"))?,
            };
            for (path, value) in properties {
                body::set(&mut object, path, value.clone());
            }
            let object = RawJson::of(&object).map_err(|error| Failure::usage(error.to_string()))?;
            if is_list { RawJson::of(&[object]).map_err(|error| Failure::usage(error.to_string()))? } else { object }
        }
    };
    Ok(Some(body::with_nulls(&product.api, &documented.content.schema, body)))
}

fn path(operation: &'static Operation, matches: &ArgMatches) -> Result<String, Failure> {
    let mut path = String::new();
    for segment in operation.segments() {
        path.push('/');
        let name = match segment {
            Segment::Literal(literal) => {
                path.push_str(literal);
                continue;
            }
            Segment::Parameter(name) => name,
        };
        let value = matches.get_one::<String>(&path_id(name)).map(String::as_str).unwrap_or_default();
        if value.trim().is_empty() || value == "." || value == ".." {
            let cause = format!("{}: {name} is {value:?}, which leads to another path", command_name(operation));
            return Err(Failure::usage(cause));
        }
        let parameter = operation.parameters_in(ParameterLocation::Path).find(|parameter| parameter.name == name);
        if let Some(parameter) = parameter {
            let kind = value::Kind::of(&parameter.schema);
            kind.parse(value)
                .map_err(|error| Failure::usage(format!("{}: {name}: {error}", command_name(operation))))?;
        }
        path.extend(utf8_percent_encode(value, SEGMENT));
    }
    Ok(path)
}

/// The text of a scalar, as it is sent in a query or in a form.
fn plain(value: &RawJson) -> Result<String, Failure> {
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
    match &operation.idempotency {
        gofive_spec::Idempotency::Safe => Idempotency::Safe,
        gofive_spec::Idempotency::Idempotent => Idempotency::Idempotent,
        gofive_spec::Idempotency::NonIdempotent => Idempotency::NonIdempotent,
        // A process calls one operation, so this is lost once.
        gofive_spec::Idempotency::With(keys) => {
            Idempotency::IdempotentWith(keys.iter().map(String::as_str).collect::<Vec<_>>().leak())
        }
    }
}

fn help(product: &Product, operation: &Operation) -> String {
    format!("gofive {} {} --help", product.name, command_name(operation))
}
