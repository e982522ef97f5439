//! The formats of strings: one table for validation, the code generator, the reader of portal pages, and the sandbox.

use std::fmt;

/// The regular expression of a date.
macro_rules! date {
    () => {
        "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    };
}

/// The regular expression of a time.
macro_rules! time {
    () => {
        "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    };
}

/// The regular expression of an offset: none is further than 14 hours from UTC.
macro_rules! offset {
    () => {
        "[+-]((0[0-9]|1[0-3]):?[0-5][0-9]|14:?00)"
    };
}

/// How a string is written on the wire: the `format` of a schema.
///
/// ```
/// use gofive_spec::Format;
///
/// assert_eq!(Format::of("2024-02-01T10:00:00"), Some(Format::LocalDateTime));
/// assert_eq!(Format::Date.name(), "date");
/// assert_eq!(Format::named("date"), Some(Format::Date));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// A time with milliseconds and an offset: `2025-02-05T17:35:53.693+0700`.
    OffsetDateTimeMillis,
    /// A time with an offset: `2023-02-08T16:51:40+0700`.
    OffsetDateTime,
    /// A time without an offset: `2024-02-01T10:00:00`.
    LocalDateTime,
    /// A time without an offset, after a space: `2025-06-18 00:00:00`.
    LocalDateTimeSpace,
    /// A time with milliseconds in UTC: `2021-09-17T10:42:31.981Z`.
    UtcDateTimeMillis,
    /// A time or a date in any of the other formats, in a response.
    AnyDateTime,
    /// A date: `2023-08-04`.
    Date,
    /// A number as text, exact.
    Decimal,
    /// A secret, which is never printed.
    Password,
}

impl Format {
    /// All formats, in the order in which `openapi/schema/group.json` offers them.
    pub const ALL: [Self; 9] = [
        Self::OffsetDateTimeMillis,
        Self::OffsetDateTime,
        Self::LocalDateTime,
        Self::LocalDateTimeSpace,
        Self::UtcDateTimeMillis,
        Self::AnyDateTime,
        Self::Date,
        Self::Decimal,
        Self::Password,
    ];

    /// The name of the format in the spec.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OffsetDateTimeMillis => "offset-date-time-millis",
            Self::OffsetDateTime => "offset-date-time",
            Self::LocalDateTime => "local-date-time",
            Self::LocalDateTimeSpace => "local-date-time-space",
            Self::UtcDateTimeMillis => "utc-date-time-millis",
            Self::AnyDateTime => "any-date-time",
            Self::Date => "date",
            Self::Decimal => "decimal",
            Self::Password => "password",
        }
    }

    /// Whether OpenAPI knows the format: a bundle has it as `format`, and the others as `x-gofive-format`.
    pub const fn is_standard(self) -> bool {
        matches!(self, Self::Date | Self::Password)
    }

    /// The regular expression of the texts, in the syntax of ECMA-262 without classes; empty if any text has the format.
    ///
    /// It checks the numbers of a date, and not whether the month has such a day. The pattern of [`Format::AnyDateTime`], which is the
    /// format of responses, is wider than what [`Format::accepts`] accepts: any text that begins with a date, or no text.
    pub const fn pattern(self) -> &'static str {
        match self {
            Self::OffsetDateTimeMillis => concat!("^", date!(), "T", time!(), "\\.[0-9]{3}", offset!(), "$"),
            Self::OffsetDateTime => concat!("^", date!(), "T", time!(), offset!(), "$"),
            Self::LocalDateTime => concat!("^", date!(), "T", time!(), "$"),
            Self::LocalDateTimeSpace => concat!("^", date!(), " ", time!(), "$"),
            Self::UtcDateTimeMillis => concat!("^", date!(), "T", time!(), "\\.[0-9]{3}Z$"),
            Self::AnyDateTime => "^([0-9]{4}-[0-9]{2}-[0-9]{2}.*)?$",
            Self::Date => concat!("^", date!(), "$"),
            Self::Decimal => "^-?[0-9]+(\\.[0-9]+)?$",
            Self::Password => "",
        }
    }

    /// A text in the format, as a page or an integration has it; empty if any text has the format.
    pub const fn example(self) -> &'static str {
        match self {
            Self::OffsetDateTimeMillis => "2025-02-05T17:35:53.693+0700",
            Self::OffsetDateTime => "2023-02-08T16:51:40+0700",
            Self::LocalDateTime => "2024-02-01T10:00:00",
            Self::LocalDateTimeSpace => "2025-06-18 00:00:00",
            Self::UtcDateTimeMillis => "2021-09-17T10:42:31.981Z",
            Self::AnyDateTime => "2026-06-05T00:00:00+0700",
            Self::Date => "2023-08-04",
            Self::Decimal => "0",
            Self::Password => "",
        }
    }

    /// The format in one sentence; empty if any text has the format.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::OffsetDateTimeMillis => {
                "A date and time with milliseconds and an offset: `2025-02-05T17:35:53.693+0700`."
            }
            Self::OffsetDateTime => "A date and time with an offset: `2023-02-08T16:51:40+0700`.",
            Self::LocalDateTime => "A date and time without an offset: `2024-02-01T10:00:00`.",
            Self::LocalDateTimeSpace => {
                "A date and time without an offset, with a space between them: `2025-06-18 00:00:00`."
            }
            Self::UtcDateTimeMillis => "A date and time with milliseconds, in UTC: `2021-09-17T10:42:31.981Z`.",
            Self::AnyDateTime => {
                "A date, usually with a time, and with an offset or without one: `2026-06-05T00:00:00+0700` or \
                 `2026-04-21T00:00:00`."
            }
            Self::Date => "A date: `2023-08-04`.",
            Self::Decimal => "A number as text, with a point before the decimal places, if there are any.",
            Self::Password => "",
        }
    }

    /// The format with this name in the spec.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// The templates of a date or time: `9` is a digit, `±` a sign, anything else itself.
    ///
    /// The first template is the usual one. [`Format::AnyDateTime`] and formats of other values have no templates.
    pub const fn templates(self) -> &'static [&'static str] {
        match self {
            Self::OffsetDateTimeMillis => &["9999-99-99T99:99:99.999±9999", "9999-99-99T99:99:99.999±99:99"],
            Self::OffsetDateTime => &["9999-99-99T99:99:99±9999", "9999-99-99T99:99:99±99:99"],
            Self::LocalDateTime => &["9999-99-99T99:99:99"],
            Self::LocalDateTimeSpace => &["9999-99-99 99:99:99"],
            Self::UtcDateTimeMillis => &["9999-99-99T99:99:99.999Z"],
            Self::Date => &["9999-99-99"],
            Self::AnyDateTime | Self::Decimal | Self::Password => &[],
        }
    }

    /// Whether it is the format of a date or time.
    pub const fn is_date_time(self) -> bool {
        match self {
            Self::OffsetDateTimeMillis
            | Self::OffsetDateTime
            | Self::LocalDateTime
            | Self::LocalDateTimeSpace
            | Self::UtcDateTimeMillis
            | Self::AnyDateTime
            | Self::Date => true,
            Self::Decimal | Self::Password => false,
        }
    }

    /// The format of a date or time that is written like this. A text of a day that does not exist has none.
    pub fn of(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.has_template_of(text))
    }

    /// Whether a text has the format. Only decimals, dates and times are checked: how they are written, and that a date exists.
    pub fn accepts(self, text: &str) -> bool {
        match self {
            Self::Decimal => is_decimal(text),
            Self::AnyDateTime => Self::of(text).is_some(),
            _ => !self.is_date_time() || self.has_template_of(text),
        }
    }

    fn has_template_of(self, text: &str) -> bool {
        self.templates().iter().any(|template| fits(template, text) && exists(text))
    }
}

