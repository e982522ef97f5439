//! A decimal number of any length: a [`rust_decimal::Decimal`] if it fits, otherwise text.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use rust_decimal::Decimal;

/// The most digits that every [`Decimal`] can have, before and after the point.
const MAX_DIGITS: usize = 28;
/// The most digits that some can have.
const MAX_DIGITS_OF_SOME: i64 = 29;

#[derive(Clone)]
pub(super) enum Digits {
    /// Prints exactly the digits that were sent.
    Exact(Decimal),
    /// The number as JSON writes it.
    AsSent(Box<str>),
}

impl Digits {
    /// Reads a number as JSON writes it; also accepts a leading `+`, leading zeros, or no digits on one side of the
    /// point.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(number) = short(text) {
            return Some(Self::Exact(number));
        }
        let (sign, rest) = match text.strip_prefix('-') {
            Some(rest) => ("-", rest),
            None => ("", text.strip_prefix('+').unwrap_or(text)),
        };
        let (number, exponent) = rest.split_once(['e', 'E']).map_or((rest, None), |(number, e)| (number, Some(e)));
        let (whole, fraction) = number.split_once('.').map_or((number, None), |(whole, part)| (whole, Some(part)));
        let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let exponent_digits = exponent.map(|exponent| exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
        let fits = all_digits(whole)
            && fraction.is_none_or(all_digits)
            && whole.len() + fraction.map_or(0, str::len) > 0
            && exponent_digits.is_none_or(|digits| !digits.is_empty() && all_digits(digits));
        if !fits {
            return None;
        }
        let mut written = sign.to_owned();
        let whole = whole.trim_start_matches('0');
        written.push_str(if whole.is_empty() { "0" } else { whole });
        if let Some(fraction) = fraction.filter(|fraction| !fraction.is_empty()) {
            written.push('.');
            written.push_str(fraction);
        }
        written.push_str(&rest[number.len()..]);
        Some(short(&written).map_or_else(|| Self::AsSent(written.into()), Self::Exact))
    }

    /// Returns the same value, if it fits.
    pub(super) fn get(&self) -> Result<Decimal, DecimalRangeError> {
        match self {
            Self::Exact(number) => Ok(*number),
            Self::AsSent(text) => Normal::of_text(text).exact().ok_or_else(|| self.out_of_range()),
        }
    }

    /// Returns the nearest value; of two, the even one.
    pub(super) fn round(&self) -> Result<Decimal, DecimalRangeError> {
        match self {
            Self::Exact(number) => Ok(*number),
            Self::AsSent(text) => Normal::of_text(text).rounded().ok_or_else(|| self.out_of_range()),
        }
    }

    fn out_of_range(&self) -> DecimalRangeError {
        let rounds = self.normal().rounded().is_some();
        DecimalRangeError { text: self.to_string(), rounds }
    }

    fn normal(&self) -> Normal {
        match self {
            Self::Exact(number) => Normal::of_number(*number),
            Self::AsSent(text) => Normal::of_text(text),
        }
    }
}

/// The whole number that a text means: `2.0` is 2, `2e3` is 2000.
pub(super) fn whole(text: &str) -> Option<i64> {
    let number = Digits::parse(text)?.get().ok()?.normalize();
    if number.scale() == 0 { i64::try_from(number.mantissa()).ok() } else { None }
}

/// The error for a number that a [`rust_decimal::Decimal`] cannot represent.
///
/// ```
/// let huge: gofive_api::Decimal = "1e400".parse()?;
/// assert!(huge.round().unwrap_err().to_string().starts_with("1e400 is beyond"));
/// # Ok::<(), gofive_api::ParseDecimalError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecimalRangeError {
    pub(super) text: String,
    pub(super) rounds: bool,
}

impl fmt::Display for DecimalRangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.rounds {
            write!(
                f,
                "{} has more digits than a rust_decimal::Decimal can represent; round it, or use the text",
                self.text
            )
        } else {
            write!(f, "{} is beyond the largest rust_decimal::Decimal; use the text", self.text)
        }
    }
}

impl std::error::Error for DecimalRangeError {}

/// Reads a number that prints exactly as it is written.
fn short(text: &str) -> Option<Decimal> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let (mut mantissa, mut count, mut point) = (0_u128, 0_usize, None);
    for (position, byte) in digits.bytes().enumerate() {
        match byte {
            b'0'..=b'9' if count < MAX_DIGITS => {
                mantissa = mantissa * 10 + u128::from(byte - b'0');
                count += 1;
            }
            b'.' if point.is_none() && position > 0 => point = Some(count),
            _ => return None,
        }
    }
    let whole = point.unwrap_or(count);
    let as_printed = whole == 1 || !digits.starts_with('0');
    if count == 0 || point == Some(count) || !as_printed || (negative && mantissa == 0) {
        return None;
    }
    let mantissa = i128::try_from(mantissa).ok()?;
    let scale = u32::try_from(count - whole).ok()?;
    Decimal::try_from_i128_with_scale(if negative { -mantissa } else { mantissa }, scale).ok()
}

