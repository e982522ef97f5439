//! Reads what the API sends as dates and times, in any of its formats.

use std::fmt;

use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::tz::Offset;
use jiff::{Timestamp, civil};

use crate::values::digits;
use crate::values::sent::Sent;

/// The error for a text that is not a date-time, or a date, in any format of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseDateTimeError {
    text: String,
}

impl fmt::Display for ParseDateTimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is not a date or a date-time; expected one like 2025-02-05T17:35:53.693+0700 or 2025-02-05",
            self.text
        )
    }
}

impl std::error::Error for ParseDateTimeError {}

/// The values that are read, for error messages.
pub(super) const EXPECTED: &str = "a text, or a number of milliseconds";

/// Reads a date and a time, and the offset from UTC if there is one.
pub(super) fn parse(sent: &Sent) -> Result<(civil::DateTime, Option<Offset>), ParseDateTimeError> {
    if let Some(moment) = epoch_millis(sent) {
        return Ok((Offset::UTC.to_datetime(moment), Some(Offset::UTC)));
    }
    let pieces = Pieces::parse(sent.as_str().trim()).map_err(|_| invalid(sent))?;
    let offset = match pieces.offset() {
        Some(PiecesOffset::Zulu) => Some(Offset::UTC),
        Some(PiecesOffset::Numeric(numeric)) => Some(numeric.offset()),
        _ => None,
    };
    Ok((pieces.date().to_datetime(pieces.time().unwrap_or_default()), offset))
}

/// The moment of a number, or of a text with so many digits that it must be one: formats like CSV cannot distinguish
/// them.
pub(super) fn epoch_millis(sent: &Sent) -> Option<Timestamp> {
    const FEWEST_DIGITS: usize = 11;
    let text = sent.as_str().trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    let only_digits = digits.len() >= FEWEST_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    if sent.is_number() || only_digits { Timestamp::from_millisecond(digits::whole(text)?).ok() } else { None }
}

pub(super) fn invalid(sent: &Sent) -> ParseDateTimeError {
    ParseDateTimeError { text: sent.as_str().to_owned() }
}

/// Converts a moment of another crate's type; to the nearest one, if that type covers more years.
#[cfg(any(feature = "chrono", feature = "time"))]
pub(super) fn moment(seconds: i64, nanos: u32) -> Timestamp {
    // `chrono` has leap seconds as nanoseconds beyond a second.
    let nanos = i32::try_from(nanos.min(999_999_999)).unwrap_or_default();
    Timestamp::new(seconds, nanos).unwrap_or(if seconds < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

/// The seconds since 1970, and the nanoseconds after that second.
#[cfg(any(feature = "chrono", feature = "time"))]
pub(super) fn seconds_and_nanos(moment: Timestamp) -> (i64, u32) {
    const SECOND: i128 = 1_000_000_000;
    let nanos = moment.as_nanosecond();
    let seconds = i64::try_from(nanos.div_euclid(SECOND)).unwrap_or_default();
    (seconds, u32::try_from(nanos.rem_euclid(SECOND)).unwrap_or_default())
}
