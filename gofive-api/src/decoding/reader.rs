//! Reads JSON quickly, and refuses what is unusual.
//!
//! A payload is first read by this reader. It gives each scalar the digits that were sent, and recognizes the names of a
//! record by comparing them with those of the record before it, which has them in the same order. It knows nothing of
//! errors: whatever it refuses, valid or not, is read again by `serde_json`, which says what is wrong and where.

use refused::Refused;
use tokens::Tokens;

mod access;
mod refused;
mod tokens;

/// A JSON text while it is read.
pub(crate) struct Reader<'de> {
    tokens: Tokens<'de>,
    depth: usize,
    in_list: bool,
    /// The names of the last object by depth, in their order.
    names: Vec<Vec<Name<'de>>>,
    /// Whether the names are remembered: from the second item of a list on, since most lists have one.
    remembers: bool,
}

/// The name of a property as it was sent.
#[derive(Clone, Copy)]
struct Name<'de> {
    /// From the `{` or comma before it, to the colon behind it.
    sent: &'de str,
    name: &'de str,
}

impl<'de> Reader<'de> {
    pub(crate) fn new(json: &'de str) -> Self {
        Self { tokens: Tokens::new(json), depth: 0, in_list: false, names: Vec::new(), remembers: false }
    }

    /// Refuses anything but white space after the value.
    pub(crate) fn end(&mut self) -> Result<(), Refused> {
        if self.tokens.peek().is_none() { Ok(()) } else { Err(Refused) }
    }
}

#[cfg(test)]
mod tests;
