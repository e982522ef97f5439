//! The second layer compares the behaviour of operations: existence, route, payload pointers, idempotency, paging, and
//! documentation.

use serde_json::Value;

use super::change::{Aspect, Class, Fact, Subject};
use super::drift_doc::success;
use super::pair::{Matched, Operation, Pair};
use super::words::changed;
use crate::idempotency::{self, Idempotency};

/// The parts of an operation that are documentation only: name in the document, name in the report.
const DOCS: [(&str, &str); 11] = [
    ("summary", "summary"),
    ("description", "description"),
    ("tags", "tag"),
    ("x-gofive-title", "title"),
    ("x-gofive-page", "page"),
    ("x-gofive-source", "source"),
    ("x-gofive-modified", "modified"),
    ("x-gofive-evidence", "evidence"),
    ("x-gofive-oddities", "oddities"),
    ("x-gofive-unknown", "unknown"),
    ("externalDocs", "links"),
];

/// Parts of the document around the operations.
const OUTER_PARTS: [&str; 5] = ["info", "servers", "tags", "security", "openapi"];

pub(super) fn compare(pair: &Pair<'_>) -> Vec<Fact> {
    let mut facts = Vec::new();
    for matched in &pair.operations {
        match (matched.old, matched.new) {
            (Some(old), Some(new)) => both(matched, old, new, &mut facts),
            (Some(old), None) => {
                let aspect = Aspect::new(Class::Breaking, "removed").values(Some(route(old)), None);
                let aspect = if old.webhook {
                    aspect
                } else {
                    aspect.breaks_programs(format!("they call {}, which is no longer documented", route(old)))
                };
                facts.push(Fact { subject: operation_subject(matched), aspect, at: (Some(old.pointer()), None) });
            }
            (None, Some(new)) => {
                let mut shown = route(new);
                if let Some(summary) = new.raw.get("summary").and_then(Value::as_str) {
                    shown.push_str(&format!(": {summary}"));
                }
                let aspect = Aspect::new(Class::Additive, "added").values(None, Some(shown));
                for aspect in [aspect].into_iter().chain(details_of_new(pair, new)) {
                    facts.push(Fact { subject: operation_subject(matched), aspect, at: (None, Some(new.pointer())) });
                }
            }
            (None, None) => {}
        }
    }
    facts.extend(outer_parts(pair));
    facts
}

fn operation_subject(matched: &Matched<'_>) -> Subject {
    Subject::Operation(matched.id.clone())
}

fn route(operation: Operation<'_>) -> String {
    let kind = if operation.webhook { "webhook " } else { "" };
    format!("{kind}{} {}", operation.method.to_uppercase(), operation.path)
}

/// The details of a new operation that a reviewer needs.
fn details_of_new(pair: &Pair<'_>, new: Operation<'_>) -> Vec<Aspect> {
    let method = pair.new.and_then(|product| product.surface.methods.iter().find(|method| method.name == new.id));
    let mut aspects: Vec<_> =
        method.map(|method| Aspect::along("in Rust", method.signature.clone())).into_iter().collect();
    for (name, what) in [
        (idempotency::EXTENSION, "idempotency"),
        ("x-gofive-payload", "payload"),
        ("x-gofive-paging", "paging"),
        ("x-gofive-evidence", "evidence"),
        ("x-gofive-page", "page"),
        ("x-gofive-source", "source"),
    ] {
        if let (_, Some(shown)) = changed(None, new.raw.get(name)) {
            aspects.push(Aspect::along(what, shown));
        }
    }
    aspects
}

