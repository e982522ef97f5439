//! What kind of number a number is, by how it is written.

use serde::{Deserialize, Serialize};

/// The kind of a number, by how it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NumberKind {
    /// A number with an exponent: `1e5`.
    Exponent,
    /// A number with decimal places: `1.50`.
    Fraction,
    /// A whole number.
    Integer,
    /// A number below zero with decimal places.
    NegativeFraction,
    /// A whole number below zero.
    NegativeInteger,
}

impl NumberKind {
    /// The kind of a number of JSON, and how many digits and decimal places it has.
    pub(crate) fn of(number: &str) -> (Self, usize, usize) {
        let digits = number.strip_prefix('-').unwrap_or(number);
        let is_negative = digits.len() < number.len();
        let (mantissa, exponent) = digits.split_once(['e', 'E']).map_or((digits, None), |(m, e)| (m, Some(e)));
        let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(whole, rest)| (whole, Some(rest)));
        let kind = match (exponent, fraction, is_negative) {
            (Some(_), ..) => Self::Exponent,
            (None, Some(_), false) => Self::Fraction,
            (None, Some(_), true) => Self::NegativeFraction,
            (None, None, false) => Self::Integer,
            (None, None, true) => Self::NegativeInteger,
        };
        let scale = fraction.map_or(0, str::len);
        (kind, whole.len() + scale, scale)
    }

    /// The name in a file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exponent => "exponent",
            Self::Fraction => "fraction",
            Self::Integer => "integer",
            Self::NegativeFraction => "negative-fraction",
            Self::NegativeInteger => "negative-integer",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_and_decimal_places_are_those_that_were_sent() {
        for (number, expected) in [
            ("0", (NumberKind::Integer, 1, 0)),
            ("-12", (NumberKind::NegativeInteger, 2, 0)),
            ("12.50", (NumberKind::Fraction, 4, 2)),
            ("-0.5", (NumberKind::NegativeFraction, 2, 1)),
            ("2.8421709430404007E-14", (NumberKind::Exponent, 17, 16)),
            ("1e400", (NumberKind::Exponent, 1, 0)),
        ] {
            assert_eq!(NumberKind::of(number), expected, "{number}");
        }
    }
}
