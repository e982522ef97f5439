//! Compares the parts of the document around the operations and the schemas: its servers, its credentials, its texts.

use std::collections::BTreeSet;

use gofive_spec::Pointer;
use serde_json::Value;

use super::fact::{Directions, Fact, Seen, Shown, Subject};
use super::pair::Pair;
use super::read::{METHODS, differing, entries};
use super::snapshot::Product;
use super::what::What;

/// Parts of the document that hold operations and schemas.
const INNER_PARTS: [&str; 3] = ["paths", "x-webhooks", "components"];

const SERVERS: &str = "servers";
const SECURITY: &str = "security";

pub(super) fn compare(pair: &Pair<'_>) -> Vec<Fact> {
    let (Some(old), Some(new)) = (pair.old, pair.new) else { return Vec::new() };
    let mut facts: Vec<_> = server(old, new).into_iter().chain(credentials(old, new)).collect();
    let explained = facts.iter().filter_map(|fact| match &fact.subject {
        Subject::Document(part) => Some(part.clone()),
        _ => None,
    });
    let explained: Vec<_> = explained.collect();
    let known: Vec<_> = INNER_PARTS.into_iter().chain(explained.iter().map(String::as_str)).collect();
    let mut differ = |name: &str, pointer: String, known: &[&str]| {
        let [before, after] = [&old.doc, &new.doc].map(|doc| doc.pointer(&pointer).unwrap_or(&Value::Null));
        for part in differing(before, after, known) {
            let at = Some(format!("{pointer}/{part}"));
            let shown = |value: &Value| value.get(part).cloned().map(Shown::Excerpt);
            let subject = Subject::Document(if name.is_empty() { part.to_owned() } else { name.to_owned() });
            let fact = Fact::new(subject, What::Text, Seen::Document, (at.clone(), at));
            facts.push(fact.values(shown(before), shown(after)));
        }
    };
    differ("", String::new(), &known);
    differ("", "/components".into(), &["schemas"]);
    for section in ["paths", "x-webhooks"] {
        for (path, _) in entries(new.doc.get(section)) {
            // What is beside the operations of a path.
            differ(path, Pointer::from_steps([section, path]).to_string(), &METHODS);
        }
    }
    facts
}

/// Another server that programs call: the first one of the document.
fn server(old: &Product, new: &Product) -> Option<Fact> {
    let [before, after] = [old, new].map(urls);
    let (was, is) = (before.first()?, after.first());
    if Some(was) == is {
        return None;
    }
    let text = |url: &&str| Shown::Text((*url).to_owned());
    let what = What::Server { listed: after.contains(was) };
    Some(wire(SERVERS, what).values(Some(text(was)), is.map(text)))
}

fn urls(product: &Product) -> Vec<&str> {
    let servers = product.doc.get(SERVERS).and_then(Value::as_array).into_iter().flatten();
    let urls = servers.filter_map(|server| server.get("url").and_then(Value::as_str));
    urls.map(|url| url.trim_end_matches('/')).collect()
}

/// Credentials that are not enough any more: an operation is called with one of several sets, by default the first.
fn credentials(old: &Product, new: &Product) -> Option<Fact> {
    let [before, after] = [old, new].map(sets);
    let sent = before.first().cloned().unwrap_or_default();
    if after.is_empty() || after.iter().any(|needed| needed.is_subset(&sent)) {
        return None;
    }
    let text = |sets: &[BTreeSet<String>]| {
        let sets: Vec<_> = sets.iter().map(|set| set.iter().cloned().collect::<Vec<_>>().join(" and ")).collect();
        (!sets.is_empty()).then(|| Shown::Text(sets.join(", or ")))
    };
    Some(wire(SECURITY, What::Credentials).values(text(&before), text(&after)))
}

/// The sets of headers and parameters that identify a program.
fn sets(product: &Product) -> Vec<BTreeSet<String>> {
    let alternatives = product.doc.get(SECURITY).and_then(Value::as_array).into_iter().flatten();
    let set = |needed: &Value| entries(Some(needed)).map(|(scheme, _)| credential(product, scheme)).collect();
    alternatives.map(set).collect()
}

/// What a scheme sends: every scheme but a key is a token in the same header.
fn credential(product: &Product, scheme: &str) -> String {
    let scheme = Pointer::from_steps(["components", "securitySchemes", scheme]);
    let text = |name: &str| scheme.join(name).find(&product.doc).and_then(Value::as_str);
    match (text("type"), text("scheme")) {
        (Some("apiKey"), _) => {
            format!("{} {}", text("in").unwrap_or_default(), text("name").unwrap_or_default())
        }
        (Some("http"), Some(other)) if !other.eq_ignore_ascii_case("bearer") => format!("{other} authorization"),
        _ => "bearer token".into(),
    }
}

fn wire(part: &str, what: What) -> Fact {
    let at = Some(format!("/{part}"));
    Fact::new(Subject::Document(part.to_owned()), what, Seen::wire(Directions::REQUEST), (at.clone(), at))
}
