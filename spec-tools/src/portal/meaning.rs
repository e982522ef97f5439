//! Reads the values of an enumeration from words such as `(1 = Request for Action 2 = For Your Information)`.

use std::collections::BTreeSet;

use heck::ToShoutySnakeCase;
use serde_json::Value;

use super::page::{Meaning, Type};

impl Meaning {
    /// The name of the constant; `None` if the page's words give none, for example because they are Thai.
    pub fn name(&self) -> Option<String> {
        let name = self.words.to_shouty_snake_case();
        let usable = name.starts_with(|c: char| c.is_ascii_uppercase()) && name.is_ascii();
        usable.then_some(name)
    }
}

/// The meanings in the words about a row, if there are at least two and all values have the row's type.
pub fn read(kind: &Type, words: &[String]) -> Option<Vec<Meaning>> {
    let kind = match kind.of_item() {
        Type::Enum(value) => value,
        one => one,
    };
    let text = words.join("\n");
    let pieces = text.split(['\n', ',', ';', '(', ')']).map(str::trim).filter(|piece| piece.contains('='));
    let mut meanings: Vec<Meaning> = pieces.flat_map(|piece| of_piece(kind, piece)).collect();
    let mut seen = BTreeSet::new();
    meanings.retain(|meaning| !meaning.words.is_empty());
    let distinct = meanings.iter().all(|meaning| seen.insert(meaning.value.to_string()));
    (meanings.len() > 1 && distinct).then_some(meanings)
}

/// The meanings in one piece of text: `1 = One 2 = Two`, or `One = 1 Two = 2`.
fn of_piece(kind: &Type, piece: &str) -> Vec<Meaning> {
    let parts: Vec<_> = piece.split('=').map(str::trim).collect();
    let [first, inner @ .., last] = parts.as_slice() else { return Vec::new() };
    let value_first = value(kind, first).is_some();
    let mut ends = vec![*first];
    for part in inner {
        let cut = if value_first { part.rsplit_once(' ') } else { part.split_once(' ') };
        let Some((one, next)) = cut else { return Vec::new() };
        ends.extend([one, next]);
    }
    ends.push(last);
    let pairs = ends.chunks_exact(2).map(|pair| if value_first { (pair[0], pair[1]) } else { (pair[1], pair[0]) });
    let meaning =
        |(code, words): (&str, &str)| Some(Meaning { value: value(kind, code)?, words: words.trim().to_owned() });
    pairs.map(meaning).collect::<Option<_>>().unwrap_or_default()
}

fn value(kind: &Type, text: &str) -> Option<Value> {
    let text = text.trim();
    match kind {
        Type::Integer => text.parse::<i64>().ok().map(Value::from),
        // One letter only: a longer text may be a word of a sentence.
        Type::Text if text.len() == 1 && text.starts_with(|c: char| c.is_ascii_alphanumeric()) => Some(text.into()),
        _ => None,
    }
}
