//! The archive of a browser (HAR 1.2), read entry by entry: it may be larger than the memory.

use std::borrow::Cow;
use std::fmt;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;

use crate::failure::Failure;

/// An archive.
pub(super) struct Archive {
    path: PathBuf,
    file: File,
}

/// A request and its response.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) status: u16,
    text: Option<String>,
    is_base64: bool,
}

impl Archive {
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let file =
            File::open(path).map_err(|error| Failure::io(format!("{} cannot be read: {error}", path.display())))?;
        Ok(Self { path: path.to_owned(), file })
    }

    /// Passes each entry to a closure.
    pub(super) fn each(self, show: &mut dyn FnMut(Entry)) -> Result<(), Failure> {
        let unreadable =
            |error: &dyn fmt::Display| Failure::io(format!("{} cannot be read: {error}", self.path.display()));
        let mut reader = BufReader::with_capacity(256 * 1024, self.file);
        let mark = "\u{feff}".as_bytes();
        if reader.fill_buf().map_err(|error| unreadable(&error))?.starts_with(mark) {
            reader.consume(mark.len());
        }
        let mut json = serde_json::Deserializer::from_reader(reader);
        let mut found = false;
        let read = Follow { steps: &["log", "entries"], show, found: &mut found }.deserialize(&mut json);
        let failed = |cause: String| {
            let hint = "save it again in the network tab of the browser's developer tools: Export HAR, with content";
            Failure::io(format!("{} is not an archive of a browser: {cause}", self.path.display())).hint(hint)
        };
        // The parser's own message may quote a value.
        read.and_then(|()| json.end()).map_err(|error| match error.classify() {
            Category::Io => unreadable(&error),
            category => {
                let what = match category {
                    Category::Eof => "it ends too early",
                    Category::Syntax => "it is not JSON",
                    _ => "an entry lacks its request or its response",
                };
                failed(format!("{what}, at line {}, column {}", error.line(), error.column()))
            }
        })?;
        if found { Ok(()) } else { Err(failed("it has no list `entries` in `log`".to_owned())) }
    }
}

impl Entry {
    /// The body: none if the browser has not saved it, an error if it cannot be decoded.
    pub(super) fn body(&self) -> Option<Result<Cow<'_, [u8]>, ()>> {
        let text = self.text.as_deref()?;
        Some(if self.is_base64 {
            STANDARD.decode(text.trim()).map(Cow::Owned).map_err(|_| ())
        } else {
            Ok(Cow::Borrowed(text.as_bytes()))
        })
    }
}

#[derive(Deserialize)]
struct Request {
    #[serde(default)]
    method: String,
    #[serde(default)]
    url: String,
}

#[derive(Deserialize)]
struct Response {
    /// Some browsers write a negative one for a request that was blocked.
    #[serde(default)]
    status: i64,
    content: Option<Content>,
}

#[derive(Deserialize)]
struct Content {
    text: Option<String>,
    encoding: Option<String>,
}

#[derive(Deserialize)]
struct Pair {
    request: Request,
    response: Response,
}

impl From<Pair> for Entry {
    fn from(Pair { request, response }: Pair) -> Self {
        let content = response.content.unwrap_or(Content { text: None, encoding: None });
        let is_base64 = content.encoding.is_some_and(|encoding| encoding.eq_ignore_ascii_case("base64"));
        let status = u16::try_from(response.status).unwrap_or_default();
        Self { method: request.method, url: request.url, status, text: content.text, is_base64 }
    }
}

/// Follows the names to the list of entries.
struct Follow<'a> {
    steps: &'a [&'a str],
    show: &'a mut dyn FnMut(Entry),
    found: &'a mut bool,
}

impl<'de> DeserializeSeed<'de> for Follow<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.steps.is_empty() { deserializer.deserialize_seq(self) } else { deserializer.deserialize_map(self) }
    }
}

impl<'de> Visitor<'de> for Follow<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an archive")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Some((step, rest)) = self.steps.split_first() else { return Ok(()) };
        while let Some(name) = map.next_key::<String>()? {
            if name == *step {
                map.next_value_seed(Follow { steps: rest, show: &mut *self.show, found: &mut *self.found })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        *self.found = true;
        while let Some(pair) = seq.next_element::<Pair>()? {
            (self.show)(pair.into());
        }
        Ok(())
    }
}
