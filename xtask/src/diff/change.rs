//! What a comparison says: changes as the reader sees them, one an entry, however many layers noticed it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::pair::Pair;
use super::side::Product;

/// How much a change asks of users. Ordered by weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Nothing that compiles or runs is different.
    DocsOnly,
    /// There is more than before; what worked goes on working.
    Additive,
    /// Code has to be changed, or a running program no longer does what it did.
    Breaking,
}

/// Who has a breaking change to bear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Whom {
    /// Does not compile with the new crate.
    CallersCode,
    /// Was built with the old crate, and meets a server that does what the new spec says.
    RunningProgram,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Effect {
    pub whom: Whom,
    pub why: String,
}

/// What a change is about. Layers that speak of the same subject speak of the same change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    Product,
    /// An operation as a whole.
    Operation(String),
    /// One side of its behaviour: `route`, `retry`, …
    Facet(String, &'static str),
    /// An argument of its method, by its name in Rust.
    Argument(String, String),
    Type(String),
    /// Type and name on the wire.
    Member(String, String),
    /// Enumeration and name of the constant.
    Value(String, String),
    /// A part of the document that belongs to no operation.
    Document(String),
}

/// What one layer noticed.
#[derive(Clone, Debug)]
pub(super) struct Fact {
    pub subject: Subject,
    pub aspect: Aspect,
    /// JSON pointers into the old and the new document.
    pub at: (Option<String>, Option<String>),
}

/// One way in which a subject differs: `removed`, `type`, `description`, …
#[derive(Clone, Debug)]
pub(super) struct Aspect {
    pub what: String,
    pub old: Option<String>,
    pub new: Option<String>,
    pub class: Class,
    pub effects: Vec<Effect>,
    /// Not in the headline: what comes along.
    pub quiet: bool,
}

impl Aspect {
    pub(super) fn new(class: Class, what: impl Into<String>) -> Self {
        Self { what: what.into(), old: None, new: None, class, effects: Vec::new(), quiet: false }
    }

    /// Something that comes along with what the headline says.
    pub(super) fn along(what: impl Into<String>, new: impl Into<String>) -> Self {
        Self { quiet: true, new: Some(new.into()), ..Self::new(Class::DocsOnly, what) }
    }

    #[must_use]
    pub(super) fn values(mut self, old: Option<String>, new: Option<String>) -> Self {
        (self.old, self.new) = (old, new);
        self
    }

    /// Why it breaks the code of callers; makes the aspect a breaking one.
    #[must_use]
    pub(super) fn breaks_code(mut self, why: impl Into<String>) -> Self {
        self.class = Class::Breaking;
        self.effects.push(Effect { whom: Whom::CallersCode, why: why.into() });
        self
    }

    /// Why it breaks programs that run; makes the aspect a breaking one.
    #[must_use]
    pub(super) fn breaks_programs(mut self, why: impl Into<String>) -> Self {
        self.class = Class::Breaking;
        self.effects.push(Effect { whom: Whom::RunningProgram, why: why.into() });
        self
    }
}

/// One entry of the report.
#[derive(Clone, Debug, Serialize)]
pub struct Change {
    pub product: String,
    /// Operations and webhooks that it concerns; of a type: all that use it.
    pub operations: Vec<String>,
    /// `request`, `answer`, both or neither.
    pub side: String,
    pub class: Class,
    /// The change in one line.
    pub headline: String,
    pub details: Vec<Detail>,
    pub breaks: Vec<Effect>,
    pub place: Option<Place>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Detail {
    pub what: String,
    pub old: Option<String>,
    pub new: Option<String>,
}

/// File and line; of what is gone, at the base.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    pub file: String,
    pub line: usize,
    pub at_base: bool,
}

/// Makes one entry of all facts about a subject.
pub(super) fn merge(pair: &Pair<'_>, facts: Vec<Fact>) -> Vec<Change> {
    let mut by_subject: BTreeMap<Subject, Vec<Fact>> = BTreeMap::new();
    for fact in facts {
        by_subject.entry(fact.subject.clone()).or_default().push(fact);
    }
    absorb_types(pair, &mut by_subject);
    absorb_payloads(pair, &mut by_subject);
    let mut changes: Vec<_> = by_subject.iter().map(|(subject, facts)| change(pair, subject, facts)).collect();
    changes.sort_by_key(|change| std::cmp::Reverse(change.class));
    changes
}

