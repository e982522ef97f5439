//! The changes of a report, in words. Nothing decides by their texts.

use serde::Serialize;

/// How much a change affects users, in ascending order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Code and running programs are not affected.
    DocsOnly,
    /// Something is new; existing code and programs still work.
    Additive,
    /// Code must be changed, or a running program behaves differently.
    Breaking,
}

/// Who is affected by a breaking change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Whom {
    /// Code that does not compile with the new crate.
    CallersCode,
    /// A program built with the old crate, if the server behaves as the new spec says.
    RunningProgram,
    /// A program built with the new crate: its code compiles as it is, and does something else.
    RebuiltProgram,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Effect {
    pub whom: Whom,
    pub why: String,
}

/// The section of the changelog that a change belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Added,
    Changed,
    Removed,
}

/// One entry of the report.
#[derive(Clone, Debug, Serialize)]
pub struct Change {
    pub product: String,
    /// The affected operations and webhooks; for a type, all that use it.
    pub operations: Vec<String>,
    /// `request`, `response`, `request and response`, or empty.
    pub direction: String,
    pub class: Class,
    #[serde(skip)]
    pub section: Section,
    /// The change in one line.
    pub headline: String,
    pub details: Vec<Detail>,
    pub breaks: Vec<Effect>,
    pub location: Option<ChangeLocation>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Detail {
    pub what: String,
    pub old: Option<String>,
    pub new: Option<String>,
    /// Whether the values need the label: the headline names several details, or not this one.
    #[serde(skip)]
    pub labelled: bool,
}

impl Detail {
    pub(super) fn has_values(&self) -> bool {
        self.old.is_some() || self.new.is_some()
    }
}

/// File and line; for something removed, at the base.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangeLocation {
    pub file: String,
    pub line: usize,
    pub at_base: bool,
}
