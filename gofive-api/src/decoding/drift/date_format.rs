//! The formats of dates and times, by the names that they have in the spec.

/// Names and templates, in which `9` is a digit and `+` a sign.
const TEMPLATES: [(&str, &str); 8] = [
    ("date", "9999-99-99"),
    ("local-date-time", "9999-99-99T99:99:99"),
    ("local-date-time-space", "9999-99-99 99:99:99"),
    ("offset-date-time", "9999-99-99T99:99:99+9999"),
    ("offset-date-time", "9999-99-99T99:99:99+99:99"),
    ("utc-date-time-millis", "9999-99-99T99:99:99.999Z"),
    ("offset-date-time-millis", "9999-99-99T99:99:99.999+9999"),
    ("offset-date-time-millis", "9999-99-99T99:99:99.999+99:99"),
];

/// The format of responses: any of the others.
pub(super) const ANY: &str = "any-date-time";

/// The name of a format, if it is one.
pub(super) fn named(name: &str) -> Option<&'static str> {
    TEMPLATES.iter().map(|(known, _)| *known).chain([ANY]).find(|known| *known == name)
}

/// Whether a text has the format. An empty text has any.
pub(super) fn has(text: &str, format: &str) -> bool {
    text.is_empty()
        || TEMPLATES.iter().any(|(name, template)| (format == ANY || format == *name) && fits(text, template))
}

/// The format of a text; `string` if it does not begin with a date.
pub(super) fn of(text: &str) -> &'static str {
    let named = TEMPLATES.iter().find(|(_, template)| fits(text, template)).map(|(name, _)| *name);
    let begins_with_date = text.get(..10).is_some_and(|date| fits(date, TEMPLATES[0].1));
    named.unwrap_or(if begins_with_date { "other-date-time" } else { "string" })
}

fn fits(text: &str, template: &str) -> bool {
    text.len() == template.len()
        && text.bytes().zip(template.bytes()).all(|(found, expected)| match expected {
            b'9' => found.is_ascii_digit(),
            b'+' => matches!(found, b'+' | b'-'),
            literal => found == literal,
        })
}
