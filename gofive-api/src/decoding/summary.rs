//! The few properties of a body that report the outcome of a call, read in one pass that keeps nothing else.
//!
//! Values are read as raw text and copied only up to [`LONGEST_TEXT`], so neither a long body matters, nor parts of it
//! that cannot be read: a lone surrogate, a body that ends too early.

use std::fmt;

use serde::de::{Deserialize as _, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::decoding::documented::Payload;
use crate::decoding::problems::{self, MAX_PROBLEMS};
use crate::decoding::property::{self, Property};
use crate::errors::Problem;
use crate::values::name::Name;
use crate::values::raw::{self, Text};
use crate::values::scalar;

/// What a body reports, by level of the envelope.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    /// From the outside in: the body itself, then the value at each step of the longest pointer.
    levels: Vec<Level>,
    /// The number of levels on the way to the payload.
    way: usize,
}

/// What one level reports.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one line of the table in success.rs")]
pub(crate) struct Level {
    pub(crate) kind: Kind,
    /// Whether it has a documented property that envelopes do not use.
    pub(crate) is_documented: bool,
    /// The business code; of several, one of failure.
    code: Option<Text>,
    /// `status.description`.
    description: Option<Text>,
    pub(crate) message: Option<Text>,
    pub(crate) title: Option<Text>,
    detail: Option<Text>,
    /// `error` as a text, or its `code`.
    error_code: Option<Text>,
    /// `error.message`, or `error` itself if it is a sentence.
    error_message: Option<Text>,
    error_description: Option<Text>,
    request_id: Option<Text>,
    problems: Vec<Problem>,
    /// Problems if there is a code of failure; otherwise the records of a payload.
    listed: Vec<Problem>,
    /// `status` as a number.
    pub(crate) http_status: Option<u16>,
    /// `isSuccess` or `success` is false.
    pub(crate) refuses: bool,
    /// `isSuccess` or `success` is true.
    pub(crate) succeeds: bool,
    /// `error` or `errors` is not empty.
    pub(crate) has_error: bool,
    /// There are properties besides a message and a request identifier.
    pub(crate) has_more: bool,
}

/// The JSON type of a level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    #[default]
    Missing,
    Null,
    Object,
    List,
    Scalar,
}

impl Summary {
    /// Reads as much of the text as is JSON.
    pub(crate) fn of(text: &str, payload: &Payload<'_>) -> Self {
        let steps = payload.pointers.first().copied().unwrap_or_default();
        let read = |cautious: bool| {
            let mut levels: Vec<Level> = (0..=steps.len()).map(|_| Level::default()).collect();
            let walk = Walk { payload, steps, levels: &mut levels, top: true, cautious };
            let mut json = serde_json::Deserializer::from_str(text);
            let read = walk.deserialize(&mut json);
            (levels, read)
        };
        let (mut levels, first) = read(false);
        // A text that a string cannot represent stops the first pass, but not the second.
        if first.is_err_and(|error| error.is_syntax())
            && let (cautious, Ok(())) = read(true)
        {
            levels = cautious;
        }
        Self { levels, way: steps.len().max(1) }
    }

    /// The levels on the way to the payload, from the outside in.
    pub(crate) fn levels_to_payload(&self) -> impl DoubleEndedIterator<Item = &Level> {
        self.levels.iter().take(self.way)
    }

    /// The level after this many steps.
    pub(crate) fn level(&self, steps: usize) -> Option<&Level> {
        self.levels.get(steps)
    }

    pub(crate) fn kind(&self, steps: usize) -> Kind {
        self.level(steps).map_or(Kind::Missing, |level| level.kind)
    }

    /// The business code on the way to the payload: the innermost one of failure, or else the outermost.
    pub(crate) fn code(&self) -> Option<&str> {
        self.coded().and_then(|level| level.code.as_ref()).map(Text::as_str)
    }

    fn coded(&self) -> Option<&Level> {
        let fails = |level: &&Level| level.code.as_ref().is_some_and(|code| !property::is_success(code.as_str()));
        self.levels_to_payload()
            .rev()
            .find(fails)
            .or_else(|| self.levels_to_payload().find(|level| level.code.is_some()))
    }

    /// The business code, or the `error` of the body.
    pub(crate) fn code_or_error(&self) -> Option<&Text> {
        let code = self.coded().and_then(|level| level.code.as_ref());
        code.or_else(|| self.levels.iter().find_map(|level| level.error_code.as_ref()))
    }

    /// The description in the body; that of the level whose code counts comes first.
    pub(crate) fn description(&self) -> Option<Text> {
        self.coded().into_iter().chain(&self.levels).find_map(Level::words)
    }

    pub(crate) fn request_id(&self) -> Option<&Text> {
        self.levels.iter().find_map(|level| level.request_id.as_ref())
    }

    pub(crate) fn problems(&self) -> &[Problem] {
        let named = self.levels.iter().map(|level| &level.problems);
        let fails = self.code().is_some_and(|code| !property::is_success(code));
        let listed = self.levels.iter().map(|level| &level.listed).filter(|_| fails);
        named.chain(listed).find(|problems| !problems.is_empty()).map_or(&[], Vec::as_slice)
    }
}

impl Level {
    fn words(&self) -> Option<Text> {
        let words = [&self.description, &self.message, &self.error_message, &self.error_description];
        if let Some(words) = words.into_iter().flatten().next() {
            return Some(words.clone());
        }
        match (&self.title, &self.detail) {
            (Some(title), Some(detail)) => Some(title.joined(detail)),
            (title, detail) => title.clone().or_else(|| detail.clone()),
        }
    }

