//! The formats in which the operations document their dates and times.
//!
//! They are type parameters of [`DateTime`](crate::DateTime): the type of a request field determines its format, so
//! programs need not format dates themselves.

use jiff::tz::{Offset as UtcOffset, TimeZone};
use jiff::{Timestamp, ZonedDateTime};

/// The offset of Bangkok, which has had no daylight saving time since the API exists.
pub(crate) const BANGKOK: UtcOffset = UtcOffset::constant(7);

/// A way to write a date-time.
pub trait Format: sealed::Sealed + Send + Sync + 'static {
    /// The name of the format in the spec and in JSON schemas.
    const NAME: &'static str;

    /// Writes a moment.
    fn write(moment: Timestamp) -> String;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! date_time_format {
    ($(#[$doc:meta])* $name:ident, $format:literal, $pattern:literal, $offset:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {}

        impl sealed::Sealed for $name {}

        impl Format for $name {
            const NAME: &'static str = $format;

            fn write(moment: Timestamp) -> String {
                ZonedDateTime::new(moment, TimeZone::fixed($offset)).strftime($pattern).to_string()
            }
        }
    };
}

date_time_format! {
    /// As the server sent it; new values have Bangkok's offset: `2025-02-05T17:35:53+07:00`.
    AsSent, "any-date-time", "%Y-%m-%dT%H:%M:%S%.f%:z", BANGKOK
}
date_time_format! {
    /// `2025-02-05T17:35:53.693+0700`
    OffsetMillis, "offset-date-time-millis", "%Y-%m-%dT%H:%M:%S%.3f%z", BANGKOK
}
date_time_format! {
    /// `2023-02-08T16:51:40+0700`
    Offset, "offset-date-time", "%Y-%m-%dT%H:%M:%S%z", BANGKOK
}
date_time_format! {
    /// `2024-02-01T10:00:00`, the wall clock of Bangkok
    Local, "local-date-time", "%Y-%m-%dT%H:%M:%S", BANGKOK
}
date_time_format! {
    /// `2025-06-18 00:00:00`, the wall clock of Bangkok
    LocalSpace, "local-date-time-space", "%Y-%m-%d %H:%M:%S", BANGKOK
}
date_time_format! {
    /// `2021-09-17T10:42:31.981Z`
    UtcMillis, "utc-date-time-millis", "%Y-%m-%dT%H:%M:%S%.3fZ", UtcOffset::UTC
}
