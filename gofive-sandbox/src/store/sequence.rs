//! Consecutive numbers of records, such as `SO260600039`.

/// Generates the numbers after a given one, with the same letters and at least as many digits.
#[derive(Clone, Debug)]
pub(super) struct NumberSequence {
    letters: String,
    width: usize,
    last: u64,
}

impl NumberSequence {
    pub(super) fn after(number: &str) -> Self {
        let letters = number.trim_end_matches(|character: char| character.is_ascii_digit());
        let digits = &number[letters.len()..];
        Self { letters: letters.to_owned(), width: digits.len(), last: digits.parse().unwrap_or(0) }
    }

    pub(super) fn next(&mut self) -> String {
        self.last = self.last.saturating_add(1);
        format!("{}{:0width$}", self.letters, self.last, width = self.width)
    }

    pub(super) fn last(&self) -> u64 {
        self.last
    }

    pub(super) fn set_last(&mut self, last: u64) {
        self.last = last;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_its_letters_and_its_width() {
        let mut numbers = NumberSequence::after("SO009");
        assert_eq!([numbers.next(), numbers.next()], ["SO010", "SO011"]);
        assert_eq!(NumberSequence::after("").next(), "1");
    }
}
