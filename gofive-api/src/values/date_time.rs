//! Date-times, kept as they were sent.

#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "time")]
mod time;

use std::cmp::Ordering;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use jiff::civil;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ZonedDateTime};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::values::format::{AsSent, BANGKOK, Format};
use crate::values::moment::{EXPECTED, ParseDateTimeError, invalid, parse};
use crate::values::scalar::{self, Scalar};
use crate::values::sent::Sent;

/// A date-time of the API, kept as it was sent.
///
/// In responses it is the text or number that the server sent, so nothing is lost and no response is refused because of
/// it; the methods parse it. A number means milliseconds since 1970. In requests the type parameter is the
/// [format](crate::format) that the operation documents, and any moment is written in that format:
///
/// ```
/// use gofive_api::{DateTime, format::OffsetMillis};
///
/// let moment: jiff::Timestamp = "2025-02-05T10:35:53.693Z".parse()?;
/// assert_eq!(DateTime::<OffsetMillis>::from(moment).as_str(), "2025-02-05T17:35:53.693+0700");
///
/// let received: DateTime = serde_json::from_str(r#""2026-04-21T00:00:00""#)?;
/// assert_eq!(received.offset()?, None);                       // a civil time stays a civil time …
/// assert_eq!(received.in_bangkok()?.to_string(), "2026-04-21T00:00:00+07:00[+07:00]"); // … unless you ask
///
/// let millis: DateTime = serde_json::from_str("1738751753693")?;
/// assert_eq!(millis.timestamp()?, moment);
/// assert_eq!(serde_json::to_string(&millis)?, "1738751753693", "sent unchanged");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Equality and order
///
/// Two date-times are equal if their texts are. They are ordered by their moments, as [`timestamp`](Self::timestamp)
/// reads them; those of the same moment by their texts; texts that are not a date-time come last.
///
/// ```
/// # use gofive_api::DateTime;
/// let earlier: DateTime = serde_json::from_str(r#""2026-04-21T00:00:00+07:00""#)?;
/// let later: DateTime = serde_json::from_str(r#""2026-04-20T18:00:00Z""#)?;
/// assert!(earlier < later);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub struct DateTime<F = AsSent> {
    sent: Sent,
    format: PhantomData<fn() -> F>,
}

impl<F> DateTime<F> {
    /// The text as it was sent, or is to be sent.
    pub fn as_str(&self) -> &str {
        self.sent.as_str()
    }

    /// Returns the date and the wall clock time, whatever the offset.
    ///
    /// # Errors
    /// If the text is not a date-time.
    pub fn civil(&self) -> Result<civil::DateTime, ParseDateTimeError> {
        Ok(self.parse()?.0)
    }

    /// Returns the offset from UTC, if the server sent one.
    ///
    /// # Errors
    /// If the text is not a date-time.
    pub fn offset(&self) -> Result<Option<Offset>, ParseDateTimeError> {
        Ok(self.parse()?.1)
    }

    /// Returns the moment as a date-time in Bangkok.
    ///
    /// A date-time without an offset is **assumed** to be the wall clock of Bangkok: the API is Thai and its other
    /// date-times have +07:00, but no page of the portal confirms it.
    ///
    /// # Errors
    /// If the text is not a date-time.
    pub fn in_bangkok(&self) -> Result<ZonedDateTime, ParseDateTimeError> {
        let (civil, offset) = self.parse()?;
        let moment = offset.unwrap_or(BANGKOK).to_timestamp(civil).map_err(|_| self.invalid())?;
        Ok(moment.to_zoned_datetime(TimeZone::fixed(BANGKOK)))
    }

    /// Returns the moment; see [`in_bangkok`](Self::in_bangkok) for date-times without an offset.
    ///
    /// # Errors
    /// If the text is not a date-time.
    pub fn timestamp(&self) -> Result<Timestamp, ParseDateTimeError> {
        Ok(self.in_bangkok()?.timestamp())
    }

    /// Converts the moment to the format of another operation.
    ///
    /// # Errors
    /// If the text is not a date-time.
    pub fn to_format<G: Format>(&self) -> Result<DateTime<G>, ParseDateTimeError> {
        Ok(DateTime::from(self.timestamp()?))
    }

    fn parse(&self) -> Result<(civil::DateTime, Option<Offset>), ParseDateTimeError> {
        parse(&self.sent)
    }

    fn invalid(&self) -> ParseDateTimeError {
        invalid(&self.sent)
    }

    fn as_sent(text: String) -> Self {
        Self { sent: Sent::text(text), format: PhantomData }
    }
}

impl<F: Format> From<Timestamp> for DateTime<F> {
    fn from(moment: Timestamp) -> Self {
        Self::as_sent(F::write(moment))
    }
}

impl<F: Format> From<ZonedDateTime> for DateTime<F> {
    fn from(moment: ZonedDateTime) -> Self {
        moment.timestamp().into()
    }
}

