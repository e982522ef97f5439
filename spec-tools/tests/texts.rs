//! Any text of the spec is a finding, or is plain text in the documentation: it adds no link, no HTML and no block of code.
//! `tests/awkward_spec/run` builds the documentation.

use std::cell::RefCell;

use pulldown_cmark::{BrokenLink, Event, Options, Parser, Tag};
use spec_tools::wording::{cell, code, line, markdown};
use syn::visit::Visit;

use crate::awkward;
use crate::website::is_markdown;
use crate::website::pages;

/// Where the generator's own links lead to.
const OWN_LINKS: [&str; 3] = ["crate::", "Self::", "Pages"];

/// What a text in Markdown becomes: its plain text. Panics if it has a link of its own, HTML or a block of code.
fn shown(markdown: &str) -> String {
    let broken = RefCell::new(Vec::new());
    let callback = |link: BrokenLink<'_>| {
        broken.borrow_mut().push(link.reference.to_string());
        None
    };
    // The options of rustdoc.
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_SMART_PUNCTUATION;
    let mut text = String::new();
    for event in Parser::new_with_broken_link_callback(markdown, options, Some(callback)) {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) => {
                let own = OWN_LINKS.iter().any(|own| dest_url.starts_with(own))
                    || ["Venio", "Empeo", "Etaxgo"].iter().any(|client| dest_url.contains(&format!("{client}::")));
                assert!(own, "a link to {dest_url} in {markdown:?}");
            }
            Event::Start(
                tag @ (Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::Image { .. } | Tag::FootnoteDefinition(_)),
            ) => {
                panic!("{tag:?} in {markdown:?}")
            }
            Event::Html(_) | Event::InlineHtml(_) | Event::FootnoteReference(_) => panic!("{event:?} in {markdown:?}"),
            Event::Text(part) => {
                assert!(!part.contains("http://") && !part.contains("https://e"), "a bare URL in {markdown:?}");
                text.push_str(&part);
            }
            Event::Code(part) => text.push_str(&part),
            Event::SoftBreak | Event::HardBreak => text.push('\n'),
            _ => {}
        }
    }
    for reference in broken.into_inner() {
        assert_eq!(reference, "`Pages`", "a broken link in {markdown:?}");
    }
    text
}

/// The doc comments of a file, one for each item.
#[derive(Default)]
struct Docs(Vec<String>);

impl<'ast> Visit<'ast> for Docs {
    fn visit_file(&mut self, file: &'ast syn::File) {
        self.add(&file.attrs);
        syn::visit::visit_file(self, file);
    }
    fn visit_item(&mut self, item: &'ast syn::Item) {
        match item {
            syn::Item::Struct(item) => self.add(&item.attrs),
            syn::Item::Static(item) => self.add(&item.attrs),
            // The macros that define types have their doc comments first.
            syn::Item::Macro(item) => {
                let parse = |input: syn::parse::ParseStream<'_>| {
                    let attributes = input.call(syn::Attribute::parse_outer)?;
                    input.parse::<proc_macro2::TokenStream>()?;
                    Ok(attributes)
                };
                self.add(&syn::parse::Parser::parse2(parse, item.mac.tokens.clone()).unwrap());
            }
            _ => {}
        }
        syn::visit::visit_item(self, item);
    }
    fn visit_field(&mut self, field: &'ast syn::Field) {
        self.add(&field.attrs);
    }
    fn visit_impl_item(&mut self, item: &'ast syn::ImplItem) {
        match item {
            syn::ImplItem::Fn(method) => self.add(&method.attrs),
            syn::ImplItem::Const(constant) => self.add(&constant.attrs),
            _ => {}
        }
    }
}

impl Docs {
    fn add(&mut self, attributes: &[syn::Attribute]) {
        let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
            syn::Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
                syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(line), .. }) => Some(line.value()),
                _ => panic!("a doc comment that is not a literal"),
            },
            _ => None,
        });
        let lines: Vec<_> = lines.map(|line| line.strip_prefix(' ').unwrap_or(&line).to_owned()).collect();
        if !lines.is_empty() {
            self.0.push(lines.join("\n"));
        }
    }
}