fn both(matched: &Matched<'_>, old: Operation<'_>, new: Operation<'_>, facts: &mut Vec<Fact>) {
    let id = &matched.id;
    let mut note = |facet: Option<&'static str>, within: &str, aspect: Aspect| {
        let subject = facet.map_or(operation_subject(matched), |facet| Subject::Facet(id.clone(), facet));
        let at = |operation: Operation<'_>| Some(format!("{}{within}", operation.pointer()));
        facts.push(Fact { subject, aspect, at: (at(old), at(new)) });
    };
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let shown = |name: &str| (old.raw.get(name).map(text), new.raw.get(name).map(text));

    if old.id != new.id {
        let aspect = Aspect::new(Class::Breaking, format!("renamed from `{}`", old.id));
        note(None, "/operationId", aspect.values(Some(old.id.to_owned()), Some(new.id.to_owned())));
    }
    let moved = format!("they call {}, which the new spec does not have", route(old));
    if old.path != new.path {
        let aspect = Aspect::new(Class::Breaking, "path").values(Some(old.path.to_owned()), Some(new.path.to_owned()));
        note(Some("route"), "", if old.webhook { aspect } else { aspect.breaks_programs(&moved) });
    }
    if old.method != new.method {
        let (before, after) = (old.method.to_uppercase(), new.method.to_uppercase());
        note(
            Some("route"),
            "",
            Aspect::new(Class::Breaking, "method").values(Some(before), Some(after)).breaks_programs(&moved),
        );
    }
    if let Some(aspect) = payload(old.raw, new.raw) {
        let (old, new) = shown("x-gofive-payload");
        note(Some("payload"), "/x-gofive-payload", aspect.values(old, new));
    }
    if let Some(aspect) = idempotency(old.raw, new.raw) {
        let (old, new) = shown(idempotency::EXTENSION);
        note(Some("idempotency"), "/x-gofive-idempotency", aspect.values(old, new));
    }
    if let Some(aspect) = paging(old.raw, new.raw) {
        let (old, new) = shown("x-gofive-paging");
        note(Some("paging"), "/x-gofive-paging", aspect.values(old, new));
    }
    let bearer = |operation: Operation<'_>| operation.raw.get("security").is_none();
    match (bearer(old), bearer(new)) {
        (false, true) => note(
            Some("authorisation"),
            "",
            Aspect::new(Class::Breaking, "requires the token")
                .breaks_programs("they send no token, so their requests are refused"),
        ),
        (true, false) => note(Some("authorisation"), "", Aspect::new(Class::Additive, "no longer requires the token")),
        _ => {}
    }
    let media = |operation: Operation<'_>| {
        Some(operation.raw.pointer("/requestBody/content")?.as_object()?.keys().next()?.clone())
    };
    if let (Some(before), Some(after)) = (media(old), media(new))
        && before != after
    {
        let aspect = Aspect::new(Class::Breaking, "media type").values(Some(before), Some(after));
        note(Some("body"), "/requestBody", aspect.breaks_programs("they send the body in the old media type"));
    }
    docs(old, new, &mut note);
}

fn docs(old: Operation<'_>, new: Operation<'_>, note: &mut impl FnMut(Option<&'static str>, &str, Aspect)) {
    let mut differ = |what: &str, within: &str, old: Option<&Value>, new: Option<&Value>| {
        if old != new {
            let (old, new) = changed(old, new);
            note(Some("documentation"), within, Aspect::new(Class::DocsOnly, what).values(old, new));
        }
    };
    for (name, what) in DOCS {
        differ(what, &format!("/{name}"), old.raw.get(name), new.raw.get(name));
    }
    for parameter in new.raw.get("parameters").and_then(Value::as_array).into_iter().flatten() {
        let listed = old.raw.get("parameters").and_then(Value::as_array).into_iter().flatten();
        let Some(before) = listed.clone().find(|other| other.get("name") == parameter.get("name")) else { continue };
        for name in ["description", "example"] {
            let what = format!("{name} of {}", parameter.get("name").and_then(Value::as_str).unwrap_or("a parameter"));
            differ(&what, "/parameters", before.get(name), parameter.get(name));
        }
    }
    let media = |holder: &Value, name: &str| {
        let media = holder.get("content").and_then(Value::as_object).and_then(|content| content.values().next());
        media.and_then(|media| media.get(name).cloned())
    };
    let of_body = |operation: Operation<'_>, name: &str| media(operation.raw.get("requestBody")?, name);
    let of_response = |operation: Operation<'_>, name: &str| media(success(operation.raw)?.1, name);
    for name in ["example", "examples"] {
        let (before, after) = (of_body(old, name), of_body(new, name));
        differ("request example", "/requestBody", before.as_ref(), after.as_ref());
        let (before, after) = (of_response(old, name), of_response(new, name));
        differ("response example", "/responses", before.as_ref(), after.as_ref());
    }
    // The client treats every 2xx as a success and everything else as a failure, documented or not.
    let status = |operation: Operation<'_>| success(operation.raw).map(|(status, _)| Value::from(status.as_str()));
    let (before, after) = (status(old), status(new));
    differ("success status", "/responses", before.as_ref(), after.as_ref());
    let failures = |operation: Operation<'_>| {
        let responses = operation.raw.get("responses").and_then(Value::as_object).into_iter().flatten();
        let failures = responses.filter(|(status, _)| !status.starts_with('2'));
        failures.map(|(status, response)| (status.clone(), response.clone())).collect::<serde_json::Map<_, _>>()
    };
    let (before, after) = (Value::Object(failures(old)), Value::Object(failures(new)));
    differ("failures", "/responses", Some(&before), Some(&after));
}

