//! A month, the most exact time that a file has.

use std::fmt;
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

/// A month of the calendar, in UTC: `2026-11`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: u16,
    month: u8,
}

impl Month {
    /// The month of this moment.
    pub fn now() -> Self {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Self::of_day(seconds / 86_400)
    }

    /// The month of a day since 1970.
    fn of_day(mut day: u64) -> Self {
        let (mut year, mut month) = (1970_u16, 1_u8);
        loop {
            let days = match month {
                2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
                2 => 28,
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            if day < days || year == 9999 {
                return Self { year, month };
            }
            day -= days;
            (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Month {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let read = || {
            let (year, month) = text.split_once('-').filter(|_| text.len() == 7)?;
            let (year, month) = (year.parse().ok()?, month.parse().ok()?);
            Some(Self { year, month }).filter(|read| read.to_string() == text && (1..=12).contains(&read.month))
        };
        read().ok_or_else(|| format!("{text:?} is not a month: `2026-11`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_in_the_months_of_the_calendar() {
        for (day, expected) in [
            (0, "1970-01"),
            (31, "1970-02"),
            (59, "1970-03"),
            (11_016, "2000-02"),
            (11_017, "2000-03"),
            (20_784, "2026-11"),
        ] {
            assert_eq!(Month::of_day(day).to_string(), expected, "{day}");
        }
        assert_eq!(Month::of_day(u64::MAX).year, 9999);
        assert_eq!(Month::now().to_string().parse(), Ok(Month::now()));
        for wrong in ["2026-13", "2026-00", "2026-1", "26-11", "2026-11-27", "", "2026/11"] {
            assert!(wrong.parse::<Month>().is_err(), "{wrong}");
        }
    }
}
