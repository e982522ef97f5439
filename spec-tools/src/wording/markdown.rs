//! Texts of the spec as Markdown. A text is plain: its paragraphs and lists, and what is between backticks, keep their meaning;
//! everything else is escaped. So a text adds no link, no HTML and no block of code, which would be a doctest.

/// The longest entity of HTML, without `&` and `;`.
const LONGEST_ENTITY: usize = 32;

/// Escapes a text of several lines.
pub fn markdown(text: &str) -> String {
    text.lines().map(escaped).collect::<Vec<_>>().join("\n")
}

/// Escapes a text, and puts it into one line.
pub fn line(text: &str) -> String {
    escaped(text)
}

/// Escapes a text for the cell of a table.
pub fn cell(text: &str) -> String {
    escaped(text).replace('|', "\\|")
}

/// A name or a value as code, whatever it contains.
pub fn code(text: &str) -> String {
    let text = plain(text);
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if longest > 0 || text.is_empty() { " " } else { "" };
    without_self(&format!("{fence}{pad}{text}{pad}{fence}"))
}

/// Escapes a line. It begins with no blanks, so it cannot be a block of code.
fn escaped(text: &str) -> String {
    let text = plain(text);
    let mut escaped = String::with_capacity(text.len());
    let mut rest = text.as_str();
    if is_heading(rest) {
        escaped.push('\\');
    }
    while let Some(character) = rest.chars().next() {
        let taken = if character == '`' {
            push_backticks(&mut escaped, rest)
        } else if let Some(url) = url(rest) {
            escaped.push_str(&code(url));
            url.len()
        } else {
            if is_markup(character, rest) {
                escaped.push('\\');
            }
            escaped.push(character);
            character.len_utf8()
        };
        rest = &rest[taken..];
    }
    without_self(&escaped)
}

/// A text in one line: single blanks, and no invisible characters.
fn plain(text: &str) -> String {
    let visible: String = text.chars().map(|character| if is_invisible(character) { ' ' } else { character }).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a character controls how text is shown: rustc refuses these in comments.
pub(crate) fn is_invisible(character: char) -> bool {
    character.is_control() || matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn is_heading(text: &str) -> bool {
    let rest = text.trim_start_matches('#');
    rest.len() < text.len() && (rest.is_empty() || rest.starts_with(' '))
}

/// Pushes the code between backticks that begins the text, or the backticks as characters if they are not closed. Returns the
/// length of what was pushed.
fn push_backticks(escaped: &mut String, text: &str) -> usize {
    let count = backticks(text);
    let Some(end) = closing(&text[count..], count) else {
        escaped.push_str(&"\\`".repeat(count));
        return count;
    };
    let end = count + end + count;
    escaped.push_str(&text[..end]);
    end
}

/// The number of backticks that a text begins with.
fn backticks(text: &str) -> usize {
    text.len() - text.trim_start_matches('`').len()
}

/// Where the next run of exactly `count` backticks is.
fn closing(text: &str, count: usize) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = text[from..].find('`') {
        let run = backticks(&text[from + at..]);
        if run == count {
            return Some(from + at);
        }
        from += at + run;
    }
    None
}

/// Whether a line has backticks that are not closed in it.
pub(crate) fn has_odd_backticks(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find('`') {
        let count = backticks(&rest[at..]);
        let inner = &rest[at + count..];
        match closing(inner, count) {
            Some(end) => rest = &inner[end + count..],
            None => return true,
        }
    }
    false
}

/// Whether the first character of a text needs a backslash.
fn is_markup(character: char, text: &str) -> bool {
    let rest = &text[character.len_utf8()..];
    match character {
        '<' | '>' | '[' | ']' => true,
        // A backslash before a blank or a letter is only a character.
        '\\' => rest.chars().next().is_none_or(|next| next.is_ascii_punctuation()),
        '&' => rest.find(';').is_some_and(|end| {
            let mut name = rest[..end].chars();
            end > 0 && end <= LONGEST_ENTITY && name.all(|letter| letter.is_ascii_alphanumeric() || letter == '#')
        }),
        '~' => rest.starts_with("~~"),
        _ => false,
    }
}

/// The URL that a text begins with. rustdoc refuses URLs that are only text.
fn url(text: &str) -> Option<&str> {
    let scheme = ["https://", "http://"].into_iter().find(|scheme| text.starts_with(scheme))?;
    let end = text.find(|character: char| character.is_whitespace() || "<>[]`\"".contains(character));
    let url = text[..end.unwrap_or(text.len())].trim_end_matches(['.', ',', ':', ';', '!', '?', '\'', ')']);
    (url.len() > scheme.len()).then_some(url)
}

/// bon copies the text of a field to its setters, and refuses texts that seem to link to `Self`, also in code.
fn without_self(markdown: &str) -> String {
    markdown.replace("[Self]", "[Self ]").replace("[`Self`]", "[`Self` ]")
}
