//! The keyword `format`, as the documents use it.

use jsonschema::paths::Location;
use jsonschema::{Keyword, ValidationError};
use serde_json::{Map, Value};

use crate::Format;
use crate::schema::INT64;

type Result<'a, T> = std::result::Result<T, ValidationError<'a>>;

/// A format of texts, or `None` for whole numbers of 64 bits.
struct FormatKeyword(Option<Format>);

/// Makes the validator of a `format` in a schema. A format that is not known here accepts everything.
pub(super) fn format_keyword<'a>(
    _: &'a Map<String, Value>,
    name: &'a Value,
    _: Location,
) -> Result<'a, Box<dyn for<'i> Keyword<'i>>> {
    let name = name.as_str().ok_or_else(|| ValidationError::custom("a format is a string"))?;
    let format = if name == INT64 { None } else { Some(Format::named(name).unwrap_or(Format::Password)) };
    Ok(Box::new(FormatKeyword(format)))
}

impl<'i> Keyword<'i> for FormatKeyword {
    fn validate(&self, value: &'i Value) -> Result<'i, ()> {
        if self.is_valid(value) {
            return Ok(());
        }
        let name = self.0.map_or(INT64, Format::name);
        Err(ValidationError::custom(format!("{value} is not a \"{name}\"")))
    }

    fn is_valid(&self, value: &'i Value) -> bool {
        match (self.0, value) {
            (Some(format), Value::String(text)) => format.accepts(text),
            // A whole number that is too long for an integer was read as a number with a fraction.
            (None, Value::Number(number)) => {
                let is_short = |float: f64| float.fract() != 0.0 || float.abs() < 2_f64.powi(63);
                number.is_i64() || number.is_f64() && number.as_f64().is_some_and(is_short)
            }
            _ => true,
        }
    }
}
