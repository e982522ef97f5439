//! Date-times and dates, kept as they were sent.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use jiff::civil;
use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ZonedDateTime};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::form::{AsSent, BANGKOK, Form};

/// A date-time of the API.
///
/// In answers it is the text that the server sent, whatever its form, so that nothing is lost and no answer fails for
/// it; it is read by a method. In requests the parameter says which [form](crate::form) the operation documents, and
/// any moment is written in that form:
///
/// ```
/// use gofive_api::{DateTime, form::OffsetMillis};
///
/// let moment: jiff::Timestamp = "2025-02-05T10:35:53.693Z".parse()?;
/// assert_eq!(DateTime::<OffsetMillis>::from(moment).as_str(), "2025-02-05T17:35:53.693+0700");
///
/// let received: DateTime = serde_json::from_str(r#""2026-04-21T00:00:00""#)?;
/// assert_eq!(received.offset()?, None);                       // a civil time stays a civil time …
/// assert_eq!(received.in_bangkok()?.to_string(), "2026-04-21T00:00:00+07:00[+07:00]"); // … unless you ask
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct DateTime<F = AsSent> {
    text: String,
    form: PhantomData<fn() -> F>,
}

/// A text that is no date-time (or date) in any form of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidDateTime {
    text: String,
}

impl fmt::Display for InvalidDateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is no date or date-time; expected one like 2025-02-05T17:35:53.693+0700 or 2025-02-05",
            self.text
        )
    }
}

impl std::error::Error for InvalidDateTime {}

impl<F> DateTime<F> {
    /// The text as it was sent, or is to be sent.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The date and the time on the clock, whatever the offset.
    ///
    /// # Errors
    /// If the text is no date-time.
    pub fn civil(&self) -> Result<civil::DateTime, InvalidDateTime> {
        Ok(self.parse()?.0)
    }

    /// The offset from UTC, if the server sent one.
    ///
    /// # Errors
    /// If the text is no date-time.
    pub fn offset(&self) -> Result<Option<Offset>, InvalidDateTime> {
        Ok(self.parse()?.1)
    }

    /// The moment, as seen in Bangkok.
    ///
    /// A date-time without an offset is **presumed** to be Bangkok's wall clock: the API is Thai, its other date-times
    /// carry +07:00, but no page of the portal says so.
    ///
    /// # Errors
    /// If the text is no date-time.
    pub fn in_bangkok(&self) -> Result<ZonedDateTime, InvalidDateTime> {
        let (civil, offset) = self.parse()?;
        let moment = offset.unwrap_or(BANGKOK).to_timestamp(civil).map_err(|_| self.invalid())?;
        Ok(moment.to_zoned_datetime(TimeZone::fixed(BANGKOK)))
    }

    /// The moment; see [`in_bangkok`](Self::in_bangkok) for what is presumed of a date-time without an offset.
    ///
    /// # Errors
    /// If the text is no date-time.
    pub fn timestamp(&self) -> Result<Timestamp, InvalidDateTime> {
        Ok(self.in_bangkok()?.timestamp())
    }

    /// The same moment in the form of another operation.
    ///
    /// # Errors
    /// If the text is no date-time.
    pub fn to_form<G: Form>(&self) -> Result<DateTime<G>, InvalidDateTime> {
        Ok(DateTime::from(self.timestamp()?))
    }

    fn parse(&self) -> Result<(civil::DateTime, Option<Offset>), InvalidDateTime> {
        let pieces = Pieces::parse(self.text.trim()).map_err(|_| self.invalid())?;
        let offset = match pieces.offset() {
            Some(PiecesOffset::Zulu) => Some(Offset::UTC),
            Some(PiecesOffset::Numeric(numeric)) => Some(numeric.offset()),
            _ => None,
        };
        Ok((pieces.date().to_datetime(pieces.time().unwrap_or_default()), offset))
    }

    fn invalid(&self) -> InvalidDateTime {
        InvalidDateTime { text: self.text.clone() }
    }

    fn as_sent(text: String) -> Self {
        Self { text, form: PhantomData }
    }
}

impl<F: Form> From<Timestamp> for DateTime<F> {
    fn from(moment: Timestamp) -> Self {
        Self::as_sent(F::write(moment))
    }
}

