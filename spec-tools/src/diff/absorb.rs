//! Moves facts to the subject that caused them, so that one cause is one entry of the report.

use super::change::Class;
use super::fact::{BySubject, Facet, Fact, Item, Seen, Shown, Subject};
use super::judge::judge;
use super::pair::Pair;
use super::what::{Along, What};

pub(super) fn absorb(pair: &Pair<'_>, by_subject: &mut BySubject) {
    let types = by_subject.keys().filter_map(|subject| match subject {
        Subject::Type(name) => Some(name.clone()),
        _ => None,
    });
    for name in types.collect::<Vec<_>>() {
        if !comes_or_goes_with_operation(pair, by_subject, &name)
            && !is_renamed_with_operation(pair, by_subject, &name)
            && !comes_or_goes_with_property(pair, by_subject, &name)
        {
            traits(by_subject, &name);
        }
    }
    payloads(pair, by_subject);
}

fn add(by_subject: &mut BySubject, fact: Fact) {
    by_subject.entry(fact.subject.clone()).or_default().push(fact);
}

/// Moves a type that was added or removed with all operations that use it to the first of them.
fn comes_or_goes_with_operation(pair: &Pair<'_>, by_subject: &mut BySubject, name: &str) -> bool {
    let comes_or_goes = |subject: &Subject| {
        by_subject.get(subject).is_some_and(|facts| facts.iter().any(|fact| fact.what.comes_or_goes()))
    };
    let (subject, operations) = (Subject::Type(name.to_owned()), pair.uses.operations(name));
    let Some(first) = operations.first() else { return false };
    if !comes_or_goes(&subject) || !operations.iter().all(|id| comes_or_goes(&Subject::Operation(id.clone()))) {
        return false;
    }
    by_subject.remove(&subject);
    by_subject.retain(|other, _| !matches!(other, Subject::Value(of, _) if of == name));
    let described = pair.new.and_then(|product| product.surface.describe(name));
    let along = match described {
        Some(_) => Along::NewType(name.to_owned()),
        None => Along::RemovedType(name.to_owned()),
    };
    let fact = Fact::new(Subject::Operation(first.clone()), What::Along(along), Seen::Document, (None, None));
    add(by_subject, fact.values(None, described.map(Shown::Definition)));
    true
}

/// Moves a type that was only renamed, because its operation was, to the operation.
fn is_renamed_with_operation(pair: &Pair<'_>, by_subject: &mut BySubject, name: &str) -> bool {
    let subject = Subject::Type(name.to_owned());
    let is_renamed = |fact: &Fact| matches!(fact.what, What::Renamed { .. });
    let Some(operation) = pair.renamed_with(name) else { return false };
    if !by_subject.get(&subject).is_some_and(|facts| facts.iter().all(is_renamed)) {
        return false;
    }
    for fact in by_subject.remove(&subject).into_iter().flatten() {
        let what = What::Along(Along::RenamedType(name.to_owned()));
        add(by_subject, Fact { subject: Subject::Operation(operation.to_owned()), what, ..fact });
    }
    true
}

/// Moves a type that was added or removed, because a property or an argument has another type now, to the first of these.
fn comes_or_goes_with_property(pair: &Pair<'_>, by_subject: &mut BySubject, name: &str) -> bool {
    let subject = Subject::Type(name.to_owned());
    let Some(fact) = by_subject.get(&subject).and_then(|facts| match facts.as_slice() {
        [fact] if fact.what.comes_or_goes() => Some(fact.clone()),
        _ => None,
    }) else {
        return false;
    };
    let is_removed = fact.what == What::Removed;
    let names_type = |other: &Fact| {
        let code = if is_removed { &other.old } else { &other.new };
        matches!((&other.what, &other.seen, code), (What::Type, Seen::Rust(_), Some(Shown::Text(code))) if mentions(code, name))
    };
    let cause = by_subject.iter().find(|(_, facts)| facts.iter().any(names_type)).map(|(cause, _)| cause.clone());
    let Some(cause) = cause else { return false };
    by_subject.remove(&subject);
    let moved = if is_removed {
        Fact { subject: cause, what: What::Along(Along::RemovedType(name.to_owned())), ..fact }
    } else {
        let described = pair.new.and_then(|product| product.surface.describe(name));
        let along = What::Along(Along::NewType(name.to_owned()));
        Fact::new(cause, along, Seen::Document, (None, None)).values(None, described.map(Shown::Definition))
    };
    add(by_subject, moved);
    true
}

/// Whether code has the name as a word.
fn mentions(code: &str, name: &str) -> bool {
    code.split(|character: char| !character.is_alphanumeric() && character != '_').any(|word| word == name)
}

/// Moves gained and lost traits of a type to the property that caused them.
fn traits(by_subject: &mut BySubject, name: &str) {
    let subject = Subject::Type(name.to_owned());
    let breaks = |facts: &[Fact]| facts.iter().any(|fact| judge(fact, true).class == Class::Breaking);
    let cause = by_subject
        .iter()
        .find(|(other, facts)| matches!(other, Subject::Property(of, _) if of == name) && breaks(facts))
        .map(|(cause, _)| cause.clone());
    let Some(cause) = cause else { return };
    let facts = by_subject.remove(&subject).unwrap_or_default();
    let (traits, rest): (Vec<_>, Vec<_>) = facts.into_iter().partition(|fact| matches!(fact.what, What::Trait { .. }));
    if !rest.is_empty() {
        by_subject.insert(subject, rest);
    }
    by_subject.entry(cause).or_default().extend(traits);
}

/// Moves a payload whose type changed with a property of its envelope to that property.
fn payloads(pair: &Pair<'_>, by_subject: &mut BySubject) {
    let has_type = |facts: &[Fact]| facts.iter().any(|fact| fact.what == What::Type);
    let envelopes = by_subject.iter().filter_map(|(subject, facts)| match subject {
        Subject::Property(name, _) if !pair.is_in_rust(name) && has_type(facts) => {
            Some((subject.clone(), pair.uses.operations(name)))
        }
        _ => None,
    });
    for (envelope, operations) in envelopes.collect::<Vec<_>>() {
        for id in operations {
            let payload = Subject::Facet(id, Facet::Payload);
            let is_type = |facts: &Vec<Fact>| facts.iter().all(|fact| fact.what == What::Payload);
            if !by_subject.get(&payload).is_some_and(is_type) {
                continue;
            }
            for mut fact in by_subject.remove(&payload).into_iter().flatten() {
                if let Seen::Rust(Item::Payload { on_the_wire, .. }) = &mut fact.seen {
                    *on_the_wire = true;
                }
                by_subject.entry(envelope.clone()).or_default().push(fact);
            }
        }
    }
}
