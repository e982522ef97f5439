//! The payload on the standard output, or in a file, and nothing else.

mod columns;
#[cfg(feature = "jq")]
mod jq;
mod json;
mod sink;
mod table;
mod yaml;

use std::borrow::Cow;
use std::io::{IsTerminal as _, Write as _};

use gofive_api::RawJson;

pub(crate) use self::columns::documented;
#[cfg(feature = "mcp")]
pub(crate) use self::columns::find;
pub(crate) use self::columns::select;
use self::columns::{Columns, cell, flatten};
pub(crate) use self::json::{compact, pretty};
pub(crate) use self::sink::Sink;
use crate::failure::Failure;
use crate::format::Format;
use crate::options::Options;

/// The format that is set, or that of the file's name, or the usual one.
pub(crate) fn format_of(options: &Options) -> Format {
    let extension = options.out.as_ref().map(|file| file.extension().and_then(|one| one.to_str()).unwrap_or_default());
    options.format.unwrap_or(match extension {
        Some("csv") => Format::Csv,
        Some("ndjson" | "jsonl") => Format::Ndjson,
        Some("yaml" | "yml") => Format::Yaml,
        None if std::io::stdout().is_terminal() => Format::Table,
        _ => Format::Json,
    })
}

/// Prints one payload: a value, or a list, page by page.
pub(crate) struct Printer {
    sink: Sink,
    format: Format,
    columns: Columns,
    #[cfg(feature = "jq")]
    jq: Option<jq::Filter>,
    /// What a table has to know before its first line is printed.
    rows: Vec<Vec<(String, String)>>,
    /// The number of records so far.
    count: u64,
}

impl Printer {
    /// A printer for a payload whose documented columns are known, as far as they are.
    #[cfg_attr(not(feature = "jq"), allow(clippy::unnecessary_wraps, reason = "an expression of jq can be wrong"))]
    pub(crate) fn new(options: &Options, documented: Vec<String>, sink: Sink) -> Result<Self, Failure> {
        Ok(Self {
            sink,
            format: format_of(options),
            columns: Columns::new(options.fields.clone(), documented),
            #[cfg(feature = "jq")]
            jq: options.jq.as_deref().map(jq::Filter::new).transpose()?,
            rows: Vec::new(),
            count: 0,
        })
    }

    /// Prints a response as it was received.
    pub(crate) fn raw(self, body: &[u8]) -> Result<(), Failure> {
        self.sink.bytes(body)
    }

    /// Prints a payload as a whole.
    pub(crate) fn whole(mut self, payload: &RawJson) -> Result<(), Failure> {
        if let Ok(records) = payload.read::<Vec<RawJson>>() {
            self.records(&records)?;
            return self.finish();
        }
        #[cfg(feature = "jq")]
        if let Some(jq) = &self.jq {
            return jq.print(payload.as_str(), &mut self.sink).and_then(|()| self.sink.flush());
        }
        self.columns.check(std::slice::from_ref(payload))?;
        let value = self.selected(payload);
        match self.format {
            Format::Json => self.sink.line(&pretty(value.as_str(), 0))?,
            Format::Ndjson => self.sink.line(&compact(value.as_str()))?,
            Format::Yaml => self.sink.text(&yaml::document(&value))?,
            Format::Csv => {
                self.columns.complete(std::slice::from_ref(payload));
                self.csv(std::slice::from_ref(payload), true)?;
            }
            Format::Table => {
                let lines = table::properties(&flatten(&value));
                self.sink.text(&lines)?;
            }
        }
        self.sink.flush()
    }

    /// Prints the next records of a list.
    pub(crate) fn records(&mut self, records: &[RawJson]) -> Result<(), Failure> {
        #[cfg(feature = "jq")]
        if let Some(jq) = &self.jq {
            // Each page is a list, so that an expression is the same for one page and for all.
            let list: Vec<_> = records.iter().map(RawJson::as_str).collect();
            self.count += records.len() as u64;
            return jq.print(&format!("[{}]", list.join(",")), &mut self.sink);
        }
        self.columns.check(records)?;
        let is_first = self.count == 0;
        if is_first && matches!(self.format, Format::Csv) {
            self.columns.complete(records);
        }
        match self.format {
            Format::Csv => self.csv(records, is_first)?,
            Format::Table => {
                let rows = records.iter().map(|record| flatten(&self.selected(record)));
                let rows = rows.map(|row| row.into_iter().map(|(name, value)| (name, cell(&value))).collect());
                self.rows.extend(rows.collect::<Vec<_>>());
            }
            Format::Json => {
                for (index, record) in records.iter().enumerate() {
                    self.sink.text(if is_first && index == 0 { "[\n  " } else { ",\n  " })?;
                    self.sink.text(&pretty(self.selected(record).as_str(), 1))?;
                }
            }
            Format::Ndjson => {
                for record in records {
                    self.sink.line(&compact(self.selected(record).as_str()))?;
                }
            }
            Format::Yaml => {
                for record in records {
                    self.sink.text(&yaml::item(&self.selected(record)))?;
                }
            }
        }
        self.count += records.len() as u64;
        Ok(())
    }

    /// Ends a list.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        #[cfg(feature = "jq")]
        if self.jq.is_some() {
            return self.sink.flush();
        }
        match (self.format, self.count) {
            (Format::Json | Format::Yaml, 0) => self.sink.line("[]")?,
            (Format::Json, _) => self.sink.text("\n]\n")?,
            (Format::Table, _) => {
                let (lines, omitted) = table::records(&self.rows, &self.columns, self.sink.width());
                self.sink.text(&lines)?;
                self.sink.flush()?;
                if omitted > 0 {
                    let columns = if omitted == 1 { "column" } else { "columns" };
                    self.sink.note(&format!("{omitted} more {columns}: choose by --fields, or print all by -o json"));
                }
            }
            _ => {}
        }
        self.sink.flush()
    }

    /// Continues a list of which so much has been printed.
    pub(crate) fn continue_at(&mut self, count: u64, columns: Vec<String>) {
        self.count = count;
        if !columns.is_empty() {
            self.columns.continue_with(columns);
        }
    }

    /// The columns of a list, once they are decided.
    pub(crate) fn columns(&self) -> &[String] {
        self.columns.names()
    }

    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        self.sink.flush()
    }

    /// The number of bytes that are in the output.
    pub(crate) fn length(&self) -> u64 {
        self.sink.length()
    }

    fn selected<'a>(&self, record: &'a RawJson) -> Cow<'a, RawJson> {
        if self.columns.are_chosen() { Cow::Owned(select(record, self.columns.names())) } else { Cow::Borrowed(record) }
    }

    fn csv(&mut self, records: &[RawJson], with_header: bool) -> Result<(), Failure> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let unusable = |error: csv::Error| Failure::io(format!("the payload cannot be written as CSV: {error}"));
        if with_header {
            writer.write_record(self.columns.names()).map_err(unusable)?;
        }
        for record in records {
            writer.write_record(self.columns.row(record)).map_err(unusable)?;
        }
        let bytes = writer.into_inner().map_err(|error| Failure::io(error.to_string()))?;
        self.sink.write_all(&bytes).map_err(|error| sink::failure(&error))
    }
}
