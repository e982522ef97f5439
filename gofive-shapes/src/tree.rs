//! The shape of a body while responses arrive: exact counts, in memory only.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::count::Count;
use crate::json::{Cursor, MAX_DEPTH, RawText, Token, Unreadable};
use crate::name::{self, KnownNames, Name};
use crate::number_kind::NumberKind;
use crate::outline::{MAX_ITEMS, Outline};
use crate::shape::Shape;
use crate::size::Size;
use crate::text_format::TextFormat;

/// The maximum number of locations of an operation that are distinguished.
const MAX_NODES: usize = 20_000;
/// With so many names, an object is rather a table of values than a record.
const MAX_NAMES: usize = 100;
/// In how many objects a name has to occur that the spec does not have.
const MIN_OBJECTS: u64 = 20;
/// The longest text with escapes that is classified without them.
const MAX_UNESCAPED: usize = 1024;

/// The nodes of a tree; the first is its root.
#[derive(Debug)]
pub(crate) struct Tree {
    known: KnownNames,
    nodes: Vec<Node>,
    /// The nodes that are no longer part of the tree.
    free: Vec<usize>,
    /// The number of objects so far, by which a name that occurs twice in one of them is recognized.
    objects: u64,
}

/// The counts of one location.
#[derive(Debug, Default)]
struct Node {
    seen: u64,
    nulls: u64,
    booleans: u64,
    numbers: Tally<(NumberKind, Size)>,
    decimal_places: Tally<(NumberKind, Size)>,
    texts: Tally<(TextFormat, Size)>,
    lists: Tally<Size>,
    passed_over: u64,
    objects: u64,
    items: Option<usize>,
    properties: Vec<Property>,
    other_names: Option<usize>,
    /// Hashes of the names that are never written, by which they are counted.
    unwritable: Vec<u64>,
    /// Whether names that the spec does not have are no longer distinguished.
    is_table: bool,
}

#[derive(Debug)]
struct Property {
    /// As it was sent: with escapes, if it has any.
    name: Box<str>,
    is_known: bool,
    node: usize,
    /// The last object that had it.
    object: u64,
}

/// Counts by a key of which there are few.
#[derive(Debug)]
struct Tally<K>(Vec<(K, u64)>);

impl<K> Default for Tally<K> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Copy + PartialEq> Tally<K> {
    #[inline]
    fn add(&mut self, key: K, count: u64) {
        match self.0.iter_mut().find(|(known, _)| *known == key) {
            Some((_, counted)) => *counted += count,
            None => self.0.push((key, count)),
        }
    }

    fn absorb(&mut self, other: Self) {
        for (key, count) in other.0 {
            self.add(key, count);
        }
    }
}

impl Node {
    /// The number of its names.
    fn names(&self) -> usize {
        self.properties.len() + self.unwritable.len()
    }
}

impl Tree {
    pub(crate) fn new(known: KnownNames) -> Self {
        Self { known, nodes: vec![Node::default()], free: Vec::new(), objects: 0 }
    }

    /// Counts a body that has no shape.
    pub(crate) fn count(&mut self) {
        self.nodes[0].seen += 1;
    }

    /// Adds a body whose outline was read.
    pub(crate) fn add(&mut self, text: &str, outline: &Outline) {
        let mut visit = Visit { tree: self, cursor: Cursor::new(text), outline };
        // What is looked at was read before, unless the body has hundreds of long lists: then the visit may end early.
        let _ = visit.value(0, MAX_DEPTH);
    }

    /// The shape, with the names that may be written: those that the spec has, those that were written before, and those that
    /// evidently are the names of properties.
    pub(crate) fn shape(&self, written: Option<&Shape<Count>>) -> Shape<u64> {
        self.shape_of(0, written)
    }

    fn shape_of(&self, index: usize, written: Option<&Shape<Count>>) -> Shape<u64> {
        let node = &self.nodes[index];
        let mut shape = Shape {
            seen: node.seen,
            nulls: node.nulls,
            booleans: node.booleans,
            passed_over: node.passed_over,
            objects: node.objects,
            ..Shape::default()
        };
        for ((kind, digits), count) in &node.numbers.0 {
            shape.numbers.entry(*kind).or_default().insert(*digits, *count);
        }
        for ((kind, scale), count) in &node.decimal_places.0 {
            shape.decimal_places.entry(*kind).or_default().insert(*scale, *count);
        }
        for ((format, length), count) in &node.texts.0 {
            shape.texts.entry(*format).or_default().insert(*length, *count);
        }
        shape.lists.extend(node.lists.0.iter().copied());
        shape.items =
            node.items.map(|items| Box::new(self.shape_of(items, written.and_then(|shape| shape.items.as_deref()))));
        let written_others = written.and_then(|shape| shape.other_names.as_deref());
        let mut others = node.other_names.map(|others| self.shape_of(others, written_others));
        for property in &node.properties {
            let name = Name::new(&property.name);
            let before = name.as_ref().and_then(|name| written?.properties.get(name));
            match name.filter(|_| property.is_known || before.is_some() || self.may_be_written(node, property)) {
                Some(name) => {
                    shape.properties.insert(name, self.shape_of(property.node, before));
                }
                None => others
                    .get_or_insert_default()
                    .combine(&self.shape_of(property.node, written_others), u64::saturating_add),
            }
        }
        shape.other_names = others.map(Box::new);
        shape
    }

