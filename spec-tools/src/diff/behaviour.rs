//! The second layer compares the behaviour of operations: existence, route, payload pointers, idempotency, paging, and
//! documentation.

use std::collections::BTreeSet;

use gofive_spec::Idempotency;
use serde_json::Value;

use super::fact::{Facet, Fact, Seen, Shown, Subject};
use super::pair::{Matched, Pair};
use super::read::{Operation, REVIEWED, differing};
use super::what::{Along, Docs, Retried, What};

/// The parts of an operation that are documentation only.
const DOCS: [(&str, Docs); 13] = [
    ("summary", Docs::Summary),
    ("description", Docs::Description),
    ("tags", Docs::Tag),
    ("deprecated", Docs::Deprecated),
    ("x-gofive-title", Docs::Title),
    ("x-gofive-page", Docs::Page),
    ("x-gofive-source", Docs::Source),
    ("x-gofive-modified", Docs::Modified),
    ("x-gofive-evidence", Docs::Evidence),
    ("x-gofive-observed", Docs::Evidence),
    ("x-gofive-oddities", Docs::Oddities),
    ("x-gofive-unknown", Docs::Unknown),
    ("externalDocs", Docs::Links),
];

const IDEMPOTENCY: &str = "x-gofive-idempotency";
const PAYLOAD: &str = "x-gofive-payload";
const PAGING: &str = "x-gofive-paging";

/// The parts that the wire layer compares, the name, and the review.
const ELSEWHERE: [&str; 5] = ["operationId", "parameters", "requestBody", "responses", REVIEWED];

/// The parts of a new operation that a reviewer needs.
const OF_NEW: [(&str, Along); 6] = [
    (IDEMPOTENCY, Along::Idempotency),
    (PAYLOAD, Along::Payload),
    (PAGING, Along::Paging),
    ("x-gofive-evidence", Along::Evidence),
    ("x-gofive-page", Along::Page),
    ("x-gofive-source", Along::Source),
];

pub(super) fn compare(pair: &Pair<'_>) -> Vec<Fact> {
    let mut facts = Vec::new();
    for matched in &pair.operations {
        match (matched.old, matched.new) {
            (Some(old), Some(new)) => facts.extend(Both::compare(matched, old, new)),
            (Some(old), None) => {
                let at = (Some(old.pointer().to_string()), None);
                let fact = Fact::new(subject(matched), What::Removed, Seen::Operation(old.route()), at);
                facts.push(fact.values(Some(Shown::Route(old.route())), None));
            }
            (None, Some(new)) => facts.extend(added(pair, matched, new)),
            (None, None) => {}
        }
    }
    facts
}

fn subject(matched: &Matched<'_>) -> Subject {
    Subject::Operation(matched.id.clone())
}

fn added(pair: &Pair<'_>, matched: &Matched<'_>, new: Operation<'_>) -> Vec<Fact> {
    let summary = new.raw.get("summary").and_then(Value::as_str).map(str::to_owned);
    let method = pair.new.and_then(|product| product.surface.methods.iter().find(|method| method.name == new.id));
    let mut parts = vec![(What::Added(None), Shown::Operation(new.route(), summary))];
    parts.extend(method.map(|method| (What::Along(Along::InRust), Shown::Text(method.signature.clone()))));
    for (name, along) in OF_NEW {
        parts.extend(new.raw.get(name).map(|value| (What::Along(along), Shown::Excerpt(value.clone()))));
    }
    let fact = |(what, shown)| {
        let at = (None, Some(new.pointer().to_string()));
        Fact::new(subject(matched), what, Seen::Operation(new.route()), at).values(None, Some(shown))
    };
    parts.into_iter().map(fact).collect()
}

/// An operation that is in both documents.
struct Both<'a> {
    matched: &'a Matched<'a>,
    id: &'a str,
    old: Operation<'a>,
    new: Operation<'a>,
    facts: Vec<Fact>,
}

impl<'a> Both<'a> {
    fn compare(matched: &'a Matched<'a>, old: Operation<'a>, new: Operation<'a>) -> Vec<Fact> {
        let mut both = Self { matched, id: &matched.id, old, new, facts: Vec::new() };
        both.route();
        both.extensions();
        both.review();
        both.token();
        both.docs();
        both.parameters();
        both.examples();
        both.responses();
        both.facts
    }

    fn note(&mut self, facet: Option<Facet>, within: &str, what: What, values: (Option<Shown>, Option<Shown>)) {
        let id = self.id.to_owned();
        let subject = facet.map_or(Subject::Operation(id.clone()), |facet| Subject::Facet(id, facet));
        let at = [self.old, self.new].map(|operation| Some(format!("{}{within}", operation.pointer())));
        let noted = Fact::new(subject, what, Seen::Operation(self.old.route()), at.into());
        self.facts.push(noted.values(values.0, values.1));
    }

    /// Notes that the documentation differs, if it does.
    fn differ(&mut self, docs: Docs, within: &str, old: Option<Value>, new: Option<Value>) {
        if old != new {
            let values = (old.map(Shown::Excerpt), new.map(Shown::Excerpt));
            self.note(Some(Facet::Documentation), within, What::Docs(docs), values);
        }
    }

    fn route(&mut self) {
        let (old, new) = (self.old, self.new);
        let text = |text: &str| Some(Shown::Text(text.to_owned()));
        if old.id != new.id {
            let what = What::Renamed { from: old.id.to_owned() };
            self.note(None, "/operationId", what, (text(old.id), text(new.id)));
        }
        if !self.matched.has_same_path() {
            self.note(Some(Facet::Route), "", What::Path, (text(old.path), text(new.path)));
        }
        let (before, after) = (old.route().method, new.route().method);
        if before != after {
            self.note(Some(Facet::Route), "", What::Method, (text(&before), text(&after)));
        }
    }