/// A type that came or went with an operation is told there, and a trait that was lost with a member at the member.
fn absorb_types(pair: &Pair<'_>, by_subject: &mut BTreeMap<Subject, Vec<Fact>>) {
    let types: Vec<_> = by_subject.keys().filter(|subject| matches!(subject, Subject::Type(_))).cloned().collect();
    for subject in types {
        let Subject::Type(name) = &subject else { continue };
        let operations = pair.uses.operations(name);
        let whole = |operation: &String| {
            by_subject
                .get(&Subject::Operation(operation.clone()))
                .is_some_and(|facts| facts.iter().any(|fact| matches!(fact.aspect.what.as_str(), "added" | "removed")))
        };
        let comes_or_goes =
            by_subject[&subject].iter().any(|fact| matches!(fact.aspect.what.as_str(), "added" | "removed"));
        if comes_or_goes && !operations.is_empty() && operations.iter().all(whole) {
            by_subject.remove(&subject);
            by_subject.retain(|other, _| !matches!(other, Subject::Value(of, _) if of == name));
            let aspect = match pair.new.and_then(|product| product.surface.describe(name)) {
                Some(described) => Aspect::along(format!("new type {name}"), super::words::cut(&described, 600)),
                None => Aspect::along(format!("type {name}"), "gone with it"),
            };
            let whole = Subject::Operation(operations[0].clone());
            let at = (None, None);
            by_subject.entry(whole.clone()).or_default().push(Fact { subject: whole, aspect, at });
            continue;
        }
        let is_renamed = by_subject[&subject].iter().all(|fact| fact.aspect.what.starts_with("renamed from"));
        if let Some(operation) = pair.renamed_with(name).filter(|_| is_renamed) {
            let whole = Subject::Operation(operation.to_owned());
            let renamed = by_subject.remove(&subject).unwrap_or_default().into_iter().map(|fact| {
                let aspect = Aspect { what: format!("type {name}"), quiet: true, ..fact.aspect };
                Fact { subject: whole.clone(), aspect, ..fact }
            });
            let renamed: Vec<_> = renamed.collect();
            by_subject.entry(whole.clone()).or_default().extend(renamed);
            continue;
        }
        let member = by_subject
            .iter()
            .find(|(other, facts)| {
                matches!(other, Subject::Member(of, _) if of == name)
                    && facts.iter().any(|fact| fact.aspect.class == Class::Breaking)
            })
            .map(|(member, _)| member.clone());
        let Some(member) = member else { continue };
        let Some(facts) = by_subject.get_mut(&subject) else { continue };
        let (traits, rest): (Vec<_>, Vec<_>) =
            std::mem::take(facts).into_iter().partition(|fact| fact.aspect.what.contains("implements"));
        *facts = rest;
        if facts.is_empty() {
            by_subject.remove(&subject);
        }
        by_subject.entry(member).or_default().extend(traits);
    }
}

/// A payload that has another type because a member of its envelope has is told at that member.
fn absorb_payloads(pair: &Pair<'_>, by_subject: &mut BTreeMap<Subject, Vec<Fact>>) {
    let envelopes = by_subject.iter().filter_map(|(subject, facts)| match subject {
        Subject::Member(name, _) if !pair.is_in_rust(name) && facts.iter().any(|fact| fact.aspect.what == "type") => {
            Some((subject.clone(), pair.uses.operations(name)))
        }
        _ => None,
    });
    for (envelope, operations) in envelopes.collect::<Vec<_>>() {
        for id in operations {
            let payload = Subject::Facet(id.clone(), "payload");
            if !by_subject
                .get(&payload)
                .is_some_and(|facts| facts.iter().all(|fact| fact.aspect.what == "type of the payload"))
            {
                continue;
            }
            for mut fact in by_subject.remove(&payload).into_iter().flatten() {
                let why = format!("reading the answer of `{id}` may fail: it has another type than they expect");
                fact.aspect = fact.aspect.breaks_programs(why);
                by_subject.entry(envelope.clone()).or_default().push(fact);
            }
        }
    }
}

