//! Oddities of a page outside its tables (duplicate status codes, a curl sample that differs, headers), and what it does not say.

use std::collections::BTreeMap;

use gofive_spec::Method;

use super::page::{Content, Location, Page};
use super::values::shown;
use super::words::{differing, list};

/// The oddities of the page, one sentence each, for `x-gofive-oddities`.
pub fn of_page(page: &Page) -> Vec<String> {
    let mut oddities = Vec::new();
    statuses(page, &mut oddities);
    sample(page, &mut oddities);
    headers(page, &mut oddities);
    if page.path.ends_with('/') {
        oddities.push("The page's address ends in a slash, which may hide a path parameter.".into());
    }
    match page.status.as_deref() {
        Some("developing") => oddities.push("The page carries the badge Developing.".into()),
        Some("deprecated") => oddities.push("The page calls the operation deprecated.".into()),
        _ => {}
    }
    oddities
}

fn statuses(page: &Page, oddities: &mut Vec<String>) {
    let mut by_status: BTreeMap<u16, Vec<String>> = BTreeMap::new();
    for response in &page.responses {
        by_status.entry(response.status).or_default().push(format!("\"{}\"", response.name));
    }
    for (status, names) in by_status.iter().filter(|(_, names)| names.len() > 1) {
        let count = if names.len() == 2 { "two".to_owned() } else { names.len().to_string() };
        oddities.push(format!("The page lists {count} {status} responses, {}.", list(names)));
    }
    let is_shown = |content: &Content| content.has_table() || !content.examples.is_empty();
    if !page.responses.iter().any(|one| (200..300).contains(&one.status) && is_shown(&one.content)) {
        oddities.push("The response is not documented.".into());
    }
}

fn sample(page: &Page, oddities: &mut Vec<String>) {
    let Some(curl) = &page.curl else { return };
    if let Some(method) = curl.method.as_ref().filter(|method| method.as_str() != page.method.as_str()) {
        oddities.push(format!("The page's curl sample sends {method} instead of {}.", page.method));
    }
    let address = curl.url.as_deref().unwrap_or_default();
    let (address, query) = address.split_once('?').unwrap_or((address, ""));
    let path = address.splitn(4, '/').nth(3).map(|path| format!("/{path}")).unwrap_or_default();
    let (template, sent) = (segments(&page.path), segments(&path));
    // A sample fills in the parameters, or shows them as they are.
    let sent_at = |index: usize| sent.get(index).copied().unwrap_or_default();
    let is_one = |(index, own): (usize, &&str)| *own == sent_at(index) || own.starts_with('{');
    let fits = sent.len() <= template.len() && template.iter().enumerate().all(is_one);
    if !path.is_empty() && !fits {
        oddities.push(format!("The page's curl sample calls {path}."));
    } else if !path.is_empty() && (0..template.len()).any(|index| sent_at(index).is_empty()) {
        oddities.push("The page's curl sample leaves the path parameter empty.".into());
    }
    let sent = query.split('&').filter_map(|pair| pair.split('=').next()).filter(|name| !name.is_empty());
    for name in sent.filter(|name| page.parameters_in(Location::Query).all(|row| row.name != *name)) {
        oddities
            .push(format!("The page's curl sample sends the query parameter {name}, which its table does not list."));
    }
    let example = page.body.as_ref().and_then(|body| body.whole_example());
    let differing = curl.body.as_ref().zip(example).map(|(sent, shown)| differing(sent, &shown.value));
    if let Some(mut names) = differing.filter(|names| !names.is_empty()) {
        names.sort();
        oddities.push(format!("The page's curl sample and its example differ in {}.", list(&names)));
    }
}

/// The segments of a path. A slash at its end is ignored.
fn segments(path: &str) -> Vec<&str> {
    path.trim_end_matches('/').split('/').skip(1).collect()
}

