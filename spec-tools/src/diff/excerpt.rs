//! Shortens long texts to the words that differ.

use serde_json::Value;

/// The number of characters of a text that are shown.
const SHOWN: usize = 160;
/// The number of words that are shown before and after the difference.
const AROUND: usize = 4;

/// An old and a new text, each shortened to the words that differ and a few around them.
pub(super) fn changed(old: Option<&Value>, new: Option<&Value>) -> (Option<String>, Option<String>) {
    // If both are given, JSON is split into words too, to find those that differ.
    let words = |value: &Value| value.as_str().map_or_else(|| format!("{value:#}"), one_line);
    let whole = |value: &Value| value.as_str().map_or_else(|| value.to_string(), one_line);
    match (old, new) {
        (Some(old), Some(new)) => {
            let (old, new) = (one_line(&words(old)), one_line(&words(new)));
            let (old_words, new_words): (Vec<_>, Vec<_>) = (old.split(' ').collect(), new.split(' ').collect());
            let same = |(a, b): &(&&str, &&str)| a == b;
            let head = old_words.iter().zip(&new_words).take_while(same).count();
            let tail = old_words[head..].iter().rev().zip(new_words[head..].iter().rev()).take_while(same).count();
            (Some(window(&old_words, head, tail)), Some(window(&new_words, head, tail)))
        }
        (old, new) => (old.map(|value| cut(&whole(value), SHOWN)), new.map(|value| cut(&whole(value), SHOWN))),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn window(words: &[&str], head: usize, tail: usize) -> String {
    let from = head.saturating_sub(AROUND);
    let to = (words.len() - tail + AROUND).min(words.len());
    let before = if from > 0 { "… " } else { "" };
    let after = if to < words.len() { " …" } else { "" };
    format!("{before}{}{after}", cut(&words[from..to].join(" "), SHOWN))
}

/// The beginning of a text that is too long to show.
pub(super) fn cut(text: &str, shown: usize) -> String {
    if text.chars().count() <= shown {
        return text.to_owned();
    }
    format!("{}…", text.chars().take(shown).collect::<String>().trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn shows_the_words_that_differ() {
        let old = json!("Opens a case: a request of a customer, or a piece of information.");
        let new = json!("Opens a case: a complaint of a customer, or a piece of information.");
        let (old, new) = changed(Some(&old), Some(&new));
        assert_eq!(old.unwrap(), "Opens a case: a request of a customer, or …");
        assert_eq!(new.unwrap(), "Opens a case: a complaint of a customer, or …");
    }

    #[test]
    fn an_insertion_shows_only_its_surroundings_in_the_old_text() {
        let (old, new) = changed(Some(&json!("a b")), Some(&json!("a x b")));
        assert_eq!((old.unwrap().as_str(), new.unwrap().as_str()), ("a b", "a x b"));
        assert_eq!(changed(None, Some(&json!([1]))), (None, Some("[1]".into())));
    }
}