    /// Of two codes, one of failure counts.
    fn note_code(&mut self, code: Option<Text>) {
        let Some(code) = code.filter(|code| !code.as_str().is_empty()) else { return };
        if self.code.as_ref().is_none_or(|known| property::is_success(known.as_str())) {
            self.code = Some(code);
        }
    }

    fn note(&mut self, property: Property, value: &str) {
        let text = || raw::text(value).filter(|text| !text.as_str().is_empty());
        match property {
            Property::Status => {
                let mut description = None;
                raw::each_property(value, |name, value| match &*name.to_ascii_lowercase() {
                    "code" => self.note_code(raw::text(value)),
                    "description" => description = raw::text(value),
                    _ => {}
                });
                self.description = self.description.take().or(description);
                self.http_status = self.http_status.max(text().and_then(|status| status.as_str().parse().ok()));
            }
            Property::StatusCode => self.note_code(raw::text(value)),
            Property::Message => keep(&mut self.message, text()),
            Property::Title => keep(&mut self.title, text()),
            Property::Detail => keep(&mut self.detail, text()),
            Property::IsSuccess => {
                self.refuses |= value == "false";
                self.succeeds |= value == "true";
            }
            Property::Error => self.note_error(value),
            Property::Errors => {
                self.has_error |= raw::is_non_empty(value);
                problems::of_errors(value, &mut self.problems);
            }
            Property::ErrorDescription => keep(&mut self.error_description, text()),
            Property::RequestId => keep(&mut self.request_id, text()),
            Property::Data => problems::of_list(value, &mut self.listed),
        }
    }

    fn note_error(&mut self, value: &str) {
        self.has_error |= raw::is_non_empty(value);
        if let Some(text) = raw::text(value) {
            // OAuth has a name here, other servers a sentence.
            let is_name = !text.as_str().contains(char::is_whitespace);
            keep(if is_name { &mut self.error_code } else { &mut self.error_message }, Some(text));
        }
        raw::each_property(value, |name, value| match &*name.to_ascii_lowercase() {
            "code" => keep(&mut self.error_code, raw::text(value)),
            "message" => keep(&mut self.error_message, raw::text(value)),
            "errors" | "details" => problems::of_errors(value, &mut self.problems),
            _ => {}
        });
    }
}

/// Of a property that is there twice, the first text counts.
fn keep(known: &mut Option<Text>, found: Option<Text>) {
    if known.is_none() {
        *known = found;
    }
}

/// Reads one level, and the levels that `steps` lead to.
struct Walk<'a> {
    payload: &'a Payload<'a>,
    steps: &'a [&'a str],
    levels: &'a mut [Level],
    /// Whether this is the body itself.
    top: bool,
    /// Whether to skip a value before reading it, which takes a second pass over it.
    cautious: bool,
}

impl Walk<'_> {
    fn is(self, kind: Kind) {
        if let Some(level) = self.levels.first_mut() {
            level.kind = kind;
        }
    }

    /// Whether the payload may be on this level.
    fn may_be_payload(&self) -> bool {
        let depth = self.payload.pointers.first().map_or(0, |first| first.len()) - self.steps.len();
        self.top || self.payload.pointers.iter().any(|steps| steps.len() == depth)
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.top || !self.cautious {
            return deserializer.deserialize_any(self);
        }
        let value = <&RawValue>::deserialize(deserializer)?.get();
        if value.starts_with(['{', '[']) {
            // What cannot be read is omitted.
            let _ = serde_json::Deserializer::from_str(value).deserialize_any(self);
        } else {
            self.is(if value == "null" { Kind::Null } else { Kind::Scalar });
        }
        Ok(())
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let may_be_payload = self.may_be_payload();
        let Walk { payload, steps, levels, cautious, .. } = self;
        let Some((level, inner)) = levels.split_first_mut() else { return Ok(()) };
        // A level that is there twice keeps what both say: no code or sign of failure is lost.
        level.kind = Kind::Object;
        while let Some(Name(name)) = map.next_key()? {
            if scalar::is_number(&name) {
                level.kind = Kind::Scalar;
            }
            if let Some((_, rest)) = steps.split_first().filter(|(step, _)| name.eq_ignore_ascii_case(step)) {
                level.has_more = true;
                map.next_value_seed(Walk { payload, steps: rest, levels: &mut *inner, top: false, cautious })?;
                continue;
            }
            let documented = may_be_payload && payload.properties.contains(&&*name);
            let property = Property::named(&name).filter(|property| !(documented && property.is_sign()));
            if let Some(property) = property {
                let value = map.next_value::<&RawValue>()?.get();
                let alone = matches!(property, Property::Message | Property::RequestId);
                level.has_more |= !alone && value != "null";
                level.note(property, value);
            } else {
                level.has_more = true;
                map.next_value::<IgnoredAny>()?;
            }
            level.is_documented |= documented && !property::is_common(&name);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let Some(level) = self.levels.first_mut() else { return Ok(()) };
        level.kind = Kind::List;
        for _ in 0..MAX_PROBLEMS {
            let Some(item) = seq.next_element::<&RawValue>()? else { return Ok(()) };
            level.listed.extend(problems::of_item(item.get()));
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        self.is(Kind::Null);
        Ok(())
    }
    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        self.is(Kind::Scalar);
        Ok(())
    }
    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        self.is(Kind::Scalar);
        Ok(())
    }
    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        self.is(Kind::Scalar);
        Ok(())
    }
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        self.is(Kind::Scalar);
        Ok(())
    }
    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        self.is(Kind::Scalar);
        Ok(())
    }
}
