//! Numbers like `SO260600039`, one after the other.

/// Gives the numbers behind a first one: letters and digits, as many of them as that one has.
#[derive(Debug)]
pub(super) struct Series {
    letters: String,
    width: usize,
    last: u64,
}

impl Series {
    pub(super) fn after(number: &str) -> Self {
        let letters = number.trim_end_matches(|place: char| place.is_ascii_digit());
        let digits = &number[letters.len()..];
        Self { letters: letters.to_owned(), width: digits.len(), last: digits.parse().unwrap_or(0) }
    }

    pub(super) fn next(&mut self) -> String {
        self.last += 1;
        format!("{}{:0width$}", self.letters, self.last, width = self.width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_its_letters_and_its_width() {
        let mut numbers = Series::after("SO009");
        assert_eq!([numbers.next(), numbers.next()], ["SO010", "SO011"]);
        assert_eq!(Series::after("").next(), "1");
    }
}
