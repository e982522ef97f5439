//! The first pass over a body: whether it is JSON, and which items of its long lists are looked at. Items that are not looked at
//! are passed over by their braces.

use crate::arm::Arm;
use crate::json::{Cursor, MAX_DEPTH, Token, Unreadable};

/// The maximum number of items of a list that are looked at.
pub(crate) const MAX_ITEMS: usize = 200;
/// How many items of a list are read before it is known which of them are looked at.
const MAX_READ: usize = 16;
/// In deeper lists all items are read, so that no text is passed over more than twice.
const MAX_PASSED_DEPTH: usize = 4;
/// The maximum number of lists of a body whose items are chosen; of further long lists, the first items are looked at.
const MAX_LISTS: usize = 256;

/// What is known of a body before its values are looked at.
#[derive(Debug)]
pub(crate) struct Outline {
    /// Whether the envelope reports a success or a failure.
    pub(crate) arm: Arm,
    /// By position.
    long_lists: Vec<LongList>,
}

/// A list with more items than are looked at.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct LongList {
    /// The position of its first item.
    start: usize,
    /// The position after it.
    pub(crate) end: usize,
    /// The number of its items.
    pub(crate) length: usize,
    /// The positions of the items that are looked at: as many as are allowed, evenly distributed.
    pub(crate) chosen: Vec<usize>,
}

impl Outline {
    /// Reads a whole body.
    pub(crate) fn of(text: &str) -> Result<Self, Unreadable> {
        let cursor = Cursor::new(text);
        let mut walk = Walk { cursor, lists: Vec::new(), unused: Vec::new(), codes: Codes::default() };
        match walk.cursor.token()? {
            Token::List => walk.list(MAX_DEPTH - 1)?,
            Token::Object => walk.envelope(MAX_DEPTH - 1)?,
            _ => {}
        }
        if !walk.cursor.is_at_end() {
            return Err(Unreadable);
        }
        let mut long_lists = walk.lists;
        long_lists.sort_unstable_by_key(|list| list.start);
        Ok(Self { arm: walk.codes.arm(), long_lists })
    }

    /// The long list whose first item is here.
    pub(crate) fn long_list(&self, start: usize) -> Option<&LongList> {
        let index = self.long_lists.binary_search_by_key(&start, |list| list.start).ok()?;
        self.long_lists.get(index)
    }
}

struct Walk<'a> {
    cursor: Cursor<'a>,
    lists: Vec<LongList>,
    /// Memory for the samples of other lists.
    unused: Vec<Sample>,
    codes: Codes,
}

/// The business codes of an envelope: `status.code`, or `statusCode`.
#[derive(Default)]
struct Codes {
    success: bool,
    failure: bool,
}

impl Codes {
    fn note(&mut self, value: Token<'_>) {
        let code = match value {
            Token::Number(number) => number,
            Token::Text(text) if !text.sent.is_empty() => text.sent,
            _ => return,
        };
        let is_success = code.parse().is_ok_and(|code: u32| code == 1000 || (200..300).contains(&code));
        self.success |= is_success;
        self.failure |= !is_success;
    }

    fn arm(&self) -> Arm {
        match (self.success, self.failure) {
            (_, true) => Arm::Failure,
            (true, false) => Arm::Success,
            (false, false) => Arm::NoCode,
        }
    }
}

impl Walk<'_> {
    /// The outermost object.
    fn envelope(&mut self, depth: usize) -> Result<(), Unreadable> {
        let mut is_first = true;
        while self.cursor.has_next(is_first, b'}')? {
            let name = self.cursor.name()?.sent;
            let mut ahead = self.cursor;
            if name.eq_ignore_ascii_case("statusCode") {
                self.codes.note(ahead.token()?);
            } else if name.eq_ignore_ascii_case("status") && ahead.token()? == Token::Object {
                let mut is_first = true;
                while ahead.has_next(is_first, b'}')? {
                    if ahead.name()?.sent.eq_ignore_ascii_case("code") {
                        let mut code = ahead;
                        self.codes.note(code.token()?);
                    }
                    ahead.pass(depth)?;
                    is_first = false;
                }
            }
            self.value(depth)?;
            is_first = false;
        }
        Ok(())
    }

    fn value(&mut self, depth: usize) -> Result<(), Unreadable> {
        match self.cursor.token()? {
            Token::List => self.list(depth.checked_sub(1).ok_or(Unreadable)?),
            Token::Object => self.object(depth.checked_sub(1).ok_or(Unreadable)?),
            _ => Ok(()),
        }
    }

    fn object(&mut self, depth: usize) -> Result<(), Unreadable> {
        let mut is_first = true;
        while self.cursor.has_next(is_first, b'}')? {
            self.cursor.name()?;
            self.value(depth)?;
            is_first = false;
        }
        Ok(())
    }

    fn list(&mut self, depth: usize) -> Result<(), Unreadable> {
        let start = self.cursor.position();
        let (before, mut read) = (self.lists.len(), start);
        let mut sample = self.unused.pop().unwrap_or_default();
        sample.clear();
        let mut length = 0;
        while self.cursor.has_next(length == 0, b']')? {
            sample.add(length, self.cursor.position());
            if length < MAX_READ || depth < MAX_DEPTH - MAX_PASSED_DEPTH {
                self.value(depth)?;
                read = self.cursor.position();
            } else {
                self.cursor.pass_quickly(depth)?;
            }
            length += 1;
        }
        let end = self.cursor.position();
        sample.choose();
        // What is looked at has to be JSON.
        for position in sample.positions.iter().skip_while(|position| **position < read) {
            self.cursor.go_to(*position);
            self.value(depth)?;
        }
        self.cursor.go_to(end);
        if length > MAX_ITEMS && before < MAX_LISTS {
            // An outer list counts more than those inside of it.
            if self.lists.len() == MAX_LISTS {
                self.lists.truncate(before.max(MAX_LISTS - 1));
            }
            self.lists.push(LongList { start, end, length, chosen: sample.positions.clone() });
        }
        self.unused.push(sample);
        Ok(())
    }
}

