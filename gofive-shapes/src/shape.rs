//! The shape of values: how often they were seen, of which types, and with which properties. It has no field that could hold a
//! value.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::count::Count;
use crate::name::Name;
use crate::number_kind::NumberKind;
use crate::size::Size;
use crate::text_format::TextFormat;

/// The shape of the values at one location of the bodies of an operation.
///
/// In a file its counts are powers of two ([`Count`]); the sum over several sessions has exact numbers (`u64`). The properties of
/// all names that may not be written have one shape, [`other_names`](Self::other_names).
///
/// Shapes are merged property by property, so that the order in which they are merged does not matter.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[serde(bound(deserialize = "C: Deserialize<'de> + Default", serialize = "C: Serialize + Default + PartialEq"))]
#[non_exhaustive]
pub struct Shape<C = Count> {
    /// How many values were seen.
    #[serde(skip_serializing_if = "is_default")]
    pub seen: C,
    /// How many of them were null.
    #[serde(skip_serializing_if = "is_default")]
    pub nulls: C,
    /// How many of them were true or false.
    #[serde(skip_serializing_if = "is_default")]
    pub booleans: C,
    /// The numbers, by kind and by how many digits they had.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub numbers: BTreeMap<NumberKind, BTreeMap<Size, C>>,
    /// The numbers with decimal places, by kind and by how many they had.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub decimal_places: BTreeMap<NumberKind, BTreeMap<Size, C>>,
    /// The texts, by format and by how many characters they had.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub texts: BTreeMap<TextFormat, BTreeMap<Size, C>>,
    /// The lists, by how many items they had.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub lists: BTreeMap<Size, C>,
    /// How many items of the lists, or values of the objects, were not looked at.
    #[serde(skip_serializing_if = "is_default")]
    pub passed_over: C,
    /// How many of the values were objects.
    #[serde(skip_serializing_if = "is_default")]
    pub objects: C,
    /// The items of all lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<Box<Self>>,
    /// The properties of the objects whose names are written.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub properties: BTreeMap<Name, Self>,
    /// The properties of all other names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_names: Option<Box<Self>>,
}

// Not derived, because that would need `C: Default` for the boxes, too.
impl<C: Default> Default for Shape<C> {
    fn default() -> Self {
        Self {
            seen: C::default(),
            nulls: C::default(),
            booleans: C::default(),
            numbers: BTreeMap::new(),
            decimal_places: BTreeMap::new(),
            texts: BTreeMap::new(),
            lists: BTreeMap::new(),
            passed_over: C::default(),
            objects: C::default(),
            items: None,
            properties: BTreeMap::new(),
            other_names: None,
        }
    }
}

impl<C: Copy + Default> Shape<C> {
    /// Combines each counter with that of another shape.
    pub(crate) fn combine(&mut self, other: &Self, with: fn(C, C) -> C) {
        self.seen = with(self.seen, other.seen);
        self.nulls = with(self.nulls, other.nulls);
        self.booleans = with(self.booleans, other.booleans);
        self.passed_over = with(self.passed_over, other.passed_over);
        self.objects = with(self.objects, other.objects);
        combine_all(&mut self.lists, &other.lists, with);
        for (kind, digits) in &other.numbers {
            combine_all(self.numbers.entry(*kind).or_default(), digits, with);
        }
        for (kind, scale) in &other.decimal_places {
            combine_all(self.decimal_places.entry(*kind).or_default(), scale, with);
        }
        for (format, lengths) in &other.texts {
            combine_all(self.texts.entry(*format).or_default(), lengths, with);
        }
        for (mine, others) in [(&mut self.items, &other.items), (&mut self.other_names, &other.other_names)] {
            if let Some(others) = others {
                mine.get_or_insert_default().combine(others, with);
            }
        }
        for (name, shape) in &other.properties {
            self.properties.entry(name.clone()).or_default().combine(shape, with);
        }
    }

    /// The same shape with other counters.
    pub(crate) fn map<D: Copy + Default>(&self, count: &impl Fn(C) -> D) -> Shape<D> {
        fn of_all<K: Copy + Ord, C: Copy, D>(counts: &BTreeMap<K, C>, count: impl Fn(C) -> D) -> BTreeMap<K, D> {
            counts.iter().map(|(key, found)| (*key, count(*found))).collect()
        }
        fn of_kinds<K: Copy + Ord, C: Copy, D>(
            kinds: &BTreeMap<K, BTreeMap<Size, C>>,
            count: impl Fn(C) -> D,
        ) -> BTreeMap<K, BTreeMap<Size, D>> {
            kinds.iter().map(|(kind, sizes)| (*kind, of_all(sizes, &count))).collect()
        }
        Shape {
            seen: count(self.seen),
            nulls: count(self.nulls),
            booleans: count(self.booleans),
            numbers: of_kinds(&self.numbers, count),
            decimal_places: of_kinds(&self.decimal_places, count),
            texts: of_kinds(&self.texts, count),
            lists: of_all(&self.lists, count),
            passed_over: count(self.passed_over),
            objects: count(self.objects),
            items: self.items.as_ref().map(|items| Box::new(items.map(count))),
            properties: self.properties.iter().map(|(name, shape)| (name.clone(), shape.map(count))).collect(),
            other_names: self.other_names.as_ref().map(|others| Box::new(others.map(count))),
        }
    }
}

impl Shape<u64> {
    /// Adds the counts of other values.
    pub fn add(&mut self, other: &Self) {
        self.combine(other, u64::saturating_add);
    }

    /// How many of the values were numbers.
    pub fn number_count(&self) -> u64 {
        sum(self.numbers.values().flat_map(BTreeMap::values))
    }

    /// How many of the values were texts.
    pub fn text_count(&self) -> u64 {
        sum(self.texts.values().flat_map(BTreeMap::values))
    }

    /// How many of the values were lists.
    pub fn list_count(&self) -> u64 {
        sum(self.lists.values())
    }
}

/// Counts of a file that was edited by hand may be large.
fn sum<'a>(counts: impl Iterator<Item = &'a u64>) -> u64 {
    counts.fold(0, |sum, count| sum.saturating_add(*count))
}

fn combine_all<C: Copy + Default>(mine: &mut BTreeMap<Size, C>, others: &BTreeMap<Size, C>, with: fn(C, C) -> C) {
    for (size, count) in others {
        let entry = mine.entry(*size).or_default();
        *entry = with(*entry, *count);
    }
}

fn is_default<C: Default + PartialEq>(count: &C) -> bool {
    *count == C::default()
}
