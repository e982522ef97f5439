//! The kinds of events, which are the webhooks of the spec.

use std::fmt;
use std::str::FromStr;

use gofive_spec::{Operation, Spec};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::nearest::nearest;
use crate::specs;

/// A kind of event: the name of a webhook of the spec.
///
/// A text can be parsed; one that is not a kind is an error with the nearest name. With serde it is a text.
///
/// ```
/// use gofive_sandbox::webhook::EventKind;
///
/// assert_eq!("new_sales_order".parse(), Ok(EventKind::NEW_SALES_ORDER));
/// let error = "sales_order".parse::<EventKind>().unwrap_err();
/// assert_eq!(error.to_string(), "`sales_order` is not a kind of event; the nearest one is `new_sales_order`");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventKind(&'static str);

/// The error of a text that is not a kind of event.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseEventKindError {
    /// The text.
    pub text: String,
    /// The kind whose name resembles the text most.
    pub nearest: Option<EventKind>,
}

impl EventKind {
    /// A chat message came in.
    pub const CHAT_MESSAGE: Self = Self("chat_message");
    /// A sales order was created.
    pub const NEW_SALES_ORDER: Self = Self("new_sales_order");

    /// All kinds, in the order of the specs.
    pub fn all() -> impl Iterator<Item = Self> {
        webhooks().map(|(_, webhook)| Self(&webhook.path))
    }

    /// The name: `new_sales_order`.
    pub const fn name(self) -> &'static str {
        self.0
    }

    /// The webhook of the spec.
    pub(crate) fn documented(self) -> Option<(&'static Spec, &'static Operation)> {
        webhooks().find(|(_, webhook)| webhook.path == self.0)
    }
}

fn webhooks() -> impl Iterator<Item = (&'static Spec, &'static Operation)> {
    // A sandbox does not start without its specs.
    let specs = specs::all().into_iter().flatten();
    specs.flat_map(|spec| spec.api().webhooks.iter().map(move |webhook| (spec, webhook)))
}

impl FromStr for EventKind {
    type Err = ParseEventKindError;

    fn from_str(text: &str) -> Result<Self, ParseEventKindError> {
        Self::all().find(|kind| kind.0 == text).ok_or_else(|| {
            let nearest = nearest(text, Self::all(), |kind| kind.0);
            ParseEventKindError { text: text.to_owned(), nearest }
        })
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl Serialize for EventKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for EventKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl fmt::Display for ParseEventKindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a kind of event", self.text)?;
        self.nearest.map_or(Ok(()), |nearest| write!(f, "; the nearest one is `{nearest}`"))
    }
}

impl std::error::Error for ParseEventKindError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_constants_are_the_webhooks_of_the_specs() {
        let all: Vec<_> = EventKind::all().collect();
        assert_eq!(all, [EventKind::CHAT_MESSAGE, EventKind::NEW_SALES_ORDER], "add a constant for a new webhook");
        for kind in all {
            assert_eq!(kind.name().parse(), Ok(kind));
            assert_eq!(serde_json::from_value::<EventKind>(serde_json::to_value(kind).unwrap()).unwrap(), kind);
        }
    }
}
