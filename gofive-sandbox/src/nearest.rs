//! The name that somebody most likely meant.

/// The length of the longest text that can be a mistyped name. The time of the comparison grows with it.
const MAX_LENGTH: usize = 100;

/// Returns the candidate whose name resembles a text most; `None` if the text is too long to be a name.
pub(crate) fn nearest<T>(text: &str, candidates: impl IntoIterator<Item = T>, name: impl Fn(&T) -> &str) -> Option<T> {
    let is_name = text.len() <= MAX_LENGTH;
    let candidates = candidates.into_iter().filter(|_| is_name);
    candidates.min_by_key(|candidate| strsim::levenshtein(text, name(candidate)))
}

/// Returns the end of an error message, with the nearest of several names.
pub(crate) fn hint<'a>(text: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    let nearest = nearest(text, names, |name| name);
    nearest.map_or_else(String::new, |nearest| format!("; the nearest one is `{nearest}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_too_long_resembles_no_name() {
        assert_eq!(hint("product", ["orders", "products"]), "; the nearest one is `products`");
        assert_eq!(hint(&"p".repeat(101), ["orders", "products"]), "");
        assert_eq!(hint("p", []), "");
    }
}
