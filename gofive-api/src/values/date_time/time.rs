//! Conversions from and to the types of `time` (feature `time`).

use ::time::{Month, OffsetDateTime, PrimitiveDateTime, UtcOffset};

use super::DateTime;
use crate::values::date::Date;
use crate::values::format::{BANGKOK, Format};
use crate::values::moment::{ParseDateTimeError, invalid, moment, seconds_and_nanos};
use crate::values::sent::Sent;

/// The moment, in the format of the operation.
///
/// ```
/// use gofive_api::format::OffsetMillis;
/// use time::OffsetDateTime;
///
/// let sent = gofive_api::DateTime::<OffsetMillis>::from(OffsetDateTime::from_unix_timestamp(1_738_751_753).unwrap());
/// assert_eq!(sent.as_str(), "2025-02-05T17:35:53.000+0700");
///
/// let received: OffsetDateTime = (&sent).try_into()?;
/// assert_eq!((received.hour(), received.unix_timestamp()), (17, 1_738_751_753));
/// # Ok::<(), gofive_api::ParseDateTimeError>(())
/// ```
impl<F: Format> From<OffsetDateTime> for DateTime<F> {
    fn from(time: OffsetDateTime) -> Self {
        moment(time.unix_timestamp(), time.nanosecond()).into()
    }
}

/// Bangkok's wall clock.
impl<F: Format> From<PrimitiveDateTime> for DateTime<F> {
    fn from(civil: PrimitiveDateTime) -> Self {
        let utc = civil.assume_utc();
        moment(utc.unix_timestamp() - i64::from(BANGKOK.seconds()), utc.nanosecond()).into()
    }
}

/// The moment, with the offset that was sent, or Bangkok's if there was none.
impl<F> TryFrom<&DateTime<F>> for OffsetDateTime {
    type Error = ParseDateTimeError;

    fn try_from(sent: &DateTime<F>) -> Result<Self, ParseDateTimeError> {
        let (seconds, nanos) = seconds_and_nanos(sent.timestamp()?);
        let offset = UtcOffset::from_whole_seconds(sent.offset()?.unwrap_or(BANGKOK).seconds()).ok();
        let utc = OffsetDateTime::from_unix_timestamp(seconds).and_then(|utc| utc.replace_nanosecond(nanos)).ok();
        utc.zip(offset).and_then(|(utc, offset)| utc.checked_to_offset(offset)).ok_or_else(|| sent.invalid())
    }
}

/// The date as the API writes it.
///
/// ```
/// let sent = gofive_api::Date::from(time::Date::from_calendar_date(2023, time::Month::August, 4).unwrap());
/// assert_eq!(sent.as_str(), "2023-08-04");
/// ```
impl From<::time::Date> for Date {
    fn from(date: ::time::Date) -> Self {
        Self(Sent::text(format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())))
    }
}

/// The date, as [`Date::civil`] reads it.
impl TryFrom<&Date> for ::time::Date {
    type Error = ParseDateTimeError;

    fn try_from(sent: &Date) -> Result<Self, ParseDateTimeError> {
        let date = sent.civil()?;
        let [month, day] = [date.month(), date.day()].map(i8::unsigned_abs);
        let month = Month::try_from(month).ok();
        let date = month.and_then(|month| Self::from_calendar_date(date.year().into(), month, day).ok());
        date.ok_or_else(|| invalid(&sent.0))
    }
}
