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
//!     Webhook::Unknown(event) => println!("an event {:?} of {:?}: {}", event.event, event.topic, event.body),
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

use std::fmt;

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;
use subtle::ConstantTimeEq as _;

use crate::error::{Details, Error, ErrorKind};
use crate::secret::Secret;
use crate::venio::{WebhookChatMessageEvent, WebhookSalesOrderEvent};

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
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Webhook {
    /// A message came in: the `Topic` is `Chat`, the `Event` is `Message`.
    ChatMessage(Box<WebhookChatMessageEvent>),
    /// A sales order was created: there is a `Data.SaleOrderNo`.
    ///
    /// Which `Topic` and `Event` this has is not known. Another event of a sales order, if there are any, may look the
    /// same, so go by the order that you fetch.
    SalesOrder(Box<WebhookSalesOrderEvent>),
    /// Anything else, and a known event whose members are not of the known types: an event must not be lost for that.
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
/// assert_eq!(event.body["Data"]["CustomerCode"], "C000001");
/// # Ok::<(), gofive_api::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UnknownWebhook {
    /// The text of `Topic`, if there is one.
    pub topic: Option<String>,
    /// The text of `Event`, if there is one.
    pub event: Option<String>,
    /// The whole body, `Topic` and `Event` included.
    pub body: Value,
}

/// Reads the body of a webhook. Whatever is JSON is an event.
///
/// What is no JSON is an [`Error`] of the kind [`Decode`](ErrorKind::Decode), which has the whole body in
/// [`Error::body`], and in [`Error::json_path`] the member where reading stopped.
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
    let (text, body) = (body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body), json(body)?);
    Ok(known(text, &body).unwrap_or_else(|| {
        let text = |member| body.get(member).and_then(Value::as_str).map(str::to_owned);
        Webhook::Unknown(UnknownWebhook { topic: text("Topic"), event: text("Event"), body })
    }))
}

/// The event, if it is of a known kind and fits.
fn known(text: &[u8], body: &Value) -> Option<Webhook> {
    let is = |member, text: &str| body.get(member).is_some_and(|value| value == text);
    if is("Topic", "Chat") && is("Event", "Message") {
        Some(Webhook::ChatMessage(Box::new(event(text, body)?)))
    } else {
        body.pointer("/Data/SaleOrderNo")?.as_str()?;
        Some(Webhook::SalesOrder(Box::new(event(text, body)?)))
    }
}

/// Reads an event from the text, because a `Value` has lost digits; from the value if a property is in the text twice.
fn event<T: DeserializeOwned>(text: &[u8], body: &Value) -> Option<T> {
    serde_json::from_slice(text).ok().or_else(|| T::deserialize(body).ok())
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

fn json(body: &[u8]) -> Result<Value, Error> {
    // Some servers put a byte order mark before their JSON.
    let text = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let mut json = serde_json::Deserializer::from_slice(text);
    let value = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| (Some(error.path().to_string()), error.into_inner()))
        .and_then(|value| json.end().map(|()| value).map_err(|error| (None, error)));
    value.map_err(|(path, source)| {
        let message = match text {
            [] => "the webhook has no body".to_owned(),
            _ => format!("the body of the webhook is no JSON: {source}"),
        };
        Error::new(
            ErrorKind::Decode,
            Details {
                message,
                // The path of the body itself is a lone dot.
                json_path: path.filter(|path| path != "."),
                body: Some(Bytes::copy_from_slice(body)),
                source: Some(source.into()),
                ..Details::default()
            },
        )
    })
}
