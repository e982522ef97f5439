//! `gofive-api`, and what a careful caller writes by hand with reqwest and `serde_json`: plain structs with what is
//! documented, which ignore unknown fields.

use std::time::{Duration, Instant};

use gofive_api::Gofive;
use gofive_api::venio::{EnquireEmployeesRequest, Venio};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tempfile::TempDir;
use tokio::sync::Mutex;

use crate::measure::{Contender, Done, PAGE};

fn enquiry(skip: usize, take: usize) -> EnquireEmployeesRequest {
    let number = |number| i64::try_from(number).unwrap_or(i64::MAX);
    EnquireEmployeesRequest::builder().skip(number(skip)).page_length(number(take)).build()
}

/// This crate.
pub(crate) struct Ours(Venio);

impl Contender for Ours {
    fn new(base_url: &str) -> Done<Self> {
        let gofive =
            Gofive::builder().base_url(base_url).credentials("id", "secret").subscription_key("key").build()?;
        Ok(Self(gofive.venio()))
    }

    async fn authorise(&mut self) -> Done {
        Ok(())
    }

    async fn employees(&self, skip: usize, take: usize) -> Done<usize> {
        Ok(self.0.enquire_employees(&enquiry(skip, take)).await?.len())
    }

    async fn all_pages(&self, prefetch: bool, work: Duration) -> Done<usize> {
        let mut pages = self.0.enquire_employees_pages(&enquiry(0, PAGE)).prefetch(prefetch);
        let mut records = 0;
        while let Some(page) = pages.next().await {
            records += page?.len();
            tokio::time::sleep(work).await;
        }
        Ok(records)
    }
}

/// This crate, with a closure that drift is reported to.
pub(crate) struct Listening(Ours);

impl Contender for Listening {
    fn new(base_url: &str) -> Done<Self> {
        let builder = Gofive::builder().base_url(base_url).credentials("id", "secret").subscription_key("key");
        let gofive = builder.on_drift(|drift| drop(std::hint::black_box(drift.clone()))).build()?;
        Ok(Self(Ours(gofive.venio())))
    }

    async fn authorise(&mut self) -> Done {
        Ok(())
    }

    async fn employees(&self, skip: usize, take: usize) -> Done<usize> {
        self.0.employees(skip, take).await
    }
}

/// This crate in a process that has another thread: the allocator of glibc locks from then on. So it does in most programs, since
/// tokio looks up the names of hosts on a thread.
pub(crate) struct BesideAThread(Ours);

impl Contender for BesideAThread {
    fn new(base_url: &str) -> Done<Self> {
        std::thread::spawn(std::thread::park);
        Ours::new(base_url).map(Self)
    }

    async fn authorise(&mut self) -> Done {
        Ok(())
    }

    async fn employees(&self, skip: usize, take: usize) -> Done<usize> {
        self.0.employees(skip, take).await
    }
}

/// This crate, with a recorder of shapes.
pub(crate) struct Recording {
    ours: Ours,
    _folder: TempDir,
}

impl Contender for Recording {
    fn new(base_url: &str) -> Done<Self> {
        let folder = tempfile::tempdir()?;
        let builder = Gofive::builder().base_url(base_url).credentials("id", "secret").subscription_key("key");
        let gofive = builder.record_shapes(folder.path()).build()?;
        Ok(Self { ours: Ours(gofive.venio()), _folder: folder })
    }

    async fn authorise(&mut self) -> Done {
        Ok(())
    }

    async fn employees(&self, skip: usize, take: usize) -> Done<usize> {
        self.ours.employees(skip, take).await
    }
}

/// Hand-written: a token, one function per call, and checks of the status and the business code.
pub(crate) struct HandWritten {
    pub(crate) client: reqwest::Client,
    base_url: String,
    token: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Enquiry {
    skip: usize,
    page_length: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "decoded as a program would that reads it")]
pub(crate) struct Employee {
    user_id: Option<String>,
    fullname: Option<String>,
    staff_code: Option<String>,
    role: Option<String>,
    picture_url: Option<String>,
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
struct Inner<T> {
    value: T,
}

#[derive(Deserialize)]
struct Token {
    access_token: String,
    expires_in: u64,
}

impl HandWritten {
    async fn token(&self) -> Done<Token> {
        let form = [("grant_type", "client_credentials"), ("client_id", "id"), ("client_secret", "secret")];
        let request = self.client.post(format!("{}/authorization/connect/token", self.base_url)).form(&form);
        Ok(request.send().await?.error_for_status()?.json().await?)
    }

    async fn enquire(&self, token: &str, skip: usize, take: usize) -> Done<usize> {
        let enquiry = Enquiry { skip, page_length: take };
        let employees: Vec<Employee> = self.post(token, "/v1/Employees/Enquiry", &enquiry).await?;
        Ok(employees.len())
    }

    async fn post<T: DeserializeOwned>(&self, token: &str, path: &str, body: &impl Serialize) -> Done<T> {
        let request = self
            .client
            .post(format!("{}{path}", self.base_url))
            .bearer_auth(token)
            .header("Accept", "application/json")
            .header("Ocp-Apim-Subscription-Key", "key")
            .json(body);
        let body = request.send().await?.error_for_status()?.bytes().await?;
        decode(&body)
    }
}

/// Returns the payload of a response, if its business code is that of a success.
pub(crate) fn decode<T: DeserializeOwned>(body: &[u8]) -> Done<T> {
    let Envelope { status, data }: Envelope<Inner<T>> = serde_json::from_slice(body)?;
    if status.code == "1000" { Ok(data.value) } else { Err(status.description.into()) }
}

impl Contender for HandWritten {
    fn new(base_url: &str) -> Done<Self> {
        // An error means that a cryptography provider is already installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .user_agent("by-hand/1.0")
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(60))
            .no_proxy()
            .build()?;
        Ok(Self { client, base_url: base_url.into(), token: String::new() })
    }

    async fn authorise(&mut self) -> Done {
        self.token = self.token().await?.access_token;
        Ok(())
    }

    async fn employees(&self, skip: usize, take: usize) -> Done<usize> {
        self.enquire(&self.token, skip, take).await
    }
}

/// Hand-written for many tasks: a token behind a tokio `Mutex`. The first call that finds no token, or an expired one,
/// fetches another while all others wait.
pub(crate) struct SharedToken {
    hand_written: HandWritten,
    token: Mutex<Option<(String, Instant)>>,
}

impl SharedToken {
    async fn token(&self) -> Done<String> {
        let mut current = self.token.lock().await;
        if let Some((token, _)) = current.as_ref().filter(|(_, end)| Instant::now() < *end) {
            return Ok(token.clone());
        }
        let asked = Instant::now();
        let Token { access_token, expires_in } = self.hand_written.token().await?;
        *current = Some((access_token.clone(), asked + Duration::from_secs(expires_in)));
        Ok(access_token)
    }
}

impl Contender for SharedToken {
    fn new(base_url: &str) -> Done<Self> {
        Ok(Self { hand_written: HandWritten::new(base_url)?, token: Mutex::default() })
    }

    async fn authorise(&mut self) -> Done {
        Ok(())
    }

    async fn employees(&self, skip: usize, take: usize) -> Done<usize> {
        let token = self.token().await?;
        self.hand_written.enquire(&token, skip, take).await
    }
}
