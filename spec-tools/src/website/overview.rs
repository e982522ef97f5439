//! The pages of the reference above those of the operations: its start, the crates, the products and the groups.

use gofive_spec::{Grade, Method, Operation};

use super::operation::{heading, request_line};
use super::outline::{Group, groups, title};
use super::path::RUST;
use crate::bundle::Bundle;
use crate::check::Checked;
use crate::coverage;
use crate::sample::curl;
use crate::wording::{self, cell, code, line, markdown};

/// The libraries whose documentation is on the website, and what each is for.
pub const LIBRARIES: [(&str, &str); 4] = [
    ("gofive-api", "the client"),
    ("gofive-sandbox", "a server that behaves like the API, for tests"),
    ("gofive-spec", "the typed model of the documents, and validators"),
    ("gofive-shapes", "the shapes of responses, without any value"),
];

/// The first page of the reference: the products, how to start, and what holds for all operations.
pub(super) fn reference(checked: &Checked) -> String {
    let Checked { bundles, ledgers, .. } = checked;
    let operations = || bundles.iter().flat_map(|bundle| &bundle.api.operations);
    let command = |operation: Option<&Operation>| operation.map(curl::command).unwrap_or_default();
    // A call that needs nothing but the token.
    let is_simple = |operation: &&Operation| {
        operation.needs_token
            && operation.method == Method::Get
            && operation.parameters.is_empty()
            && operation.body.is_none()
    };
    let server = bundles.iter().find_map(|bundle| bundle.api.servers.first()).map_or("", |server| &server.url);
    let products: String = bundles.iter().map(product_item).collect();
    let guide = bundles.first().map_or("", |bundle| &bundle.api.info.guide);
    format!(
        "# API reference\n\nThe API of the Gofive platform, from the pages of the developer portal and from public \
         integrations. Each operation has a page, which shows how well the operation is known.\n\n{products}\n\
         ## Start\n\n\
         1. You need a client id, a client secret and a subscription key, which Gofive issues. Without them, start the \
         sandbox: it behaves like the API as far as it is documented, and prints the variables of the next steps.\n\n   \
         ```bash\n   cargo run -p gofive-sandbox --features cli\n   ```\n\n   \
         For the API itself, set the same variables; `GOFIVE_BASE_URL` is {}.\n\
         2. Get a token, and keep its `access_token` in `GOFIVE_TOKEN`.\n\n{}\
         3. Call an operation. Each one has such a command on its page.\n\n{}\n\
         ## How well the operations are known\n\n{}\n{guide}\n",
        code(server),
        indented(&command(operations().find(|operation| !operation.needs_token))),
        indented(&command(operations().find(is_simple))),
        coverage::totals(ledgers),
    )
}

/// A command in an item of a list.
fn indented(command: &str) -> String {
    let lines: String = command.lines().map(|line| format!("   {line}\n")).collect();
    format!("   ```bash\n{lines}   ```\n")
}

/// A product, with the first sentence of its description.
fn product_item(bundle: &Bundle) -> String {
    let info = &bundle.written.api.info;
    let what = info.description.split_inclusive(". ").next().unwrap_or_default();
    let count = bundle.written.api.operations.len();
    format!("- [{}]({}/index.md): {} {count} operations.\n", line(&info.title), bundle.product, line(what))
}

/// The page about the crates.
pub(super) fn rust() -> String {
    let items: String = LIBRARIES
        .iter()
        .map(|(name, what)| format!("- [`{name}`](../{RUST}/{}/index.html): {what}\n", name.replace('-', "_")))
        .collect();
    format!(
        "# Rust\n\nThe documentation of the crates, with all features:\n\n{items}\n\
         The page of each operation leads to its method. [The first page](../index.md) shows how to begin.\n"
    )
}

/// The page of a product.
pub(super) fn product(bundle: &Bundle) -> String {
    let api = &bundle.written.api;
    let product = &bundle.product;
    let mut text = format!("# {}\n\n{}\n\n", heading(&api.info.title), markdown(&api.info.description));
    text.push_str(&format!(
        "For the tools of other languages: [{product}.json](../{product}.json) (OpenAPI 3.0), and \
         [{product}.http](../{product}.http), every documented request for an editor.\n"
    ));
    for group in groups(api) {
        text.push_str(&format!("\n## {}\n\n{}\n\n", heading(group.name), markdown(group.description)));
        text.push_str(&table(&group, &format!("{}/", group.slug)));
    }
    text
}

/// The page of a group.
pub(super) fn group(group: &Group<'_>) -> String {
    format!("# {}\n\n{}\n\n{}", heading(group.name), markdown(group.description), table(group, ""))
}

/// The operations of a group, with links to their pages, which are in `folder`.
fn table(group: &Group<'_>, folder: &str) -> String {
    let mut text = String::from("| operation | request | the response is |\n|---|---|---|\n");
    for one in &group.operations {
        let review = if one.is_reviewed { "" } else { ", **not reviewed**" };
        let request = request_line(one).replace('|', "\\|");
        text.push_str(&format!(
            "| [{}]({folder}{}.md){review} | {request} | {} |\n",
            cell(title(one)),
            one.id,
            known(one.evidence.response)
        ));
    }
    text
}

fn known(grade: Grade) -> String {
    match grade {
        Grade::None => format!("**{}**", wording::grade(grade)),
        _ => wording::grade(grade).to_owned(),
    }
}
