//! Reads JSON nodes strictly: a value of another type than expected, or a property that nobody reads, is an error.

use serde_json::{Map, Value};

use crate::{Pointer, SpecError};

/// The limit of nested schemas. The spec has far fewer; it stops a hostile document from exhausting the stack.
const MAX_DEPTH: usize = 64;

type Result<T> = std::result::Result<T, SpecError>;

/// A node of the document, with its location.
#[derive(Clone, Debug)]
pub(crate) struct Node<'a> {
    pub(crate) value: &'a Value,
    pub(crate) pointer: Pointer,
    depth: usize,
}

impl<'a> Node<'a> {
    pub(crate) fn root(value: &'a Value) -> Self {
        Self { value, pointer: Pointer::root(), depth: 0 }
    }

    /// The error for something wrong at this node.
    pub(crate) fn error(&self, problem: impl Into<String>) -> SpecError {
        SpecError::new(&self.pointer, problem)
    }

    fn expected<T>(&self, what: &str, found: Option<T>) -> Result<T> {
        found.ok_or_else(|| self.error(format!("expected {what}, found {}", in_words(self.value))))
    }

    pub(crate) fn text(&self) -> Result<String> {
        self.expected("a string", self.value.as_str()).map(str::to_owned)
    }

    pub(crate) fn flag(&self) -> Result<bool> {
        self.expected("true or false", self.value.as_bool())
    }

    /// A number of characters or items.
    pub(crate) fn count(&self) -> Result<u64> {
        self.expected("a number of characters or items", self.value.as_u64())
    }

    pub(crate) fn number(&self) -> Result<serde_json::Number> {
        self.expected("a number", self.value.as_number()).cloned()
    }

    pub(crate) fn items(&self) -> Result<Vec<Node<'a>>> {
        let items = self.expected("a list", self.value.as_array())?;
        let item = |(index, value)| Node { value, pointer: self.pointer.item(index), depth: self.depth + 1 };
        Ok(items.iter().enumerate().map(item).collect())
    }

    pub(crate) fn texts(&self) -> Result<Vec<String>> {
        self.items()?.iter().map(Node::text).collect()
    }

    /// The name of the component of a kind (`schemas`, `responses`) that a `$ref` refers to.
    pub(crate) fn reference(&self, kind: &str) -> Result<String> {
        let text = self.text()?;
        let target = Pointer::of_reference(&text);
        let steps: Vec<_> = target.iter().flat_map(Pointer::steps).collect();
        match steps.as_slice() {
            [components, of_kind, name] if components == "components" && of_kind == kind => Ok(name.to_string()),
            _ => Err(self.error(format!("`{text}` is not a reference to one of #/components/{kind}/"))),
        }
    }

    /// The properties of an object, each of which must be read.
    pub(crate) fn object(&self) -> Result<ObjectNode<'a>> {
        if self.depth > MAX_DEPTH {
            return Err(self.error(format!("more than {MAX_DEPTH} levels of nesting")));
        }
        let object = self.expected("an object", self.value.as_object())?;
        Ok(ObjectNode { object, read: Vec::new(), node: self.clone() })
    }

    /// The entries of an object whose property names are data.
    pub(crate) fn entries(&self) -> Result<Vec<(&'a str, Node<'a>)>> {
        let ObjectNode { object, node, .. } = self.object()?;
        Ok(object.iter().map(|(name, value)| (name.as_str(), node.property(name, value))).collect())
    }

    fn property(&self, name: &str, value: &'a Value) -> Node<'a> {
        Node { value, pointer: self.pointer.join(name), depth: self.depth + 1 }
    }
}

/// An object whose properties are read one by one.
#[derive(Debug)]
pub(crate) struct ObjectNode<'a> {
    object: &'a Map<String, Value>,
    read: Vec<&'static str>,
    pub(crate) node: Node<'a>,
}

impl<'a> ObjectNode<'a> {
    pub(crate) fn optional(&mut self, name: &'static str) -> Option<Node<'a>> {
        self.read.push(name);
        self.object.get(name).map(|value| self.node.property(name, value))
    }

    pub(crate) fn required(&mut self, name: &'static str) -> Result<Node<'a>> {
        self.optional(name).ok_or_else(|| self.node.error(format!("`{name}` is missing")))
    }

    /// A text; empty if it is missing.
    pub(crate) fn text(&mut self, name: &'static str) -> Result<String> {
        self.optional(name).map_or(Ok(String::new()), |node| node.text())
    }

    /// A list of texts; empty if it is missing.
    pub(crate) fn texts(&mut self, name: &'static str) -> Result<Vec<String>> {
        self.optional(name).map_or(Ok(Vec::new()), |node| node.texts())
    }

    /// A flag; `false` if it is missing.
    pub(crate) fn flag(&mut self, name: &'static str) -> Result<bool> {
        self.optional(name).map_or(Ok(false), |node| node.flag())
    }

    /// The entries of an object; none if it is missing.
    pub(crate) fn entries(&mut self, name: &'static str) -> Result<Vec<(&'a str, Node<'a>)>> {
        self.optional(name).map_or(Ok(Vec::new()), |node| node.entries())
    }

    /// The items of a list; none if it is missing.
    pub(crate) fn items(&mut self, name: &'static str) -> Result<Vec<Node<'a>>> {
        self.optional(name).map_or(Ok(Vec::new()), |node| node.items())
    }

    /// Ends the reading. A property that was not read would be lost, so it is an error.
    pub(crate) fn finish(self) -> Result<()> {
        match self.object.keys().find(|name| !self.read.contains(&name.as_str())) {
            Some(unknown) => {
                Err(SpecError::new(&self.node.pointer.join(unknown), format!("`{unknown}` is not known here")))
            }
            None => Ok(()),
        }
    }
}

fn in_words(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(number) if number.is_f64() => "a number with a fraction",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
