//! The third layer compares the generated Rust API: methods, types, fields, constants and traits. It reads the sources,
//! because a small change on the wire can be a large one in Rust, and vice versa.

use gofive_spec::escape;

use super::fact::{At, Facet, Fact, Field, Item, Seen, Shown, Subject};
use super::pair::{Matched, Pair};
use super::read::Operation;
use super::what::{Need, What};
use crate::rust::names;
use crate::rust::surface::{Constant, Field as SourceField, Method, Struct, Surface};

pub(super) fn compare(pair: &Pair<'_>) -> Vec<Fact> {
    let (Some(old), Some(new)) = (pair.old, pair.new) else { return whole_product(pair) };
    let mut layer = Layer { pair, old: &old.surface, new: &new.surface, facts: Vec::new() };
    layer.methods();
    layer.structs();
    layer.enums();
    layer.facts
}

fn whole_product(pair: &Pair<'_>) -> Vec<Fact> {
    let module = || Some(Shown::Text(format!("gofive_api::{}", pair.product)));
    let (what, old, new) = match (pair.old.is_some(), pair.new.is_some()) {
        (false, true) => (What::Added(None), None, module()),
        _ => (What::Removed, module(), None),
    };
    let root = Some(String::new());
    let seen = Seen::Rust(Item::Module(pair.product.to_owned()));
    vec![Fact::new(Subject::Product, what, seen, (root.clone(), root)).values(old, new)]
}

struct Layer<'a, 'b> {
    pair: &'a Pair<'b>,
    old: &'a Surface,
    new: &'a Surface,
    facts: Vec<Fact>,
}

impl Layer<'_, '_> {
    /// Notes a difference of the item, with its old and new code.
    fn note(&mut self, subject: Subject, what: What, item: Item, old: Option<&str>, new: Option<&str>) {
        let at = self.pointers(&subject);
        let code = |text: Option<&str>| text.map(|text| Shown::Text(text.to_owned()));
        self.facts.push(Fact::new(subject, what, Seen::Rust(item), at).values(code(old), code(new)));
    }

    /// The JSON pointers into the old and the new document of what the subject is generated from.
    fn pointers(&self, subject: &Subject) -> At {
        match subject {
            Subject::Operation(id) | Subject::Facet(id, _) | Subject::Argument(id, _) => {
                let matched = self.pair.operations.iter().find(|matched| matched.id == *id);
                let at = |operation: Option<Operation<'_>>| operation.map(|operation| operation.pointer().to_string());
                matched.map_or((None, None), |matched| (at(matched.old), at(matched.new)))
            }
            Subject::Type(name) | Subject::Property(name, _) | Subject::Value(name, _) => {
                let in_old = self.pair.old_name(name);
                let at = |name: &str, surface: &Surface| {
                    let known = surface.structs.contains_key(name) || surface.enums.contains_key(name);
                    known.then(|| format!("/components/schemas/{name}"))
                };
                let (old, new) = (at(in_old, self.old), at(name, self.new));
                match subject {
                    Subject::Property(_, wire) => {
                        let property = |at: Option<String>| at.map(|at| format!("{at}/properties/{}", escape(wire)));
                        (property(old), property(new))
                    }
                    _ => (old, new),
                }
            }
            Subject::Product | Subject::Document(_) => (None, None),
        }
    }

    fn methods(&mut self) {
        let pair = self.pair;
        for matched in &pair.operations {
            let names = (matched.old.map(|old| old.id), matched.new.map(|new| new.id));
            let find = |surface: &Surface, name: Option<&str>, suffix: &str| {
                let name = format!("{}{suffix}", name?);
                surface.methods.iter().find(|method| method.name == name).cloned()
            };
            let subject = Subject::Operation(matched.id.clone());
            let item = |method: &Method| Item::Method(method.name.clone());
            match (find(self.old, names.0, ""), find(self.new, names.1, "")) {
                (Some(old), Some(new)) => self.method(matched, &old, &new),
                (Some(old), None) => self.note(subject, What::Removed, item(&old), None, None),
                (None, Some(new)) => self.note(subject, What::Added(None), item(&new), None, None),
                (None, None) => {}
            }
            let paging = Subject::Facet(matched.id.clone(), Facet::Paging);
            let in_both = matched.old.is_some() && matched.new.is_some();
            match (find(self.old, names.0, "_pages"), find(self.new, names.1, "_pages")) {
                (Some(old), None) if in_both => self.note(paging, What::Removed, item(&old), None, None),
                (None, Some(new)) if in_both => self.note(paging, What::Added(None), item(&new), None, None),
                _ => {}
            }
        }
    }

