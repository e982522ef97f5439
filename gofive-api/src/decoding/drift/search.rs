//! Compares a body with what is documented, in one pass.

use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::fmt;
use std::hash::{Hash as _, Hasher as _};

use serde::de::{Deserialize as _, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::decoding::drift::name::{ANY, MAX_NAMES, printed};
use crate::decoding::drift::table::{Documented, Property, Table};
use crate::decoding::drift::{Drift, DriftKind, date_format, table};
use crate::decoding::encoding;
use crate::decoding::property::is_success;
use crate::decoding::reader::Reader;
use crate::errors::business_code;
use crate::values::name::Name;
use crate::values::scalar;

/// How many differences of one body are reported.
const MAX_DRIFTS: usize = 1000;

/// Whether the spec has an operation whose responses can be searched.
pub(crate) fn is_known(operation: &str) -> bool {
    table::of(operation).is_some()
}

/// Returns what the spec does not know of a response, each difference once; nothing for an operation that it does not have.
///
/// A body that is not JSON is compared as far as it is.
pub(crate) fn search(operation: &str, http_status: u16, body: &[u8]) -> Vec<Drift> {
    let Some(table) = table::of(operation) else { return Vec::new() };
    let (Some(documented), Ok(text)) = (table.response(operation, http_status), encoding::text(body)) else {
        return Vec::new();
    };
    let mut search = Search { table, seen: HashSet::new(), found: Vec::new() };
    let body = ValueSeed { search: &mut search, documented, path: Path::Body, role: Role::Body };
    // Whether all of it can be read is a question for the decoding.
    let _ = body.deserialize(&mut Reader::new(&text));
    let drift = |(pointer, kind)| Drift { operation: operation.to_owned(), http_status, pointer, kind };
    search.found.into_iter().map(drift).collect()
}

/// A search, and what it has found.
struct Search {
    table: &'static Table,
    /// Hashes of what was found: a list has the same difference in each of its items.
    seen: HashSet<u64>,
    found: Vec<(String, DriftKind)>,
}

/// The way to a value.
#[derive(Clone, Copy)]
enum Path<'p> {
    Body,
    Item(&'p Path<'p>),
    Property(&'p Path<'p>, &'static Property),
    /// A property that only envelopes have, and that may not be documented.
    Named(&'p Path<'p>, &'static str),
}

/// What a value means for the outcome of the call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Body,
    /// The `status` of an envelope.
    Status,
    /// The business code.
    Code,
    None,
}

impl Role {
    /// The role of a property, and its documented name if it has one. Names of envelopes are matched without regard to case.
    fn of_property(self, name: &str) -> (Self, &'static str) {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        match self {
            Self::Body if is("status") => (Self::Status, "status"),
            Self::Body if is("statusCode") => (Self::Code, "statusCode"),
            Self::Status if is("code") => (Self::Code, "code"),
            _ => (Self::None, ""),
        }
    }
}

impl Search {
    fn report(&mut self, path: &Path<'_>, name: Option<&str>, kind: DriftKind) {
        if self.found.len() < MAX_DRIFTS && self.seen.insert(hash(path, name, &kind)) {
            let mut pointer = String::new();
            path.write(&mut pointer);
            if let Some(name) = name {
                push(&mut pointer, name);
            }
            self.found.push((pointer, kind));
        }
    }
}

fn hash(path: &Path<'_>, name: Option<&str>, kind: &DriftKind) -> u64 {
    let mut hasher = DefaultHasher::new();
    path.hash(&mut hasher);
    name.hash(&mut hasher);
    kind.hash(&mut hasher);
    hasher.finish()
}

impl Path<'_> {
    /// Properties are hashed by their address in the table, which is faster than their name.
    fn hash(&self, hasher: &mut DefaultHasher) {
        match self {
            Self::Body => {}
            Self::Item(list) => {
                hasher.write_u8(0);
                list.hash(hasher);
            }
            Self::Property(object, property) => {
                std::ptr::from_ref(*property).hash(hasher);
                object.hash(hasher);
            }
            Self::Named(object, name) => {
                name.hash(hasher);
                object.hash(hasher);
            }
        }
    }

    fn write(&self, pointer: &mut String) {
        let (around, step) = match self {
            Self::Body => return,
            Self::Item(list) => (list, ANY),
            Self::Property(object, property) => (object, property.name.as_str()),
            Self::Named(object, name) => (object, *name),
        };
        around.write(pointer);
        push(pointer, step);
    }
}

/// Adds a step to a JSON pointer.
fn push(pointer: &mut String, name: &str) {
    pointer.push('/');
    pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
}

