//! Merges all facts about one subject into one change, whichever layers found them.

use super::absorb::absorb;
use super::change::{Change, ChangeLocation, Class, Detail, Effect, Section, Whom};
use super::fact::{BySubject, Fact, Shown, Subject};
use super::harm::Harm;
use super::judge::judge;
use super::pair::Pair;
use super::snapshot::Product;
use super::what::What;
use super::words::Words;

/// The changes that the facts are, breaking first.
pub(super) fn merge(pair: &Pair<'_>, facts: Vec<Fact>, words: &impl Words) -> Vec<Change> {
    let mut by_subject = BySubject::new();
    for fact in facts {
        by_subject.entry(fact.subject.clone()).or_default().push(fact);
    }
    absorb(pair, &mut by_subject);
    let mut entries: Vec<_> =
        by_subject.iter().map(|(subject, facts)| Entry::new(subject, facts, pair.is_promised(subject))).collect();
    // What no compiler and no refused request shows is first.
    let is_silent = |entry: &Entry<'_>| entry.harms.iter().any(|harm| harm.whom() == Whom::RebuiltProgram);
    entries.sort_by_key(|entry| std::cmp::Reverse((entry.class, is_silent(entry))));
    entries.iter().map(|entry| entry.in_words(pair, words)).collect()
}

/// A change before it has words.
struct Entry<'a> {
    subject: &'a Subject,
    class: Class,
    details: Vec<(What, Option<&'a Shown>, Option<&'a Shown>)>,
    harms: Vec<Harm>,
    /// The facts, the most severe first.
    facts: Vec<&'a Fact>,
}

impl<'a> Entry<'a> {
    fn new(subject: &'a Subject, facts: &'a [Fact], is_promised: bool) -> Self {
        // Another date format is a change of the format on the wire, and of the type in Rust.
        let has_format = facts.iter().any(|fact| fact.what == What::Format);
        let what = |fact: &Fact| if has_format && fact.what == What::Type { What::Format } else { fact.what.clone() };
        let mut judged: Vec<_> = facts.iter().map(|fact| (fact, judge(fact, is_promised))).collect();
        judged.sort_by_key(|(_, ruling)| std::cmp::Reverse(ruling.class));
        let mut details: Vec<(What, Option<&Shown>, Option<&Shown>)> = Vec::new();
        for (fact, _) in &judged {
            let what = what(fact);
            if !details.iter().any(|(known, ..)| *known == what) {
                details.push((what, None, None));
            }
        }
        // The old and new values come from the first layer that has them: the wire before Rust.
        for (known, old, new) in &mut details {
            let has_values = |fact: &&Fact| what(fact) == *known && (fact.old.is_some() || fact.new.is_some());
            if let Some(fact) = facts.iter().find(has_values) {
                (*old, *new) = (fact.old.as_ref(), fact.new.as_ref());
            }
        }
        let class = judged.first().map_or(Class::DocsOnly, |(_, ruling)| ruling.class);
        let facts = judged.iter().map(|(fact, _)| *fact).collect();
        let mut harms: Vec<Harm> = Vec::new();
        for harm in judged.into_iter().flat_map(|(_, ruling)| ruling.harms) {
            if !harms.contains(&harm) {
                harms.push(harm);
            }
        }
        harms.sort_by_key(Harm::whom);
        Self { subject, class, details, harms, facts }
    }

    fn in_words(&self, pair: &Pair<'_>, words: &impl Words) -> Change {
        let (directions, operations) = pair.reach_of(self.subject);
        let is_alone = self.details.iter().filter(|(what, ..)| !what.is_along()).count() == 1;
        let detail = |(what, old, new): &(What, Option<&Shown>, Option<&Shown>)| {
            let (old, new) = words.values(what, *old, *new);
            let labelled = self.details.len() > 1 && (what.is_along() || !is_alone);
            Detail { what: words.what(what), old, new, labelled }
        };
        let loud = self.details.iter().filter(|(what, ..)| !what.is_along());
        let loud: Vec<_> = loud.map(|(what, ..)| words.what(what)).collect();
        let effect = |harm: &Harm| Effect { whom: harm.whom(), why: words.why(harm) };
        Change {
            product: pair.product.to_owned(),
            operations,
            direction: words.direction(directions),
            class: self.class,
            section: self.section(),
            headline: format!("{}: {}", words.title(self.subject, directions), loud.join(", ")),
            details: self.details.iter().map(detail).collect(),
            breaks: self.harms.iter().map(effect).collect(),
            location: self.location(pair),
        }
    }

    fn section(&self) -> Section {
        match self.details.first() {
            Some((What::Added(None), ..)) => Section::Added,
            Some((What::Removed, ..)) => Section::Removed,
            _ => Section::Changed,
        }
    }

    /// The location in the working tree; for something removed, at the base.
    fn location(&self, pair: &Pair<'_>) -> Option<ChangeLocation> {
        let find = |product: Option<&Product>, at_base: bool, exact: bool| {
            self.facts.iter().find_map(|fact| {
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
}