    /// Whether a name that the spec does not have is evidently that of a property.
    fn may_be_written(&self, node: &Node, property: &Property) -> bool {
        let seen = self.nodes[property.node].seen;
        name::may_be_written(&property.name)
            && seen >= MIN_OBJECTS
            && seen > node.objects / 2
            && node.names() < MAX_NAMES
    }

    /// A new node, unless there are too many.
    fn create(&mut self) -> Option<usize> {
        if let Some(index) = self.free.pop() {
            return Some(index);
        }
        (self.nodes.len() < MAX_NODES).then(|| {
            self.nodes.push(Node::default());
            self.nodes.len() - 1
        })
    }

    fn items(&mut self, index: usize) -> Option<usize> {
        let items = self.nodes[index].items.or_else(|| self.create())?;
        self.nodes[index].items = Some(items);
        Some(items)
    }

    fn other_names(&mut self, index: usize) -> Option<usize> {
        let others = self.nodes[index].other_names.or_else(|| self.create())?;
        self.nodes[index].other_names = Some(others);
        Some(others)
    }

    /// The node of a property of an object; `None` if there are too many nodes, or the object has had the property before.
    /// The name is probably that of the property at the hint.
    #[inline]
    fn property(&mut self, index: usize, name: RawText<'_>, hint: &mut usize, object: u64) -> Option<usize> {
        let properties = &mut self.nodes[index].properties;
        let is_it = |property: &Property| *property.name == *name.sent;
        let found = if properties.get(*hint).is_some_and(is_it) {
            Some(*hint)
        } else {
            let after = properties.iter().skip(*hint).position(is_it).map(|distance| *hint + distance);
            after.or_else(|| properties.iter().take(*hint).position(is_it))
        };
        let Some(at) = found else { return self.new_property(index, name, hint, object) };
        *hint = at + 1;
        let property = &mut properties[at];
        let is_repeated = std::mem::replace(&mut property.object, object) == object;
        (!is_repeated).then_some(property.node)
    }

    fn new_property(&mut self, index: usize, name: RawText<'_>, hint: &mut usize, object: u64) -> Option<usize> {
        let unescaped = if name.has_escapes { name.unescaped() } else { None };
        let text = unescaped.as_deref().unwrap_or(name.sent);
        let is_known = self.known.contains(text);
        let node = &self.nodes[index];
        if !is_known && node.is_table {
            return self.other_names(index);
        }
        if !is_known && node.names() + 1 >= MAX_NAMES {
            self.becomes_table(index);
            *hint = 0;
            return self.other_names(index);
        }
        // A name that is never written needs no node of its own.
        if !is_known && (name.has_escapes || !name::may_be_written(name.sent)) {
            let mut hasher = DefaultHasher::new();
            text.hash(&mut hasher);
            let (hash, unwritable) = (hasher.finish(), &mut self.nodes[index].unwritable);
            if !unwritable.contains(&hash) {
                unwritable.push(hash);
            }
            return self.other_names(index);
        }
        if is_known && name.has_escapes {
            // The property may have been sent without escapes before.
            let sent = RawText { sent: text, has_escapes: false };
            return self.property(index, sent, hint, object);
        }
        let Some(created) = self.create() else { return self.other_names(index) };
        let properties = &mut self.nodes[index].properties;
        properties.push(Property { name: text.into(), is_known, node: created, object });
        *hint = properties.len();
        Some(created)
    }

    /// From now on, the names that the spec does not have are those of values.
    fn becomes_table(&mut self, index: usize) {
        let node = &mut self.nodes[index];
        node.is_table = true;
        node.unwritable = Vec::new();
        let (known, unknown) = std::mem::take(&mut node.properties).into_iter().partition(|property| property.is_known);
        node.properties = known;
        let unknown: Vec<Property> = unknown;
        for property in unknown {
            match self.other_names(index) {
                Some(others) => self.absorb(others, property.node),
                None => self.discard(property.node),
            }
        }
    }

