//! The changes of a report. All facts about one subject are merged into one entry, whichever layers found them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::pair::Pair;
use super::snapshot::Product;

/// How much a change affects users, in ascending order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Code and running programs are not affected.
    DocsOnly,
    /// Something is new; existing code and programs still work.
    Additive,
    /// Code must be changed, or a running program behaves differently.
    Breaking,
}

/// Who is affected by a breaking change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Whom {
    /// Code that does not compile with the new crate.
    CallersCode,
    /// A program built with the old crate, if the server behaves as the new spec says.
    RunningProgram,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Effect {
    pub whom: Whom,
    pub why: String,
}

/// What a change is about. Facts of several layers about the same subject are one change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    Product,
    /// An operation as a whole.
    Operation(String),
    /// One aspect of its behaviour: `route`, `paging`, …
    Facet(String, &'static str),
    /// An argument of its method, by its name in Rust.
    Argument(String, String),
    Type(String),
    /// A property: its type and its name on the wire.
    Property(String, String),
    /// A value: its enumeration and the name of its constant.
    Value(String, String),
    /// A part of the document outside the operations.
    Document(String),
}

/// A difference that one layer found.
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
    /// Whether it is a detail that is not in the headline.
    pub quiet: bool,
}

impl Aspect {
    pub(super) fn new(class: Class, what: impl Into<String>) -> Self {
        Self { what: what.into(), old: None, new: None, class, effects: Vec::new(), quiet: false }
    }

    /// A detail that is not in the headline.
    pub(super) fn along(what: impl Into<String>, new: impl Into<String>) -> Self {
        Self { quiet: true, new: Some(new.into()), ..Self::new(Class::DocsOnly, what) }
    }

    #[must_use]
    pub(super) fn values(mut self, old: Option<String>, new: Option<String>) -> Self {
        (self.old, self.new) = (old, new);
        self
    }

    /// Makes the aspect breaking, and says why it breaks the code of callers.
    #[must_use]
    pub(super) fn breaks_code(mut self, why: impl Into<String>) -> Self {
        self.class = Class::Breaking;
        self.effects.push(Effect { whom: Whom::CallersCode, why: why.into() });
        self
    }

    /// Makes the aspect breaking, and says why it breaks running programs.
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
    /// The affected operations and webhooks; for a type, all that use it.
    pub operations: Vec<String>,
    /// `request`, `response`, `request and response`, or empty.
    pub direction: String,
    pub class: Class,
    /// The change in one line.
    pub headline: String,
    pub details: Vec<Detail>,
    pub breaks: Vec<Effect>,
    pub location: Option<ChangeLocation>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Detail {
    pub what: String,
    pub old: Option<String>,
    pub new: Option<String>,
}

/// File and line; for something removed, at the base.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangeLocation {
    pub file: String,
    pub line: usize,
    pub at_base: bool,
}

/// Merges all facts about a subject into one change.
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

/// Moves the facts about a type that was added or removed with an operation to that operation, and facts about lost traits to
/// the property that caused the loss.
fn absorb_types(pair: &Pair<'_>, by_subject: &mut BTreeMap<Subject, Vec<Fact>>) {
    let types: Vec<_> = by_subject.keys().filter(|subject| matches!(subject, Subject::Type(_))).cloned().collect();
    for subject in types {
        let Subject::Type(name) = &subject else { continue };
        let operations = pair.uses.operations(name);
        let comes_or_goes_too = |operation: &String| {
            by_subject
                .get(&Subject::Operation(operation.clone()))
                .is_some_and(|facts| facts.iter().any(|fact| matches!(fact.aspect.what.as_str(), "added" | "removed")))
        };
        let comes_or_goes =
            by_subject[&subject].iter().any(|fact| matches!(fact.aspect.what.as_str(), "added" | "removed"));
        if comes_or_goes && !operations.is_empty() && operations.iter().all(comes_or_goes_too) {
            by_subject.remove(&subject);
            by_subject.retain(|other, _| !matches!(other, Subject::Value(of, _) if of == name));
            let aspect = match pair.new.and_then(|product| product.surface.describe(name)) {
                Some(described) => Aspect::along(format!("new type {name}"), super::words::cut(&described, 600)),
                None => Aspect::along(format!("type {name}"), "removed with it"),
            };
            let operation_subject = Subject::Operation(operations[0].clone());
            let at = (None, None);
            by_subject.entry(operation_subject.clone()).or_default().push(Fact {
                subject: operation_subject,
                aspect,
                at,
            });
            continue;
        }
        let is_renamed = by_subject[&subject].iter().all(|fact| fact.aspect.what.starts_with("renamed from"));
        if let Some(operation) = pair.renamed_with(name).filter(|_| is_renamed) {
            let operation_subject = Subject::Operation(operation.to_owned());
            let renamed = by_subject.remove(&subject).unwrap_or_default().into_iter().map(|fact| {
                let aspect = Aspect { what: format!("type {name}"), quiet: true, ..fact.aspect };
                Fact { subject: operation_subject.clone(), aspect, ..fact }
            });
            let renamed: Vec<_> = renamed.collect();
            by_subject.entry(operation_subject.clone()).or_default().extend(renamed);
            continue;
        }
        let property = by_subject
            .iter()
            .find(|(other, facts)| {
                matches!(other, Subject::Property(of, _) if of == name)
                    && facts.iter().any(|fact| fact.aspect.class == Class::Breaking)
            })
            .map(|(property, _)| property.clone());
        let Some(property) = property else { continue };
        let Some(facts) = by_subject.get_mut(&subject) else { continue };
        let (traits, rest): (Vec<_>, Vec<_>) =
            std::mem::take(facts).into_iter().partition(|fact| fact.aspect.what.contains("implements"));
        *facts = rest;
        if facts.is_empty() {
            by_subject.remove(&subject);
        }
        by_subject.entry(property).or_default().extend(traits);
    }
}