impl<F: Form> From<ZonedDateTime> for DateTime<F> {
    fn from(moment: ZonedDateTime) -> Self {
        moment.timestamp().into()
    }
}

/// Bangkok's wall clock.
impl<F: Form> From<civil::DateTime> for DateTime<F> {
    fn from(civil: civil::DateTime) -> Self {
        // Only the first hours of the year -9999 have no timestamp.
        BANGKOK.to_timestamp(civil).unwrap_or(Timestamp::MIN).into()
    }
}

/// Any form of the API, or RFC 3339; without an offset it is Bangkok's wall clock.
impl<F: Form> FromStr for DateTime<F> {
    type Err = InvalidDateTime;

    fn from_str(text: &str) -> Result<Self, InvalidDateTime> {
        DateTime::<F>::as_sent(text.to_owned()).to_form()
    }
}

impl<F> fmt::Display for DateTime<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<F> Serialize for DateTime<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de, F> Deserialize<'de> for DateTime<F> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::as_sent)
    }
}

// By hand, so that the form need not have these traits.
impl<F> Clone for DateTime<F> {
    fn clone(&self) -> Self {
        Self::as_sent(self.text.clone())
    }
}

impl<F> PartialEq for DateTime<F> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<F> Eq for DateTime<F> {}

impl<F> std::hash::Hash for DateTime<F> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl<F> fmt::Debug for DateTime<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DateTime({})", self.text)
    }
}

/// A date of the API, `2023-08-04`, kept as it was sent.
///
/// ```
/// let date = gofive_api::Date::from(jiff::civil::date(2023, 8, 4));
/// assert_eq!(date.as_str(), "2023-08-04");
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Date(String);

impl Date {
    /// The text as it was sent, or is to be sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The date; of a date-time, its date on the clock.
    ///
    /// # Errors
    /// If the text is no date.
    pub fn civil(&self) -> Result<civil::Date, InvalidDateTime> {
        let pieces = Pieces::parse(self.0.trim()).map_err(|_| InvalidDateTime { text: self.0.clone() })?;
        Ok(pieces.date())
    }
}

impl From<civil::Date> for Date {
    fn from(date: civil::Date) -> Self {
        Self(date.strftime("%Y-%m-%d").to_string())
    }
}

impl FromStr for Date {
    type Err = InvalidDateTime;

    fn from_str(text: &str) -> Result<Self, InvalidDateTime> {
        Self(text.to_owned()).civil().map(Self::from)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Date({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::{Local, LocalSpace, OffsetMillis, UtcMillis};

    #[test]
    fn every_form_seen_is_read_as_the_moment_it_means() {
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
            assert_eq!(serde_json::to_value(&received).unwrap(), sent, "sent on as it came");
        }
    }

    #[test]
    fn a_moment_is_written_as_the_operation_documents() {
        let moment: Timestamp = "2025-02-05T10:35:53.6934Z".parse().unwrap();
        assert_eq!(DateTime::<OffsetMillis>::from(moment).as_str(), "2025-02-05T17:35:53.693+0700");
        assert_eq!(DateTime::<crate::form::Offset>::from(moment).as_str(), "2025-02-05T17:35:53+0700");
        assert_eq!(DateTime::<Local>::from(moment).as_str(), "2025-02-05T17:35:53");
        assert_eq!(DateTime::<LocalSpace>::from(moment).as_str(), "2025-02-05 17:35:53");
        assert_eq!(DateTime::<UtcMillis>::from(moment).as_str(), "2025-02-05T10:35:53.693Z");
        let parsed: DateTime<OffsetMillis> = "2025-02-05T12:35:53+02:00".parse().unwrap();
        assert_eq!(parsed.as_str(), "2025-02-05T17:35:53.000+0700", "offsets are computed, never appended");
    }

    #[test]
    fn what_is_no_date_time_is_kept_and_says_so_when_asked() {
        let received: DateTime = serde_json::from_value("31/01/2568".into()).unwrap();
        assert_eq!(received.as_str(), "31/01/2568");
        assert!(received.timestamp().unwrap_err().to_string().contains("31/01/2568"));
        assert!("".parse::<DateTime<Local>>().is_err());
    }
}
