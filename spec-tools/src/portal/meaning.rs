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

#[cfg(test)]
mod tests {
    use super::*;

    fn names(kind: &Type, words: &[&str]) -> Option<Vec<(String, Option<String>)>> {
        let words: Vec<_> = words.iter().map(|&word| word.to_owned()).collect();
        let meanings = read(kind, &words)?;
        Some(meanings.into_iter().map(|meaning| (meaning.value.to_string(), meaning.name())).collect())
    }

    #[test]
    fn reads_meanings_as_pages_write_them() {
        let two = Some(vec![("1".into(), Some("OPEN".into())), ("2".into(), Some("IN_USE".into()))]);
        for words in [
            &["(1 = Open", "2 = In use)"][..],
            &["1 = Open 2 = In use"],
            &["1=Open, 2=In use"],
            &["Open = 1, In use = 2"],
        ] {
            assert_eq!(names(&Type::Integer, words), two, "{words:?}");
        }
        let lists = Type::List(Box::new(Type::Integer));
        assert_eq!(names(&lists, &["1 = Open", "2 = In use"]), two);
        assert_eq!(names(&Type::Text, &["E = E-mail", "S = SMS"]).unwrap().len(), 2);
    }

    #[test]
    fn invents_no_meanings() {
        assert_eq!(names(&Type::Integer, &["a whole number"]), None);
        assert_eq!(names(&Type::Integer, &["1 = one"]), None, "one value is not an enumeration");
        assert_eq!(names(&Type::Boolean, &["true = percent, false = amount"]), None);
        assert_eq!(names(&Type::Text, &["Success = 1000", "Error = 4001"]), None);
        assert_eq!(names(&Type::Integer, &["1 = a, 1 = b"]), None);
        assert_eq!(names(&Type::Integer, &["1 = เปิด, 2 = ปิด"]).unwrap()[0].1, None, "the maintainer chooses the name");
    }
}
