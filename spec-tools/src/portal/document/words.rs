//! Reads the Markdown of a description as lines of plain text: without admonitions, tags and links.

use std::sync::LazyLock;

use regex::Regex;

/// A tag that closes, one with an attribute, or one of HTML's, and a link, of which the words stay. A placeholder such as
/// `<Your Key>` is not a tag.
static MARKUP: LazyLock<Regex> = LazyLock::new(|| {
    let html = "a|b|br|code|div|em|i|li|ol|p|span|strong|ul";
    let tag = format!(r#"<(?:/[^>]*|[^>]*/|[^>]*="[^>]*| *(?:{html}) *)>"#);
    Regex::new(&format!(r"{tag}|\[(?<words>[^\[]*?)\]\([^)]*\)")).expect("the pattern is valid")
});

/// The lines of a text that are not empty.
pub(crate) fn plain(text: &str) -> Vec<String> {
    text.lines().map(line).filter(|line| !line.is_empty()).collect()
}

fn line(line: &str) -> String {
    let line = line.trim();
    // `:::info[Words]` begins an admonition, and `:::` ends it.
    let line = match line.strip_prefix(":::") {
        Some(admonition) => admonition.split_once('[').map_or("", |(_, words)| words.trim_end_matches(']')),
        None => line,
    };
    MARKUP.replace_all(line, "$words").split_whitespace().collect::<Vec<_>>().join(" ")
}