/// Positions that are evenly distributed over a list, however long it gets.
#[derive(Default)]
struct Sample {
    positions: Vec<usize>,
    /// Every so many items have a position.
    step: usize,
}

impl Sample {
    fn clear(&mut self) {
        self.positions.clear();
        self.step = 1;
    }

    #[inline]
    fn add(&mut self, index: usize, position: usize) {
        if !index.is_multiple_of(self.step) {
            return;
        }
        if self.positions.len() == 2 * MAX_ITEMS {
            let mut number = 0;
            self.positions.retain(|_| {
                number += 1;
                number % 2 == 1
            });
            self.step *= 2;
            if !index.is_multiple_of(self.step) {
                return;
            }
        }
        self.positions.push(position);
    }

    /// Keeps as many as are looked at.
    fn choose(&mut self) {
        let count = self.positions.len();
        if count > MAX_ITEMS {
            for number in 0..MAX_ITEMS {
                self.positions[number] = self.positions[number * count / MAX_ITEMS];
            }
            self.positions.truncate(MAX_ITEMS);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers of a list of numbers that are looked at.
    fn chosen(length: usize) -> Vec<usize> {
        let text = serde_json::to_string(&(0..length).collect::<Vec<_>>()).unwrap();
        let outline = Outline::of(&text).unwrap();
        let list = outline.long_list(1).unwrap();
        assert_eq!((list.length, list.end), (length, text.len()));
        let number = |at: &usize| text[*at..].split([',', ']']).next().unwrap().parse().unwrap();
        list.chosen.iter().map(number).collect()
    }

    #[test]
    fn two_hundred_items_of_a_long_list_are_chosen_evenly() {
        for length in [201, 399, 400, 401, 799, 800, 801, 2000, 12_345, 100_000] {
            let chosen = chosen(length);
            assert_eq!(chosen.len(), MAX_ITEMS, "{length}");
            let widths: Vec<_> = chosen.windows(2).map(|pair| pair[1] - pair[0]).collect();
            let (least, most) = (widths.iter().min().unwrap(), widths.iter().max().unwrap());
            assert!(*least > 0 && *most <= length.div_ceil(MAX_ITEMS) * 2, "{length}: {least} to {most}");
            assert!(length - chosen[MAX_ITEMS - 1] <= *most * 2, "{length} ends after {chosen:?}");
        }
    }

    #[test]
    fn a_list_of_two_hundred_items_is_not_long() {
        let text = serde_json::to_string(&vec![1; 200]).unwrap();
        assert!(Outline::of(&text).unwrap().long_list(1).is_none());
    }

    #[test]
    fn lists_inside_of_lists_have_samples_of_their_own() {
        let inner = serde_json::to_string(&vec![7; 300]).unwrap();
        let text = format!("[{}]", vec![format!("[{inner}, {inner}]"); 300].join(","));
        let outline = Outline::of(&text).unwrap();
        let outer = outline.long_list(1).unwrap();
        assert_eq!((outer.length, outer.chosen.len(), outline.long_lists.len()), (300, 200, MAX_LISTS));
        assert_eq!(outline.long_list(3).map(|list| list.length), Some(300));
    }

    #[test]
    fn what_is_looked_at_has_to_be_json() {
        let with = |at: usize, item: &str| {
            let mut items = vec!["{\"a\": 1}"; 2000];
            items[at] = item;
            Outline::of(&format!("[{}]", items.join(","))).map(|outline| outline.long_list(1).map(|list| list.length))
        };
        assert_eq!(with(1000, "{\"a\": \"}\\\"{\"}"), Ok(Some(2000)));
        // The item 1000 is looked at, and 1001 is not.
        for wrong in ["{\"a\" 1}", "{\"a\": nul}", "{,}"] {
            assert_eq!((with(1000, wrong), with(1001, wrong)), (Err(Unreadable), Ok(Some(2000))), "{wrong}");
        }
        for wrong in ["{\"a\": 1", "{\"a: 1}", "\"a\": 1}", "1 2", "{}}"] {
            assert_eq!((with(1000, wrong), with(1001, wrong)), (Err(Unreadable), Err(Unreadable)), "{wrong}");
        }
    }
}
