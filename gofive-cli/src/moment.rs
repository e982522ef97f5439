//! Dates and times: any common form becomes the one that the operation documents.

use gofive_api::format::{self, AsSent};
use gofive_api::jiff::{Span, Timestamp};
use gofive_api::{DateTime, jiff};
use gofive_spec::Format;

/// The forms that are understood, for the help.
pub(crate) const FORMS: &str = "2025-02-05, 2025-02-05 17:35 (in Bangkok), 2025-02-05T17:35:53+07:00, \
     2025-02-05T10:35:53Z, `Wed, 05 Feb 2025 17:35:53 +0700`, @1738751753 (seconds since 1970), now, today, yesterday, tomorrow";

/// Writes a moment, in any common form, in the format of an operation.
pub(crate) fn write(text: &str, format: Format) -> Result<String, String> {
    let moment = read(text.trim()).ok_or_else(|| format!("expected a date or time: {FORMS}"))?;
    let shown = |error: gofive_api::ParseDateTimeError| error.to_string();
    Ok(match format {
        // The date in Bangkok.
        Format::Date => moment.civil().map_err(shown)?.date().to_string(),
        Format::OffsetDateTimeMillis => moment.to_format::<format::OffsetMillis>().map_err(shown)?.to_string(),
        Format::OffsetDateTime => moment.to_format::<format::Offset>().map_err(shown)?.to_string(),
        Format::LocalDateTime => moment.to_format::<format::Local>().map_err(shown)?.to_string(),
        Format::LocalDateTimeSpace => moment.to_format::<format::LocalSpace>().map_err(shown)?.to_string(),
        Format::UtcDateTimeMillis => moment.to_format::<format::UtcMillis>().map_err(shown)?.to_string(),
        Format::AnyDateTime | Format::Decimal | Format::Password => moment.to_string(),
    })
}

fn read(text: &str) -> Option<DateTime<AsSent>> {
    let now = Timestamp::now();
    let day = |days: i64| {
        let today = DateTime::<AsSent>::from(now).civil().ok()?.date();
        Some(today.checked_add(Span::new().days(days)).ok()?.to_datetime(jiff::civil::Time::midnight()).into())
    };
    match text.to_ascii_lowercase().as_str() {
        "now" => return Some(now.into()),
        "today" => return day(0),
        "yesterday" => return day(-1),
        "tomorrow" => return day(1),
        _ => {}
    }
    if let Some(seconds) = text.strip_prefix('@') {
        return Timestamp::from_second(seconds.parse().ok()?).ok().map(DateTime::from);
    }
    if text.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return jiff::fmt::rfc2822::parse(text).ok().map(|moment| moment.timestamp().into());
    }
    // Digits alone would be read as milliseconds since 1970, and 20250205 is a day.
    if text.len() > 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_common_form_becomes_the_one_of_the_operation() {
        for text in [
            "2025-02-05T17:35:53+07:00",
            "2025-02-05 17:35:53",
            "2025-02-05t17:35:53+0700",
            "2025-02-05T10:35:53Z",
            "Wed, 05 Feb 2025 17:35:53 +0700",
            "@1738751753",
        ] {
            for (format, expected) in [
                (Format::OffsetDateTimeMillis, "2025-02-05T17:35:53.000+0700"),
                (Format::OffsetDateTime, "2025-02-05T17:35:53+0700"),
                (Format::LocalDateTime, "2025-02-05T17:35:53"),
                (Format::LocalDateTimeSpace, "2025-02-05 17:35:53"),
                (Format::UtcDateTimeMillis, "2025-02-05T10:35:53.000Z"),
            ] {
                assert_eq!(write(text, format).as_deref(), Ok(expected), "{text}");
            }
        }
        assert_eq!(write("2025-02-05", Format::LocalDateTime).as_deref(), Ok("2025-02-05T00:00:00"));
        assert_eq!(write("20250205", Format::Date).as_deref(), Ok("2025-02-05"));
        assert_eq!(write("2025-02-05T23:30:00Z", Format::Date).as_deref(), Ok("2025-02-06"));
    }

    #[test]
    fn words_are_days_in_bangkok() {
        for text in ["now", "today", "Yesterday", "tomorrow"] {
            assert!(write(text, Format::OffsetDateTimeMillis).is_ok_and(|time| time.ends_with("+0700")), "{text}");
        }
        let [yesterday, tomorrow] = ["yesterday", "tomorrow"].map(|day| write(day, Format::Date).unwrap());
        assert!(yesterday < tomorrow);
    }

    #[test]
    fn an_ambiguous_form_is_refused() {
        for text in ["05/02/2025", "5.2.2025", "17:35", "soon", "", "2025-02-30", "1738751753693"] {
            assert!(write(text, Format::Date).is_err_and(|error| error.contains("2025-02-05")), "{text}");
        }
    }
}
