//! What kind of response a response was, beside its HTTP status.

use std::fmt;
use std::str::FromStr;

/// What the body of a response was, or why it has no shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Arm {
    /// An envelope with a business code of success: `status.code` or `statusCode`.
    Success,
    /// An envelope with another business code.
    Failure,
    /// JSON without a business code.
    NoCode,
    /// No body, or white space.
    Empty,
    /// A body that is not JSON, ends too early, or is deeper than 64 levels. Only counted.
    Unreadable,
    /// A body that is longer than 16 MiB. Only counted.
    TooLong,
    /// A response that was not looked at, so that recording costs little. Only counted.
    PassedOver,
}

impl Arm {
    const ALL: [Self; 7] =
        [Self::Success, Self::Failure, Self::NoCode, Self::Empty, Self::Unreadable, Self::TooLong, Self::PassedOver];

    /// The name in a file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::NoCode => "no-code",
            Self::Empty => "empty",
            Self::Unreadable => "unreadable",
            Self::TooLong => "too-long",
            Self::PassedOver => "passed-over",
        }
    }
}

/// The HTTP status of a response, and what its body was: `200 success`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResponseKind {
    /// The HTTP status, from 100 to 599.
    pub status: u16,
    /// What the body was.
    pub arm: Arm,
}

impl fmt::Display for ResponseKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, self.arm.name())
    }
}

impl FromStr for ResponseKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let read = || {
            let (status, arm) = text.split_once(' ')?;
            let status = status.parse().ok().filter(|status| (100..600).contains(status))?;
            Some(Self { status, arm: Arm::ALL.into_iter().find(|known| known.name() == arm)? })
        };
        read().ok_or_else(|| {
            let arms = Arm::ALL.map(Arm::name).join(", ");
            format!("{text:?} is not an HTTP status and one of {arms}: `200 success`")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_read_as_it_is_written() {
        for arm in Arm::ALL {
            let kind = ResponseKind { status: 404, arm };
            assert_eq!(kind.to_string().parse(), Ok(kind));
        }
        for wrong in ["200", "success", "200 other", "999 success", "abc success", "200  success", ""] {
            assert!(wrong.parse::<ResponseKind>().is_err(), "{wrong}");
        }
    }
}
