//! From the arguments of an agent to a request that matches the spec.

use gofive_api::RawJson;
use gofive_spec::{Operation, Parameter, ParameterLocation, Pointer, Violation};
use serde_json::{Map, Number, Value};

use crate::failure::Failure;
use crate::flags::innermost;
use crate::product::Product;
use crate::request::{Request, plain};
use crate::value::Kind;

/// How many violations of the spec are listed.
const MAX_VIOLATIONS: usize = 20;

/// How many characters of a violation are shown: it may quote the value.
const MAX_VIOLATION: usize = 300;

/// What an agent gives for a request.
#[derive(Debug)]
pub(super) struct Given<'a> {
    pub(super) path: &'a Map<String, Value>,
    pub(super) query: &'a Map<String, Value>,
    pub(super) body: Option<&'a Value>,
}

impl Given<'_> {
    /// The request, checked against the spec.
    pub(super) fn request(&self, product: &'static Product, operation: &'static Operation) -> Result<Request, Failure> {
        self.read(product, operation).map_err(|failure| {
            let hint = || format!("describe_operation of {} shows what it takes, and an example", operation.id);
            failure.hint_if_none(hint)
        })
    }

    fn read(&self, product: &'static Product, operation: &'static Operation) -> Result<Request, Failure> {
        let path = self.values(product, operation, ParameterLocation::Path)?;
        let query = self.values(product, operation, ParameterLocation::Query)?;
        let body = self.body(operation)?;
        let segment = |name: &str| path.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
        let request = Request::new(product, operation, segment, query, body, operation.paging.is_some())?;
        match request.violations(product)?.as_slice() {
            [] => Ok(request),
            violations => Err(Failure::usage(format!("{}: {}", operation.id, listed(violations)))),
        }
    }

    /// The values of the parameters at a location, as they are sent.
    fn values(
        &self,
        product: &'static Product,
        operation: &'static Operation,
        location: ParameterLocation,
    ) -> Result<Vec<(&'static str, String)>, Failure> {
        let given = if location == ParameterLocation::Path { self.path } else { self.query };
        let documented = || operation.parameters_in(location).filter(|one| !is_of_pages(operation, &one.name));
        let at = |name: &str| format!("{}: {}.{name}", operation.id, location.name());
        if let Some(name) = given.keys().find(|name| is_of_pages(operation, name)) {
            return Err(of_pages(operation, name));
        }
        if let Some(name) = given.keys().find(|name| documented().all(|one| one.name != **name)) {
            let known: Vec<_> = documented().map(|one| one.name.as_str()).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            let name: String = name.chars().take(80).collect();
            return Err(Failure::usage(format!("{} is not a parameter; its parameters are: {known}", at(&name))));
        }
        let mut values = Vec::new();
        for parameter in documented() {
            match given.get(&parameter.name).filter(|value| !value.is_null()) {
                None if parameter.required => {
                    return Err(Failure::usage(format!("{} is missing", at(&parameter.name))));
                }
                None => {}
                Some(value) => {
                    let value = text(product, parameter, value);
                    let invalid = |problem| Failure::usage(format!("{}: {problem}", at(&parameter.name)));
                    values.push((parameter.name.as_str(), value.map_err(invalid)?));
                }
            }
        }
        Ok(values)
    }

    fn body(&self, operation: &'static Operation) -> Result<Option<RawJson>, Failure> {
        let id = &operation.id;
        let body = match (self.body.filter(|body| !body.is_null()), &operation.body) {
            (Some(_), None) => return Err(Failure::usage(format!("{id} takes no body"))),
            // If the empty object lacks something, its violations say what.
            (None, Some(body)) if body.required => RawJson::from(Value::Object(Map::new())),
            (None, _) => return Ok(None),
            (Some(Value::String(text)), Some(_)) => {
                let text = text.parse::<RawJson>();
                text.map_err(|error| Failure::usage(format!("{id}: the body is not JSON: {error}")))?
            }
            (Some(body), Some(_)) => {
                if let Some(pointer) = inexact(body, &Pointer::root()) {
                    let cause = format!(
                        "{id}: {pointer} of the body has more digits than a number of JSON keeps on its way here"
                    );
                    return Err(Failure::usage(cause).hint("send the body as a text that has the same JSON"));
                }
                RawJson::from(body.clone())
            }
        };
        let paging = operation.paging.iter().flat_map(|paging| [&paging.position, &paging.size]);
        for name in paging {
            if body.pointer(Pointer::from_steps([name.as_str()]).as_ref()).is_some() {
                return Err(of_pages(operation, name));
            }
        }
        Ok(Some(body))
    }
}

/// Whether the pages set a parameter.
fn is_of_pages(operation: &Operation, name: &str) -> bool {
    operation.paging.as_ref().is_some_and(|paging| [&paging.position, &paging.size].iter().any(|known| *known == name))
}

fn of_pages(operation: &Operation, name: &str) -> Failure {
    let cause = format!("{}: {name} is set by the server", operation.id);
    Failure::usage(cause).hint("omit it, and set skip and limit beside the operation")
}

/// The value of a parameter as it is sent: dates in any common form, values of enumerations also by their names.
fn text(product: &'static Product, parameter: &'static Parameter, value: &Value) -> Result<String, String> {
    if inexact(value, &Pointer::root()).is_some() {
        return Err("it has more digits than a number of JSON keeps on its way here: send it as a text".to_owned());
    }
    let given = plain(&RawJson::from(value.clone())).map_err(|failure| failure.to_string())?;
    match Kind::of(innermost(&product.api, &parameter.schema)) {
        // The command reads the file that such a text names; an agent must not.
        Kind::Secret | Kind::Json => Err("a parameter of this type cannot be sent".to_owned()),
        kind => plain(&kind.parse(&given)?).map_err(|failure| failure.to_string()),
    }
}

/// The first number that may have lost digits when it was read: a fraction, or a long number, has 15 digits for certain.
fn inexact(value: &Value, at: &Pointer) -> Option<Pointer> {
    match value {
        Value::Number(number) => (number.is_f64() && digits(number) > 15).then(|| at.clone()),
        Value::Array(list) => list.iter().enumerate().find_map(|(index, item)| inexact(item, &at.item(index))),
        Value::Object(object) => object.iter().find_map(|(name, value)| inexact(value, &at.join(name))),
        _ => None,
    }
}

/// The number of significant digits.
fn digits(number: &Number) -> usize {
    let text = number.to_string();
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    digits.trim_matches('0').len()
}

fn listed(violations: &[Violation]) -> String {
    let one = |violation: &Violation| violation.to_string().chars().take(MAX_VIOLATION).collect::<String>();
    let mut listed: Vec<_> = violations.iter().take(MAX_VIOLATIONS).map(one).collect();
    if violations.len() > MAX_VIOLATIONS {
        listed.push("and more".to_owned());
    }
    listed.join("; ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_number_that_may_have_lost_digits_is_found() {
        let body: Value = serde_json::from_str(r#"{"a": [{"b": 12345678901234567.89}], "c": 1200.50}"#).unwrap();
        assert_eq!(inexact(&body, &Pointer::root()).unwrap().to_string(), "/a/0/b");
        for exact in [json!(1200.5), json!(-0.000_001), json!(100.554_321), json!(u64::MAX), json!(1e300), json!("1")] {
            assert_eq!(inexact(&exact, &Pointer::root()), None, "{exact}");
        }
    }
}
