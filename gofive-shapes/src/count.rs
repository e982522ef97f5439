//! Counts that are powers of two, so that none of them is the exact length of a list.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};

/// A count that is zero or a power of two.
///
/// ```
/// use gofive_shapes::Count;
///
/// assert_eq!(Count::new(8).map(Count::get), Some(8));
/// assert_eq!(Count::new(7), None);
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Count(
    /// The number of the bit that is set, from 1; 0 if there is none.
    u8,
);

impl Count {
    /// The count, if it is zero or a power of two.
    pub fn new(count: u64) -> Option<Self> {
        let bits = u64::BITS - count.leading_zeros();
        (count == 0 || count.is_power_of_two()).then(|| Self(u8::try_from(bits).unwrap_or(u8::MAX)))
    }

    /// The count as a number.
    pub fn get(self) -> u64 {
        self.0.checked_sub(1).map_or(0, |bit| 1_u64.checked_shl(bit.into()).unwrap_or(u64::MAX))
    }
}

/// Shows the number.
impl fmt::Debug for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

impl Serialize for Count {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.get())
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let count = u64::deserialize(deserializer)?;
        Self::new(count).ok_or_else(|| D::Error::custom(format!("the count {count} is not a power of two")))
    }
}

/// How the counts of a run become powers of two.
///
/// Each count becomes the power below it or the one above it. Always the nearer one would never count further in runs that
/// add one each; so each run has its own threshold, and over many runs the thresholds are even.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rounding {
    /// The part of the way to the next power that a count has to exceed, of `u32::MAX`.
    threshold: u32,
}

impl Rounding {
    /// The rounding of a run, by its number from 1: the thresholds are 1/2, 1/4, 3/4, 1/8, 5/8, …
    pub(crate) fn of_run(run: u32) -> Self {
        Self { threshold: run.max(1).reverse_bits() }
    }

    /// Larger counts never become smaller powers than smaller counts.
    pub(crate) fn round(self, count: u64) -> Count {
        let Some(bit) = count.checked_ilog2() else { return Count(0) };
        let rest = u128::from(count - (1 << bit));
        let exceeds = rest << 32 > u128::from(self.threshold) << bit;
        Count(u8::try_from(bit + 1 + u32::from(exceeds && bit < 63)).unwrap_or(u8::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_run_takes_the_nearer_power() {
        let rounded = |count| Rounding::of_run(1).round(count).get();
        assert_eq!([0, 1, 2, 3, 5, 6, 7, 8, 100, u64::MAX].map(rounded), [0, 1, 2, 2, 4, 4, 8, 8, 128, 1 << 63]);
    }

    #[test]
    fn runs_that_add_one_each_count_on() {
        let mut written = 0;
        for run in 1..=1000 {
            written = Rounding::of_run(run).round(written + 1).get();
            assert!(u64::from(run) / 4 <= written && written <= 4 * u64::from(run), "{run} runs: {written}");
        }
    }

    #[test]
    fn a_larger_count_never_becomes_a_smaller_power() {
        for run in [1, 2, 3, 100, u32::MAX] {
            let rounding = Rounding::of_run(run);
            let mut before = Count(0);
            for count in 0..5000 {
                let rounded = rounding.round(count);
                assert!(before <= rounded, "run {run}: {count}");
                // At least the power below, so that a count in a file never becomes smaller.
                assert!(count < 2 * rounded.get().max(1) && rounded.get() <= 2 * count);
                before = rounded;
            }
        }
    }

    #[test]
    fn a_count_of_a_file_is_a_power_of_two() {
        for (json, expected) in
            [("0", Some(0)), ("1", Some(1)), ("64", Some(64)), ("12", None), ("-1", None), ("1.0", None)]
        {
            assert_eq!(serde_json::from_str::<Count>(json).ok().map(Count::get), expected, "{json}");
        }
        assert_eq!(Count::new(1 << 63).map(Count::get), Some(1 << 63));
    }
}
