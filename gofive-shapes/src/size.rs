//! Sizes in classes of powers of two: lengths of texts and lists, digits and decimal places of numbers.

use std::fmt;
use std::str::FromStr;

/// The class of a size, by its smallest one: 8 is the class of 8 to 15. The last class, 65536, has no end.
///
/// ```
/// use gofive_shapes::Size;
///
/// assert_eq!(Size::of(13).smallest(), 8);
/// assert_eq!(Size::of(10_000_000).smallest(), 65_536);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Size(
    /// The number of the bit that is set, from 1; 0 for an empty value.
    u8,
);

impl Size {
    const LAST: u8 = 17;

    /// The class of a size.
    pub fn of(size: usize) -> Self {
        let bits = usize::BITS - size.leading_zeros();
        Self(u8::try_from(bits).unwrap_or(Self::LAST).min(Self::LAST))
    }

    /// The smallest size of the class.
    pub fn smallest(self) -> u32 {
        self.0.checked_sub(1).map_or(0, |bit| 1 << bit)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.smallest().fmt(f)
    }
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let all = (0..=Self::LAST).map(Self);
        all.into_iter().find(|size| size.to_string() == text).ok_or_else(|| {
            format!("{text:?} is not the smallest size of a class, which is 0 or a power of two up to 65536")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_has_the_sizes_to_the_next_power_of_two() {
        let classes = [0, 1, 2, 3, 4, 7, 8, 65_535, 65_536, usize::MAX].map(|size| Size::of(size).smallest());
        assert_eq!(classes, [0, 1, 2, 2, 4, 4, 8, 32_768, 65_536, 65_536]);
        for size in 0..=Size::LAST {
            assert_eq!(Size(size).to_string().parse(), Ok(Size(size)));
        }
        for wrong in ["3", "131072", "-1", "", "08", "a"] {
            assert!(wrong.parse::<Size>().is_err(), "{wrong}");
        }
    }
}