/// A value, and what is documented of it.
struct ValueSeed<'a> {
    search: &'a mut Search,
    documented: &'static Documented,
    path: Path<'a>,
    role: Role,
}

impl ValueSeed<'_> {
    fn report(&mut self, kind: DriftKind) {
        self.search.report(&self.path, None, kind);
    }

    fn other_type(&mut self, found: &'static str) {
        let documented = self.documented.text.clone();
        self.report(DriftKind::OtherType { documented, found: found.to_owned() });
    }

    fn text(&mut self, text: &str) {
        let documented = self.documented;
        let has_format = documented.formats.iter().any(|format| date_format::has(text, format));
        if !(documented.is_any || documented.is_string || has_format) {
            self.other_type(if documented.formats.is_empty() { "string" } else { date_format::of(text) });
        } else if documented.is_string {
            self.known_value(text);
        }
        self.code(text);
    }

    fn number(&mut self, digits: &str) {
        let documented = self.documented;
        let is_integer = digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'-'));
        if !(documented.is_any || documented.is_number || (documented.is_integer && is_integer)) {
            self.other_type(if is_integer { "integer" } else { "number" });
        } else if documented.is_integer {
            self.known_value(digits);
        }
        self.code(digits);
    }

    /// Looks a value of the documented type up in its enumeration, if it is of one.
    fn known_value(&mut self, value: &str) {
        let enumeration = self.search.table.enumeration(self.documented);
        if let Some(enumeration) = enumeration.filter(|enumeration| !enumeration.has(value)) {
            self.report(DriftKind::UnknownValue { enumeration: enumeration.name.clone() });
        }
    }

    fn code(&mut self, code: &str) {
        const DOCUMENTED: [&str; 2] = [business_code::ONE_ERROR, business_code::SEVERAL_ERRORS];
        let is_code = self.role == Role::Code && !code.is_empty();
        if is_code && !is_success(code) && !DOCUMENTED.contains(&code) {
            self.report(DriftKind::UnknownBusinessCode);
        }
    }
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.documented.is_any && self.role == Role::None {
            return IgnoredAny::deserialize(deserializer).map(drop);
        }
        deserializer.deserialize_any(self)
    }
}

/// The value of a property that is not documented, but has a role.
static UNDOCUMENTED: Documented = Documented::any();

impl<'de> Visitor<'de> for ValueSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut name: Option<Name<'de>> = map.next_key()?;
        if name.as_ref().is_some_and(|Name(name)| scalar::is_number(name)) {
            let Name(digits) = map.next_value()?;
            self.number(&digits);
            return Ok(());
        }
        if !(self.documented.is_any || self.documented.may_be_object()) {
            self.other_type("object");
        }
        let table = self.search.table;
        let (mut likely, mut unknown, mut names) = (0, 0, Vec::new());
        while let Some(Name(current)) = name {
            let (role, known_name) = self.role.of_property(&current);
            let property = table.objects(self.documented).find_map(|object| object.property(&current, &mut likely));
            let (documented, path) = match property {
                Some(property) => (&property.value, Path::Property(&self.path, property)),
                None => (&UNDOCUMENTED, Path::Named(&self.path, known_name)),
            };
            if property.is_none() && self.documented.has_properties() {
                unknown += 1;
                let printed = printed(&current);
                let is_seen =
                    || self.search.seen.contains(&hash(&self.path, Some(printed), &DriftKind::UnknownProperty));
                if unknown <= MAX_NAMES && !is_seen() {
                    names.push(printed.to_owned());
                }
            }
            map.next_value_seed(ValueSeed { search: &mut *self.search, documented, path, role })?;
            name = map.next_key()?;
        }
        if unknown > MAX_NAMES {
            names = vec![ANY.to_owned()];
        }
        for name in names {
            self.search.report(&self.path, Some(&name), DriftKind::UnknownProperty);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        if let Some(documented) = self.documented.items.as_deref() {
            loop {
                let path = Path::Item(&self.path);
                let item = ValueSeed { search: &mut *self.search, documented, path, role: Role::None };
                if items.next_element_seed(item)?.is_none() {
                    return Ok(());
                }
            }
        }
        if !self.documented.is_any {
            self.other_type("array");
        }
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_str<E>(mut self, text: &str) -> Result<(), E> {
        self.text(text);
        Ok(())
    }

    fn visit_bool<E>(mut self, _: bool) -> Result<(), E> {
        if !(self.documented.is_any || self.documented.is_boolean) {
            self.other_type("boolean");
        }
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}
