//! Conversions from and to the types of `chrono` (feature `chrono`).

use ::chrono::{FixedOffset, NaiveDate, NaiveDateTime, TimeZone};

use super::DateTime;
use crate::values::date::Date;
use crate::values::format::{BANGKOK, Format};
use crate::values::moment::{ParseDateTimeError, invalid, moment, seconds_and_nanos};
use crate::values::sent::Sent;

/// The moment, in the format of the operation.
///
/// ```
/// use chrono::{DateTime, FixedOffset, TimeZone as _};
/// use gofive_api::format::OffsetMillis;
///
/// let tokyo = FixedOffset::east_opt(9 * 3600).unwrap();
/// let sent = gofive_api::DateTime::<OffsetMillis>::from(tokyo.with_ymd_and_hms(2025, 2, 5, 19, 35, 53).unwrap());
/// assert_eq!(sent.as_str(), "2025-02-05T17:35:53.000+0700");
///
/// let received: DateTime<FixedOffset> = (&sent).try_into()?;
/// assert_eq!(received.to_string(), "2025-02-05 17:35:53 +07:00");
/// # Ok::<(), gofive_api::ParseDateTimeError>(())
/// ```
impl<F: Format, Z: TimeZone> From<::chrono::DateTime<Z>> for DateTime<F> {
    fn from(time: ::chrono::DateTime<Z>) -> Self {
        moment(time.timestamp(), time.timestamp_subsec_nanos()).into()
    }
}

/// Bangkok's wall clock.
impl<F: Format> From<NaiveDateTime> for DateTime<F> {
    fn from(civil: NaiveDateTime) -> Self {
        let utc = civil.and_utc();
        moment(utc.timestamp() - i64::from(BANGKOK.seconds()), utc.timestamp_subsec_nanos()).into()
    }
}

/// The moment, with the offset that was sent, or Bangkok's if there was none.
impl<F> TryFrom<&DateTime<F>> for ::chrono::DateTime<FixedOffset> {
    type Error = ParseDateTimeError;

    fn try_from(sent: &DateTime<F>) -> Result<Self, ParseDateTimeError> {
        let (seconds, nanos) = seconds_and_nanos(sent.timestamp()?);
        let offset = FixedOffset::east_opt(sent.offset()?.unwrap_or(BANGKOK).seconds());
        let utc = ::chrono::DateTime::from_timestamp(seconds, nanos);
        utc.zip(offset).map(|(utc, offset)| utc.with_timezone(&offset)).ok_or_else(|| sent.invalid())
    }
}

/// The date as the API writes it.
///
/// ```
/// let sent = gofive_api::Date::from(chrono::NaiveDate::from_ymd_opt(2023, 8, 4).unwrap());
/// assert_eq!(sent.as_str(), "2023-08-04");
/// ```
impl From<NaiveDate> for Date {
    fn from(date: NaiveDate) -> Self {
        Self(Sent::text(date.to_string()))
    }
}

/// The date, as [`Date::civil`] reads it.
impl TryFrom<&Date> for NaiveDate {
    type Error = ParseDateTimeError;

    fn try_from(sent: &Date) -> Result<Self, ParseDateTimeError> {
        let date = sent.civil()?;
        let [month, day] = [date.month(), date.day()].map(|number| u32::from(number.unsigned_abs()));
        Self::from_ymd_opt(date.year().into(), month, day).ok_or_else(|| invalid(&sent.0))
    }
}
