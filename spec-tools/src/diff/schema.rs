//! Walks two matched schemas, and notes each difference at its node. What no rule knows is noted, too.

use std::collections::BTreeSet;

use gofive_spec::Format;
use serde_json::Value;

use super::accepts::{self, LOWER_LIMITS, OTHER_LIMITS, UPPER_LIMITS, is_looser};
use super::fact::{At, Directions, Fact, Seen, Shown, Subject};
use super::pair::Pair;
use super::read::{self, COMBINED, Constant, ENUMERATION, Node, differing};
use super::same::is_same_schema;
use super::value_type::ValueType;
use super::what::{Docs, Need, What};

const DOCS: [(&str, Docs); 8] = [
    ("description", Docs::Description),
    ("title", Docs::Title),
    ("example", Docs::Example),
    ("examples", Docs::Examples),
    ("default", Docs::Default),
    ("deprecated", Docs::Deprecated),
    ("x-gofive-property-evidence", Docs::Evidence),
    ("x-gofive-value-evidence", Docs::Evidence),
];

/// How a request sends a property that is not set.
const UNSET: &str = "x-gofive-unset";

/// Keywords that change neither what is sent nor what is read.
const NOTES: [&str; 5] = ["discriminator", "externalDocs", "readOnly", "writeOnly", "xml"];

/// Two matched schemas, and what they are about.
pub(super) struct Matched<'a> {
    pub subject: Subject,
    pub directions: Directions,
    /// Whether the value is sent as text: it is that of a parameter.
    pub as_text: bool,
    pub old: Node<'a>,
    pub new: Node<'a>,
}

/// What the comparison of two schemas found.
#[derive(Default)]
pub(super) struct Found {
    pub facts: Vec<Fact>,
    /// The old and new names of the schemas that both refer to at the same node.
    pub named: Vec<(String, String)>,
}

/// The differences of two matched schemas. Those that they refer to are named, not compared.
pub(super) fn compare(pair: &Pair<'_>, matched: Matched<'_>) -> Found {
    let Matched { subject, directions, as_text, old, new } = matched;
    let mut walk = Walk { pair, subject, directions, as_text, path: Vec::new(), facts: Vec::new(), named: Vec::new() };
    walk.whole(&old, &new, false);
    Found { facts: walk.facts, named: walk.named }
}

struct Walk<'a, 'b> {
    pair: &'a Pair<'b>,
    subject: Subject,
    directions: Directions,
    as_text: bool,
    /// The properties that lead from the subject to the node.
    path: Vec<String>,
    facts: Vec<Fact>,
    named: Vec<(String, String)>,
}

impl Walk<'_, '_> {
    fn note(&mut self, what: What, old: Option<Shown>, new: Option<Shown>, at: At) {
        self.note_seen(what, Seen::wire(self.directions), old, new, at);
    }

    fn note_seen(&mut self, what: What, seen: Seen, old: Option<Shown>, new: Option<Shown>, at: At) {
        let what = if self.path.is_empty() { what } else { What::Inner(self.path.join("."), Box::new(what)) };
        self.facts.push(Fact::new(self.subject.clone(), what, seen, at).values(old, new));
    }

    /// A schema with its shape. `required` is whether the request requires the value.
    fn whole(&mut self, old: &Node<'_>, new: &Node<'_>, required: bool) {
        // A schema that gets or loses a name is the same on the wire.
        let docs = [self.pair.old, self.pair.new].map(|product| product.map_or(&Value::Null, |product| &product.doc));
        let (before, after) = (old.shape(), new.shape());
        let mut merged = [None, None];
        match (&before, &after) {
            (ValueType::Named(_), ValueType::Named(_)) => {}
            (ValueType::Named(_), _) => merged[0] = Some(old.merged(docs[0])),
            (_, ValueType::Named(_)) => merged[1] = Some(new.merged(docs[1])),
            _ => {}
        }
        let [whole_old, whole_new] = [(old, &merged[0]), (new, &merged[1])]
            .map(|(node, merged)| Node { value: merged.as_ref().unwrap_or(node.value), pointer: node.pointer.clone() });
        if self.is_same(&whole_old.shape(), &whole_new.shape()) {
            return self.node(&whole_old, &whole_new, required, true);
        }
        let what = if before.differs_in_format(&after) { What::Format } else { What::Type };
        let values = ((docs[0], old.value), (docs[1], new.value));
        let is_read = before == ValueType::Anything || accepts::reads(values.0, values.1);
        let is_accepted = self.directions.request && accepts::accepts(values.0, values.1, self.as_text);
        let seen = Seen::Wire { directions: self.directions, is_accepted, is_read };
        self.note_seen(what, seen, Some(Shown::Type(before)), Some(Shown::Type(after)), at(old, new));
        self.node(old, new, required, false);
    }

