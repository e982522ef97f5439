//! A file of shapes: one operation, as several sessions have recorded it.

mod layout;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::{Deserializer, Error as _, IgnoredAny};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use crate::arm::ResponseKind;
use crate::count::Count;
use crate::month::Month;
use crate::name::{KnownNames, Name};
use crate::recorded::Recorded;
use crate::session::{Session, SessionId};
use crate::shape::Shape;

/// The shapes of the responses to one operation, as a file has them.
///
/// Merging takes the union of the sessions, and the larger one of each counter within a session: in whatever order and however
/// often files are merged, the result is the same.
///
/// ```
/// use gofive_shapes::ShapeFile;
///
/// let text = r#"{
///   "format": 1,
///   "operation": "get_product",
///   "sessions": {
///     "3f9a2c41b0d7e655": {
///       "months": ["2026-11"], "runs": 1, "ended": 1,
///       "responses": { "200 success": { "seen": 4, "objects": 4 } }
///     }
///   }
/// }"#;
/// let file = ShapeFile::parse(text)?;
/// assert_eq!(file.operation.as_str(), "get_product");
/// assert_eq!(file.total().responses.values().map(|shape| shape.seen).sum::<u64>(), 4);
/// assert!(ShapeFile::parse(&text.replace("4", "5")).is_err(), "5 is not a power of two");
/// # Ok::<(), gofive_shapes::ParseShapesError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ShapeFile {
    #[serde(default)]
    about: About,
    format: Version,
    /// The operation: `get_product`.
    pub operation: Name,
    /// What each session has recorded.
    pub sessions: BTreeMap<SessionId, Session>,
}

/// The sum over the sessions of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Total {
    /// The number of sessions.
    pub sessions: usize,
    /// The months in which something was recorded.
    pub months: BTreeSet<Month>,
    /// How many runs of programs have not ended in order.
    pub interrupted: u32,
    /// The shapes of the bodies, by kind of response.
    pub responses: BTreeMap<ResponseKind, Shape<u64>>,
}

/// A text that is not a file of shapes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseShapesError(String);

/// Files of different operations cannot be merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeShapesError(String);

impl ShapeFile {
    /// The longest text that is read, in bytes.
    pub const MAX_LENGTH: usize = 64 * 1024 * 1024;

    /// A file without sessions.
    pub fn new(operation: Name) -> Self {
        Self { about: About, format: Version, operation, sessions: BTreeMap::new() }
    }

    /// The shapes of bodies with their HTTP statuses, as one run of a new session records them.
    ///
    /// ```
    /// use gofive_shapes::{KnownNames, Name, ShapeFile};
    ///
    /// let operation = Name::new("get_product").expect("it is an identifier");
    /// let bodies = [(200, br#"{"productCode": "A001"}"#.as_slice())];
    /// let file = ShapeFile::of_bodies(operation, KnownNames::sorted(&["productCode"]), bodies);
    /// assert!(file.names().keys().any(|name| name.as_str() == "productCode"));
    /// ```
    pub fn of_bodies<'a>(
        operation: Name,
        known: KnownNames,
        bodies: impl IntoIterator<Item = (u16, &'a [u8])>,
    ) -> Self {
        let mut recorded = Recorded::new(known);
        for (status, body) in bodies {
            recorded.add(status, body, false);
        }
        let mut file = Self::new(operation);
        if let Some((_, session)) = recorded.to_write(true) {
            file.sessions.insert(SessionId::random(), session);
        }
        file
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// If the text is not a file of shapes, or has something that this version does not know. The error says where.
    pub fn parse(text: &str) -> Result<Self, ParseShapesError> {
        if text.len() > Self::MAX_LENGTH {
            return Err(ParseShapesError(format!("it is longer than {} bytes", Self::MAX_LENGTH)));
        }
        serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| ParseShapesError(error.to_string()))
    }

    /// The text of the file: sorted, so that two files can be compared line by line.
    pub fn to_json(&self) -> String {
        layout::text(self)
    }

    /// Takes over what another file of the same operation has.
    ///
    /// # Errors
    /// If the other file is of another operation. Nothing is merged then.
    pub fn merge(&mut self, other: &Self) -> Result<(), MergeShapesError> {
        if self.operation != other.operation {
            let (mine, others) = (&self.operation, &other.operation);
            return Err(MergeShapesError(format!("one file is of `{mine}`, the other of `{others}`")));
        }
        for (id, session) in &other.sessions {
            self.sessions.entry(*id).or_default().merge(session);
        }
        Ok(())
    }

    /// The sum over all sessions.
    pub fn total(&self) -> Total {
        let mut total = Total { sessions: self.sessions.len(), ..Total::default() };
        for session in self.sessions.values() {
            total.months.extend(&session.months);
            total.interrupted = total.interrupted.saturating_add(session.runs.saturating_sub(session.ended));
            for (kind, shape) in &session.responses {
                let sum = total.responses.entry(*kind).or_default();
                sum.combine(&shape.map(&Count::get), u64::saturating_add);
            }
        }
        total
    }

    /// The names of all properties, each with the JSON pointers to it: `/data/items/*/name`. The items of a list are `*`.
    pub fn names(&self) -> BTreeMap<Name, BTreeSet<String>> {
        let mut names = BTreeMap::new();
        for shape in self.sessions.values().flat_map(|session| session.responses.values()) {
            collect(shape, "", &mut names);
        }
        names
    }

    /// Moves all properties of a name to those of other names; returns whether there are any.
    pub fn strike(&mut self, name: &str) -> bool {
        let shapes = self.sessions.values_mut().flat_map(|session| session.responses.values_mut());
        shapes.fold(false, |is_found, shape| strike(shape, name) | is_found)
    }
}

fn collect(shape: &Shape, pointer: &str, names: &mut BTreeMap<Name, BTreeSet<String>>) {
    for inside in shape.items.iter().chain(&shape.other_names) {
        collect(inside, &format!("{pointer}/*"), names);
    }
    for (name, inside) in &shape.properties {
        let pointer = format!("{pointer}/{name}");
        collect(inside, &pointer, names);
        names.entry(name.clone()).or_default().insert(pointer);
    }
}

fn strike(shape: &mut Shape, name: &str) -> bool {
    let mut is_found = false;
    let inside = shape.items.iter_mut().map(|items| &mut **items).chain(shape.properties.values_mut());
    for inside in inside.chain(shape.other_names.as_deref_mut()) {
        is_found |= strike(inside, name);
    }
    let Some(struck) = Name::new(name).and_then(|name| shape.properties.remove(&name)) else { return is_found };
    // The sum of two counts may not be a power of two, but the larger one is.
    shape.other_names.get_or_insert_default().combine(&struck, Ord::max);
    true
}

/// The first line of a file, for whoever opens it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct About;

impl Serialize for About {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer
            .serialize_str("names and types of properties, without any value; `gofive shapes show` explains this file")
    }
}

impl<'de> Deserialize<'de> for About {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

/// The version of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Version;

impl Version {
    const NUMBER: u64 = 1;
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(Self::NUMBER)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            Self::NUMBER => Ok(Self),
            other => {
                Err(D::Error::custom(format!("the format {other} is not known: use a newer version of this program")))
            }
        }
    }
}

impl fmt::Display for ParseShapesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a file of shapes: {}", self.0)
    }
}

impl std::error::Error for ParseShapesError {}

impl fmt::Display for MergeShapesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for MergeShapesError {}

#[cfg(test)]
mod tests;