/// Bangkok's wall clock.
impl<F: Format> From<civil::DateTime> for DateTime<F> {
    fn from(civil: civil::DateTime) -> Self {
        // Only the first hours of the year -9999 have no timestamp.
        BANGKOK.to_timestamp(civil).unwrap_or(Timestamp::MIN).into()
    }
}

/// Any format of the API, or RFC 3339; without an offset it is Bangkok's wall clock.
impl<F: Format> FromStr for DateTime<F> {
    type Err = ParseDateTimeError;

    fn from_str(text: &str) -> Result<Self, ParseDateTimeError> {
        DateTime::<F>::as_sent(text.to_owned()).to_format()
    }
}

impl<F> fmt::Display for DateTime<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.sent.as_str())
    }
}

impl<F> Serialize for DateTime<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.sent.serialize(serializer)
    }
}

impl<F> Scalar for DateTime<F> {
    const EXPECTED: &'static str = EXPECTED;

    fn of_text(text: &str) -> Option<Self> {
        Some(Self::as_sent(text.to_owned()))
    }
    fn of_number(digits: &str) -> Option<Self> {
        Some(Self { sent: Sent::number(digits), format: PhantomData })
    }
}

impl<'de, F> Deserialize<'de> for DateTime<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar::deserialize(deserializer)
    }
}

// Implemented by hand, so that the format need not implement these traits.
impl<F> Clone for DateTime<F> {
    fn clone(&self) -> Self {
        Self { sent: self.sent.clone(), format: PhantomData }
    }
}

impl<F> PartialEq for DateTime<F> {
    fn eq(&self, other: &Self) -> bool {
        self.sent == other.sent
    }
}

impl<F> Eq for DateTime<F> {}

impl<F> PartialOrd for DateTime<F> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<F> Ord for DateTime<F> {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_moment = match (self.timestamp(), other.timestamp()) {
            (Ok(moment), Ok(other)) => moment.cmp(&other),
            (moment, other) => moment.is_err().cmp(&other.is_err()),
        };
        by_moment.then_with(|| self.sent.cmp(&other.sent))
    }
}

impl<F> std::hash::Hash for DateTime<F> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.sent.hash(state);
    }
}

impl<F> fmt::Debug for DateTime<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DateTime({})", self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::format::{Local, LocalSpace, OffsetMillis, UtcMillis};

    #[test]
    fn every_known_format_is_read_as_its_moment() {
        for (sent, moment) in [
            ("2025-02-05T17:35:53.693+0700", "2025-02-05T10:35:53.693Z"),
            ("2025-02-05T17:35:53+07:00", "2025-02-05T10:35:53Z"),
            ("2026-04-21T00:00:00", "2026-04-20T17:00:00Z"),
            ("2025-06-18 00:00:00", "2025-06-17T17:00:00Z"),
            ("2021-09-17T10:42:31.981Z", "2021-09-17T10:42:31.981Z"),
            ("2023-08-04", "2023-08-03T17:00:00Z"),
        ] {
            let received: DateTime = serde_json::from_value(sent.into()).unwrap();
            assert_eq!(received.as_str(), sent, "kept as sent");
            assert_eq!(received.timestamp().unwrap().to_string(), moment);
            assert_eq!(serde_json::to_value(&received).unwrap(), sent, "sent unchanged");
        }
    }

    #[test]
    fn a_moment_is_written_as_the_operation_documents() {
        let moment: Timestamp = "2025-02-05T10:35:53.6934Z".parse().unwrap();
        assert_eq!(DateTime::<OffsetMillis>::from(moment).as_str(), "2025-02-05T17:35:53.693+0700");
        assert_eq!(DateTime::<crate::values::format::Offset>::from(moment).as_str(), "2025-02-05T17:35:53+0700");
        assert_eq!(DateTime::<Local>::from(moment).as_str(), "2025-02-05T17:35:53");
        assert_eq!(DateTime::<LocalSpace>::from(moment).as_str(), "2025-02-05 17:35:53");
        assert_eq!(DateTime::<UtcMillis>::from(moment).as_str(), "2025-02-05T10:35:53.693Z");
        let parsed: DateTime<OffsetMillis> = "2025-02-05T12:35:53+02:00".parse().unwrap();
        assert_eq!(parsed.as_str(), "2025-02-05T17:35:53.000+0700", "offsets are computed, never appended");
    }

    #[test]
    fn an_invalid_date_time_is_preserved_and_its_methods_fail() {
        let received: DateTime = serde_json::from_value("31/01/2568".into()).unwrap();
        assert_eq!(received.as_str(), "31/01/2568");
        assert!(received.timestamp().unwrap_err().to_string().contains("31/01/2568"));
        assert!("".parse::<DateTime<Local>>().is_err());
    }
}