/// The name of the format in the spec.
impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

fn is_decimal(text: &str) -> bool {
    let is_digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    let number = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    is_digits(whole) && is_digits(fraction)
}

fn fits(template: &str, text: &str) -> bool {
    let mut expected = template.chars();
    text.chars().all(|found| match expected.next() {
        Some('9') => found.is_ascii_digit(),
        Some('±') => matches!(found, '+' | '-'),
        Some(literal) => found == literal,
        None => false,
    }) && expected.next().is_none()
}

/// Whether the date, the time and the offset of a text that fits a template exist.
fn exists(text: &str) -> bool {
    let number = |at: std::ops::Range<usize>| text.get(at).and_then(|digits| digits.parse::<u16>().ok());
    let is_date = matches!((number(0..4), number(5..7), number(8..10)), (Some(year), Some(month), Some(day))
        if (1..=days(year, month)).contains(&day));
    // A text of a date only has none of the rest.
    let is_below = |at, limit| number(at).is_none_or(|number| number < limit);
    is_date && is_below(11..13, 24) && is_below(14..16, 60) && is_below(17..19, 60) && is_offset(text)
}

/// The number of days of a month; 0 for a month that does not exist.
const fn days(year: u16, month: u16) -> u16 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

/// Whether the offset at the end of a text, if it has one, exists: no country is further than 14 hours from UTC.
fn is_offset(text: &str) -> bool {
    const MAX_MINUTES: u16 = 14 * 60;
    let after_time = text.get("2025-01-29T15:38:43".len()..).unwrap_or_default();
    let Some((_, offset)) = after_time.split_once(['+', '-']) else { return true };
    let digits = offset.replace(':', "");
    let [hours, minutes] =
        [digits.get(..2), digits.get(2..)].map(|part| part.and_then(|part| part.parse::<u16>().ok()));
    matches!((hours, minutes), (Some(hours), Some(minutes)) if minutes < 60 && hours * 60 + minutes <= MAX_MINUTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_at_most_one_format() {
        for format in Format::ALL {
            assert_eq!(Format::named(format.name()), Some(format));
            for template in format.templates() {
                let text = template.replace('9', "1").replace('±', "-");
                assert_eq!(Format::of(&text), Some(format), "{text}");
                assert!(format.accepts(&text) && Format::AnyDateTime.accepts(&text), "{text}");
            }
        }
        assert_eq!(Format::named("date-time"), None);
    }

    /// Whether a validator of JSON schema accepts a text by the pattern of the format.
    fn has_pattern(format: Format, text: &str) -> bool {
        jsonschema::is_valid(&serde_json::json!({ "pattern": format.pattern() }), &text.into())
    }

    #[test]
    fn the_pattern_accepts_what_the_templates_do() {
        for format in Format::ALL {
            assert!(format.accepts(format.example()), "{format}");
            assert!(has_pattern(format, format.example()), "{format}");
            assert_eq!(format.sentence().is_empty(), format == Format::Password, "{format}");
            for template in format.templates() {
                let text = template.replace('9', "1").replace('±', "-");
                assert!(has_pattern(format, &text) && has_pattern(Format::AnyDateTime, &text), "{format}: {text}");
            }
            let others = Format::ALL.into_iter().filter(|other| *other != format && !other.templates().is_empty());
            let is_exact = !matches!(format, Format::AnyDateTime | Format::Password);
            for other in others.filter(|_| is_exact) {
                assert!(!has_pattern(format, other.example()), "{format} is not {other}");
            }
        }
    }

    #[test]
    fn a_decimal_is_a_number_as_text() {
        for (text, is_decimal) in [
            ("0", true),
            ("-12", true),
            ("1.50", true),
            ("007", true),
            ("", false),
            ("-", false),
            (".5", false),
            ("1.", false),
            ("+1", false),
            ("1e3", false),
            ("1,000", false),
        ] {
            assert_eq!(
                (Format::Decimal.accepts(text), has_pattern(Format::Decimal, text)),
                (is_decimal, is_decimal),
                "{text}"
            );
        }
    }

    #[test]
    fn a_format_matches_exactly() {
        let millis = Format::OffsetDateTimeMillis;
        assert!(millis.accepts("2025-02-05T17:35:53.693+0700") && millis.accepts("2025-02-05T17:35:53.693-07:00"));
        assert!(!millis.accepts("2025-02-05T17:35:53+0700"));
        for text in ["2025-02-05T00:00:00", "2025-02", "", "2025-02-055"] {
            assert!(!Format::Date.accepts(text), "{text}");
        }
        assert!(!Format::AnyDateTime.accepts("tomorrow") && Format::Decimal.accepts("1.50"));
    }

    #[test]
    fn a_date_exists_like_the_dates_of_a_calendar() {
        for year in [1900, 1999, 2000, 2023, 2024, 2568] {
            for (month, day) in (0..=13).flat_map(|month| (0..=32).map(move |day| (month, day))) {
                let text = format!("{year:04}-{month:02}-{day:02}");
                let exists = text.parse::<jiff::civil::Date>().is_ok();
                assert_eq!(Format::Date.accepts(&text), exists, "{text}");
                let text = format!("{text}T00:00:00");
                assert_eq!(
                    (Format::LocalDateTime.accepts(&text), Format::of(&text).is_some()),
                    (exists, exists),
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn a_time_and_an_offset_exist() {
        let with =
            |time: &str, offset: &str| Format::OffsetDateTimeMillis.accepts(&format!("2025-02-05T{time}.999{offset}"));
        for offset in ["+0700", "+07:00", "-1200", "+1400", "-00:00", "+0545"] {
            assert!(with("23:59:59", offset), "{offset}");
        }
        for (time, offset) in [
            ("24:00:00", "+0700"),
            ("23:60:00", "+0700"),
            ("23:59:60", "+0700"),
            ("99:99:99", "+0700"),
            ("00:00:00", "+1401"),
            ("00:00:00", "-15:00"),
            ("00:00:00", "+0760"),
            ("00:00:00", "+9999"),
        ] {
            assert!(!with(time, offset), "{time} {offset}");
        }
        for text in
            ["2025-02-05 24:00:00", "2025-02-05T10:42:61", "2021-09-17T25:42:31.981Z", "9999-99-99T99:99:99.999+9999"]
        {
            assert!(!Format::AnyDateTime.accepts(text), "{text}");
        }
    }
}
