//! The formats of payloads.

/// How a payload is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// Indented JSON.
    Json,
    /// One line of JSON for each record.
    Ndjson,
    Csv,
    Yaml,
    Table,
}

impl Format {
    const ALL: [Self; 5] = [Self::Json, Self::Ndjson, Self::Csv, Self::Yaml, Self::Table];

    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        Self::ALL.into_iter().map(Self::name)
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
            Self::Yaml => "yaml",
            Self::Table => "table",
        }
    }

    /// Whether a list in this format can be cut anywhere between two records, and continued there.
    pub(crate) fn can_be_continued(self) -> bool {
        matches!(self, Self::Ndjson | Self::Csv)
    }
}