/// Moves the facts about a payload whose type changed with a property of its envelope to that property.
fn absorb_payloads(pair: &Pair<'_>, by_subject: &mut BTreeMap<Subject, Vec<Fact>>) {
    let envelopes = by_subject.iter().filter_map(|(subject, facts)| match subject {
        Subject::Property(name, _) if !pair.is_in_rust(name) && facts.iter().any(|fact| fact.aspect.what == "type") => {
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
                let why = format!("reading the response of `{id}` may fail: it has another type than they expect");
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
    // Another date format is a change of `format` on the wire, and of `type` in Rust.
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
    // The old and new values come from the first layer that has them: the wire before Rust.
    for detail in &mut details {
        let valued = |fact: &&Fact| {
            named(&fact.aspect) == detail.what && (fact.aspect.old.is_some() || fact.aspect.new.is_some())
        };
        if let Some(fact) = facts.iter().find(valued) {
            (detail.old, detail.new) = (fact.aspect.old.clone(), fact.aspect.new.clone());
        }
    }
    breaks.sort_by_key(|effect| effect.whom);
    let (direction, operations) = pair.reach_of(subject);
    let quiet = |what: &str| facts.iter().any(|fact| fact.aspect.quiet && fact.aspect.what == what);
    let what: Vec<_> = details.iter().map(|detail| detail.what.as_str()).filter(|what| !quiet(what)).collect();
    Change {
        product: pair.product.to_owned(),
        operations,
        headline: format!("{}: {}", title(subject, &direction), what.join(", ")),
        direction,
        class,
        details,
        breaks,
        location: location(pair, facts),
    }
}

fn title(subject: &Subject, direction: &str) -> String {
    let direction = if direction.is_empty() { String::new() } else { format!("{direction} ") };
    match subject {
        Subject::Product => "product".into(),
        Subject::Operation(id) => format!("operation `{id}`"),
        Subject::Facet(id, facet) => format!("{facet} of `{id}`"),
        Subject::Argument(id, name) if name == "body" => format!("body of `{id}`"),
        Subject::Argument(id, name) => format!("argument `{name}` of `{id}`"),
        Subject::Type(name) => format!("{direction}type `{name}`"),
        Subject::Property(name, wire) => format!("{direction}property `{name}.{wire}`"),
        Subject::Value(name, constant) => format!("value `{name}::{constant}`"),
        Subject::Document(part) => format!("`{part}` of the document"),
    }
}

/// The location in the working tree; for something removed, at the base.
fn location(pair: &Pair<'_>, facts: &[Fact]) -> Option<ChangeLocation> {
    let weighty = |fact: &&Fact| std::cmp::Reverse(fact.aspect.class);
    let mut facts: Vec<_> = facts.iter().collect();
    facts.sort_by_key(weighty);
    let find = |product: Option<&Product>, at_base: bool, exact: bool| {
        facts.iter().find_map(|fact| {
            let pointer = if at_base { fact.at.0.as_deref()? } else { fact.at.1.as_deref()? };
            let exists = !exact || product?.doc.pointer(pointer).is_some();
            exists.then(|| Some((product?.locate(pointer), at_base))).flatten()
        })
    };
    let (now, then) = ((pair.new, false), (pair.old, true));
    // Something removed no longer has a location of its own, only that of the node around it.
    let mut candidates =
        [true, false].into_iter().flat_map(|exact| [now, then].map(|(product, at_base)| (product, at_base, exact)));
    let (at, at_base) = candidates.find_map(|(product, at_base, exact)| find(product, at_base, exact))?;
    (!at.file.is_empty()).then_some(ChangeLocation { file: at.file, line: at.line, at_base })
}
