//! What kind of text a text is.

use serde::{Deserialize, Serialize};

/// The kind of a text. Those of dates and decimals have the names of the spec's formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum TextFormat {
    /// A text in another date or time format: it begins with a date, and has nothing but digits and signs.
    AnyDateTime,
    /// A date: `2023-08-04`.
    Date,
    /// A number with a sign or decimal places: `-12.50`.
    Decimal,
    /// Digits and nothing else.
    Digits,
    /// Like an e-mail address.
    Email,
    /// No text.
    Empty,
    /// A time without an offset: `2024-02-01T10:00:00`.
    LocalDateTime,
    /// A time without an offset, after a space: `2025-06-18 00:00:00`.
    LocalDateTimeSpace,
    /// A time with an offset: `2023-02-08T16:51:40+0700`.
    OffsetDateTime,
    /// A time with milliseconds and an offset: `2025-02-05T17:35:53.693+0700`.
    OffsetDateTimeMillis,
    /// Any other text.
    Other,
    /// Like a URL.
    Url,
    /// A time with milliseconds in UTC: `2021-09-17T10:42:31.981Z`.
    UtcDateTimeMillis,
    /// A UUID: `6d473b8f-a6b3-4536-b1e6-f4b7688414e2`.
    Uuid,
}

impl TextFormat {
    /// The kind of a text.
    ///
    /// ```
    /// use gofive_shapes::TextFormat;
    ///
    /// assert_eq!(TextFormat::of("2023-08-04"), TextFormat::Date);
    /// assert_eq!(TextFormat::of("Printer on fire"), TextFormat::Other);
    /// ```
    pub fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        match bytes {
            [] => Self::Empty,
            [b'0'..=b'9' | b'-', ..] if is_decimal(bytes) => {
                if bytes.iter().all(u8::is_ascii_digit) {
                    Self::Digits
                } else {
                    Self::Decimal
                }
            }
            [_, _, _, _, b'-', ..] if is_date(bytes) => date_time(bytes.get(10..).unwrap_or_default()),
            _ if is_uuid(bytes) => Self::Uuid,
            [b'h' | b'H', ..] if is_url(bytes) => Self::Url,
            _ if is_email(bytes) => Self::Email,
            _ => Self::Other,
        }
    }

    /// The name in a file.
    pub fn name(self) -> &'static str {
        match self {
            Self::AnyDateTime => "any-date-time",
            Self::Date => "date",
            Self::Decimal => "decimal",
            Self::Digits => "digits",
            Self::Email => "email",
            Self::Empty => "empty",
            Self::LocalDateTime => "local-date-time",
            Self::LocalDateTimeSpace => "local-date-time-space",
            Self::OffsetDateTime => "offset-date-time",
            Self::OffsetDateTimeMillis => "offset-date-time-millis",
            Self::Other => "other",
            Self::Url => "url",
            Self::UtcDateTimeMillis => "utc-date-time-millis",
            Self::Uuid => "uuid",
        }
    }
}

fn is_decimal(text: &[u8]) -> bool {
    let number = text.strip_prefix(b"-").unwrap_or(text);
    let mut parts = number.split(|byte| *byte == b'.');
    let is_digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    parts.next().is_some_and(is_digits) && parts.next().is_none_or(is_digits) && parts.next().is_none()
}

/// Whether a text begins with a date.
fn is_date(text: &[u8]) -> bool {
    fits(text.get(..10).unwrap_or_default(), b"9999-99-99") && (1..=days(text)).contains(&number(text, 8))
}

