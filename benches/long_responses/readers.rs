//! The clients that read the responses.

use std::error::Error;

use bytes::{Bytes, BytesMut};
use gofive_api::Gofive;
use gofive_api::venio::{Employee, EnquireEmployeesRequest};
use memchr::memmem::Finder;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::bodies::TOKEN;

pub(crate) type Done<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

pub(crate) enum ResponseReader {
    /// Reads the body and skips its JSON once.
    Skip(ByHand),
    /// Decodes a success; masks any other body and reads its code and description.
    ByHand(ByHand),
    /// One session per path.
    Ours { long: Box<Gofive>, short: Box<Gofive> },
}

/// A client of reqwest, and the base URL of the server.
pub(crate) struct ByHand {
    client: reqwest::Client,
    base_url: String,
}

#[derive(Deserialize)]
struct Envelope<T> {
    status: Status,
    data: T,
}

#[derive(Deserialize)]
struct Status {
    code: String,
    description: String,
}

#[derive(Deserialize)]
struct Inner {
    value: Vec<Employee>,
}

/// What is kept of a failure.
struct Failure {
    _body: Bytes,
    _words: Option<[String; 2]>,
}

impl ResponseReader {
    pub(crate) const ALL: [&'static str; 3] = ["skip", "by-hand", "ours"];

    pub(crate) fn new(name: &str, base_url: &str) -> Done<Self> {
        let by_hand = || -> Done<ByHand> {
            // An error means that a cryptography provider is already installed.
            let _ = rustls::crypto::ring::default_provider().install_default();
            Ok(ByHand { client: reqwest::Client::builder().no_proxy().build()?, base_url: base_url.to_owned() })
        };
        let ours = |path: &str| -> Done<Box<Gofive>> {
            let builder = Gofive::builder().base_url(format!("{base_url}{path}")).credentials("id", "bench-secret");
            Ok(Box::new(builder.subscription_key("bench-key").max_response_size(usize::MAX).build()?))
        };
        match name {
            "skip" => Ok(Self::Skip(by_hand()?)),
            "by-hand" => Ok(Self::ByHand(by_hand()?)),
            "ours" => Ok(Self::Ours { long: ours("/long")?, short: ours("/short")? }),
            _ => Err(format!("{name:?} is not a reader: {:?}", Self::ALL).into()),
        }
    }

    /// Makes a call and drops its result.
    pub(crate) async fn call(&self, path: &str) -> Done {
        match self {
            Self::Skip(by_hand) => {
                let (_, body) = by_hand.response(path).await?;
                serde_json::from_slice::<IgnoredAny>(&body)?;
            }
            Self::ByHand(by_hand) => drop(by_hand.employees(path).await?),
            Self::Ours { long, short } => {
                let gofive = if path == "/long" { long } else { short };
                drop(gofive.venio().enquire_employees(&EnquireEmployeesRequest::builder().build()).await);
            }
        }
        Ok(())
    }
}

impl ByHand {
    async fn response(&self, path: &str) -> Done<(bool, Bytes)> {
        let request = self.client.post(format!("{}{path}/v1/Employees/Enquiry", self.base_url)).bearer_auth(TOKEN);
        let response = request.send().await?;
        Ok((response.status().is_success(), response.bytes().await?))
    }

    async fn employees(&self, path: &str) -> Done<Result<Vec<Employee>, Failure>> {
        let (is_success, body) = self.response(path).await?;
        if is_success
            && let Ok(Envelope { status, data: Inner { value } }) = serde_json::from_slice(&body)
            && status.code == "1000"
        {
            return Ok(Ok(value));
        }
        let read = serde_json::from_slice::<Envelope<IgnoredAny>>(&body);
        Ok(Err(Failure {
            _body: masked(body),
            _words: read.ok().map(|envelope| [envelope.status.code, envelope.status.description]),
        }))
    }
}

/// Masks the secrets in their plain form only.
fn masked(body: Bytes) -> Bytes {
    let mut body = body.try_into_mut().unwrap_or_else(|shared| BytesMut::from(&*shared));
    for secret in [TOKEN, "bench-secret", "bench-key"] {
        let finder = Finder::new(secret);
        let mut at = 0;
        while let Some(found) = body.get(at..).and_then(|rest| finder.find(rest)) {
            body[at + found..at + found + secret.len()].fill(b'*');
            at += found + secret.len();
        }
    }
    body.freeze()
}
