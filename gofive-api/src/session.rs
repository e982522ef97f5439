//! The one seam between the generated methods and the wire: authorises, sends, unwraps, classifies.

use std::fmt::{self, Display, Write as _};
use std::pin::pin;
use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{RequestBuilder, Url};
use serde::de::DeserializeOwned;
use tracing::instrument::WithSubscriber as _;
use tracing::{Instrument as _, Span};

use crate::answer::{Answer, Record, Records};
use crate::call::{Call, Progress};
use crate::envelope::{self, Fault};
use crate::error::{Details, Error, ErrorKind, Made};
use crate::failure;
use crate::http::Prepared;
use crate::lenient::{Listed, OneOrMany};
use crate::operation::{Endpoint, Idempotency, Operation, Payload};
use crate::options::CallOptions;
use crate::raw_json::RawJson;
use crate::response::Response;
use crate::shared::Shared;
use crate::trace;

/// What may stand in a path segment as it is (RFC 3986, unreserved).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Connections, credentials and settings, shared by all clients that come from one [`Gofive`](crate::Gofive); and the
/// options of the calls that are made through this one.
#[derive(Clone)]
pub(crate) struct Session {
    shared: Arc<Shared>,
    options: Arc<CallOptions>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("http", &self.shared.http)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl Session {
    pub(crate) fn new(shared: Shared) -> Self {
        Self { shared: Arc::new(shared), options: Arc::default() }
    }

    /// The same session with these options, which are added to those that it has.
    pub(crate) fn with_options(&self, options: CallOptions) -> Self {
        Self { shared: self.shared.clone(), options: Arc::new(options.over(&self.options)) }
    }

    /// Begins a request: method and path of the operation, its path parameters filled in in order.
    pub(crate) fn request(
        &self,
        operation: &'static Operation,
        path: &[&dyn Display],
    ) -> Result<RequestBuilder, Error> {
        // The table holds nothing but the five methods of HTTP that reqwest knows by name.
        let method = reqwest::Method::from_bytes(operation.method.as_bytes()).unwrap_or_default();
        if path.is_empty() {
            return self.raw_request(method, operation.path);
        }
        let mut arguments = path.iter();
        let mut filled = String::with_capacity(operation.path.len());
        for segment in operation.path.split('/').skip(1) {
            filled.push('/');
            match segment.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                Some(name) => {
                    let value = arguments.next().map(ToString::to_string).unwrap_or_default();
                    // An empty or dotted segment would be another path: that of another operation.
                    if value.trim().is_empty() || value == "." || value == ".." {
                        return Err(unusable_argument(operation, name, &value));
                    }
                    // Writing to a String cannot fail.
                    let _ = write!(filled, "{}", utf8_percent_encode(&value, SEGMENT));
                }
                None => filled.push_str(segment),
            }
        }
        self.raw_request(method, &filled)
    }

    /// Begins a request to a path that is percent-encoded already.
    pub(crate) fn raw_request(&self, method: reqwest::Method, path: &str) -> Result<RequestBuilder, Error> {
        self.options.check()?;
        let mut request = self.shared.http.request(method, path);
        if let Some(timeout) = self.options.timeout {
            request = request.timeout(timeout);
        }
        if !self.options.headers.is_empty() {
            request = request.headers(self.options.headers.clone());
        }
        Ok(request)
    }

    /// Where a path leads that is percent-encoded already, and below what it has to stay.
    pub(crate) fn destination(&self, path: &str) -> (Url, &Url) {
        (self.shared.http.url(path), &self.shared.http.base_url)
    }

    /// Sends the request of an operation and decodes its payload, a record.
    pub(crate) async fn call<T: Answer>(
        &self,
        operation: &'static Operation,
        request: RequestBuilder,
    ) -> Result<T, Error> {
        let Record(payload) = self.decoded(&operation.endpoint(), Ok(request), envelope::decode).await?;
        Ok(payload)
    }

    /// The same for a record that is mixed with its envelope.
    pub(crate) async fn call_mixed<T: Answer>(
        &self,
        operation: &'static Operation,
        request: RequestBuilder,
    ) -> Result<T, Error> {
        let Record(payload) = self.decoded(&operation.endpoint(), Ok(request), envelope::decode_mixed).await?;
        Ok(payload)
    }

    /// The same for a list of records.
    pub(crate) async fn call_records<T: Answer>(
        &self,
        operation: &'static Operation,
        request: RequestBuilder,
    ) -> Result<Vec<T>, Error> {
        let Records(list) = self.decoded(&operation.endpoint(), Ok(request), envelope::decode).await?;
        Ok(list)
    }