    /// Whether values of both shapes are alike on the wire, as far as the shapes say. Notes the schemas that both refer to.
    fn is_same(&mut self, old: &ValueType, new: &ValueType) -> bool {
        let noted = self.named.len();
        let is_same = match (old, new) {
            (ValueType::Named(old), ValueType::Named(new)) => self.is_same_name(old, new),
            (ValueType::List(old), ValueType::List(new)) => self.is_same(old, new),
            (ValueType::All(old), ValueType::All(new)) | (ValueType::Any(old), ValueType::Any(new)) => {
                old.len() == new.len() && old.iter().zip(new).all(|(old, new)| self.is_same(old, new))
            }
            _ => old == new,
        };
        if !is_same {
            self.named.truncate(noted);
        }
        is_same
    }

    /// Names are not on the wire: under another name, only the schema itself decides, unless both names are in both documents.
    fn is_same_name(&mut self, old: &str, new: &str) -> bool {
        let (Some(before), Some(after)) = (self.pair.old, self.pair.new) else { return old == new };
        let is_other = old != new
            && self.pair.new_name(old) != new
            && read::schema(after, old).is_some()
            && read::schema(before, new).is_some();
        if is_other
            && let (Some(is), Some(becomes)) = (read::schema(before, old), read::schema(after, new))
            && !is_same_schema((&before.doc, is.value), (&after.doc, becomes.value))
        {
            return false;
        }
        self.named.push((old.to_owned(), new.to_owned()));
        true
    }

    /// A schema without its shape, which was compared with that of the schema around it.
    fn node(&mut self, old: &Node<'_>, new: &Node<'_>, required: bool, is_same_shape: bool) {
        let mut unknown = differing(old.value, new.value, &[]);
        let at = at(old, new);
        if is_same_shape && old.value != new.value && !(old.value.is_object() && new.value.is_object()) {
            self.note(What::Elsewhere(None), None, None, at.clone());
        }
        if old.is_nullable() != new.is_nullable() {
            unknown.remove("nullable");
            let sent = self.directions.request && required;
            self.note(What::Null { allowed: new.is_nullable(), sent }, None, None, at.clone());
        }
        // The pattern of a format that has a name here is the format in other words.
        let has_format = |node: &Node<'_>| read::format(node.value).is_some_and(|name| Format::named(name).is_some());
        if has_format(old) && has_format(new) && unknown.remove("pattern") {
            self.note(What::Elsewhere(Some("pattern".into())), None, None, at.clone());
        }
        for keyword in LOWER_LIMITS.into_iter().chain(UPPER_LIMITS).chain(OTHER_LIMITS) {
            if unknown.remove(keyword) {
                let (old, new) = (old.value.get(keyword), new.value.get(keyword));
                let what = What::Limit { keyword: keyword.into(), looser: is_looser(keyword, old, new) };
                self.note(what, old.cloned().map(Shown::Json), new.cloned().map(Shown::Json), at.clone());
            }
        }
        self.unknown_properties(old, new, &mut unknown);
        // A reference has no documentation of its own.
        let is_reference = |node: &Node<'_>| node.value.get("$ref").is_some();
        let is_moved = !is_same_shape && (is_reference(old) || is_reference(new));
        for (keyword, docs) in DOCS {
            if unknown.remove(keyword) && !is_moved {
                let excerpt = |node: &Node<'_>| node.value.get(keyword).cloned().map(Shown::Excerpt);
                self.note(What::Docs(docs), excerpt(old), excerpt(new), at.clone());
            }
        }
        if unknown.remove(UNSET) {
            let null = new.value.get(UNSET).is_some();
            self.note(What::Unset { null }, None, None, at.clone());
        }
        self.values(old, new, &mut unknown);
        self.properties(old, new, &mut unknown);
        if is_same_shape {
            self.parts(old, new, &mut unknown);
        } else {
            for keyword in ["$ref", "type", "format", "items"].into_iter().chain(COMBINED) {
                unknown.remove(keyword);
            }
        }
        for keyword in unknown {
            let is_note = keyword.starts_with("x-") || NOTES.contains(&keyword) || is_structural(keyword);
            let keyword = keyword.to_owned();
            let what = if is_note { What::Elsewhere(Some(keyword.clone())) } else { What::Keyword(keyword.clone()) };
            let json = |node: &Node<'_>| node.value.get(&keyword).cloned().map(Shown::Excerpt);
            self.note(what, json(old), json(new), at.clone());
        }
    }