    fn method(&mut self, matched: &Matched<'_>, old: &Method, new: &Method) {
        let id = &matched.id;
        let operation = || Subject::Operation(id.clone());
        if old.name != new.name {
            let what = What::Renamed { from: old.name.clone() };
            self.note(operation(), what, Item::Method(old.name.clone()), Some(&old.name), Some(&new.name));
        }
        // Calls have arguments by position: the name of an argument breaks nothing, and the wire layer reports it.
        let renamed = matched.renamed_parameters();
        let new_name = |argument: &str| {
            let is_renamed = |(old, _): &&(&str, &str)| names::argument(old) == argument;
            renamed.iter().find(is_renamed).map_or(argument.to_owned(), |(_, new)| names::argument(new))
        };
        let arguments = old.arguments.iter();
        let before: Vec<_> = arguments.map(|(name, kind)| (new_name(name), self.pair.in_new_names(kind))).collect();
        let find = |among: &[(String, String)], name: &str| among.iter().find(|(other, _)| other == name).cloned();
        let argument = |name: &str| Subject::Argument(id.clone(), name.to_owned());
        let item = |name: &str| Item::Argument { method: id.clone(), name: name.to_owned() };
        for (name, kind) in &before {
            match find(&new.arguments, name) {
                None => self.note(argument(name), What::Removed, item(name), Some(kind), None),
                Some((_, now)) if now != *kind => {
                    self.note(argument(name), type_or_need(kind, &now), item(name), Some(kind), Some(&now));
                }
                Some(_) => {}
            }
        }
        for (name, kind) in &new.arguments {
            if find(&before, name).is_none() {
                let need = if is_option(kind) { Need::Optional } else { Need::Required };
                self.note(argument(name), What::Added(Some(need)), item(name), None, Some(kind));
            }
        }
        let order = |arguments: &[(String, String)], others: &[(String, String)]| {
            let common = arguments.iter().filter(|(name, _)| find(others, name).is_some());
            common.map(|(name, _)| name.clone()).collect::<Vec<_>>().join(", ")
        };
        let (was, is) = (order(&before, &new.arguments), order(&new.arguments, &before));
        if was != is {
            self.note(operation(), What::ArgumentOrder, Item::Method(id.clone()), Some(&was), Some(&is));
        }
        let returned = self.pair.in_new_names(&old.returns);
        if returned != new.returns {
            let payload = Subject::Facet(id.clone(), Facet::Payload);
            let item = Item::Payload { method: id.clone(), on_the_wire: false };
            self.note(payload, What::Payload, item, Some(&returned), Some(&new.returns));
        }
    }

    fn structs(&mut self) {
        let (old, new) = (self.old, self.new);
        for (name, before) in &old.structs {
            let now = self.pair.new_name(name).to_owned();
            if let Some(after) = new.structs.get(&now) {
                self.renamed(name, &now);
                self.structure(&now, before, after);
            } else {
                self.removed(name);
            }
        }
        for name in new.structs.keys() {
            if !old.structs.contains_key(self.pair.old_name(name)) {
                self.added(name);
            }
        }
    }

    fn renamed(&mut self, old: &str, new: &str) {
        if old != new {
            let what = What::Renamed { from: old.to_owned() };
            self.note(Subject::Type(new.to_owned()), what, Item::Type(old.to_owned()), Some(old), Some(new));
        }
    }

    fn added(&mut self, name: &str) {
        self.note(Subject::Type(name.to_owned()), What::Added(None), Item::Type(name.to_owned()), None, None);
    }

    fn removed(&mut self, name: &str) {
        self.note(Subject::Type(name.to_owned()), What::Removed, Item::Type(name.to_owned()), None, None);
    }

    fn structure(&mut self, name: &str, old: &Struct, new: &Struct) {
        let lost = old.traits.iter().filter(|lost| !new.traits.contains(lost)).map(|name| (name, false));
        let gained = new.traits.iter().filter(|gained| !old.traits.contains(gained)).map(|name| (name, true));
        for (of, gained) in lost.chain(gained) {
            let what = What::Trait { name: of.clone(), gained };
            self.note(Subject::Type(name.to_owned()), what, Item::Type(name.to_owned()), None, None);
        }
        for field in &old.fields {
            let wire = self.pair.property_name(name, &field.wire).to_owned();
            let now = new.fields.iter().find(|other| other.wire == wire);
            self.field(name, new.request, field, &wire, now);
        }
        for field in &new.fields {
            let known = old.fields.iter().any(|other| self.pair.property_name(name, &other.wire) == field.wire);
            if !known {
                self.new_field(name, new.request, field);
            }
        }
    }

