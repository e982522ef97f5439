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
    pub(crate) const NAMES: [&'static str; 5] = ["json", "ndjson", "csv", "yaml", "table"];

    pub(crate) fn named(name: &str) -> Option<Self> {
        let formats = [Self::Json, Self::Ndjson, Self::Csv, Self::Yaml, Self::Table];
        Self::NAMES.iter().zip(formats).find(|(known, _)| **known == name).map(|(_, format)| format)
    }

    /// Whether a list in this format can be cut anywhere between two records, and continued there.
    pub(crate) fn can_be_continued(self) -> bool {
        matches!(self, Self::Ndjson | Self::Csv)
    }
}
