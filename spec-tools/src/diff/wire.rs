//! The first layer compares what goes over the wire: the parameters, bodies and responses of the matched operations and
//! webhooks, and the named schemas.

use std::collections::BTreeMap;

use super::fact::{At, BODY, Directions, Facet, Fact, Seen, Shown, Subject};
use super::pair::{Matched as MatchedOperation, Pair};
use super::read::{self, Node, Operation, Parameter, differing};
use super::schema::{self, Found, Matched};
use super::what::{Docs, Need, What};
use crate::rust::names;

/// The parts of a parameter that are compared here, or as documentation.
const OF_PARAMETER: [&str; 8] =
    ["name", "in", "required", "schema", "description", "example", "examples", "deprecated"];
/// The parts of a media type that are compared here, or as documentation.
const OF_MEDIA: [&str; 3] = ["schema", "example", "examples"];

/// What changed between the two documents.
pub(super) fn compare(pair: &Pair<'_>) -> Vec<Fact> {
    let mut layer = Layer { pair, facts: Vec::new(), named: Named::new() };
    for matched in &pair.operations {
        // The next layer reports operations that were added or removed, with their details.
        let (Some(old), Some(new)) = (matched.old, matched.new) else { continue };
        layer.parameters(matched, old, new);
        layer.body(&matched.id, old.sent(), new.sent());
        layer.response(&matched.id, old, new);
    }
    layer.named();
    layer.facts
}

/// Matched schemas by their old and new names, and the directions in which both are used.
type Named = BTreeMap<(String, String), Directions>;

struct Layer<'a, 'b> {
    pair: &'a Pair<'b>,
    facts: Vec<Fact>,
    /// The schemas to which the matched operations refer at the same nodes.
    named: Named,
}

impl Layer<'_, '_> {
    fn note(&mut self, subject: &Subject, directions: Directions, what: What, at: At) {
        self.facts.push(Fact::new(subject.clone(), what, Seen::wire(directions), at));
    }

    fn schemas(&mut self, matched: Matched<'_>) {
        let directions = matched.directions;
        let found = schema::compare(self.pair, matched);
        self.facts.extend(found.facts);
        self.reach(found.named, directions);
    }

    /// Records that the schemas, and those that they refer to, are used in these directions.
    fn reach(&mut self, names: Vec<(String, String)>, directions: Directions) {
        let mut open = names;
        while let Some(names) = open.pop() {
            let known = self.named.entry(names.clone()).or_default();
            let all = Directions {
                request: known.request || directions.request,
                response: known.response || directions.response,
            };
            if *known == all {
                continue;
            }
            *known = all;
            if let Some(found) = self.compare_named(&names, all) {
                open.extend(found.named);
            }
        }
    }

    fn compare_named(&self, (old, new): &(String, String), directions: Directions) -> Option<Found> {
        let (before, after) = (read::schema(self.pair.old?, old)?, read::schema(self.pair.new?, new)?);
        let subject = Subject::Type(new.clone());
        Some(schema::compare(self.pair, Matched { subject, directions, as_text: false, old: before, new: after }))
    }

    /// Notes what no rule knows.
    fn others(&mut self, subject: &Subject, directions: Directions, old: &Node<'_>, new: &Node<'_>, known: &[&str]) {
        for keyword in differing(old.value, new.value, known) {
            let is_note = keyword.starts_with("x-") || keyword == "headers";
            let name = keyword.to_owned();
            let what = match keyword {
                "description" => What::Docs(Docs::Description),
                _ if is_note => What::Elsewhere(Some(name)),
                _ => What::Keyword(name),
            };
            let shown = |node: &Node<'_>| node.value.get(keyword).cloned().map(Shown::Excerpt);
            let fact = Fact::new(subject.clone(), what, Seen::wire(directions), at(old, new));
            self.facts.push(fact.values(shown(old), shown(new)));
        }
    }

