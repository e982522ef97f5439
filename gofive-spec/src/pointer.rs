//! JSON pointers: the only code of this repository's tools that knows `~0` and `~1`.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde_json::Value;

/// A JSON pointer (RFC 6901): the location of a node in a JSON document.
///
/// ```
/// use gofive_spec::Pointer;
///
/// let operation = Pointer::root().join("paths").join("/v1/case").join("post");
/// assert_eq!(operation.as_str(), "/paths/~1v1~1case/post");
/// assert_eq!(operation.steps().nth(1).as_deref(), Some("/v1/case"));
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pointer(String);

/// The error for a text that is not a JSON pointer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsePointerError(String);

impl Pointer {
    /// The pointer to the whole document.
    pub const fn root() -> Self {
        Self(String::new())
    }

    /// The pointer through the given property names and indexes.
    pub fn from_steps<S: AsRef<str>>(steps: impl IntoIterator<Item = S>) -> Self {
        steps.into_iter().fold(Self::root(), |pointer, step| pointer.join(step))
    }

    /// The target of a `$ref` within the document: `/components/schemas/Id` for `#/components/schemas/Id`.
    ///
    /// Returns `None` for a reference to another document, and for one that is not a JSON pointer.
    pub fn of_reference(reference: &str) -> Option<Self> {
        reference.strip_prefix('#')?.parse().ok()
    }

    /// The pointer to the named schema: `/components/schemas/<name>`.
    pub fn to_schema(name: &str) -> Self {
        Self::from_steps(["components", "schemas", name])
    }

    /// The pointer to a property of the node. The name is escaped.
    #[must_use]
    pub fn join(&self, name: impl AsRef<str>) -> Self {
        Self(format!("{}/{}", self.0, escape(name.as_ref())))
    }

    /// The pointer to an item of the list.
    #[must_use]
    pub fn item(&self, index: usize) -> Self {
        Self(format!("{}/{index}", self.0))
    }

    /// The pointer that continues with all steps of another pointer.
    #[must_use]
    pub fn append(&self, below: &Self) -> Self {
        Self(format!("{}{}", self.0, below.0))
    }

    /// The pointer to the node that contains the node, and the node's own name or index; `None` for the whole document.
    pub fn split_last(&self) -> Option<(Self, String)> {
        let (parent, step) = self.0.rsplit_once('/')?;
        Some((Self(parent.to_owned()), unescape(step).into_owned()))
    }

    /// The names and indexes, from the outermost to the innermost, without escapes.
    pub fn steps(&self) -> impl DoubleEndedIterator<Item = Cow<'_, str>> {
        // The text before the first slash is empty: it is not a step.
        let mut steps = self.0.split('/');
        steps.next();
        steps.map(unescape)
    }

    /// Whether it points to the whole document.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it points to the node of the other pointer or to something inside it.
    pub fn starts_with(&self, outer: &Self) -> bool {
        self.0.strip_prefix(&outer.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// The node in a document, if it exists.
    pub fn find<'a>(&self, document: &'a Value) -> Option<&'a Value> {
        document.pointer(&self.0)
    }

    /// The pointer as text, with escapes.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A property name as a step of a pointer: `~1v1~1case` for `/v1/case`.
pub fn escape(name: &str) -> Cow<'_, str> {
    if name.contains(['~', '/']) { name.replace('~', "~0").replace('/', "~1").into() } else { name.into() }
}

fn unescape(step: &str) -> Cow<'_, str> {
    if step.contains('~') { step.replace("~1", "/").replace("~0", "~").into() } else { step.into() }
}

impl FromStr for Pointer {
    type Err = ParsePointerError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_escape = |rest: &str| rest.starts_with(['0', '1']);
        let is_pointer = text.is_empty() || text.starts_with('/');
        if is_pointer && text.split('~').skip(1).all(is_escape) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ParsePointerError(text.to_owned()))
        }
    }
}

impl AsRef<str> for Pointer {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl fmt::Display for ParsePointerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not a JSON pointer: write /name/of/property, with ~0 for ~ and ~1 for /", self.0)
    }
}

impl std::error::Error for ParsePointerError {}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// All texts of up to three of these characters.
    fn names() -> Vec<String> {
        let mut names = vec![String::new()];
        for _ in 0..3 {
            let longer: Vec<_> = names
                .iter()
                .flat_map(|name| ["~", "/", "0", "1", "a", "ก"].map(|end| format!("{name}{end}")))
                .collect();
            names.extend(longer);
        }
        names
    }

    #[test]
    fn every_name_survives_as_a_step_and_finds_its_property() {
        for name in names() {
            let pointer = Pointer::root().join("outer").join(&name).item(0);
            assert_eq!(pointer.steps().collect::<Vec<_>>(), ["outer", &name, "0"]);
            assert_eq!(Pointer::from_steps(pointer.steps()), pointer);
            assert_eq!(pointer.as_str().parse(), Ok(pointer.clone()));
            let (parent, index) = pointer.split_last().unwrap();
            assert_eq!((parent.split_last().unwrap().1, index.as_str()), (name.clone(), "0"));
            let document = json!({ "outer": { name.clone(): [name] } });
            assert_eq!(pointer.find(&document), Some(&json!(name)));
        }
    }

    #[test]
    fn only_json_pointers_are_parsed() {
        for text in ["", "/", "/a", "/a/0", "/~0~1", "//"] {
            assert_eq!(text.parse::<Pointer>().unwrap().as_str(), text);
        }
        for text in ["a", "#/a", "/~", "/~2", "/a~", "~0"] {
            assert!(text.parse::<Pointer>().is_err(), "{text}");
        }
        assert_eq!(Pointer::of_reference("#/components/schemas/Id"), Some(Pointer::to_schema("Id")));
        assert_eq!(Pointer::of_reference("common.yaml#/components/schemas/Id"), None);
    }

    #[test]
    fn the_root_has_no_steps_and_contains_everything() {
        let root = Pointer::root();
        assert_eq!((root.steps().count(), root.split_last(), root.is_root()), (0, None, true));
        let inner = root.join("a").join("b");
        assert!(inner.starts_with(&root) && inner.starts_with(&inner) && inner.starts_with(&root.join("a")));
        assert!(!root.join("ab").starts_with(&root.join("a")) && !root.starts_with(&inner));
        assert_eq!(root.join("a").append(&root.join("b")), inner);
    }
}
