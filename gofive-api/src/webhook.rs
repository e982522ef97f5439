//! Webhooks: the events that Venio posts to a server of yours.
//!
//! ```
//! use gofive_api::webhook::{self, Webhook};
//!
//! # fn run() -> Result<(), gofive_api::Error> {
//! match webhook::parse(br#"{"Data": {"SaleOrderNo": "SO24090001"}}"#)? {
//!     Webhook::SalesOrder(event) => {
//!         // Only the number is in it: fetch the order with `get_sales_order`.
//!         let number = event.data.and_then(|data| data.sale_order_no);
//!         assert_eq!(number.as_deref(), Some("SO24090001"));
//!     }
//!     Webhook::ChatMessage(event) => println!("a message: {:?}", event.data),
//!     Webhook::Unknown(event) => println!("an event {:?} of {:?}: {}", event.event, event.topic, event.json()),
//!     _ => {} // kinds that a later version of this crate may know
//! }
//! # Ok(()) }
//! # run().unwrap();
//! ```
//!
//! # Webhooks are not authenticated
//!
//! The portal is not known to document a signature, and no known integration checks one. Anyone who knows the URL of
//! your server can post any event to it. Therefore:
//!
//! - Put a secret into the URL that you enter at Gofive, or into a header if Gofive supports it, and refuse requests
//!   without it: [`SharedSecret`]. Use https, and prefer the header, because URLs end up in logs.
//! - Trust only the number in an event. Fetch the document by this number, and use the data of the API.
//!
//! # What is not known
//!
//! - How long Venio waits for the response: respond immediately, and fetch the document afterwards, as the example
//!   `webhook_receiver` does.
//! - Whether an event is sent again after an error, or twice without one: make a repeated event harmless, and list the
//!   orders of the API from time to time to find those without an event.
//! - Which other events there are: they arrive as [`Webhook::Unknown`] with all their data.
//!
//! The two known kinds are taken from public integrations, not from the portal.

mod glance;
#[cfg(test)]
mod tests;

use std::fmt;

use bytes::Bytes;
use serde::de::DeserializeSeed as _;
use subtle::ConstantTimeEq as _;

use self::glance::{Glance, GlanceVisitor, Position};
use crate::errors::printing::printed;
use crate::errors::{Details, Error, ErrorKind};
use crate::values::RawJson;
use crate::values::Secret;
use crate::venio::{WebhookChatMessageEvent, WebhookSalesOrderEvent};

/// A known event with more values is kept as text: unknown values take many times the memory of their text.
const MAX_KNOWN_VALUES: usize = 1000;

/// An event that was received. [`parse`] returns it.
///
/// ```
/// use gofive_api::webhook::{self, Webhook};
///
/// let chat = br#"{"Topic": "Chat", "Event": "Message", "Data": {"ChatMessage": {"RoomId": "26259b2c"}}}"#;
/// assert!(matches!(webhook::parse(chat)?, Webhook::ChatMessage(_)));
///
/// let another = br#"{"Topic": "Customer", "Event": "Merged"}"#;
/// assert!(matches!(webhook::parse(another)?, Webhook::Unknown(_)));
/// # Ok::<(), gofive_api::Error>(())
/// ```
///
/// `Debug` shows the first 2 KiB.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Webhook {
    /// A message came in: the `Topic` is `Chat`, the `Event` is `Message`.
    ChatMessage(Box<WebhookChatMessageEvent>),
    /// A sales order was created: there is a `Data.SaleOrderNo`.
    ///
    /// The `Topic` and `Event` of this kind are not known. Another event of a sales order, if there are any, may look
    /// the same, so use the order that you fetch.
    SalesOrder(Box<WebhookSalesOrderEvent>),
    /// Any other event; also a known event whose properties are not of the known types or that has more than 1,000
    /// values, so that no event is lost.
    Unknown(UnknownWebhook),
}

/// An event of an unknown kind, with all its data.
///
/// ```
/// use gofive_api::webhook::{self, Webhook};
///
/// let body = br#"{"Topic": "Customer", "Event": "Merged", "Data": {"CustomerCode": "C000001"}}"#;
/// let Webhook::Unknown(event) = webhook::parse(body)? else { panic!("of a known kind") };
/// assert_eq!((event.topic.as_deref(), event.event.as_deref()), (Some("Customer"), Some("Merged")));
/// assert_eq!(event.json().to_value().unwrap()["Data"]["CustomerCode"], "C000001");
/// # Ok::<(), gofive_api::Error>(())
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct UnknownWebhook {
    /// The text of `Topic`, if there is one.
    pub topic: Option<String>,
    /// The text of `Event`, if there is one.
    pub event: Option<String>,
    json: RawJson,
}

impl UnknownWebhook {
    /// Returns the whole body as it was sent, including `Topic` and `Event`.
    pub fn json(&self) -> &RawJson {
        &self.json
    }
}

/// Parses the body of a webhook. Any JSON is an event.
///
/// The result takes at most twice the memory of the body, or 1 MiB. If the body is not JSON, the [`Error`] is of the
/// kind [`Decode`](ErrorKind::Decode), with the whole body in [`Error::body`], and the property at which parsing
/// stopped in [`Error::json_path`].
///
/// ```
/// use gofive_api::{ErrorKind, webhook};
///
/// let cut_off = br#"{"Data": {"SaleOrderNo": "SO2409"#;
/// let error = webhook::parse(cut_off).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Decode);
/// assert_eq!(error.json_path(), Some("Data.SaleOrderNo"));
/// assert_eq!(error.body(), Some(&cut_off[..]));
/// ```
pub fn parse(body: &[u8]) -> Result<Webhook, Error> {
    let (text, glance) = json(body)?;
    Ok(known(text, &glance).unwrap_or_else(|| {
        Webhook::Unknown(UnknownWebhook { topic: glance.topic, event: glance.event, json: RawJson::checked(text) })
    }))
}

