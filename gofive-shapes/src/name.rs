//! Names of properties and operations, the only texts of a file that are not fixed.

use std::fmt;
use std::str::FromStr;

/// The name of a property or of an operation: an ASCII identifier.
///
/// ```
/// use gofive_shapes::Name;
///
/// assert_eq!(Name::new("productCode").map(|name| name.to_string()), Some("productCode".to_owned()));
/// assert_eq!(Name::new("6d473b8f-a6b3"), None);
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Box<str>);

impl Name {
    /// The maximum number of characters.
    pub const MAX_LENGTH: usize = 64;

    /// The name, if it is an ASCII identifier that is not longer than [`MAX_LENGTH`](Self::MAX_LENGTH).
    pub fn new(text: &str) -> Option<Self> {
        is_identifier(text, Self::MAX_LENGTH).then(|| Self(text.into()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_identifier(text: &str, max_length: usize) -> bool {
    text.len() <= max_length
        && text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Whether a name that the spec does not have may be written at all. A longer name, or one with more digits, is rather a
/// value: a number, a code, a UUID without hyphens.
pub(crate) fn may_be_written(name: &str) -> bool {
    const MAX_LENGTH: usize = 40;
    const MAX_DIGITS: usize = 4;
    is_identifier(name, MAX_LENGTH) && name.bytes().filter(u8::is_ascii_digit).count() <= MAX_DIGITS
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for Name {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::new(text).ok_or_else(|| {
            format!("{text:?} is not a name: an ASCII identifier of at most {} characters", Self::MAX_LENGTH)
        })
    }
}

/// The names that the spec has, which are public.
#[derive(Clone, Copy)]
pub struct KnownNames {
    sorted: &'static [&'static str],
}

impl KnownNames {
    /// Uses a table of names, which has to be sorted.
    pub const fn sorted(sorted: &'static [&'static str]) -> Self {
        Self { sorted }
    }

    /// Whether the spec has the name.
    pub fn contains(self, name: &str) -> bool {
        self.sorted.binary_search(&name).is_ok()
    }
}

/// Shows how many there are.
impl fmt::Debug for KnownNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KnownNames({})", self.sorted.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_of_ascii_is_a_name() {
        for name in ["a", "productCode", "_id", "Customer_Code2", "orgLevel4Name"] {
            assert!(Name::new(name).is_some() && may_be_written(name), "{name}");
        }
        let long = "x".repeat(65);
        for text in ["", "1a", "a b", "a-b", "ชื่อ", "a.b", "*", "a\n", "../a", long.as_str()] {
            assert!(Name::new(text).is_none() && !may_be_written(text), "{text}");
        }
    }

    #[test]
    fn a_name_that_looks_like_a_value_is_not_written() {
        for text in ["user_12345", "a3f91c2ee7b04d5f9a1c2d3e4f5a6b7c", &"x".repeat(41)] {
            assert!(!may_be_written(text), "{text}");
        }
    }
}
