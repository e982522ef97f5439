//! Identifiers.

use std::fmt;
use std::hash::{Hash, Hasher};

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An identifier that the API sends as a text on some pages and as a number on others. Both are the same identifier.
///
/// ```
/// use gofive_api::Id;
///
/// let number: Id = serde_json::from_str("67941")?;
/// let text: Id = serde_json::from_str(r#""67941""#)?;
/// assert_eq!(number, text);
/// assert_eq!(serde_json::to_string(&number)?, "67941", "sent on as it came");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct Id {
    text: String,
    number: bool,
}

impl Id {
    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl From<i64> for Id {
    fn from(number: i64) -> Self {
        Self { text: number.to_string(), number: true }
    }
}

impl From<String> for Id {
    fn from(text: String) -> Self {
        Self { text, number: false }
    }
}

impl From<&str> for Id {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl PartialEq for Id {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Id {}

impl Hash for Id {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Id({})", self.text)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.text.parse::<i64>() {
            Ok(number) if self.number => serializer.serialize_i64(number),
            _ => serializer.serialize_str(&self.text),
        }
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct IdVisitor;

        impl Visitor<'_> for IdVisitor {
            type Value = Id;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an identifier: a text or a whole number")
            }
            fn visit_i64<E>(self, number: i64) -> Result<Id, E> {
                Ok(number.into())
            }
            fn visit_u64<E>(self, number: u64) -> Result<Id, E> {
                Ok(Id { text: number.to_string(), number: true })
            }
            fn visit_str<E>(self, text: &str) -> Result<Id, E> {
                Ok(text.into())
            }
        }

        deserializer.deserialize_any(IdVisitor)
    }
}