/// A number as `0.digits × 10^exponent`, whose digits neither begin nor end with a zero. Equal numbers have equal
/// fields.
#[derive(PartialEq, Eq, Hash)]
struct Normal {
    negative: bool,
    digits: String,
    exponent: i64,
}

impl Normal {
    fn of_number(number: Decimal) -> Self {
        let mantissa = number.mantissa().unsigned_abs().to_string();
        let scale = i64::from(number.scale());
        Self::new(number.is_sign_negative(), &mantissa, length(&mantissa).saturating_sub(scale))
    }

    /// Converts a text that `Digits::parse` has accepted.
    fn of_text(text: &str) -> Self {
        let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (number, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        // An exponent beyond `i64` is practically infinite.
        let infinite = if exponent.starts_with('-') { i64::MIN } else { i64::MAX };
        let exponent = exponent.parse().unwrap_or(infinite);
        Self::new(negative, &[whole, fraction].concat(), length(whole).saturating_add(exponent))
    }

    fn new(negative: bool, digits: &str, exponent: i64) -> Self {
        let significant = digits.trim_start_matches('0');
        let exponent = exponent.saturating_sub(length(digits) - length(significant));
        let digits = significant.trim_end_matches('0').to_owned();
        if digits.is_empty() {
            Self { negative: false, digits, exponent: 0 }
        } else {
            Self { negative, digits, exponent }
        }
    }

    /// The number of digits after the point.
    fn scale(&self) -> i64 {
        length(&self.digits).saturating_sub(self.exponent).max(0)
    }

    fn exact(&self) -> Option<Decimal> {
        if self.exponent > MAX_DIGITS_OF_SOME { None } else { self.with_scale(self.scale()).filter(|_| self.fits()) }
    }

    /// Whether a [`Decimal`] can have as many digits after the point.
    fn fits(&self) -> bool {
        usize::try_from(self.scale()).is_ok_and(|scale| scale <= MAX_DIGITS)
    }

    fn rounded(&self) -> Option<Decimal> {
        if self.exponent > MAX_DIGITS_OF_SOME {
            return None;
        }
        let most = self.scale().min(i64::try_from(MAX_DIGITS).ok()?);
        (0..=most).rev().find_map(|scale| self.with_scale(scale))
    }

    /// The nearest number with this many digits after the point, if it is not too long.
    fn with_scale(&self, scale: i64) -> Option<Decimal> {
        let kept = self.exponent.saturating_add(scale);
        if kept > MAX_DIGITS_OF_SOME {
            return None;
        }
        // Less than a tenth of the last digit's unit.
        let Ok(kept) = usize::try_from(kept) else { return Some(Decimal::ZERO) };
        let (head, tail) = self.digits.split_at(kept.min(self.digits.len()));
        let mut mantissa: i128 = format!("0{head:0<kept$}").parse().ok()?;
        let half = tail.cmp("5");
        if half == Ordering::Greater || (half == Ordering::Equal && mantissa % 2 == 1) {
            mantissa += 1;
        }
        let scale = u32::try_from(scale).ok()?;
        Decimal::try_from_i128_with_scale(if self.negative { -mantissa } else { mantissa }, scale).ok()
    }
}

fn length(digits: &str) -> i64 {
    i64::try_from(digits.len()).unwrap_or(i64::MAX)
}

impl Default for Digits {
    fn default() -> Self {
        Self::Exact(Decimal::ZERO)
    }
}

impl PartialEq for Digits {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Digits {}

impl PartialOrd for Digits {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Digits {
    fn cmp(&self, other: &Self) -> Ordering {
        if let (Self::Exact(one), Self::Exact(other)) = (self, other) {
            return one.cmp(other);
        }
        let (one, other) = (self.normal(), other.normal());
        let sign = |number: &Normal| if number.digits.is_empty() { 0 } else { 1 - 2 * i8::from(number.negative) };
        sign(&one).cmp(&sign(&other)).then_with(|| {
            let size = one.exponent.cmp(&other.exponent).then_with(|| one.digits.cmp(&other.digits));
            if one.negative { size.reverse() } else { size }
        })
    }
}

impl Hash for Digits {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.normal().hash(state);
    }
}

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(number) => number.fmt(f),
            Self::AsSent(text) => f.pad_integral(!text.starts_with('-'), "", text.trim_start_matches('-')),
        }
    }
}
