//! What is at least needed: a call over a connection of hyper without a client, and operations on the bytes of a page.

use std::hint::black_box;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::Mutex;

use crate::contenders::{Employee, HandWritten, decode};
use crate::measure::{Contender, Done, LATENCY, PAGE, RECORDS};

/// One connection of hyper. The bodies of responses are read and dropped.
pub(crate) struct Bare {
    address: String,
    connection: Mutex<Option<SendRequest<Full<Bytes>>>>,
}

impl Bare {
    async fn enquire(&self, skip: usize, take: usize) -> Done<Bytes> {
        let body = Bytes::from(format!(r#"{{"skip":{skip},"pageLength":{take}}}"#));
        let request = Request::post("/v1/Employees/Enquiry")
            .header("host", &self.address)
            .header("accept", "application/json")
            .header("authorization", "Bearer t")
            .header("ocp-apim-subscription-key", "key")
            .header("content-type", "application/json")
            .body(Full::new(body))?;
        let mut connection = self.connection.lock().await;
        let connection = connection.as_mut().ok_or("not connected: `authorise` comes first")?;
        connection.ready().await?;
        Ok(connection.send_request(request).await?.into_body().collect().await?.to_bytes())
    }
}

impl Contender for Bare {
    fn new(base_url: &str) -> Done<Self> {
        let address = base_url.strip_prefix("http://").ok_or("it is not http")?.to_owned();
        Ok(Self { address, connection: Mutex::default() })
    }

    async fn authorise(&mut self) -> Done {
        let stream = TcpStream::connect(&self.address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        self.connection = Mutex::new(Some(sender));
        Ok(())
    }

    async fn employees(&self, skip: usize, take: usize) -> Done<usize> {
        black_box(self.enquire(skip, take).await?);
        Ok(take)
    }

    /// As many requests as the others need, without the work after each.
    async fn all_pages(&self, _prefetch: bool, _work: Duration) -> Done<usize> {
        for page in 0..=RECORDS / PAGE {
            self.employees(page * PAGE, PAGE).await?;
        }
        Ok(RECORDS)
    }
}

/// A client of reqwest that sends the same request over and over, and drops the bodies, or decodes them as code that is written
/// by hand does.
pub(crate) struct Reqwest<const DECODE: bool> {
    by_hand: HandWritten,
    request: reqwest::Request,
}

impl<const DECODE: bool> Contender for Reqwest<DECODE> {
    fn new(base_url: &str) -> Done<Self> {
        let by_hand = HandWritten::new(base_url)?;
        let request = by_hand
            .client
            .post(format!("{base_url}/v1/Employees/Enquiry"))
            .bearer_auth("t")
            .header("accept", "application/json")
            .header("ocp-apim-subscription-key", "key")
            .header("content-type", "application/json")
            .body(Bytes::from_static(br#"{"skip":0,"pageLength":1}"#))
            .build()?;
        Ok(Self { by_hand, request })
    }

    async fn authorise(&mut self) -> Done {
        Ok(())
    }

    async fn employees(&self, _: usize, take: usize) -> Done<usize> {
        let request = self.request.try_clone().ok_or("the body can be sent once only")?;
        let body = self.by_hand.client.execute(request).await?.bytes().await?;
        if DECODE {
            return Ok(decode::<Vec<Employee>>(&body)?.len());
        }
        black_box(body);
        Ok(take)
    }
}

/// The latency of the responses, and nothing else.
pub(crate) struct Sleeps;

impl Contender for Sleeps {
    fn new(_: &str) -> Done<Self> {
        Ok(Self)
    }

    async fn authorise(&mut self) -> Done {
        Ok(())
    }

    async fn employees(&self, _: usize, take: usize) -> Done<usize> {
        tokio::time::sleep(LATENCY).await;
        Ok(take)
    }

    async fn all_pages(&self, _prefetch: bool, _work: Duration) -> Done<usize> {
        for _ in 0..=RECORDS / PAGE {
            tokio::time::sleep(LATENCY).await;
        }
        Ok(RECORDS)
    }
}

/// The bytes of a page, on which an operation is measured.
pub(crate) struct OnBytes<const SCAN: bool> {
    bare: Bare,
    page: Bytes,
}

impl<const SCAN: bool> Contender for OnBytes<SCAN> {
    fn new(base_url: &str) -> Done<Self> {
        Ok(Self { bare: Bare::new(base_url)?, page: Bytes::new() })
    }

    async fn authorise(&mut self) -> Done {
        self.bare.authorise().await?;
        self.page = self.bare.enquire(0, PAGE).await?;
        Ok(())
    }

    /// Copies the page, or counts the bytes that give JSON its structure.
    async fn employees(&self, _: usize, take: usize) -> Done<usize> {
        if SCAN {
            let is_structure = |byte: &&u8| matches!(byte, b'{' | b'}' | b'[' | b']' | b':' | b',' | b'"' | b'\\');
            black_box(black_box(&self.page).iter().filter(is_structure).count());
        } else {
            black_box(black_box(&self.page).to_vec());
        }
        Ok(take)
    }
}