    fn unknown_properties(&mut self, old: &Node<'_>, new: &Node<'_>, unknown: &mut BTreeSet<&str>) {
        let differs = unknown.remove("additionalProperties");
        let (before, after) = (old.additional_properties(), new.additional_properties());
        if before.value.is_object() && after.value.is_object() {
            self.path.push("*".into());
            self.whole(&before, &after, false);
            self.path.pop();
        } else if differs {
            let preserved = after.value == &Value::Bool(true);
            self.note(What::UnknownProperties { preserved }, None, None, at(old, new));
        }
    }

    /// The values of an enumeration, by the names of their constants.
    fn values(&mut self, old: &Node<'_>, new: &Node<'_>, unknown: &mut BTreeSet<&str>) {
        if !ENUMERATION.iter().any(|keyword| unknown.contains(keyword)) {
            return;
        }
        let (before, after) = (old.constants(), new.constants());
        let at: At = (Some(format!("{}/enum", old.pointer)), Some(format!("{}/enum", new.pointer)));
        let noted = self.facts.len();
        match &self.subject {
            Subject::Type(of) if self.path.is_empty() => {
                let of = of.clone();
                self.constants(&of, &before, &after, &at);
            }
            _ if unknown.contains("enum") => {
                let lacks = |some: &[Constant<'_>], all: &[Constant<'_>]| {
                    !all.is_empty() && some.iter().any(|one| all.iter().all(|other| other.value != one.value))
                };
                // Without a list, any value is allowed.
                let what = What::Values {
                    fewer: lacks(&before, &after) || before.is_empty(),
                    more: lacks(&after, &before) || after.is_empty(),
                };
                let json = |node: &Node<'_>| node.value.get("enum").cloned().map(Shown::Json);
                self.note(what, json(old), json(new), at.clone());
            }
            _ => {}
        }
        let is_same = before.len() == after.len() && before.iter().all(|one| after.contains(one));
        if self.facts.len() == noted && is_same && before != after {
            self.note(What::ValueOrder, None, None, at);
        }
        if self.facts.len() > noted {
            for keyword in ENUMERATION {
                unknown.remove(keyword);
            }
        }
    }

    fn constants(&mut self, of: &str, before: &[Constant<'_>], after: &[Constant<'_>], at: &At) {
        let json = |value: &Value| Some(Shown::Json(value.clone()));
        let mut note = |name: &str, what: What, old: Option<Shown>, new: Option<Shown>| {
            let subject = Subject::Value(of.to_owned(), name.to_owned());
            let fact = Fact::new(subject, what, Seen::wire(self.directions), at.clone());
            self.facts.push(fact.values(old, new));
        };
        for Constant { name, value, meaning } in before {
            let same_name = after.iter().find(|other| other.name == *name);
            let same_value = after.iter().find(|other| other.value == *value);
            match (same_name, same_value) {
                (_, Some(now)) => {
                    if now.name != *name {
                        note(&now.name, What::Renamed { from: name.clone() }, None, None);
                    }
                    if now.meaning != *meaning {
                        let excerpt = |meaning: Option<&Value>| meaning.cloned().map(Shown::Excerpt);
                        note(&now.name, What::Meaning, excerpt(*meaning), excerpt(now.meaning));
                    }
                }
                (Some(now), None) => note(name, What::Value, json(value), json(now.value)),
                (None, None) => note(name, What::Removed, json(value), None),
            }
        }
        for Constant { name, value, .. } in after {
            if !before.iter().any(|other| other.name == *name || other.value == *value) {
                note(name, What::Added(None), None, json(value));
            }
        }
    }