    fn parameters(&mut self, matched: &MatchedOperation<'_>, old: Operation<'_>, new: Operation<'_>) {
        let (id, renamed) = (&matched.id, matched.renamed_parameters());
        let (before, mut after) = (old.parameters(), new.parameters());
        for parameter in &before {
            let same_name = |other: &Parameter<'_>| other.name == parameter.new_name(&renamed);
            let is_same = |other: &Parameter<'_>| same_name(other) && other.location == parameter.location;
            if let Some(position) = after.iter().position(is_same).or_else(|| after.iter().position(same_name)) {
                self.parameter(id, parameter, &after.remove(position));
            } else {
                let at = (Some(parameter.node.pointer.to_string()), None);
                self.note(&of_parameter(id, parameter), Directions::REQUEST, What::Removed, at);
            }
        }
        for parameter in &after {
            let subject = of_parameter(id, parameter);
            let need = match (parameter.node.is_required(), &subject) {
                (true, _) => Some(Need::Required),
                (false, Subject::Property(..)) => None,
                (false, _) => Some(Need::Optional),
            };
            let at = (None, Some(parameter.node.pointer.to_string()));
            self.note(&subject, Directions::REQUEST, What::Added(need), at);
        }
    }

    fn parameter(&mut self, id: &str, old: &Parameter<'_>, new: &Parameter<'_>) {
        let (subject, request) = (of_parameter(id, new), Directions::REQUEST);
        if old.name != new.name {
            let what = What::Renamed { from: old.name.to_owned() };
            let name = |parameter: &Parameter<'_>| Some(Shown::Text(parameter.name.to_owned()));
            let fact = Fact::new(subject.clone(), what, Seen::wire(request), at(&old.node, &new.node));
            self.facts.push(fact.values(name(old), name(new)));
        }
        self.need(&subject, &old.node, &new.node);
        if old.location != new.location {
            let location = |parameter: &Parameter<'_>| Some(Shown::Text(parameter.location.to_owned()));
            let fact = Fact::new(subject.clone(), What::Location, Seen::wire(request), at(&old.node, &new.node));
            self.facts.push(fact.values(location(old), location(new)));
        }
        let (before, after) = (old.node.schema(), new.node.schema());
        let subject_of = subject.clone();
        self.schemas(Matched { subject: subject_of, directions: request, as_text: true, old: before, new: after });
        self.others(&subject, request, &old.node, &new.node, &OF_PARAMETER);
    }

    fn need(&mut self, subject: &Subject, old: &Node<'_>, new: &Node<'_>) {
        let need = match (old.is_required(), new.is_required()) {
            (false, true) => Need::Required,
            (true, false) => Need::Optional,
            _ => return,
        };
        self.note(subject, Directions::REQUEST, What::Becomes(need), at(old, new));
    }

    fn body(&mut self, id: &str, old: Option<Node<'_>>, new: Option<Node<'_>>) {
        let (subject, request) = (Subject::Argument(id.to_owned(), BODY.to_owned()), Directions::REQUEST);
        match (old, new) {
            (Some(old), Some(new)) => {
                self.need(&subject, &old, &new);
                self.media(&subject, request, &old, &new, &["required"]);
            }
            (Some(old), None) => self.note(&subject, request, What::Removed, (Some(old.pointer.to_string()), None)),
            (None, Some(new)) => {
                let need = if new.is_required() { Need::Required } else { Need::Optional };
                self.note(&subject, request, What::Added(Some(need)), (None, Some(new.pointer.to_string())));
            }
            (None, None) => {}
        }
    }

    /// What a program receives: the success of an operation, or the body of a webhook.
    fn response(&mut self, id: &str, old: Operation<'_>, new: Operation<'_>) {
        let (subject, response) = (Subject::Facet(id.to_owned(), Facet::Response), Directions::RESPONSE);
        let missing = |operation: Operation<'_>| Node::missing(operation.pointer());
        match (old.received(), new.received()) {
            (None, None) => {}
            (before, after) => {
                let (before, after) = (before.unwrap_or_else(|| missing(old)), after.unwrap_or_else(|| missing(new)));
                self.media(&subject, response, &before, &after, &[]);
            }
        }
        let successes = [old, new].map(|operation| operation.other_responses(true));
        if successes[0] != successes[1] {
            let [before, after] = successes.map(|successes| Some(Shown::Excerpt(successes)));
            let within = |operation: Operation<'_>| Some(format!("{}/responses", operation.pointer()));
            let what = What::Elsewhere(Some("responses".into()));
            let fact = Fact::new(subject, what, Seen::wire(response), (within(old), within(new)));
            self.facts.push(fact.values(before, after));
        }
    }

