//! A session: what one folder has recorded of an operation.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::arm::ResponseKind;
use crate::month::Month;
use crate::shape::Shape;

/// The random identifier of a session.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(u64);

impl SessionId {
    /// A new identifier, from the random numbers of the system: it has nothing of the time, the machine or the user.
    pub fn random() -> Self {
        Self(RandomState::new().build_hasher().finish())
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for SessionId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let id = u64::from_str_radix(text, 16).map(Self).ok().filter(|id| id.to_string() == text);
        id.ok_or_else(|| format!("{text:?} is not a session: 16 hexadecimal digits"))
    }
}

/// What one folder has recorded of an operation, over all runs of programs. It only grows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Session {
    /// The months in which something was recorded.
    pub months: BTreeSet<Month>,
    /// How many runs of programs have recorded something.
    pub runs: u32,
    /// How many of them have ended in order. What another one has seen in its last seconds may be missing.
    pub ended: u32,
    /// The shapes of the bodies, by kind of response.
    pub responses: BTreeMap<ResponseKind, Shape>,
}

impl Session {
    /// Takes the larger one of each counter.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.months.extend(&other.months);
        self.runs = self.runs.max(other.runs);
        self.ended = self.ended.max(other.ended);
        for (kind, shape) in &other.responses {
            self.responses.entry(*kind).or_default().combine(shape, Ord::max);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_random() {
        let ids: BTreeSet<_> = (0..1000).map(|_| SessionId::random()).collect();
        assert_eq!(ids.len(), 1000);
        for id in ids {
            assert_eq!(id.to_string().parse(), Ok(id));
        }
        for wrong in ["", "3f9a", "3F9A2C41B0D7E655", "+f9a2c41b0d7e655", "3f9a2c41b0d7e6555"] {
            assert!(wrong.parse::<SessionId>().is_err(), "{wrong}");
        }
    }
}
