//! The formats of strings: one table for validation, the code generator, the reader of portal pages, and the sandbox.

use std::fmt;

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

    /// The format of a date or time that is written like this.
    pub fn of(text: &str) -> Option<Self> {
        let has_template = |format: &Self| format.templates().iter().any(|template| fits(template, text));
        Self::ALL.into_iter().find(has_template)
    }

    /// Whether a text has the format. Only dates and times are checked.
    pub fn accepts(self, text: &str) -> bool {
        match self {
            Self::AnyDateTime => Self::of(text).is_some(),
            _ => !self.is_date_time() || self.templates().iter().any(|template| fits(template, text)),
        }
    }
}

/// The name of the format in the spec.
impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
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
}
