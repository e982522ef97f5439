//! The third layer compares the generated Rust API: methods, types, fields, constants and traits. It reads the sources,
//! because a small change on the wire can be a large one in Rust, and vice versa.

use super::change::{Aspect, Class, Fact, Subject};
use super::pair::{Matched, Pair};
use crate::rust::surface::{Constant, Field, Method, Struct, Surface};
use crate::sources::yaml::escape;

pub(super) fn compare(pair: &Pair<'_>) -> Vec<Fact> {
    let (Some(old), Some(new)) = (pair.old, pair.new) else { return whole_product(pair) };
    let mut layer = Layer { pair, old: &old.surface, new: &new.surface, facts: Vec::new() };
    layer.methods();
    layer.structs();
    layer.enums();
    layer.facts
}

fn whole_product(pair: &Pair<'_>) -> Vec<Fact> {
    let product = pair.product;
    let aspect = match (pair.old.is_some(), pair.new.is_some()) {
        (false, true) => Aspect::new(Class::Additive, "added").values(None, Some(format!("gofive_api::{product}"))),
        _ => Aspect::new(Class::Breaking, "removed")
            .values(Some(format!("gofive_api::{product}")), None)
            .breaks_code(format!("the module `gofive_api::{product}` and the feature `{product}` are gone")),
    };
    let root = Some(String::new());
    vec![Fact { subject: Subject::Product, aspect, at: (root.clone(), root) }]
}

struct Layer<'a, 'b> {
    pair: &'a Pair<'b>,
    old: &'a Surface,
    new: &'a Surface,
    facts: Vec<Fact>,
}

impl Layer<'_, '_> {
    fn note(&mut self, subject: Subject, aspect: Aspect) {
        let at = self.pointers(&subject);
        self.facts.push(Fact { subject, aspect, at });
    }