fn headers(page: &Page, oddities: &mut Vec<String>) {
    let header = |name: &str| page.parameters_in(Location::Header).find(|row| row.name == name);
    match header("Ocp-Apim-Subscription-Key").map(|row| row.required) {
        None if page.parameters_in(Location::Header).next().is_some() => {
            oddities.push("The page does not list the subscription key's header.".into());
        }
        Some(Some(false)) => oddities.push("The subscription key's header is optional on the page.".into()),
        _ => {}
    }
    if page.body.is_none() && header("Content-Type").is_some_and(|row| row.required == Some(true)) {
        oddities.push("The page requires a Content-Type header, although there is no body.".into());
    }
}

/// The idempotency, which the page does not say: the cautious value for the method. Only evidence makes a write idempotent, and
/// programs can call a draft before anybody has looked for it.
pub(super) fn idempotency(page: &Page) -> (&'static str, String) {
    let (class, otherwise) = match page.method {
        Method::Get => ("safe", "another value if it changes something"),
        _ => (
            "non-idempotent",
            "safe if it only reads, as an enquiry does; idempotent if a source says that a second send has the same effect",
        ),
    };
    (class, format!("x-gofive-idempotency: {class}, by the method {}: {otherwise}", page.method))
}

/// The usual sections that this page lacks, perhaps because it was saved too early or not to its end.
pub(super) fn missing(page: &Page) -> Vec<String> {
    let writes = [Method::Post, Method::Put, Method::Patch].contains(&page.method);
    let body = page.body.as_ref();
    let success = page.success().map(|response| &response.content);
    let without_example = |content: &Content| content.has_table() && content.examples.is_empty();
    let cut = "the page ends inside it, or a row cannot be read: save the whole page again";
    let sentences = [
        (body.is_none() && writes, "requestBody: the page has no Body Params".to_owned()),
        (body.is_some_and(|body| !body.has_table()), "requestBody: the page has no table of the request".into()),
        (body.is_some_and(without_example), "requestBody: the page has no example of the request".into()),
        (body.is_some_and(|body| body.cut), format!("requestBody: the table is cut: {cut}")),
        (page.parameters_cut, format!("parameters: the table is cut: {cut}")),
        (page.responses.is_empty(), "responses: the page has no section Responses".into()),
        (success.is_some_and(without_example), "responses: the page has no example of the response".into()),
        (success.is_some_and(|content| content.cut), format!("responses: the table is cut: {cut}")),
        (
            page.is_text && page.modified.is_none(),
            "x-gofive-modified: the page lacks its last line, “Modified at …”".into(),
        ),
    ];
    sentences.into_iter().filter(|(applies, _)| *applies).map(|(_, sentence)| sentence).collect()
}

/// The entries of `x-gofive-unknown` for examples that the linter requires and the page lacks. `misfits` are those for examples that
/// it has.
pub(super) fn unknown(page: &Page, response: &str, misfits: Vec<String>) -> Vec<String> {
    let lacks = |content: Option<&Content>| content.is_some_and(|content| content.whole_example().is_none());
    let mut sent = [Location::Path, Location::Query].into_iter().flat_map(|location| page.parameters_in(location));
    let lacks_request = lacks(page.body.as_ref())
        || sent.any(|row| row.required == Some(true) && shown(row).is_none())
        || names_in(&page.path).len() > page.parameters_in(Location::Path).count();
    let lacks_response =
        matches!(response, "complete" | "example-only") && lacks(page.success().map(|response| &response.content));
    let parts = [("request example", lacks_request), ("response example", lacks_response)].into_iter();
    let parts = parts.filter(|(part, lacks)| *lacks && !misfits.iter().any(|misfit| misfit.starts_with(part)));
    let unknown = parts.map(|(part, _)| format!("{part}: the page shows none, or only a part"));
    unknown.collect::<Vec<_>>().into_iter().chain(misfits).collect()
}

/// The names of the parameters in a path template.
pub(super) fn names_in(path: &str) -> Vec<&str> {
    path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}')).collect()
}
