//! The first layer compares what goes over the wire. `drift` compares both documents and classifies what it finds. This module
//! adds what drift does not classify, for a client that is strict in requests and tolerant in responses.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use anyhow::{Context as _, Result, anyhow};
use drift::{ChangeClass, ChangeDetails, ChangeInfo, ChangePath};
use heck::ToSnakeCase as _;
use serde_json::Value;

use super::change::{Aspect, Class, Fact, Subject};
use super::drift_doc;
use super::pair::{Directions, Pair};
use super::schema::{self, Node};
use crate::check::lint;

/// What changed between the two documents.
pub(super) fn compare(pair: &Pair<'_>) -> Result<Vec<Fact>> {
    let (old, new) = (drift_doc::of(pair, false), drift_doc::of(pair, true));
    // drift has assertions and TODOs that panic: return an error.
    let changes = catch_unwind(AssertUnwindSafe(|| drift::compare(&old, &new)))
        .map_err(|_| anyhow!("drift panicked on the bundles of {}; compare them by hand", pair.product))?
        .with_context(|| format!("drift cannot read the bundles of {}", pair.product))?;
    let mut layer = Layer { pair, seen: BTreeSet::new(), facts: Vec::new() };
    for change in &changes {
        for info in &change.changes {
            for path in &change.paths {
                layer.note(path, info);
            }
        }
    }
    Ok(layer.facts)
}

struct Layer<'a, 'b> {
    pair: &'a Pair<'b>,
    /// Subjects and pairs of pointers that have been reported.
    seen: BTreeSet<(String, String, String)>,
    facts: Vec<Fact>,
}

impl Layer<'_, '_> {
    fn note(&mut self, path: &ChangePath, info: &ChangeInfo) {
        let (old_base, new_base) = (path.old.base_and_subpath().0, path.new.base_and_subpath().0);
        let full = |base: &str, rest: &str| if rest.is_empty() { base.to_owned() } else { format!("{base}/{rest}") };
        let (old_full, new_full) = (full(old_base, &info.old_subpath), full(new_base, &info.new_subpath));
        let at = (drift_doc::pointer(self.pair, false, &old_full), drift_doc::pointer(self.pair, true, &new_full));
        // The next layer reports operations that were added or removed, with their details.
        if old_base == "#/paths" || new_base == "#/paths" {
            return;
        }
        let component = |base: &str| base.strip_prefix("#/components/schemas/").map(str::to_owned);
        match (component(old_base), component(new_base)) {
            (Some(old), Some(new)) if self.pair.new_name(&old) == new => {
                let directions = self.pair.uses.directions(&new);
                self.nodes(subject_in_type(&new, &info.new_subpath), directions, at, info);
            }
            (None, None) => self.operation(&new_full, at, info),
            // A reference has another target, or became a schema or vice versa: report it at the reference.
            (old, new) => {
                let holder = |stack: &drift::JsonPathStack, is_component: bool, full: String| {
                    if is_component {
                        stack.iter().nth(1).map(|at| at.trim_end_matches("/$ref").to_owned())
                    } else {
                        Some(full)
                    }
                };
                let old_at = holder(&path.old, old.is_some(), old_full);
                let new_at = holder(&path.new, new.is_some(), new_full);
                let (Some(old_at), Some(new_at)) = (old_at, new_at) else { return };
                let at = (drift_doc::pointer(self.pair, false, &old_at), drift_doc::pointer(self.pair, true, &new_at));
                match new_at.strip_prefix("#/components/schemas/") {
                    Some(rest) => {
                        let (name, rest) = rest.split_once('/').unwrap_or((rest, ""));
                        let directions = self.pair.uses.directions(name);
                        self.nodes(subject_in_type(name, rest), directions, at, info);
                    }
                    None => self.operation(&new_at, at, info),
                }
            }
        }
    }

    /// A change in the operation itself: its parameters, its body, its response, or an inline schema.
    fn operation(&mut self, pointer: &str, at: (Option<String>, Option<String>), info: &ChangeInfo) {
        let Some((id, _)) = pointer.strip_prefix("#/paths/~1").and_then(|rest| rest.split_once('/')) else { return };
        let id = id.replace("~1", "/").replace("~0", "~");
        let within = if info.new_subpath.is_empty() { &info.old_subpath } else { &info.new_subpath };
        let mut steps = within.split('/');
        let (request, response) =
            (Directions { request: true, response: false }, Directions { request: false, response: true });
        let (subject, directions, depth) = match steps.next() {
            Some("parameters") => (self.parameter(&id, within, &at), request, 2),
            Some("request_body") => (Subject::Argument(id, "body".into()), request, 1),
            Some("responses") => (Subject::Facet(id, "response"), response, 1),
            _ if info.message.contains("body") => (Subject::Argument(id, "body".into()), request, 0),
            _ => (Subject::Facet(id, "response"), response, 0),
        };
        if within.split('/').filter(|step| !step.is_empty()).count() > depth {
            self.nodes(subject, directions, at, info);
        } else {
            self.plain(subject, at, info);
        }
    }

