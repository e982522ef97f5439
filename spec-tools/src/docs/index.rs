//! The first page of the reference: what each product is, how to start, and a search over all operations.

use gofive_spec::{Method, Operation};
use serde_json::{Value, json};

use super::template::{fill, html, json_in_html};
use crate::bundle::Bundle;
use crate::coverage::{self, CoverageLedger};
use crate::sample::curl;

const INDEX: &str = include_str!("index.html");

pub(super) fn page(bundles: &[Bundle], ledgers: &[CoverageLedger]) -> String {
    let operations = || bundles.iter().flat_map(|bundle| &bundle.api.operations);
    let command = |operation: Option<&Operation>| html(&operation.map(curl::command).unwrap_or_default());
    // A call that needs nothing but the token.
    let is_simple = |operation: &&Operation| {
        operation.needs_token
            && operation.method == Method::Get
            && operation.parameters.is_empty()
            && operation.body.is_none()
    };
    let server = bundles.iter().find_map(|bundle| bundle.api.servers.first()).map_or("", |server| &server.url);
    fill(
        INDEX,
        &[
            ("products", &bundles.iter().map(product).collect::<String>()),
            ("server", &html(server)),
            ("token", &command(operations().find(|operation| !operation.needs_token))),
            ("call", &command(operations().find(is_simple))),
            ("totals", &totals(ledgers)),
            ("operations", &json_in_html(&bundles.iter().flat_map(entries).collect())),
        ],
    )
}

/// A product, with the first sentence of its description.
fn product(bundle: &Bundle) -> String {
    let info = &bundle.api.info;
    let what = info.description.split_inclusive(". ").next().unwrap_or_default().trim();
    let count = bundle.api.operations.len();
    format!(
        "<dt><a href=\"{}.html\">{}</a></dt>\n<dd>{} {count} operations.</dd>\n",
        bundle.product,
        html(&info.title),
        html(what)
    )
}

/// What the search finds: the operations and webhooks of a product, each with the text that is searched.
fn entries(bundle: &Bundle) -> Vec<Value> {
    let product = &bundle.api.info.title;
    let entry = |operation: &Operation| {
        let group = if operation.is_webhook { "Webhooks" } else { &operation.group };
        let route = if operation.is_webhook {
            format!("webhook {}", operation.path)
        } else {
            format!("{} {}", operation.method, operation.path)
        };
        let text = [&operation.id, &operation.summary, &operation.title, group, &route, product].map(str::to_lowercase);
        json!({
            "href": format!("{}.html#operation/{}", bundle.product, operation.id),
            "summary": operation.summary,
            "product": product,
            "group": group,
            "route": route,
            "text": text.join(" "),
        })
    };
    bundle.api.operations.iter().chain(&bundle.api.webhooks).map(entry).collect()
}

fn totals(ledgers: &[CoverageLedger]) -> String {
    let mut rows = String::new();
    for (ledger, (title, counts)) in ledgers.iter().map(Some).chain([None]).zip(coverage::counts(ledgers)) {
        let title = html(&title);
        let name = ledger.map_or(title.clone(), |ledger| format!("<a href=\"{}.html\">{title}</a>", ledger.product));
        let cells = counts.map(|count| format!("<td>{count}</td>")).concat();
        rows.push_str(&format!("<tr><th scope=\"row\">{name}</th>{cells}</tr>\n"));
    }
    rows
}
