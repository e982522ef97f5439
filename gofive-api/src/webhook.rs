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
//! # Nothing proves where a webhook comes from
//!
//! The portal documents no signature, as far as it is known, and no integration is known that checks one. Whoever knows
//! the URL of your server can post any event to it. Therefore:
//!
//! - Put a secret into the URL that you enter at Gofive, or into a header if Gofive lets you, and refuse whatever comes
//!   without it: [`SharedSecret`]. Take https, and prefer the header, as URLs end up in logs.
//! - Trust nothing in an event but its number. Fetch the document by it, and go by what the API answers.
//!
//! # What else is not known
//!
//! - How long Venio waits for the answer: answer at once, and fetch the document afterwards, as the example
//!   `webhook_receiver` does.
//! - Whether an event is sent again after an error, or twice without one: let a second one do no harm, and list the
//!   orders of the API from time to time to find those of which no event came.
//! - Which other events there are: they arrive as [`Webhook::Unknown`], whole.
//!
//! The two known kinds are read off public integrations, not off the portal.

mod glance;
#[cfg(test)]
mod tests;

use std::fmt;

use bytes::Bytes;
use serde::de::DeserializeSeed as _;
use subtle::ConstantTimeEq as _;

use self::glance::{At, Glance, Look};
use crate::error::{Details, Error, ErrorKind};
use crate::printing::printed;
use crate::raw_json::RawJson;
use crate::secret::Secret;
use crate::venio::{WebhookChatMessageEvent, WebhookSalesOrderEvent};

/// A known event with more values is kept as it came: values that nobody knows take many times the memory of their text.
const MAX_KNOWN_VALUES: usize = 1000;

/// An event that was received. [`parse`] makes one of a request's body.
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
    /// Which `Topic` and `Event` this has is not known. Another event of a sales order, if there are any, may look the
    /// same, so go by the order that you fetch.
    SalesOrder(Box<WebhookSalesOrderEvent>),
    /// Anything else; also a known event whose properties are not of the known types or that has more than 1,000 values: an
    /// event must not be lost for that.
    Unknown(UnknownWebhook),
}

/// An event of no known kind, with everything that it came with.
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
    /// The whole body as it came, `Topic` and `Event` included.
    pub fn json(&self) -> &RawJson {
        &self.json
    }
}

/// Reads the body of a webhook. Whatever is JSON is an event.
///
/// What is returned holds at most twice the size of the body, or 1 MiB. What is not JSON is an [`Error`] of the kind
/// [`Decode`](ErrorKind::Decode), which has the whole body in [`Error::body`], and in [`Error::json_path`] the property where
/// reading stopped.
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

/// The event, if it is of a known kind and fits.
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

/// A secret that you made up, and that every webhook has to bring along, in its URL or a header.
///
/// It takes the place of a signature, which webhooks of Gofive are not known to have. It is weaker than one: whoever
/// reads the URL or the header once, in a log for example, can post events. So change it when it may have been seen,
/// and even of an event with the right secret trust only the number, and fetch the document by it.
///
/// Make it of letters and digits at random, such as `openssl rand -hex 32` gives, so that it looks the same in a URL as
/// in a header. It is not shown by `Debug`, and is wiped from memory when dropped.
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
    /// The fewest bytes that a secret has: nobody guesses 16 random letters and digits.
    const MIN_BYTES: usize = 16;

    /// Takes a secret of 16 bytes or more. A shorter one is an [`Error`] of the kind
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

    /// Whether `given`, which came with a webhook, is the secret. Of a URL, give the part as it is after decoding.
    ///
    /// It takes the same time wherever the two differ, so that the secret cannot be found out letter by letter. How long
    /// the secret is may be found out, which is of no use to anybody.
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

/// The text of a body that is JSON, and what it is about.
fn json(body: &[u8]) -> Result<(&str, Glance), Error> {
    // Some servers put a byte order mark before their JSON.
    let text = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let (mut glance, mut track) = (Glance::default(), serde_path_to_error::Track::new());
    let mut json = serde_json::Deserializer::from_slice(text);
    let look = Look { glance: &mut glance, at: At::Top };
    let looked = look.deserialize(serde_path_to_error::Deserializer::new(&mut json, &mut track));
    let read = looked.map_err(|error| (Some(track.path().to_string()), error));
    let read = read.and_then(|()| json.end().map_err(|error| (None, error)));
    let read = read.and_then(|()| std::str::from_utf8(text).map_err(|error| (None, serde::de::Error::custom(error))));
    read.map(|text| (text, glance)).map_err(|(path, source)| {
        let message = match text {
            [] => "the webhook has no body".to_owned(),
            _ => format!("the body of the webhook is no JSON: {source}"),
        };
        Error::new(
            ErrorKind::Decode,
            Details {
                message,
                // The path of the body itself is a lone dot. A long one has room to spare.
                json_path: path.filter(|path| path != ".").map(|path| path.into_boxed_str().into()),
                body: Some(Bytes::copy_from_slice(body)),
                source: Some(source.into()),
                ..Details::default()
            },
        )
    })
}
