//! The arguments of `--with`: `get-product:product-code=A001`.

use std::collections::BTreeMap;

use gofive_spec::{Idempotency, Operation, ParameterLocation};
use heck::ToKebabCase as _;

use crate::command;
use crate::failure::Failure;
use crate::flags::{Target, flags};
use crate::options::Options;
use crate::product::{Product, command_name};
use crate::request::Request;

/// The arguments of each operation, by the name of its command.
#[derive(Debug)]
pub(super) struct Given<'a>(BTreeMap<String, Vec<(String, &'a str)>>);

impl<'a> Given<'a> {
    /// Reads all of them, and checks that the operations have such arguments.
    pub(super) fn read(
        arguments: impl Iterator<Item = &'a String>,
        products: &[&'static Product],
    ) -> Result<Self, Failure> {
        let mut given: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for argument in arguments {
            let refuse = |cause: String| Failure::usage(format!("--with {argument}: {cause}"));
            let parts = argument.split_once(':').and_then(|(operation, rest)| Some((operation, rest.split_once('=')?)));
            let Some((operation, (name, value))) = parts else {
                return Err(refuse("it is not OPERATION:NAME=VALUE".to_owned())
                    .hint("write it like --with get-product:product-code=A001"));
            };
            let (operation, name) = (operation.replace('_', "-"), name.trim_start_matches('-').to_owned());
            let found = products.iter().find_map(|product| Some((*product, product.operation(&operation)?)));
            let Some((product, found)) = found.filter(|(_, found)| can_be_checked(found)) else {
                return Err(refuse(format!("{operation} is not an operation that only reads, of these products"))
                    .hint("gofive --help"));
            };
            let names = names(product, found);
            let Some(name) = names.iter().find(|known| **known == name || **known == name.to_kebab_case()) else {
                let hint = if names.is_empty() { "it takes no arguments".to_owned() } else { names.join(", ") };
                return Err(refuse(format!("{operation} has no argument {name}")).hint(hint));
            };
            given.entry(operation).or_default().push((name.clone(), value));
        }
        Ok(Self(given))
    }

    /// The request of an operation, or the names of the arguments that are missing.
    pub(super) fn request(
        &self,
        product: &'static Product,
        operation: &'static Operation,
    ) -> Result<Result<Request, Vec<String>>, Failure> {
        let given = self.0.get(&command_name(operation)).map(Vec::as_slice).unwrap_or_default();
        let is_given = |name: &String| given.iter().any(|(known, _)| known == name);
        let missing: Vec<_> = required(product, operation).into_iter().filter(|name| !is_given(name)).collect();
        if !missing.is_empty() {
            return Ok(Err(missing));
        }
        let in_path = in_path(operation);
        let options = given.iter().filter(|(name, _)| !in_path.contains(name));
        let options = options.map(|(name, value)| format!("--{name}={value}"));
        let values = in_path.iter().flat_map(|name| given.iter().filter(move |(known, _)| known == name));
        let values = values.map(|(_, value)| (*value).to_owned());
        let words = [command_name(operation)].into_iter().chain(options).chain(["--".to_owned()]).chain(values);
        let matches = command::of_operation(product, operation).try_get_matches_from(words).map_err(|error| {
            let text = error.render().to_string();
            let cause = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
            Failure::usage(format!("{}: {cause}", command_name(operation)))
        })?;
        Request::read(product, operation, &matches, &Options::default(), operation.paging.is_some()).map(Ok)
    }
}

/// Whether an operation only reads, is reviewed, and is not the one that issues tokens.
pub(super) fn can_be_checked(operation: &Operation) -> bool {
    operation.idempotency == Idempotency::Safe && operation.is_reviewed && operation.needs_token
}

/// The names of the path parameters.
fn in_path(operation: &'static Operation) -> Vec<String> {
    operation.parameters_in(ParameterLocation::Path).map(|parameter| parameter.name.to_kebab_case()).collect()
}

/// The names of all arguments.
fn names(product: &'static Product, operation: &'static Operation) -> Vec<String> {
    let flags = flags(&product.api, operation).into_iter().map(|flag| flag.name);
    in_path(operation).into_iter().chain(flags).collect()
}

/// The names of the arguments that have to be given. The pages of a list set their own.
fn required(product: &'static Product, operation: &'static Operation) -> Vec<String> {
    let is_of_pages = |target: &Target| match (&operation.paging, target) {
        (Some(paging), Target::Query(name)) => [&paging.position, &paging.size].iter().any(|known| known == name),
        (Some(paging), Target::Property(path)) => {
            matches!(path.as_slice(), [name] if [&paging.position, &paging.size].iter().any(|known| known == name))
        }
        (None, _) => false,
    };
    let flags = flags(&product.api, operation).into_iter();
    let flags = flags.filter(|flag| flag.is_required && !is_of_pages(&flag.target)).map(|flag| flag.name);
    in_path(operation).into_iter().chain(flags).collect()
}
