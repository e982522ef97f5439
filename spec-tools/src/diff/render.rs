//! The formats of a report.

use super::report::Report;
use super::{markdown, text};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Text,
    Markdown,
    Json,
}

impl Report {
    pub fn render(&self, format: Format) -> String {
        match format {
            Format::Text => text::render(self),
            Format::Markdown => markdown::render(self),
            Format::Json => serde_json::to_string_pretty(self).expect("a report has only text as names") + "\n",
        }
    }
}
