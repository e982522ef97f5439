//! Paths of pages, with forward slashes: those between two pages, and those of links.

/// The folder of the website that has the documentation of the crates.
pub const RUST: &str = "rust";

/// The path from the page `from` to the file `to`: `../docs/a.md`.
pub(super) fn relative(from: &str, to: &str) -> String {
    let steps = |path: &str| path.split('/').map(str::to_owned).collect::<Vec<_>>();
    let (from, to) = (steps(from), steps(to));
    let folders = from.len() - 1;
    let common = from[..folders].iter().zip(&to[..to.len() - 1]).take_while(|(one, other)| one == other).count();
    let up = vec!["..".to_owned(); folders - common];
    [up.as_slice(), &to[common..]].concat().join("/")
}

/// The file that a link of the file `from` leads to, without `.` and `..`; `None` if it leads out of the repository.
pub(super) fn target(from: &str, link: &str) -> Option<String> {
    let mut steps: Vec<&str> = from.split('/').collect();
    steps.pop();
    for step in link.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()?),
            step => steps.push(step),
        }
    }
    Some(steps.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_from_one_page_to_another() {
        assert_eq!(relative("index.md", "docs/a.md"), "docs/a.md");
        assert_eq!(relative("docs/a.md", "index.md"), "../index.md");
        assert_eq!(relative("docs/b/c.md", "docs/b/d.md"), "d.md");
        assert_eq!(relative("docs/b/c.md", "docs/a/d.md"), "../a/d.md");
    }

    #[test]
    fn a_link_is_followed_from_its_file() {
        assert_eq!(target("README.md", "docs/a.md").as_deref(), Some("docs/a.md"));
        assert_eq!(target("docs/b/c.md", "../../BENCHMARKS.md").as_deref(), Some("BENCHMARKS.md"));
        assert_eq!(target("docs/a.md", "./b.md").as_deref(), Some("docs/b.md"));
        assert_eq!(target("docs/a.md", "../../etc/passwd"), None);
    }
}
