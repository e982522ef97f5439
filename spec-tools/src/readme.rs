//! The README of the packaged client: that of the repository, with links that also work outside of it.

use std::ops::Range;

use anyhow::{Result, bail};
use pulldown_cmark::{Event, LinkType, Options, Parser, Tag};

use crate::diff::version;
use crate::sources::Sources;

/// The README of the package, built from that of the repository.
///
/// A link to a file becomes absolute, with the tag of the version, if Cargo.toml has the address of the repository. As long as it
/// has none, the link goes up to the repository, so that it works in a checkout.
///
/// # Errors
/// If a link to a file has another form than `[text](path)`.
pub(crate) fn packaged(readme: &str, sources: &Sources) -> Result<String> {
    let base = match version::of_workspace(sources, "repository") {
        Ok(repository) if !repository.is_empty() => format!("{repository}/blob/v{}/", version::version(sources)?),
        _ => "../".to_owned(),
    };
    let mut written = String::from("<!-- built from /README.md by `cargo xtask codegen` -->\n");
    let mut copied = 0;
    for (target, range) in relative_links(readme) {
        let link = &readme[range.clone()];
        if !link.ends_with(&format!("]({target})")) {
            bail!("README.md: the link `{link}` is not understood: write it as [text]({target})");
        }
        let path = range.end - 1 - target.len();
        written.push_str(&readme[copied..path]);
        written.push_str(&base);
        copied = path;
    }
    written.push_str(&readme[copied..]);
    Ok(written)
}

/// The links of a Markdown text, also those of images, whose target depends on where the text is: each target, and the bytes of its
/// link. An anchor of the same page is not one of them.
pub fn relative_links(markdown: &str) -> Vec<(String, Range<usize>)> {
    let mut links = links(markdown);
    links.retain(|(target, _)| !target.starts_with('#'));
    links
}

/// The relative links of a Markdown text, and those to its own anchors: each target, and the bytes of its link.
pub(crate) fn links(markdown: &str) -> Vec<(String, Range<usize>)> {
    let events = Parser::new_ext(markdown, Options::ENABLE_TABLES).into_offset_iter();
    let targets = events.filter_map(|(event, range)| match event {
        Event::Start(Tag::Link { dest_url, link_type, .. } | Tag::Image { dest_url, link_type, .. })
            if link_type != LinkType::Email =>
        {
            Some((dest_url.into_string(), range))
        }
        _ => None,
    });
    targets.filter(|(target, _)| !is_absolute(target)).collect()
}

fn is_absolute(target: &str) -> bool {
    ["https:", "http:", "mailto:"].iter().any(|scheme| target.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    const README: &str = "See [the *decision*](docs/a.md#why), [docs](https://docs.rs/x), [below](#below),\n\
                          <http://127.0.0.1:4010/> and `[code](not/a/link)`.\n\n| [cell](b.md) |\n|---|\n";

    fn packaged_with(manifest: Option<&str>) -> String {
        let mut sources = Sources::default();
        if let Some(manifest) = manifest {
            sources.write("Cargo.toml", manifest);
        }
        packaged(README, &sources).unwrap()
    }

    #[test]
    fn links_lead_to_the_tag_of_the_repository() {
        let text = packaged_with(Some(
            "[workspace.package]\nversion = \"1.2.3\"\nrepository = \"https://example.org/g\" # the address\n",
        ));
        let tag = "https://example.org/g/blob/v1.2.3/";
        assert!(text.ends_with(
            &README.replace("docs/a.md", &format!("{tag}docs/a.md")).replace("(b.md", &format!("({tag}b.md"))
        ));
        assert!(text.starts_with("<!-- built from /README.md"), "{text}");
    }

    #[test]
    fn links_work_in_a_checkout_as_long_as_the_repository_is_not_known() {
        let expected = README.replace("docs/a.md", "../docs/a.md").replace("(b.md", "(../b.md");
        for manifest in [None, Some("[workspace.package]\nversion = \"1.2.3\"\nrepository = \"\"\n")] {
            assert!(packaged_with(manifest).ends_with(&expected), "{manifest:?}");
        }
    }

    #[test]
    fn a_link_in_another_form_is_an_error() {
        for readme in ["[a][b]\n\n[b]: c.md", "[a](c.md \"title\")", "[a](<c d.md>)"] {
            let error = packaged(readme, &Sources::default()).unwrap_err().to_string();
            assert!(error.contains("write it as [text]("), "{readme}: {error}");
        }
    }
}
