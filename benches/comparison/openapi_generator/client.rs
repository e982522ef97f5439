//! The client of OpenAPI Generator, used as its own documentation shows; the caller has to fetch a token.

use std::time::Duration;

use venio::apis::configuration::{ApiKey, Configuration};
use venio::apis::employee_api::enquire_employees;
use venio::models::EnquireEmployeesRequest;

use crate::measure::{Contender, Done};

pub(crate) struct Generated(Configuration);

impl Contender for Generated {
    fn new(base_url: &str) -> Done<Self> {
        // An error means that a cryptography provider is already installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(60))
            .no_proxy()
            .build()?;
        let key = ApiKey { prefix: None, key: "key".into() };
        let user_agent = Some("openapi-generator/1.0".into());
        let base_path = base_url.into();
        Ok(Self(Configuration { base_path, client, user_agent, api_key: Some(key), ..Configuration::new() }))
    }

    async fn authorise(&mut self) -> Done {
        // What it generates for a lifetime that is a number or a text reads neither.
        self.0.bearer_access_token = Some("t".into());
        Ok(())
    }

    async fn employees(&self, skip: usize, take: usize) -> Done<usize> {
        let enquiry = EnquireEmployeesRequest {
            skip: Some(skip.try_into()?),
            page_length: Some(take.try_into()?),
            ..EnquireEmployeesRequest::new()
        };
        // The document has no code for this operation: what it has is a list, if the call succeeded.
        let response = enquire_employees(&self.0, enquiry).await?;
        let employees = response.data.flatten().and_then(|data| data.value.flatten()).ok_or("no employees")?;
        Ok(employees.len())
    }
}
