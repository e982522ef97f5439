//! Dates, kept as they were sent.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use jiff::civil;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::values::format::BANGKOK;
use crate::values::moment::{EXPECTED, ParseDateTimeError, epoch_millis, parse};
use crate::values::scalar::{self, Scalar};
use crate::values::sent::Sent;

/// A date of the API, `2023-08-04`, kept as it was sent.
///
/// ```
/// let date = gofive_api::Date::from(jiff::civil::date(2023, 8, 4));
/// assert_eq!(date.as_str(), "2023-08-04");
/// ```
///
/// Two dates are equal if their texts are. They are ordered by their dates, as [`civil`](Self::civil) reads them; those of
/// the same date by their texts; texts that are not a date come last.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Date(pub(super) Sent);

impl Date {
    /// The text as it was sent, or is to be sent.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Returns the date; for a date-time its date on the wall clock, for a number of milliseconds the date in Bangkok.
    ///
    /// # Errors
    /// If the text is not a date.
    pub fn civil(&self) -> Result<civil::Date, ParseDateTimeError> {
        match epoch_millis(&self.0) {
            Some(moment) => Ok(BANGKOK.to_datetime(moment).date()),
            None => Ok(parse(&self.0)?.0.date()),
        }
    }
}

impl From<civil::Date> for Date {
    fn from(date: civil::Date) -> Self {
        Self(Sent::text(date.strftime("%Y-%m-%d").to_string()))
    }
}

impl FromStr for Date {
    type Err = ParseDateTimeError;

    fn from_str(text: &str) -> Result<Self, ParseDateTimeError> {
        Self(Sent::text(text)).civil().map(Self::from)
    }
}

impl Scalar for Date {
    const EXPECTED: &'static str = EXPECTED;

    fn of_text(text: &str) -> Option<Self> {
        Some(Self(Sent::text(text)))
    }
    fn of_number(digits: &str) -> Option<Self> {
        Some(Self(Sent::number(digits)))
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar::deserialize(deserializer)
    }
}

impl PartialOrd for Date {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Date {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_date = match (self.civil(), other.civil()) {
            (Ok(date), Ok(other)) => date.cmp(&other),
            (date, other) => date.is_err().cmp(&other.is_err()),
        };
        by_date.then_with(|| self.0.cmp(&other.0))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Date({})", self.as_str())
    }
}