/// The number of days in the month of a date; 0 for a month that does not exist.
fn days(date: &[u8]) -> u8 {
    let (century, year) = (number(date, 0), number(date, 2));
    let is_leap = if year == 0 { century.is_multiple_of(4) } else { year.is_multiple_of(4) };
    match number(date, 5) {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

/// The kind of a text that has this after its date.
fn date_time(rest: &[u8]) -> TextFormat {
    let time = rest.get(1..9).unwrap_or_default();
    let is_time = fits(time, b"99:99:99") && number(time, 0) < 24 && number(time, 3) < 60 && number(time, 6) < 60;
    let offset = |rest: &[u8]| {
        let offset = fits(rest, b"+9999") || fits(rest, b"+99:99") || fits(rest, b"-9999") || fits(rest, b"-99:99");
        let minutes = number(rest, rest.len().saturating_sub(2));
        // No country is further than 14 hours from UTC.
        offset && minutes < 60 && u16::from(number(rest, 1)) * 60 + u16::from(minutes) <= 14 * 60
    };
    match rest {
        [] => TextFormat::Date,
        [b'T', ..] if is_time => match rest.get(9..).unwrap_or_default() {
            [] => TextFormat::LocalDateTime,
            [b'.', _, _, _, b'Z'] if fits(rest.get(10..13).unwrap_or_default(), b"999") => {
                TextFormat::UtcDateTimeMillis
            }
            [b'.', a, b, c, rest @ ..] if fits(&[*a, *b, *c], b"999") && offset(rest) => {
                TextFormat::OffsetDateTimeMillis
            }
            rest if offset(rest) => TextFormat::OffsetDateTime,
            rest => other_date_time(rest),
        },
        [b' ', ..] if is_time && rest.len() == 9 => TextFormat::LocalDateTimeSpace,
        _ => other_date_time(rest),
    }
}

fn other_date_time(rest: &[u8]) -> TextFormat {
    let is_part =
        |byte: &u8| matches!(byte, b'0'..=b'9' | b'T' | b't' | b'Z' | b'z' | b':' | b'.' | b'+' | b'-' | b' ');
    if rest.len() <= 32 && rest.iter().all(is_part) { TextFormat::AnyDateTime } else { TextFormat::Other }
}

/// Whether a text is like a template, in which 9 is a digit.
fn fits(text: &[u8], template: &[u8]) -> bool {
    let is_like =
        |(found, expected): (&u8, &u8)| if *expected == b'9' { found.is_ascii_digit() } else { found == expected };
    text.len() == template.len() && text.iter().zip(template).all(is_like)
}

/// The number of two digits.
fn number(text: &[u8], at: usize) -> u8 {
    let digit = |at: usize| text.get(at).map_or(0, |byte| byte.wrapping_sub(b'0'));
    digit(at).wrapping_mul(10).wrapping_add(digit(at + 1))
}

fn is_uuid(text: &[u8]) -> bool {
    text.len() == 36
        && text.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

fn is_url(text: &[u8]) -> bool {
    let begins = |head: &[u8]| text.get(..head.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(head));
    (begins(b"https://") || begins(b"http://")) && !text.iter().any(u8::is_ascii_whitespace)
}

fn is_email(text: &[u8]) -> bool {
    const MAX_LENGTH: usize = 254;
    if text.len() > MAX_LENGTH {
        return false;
    }
    let Some(at) = text.iter().position(|byte| *byte == b'@') else { return false };
    let host = &text[at + 1..];
    at > 0
        && !host.contains(&b'@')
        && !text.iter().any(u8::is_ascii_whitespace)
        && host.iter().position(|byte| *byte == b'.').is_some_and(|dot| dot > 0 && dot + 1 < host.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_recognized() {
        for (text, expected) in [
            ("", TextFormat::Empty),
            ("007", TextFormat::Digits),
            ("-1", TextFormat::Decimal),
            ("12.50", TextFormat::Decimal),
            ("2023-08-04", TextFormat::Date),
            ("2024-02-01T10:00:00", TextFormat::LocalDateTime),
            ("2025-06-18 00:00:00", TextFormat::LocalDateTimeSpace),
            ("2023-02-08T16:51:40+0700", TextFormat::OffsetDateTime),
            ("2023-02-08T16:51:40-05:30", TextFormat::OffsetDateTime),
            ("2025-02-05T17:35:53.693+0700", TextFormat::OffsetDateTimeMillis),
            ("2021-09-17T10:42:31.981Z", TextFormat::UtcDateTimeMillis),
            ("2021-09-17T10:42:31Z", TextFormat::AnyDateTime),
            ("2021-09-17T10:42:31.1234567+07:00", TextFormat::AnyDateTime),
            ("6d473b8f-a6b3-4536-b1e6-f4b7688414e2", TextFormat::Uuid),
            ("someone@example.com", TextFormat::Email),
            ("https://example.com/a?b", TextFormat::Url),
            ("HTTP://example.com", TextFormat::Url),
        ] {
            assert_eq!(TextFormat::of(text), expected, "{text}");
            let json = serde_json::to_string(&expected).unwrap_or_default();
            assert_eq!(json, format!("\"{}\"", expected.name()));
        }
    }

    #[test]
    fn any_other_text_is_other() {
        for text in [
            " ",
            "-",
            ".5",
            "5.",
            "1.2.3",
            "2023-13-04",
            "2023-02-29",
            "2023-04-31",
            "2023-08-04Tmorning",
            "2023-08-0",
            "6d473b8f-a6b3",
            "@",
            "a@b",
            "a@b.",
            "a@b.c d",
            "a@b@c.d",
            "https://a b",
            "httpx",
            "ชื่อ",
            "12,50",
        ] {
            assert_eq!(TextFormat::of(text), TextFormat::Other, "{text}");
        }
    }
}