    fn field(&mut self, of: &str, set: bool, old: &SourceField, wire: &str, new: Option<&SourceField>) {
        let subject = property(of, wire);
        let item = |field: &SourceField, newly_required| {
            Item::Field(Field { of: of.to_owned(), name: field.name.clone(), set, newly_required })
        };
        let Some(new) = new else {
            let what = if wire == EXTRA { What::UnknownProperties { preserved: false } } else { What::Removed };
            return self.note(subject, what, item(old, false), Some(&old.rust_type), None);
        };
        if old.name != new.name {
            let what =
                if old.wire == new.wire { What::RenamedInRust } else { What::Renamed { from: old.wire.clone() } };
            self.note(subject.clone(), what, item(old, false), Some(&old.name), Some(&new.name));
        }
        let was = self.pair.in_new_names(&old.rust_type);
        if was != new.rust_type {
            let item = item(new, new.required && !old.required);
            self.note(subject, type_or_need(&was, &new.rust_type), item, Some(&was), Some(&new.rust_type));
        }
    }

    fn new_field(&mut self, of: &str, request: bool, field: &SourceField) {
        let what = match (field.wire == EXTRA, request && field.required) {
            (true, _) => What::UnknownProperties { preserved: true },
            (false, true) => What::Added(Some(Need::Required)),
            (false, false) => What::Added(None),
        };
        let item = Field { of: of.to_owned(), name: field.name.clone(), set: request, newly_required: field.required };
        self.note(property(of, &field.wire), what, Item::Field(item), None, Some(&field.rust_type));
    }

    fn enums(&mut self) {
        let (old, new) = (self.old, self.new);
        for (name, before) in &old.enums {
            let now = self.pair.new_name(name).to_owned();
            let Some(after) = new.enums.get(&now) else {
                self.removed(name);
                continue;
            };
            self.renamed(name, &now);
            for constant in &before.constants {
                self.constant(&now, constant, &after.constants);
            }
            for constant in &after.constants {
                let known =
                    before.constants.iter().any(|other| other.name == constant.name || other.value == constant.value);
                if !known {
                    let item = Item::Constant { of: now.clone(), name: constant.name.clone() };
                    let subject = Subject::Value(now.clone(), constant.name.clone());
                    self.note(subject, What::Added(None), item, None, Some(&constant.value));
                }
            }
        }
        for name in new.enums.keys() {
            if !old.enums.contains_key(self.pair.old_name(name)) {
                self.added(name);
            }
        }
    }

    fn constant(&mut self, name: &str, old: &Constant, among: &[Constant]) {
        if among.iter().any(|new| new.name == old.name) {
            return; // The wire layer reports a changed value: the code still compiles.
        }
        let item = Item::Constant { of: name.to_owned(), name: old.name.clone() };
        if let Some(new) = among.iter().find(|new| new.value == old.value) {
            let what = What::Renamed { from: old.name.clone() };
            let subject = Subject::Value(name.into(), new.name.clone());
            self.note(subject, what, item, Some(&old.name), Some(&new.name));
        } else {
            let subject = Subject::Value(name.into(), old.name.clone());
            self.note(subject, What::Removed, item, Some(&old.value), None);
        }
    }
}

/// The change of the type of an argument or field, as seen on the wire.
fn type_or_need(old: &str, new: &str) -> What {
    let inner = |kind: &str| kind.strip_prefix("Option<").and_then(|rest| rest.strip_suffix('>')).map(str::to_owned);
    match (inner(old), inner(new)) {
        (None, Some(now)) if now == old || format!("&{now}") == old => What::Becomes(Need::Optional),
        (Some(was), None) if was == new => What::Becomes(Need::Required),
        _ => What::Type,
    }
}

fn is_option(kind: &str) -> bool {
    kind.starts_with("Option<")
}

/// The name of the map of unknown properties.
const EXTRA: &str = "(all others)";

/// The subject of a property; for the map of unknown properties, the type.
fn property(name: &str, wire: &str) -> Subject {
    if wire == EXTRA { Subject::Type(name.into()) } else { Subject::Property(name.into(), wire.into()) }
}
