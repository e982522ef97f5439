//! Undocumented JSON, kept as the text that was sent.

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error as _, MapAccess, Visitor};
use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::errors::masking::Secrets;
use crate::values::name::Name;
use crate::values::{raw, scalar};

/// Any JSON, kept as the text that was sent: no digit or property is lost, and nothing is decoded until you ask for it.
///
/// It is the type of everything that the portal does not document: whole payloads, single properties, and the unknown
/// properties in the `extra` of a record. Two values are equal if they differ in white space only.
///
/// ```
/// use gofive_api::{Decimal, RawJson};
/// use serde_json::json;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let sent: RawJson = r#"{"total": 12345678901234567.89, "lines": []}"#.parse()?;
///
/// #[derive(serde::Deserialize)]
/// struct Totals {
///     total: Decimal,
/// }
/// assert_eq!(sent.read::<Totals>()?.total.to_string(), "12345678901234567.89");
/// assert_eq!(sent.to_value()?["lines"], json!([]));
/// assert_eq!(RawJson::from(json!({"total": 1})).as_str(), r#"{"total":1}"#);
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct RawJson(Box<str>);

impl RawJson {
    /// Returns the JSON text, as sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether it is null.
    pub fn is_null(&self) -> bool {
        self.as_str() == "null"
    }

    /// Reads it as a type of yours; the scalars of this crate keep their digits.
    ///
    /// # Errors
    /// If the JSON is of another type; the error has the line and column in the text.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.as_str())
    }

    /// Converts it to a [`Value`], which keeps 17 digits of a number that is not whole, unless the feature
    /// `arbitrary_precision` of `serde_json` is on.
    ///
    /// # Errors
    /// If a `Value` cannot represent it: it is nested too deeply, a number is too large, or a text is not Unicode.
    pub fn to_value(&self) -> Result<Value, serde_json::Error> {
        serde_json::from_str(self.as_str())
    }

    /// Returns the value at a JSON pointer ([RFC 6901](https://www.rfc-editor.org/rfc/rfc6901)): `/data/0/eventId`.
    /// `None` if there is none. Of two properties of the same name it takes the first.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sent: gofive_api::RawJson = r#"{"data": [{"total": 1.10}]}"#.parse()?;
    /// let total = sent.pointer("/data/0/total").ok_or("no total")?;
    /// assert_eq!(total.read::<gofive_api::Decimal>()?.to_string(), "1.10");
    /// # Ok(()) }
    /// ```
    pub fn pointer(&self, pointer: &str) -> Option<Self> {
        let steps = match pointer {
            "" => return Some(self.clone()),
            _ => pointer.strip_prefix('/')?.split('/'),
        };
        let found = steps.map(|step| step.replace("~1", "/").replace("~0", "~"));
        found.into_iter().try_fold(self.clone(), |json, step| json.entry(&step))
    }

    /// A property of an object, or an item of a list.
    fn entry(&self, step: &str) -> Option<Self> {
        let (mut found, mut index) = (None, 0_usize);
        // It ends with an error once the closure has found its value.
        let _ = raw::walk(self.as_str(), &mut |name, value| {
            let is_here = name.map_or_else(|| index.to_string() == step, |name| name == step);
            index += 1;
            if is_here {
                found = Some(Self(value.into()));
            }
            !is_here
        });
        found
    }

    /// Writes a value of yours as JSON.
    ///
    /// # Errors
    /// If it has no JSON representation, such as a map whose keys are not texts.
    pub fn of(value: &impl Serialize) -> Result<Self, serde_json::Error> {
        serde_json::to_string(value).map(|json| Self(json.into()))
    }

    /// Wraps a text that has already been read as JSON.
    #[cfg(feature = "venio")]
    pub(crate) fn checked(json: &str) -> Self {
        Self(json.trim_ascii().into())
    }

    /// All bytes but white space between tokens.
    fn tokens(&self) -> impl Iterator<Item = u8> + '_ {
        let (mut in_text, mut escaped) = (false, false);
        self.as_str().bytes().filter(move |byte| {
            let is_token = in_text || !byte.is_ascii_whitespace();
            if *byte == b'"' && !escaped {
                in_text = !in_text;
            }
            escaped = in_text && *byte == b'\\' && !escaped;
            is_token
        })
    }
}

/// Null.
impl Default for RawJson {
    fn default() -> Self {
        Self("null".into())
    }
}

impl From<Value> for RawJson {
    fn from(value: Value) -> Self {
        Self(value.to_string().into())
    }
}

macro_rules! from {
    ($($scalar:ty),*) => {$(
        impl From<$scalar> for RawJson {
            fn from(value: $scalar) -> Self {
                Value::from(value).into()
            }
        }
    )*};
}

from!(bool, i32, i64, u32, u64, &str, String);