    /// The JSON pointers into the old and the new document of what the subject is generated from.
    fn pointers(&self, subject: &Subject) -> (Option<String>, Option<String>) {
        match subject {
            Subject::Operation(id) | Subject::Facet(id, _) | Subject::Argument(id, _) => {
                let matched = self.pair.operations.iter().find(|matched| matched.id == *id);
                let at = |operation: Option<super::pair::Operation<'_>>| operation.map(|operation| operation.pointer());
                matched.map_or((None, None), |matched| (at(matched.old), at(matched.new)))
            }
            Subject::Type(name) | Subject::Property(name, _) | Subject::Value(name, _) => {
                let in_old = self.old_name(name);
                let at = |name: &str, surface: &Surface| {
                    let known = surface.structs.contains_key(name) || surface.enums.contains_key(name);
                    known.then(|| format!("/components/schemas/{name}"))
                };
                let (old, new) = (at(&in_old, self.old), at(name, self.new));
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

    fn old_name(&self, new: &str) -> String {
        let renamed = self.pair.types.iter().find(|(_, now)| *now == new);
        renamed.map_or(new, |(old, _)| old).to_owned()
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
            match (find(self.old, names.0, ""), find(self.new, names.1, "")) {
                (Some(old), Some(new)) => self.method(matched, &old, &new),
                (Some(old), None) => {
                    let why = format!("calls of `{}` no longer compile", old.name);
                    self.note(subject, Aspect::new(Class::Breaking, "removed").breaks_code(why));
                }
                (None, Some(_)) => self.note(subject, Aspect::new(Class::Additive, "added")),
                (None, None) => {}
            }
            let paging = Subject::Facet(matched.id.clone(), "paging");
            let in_both = matched.old.is_some() && matched.new.is_some();
            match (find(self.old, names.0, "_pages"), find(self.new, names.1, "_pages")) {
                (Some(old), None) if in_both => {
                    let why = format!("calls of `{}` no longer compile", old.name);
                    self.note(paging, Aspect::new(Class::Breaking, "removed").breaks_code(why));
                }
                (None, Some(_)) if in_both => self.note(paging, Aspect::new(Class::Additive, "added")),
                _ => {}
            }
        }
    }

    fn method(&mut self, matched: &Matched<'_>, old: &Method, new: &Method) {
        let id = &matched.id;
        if old.name != new.name {
            let why = format!("calls of `{}` must be renamed to `{}`", old.name, new.name);
            let what = format!("renamed from `{}`", old.name);
            self.note(Subject::Operation(id.clone()), Aspect::new(Class::Breaking, what).breaks_code(why));
        }
        let before: Vec<_> =
            old.arguments.iter().map(|(name, kind)| (name.clone(), self.pair.in_new_names(kind))).collect();
        let find = |among: &[(String, String)], name: &str| among.iter().find(|(other, _)| other == name).cloned();
        for (name, kind) in &before {
            let subject = Subject::Argument(id.clone(), name.clone());
            match find(&new.arguments, name) {
                None => {
                    let aspect = Aspect::new(Class::Breaking, "removed").values(Some(kind.clone()), None);
                    self.note(subject, aspect.breaks_code(format!("calls of `{id}` have one argument too many")));
                }
                Some((_, now)) if now != *kind => {
                    let aspect = Aspect::new(Class::Breaking, type_or_need(kind, &now));
                    let aspect = aspect.values(Some(kind.clone()), Some(now.clone()));
                    self.note(
                        subject,
                        aspect.breaks_code(format!("`{id}` takes `{now}` as `{name}` instead of `{kind}`")),
                    );
                }
                Some(_) => {}
            }
        }
        for (name, kind) in &new.arguments {
            if find(&before, name).is_none() {
                let optional = if kind.starts_with("Option<") { "added, optional" } else { "added, required" };
                let aspect = Aspect::new(Class::Breaking, optional).values(None, Some(kind.clone()));
                let subject = Subject::Argument(id.clone(), name.clone());
                self.note(
                    subject,
                    aspect.breaks_code(format!("every call of `{id}` needs one more argument, `{name}`")),
                );
            }
        }
        let order = |arguments: &[(String, String)], others: &[(String, String)]| {
            let common = arguments.iter().filter(|(name, _)| find(others, name).is_some());
            common.map(|(name, _)| name.clone()).collect::<Vec<_>>().join(", ")
        };
        let (was, is) = (order(&before, &new.arguments), order(&new.arguments, &before));
        if was != is {
            let aspect = Aspect::new(Class::Breaking, "arguments in another order").values(Some(was), Some(is));
            self.note(
                Subject::Operation(id.clone()),
                aspect.breaks_code(format!("calls of `{id}` must use the new order")),
            );
        }
        let returned = self.pair.in_new_names(&old.returns);
        if returned != new.returns {
            let aspect = Aspect::new(Class::Breaking, "type of the payload");
            let aspect = aspect.values(Some(returned.clone()), Some(new.returns.clone()));
            let why = format!("`{id}` returns `{}` instead of `{returned}`", new.returns);
            self.note(Subject::Facet(id.clone(), "payload"), aspect.breaks_code(why));
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
            if !old.structs.contains_key(&self.old_name(name)) {
                self.note(Subject::Type(name.clone()), Aspect::new(Class::Additive, "added"));
            }
        }
    }

    fn renamed(&mut self, old: &str, new: &str) {
        if old != new {
            let aspect = Aspect::new(Class::Breaking, format!("renamed from `{old}`"));
            let aspect = aspect.values(Some(old.to_owned()), Some(new.to_owned()));
            let why = format!("code that names `{old}` no longer compiles");
            self.note(Subject::Type(new.to_owned()), aspect.breaks_code(why));
        }
    }

    fn removed(&mut self, name: &str) {
        let why = format!("code that names `{name}` no longer compiles");
        self.note(Subject::Type(name.to_owned()), Aspect::new(Class::Breaking, "removed").breaks_code(why));
    }

    fn structure(&mut self, name: &str, old: &Struct, new: &Struct) {
        for lost in &old.traits {
            if !new.traits.contains(lost) {
                let aspect = Aspect::new(Class::Breaking, format!("no longer implements `{lost}`"));
                let why = format!("`{name}` no longer implements `{lost}`");
                self.note(Subject::Type(name.into()), aspect.breaks_code(why));
            }
        }
        for gained in new.traits.iter().filter(|gained| !old.traits.contains(gained)) {
            self.note(Subject::Type(name.into()), Aspect::new(Class::Additive, format!("implements `{gained}`")));
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

    fn field(&mut self, name: &str, request: bool, old: &Field, wire: &str, new: Option<&Field>) {
        let subject = property(name, wire);
        let used = if request { "sets or reads" } else { "reads" };
        let Some(new) = new else {
            let why = format!("code that {used} `{name}::{}` no longer compiles", old.name);
            let what = if wire == EXTRA { "unknown properties are no longer preserved" } else { "removed" };
            let aspect = Aspect::new(Class::Breaking, what).values(Some(old.rust_type.clone()), None);
            return self.note(subject, aspect.breaks_code(why));
        };
        if old.name != new.name {
            let what =
                if old.wire == new.wire { "renamed in Rust".into() } else { format!("renamed from `{}`", old.wire) };
            let why = format!("code that {used} `{name}::{}` must be renamed to `{}`", old.name, new.name);
            let aspect = Aspect::new(Class::Breaking, what).values(Some(old.name.clone()), Some(new.name.clone()));
            self.note(subject.clone(), aspect.breaks_code(why));
        }
        let was = self.pair.in_new_names(&old.rust_type);
        if was != new.rust_type {
            let mut why = format!("`{name}::{}` is `{}` instead of `{was}`", new.name, new.rust_type);
            if new.required && !old.required {
                why = format!("`{name}::builder()` without `.{}(…)` no longer compiles; {why}", new.name);
            }
            let what = type_or_need(&was, &new.rust_type);
            let aspect = Aspect::new(Class::Breaking, what).values(Some(was), Some(new.rust_type.clone()));
            self.note(subject, aspect.breaks_code(why));
        }
    }

    fn new_field(&mut self, name: &str, request: bool, field: &Field) {
        let subject = property(name, &field.wire);
        let added = |what: &str| Aspect::new(Class::Additive, what).values(None, Some(field.rust_type.clone()));
        if request && field.required && field.wire != EXTRA {
            let why = format!("`{name}::builder()` without `.{}(…)` no longer compiles", field.name);
            self.note(subject, added("added, required").breaks_code(why));
        } else if field.wire == EXTRA {
            self.note(subject, added("unknown properties are preserved"));
        } else {
            self.note(subject, added("added"));
        }
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
                    let aspect = Aspect::new(Class::Additive, "added").values(None, Some(constant.value.clone()));
                    self.note(Subject::Value(now.clone(), constant.name.clone()), aspect);
                }
            }
        }
        for name in new.enums.keys() {
            if !old.enums.contains_key(&self.old_name(name)) {
                self.note(Subject::Type(name.clone()), Aspect::new(Class::Additive, "added"));
            }
        }
    }

    fn constant(&mut self, name: &str, old: &Constant, among: &[Constant]) {
        if among.iter().any(|new| new.name == old.name) {
            return; // The wire layer reports a changed value: the code still compiles.
        }
        let why = format!("code that names `{name}::{}` no longer compiles", old.name);
        let (name, aspect) = if let Some(new) = among.iter().find(|new| new.value == old.value) {
            let aspect = Aspect::new(Class::Breaking, format!("renamed from `{}`", old.name));
            (
                Subject::Value(name.into(), new.name.clone()),
                aspect.values(Some(old.name.clone()), Some(new.name.clone())),
            )
        } else {
            let aspect = Aspect::new(Class::Breaking, "removed").values(Some(old.value.clone()), None);
            (Subject::Value(name.into(), old.name.clone()), aspect)
        };
        self.note(name, aspect.breaks_code(why));
    }
}

/// The wire's name for a change of the type of an argument or field.
fn type_or_need(old: &str, new: &str) -> &'static str {
    let inner = |kind: &str| kind.strip_prefix("Option<").and_then(|rest| rest.strip_suffix('>')).map(str::to_owned);
    match (inner(old), inner(new)) {
        (None, Some(now)) if now == old || format!("&{now}") == old => "becomes optional",
        (Some(was), None) if was == new => "becomes required",
        _ => "type",
    }
}

/// The name in the report of the map of unknown properties.
const EXTRA: &str = "(all others)";

/// The subject of a property; for the map of unknown properties, the type.
fn property(name: &str, wire: &str) -> Subject {
    if wire == EXTRA { Subject::Type(name.into()) } else { Subject::Property(name.into(), wire.into()) }
}