    /// The media type and the schema of two bodies or responses. Their `content` beyond the first media type is not read.
    fn media(&mut self, subject: &Subject, directions: Directions, old: &Node<'_>, new: &Node<'_>, known: &[&str]) {
        let (before, after) = (old.media(), new.media());
        if let (Some((old_type, _)), Some((new_type, _))) = (&before, &after)
            && old_type != new_type
        {
            let text = |text: &str| Some(Shown::Text(text.to_owned()));
            let fact = Fact::new(subject.clone(), What::MediaType, Seen::wire(directions), at(old, new));
            self.facts.push(fact.values(text(old_type), text(new_type)));
        }
        let (before, after) = (
            before.map_or_else(|| Node::missing(old.pointer.clone()), |(_, media)| media),
            after.map_or_else(|| Node::missing(new.pointer.clone()), |(_, media)| media),
        );
        let (old_schema, new_schema) = (before.schema(), after.schema());
        let subject_of = subject.clone();
        self.schemas(Matched { subject: subject_of, directions, as_text: false, old: old_schema, new: new_schema });
        self.others(subject, directions, &before, &after, &OF_MEDIA);
        if old.further_media() != new.further_media() {
            let what = What::Elsewhere(Some("content".into()));
            self.note(subject, directions, what, at(old, new));
        }
        self.others(subject, directions, old, new, &[known, &["content"]].concat());
    }

    /// The named schemas, each pair once.
    fn named(&mut self) {
        let (Some(old), Some(new)) = (self.pair.old, self.pair.new) else { return };
        let mut matched = std::mem::take(&mut self.named);
        // Those that no operation uses at the same node have no direction.
        for (name, _) in read::schemas(Some(old)).filter(|(name, _)| read::schema(new, name).is_some()) {
            let is_known = matched.keys().any(|(_, other)| other == name);
            if !is_known {
                matched.insert((name.clone(), name.clone()), Directions::NONE);
            }
        }
        for (names, mut directions) in matched.clone() {
            // The client hides envelopes: their properties do not count as received.
            directions.response &= self.pair.is_in_rust(&names.1);
            self.facts.extend(self.compare_named(&names, directions).unwrap_or_default().facts);
        }
        for (name, _) in read::schemas(Some(old)).filter(|(name, _)| matched.keys().all(|(old, _)| old != *name)) {
            let at = (read::schema(old, name).map(|node| node.pointer.to_string()), None);
            self.unused(name, What::Removed, at);
        }
        for (name, _) in read::schemas(Some(new)).filter(|(name, _)| matched.keys().all(|(_, new)| new != *name)) {
            let at = (None, read::schema(new, name).map(|node| node.pointer.to_string()));
            self.unused(name, What::Added(None), at);
        }
    }

    /// Notes a schema that was added or removed, unless another difference shows that.
    fn unused(&mut self, name: &str, what: What, at: At) {
        if !self.pair.is_in_rust(name) && self.pair.uses.operations(name).is_empty() {
            self.note(&Subject::Type(name.to_owned()), Directions::NONE, what, at);
        }
    }
}

/// The subject of a parameter: an argument in Rust if it is in the path, else a property of the request.
fn of_parameter(id: &str, parameter: &Parameter<'_>) -> Subject {
    if parameter.location == "path" {
        Subject::Argument(id.to_owned(), names::argument(parameter.name))
    } else {
        Subject::Property(names::request_type(id), parameter.name.to_owned())
    }
}

fn at(old: &Node<'_>, new: &Node<'_>) -> At {
    (Some(old.pointer.to_string()), Some(new.pointer.to_string()))
}