#[test]
fn awkward_texts_are_findings_or_plain_text() {
    let (accepted, refused) = awkward::split(awkward::texts::all(awkward::texts::ESCAPED));
    let refused: Vec<_> = refused.iter().map(|case| (&case.what, &case.findings[0].problem)).collect();
    assert!(refused.is_empty(), "{refused:#?}");
    let mut sources = awkward::sources(&accepted);
    awkward::texts::describe_products(&mut sources);
    let output = spec_tools::build(&sources).unwrap();
    let mut count = 0;
    for (path, text) in &output.files {
        let name = path.display().to_string();
        if path.extension().is_some_and(|extension| extension == "rs") {
            let mut docs = Docs::default();
            docs.visit_file(&syn::parse_file(text).unwrap_or_else(|error| panic!("{name}: {error}")));
            count += docs.0.len();
            for doc in docs.0 {
                shown(&doc);
                assert!(!doc.contains("[Self]") && !doc.contains("[`Self`]"), "bon refuses {doc:?}");
                assert!(!doc.chars().any(|character| character.is_control() && character != '\n'), "{doc:?}");
            }
        } else if name.ends_with("operations.md") {
            shown(text);
            let cells = text
                .lines()
                .filter(|line| line.starts_with("| ["))
                .map(|row| row.replace("\\|", "").matches('|').count());
            assert!(cells.clone().count() > 100 && cells.into_iter().all(|bars| bars == 3), "{text}");
        }
    }
    assert!(count > 1000, "{count}");
    for (path, page) in pages(&sources) {
        for event in Parser::new(&page).filter(|_| path.starts_with("reference/") && is_markdown(&path)) {
            if let Event::Html(html) | Event::InlineHtml(html) = event {
                let is_own =
                    ["<div class=", "<span class=", "</div>", "</span>"].iter().any(|own| html.starts_with(own));
                assert!(is_own, "{path}: {html}");
            }
        }
    }
}

#[test]
fn texts_that_mean_something_else_in_markdown_are_findings() {
    let (accepted, refused) = awkward::split(awkward::texts::all(awkward::texts::REFUSED));
    assert!(accepted.is_empty(), "{accepted:#?}");
    for case in refused {
        for finding in case.findings {
            assert!(["character", "text"].contains(&finding.rule) && finding.at.line > 0, "{finding}");
            assert!(!finding.at.pointer.ends_with("x-gofive-title"), "{finding}");
        }
    }
}

#[test]
fn what_is_not_markdown_is_shown_as_written() {
    for text in awkward::texts::ESCAPED.iter().chain(awkward::texts::REFUSED) {
        let plain: Vec<_> = text.split(|character: char| character.is_whitespace() || character.is_control()).collect();
        for escaped in [markdown(text), line(text), cell(text), code(text)] {
            shown(&escaped);
        }
        // Code is shown to the letter.
        let expected = plain.join(" ").replace(['\u{202e}', '\u{2066}'], " ");
        let expected = expected.split_whitespace().collect::<Vec<_>>().join(" ");
        let spaced = expected.replace("[Self]", "[Self ]").replace("[`Self`]", "[`Self` ]");
        assert_eq!(shown(&code(text)).trim(), spaced, "{text:?}");
    }
    for (text, expected) in [
        ("[foo](bar) <T> \\[x] \\", "[foo](bar) <T> \\[x] \\"),
        ("&lt;b&gt; R&D", "&lt;b&gt; R&D"),
        ("see https://example.com/a?b=c.", "see https://example.com/a?b=c."),
        ("`Vec<T>` and <T>", "Vec<T> and <T>"),
        ("an odd ` one", "an odd ` one"),
        ("``a`b`` ```", "a`b ```"),
        ("# no heading", "# no heading"),
        ("~~~", "~~~"),
        ("a | b", "a | b"),
    ] {
        assert_eq!(shown(&markdown(text)), expected, "{text:?}");
        assert_eq!(shown(&line(text)), expected, "{text:?}");
        let table = format!("| head |\n|---|\n| {} |\n", cell(text));
        assert_eq!(shown(&table), format!("head{expected}"), "{text:?}");
    }
}