    /// The parameter at the pointer: an argument in Rust if it is in the path, else a property of the request.
    fn parameter(&self, id: &str, within: &str, at: &(Option<String>, Option<String>)) -> Subject {
        let own = |pointer: &str| {
            let cut = pointer.find("/parameters/").map(|cut| cut + "/parameters/".len())?;
            let end = pointer[cut..].find('/').map_or(pointer.len(), |end| cut + end);
            Some(pointer[..end].to_owned())
        };
        let subject = |product: Option<&super::snapshot::Product>, pointer: &Option<String>| {
            let raw = product?.doc.pointer(&own(pointer.as_deref()?)?)?;
            let name = raw.get("name")?.as_str()?;
            Some(if raw.get("in")? == "path" {
                Subject::Argument(id.to_owned(), name.to_snake_case())
            } else {
                Subject::Property(lint::request(id), name.to_owned())
            })
        };
        let found = subject(self.pair.new, &at.1).or_else(|| subject(self.pair.old, &at.0));
        found.unwrap_or_else(|| Subject::Argument(id.to_owned(), within.to_owned()))
    }

    /// Reports what drift found about parameters and bodies, with drift's own class.
    fn plain(&mut self, subject: Subject, at: (Option<String>, Option<String>), info: &ChangeInfo) {
        let name = match &subject {
            Subject::Argument(_, name) => format!("`{name}`"),
            _ => "it".into(),
        };
        let class = class_of(info.class);
        let aspect = match info.details {
            ChangeDetails::Removed => Aspect::new(class, "removed"),
            ChangeDetails::AddedRequired => Aspect::new(class, "added, required"),
            ChangeDetails::Added if matches!(subject, Subject::Property(..)) => Aspect::new(class, "added"),
            ChangeDetails::Added => Aspect::new(class, "added, optional"),
            ChangeDetails::MoreStrict => Aspect::new(class, "becomes required"),
            ChangeDetails::LessStrict => Aspect::new(class, "becomes optional"),
            ChangeDetails::Metadata => Aspect::new(class, "description"),
            ChangeDetails::Datatype | ChangeDetails::UnknownDifference => Aspect::new(class, info.message.clone()),
        };
        let aspect = match (class, info.details) {
            (Class::Breaking, ChangeDetails::Removed) => {
                aspect.breaks_programs(format!("what they send as {name} is no longer read"))
            }
            (Class::Breaking, ChangeDetails::AddedRequired | ChangeDetails::MoreStrict) => {
                aspect.breaks_programs(format!("their requests without {name} are refused"))
            }
            (Class::Breaking, _) => aspect.breaks_programs("they use the old schema"),
            _ => aspect,
        };
        self.facts.push(Fact { subject, aspect, at });
    }

    /// Reports a change of a schema, by comparing the two nodes that drift found.
    fn nodes(
        &mut self,
        subject: Subject,
        directions: Directions,
        at: (Option<String>, Option<String>),
        info: &ChangeInfo,
    ) {
        let key = (format!("{subject:?}"), at.0.clone().unwrap_or_default(), at.1.clone().unwrap_or_default());
        if !self.seen.insert(key) {
            return;
        }
        let node = |product: Option<&super::snapshot::Product>, at: &Option<String>| {
            product?.doc.pointer(at.as_deref()?).cloned()
        };
        let old: Option<Value> = node(self.pair.old, &at.0);
        let (Some(old), Some(new)) = (old, node(self.pair.new, &at.1)) else { return };
        // The client hides envelopes: their properties do not count as received.
        let directions = match &subject {
            Subject::Type(name) | Subject::Property(name, _) => {
                Directions { response: directions.response && self.pair.is_in_rust(name), ..directions }
            }
            _ => directions,
        };
        let found = schema::compare(
            &Node { pair: self.pair, subject: subject.clone(), directions, at: at.clone() },
            &old,
            &new,
        );
        if found.is_empty() && schema::without_compared_parts(&old) != schema::without_compared_parts(&new) {
            // Report everything that drift finds.
            self.plain(subject, at, info);
        }
        self.facts.extend(found);
    }
}

/// drift's classes from the view of a client: a server that accepts less, or requires more, breaks it.
fn class_of(class: ChangeClass) -> Class {
    match class {
        ChangeClass::BackwardIncompatible | ChangeClass::Incompatible | ChangeClass::Unhandled => Class::Breaking,
        ChangeClass::ForwardIncompatible => Class::Additive,
        ChangeClass::Trivial => Class::DocsOnly,
    }
}

/// The property that a pointer below a named schema belongs to, or the type itself.
fn subject_in_type(name: &str, rest: &str) -> Subject {
    let name = name.to_owned();
    match rest.strip_prefix("properties/") {
        Some(rest) => {
            let wire = rest.split('/').next().unwrap_or(rest).replace("~1", "/").replace("~0", "~");
            Subject::Property(name, wire)
        }
        None => Subject::Type(name),
    }
}