    /// Properties that were added, removed or renamed, or became required or optional, and the schemas of the others.
    fn properties(&mut self, old: &Node<'_>, new: &Node<'_>, unknown: &mut BTreeSet<&str>) {
        let noted = self.facts.len();
        let (before, after) = (old.properties(), new.properties());
        let (required_before, required_now) = (old.required(), new.required());
        let mut taken = BTreeSet::new();
        for (wire, schema) in &before {
            let now = self.new_wire_name(wire).to_owned();
            let Some((_, successor)) = after.iter().find(|(other, _)| *other == now) else {
                let shape = Some(Shown::Type(schema.shape()));
                let at = (Some(schema.pointer.to_string()), None);
                self.property(wire, |walk| walk.note(What::Removed, shape, None, at));
                continue;
            };
            taken.insert(now.clone());
            self.property(&now, |walk| {
                let at = at(schema, successor);
                if now != *wire {
                    let text = |text: &str| Some(Shown::Text(text.to_owned()));
                    walk.note(What::Renamed { from: (*wire).to_owned() }, text(wire), text(&now), at.clone());
                }
                walk.need(required_before.contains(wire), required_now.contains(now.as_str()), at);
                walk.whole(schema, successor, required_now.contains(now.as_str()));
            });
        }
        for (wire, schema) in after.iter().filter(|(wire, _)| !taken.contains(*wire)) {
            let is_needed = self.directions.request && required_now.contains(wire);
            let what = What::Added(is_needed.then_some(Need::Required));
            let shape = Some(Shown::Type(schema.shape()));
            self.property(wire, |walk| walk.note(what, None, shape, (None, Some(schema.pointer.to_string()))));
        }
        // Names that are required without being described.
        let described = |name: &str| before.iter().chain(&after).any(|(other, _)| *other == name);
        for name in required_before.symmetric_difference(&required_now).filter(|name| !described(name)) {
            self.property(name, |walk| {
                walk.need(required_before.contains(name), required_now.contains(name), at(old, new));
            });
        }
        if required_before != required_now {
            unknown.remove("required");
        }
        if self.facts.len() > noted || !before.is_empty() {
            unknown.remove("properties");
        }
    }

    /// The change of required or optional.
    fn need(&mut self, before: bool, now: bool, at: At) {
        match (before, now) {
            (false, true) => self.note(What::Becomes(Need::Required), None, None, at),
            (true, false) => self.note(What::Becomes(Need::Optional), None, None, at),
            _ => {}
        }
    }

    /// Walks at a property: of a named schema it is a subject, below that it is a step of the path.
    fn property(&mut self, wire: &str, walk: impl FnOnce(&mut Self)) {
        match &self.subject {
            Subject::Type(name) if self.path.is_empty() => {
                let property = Subject::Property(name.clone(), wire.to_owned());
                let subject = std::mem::replace(&mut self.subject, property);
                walk(self);
                self.subject = subject;
            }
            _ => {
                self.path.push(wire.to_owned());
                walk(self);
                self.path.pop();
            }
        }
    }

    fn new_wire_name<'n>(&'n self, wire: &'n str) -> &'n str {
        match &self.subject {
            Subject::Type(name) if self.path.is_empty() => self.pair.property_name(name, wire),
            _ => wire,
        }
    }

    /// The schemas of which the shape consists.
    fn parts(&mut self, old: &Node<'_>, new: &Node<'_>, unknown: &mut BTreeSet<&str>) {
        let (before, after) = (old.parts(), new.parts());
        if before.len() == after.len() {
            for (old, new) in before.iter().zip(&after) {
                self.node(old, new, false, true);
            }
            if !before.is_empty() {
                unknown.remove("items");
            }
        }
        // A single combined schema is that schema.
        if before.len() <= 1 && after.len() <= 1 || before.len() == after.len() {
            for keyword in COMBINED.into_iter().chain(["$ref"]) {
                unknown.remove(keyword);
            }
        }
    }
}

fn at(old: &Node<'_>, new: &Node<'_>) -> At {
    (Some(old.pointer.to_string()), Some(new.pointer.to_string()))
}

/// Keywords of the shape. If one differs and the shape does not, nothing that is sent or read differs.
fn is_structural(keyword: &str) -> bool {
    matches!(keyword, "$ref" | "type" | "format" | "items" | "properties" | "required" | "nullable" | "enum")
        || COMBINED.contains(&keyword)
}
