//! Reads the Markdown of a description as lines of plain text: without admonitions, tags and links.

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
    let (mut plain, mut rest) = (String::new(), line);
    while let Some(at) = rest.find(['<', '[']) {
        let (before, inside) = rest.split_at(at);
        plain.push_str(before);
        let (words, taken) = tag(inside).or_else(|| link(inside)).unwrap_or((&inside[..1], 1));
        plain.push_str(words);
        rest = &inside[taken..];
    }
    plain.push_str(rest);
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A tag with an attribute, one that closes, or one of HTML's. A placeholder such as `<Your Key>` stays.
fn tag(text: &str) -> Option<(&str, usize)> {
    const HTML: [&str; 14] = ["a", "b", "br", "br/", "code", "div", "em", "i", "li", "ol", "p", "span", "strong", "ul"];
    let end = text.strip_prefix('<')?.find('>')?;
    let inside = &text[1..=end];
    let is_tag =
        inside.starts_with('/') || inside.ends_with('/') || inside.contains("=\"") || HTML.contains(&inside.trim());
    is_tag.then_some(("", end + 2))
}

/// The words of a link: `[words](address)`.
fn link(text: &str) -> Option<(&str, usize)> {
    let (words, address) = text.strip_prefix('[')?.split_once("](")?;
    let end = address.find(')')?;
    (!words.contains(['[', '\n'])).then_some((words, 1 + words.len() + 2 + end + 1))
}