/// The change of the payload pointers. A new last pointer is additive, because it is tried after all others.
fn payload(old: &Value, new: &Value) -> Option<Aspect> {
    let list = |raw: &Value| raw.get("x-gofive-payload").and_then(Value::as_array).cloned().unwrap_or_default();
    let (before, after) = (list(old), list(new));
    if before == after {
        return None;
    }
    if after.starts_with(&before) {
        return Some(Aspect::new(Class::Additive, "has more pointers"));
    }
    let aspect = Aspect::new(Class::Breaking, "has other pointers");
    Some(aspect.breaks_programs("they read the payload at the old pointers, and get an empty one or fail"))
}

/// The change of the idempotency, which decides whether the client retries a request.
fn idempotency(old: &Value, new: &Value) -> Option<Aspect> {
    let (before, after) = (Idempotency::of(old), Idempotency::of(new));
    // Whether fewer requests are retried: none, those with all of these properties, or all.
    let is_less = match (&before, &after) {
        (before, after) if before == after => return None,
        (Idempotency::NonIdempotent, _) => false,
        (Idempotency::With(before), Idempotency::With(after)) => !after.iter().all(|key| before.contains(key)),
        (_, Idempotency::NonIdempotent | Idempotency::With(_)) => true,
        (Idempotency::With(_), _) => false,
        _ => return Some(Aspect::new(Class::DocsOnly, "has another name")),
    };
    if is_less {
        let aspect = Aspect::new(Class::Breaking, "is no longer retried, or for fewer requests");
        return Some(aspect.breaks_programs("they retry it after a failure, and may do it twice"));
    }
    Some(Aspect::new(Class::Additive, "is retried after a failure"))
}

fn paging(old: &Value, new: &Value) -> Option<Aspect> {
    match (old.get("x-gofive-paging"), new.get("x-gofive-paging")) {
        (before, after) if before == after => None,
        (None, _) => Some(Aspect::new(Class::Additive, "added")),
        (_, None) => Some(Aspect::new(Class::Breaking, "removed")),
        _ => {
            let aspect = Aspect::new(Class::Breaking, "requests pages in another way");
            Some(aspect.breaks_programs("they request pages in the old way, and may get the same page again"))
        }
    }
}

fn outer_parts(pair: &Pair<'_>) -> Vec<Fact> {
    let (Some(old), Some(new)) = (pair.old, pair.new) else { return Vec::new() };
    let mut facts = Vec::new();
    for part in OUTER_PARTS {
        let (before, after) = (old.doc.get(part), new.doc.get(part));
        if before != after {
            let (before, after) = changed(before, after);
            let at = Some(format!("/{part}"));
            let aspect = Aspect::new(Class::DocsOnly, "text").values(before, after);
            facts.push(Fact { subject: Subject::Document(part.into()), aspect, at: (at.clone(), at) });
        }
    }
    for (kind, _) in new.doc.get("components").and_then(Value::as_object).into_iter().flatten() {
        let at = format!("/components/{kind}");
        if kind != "schemas" && old.doc.pointer(&at) != new.doc.pointer(&at) {
            let (before, after) = changed(old.doc.pointer(&at), new.doc.pointer(&at));
            let aspect = Aspect::new(Class::DocsOnly, "text").values(before, after);
            facts.push(Fact { subject: Subject::Document(kind.clone()), aspect, at: (Some(at.clone()), Some(at)) });
        }
    }
    facts
}
