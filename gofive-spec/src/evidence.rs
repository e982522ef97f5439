//! How well an operation is known: `x-gofive-evidence` and `x-gofive-observed`.

use std::fmt;

use crate::SpecError;
use crate::node::Node;

/// How well the parts of an operation are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Evidence {
    /// The source of the path and the method.
    pub path: Grade,
    /// How well the parameters and the body are known.
    pub request: Grade,
    /// How well the success response is known.
    pub response: Grade,
}

/// How well one part of an operation is known, or where it is known from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// The developer portal has it.
    Portal,
    /// The developer portal has all of it.
    Complete,
    /// The developer portal has some of it.
    Partial,
    /// The developer portal has only an example of it.
    ExampleOnly,
    /// Responses have it: `x-gofive-observed` says how many were seen.
    Observed,
    /// Public integrations use it.
    Wire,
    /// The portal of 2021 had it.
    Legacy,
    /// Nothing is known. This is also the grade of a document without `x-gofive-evidence`.
    #[default]
    None,
}

/// What the observed part of a response rests on: `x-gofive-observed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Observed {
    /// About how many responses were observed.
    pub responses: u64,
    /// In how many sessions of a recorder.
    pub sessions: u64,
    /// In how many months.
    pub months: u64,
}

impl Observed {
    pub(crate) fn read(node: &Node<'_>) -> Result<Self, SpecError> {
        let mut object = node.object()?;
        let [responses, sessions, months] =
            ["responses", "sessions", "months"].map(|name| object.required(name).and_then(|node| node.count()));
        let observed = Self { responses: responses?, sessions: sessions?, months: months? };
        object.finish()?;
        Ok(observed)
    }
}

/// In words: `about 64 responses, in 2 sessions and 1 month`.
impl fmt::Display for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted = |count, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
        let [responses, sessions, months] =
            [(self.responses, "response"), (self.sessions, "session"), (self.months, "month")]
                .map(|(count, one)| counted(count, one));
        write!(f, "about {responses}, in {sessions} and {months}")
    }
}

impl Evidence {
    /// The parts with their names: path, request, response.
    pub const fn parts(&self) -> [(&'static str, Grade); 3] {
        [("path", self.path), ("request", self.request), ("response", self.response)]
    }

    pub(crate) fn read(node: &Node<'_>) -> Result<Self, SpecError> {
        let mut object = node.object()?;
        let [path, request, response] = ["path", "request", "response"].map(|part| match object.optional(part) {
            Some(node) => Grade::read(&node),
            None => Ok(Grade::None),
        });
        let evidence = Self { path: path?, request: request?, response: response? };
        object.finish()?;
        Ok(evidence)
    }
}

impl Grade {
    /// All grades.
    pub const ALL: [Self; 8] = [
        Self::Portal,
        Self::Complete,
        Self::Partial,
        Self::ExampleOnly,
        Self::Observed,
        Self::Wire,
        Self::Legacy,
        Self::None,
    ];

    /// The name of the grade in the spec.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Portal => "portal",
            Self::Complete => "complete",
            Self::Partial => "partial",
            Self::ExampleOnly => "example-only",
            Self::Observed => "observed",
            Self::Wire => "wire",
            Self::Legacy => "legacy",
            Self::None => "none",
        }
    }

    fn read(node: &Node<'_>) -> Result<Self, SpecError> {
        let name = node.text()?;
        Self::ALL.into_iter().find(|grade| grade.name() == name).ok_or_else(|| {
            let known = Self::ALL.map(Self::name).join(", ");
            node.error(format!("`{name}` is not one of {known}"))
        })
    }
}

/// The name of the grade in the spec.
impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