    /// Adds the counts of a node, and of all nodes below it, to another one.
    fn absorb(&mut self, into: usize, from: usize) {
        let absorbed = std::mem::take(&mut self.nodes[from]);
        self.free.push(from);
        let node = &mut self.nodes[into];
        node.seen += absorbed.seen;
        node.nulls += absorbed.nulls;
        node.booleans += absorbed.booleans;
        node.passed_over += absorbed.passed_over;
        node.objects += absorbed.objects;
        node.numbers.absorb(absorbed.numbers);
        node.decimal_places.absorb(absorbed.decimal_places);
        node.texts.absorb(absorbed.texts);
        node.lists.absorb(absorbed.lists);
        let is_table = node.is_table || absorbed.is_table;
        if let Some(items) = absorbed.items {
            match self.items(into) {
                Some(own) => self.absorb(own, items),
                None => self.discard(items),
            }
        }
        if let Some(others) = absorbed.other_names {
            match self.other_names(into) {
                Some(own) => self.absorb(own, others),
                None => self.discard(others),
            }
        }
        for property in absorbed.properties {
            let name = RawText { sent: &property.name, has_escapes: false };
            self.objects += 1;
            match self.property(into, name, &mut 0, self.objects).or_else(|| self.other_names(into)) {
                Some(own) => self.absorb(own, property.node),
                None => self.discard(property.node),
            }
        }
        if is_table && !self.nodes[into].is_table {
            self.becomes_table(into);
        }
    }

    fn discard(&mut self, index: usize) {
        let node = std::mem::take(&mut self.nodes[index]);
        self.free.push(index);
        let properties = node.properties.into_iter().map(|property| property.node);
        for below in node.items.into_iter().chain(node.other_names).chain(properties) {
            self.discard(below);
        }
    }
}

/// A pass over a body.
struct Visit<'a, 't> {
    tree: &'t mut Tree,
    cursor: Cursor<'a>,
    outline: &'t Outline,
}

impl Visit<'_, '_> {
    /// Counts a value at a node.
    fn value(&mut self, index: usize, depth: usize) -> Result<(), Unreadable> {
        let token = self.cursor.token()?;
        let node = &mut self.tree.nodes[index];
        node.seen += 1;
        match token {
            Token::Null => node.nulls += 1,
            Token::Boolean => node.booleans += 1,
            Token::Number(number) => {
                let (kind, digits, scale) = NumberKind::of(number);
                node.numbers.add((kind, Size::of(digits)), 1);
                if scale > 0 {
                    node.decimal_places.add((kind, Size::of(scale)), 1);
                }
            }
            Token::Text(text) => {
                let (format, length) = classified(text);
                node.texts.add((format, length), 1);
            }
            Token::List => self.list(index, depth.checked_sub(1).ok_or(Unreadable)?)?,
            Token::Object => self.object(index, depth.checked_sub(1).ok_or(Unreadable)?)?,
        }
        Ok(())
    }

    fn object(&mut self, index: usize, depth: usize) -> Result<(), Unreadable> {
        self.tree.nodes[index].objects += 1;
        self.tree.objects += 1;
        let object = self.tree.objects;
        let (mut is_first, mut hint) = (true, 0);
        while self.cursor.has_next(is_first, b'}')? {
            let name = self.cursor.name()?;
            match self.tree.property(index, name, &mut hint, object) {
                Some(node) => self.value(node, depth)?,
                None => self.pass(index, depth)?,
            }
            is_first = false;
        }
        Ok(())
    }

    fn list(&mut self, index: usize, depth: usize) -> Result<(), Unreadable> {
        let outline = self.outline;
        if let Some(list) = outline.long_list(self.cursor.position()) {
            for position in &list.chosen {
                self.cursor.go_to(*position);
                self.item(index, depth)?;
            }
            self.cursor.go_to(list.end);
            let node = &mut self.tree.nodes[index];
            node.lists.add(Size::of(list.length), 1);
            node.passed_over += (list.length - list.chosen.len()) as u64;
            return Ok(());
        }
        let mut length = 0;
        while self.cursor.has_next(length == 0, b']')? {
            if length < MAX_ITEMS {
                self.item(index, depth)?;
            } else {
                self.pass(index, depth)?;
            }
            length += 1;
        }
        self.tree.nodes[index].lists.add(Size::of(length), 1);
        Ok(())
    }

    fn item(&mut self, index: usize, depth: usize) -> Result<(), Unreadable> {
        match self.tree.items(index) {
            Some(items) => self.value(items, depth),
            None => self.pass(index, depth),
        }
    }

    fn pass(&mut self, index: usize, depth: usize) -> Result<(), Unreadable> {
        self.tree.nodes[index].passed_over += 1;
        self.cursor.pass_quickly(depth)
    }
}

fn classified(text: RawText<'_>) -> (TextFormat, Size) {
    let length = Size::of(text.length());
    // Some servers escape the sign of an offset and the slashes of a URL.
    if text.has_escapes && text.sent.len() <= MAX_UNESCAPED {
        return (text.unescaped().map_or(TextFormat::Other, |text| TextFormat::of(&text)), length);
    }
    (TextFormat::of(text.sent), length)
}

#[cfg(test)]
mod tests;
