//! What a plain scalar is by the core schema of YAML 1.2. Of the spellings that the schema has for a value, only that of JSON is
//! accepted: parsers of other versions and schemas read the others differently.

use serde_json::{Number, Value};

/// Why a scalar is refused.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) problem: String,
    pub(super) hint: &'static str,
}

const QUOTE: &str = "quote it if it is text";

/// The value of a plain scalar. Dates, versions, `yes`, `no`, and codes with letters are text.
pub(super) fn plain(text: &str) -> Result<Value, Refusal> {
    let refuse = |what: &str, hint| Err(Refusal { problem: format!("`{text}` is {what}"), hint });
    match text {
        "" | "~" | "null" => Ok(Value::Null),
        "true" => Ok(Value::Bool(true)),
        "false" => Ok(Value::Bool(false)),
        "Null" | "NULL" => refuse("null for some YAML parsers and text for others", "write `null`, or quote it"),
        "True" | "TRUE" | "False" | "FALSE" => {
            refuse("a boolean for some YAML parsers and text for others", "write `true` or `false`, or quote it")
        }
        _ if is_not_finite(text) => refuse("a number that JSON does not have", QUOTE),
        "-0" => refuse("an integer for some YAML parsers and a fraction for others", "write 0"),
        _ => match serde_json::from_str::<Number>(text) {
            Ok(number) if is_exact(text, &number) => Ok(Value::Number(number)),
            Err(_) if !looks_numeric(text) => Ok(Value::String(text.to_owned())),
            Err(_) if !is_spelled_as_json(text) => refuse("a number for some YAML parsers and text for others", QUOTE),
            _ => refuse("a number with more digits than can be kept", QUOTE),
        },
    }
}

/// `.inf` with or without a sign, and `.nan`.
fn is_not_finite(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    [".inf", ".Inf", ".INF"].contains(&unsigned) || [".nan", ".NaN", ".NAN"].contains(&text)
}

/// Whether YAML parsers disagree on a scalar: `007`, `0x1F`, `+1`, `.5`, `1_000`, `1e400`.
fn looks_numeric(text: &str) -> bool {
    let digits = text.trim_start_matches(['+', '-']);
    let hex_or_octal = ["0x", "0X", "0o", "0O", "0b", "0B"].iter().any(|prefix| digits.starts_with(prefix));
    let decimal = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.' || c == '_')
        && digits.matches('.').count() <= 1
        && digits.chars().any(|c| c.is_ascii_digit());
    hex_or_octal || decimal || is_core_number(text)
}

/// Whether the core schema of YAML 1.2 has a decimal number that is written like this.
fn is_core_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits(whole)
        && is_digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| !exponent.is_empty() && is_digits(exponent))
}

/// Whether JSON also spells a number of the core schema like this.
fn is_spelled_as_json(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let mantissa = unsigned.split(['e', 'E']).next().unwrap_or_default();
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    is_core_number(unsigned)
        && (whole == "0" || whole.starts_with(|c: char| ('1'..='9').contains(&c)))
        && !fraction.is_empty()
}

/// Whether a number has the digits that it was written with: more than 17 of them, or 1e-400, are rounded.
fn is_exact(text: &str, number: &Number) -> bool {
    !number.is_f64() || significant(text) == significant(&number.to_string())
}

/// The digits of a decimal number without the zeros around them, and the power of ten of the last one.
fn significant(text: &str) -> (String, i64) {
    let unsigned = text.trim_start_matches('-');
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let kept = digits.trim_end_matches('0');
    if kept.is_empty() {
        return (String::new(), 0);
    }
    let length = |text: &str| i64::try_from(text.len()).unwrap_or(i64::MAX);
    let exponent: i64 = exponent.parse().unwrap_or(i64::MAX);
    let power = exponent.saturating_sub(length(fraction)).saturating_add(length(&digits) - length(kept));
    (kept.trim_start_matches('0').to_owned(), power)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_spelling_of_json_is_its_value() {
        for (text, value) in [
            ("", Value::Null),
            ("~", Value::Null),
            ("null", Value::Null),
            ("true", json!(true)),
            ("12", json!(12)),
            ("-12", json!(-12)),
            ("18446744073709551615", json!(u64::MAX)),
            ("1.50", json!(1.5)),
            ("0.1", json!(0.1)),
            ("0.0", json!(0.0)),
            ("1e3", json!(1000.0)),
            ("1.7976931348623157e308", json!(f64::MAX)),
        ] {
            assert_eq!(plain(text).unwrap(), value, "{text}");
        }
    }

    #[test]
    fn a_text_of_the_core_schema_is_text() {
        for text in [
            "yes",
            "No",
            "on",
            "OFF",
            "y",
            "nULL",
            "tRUE",
            "2023-08-04",
            "1.2.3",
            "12:30:45",
            "1e",
            "e5",
            "1e5x",
            "-",
            "+",
            ".",
            "nan",
            "inf",
            "0x",
            "T1",
            "=",
            "Nulls",
            "1 000",
        ] {
            let expected = !text.starts_with("0x");
            assert_eq!(plain(text).is_ok_and(|value| value == text), expected, "{text}");
        }
    }

    #[test]
    fn a_spelling_that_json_does_not_have_is_refused_by_name() {
        for (problem, texts) in [
            ("null for some YAML parsers", ["Null", "NULL"].as_slice()),
            ("a boolean for some YAML parsers", &["True", "TRUE", "False", "FALSE"]),
            ("a number that JSON does not have", &[".inf", "-.Inf", "+.INF", ".nan", ".NaN", ".NAN"]),
            (
                "a number for some YAML parsers",
                &["007", "-007", "0x1F", "0X1f", "0o17", "0b1", "+1", ".5", "5.", "1_000", "+1e5", "-.5e3"],
            ),
            (
                "a number with more digits",
                &[
                    "12345678901234567890123",
                    "0.1234567890123456789",
                    "1e400",
                    "-1e400",
                    "1e-400",
                    "1e99999999999999999999",
                ],
            ),
            ("an integer for some YAML parsers", &["-0"]),
        ] {
            for text in texts {
                let refusal = plain(text).map_err(|refusal| refusal.problem);
                assert!(
                    refusal.as_ref().is_err_and(|found| found.starts_with(&format!("`{text}` is {problem}"))),
                    "{refusal:?}"
                );
            }
        }
    }
}