/// Checks that a text is JSON, and keeps it.
impl FromStr for RawJson {
    type Err = serde_json::Error;

    fn from_str(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }
}

impl PartialEq for RawJson {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str() || self.tokens().eq(other.tokens())
    }
}

impl Eq for RawJson {}

/// Compares the JSON as a [`Value`].
impl PartialEq<Value> for RawJson {
    fn eq(&self, other: &Value) -> bool {
        self.to_value().is_ok_and(|value| value == *other)
    }
}

/// The beginning, with the values of secret properties masked and control characters escaped, because debug output ends
/// up in logs.
impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Secrets::default().excerpt(self.as_str().as_bytes()))
    }
}

/// The JSON text, as sent.
impl fmt::Display for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// JSON gets the text; any other format gets a [`Value`].
impl Serialize for RawJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if scalar::is_json::<S>() {
            serde_json::from_str::<&RawValue>(&self.0).map_err(S::Error::custom)?.serialize(serializer)
        } else {
            self.to_value().map_err(S::Error::custom)?.serialize(serializer)
        }
    }
}

/// From JSON, the text; from any other format, or where serde has buffered, a [`Value`].
impl<'de> Deserialize<'de> for RawJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RawVisitor;

        impl<'de> Visitor<'de> for RawVisitor {
            type Value = RawJson;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawJson, A::Error> {
                match map.next_key()? {
                    Some(Name(name)) if name == scalar::RAW => map.next_value().map(RawJson),
                    _ => Err(A::Error::custom("the format does not provide JSON")),
                }
            }
            fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<RawJson, D::Error> {
                Value::deserialize(deserializer).map(dates_as_texts).map(RawJson::from)
            }
        }

        deserializer.deserialize_newtype_struct(scalar::RAW, RawVisitor)
    }
}

/// TOML passes its dates as objects with one property of a private name.
fn dates_as_texts(value: Value) -> Value {
    match value {
        Value::Object(mut date) if date.len() == 1 && date.contains_key(scalar::TOML_DATETIME) => {
            date.remove(scalar::TOML_DATETIME).unwrap_or_default()
        }
        Value::Object(object) => object.into_iter().map(|(name, value)| (name, dates_as_texts(value))).collect(),
        Value::Array(items) => items.into_iter().map(dates_as_texts).collect(),
        scalar => scalar,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn raw(json: &str) -> RawJson {
        json.parse().unwrap()
    }

    #[test]
    fn any_text_is_kept() {
        for json in ["null", "1.10", "-0", "1e999", r#""\ud800""#, "[ 1 , 2 ]", r#"{"a" : {"a": 1, "a": 2}}"#] {
            assert_eq!(raw(&format!(" {json}\n")).as_str(), json);
            assert_eq!(serde_json::to_string(&raw(json)).unwrap(), json);
        }
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        assert_eq!(raw(&deep).to_string(), deep);
        assert!(raw(&deep).to_value().is_err() && raw("1e999").to_value().is_err());
        assert!("1 2".parse::<RawJson>().is_err() && "".parse::<RawJson>().is_err());
    }

    #[test]
    fn values_are_equal_if_they_differ_in_white_space_only() {
        assert_eq!(raw("{\n \"a\" : [1, 2] }"), raw(r#"{"a":[1,2]}"#));
        assert_eq!(raw(r#"{"a\" b": " "}"#), raw(r#"{ "a\" b":" " }"#));
        assert_ne!(raw(r#"" ""#), raw(r#""""#));
        assert_ne!(raw(r#""\\" "#), raw(r#""\\ ""#));
        assert_ne!(raw("1.0"), raw("1.00"));
        assert_eq!(raw(r#"{"a": 1}"#), json!({"a": 1}));
    }

    #[test]
    fn a_pointer_leads_to_properties_and_items() {
        let json = raw(r#"{"a/b": [1, {"~": 1.10}], "": null, "0": 2, "a": 1, "a": 2}"#);
        let at = |pointer| json.pointer(pointer).map(|found| found.to_string());
        for (pointer, expected) in [
            ("", Some(json.as_str())),
            ("/a~1b/1/~0", Some("1.10")),
            ("/", Some("null")),
            ("/0", Some("2")),
            ("/a", Some("1")),
            ("/a~1b/2", None),
            ("/a~1b/01", None),
            ("/a/b", None),
            ("a", None),
        ] {
            assert_eq!(at(pointer).as_deref(), expected, "{pointer:?}");
        }
    }

    #[test]
    fn a_value_and_other_formats_are_read_and_written() {
        let value = json!({"a": [1, null, "b"], "c": 1.5});
        assert_eq!(serde_json::from_value::<RawJson>(value.clone()).unwrap(), value);
        assert_eq!(serde_json::to_value(RawJson::from(value.clone())).unwrap(), value);
    }
}