/// Returns the event, if it is of a known kind and its properties have the known types.
fn known(text: &str, glance: &Glance) -> Option<Webhook> {
    if glance.values > MAX_KNOWN_VALUES {
        return None;
    }
    if glance.topic.as_deref() == Some("Chat") && glance.event.as_deref() == Some("Message") {
        serde_json::from_str(text).ok().map(|event| Webhook::ChatMessage(Box::new(event)))
    } else if glance.has_order_number {
        serde_json::from_str(text).ok().map(|event| Webhook::SalesOrder(Box::new(event)))
    } else {
        None
    }
}

/// A secret of your own that every webhook must have, in its URL or a header.
///
/// It replaces a signature, which Gofive's webhooks are not known to have. It is weaker than one: anyone who reads the
/// URL or the header once, for example in a log, can post events. So change it when it may have been seen. Even if the
/// secret is right, trust only the number in an event, and fetch the document by it.
///
/// Use random letters and digits, such as from `openssl rand -hex 32`, so that it looks the same in a URL and in a
/// header. `Debug` does not show it, and it is wiped from memory when dropped.
///
/// ```
/// use gofive_api::webhook::SharedSecret;
///
/// // Entered at Gofive: https://hooks.example.com/gofive/0f8b3c5d9e2a4716
/// let secret = SharedSecret::new("0f8b3c5d9e2a4716")?;
/// assert!(secret.matches("0f8b3c5d9e2a4716"));
/// assert!(!secret.matches("0f8b3c5d9e2a4717"));
/// assert_eq!(format!("{secret:?}"), "SharedSecret(***)");
/// # Ok::<(), gofive_api::Error>(())
/// ```
#[derive(Clone)]
pub struct SharedSecret(Secret);

impl SharedSecret {
    /// The minimum length of a secret: 16 random letters and digits cannot be guessed.
    const MIN_BYTES: usize = 16;

    /// Creates a secret of 16 bytes or more. If it is shorter, the [`Error`] is of the kind
    /// [`Configuration`](ErrorKind::Configuration).
    ///
    /// ```
    /// use gofive_api::ErrorKind;
    /// use gofive_api::webhook::SharedSecret;
    ///
    /// let error = SharedSecret::new("letmein").unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Configuration);
    /// ```
    pub fn new(secret: impl Into<String>) -> Result<Self, Error> {
        let secret = Secret::from(secret.into());
        match secret.expose().len() {
            Self::MIN_BYTES.. => Ok(Self(secret)),
            bytes => Err(Error::configuration(format!(
                "the secret of the webhooks has {bytes} bytes, and needs {} or more; `openssl rand -hex 32` makes one",
                Self::MIN_BYTES
            ))),
        }
    }

    /// Returns whether `given`, which came with a webhook, is the secret. Pass the part of a URL in decoded form.
    ///
    /// The time does not depend on where the two differ, so the secret cannot be guessed letter by letter. Its length
    /// may be found out, which does no harm.
    ///
    /// ```
    /// # let secret = gofive_api::webhook::SharedSecret::new("0f8b3c5d9e2a4716")?;
    /// let header: Option<&str> = None; // the webhook came without it
    /// assert!(!secret.matches(header.unwrap_or_default()));
    /// # Ok::<(), gofive_api::Error>(())
    /// ```
    pub fn matches(&self, given: &str) -> bool {
        self.0.expose().as_bytes().ct_eq(given.as_bytes()).into()
    }
}

impl fmt::Debug for SharedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedSecret(***)")
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ChatMessage(event) => write!(f, "ChatMessage({})", printed(format_args!("{event:?}"))),
            Self::SalesOrder(event) => write!(f, "SalesOrder({})", printed(format_args!("{event:?}"))),
            Self::Unknown(event) => write!(f, "Unknown({event:?})"),
        }
    }
}

impl fmt::Debug for UnknownWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnknownWebhook")
            .field("topic", &self.topic.as_ref().map(printed))
            .field("event", &self.event.as_ref().map(printed))
            .field("json", &printed(&self.json))
            .finish()
    }
}

/// Returns the text of a body that is JSON, and which event it is.
fn json(body: &[u8]) -> Result<(&str, Glance), Error> {
    // Some servers put a byte order mark before their JSON.
    let text = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let (mut glance, mut track) = (Glance::default(), serde_path_to_error::Track::new());
    let mut json = serde_json::Deserializer::from_slice(text);
    let look = GlanceVisitor { glance: &mut glance, at: Position::Top };
    let looked = look.deserialize(serde_path_to_error::Deserializer::new(&mut json, &mut track));
    let read = looked.map_err(|error| (Some(track.path().to_string()), error));
    let read = read.and_then(|()| json.end().map_err(|error| (None, error)));
    let read = read.and_then(|()| std::str::from_utf8(text).map_err(|error| (None, serde::de::Error::custom(error))));
    read.map(|text| (text, glance)).map_err(|(path, source)| {
        let message = match text {
            [] => "the webhook has no body".to_owned(),
            _ => format!("the body of the webhook is not JSON: {source}"),
        };
        Error::new(
            ErrorKind::Decode,
            Details {
                message,
                // The path of the body itself is a lone dot. A long one has spare capacity.
                json_path: path.filter(|path| path != ".").map(|path| path.into_boxed_str().into()),
                body: Some(Bytes::copy_from_slice(body)),
                source: Some(source.into()),
                ..Details::default()
            },
        )
    })
}