    /// The extensions that the client acts by, and the parts that no rule knows.
    fn extensions(&mut self) {
        let (old, new) = (self.old.raw, self.new.raw);
        let mut unknown = differing(old, new, &ELSEWHERE);
        for (name, facet, what) in [
            (PAYLOAD, Facet::Payload, payload(&self.old.payload(), &self.new.payload())),
            (IDEMPOTENCY, Facet::Idempotency, idempotency(old, new)),
            (PAGING, Facet::Paging, paging(old, new)),
        ] {
            let Some(what) = what else { continue };
            unknown.remove(name);
            let values = (old.get(name).map(plain), new.get(name).map(plain));
            self.note(Some(facet), &format!("/{name}"), what, values);
        }
        let known: BTreeSet<_> = DOCS.iter().map(|(name, _)| *name).collect();
        let is_token = self.old.requires_token() != self.new.requires_token();
        for name in unknown.difference(&known).filter(|name| !is_token || **name != "security") {
            let values = (old.get(*name).cloned().map(Shown::Excerpt), new.get(*name).cloned().map(Shown::Excerpt));
            let what = What::Elsewhere(Some((*name).to_owned()));
            self.note(Some(Facet::Documentation), &format!("/{name}"), what, values);
        }
    }

    fn review(&mut self) {
        let (before, done) = (self.old.is_reviewed(), self.new.is_reviewed());
        if before != done {
            self.note(None, "", What::Review { done }, (None, None));
        }
    }

    fn token(&mut self) {
        let (before, required) = (self.old.requires_token(), self.new.requires_token());
        if before != required {
            self.note(Some(Facet::Authorisation), "", What::Token { required }, (None, None));
        }
    }

    fn docs(&mut self) {
        for (name, docs) in DOCS {
            let (old, new) = (self.old.raw.get(name).cloned(), self.new.raw.get(name).cloned());
            self.differ(docs, &format!("/{name}"), old, new);
        }
    }

    fn parameters(&mut self) {
        let (listed, renamed) = (self.old.parameters(), self.matched.renamed_parameters());
        for parameter in self.new.parameters() {
            let before = listed.iter().find(|before| before.new_name(&renamed) == parameter.name);
            let Some(before) = before else { continue };
            for (name, docs) in PARAMETER_DOCS {
                let (old, new) = (before.node.value.get(name).cloned(), parameter.node.value.get(name).cloned());
                let docs = Docs::OfParameter(Box::new(docs), parameter.name.to_owned());
                self.differ(docs, "/parameters", old, new);
            }
        }
    }

    fn examples(&mut self) {
        let of_body = |operation: Operation<'_>, name: &str| operation.body()?.media()?.1.value.get(name).cloned();
        let of_response =
            |operation: Operation<'_>, name: &str| operation.success()?.1.media()?.1.value.get(name).cloned();
        for name in ["example", "examples"] {
            let (before, after) = (of_body(self.old, name), of_body(self.new, name));
            self.differ(Docs::RequestExample, "/requestBody", before, after);
            let (before, after) = (of_response(self.old, name), of_response(self.new, name));
            self.differ(Docs::ResponseExample, "/responses", before, after);
        }
    }

    /// The client treats every 2xx as a success and everything else as a failure, documented or not.
    fn responses(&mut self) {
        let status = |operation: Operation<'_>| operation.success().map(|(status, _)| Value::from(status));
        let (before, after) = (status(self.old), status(self.new));
        self.differ(Docs::SuccessStatus, "/responses", before, after);
        let failures = |operation: Operation<'_>| Some(operation.other_responses(false));
        let (before, after) = (failures(self.old), failures(self.new));
        self.differ(Docs::Failures, "/responses", before, after);
    }
}

/// The documentation of a parameter beside its schema.
const PARAMETER_DOCS: [(&str, Docs); 4] = [
    ("description", Docs::Description),
    ("example", Docs::Example),
    ("examples", Docs::Examples),
    ("deprecated", Docs::Deprecated),
];

fn plain(value: &Value) -> Shown {
    value.as_str().map_or_else(|| Shown::Json(value.clone()), |text| Shown::Text(text.to_owned()))
}

/// The change of the payload pointers. A new last pointer is tried after all others.
fn payload(before: &[Value], after: &[Value]) -> Option<What> {
    (before != after).then(|| What::Pointers { more: after.starts_with(before) })
}

/// The change of the idempotency, which decides whether the client retries a request.
fn idempotency(old: &Value, new: &Value) -> Option<What> {
    // What cannot be read counts as non-idempotent.
    let of = |raw: &Value| raw.get(IDEMPOTENCY).and_then(|value| Idempotency::try_from(value).ok()).unwrap_or_default();
    let (before, after) = (of(old), of(new));
    if before == after {
        return None;
    }
    // Whether fewer requests are retried: none, those with all of these properties, or all.
    let is_less = match (&before, &after) {
        (Idempotency::NonIdempotent, _) => false,
        (Idempotency::With(before), Idempotency::With(after)) => !after.iter().all(|key| before.contains(key)),
        (_, Idempotency::NonIdempotent | Idempotency::With(_)) => true,
        (Idempotency::With(_), _) => false,
        (_, Idempotency::Safe) => return Some(What::Idempotency(Retried::Reads)),
        _ => return Some(What::Idempotency(Retried::Same)),
    };
    Some(What::Idempotency(if is_less { Retried::Fewer } else { Retried::More }))
}

fn paging(old: &Value, new: &Value) -> Option<What> {
    match (old.get(PAGING), new.get(PAGING)) {
        (before, after) if before == after => None,
        (None, _) => Some(What::Added(None)),
        (_, None) => Some(What::Removed),
        _ => Some(What::Pages),
    }
}
