//! From the arguments of a command to its request.

use clap::ArgMatches;
use gofive_api::RawJson;
use gofive_spec::{Operation, Pointer, SchemaKind};

use super::{Request, plain};
use crate::body::{self, Object};
use crate::failure::Failure;
use crate::flags::{Flag, Target, flag_id, flags, innermost, path_id};
use crate::options::Options;
use crate::product::{Product, command_name};

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
        let missing = flags.iter().filter(|flag| {
            flag.is_required
                && matches!(&flag.target, Target::Query(name) if query.iter().all(|(given, _)| given != name))
        });
        let missing: Vec<_> = missing.map(|flag| format!("--{}", flag.name)).collect();
        if !missing.is_empty() {
            let cause = format!("{}: {} is missing", command_name(operation), missing.join(", "));
            return Err(Failure::usage(cause).hint(help(product, operation)));
        }
        let body = assemble(product, operation, &properties, options)?;
        let segment = |name: &str| matches.get_one::<String>(&path_id(name)).map(String::as_str);
        let request = Self::new(product, operation, segment, query, body, in_pages)?;
        request.check(product, &flags)?;
        Ok(request)
    }

    fn check(&self, product: &'static Product, flags: &[Flag]) -> Result<(), Failure> {
        let violations = self.violations(product)?;
        if violations.is_empty() {
            return Ok(());
        }
        let missing: Vec<_> =
            flags.iter().filter(|flag| self.lacks(flag)).map(|flag| format!("--{}", flag.name)).collect();
        let mut problems = Vec::new();
        if !missing.is_empty() {
            problems.push(match missing.len() {
                1 => "a required property is missing".to_owned(),
                count => format!("{count} required properties are missing"),
            });
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
    match file {
        Some(file) if properties.is_empty() => Ok(Some(file)),
        None if properties.is_empty() && !documented.required && options.body.is_none() => Ok(None),
        Some(_) if is_list => {
            let cause =
                format!("{}: the body is a list, so --body and flags exclude each other", command_name(operation));
            Err(Failure::usage(cause).hint("set all of it in the file, or a list of one record by flags"))
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
            let list = |object| RawJson::of(&[object]).map_err(|error| Failure::usage(error.to_string()));
            if is_list { list(object).map(Some) } else { Ok(Some(object)) }
        }
    }
}

fn help(product: &Product, operation: &Operation) -> String {
    format!("gofive {} {} --help", product.name, command_name(operation))
}
