//! Long texts, cut down to what is different in them.

use serde_json::Value;

/// How many characters of a text are shown.
const SHOWN: usize = 160;
/// How many words are shown on either side of the difference.
const AROUND: usize = 4;

/// Old and new of something that people read, each shortened to the words that differ and a few around them.
pub(super) fn changed(old: Option<&Value>, new: Option<&Value>) -> (Option<String>, Option<String>) {
    // Of two, JSON is set in words too, so that those which differ are found in it.
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
    fn an_insertion_leaves_nothing_on_the_old_side_but_its_surroundings() {
        let (old, new) = changed(Some(&json!("a b")), Some(&json!("a x b")));
        assert_eq!((old.unwrap().as_str(), new.unwrap().as_str()), ("a b", "a x b"));
        assert_eq!(changed(None, Some(&json!([1]))), (None, Some("[1]".into())));
    }
}
