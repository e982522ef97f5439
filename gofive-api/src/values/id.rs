//! Identifiers.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::values::scalar::{self, Scalar};
use crate::values::sent::Sent;

/// An identifier that the API sends as a text on some pages and as a number on others. Both are the same identifier.
///
/// ```
/// use gofive_api::Id;
///
/// let number: Id = serde_json::from_str("67941")?;
/// let text: Id = serde_json::from_str(r#""67941""#)?;
/// assert_eq!(number, text);
/// assert_eq!(number, "67941");
/// assert_eq!(serde_json::to_string(&number)?, "67941", "sent unchanged");
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// A number may be of any length. `67941.0` is the identifier 67941, and is sent unchanged.
/// Identifiers are ordered as texts.
///
/// [`Decimal`](crate::Decimal) says in which formats and positions the digits are exact.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(Sent);

impl Id {
    /// Returns the identifier as text.
    pub fn as_str(&self) -> &str {
        self.0.plain()
    }
}

macro_rules! from_integers {
    ($($integer:ident),*) => {
        $(impl From<$integer> for Id {
            fn from(number: $integer) -> Self {
                Self(Sent::number(number.to_string()))
            }
        })*
    };
}

from_integers!(i32, i64, u32, u64);

impl From<String> for Id {
    fn from(text: String) -> Self {
        Self(Sent::text(text))
    }
}

impl From<&str> for Id {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl FromStr for Id {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(text.into())
    }
}

impl AsRef<str> for Id {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq<str> for Id {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Id {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl PartialEq<Id> for str {
    fn eq(&self, other: &Id) -> bool {
        other == self
    }
}

impl PartialEq<Id> for &str {
    fn eq(&self, other: &Id) -> bool {
        other == self
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Id({})", self.as_str())
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl Scalar for Id {
    const EXPECTED: &'static str = "an identifier: a text or a number";

    fn of_text(text: &str) -> Option<Self> {
        Some(text.into())
    }
    fn of_number(digits: &str) -> Option<Self> {
        Some(Self(Sent::number(digits)))
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar::deserialize(deserializer)
    }
}
