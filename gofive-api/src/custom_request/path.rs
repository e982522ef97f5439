//! Checks that parsing the URL of a custom request does not change its path.
//!
//! The URL parser removes dot segments, encoded or not, reads `\\` as `/`, and drops tabs and line breaks.

use percent_encoding::percent_decode_str;
use reqwest::Url;

/// Why a path, with its query, must not be requested; `None` if it may.
pub(crate) fn problem(given: &str, parsed: &Url, base: &Url) -> Option<&'static str> {
    let (path, query) = given.split_once('?').unwrap_or((given, ""));
    if !path.starts_with('/') {
        return Some("does not start with a slash");
    }
    if path.starts_with("//") {
        return Some("starts with two slashes, as if a host came first");
    }
    if query.contains(['\t', '\n', '\r']) {
        return Some("has a tab or a line break in its query");
    }
    let base_path = base.path().trim_end_matches('/');
    let same = parsed.origin() == base.origin()
        && parsed.path().strip_prefix(base_path).is_some_and(|parsed| segments(parsed).eq(segments(path)));
    // A server behind a gateway may decode a segment before it looks for slashes.
    let dotted = segments(path).any(|segment| segment.split(|byte| b"/\\".contains(byte)).any(is_dots));
    (!same || dotted).then_some("would lead to another path")
}

fn is_dots(part: &[u8]) -> bool {
    part == b"." || part == b".."
}

/// The segments as a server reads them.
fn segments(path: &str) -> impl Iterator<Item = Vec<u8>> + '_ {
    path.split('/').map(|segment| percent_decode_str(segment).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(base: &str, path: &str) -> Option<&'static str> {
        let base = Url::parse(base).unwrap();
        let mut parsed = base.clone();
        parsed.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
        problem(path, &parsed, &base)
    }

    #[test]
    fn a_path_that_parsing_does_not_change_may_be_requested() {
        for base in ["https://api.example", "https://api.example/a/b/"] {
            for path in ["/", "/v1/case", "/v1/case/", "/a%2Fb", "/ก/%e0", "/a b", "/..a/...", "/a//b", "/100%"] {
                assert_eq!(check(base, path), None, "{base} {path:?}");
            }
        }
    }

    #[test]
    fn a_path_that_parsing_changes_is_refused() {
        for base in ["https://api.example", "https://api.example/a/b/"] {
            for path in [
                "/..",
                "/%2e%2e/x",
                "/.%2E/x",
                "/..\\x",
                "/a\\b",
                "/.\t./x",
                "/a\nb",
                "/./x",
                "/x/.",
                "/%2e",
                "/a%2F..%5cb",
            ] {
                assert_eq!(check(base, path), Some("would lead to another path"), "{base} {path:?}");
            }
            for path in ["//host/x", "", "x", "\\x", "https://host/x", "/x?a=b\nc"] {
                assert!(check(base, path).is_some(), "{base} {path:?}");
            }
        }
    }
}
