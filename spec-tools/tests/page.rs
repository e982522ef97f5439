//! Saved portal pages, and the frozen spec without the operation that they describe.

use std::sync::LazyLock;

use spec_tools::Sources;
use spec_tools::portal::{Draft, Options, Portal};

use crate::frozen::{cut, edit, frozen};

/// The page of `add_case` as plain text.
pub(crate) const ADD_CASE: &str = include_str!("pages/add-case.txt");
/// The portal's number of this page.
pub(crate) const PAGE: &str = "api-13759273";

/// The frozen spec without `add_case`, as before its page was drafted.
pub(crate) fn undrafted() -> Sources {
    static UNDRAFTED: LazyLock<Sources> = LazyLock::new(|| {
        let mut sources = frozen();
        cut(&mut sources, "venio/case.yaml", "  /v1/case:\n", "  /v1/case/{caseNo}:\n");
        cut(&mut sources, "venio/case.yaml", "    CaseType:\n", "    EditCaseRequest:\n");
        cut(&mut sources, "venio/openapi.yaml", "  /v1/case:\n", "  /v1/case/{caseNo}:\n");
        let row = "{title: Add Case, method: POST, page: api-13759273, operation: add_case}";
        let listed = "{title: Add Case, method: POST, missing: [path, request, response]}";
        edit(&mut sources, "venio/portal.yaml", row, listed);
        sources
    });
    UNDRAFTED.clone()
}

/// The draft of a page with this content.
pub(crate) fn draft(sources: &Sources, page: impl AsRef<[u8]>, options: &Options) -> Result<Draft, String> {
    let mut portal = Portal::default();
    let read = portal.read("page.txt", page.as_ref());
    let drafted = read.and_then(|()| spec_tools::portal::draft(sources, &portal, options));
    drafted.map(|mut drafts| drafts.drafted.remove(0)).map_err(|error| format!("{error:#}"))
}

/// The draft of a page that is known to be complete.
pub(crate) fn drafted(sources: &Sources, page: &str) -> Draft {
    draft(sources, page, &Options { page: Some(PAGE.into()), ..Options::default() }).unwrap()
}

/// The spec with the files of a draft.
pub(crate) fn with_draft(mut sources: Sources, drafted: &Draft) -> Sources {
    for edited in &drafted.files {
        sources.write(&edited.file, edited.text.as_str());
    }
    sources
}

/// The page as browsers may save it: one element per line; nested lists; text split into elements on a single line.
pub(crate) fn as_html(page: &str) -> [(&'static str, String); 3] {
    let escaped = page.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let (sidebar, content) = escaped.split_once("Add Case\nPOST").expect("the page has this text");
    let content = format!("Add Case\nPOST{content}");
    let sidebar: String = sidebar.lines().flat_map(|line| ["<a href='#'>", &line[2..], "</a>\n"]).collect();
    let div = |line: &str| format!("  <div class=\"row\"><span>{line}</span></div>\n");
    let head = "<!DOCTYPE html>\n<html><head><title>Add Case - Gofive</title><style>div { color: red }</style>\n\
        <script>let shown = \"<div>POST</div><!--\";</script>\n";

    let lines: String = content.lines().map(div).collect();
    let canonical = format!("<link rel=\"canonical\" href=\"https://developer.gofive.co.th/{PAGE}\">");
    let a_line_an_element =
        format!("{head}{canonical}</head><body><nav>{sidebar}</nav><main>\n{lines}</main></body></html>");

    let (before, table, after) = response_table(&content);
    let is_json = |line: &&str| line.starts_with(['{', '}', '[', ']', '"']);
    let mut listed = String::new();
    let mut lines = before.lines().peekable();
    while let Some(line) = lines.next() {
        if is_json(&line) || line.starts_with("curl") {
            let until = if line.starts_with("curl") { "}'" } else { "}" };
            let mut block = vec![line];
            while block.last() != Some(&until) {
                block.push(lines.next().expect("the page has this text"));
            }
            let block = block.join("\n").replace("\"caseType\"", "<b>\"caseType\"</b>");
            listed.extend(["<pre><code>", &block, "</code></pre>\n"]);
        } else {
            listed.push_str(&div(line));
        }
    }
    let row = |name: &str, kind: &str, inside: &str| {
        format!("<li><b>{name}</b><i>{kind}</i><em>required</em>{inside}</li>\n")
    };
    let status =
        [row("code", "string", &format!("<p>{}</p>", table.replace('\n', "<br>"))), row("description", "string", "")];
    let data = row("feedbackId", "string", "");
    let nested = [
        row("status", "object", &format!("<ul>{}</ul>", status.concat())),
        row("data", "object", &format!("<ul>{data}</ul>")),
    ];
    let example = after.strip_prefix("Example\n").expect("the page has this text");
    let (example, rest) = example.split_once("\n}\n").expect("the page has this text");
    let rest: String = rest.lines().map(div).collect();
    let url = format!("<meta property=\"og:url\" content=\"https://developer.gofive.co.th/add-case-{PAGE}.md\"/>");
    let nested_lists = format!(
        "{head}{url}</head><body><aside>{sidebar}</aside>{listed}<ul>{}</ul>\n<p>Example</p><pre>{example}\n}}</pre>{rest}</body>",
        nested.concat()
    );

    let pieces: String = content
        .lines()
        .map(|line| line.strip_prefix("🟢200").map_or(line.to_owned(), |name| format!("🟢</i><i>200<!-- -->{name}")))
        .map(|line| if line.starts_with('"') { line.replacen(": ", "</i><i>:</i> <i>", 1) } else { line })
        .flat_map(|line| ["<i>".to_owned(), line, "</i>".to_owned()])
        .collect();
    let in_pieces = format!(
        "<!-- saved from url=(0045)https://developer.gofive.co.th/{PAGE} --><html><body><nav>{}</nav>{pieces}</body></html>",
        sidebar.replace('\n', "")
    );
    [("a line an element", a_line_an_element), ("nested lists", nested_lists), ("in pieces", in_pieces)]
}

/// Splits the page at the table of the response: the text before it, the description of `code`, the text after it.
fn response_table(content: &str) -> (&str, &str, &str) {
    let (before, rest) =
        content.split_once("status\nobject\nrequired\ncode\nstring\nrequired\n").expect("the page has this text");
    let (description, rest) = rest.split_once("\ndescription\nstring\nrequired\n").expect("the page has this text");
    (
        before,
        description,
        rest.split_once("data\nobject\nrequired\nfeedbackId\nstring\nrequired\n").expect("the page has this text").1,
    )
}
