//! A text or a number, kept as it was sent.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use serde::ser::{Serialize, Serializer};

use crate::values::scalar;

/// A text or a number, kept as it was sent. Compared by [`plain`](Self::plain).
#[derive(Clone)]
pub(crate) struct Sent {
    text: Cow<'static, str>,
    number: bool,
}

impl Sent {
    pub(crate) const fn known(text: &'static str) -> Self {
        Self { text: Cow::Borrowed(text), number: false }
    }

    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { text: Cow::Owned(text.into()), number: false }
    }

    pub(crate) fn number(digits: impl Into<String>) -> Self {
        Self { text: Cow::Owned(digits.into()), number: true }
    }

    pub(crate) fn is_number(&self) -> bool {
        self.number
    }

    /// The text or the digits, as sent.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The same, but a whole number without its zero fraction: `2` for the number `2.0`.
    pub(crate) fn plain(&self) -> &str {
        match self.text.split_once('.') {
            Some((whole, zeros)) if self.number && zeros.bytes().all(|digit| digit == b'0') => whole,
            _ => &self.text,
        }
    }
}

impl Serialize for Sent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.number, self.text.parse::<i64>(), self.text.parse::<u64>()) {
            (false, ..) => serializer.serialize_str(&self.text),
            // `-0` is a number that no integer prints.
            (_, Ok(number), _) if &*self.text != "-0" => serializer.serialize_i64(number),
            (_, _, Ok(number)) => serializer.serialize_u64(number),
            _ => scalar::serialize_number(&self.text, serializer),
        }
    }
}

impl PartialEq for Sent {
    fn eq(&self, other: &Self) -> bool {
        self.plain() == other.plain()
    }
}

impl Eq for Sent {}

impl PartialOrd for Sent {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Sent {
    fn cmp(&self, other: &Self) -> Ordering {
        self.plain().cmp(other.plain())
    }
}

impl Hash for Sent {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.plain().hash(state);
    }
}

impl fmt::Debug for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.plain(), f)
    }
}

impl fmt::Display for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.plain())
    }
}
