//! The formats in which the API writes dates and times, as `format`s of the spec.

use jsonschema::ValidationOptions;

/// The templates of each `format`: `9` is a digit, `±` a sign, anything else itself. `any-date-time` accepts all templates.
pub const FORMATS: [(&str, &[&str]); 7] = [
    ("offset-date-time-millis", &["9999-99-99T99:99:99.999±9999", "9999-99-99T99:99:99.999±99:99"]),
    ("offset-date-time", &["9999-99-99T99:99:99±9999", "9999-99-99T99:99:99±99:99"]),
    ("local-date-time", &["9999-99-99T99:99:99"]),
    ("local-date-time-space", &["9999-99-99 99:99:99"]),
    ("utc-date-time-millis", &["9999-99-99T99:99:99.999Z"]),
    ("date", &["9999-99-99"]),
    ("any-date-time", &[]),
];

/// Adds the formats to a validator.
pub(crate) trait DateTimeFormats {
    fn with_date_time_formats(self) -> Self;
}

impl DateTimeFormats for ValidationOptions<'_> {
    fn with_date_time_formats(mut self) -> Self {
        for (name, templates) in FORMATS {
            let all: &'static [&'static str] = if templates.is_empty() { &[] } else { templates };
            self = self.with_format(name, move |text: &str| match all {
                [] => FORMATS.iter().flat_map(|(_, templates)| *templates).any(|template| fits(template, text)),
                templates => templates.iter().any(|template| fits(template, text)),
            });
        }
        self
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
    use super::fits;

    #[test]
    fn a_format_matches_exactly() {
        assert!(fits("9999-99-99T99:99:99.999±9999", "2025-02-05T17:35:53.693+0700"));
        assert!(!fits("9999-99-99T99:99:99.999±9999", "2025-02-05T17:35:53+0700"));
        assert!(!fits("9999-99-99", "2025-02-05T00:00:00"));
        assert!(!fits("9999-99-99", "2025-02"));
    }
}