    /// The same for a list that may come as a single object.
    pub(crate) async fn call_one_or_many<T: Answer>(
        &self,
        operation: &'static Operation,
        request: RequestBuilder,
    ) -> Result<Vec<T>, Error> {
        let OneOrMany(list) = self.decoded(&operation.endpoint(), Ok(request), envelope::decode).await?;
        Ok(list)
    }

    /// The same for a payload of any other type: a scalar, JSON of which nothing is documented, a type of the caller's.
    pub(crate) async fn call_as<T: DeserializeOwned>(
        &self,
        operation: &'static Operation,
        request: RequestBuilder,
    ) -> Result<T, Error> {
        self.decoded(&operation.endpoint(), Ok(request), envelope::decode).await
    }

    /// The same for a request of the caller's own.
    pub(crate) async fn call_custom<T: DeserializeOwned>(
        &self,
        endpoint: &Endpoint<'_>,
        request: Result<RequestBuilder, Error>,
    ) -> Result<T, Error> {
        self.decoded(endpoint, request, envelope::decode).await
    }

    /// The same for a list of items that are not documented. One that is null is an empty list, as everywhere.
    pub(crate) async fn call_list(
        &self,
        operation: &'static Operation,
        request: RequestBuilder,
    ) -> Result<Vec<RawJson>, Error> {
        let Listed(items) = self.decoded(&operation.endpoint(), Ok(request), envelope::decode).await?;
        Ok(items)
    }

    async fn decoded<T>(
        &self,
        endpoint: &Endpoint<'_>,
        request: Result<RequestBuilder, Error>,
        decode: fn(&Response, &Payload<'_>) -> Result<T, Fault>,
    ) -> Result<T, Error> {
        let span = trace::call(&self.shared.http.server, endpoint);
        let request = request.and_then(|request| Prepared::new(endpoint.id, endpoint.idempotency, request));
        let request = request.inspect_err(|error| trace::failed(&span, error.kind()))?;
        if endpoint.method.is_empty() {
            span.record("http.request.method", request.method().as_str());
        }
        let (response, made) = self.send(endpoint, &request, &span).await?;
        decode(&response, &endpoint.payload)
            .map_err(|fault| self.fault(endpoint, &request, response, &fault, made, &span))
    }

    /// Sends the request; whatever is not a success is an error.
    async fn send(&self, endpoint: &Endpoint<'_>, request: &Prepared, span: &Span) -> Result<(Response, Made), Error> {
        let progress = Progress::default();
        let total = self.options.total_timeout.or(self.shared.total_timeout);
        let call = Call::new(&self.shared, &self.options, endpoint, request, total, &progress);
        // Pinned where it is made: to move it into the span would copy all of it.
        let call = pin!(call.outcome());
        let outcome = match span.with_subscriber(|(_, subscriber)| subscriber.clone()) {
            // To its end, also where another subscriber becomes the current one: that does not know the span.
            Some(subscriber) => call.instrument(span.clone()).with_subscriber(subscriber).await,
            None => call.await,
        };
        let made = progress.made();
        trace::sent(span, &outcome, made.attempts);
        match outcome {
            Ok(response) if response.status.is_success() && response.cut_off.is_none() => Ok((response, made)),
            Ok(response) => Err(self.shared.failure(endpoint, request, Ok(response))),
            Err(error) => Err(error),
        }
        .map_err(|error| {
            trace::failed(span, error.kind());
            // Of several attempts, an earlier one may have done it.
            let harmless = request.idempotency.is_idempotent() || !made.outcome_unknown;
            let retryable = error.is_retryable() && harmless;
            error.after(made).retryable_if(retryable)
        })
    }

    fn fault(
        &self,
        endpoint: &Endpoint<'_>,
        request: &Prepared,
        response: Response,
        fault: &Fault,
        made: Made,
        span: &Span,
    ) -> Error {
        // The server says that it refused, or nobody knows what its success was.
        let unclear = !matches!(fault, Fault::Business { refused: true }) && request.idempotency != Idempotency::Safe;
        let secrets = self.shared.secrets(request, response.authorization.as_ref());
        let error = failure::of_fault(endpoint, response, fault, &secrets);
        trace::failed(span, error.kind());
        error.after(Made { outcome_unknown: made.outcome_unknown || unclear, ..made })
    }
}

fn unusable_argument(operation: &'static Operation, name: &str, value: &str) -> Error {
    let message = format!("`{name}` is {value:?}, which would lead to another path; give the value of one");
    Error::new(
        ErrorKind::Validation,
        Details { message, operation: Some(operation.id.to_owned()), ..Details::default() },
    )
}