fn change(pair: &Pair<'_>, subject: &Subject, facts: &[Fact]) -> Change {
    let mut details: Vec<Detail> = Vec::new();
    let mut breaks: Vec<Effect> = Vec::new();
    let mut class = Class::DocsOnly;
    // On the wire a date in another form is a format; in Rust it is another type.
    let format = facts.iter().any(|fact| fact.aspect.what == "format");
    let named =
        |aspect: &Aspect| if format && aspect.what == "type" { "format".to_owned() } else { aspect.what.clone() };
    let mut aspects: Vec<_> = facts.iter().map(|fact| &fact.aspect).collect();
    aspects.sort_by_key(|aspect| std::cmp::Reverse(aspect.class));
    for aspect in aspects {
        class = class.max(aspect.class);
        let what = named(aspect);
        if !details.iter().any(|detail| detail.what == what) {
            details.push(Detail { what, old: None, new: None });
        }
        for effect in aspect.effects.iter().filter(|effect| !breaks.contains(effect)).collect::<Vec<_>>() {
            breaks.push(effect.clone());
        }
    }
    // What an aspect was and is comes from the first layer that says so: the wire before Rust.
    for detail in &mut details {
        let valued = |fact: &&Fact| {
            named(&fact.aspect) == detail.what && (fact.aspect.old.is_some() || fact.aspect.new.is_some())
        };
        if let Some(fact) = facts.iter().find(valued) {
            (detail.old, detail.new) = (fact.aspect.old.clone(), fact.aspect.new.clone());
        }
    }
    breaks.sort_by_key(|effect| effect.whom);
    let (side, operations) = pair.reach_of(subject);
    let quiet = |what: &str| facts.iter().any(|fact| fact.aspect.quiet && fact.aspect.what == what);
    let what: Vec<_> = details.iter().map(|detail| detail.what.as_str()).filter(|what| !quiet(what)).collect();
    Change {
        product: pair.product.to_owned(),
        operations,
        headline: format!("{}: {}", title(subject, &side), what.join(", ")),
        side,
        class,
        details,
        breaks,
        place: place(pair, facts),
    }
}

fn title(subject: &Subject, side: &str) -> String {
    let side = if side.is_empty() { String::new() } else { format!("{side} ") };
    match subject {
        Subject::Product => "product".into(),
        Subject::Operation(id) => format!("operation `{id}`"),
        Subject::Facet(id, facet) => format!("{facet} of `{id}`"),
        Subject::Argument(id, name) if name == "body" => format!("body of `{id}`"),
        Subject::Argument(id, name) => format!("argument `{name}` of `{id}`"),
        Subject::Type(name) => format!("{side}type `{name}`"),
        Subject::Member(name, wire) => format!("{side}member `{name}.{wire}`"),
        Subject::Value(name, constant) => format!("value `{name}::{constant}`"),
        Subject::Document(part) => format!("`{part}` of the document"),
    }
}

/// Where it stands now; if it is gone, where it stood.
fn place(pair: &Pair<'_>, facts: &[Fact]) -> Option<Place> {
    let weighty = |fact: &&Fact| std::cmp::Reverse(fact.aspect.class);
    let mut facts: Vec<_> = facts.iter().collect();
    facts.sort_by_key(weighty);
    let find = |product: Option<&Product>, at_base: bool, exact: bool| {
        facts.iter().find_map(|fact| {
            let pointer = if at_base { fact.at.0.as_deref()? } else { fact.at.1.as_deref()? };
            let there = !exact || product?.doc.pointer(pointer).is_some();
            there.then(|| Some((product?.locate(pointer), at_base))).flatten()
        })
    };
    let (now, then) = ((pair.new, false), (pair.old, true));
    // What is gone has no place of its own any more, only one that it was in.
    let mut sought =
        [true, false].into_iter().flat_map(|exact| [now, then].map(|(product, at_base)| (product, at_base, exact)));
    let (at, at_base) = sought.find_map(|(product, at_base, exact)| find(product, at_base, exact))?;
    (!at.file.is_empty()).then_some(Place { file: at.file, line: at.line, at_base })
}
