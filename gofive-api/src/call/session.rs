//! Connects the generated methods to HTTP: authorizes, sends, decodes and classifies.

use std::fmt::{self, Display, Write as _};
use std::pin::pin;
use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;
use serde::de::DeserializeOwned;
use tracing::instrument::WithSubscriber as _;
use tracing::{Instrument as _, Span};

use crate::call::arrival::Arrival;
use crate::call::failure;
use crate::call::operation::{Endpoint, Idempotency, Operation};
use crate::call::options::CallOptions;
#[cfg(feature = "recorder")]
use crate::call::recording::Recording;
use crate::call::request::{Prepared, Request};
use crate::call::retry::{Call, Progress, resend};
use crate::call::shared::Shared;
use crate::call::trace;
use crate::decoding::documented::Payload;
use crate::decoding::envelope::{self, PayloadError};
use crate::decoding::lenient::{Listed, OneOrMany};
use crate::decoding::payload::{FromProperties, Record, Records};
use crate::decoding::response::Response;
use crate::errors::{CallHistory, Details, Error, ErrorKind};
use crate::values::RawJson;

/// The characters that a path segment may contain unescaped (RFC 3986, unreserved).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Connections, credentials and settings, shared by all clients of one [`Gofive`](crate::Gofive), and the options of
/// the calls made through this client.
#[derive(Clone)]
pub(crate) struct Session {
    shared: Arc<Shared>,
    options: Arc<CallOptions>,
    /// Whoever waits for the response of a page.
    arrival: Option<Arrival>,
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
        Self { shared: Arc::new(shared), options: Arc::default(), arrival: None }
    }

    /// Returns the same session with these options merged over its own.
    pub(crate) fn with_options(&self, options: CallOptions) -> Self {
        Self { shared: self.shared.clone(), options: Arc::new(options.over(&self.options)), arrival: None }
    }

    pub(crate) fn base_url(&self) -> &Url {
        &self.shared.http.base_url
    }

    /// Returns the same session for one call, whose response is announced.
    pub(crate) fn announcing(&self, arrival: &Arrival) -> Self {
        Self { arrival: Some(arrival.clone()), ..self.clone() }
    }

    /// The recorder of shapes, if there is one.
    #[cfg(feature = "recorder")]
    pub(crate) fn recording(&self) -> Option<&Recording> {
        self.shared.recording.as_ref()
    }

    /// Starts a request with the method and path of the operation; its path parameters are filled in by order.
    pub(crate) fn request(&self, operation: &'static Operation, path: &[&dyn Display]) -> Result<Request, Error> {
        // The table has only the five methods of HTTP that reqwest knows by name.
        let method = reqwest::Method::from_bytes(operation.method.as_bytes()).unwrap_or_default();
        if path.is_empty() {
            return self.with_call_options(self.shared.http.request_to(method, operation.path));
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

    /// Starts a request to a path that is already percent-encoded.
    pub(crate) fn raw_request(&self, method: reqwest::Method, path: &str) -> Result<Request, Error> {
        self.with_call_options(self.shared.http.request(method, path))
    }

    fn with_call_options(&self, mut request: Request) -> Result<Request, Error> {
        self.options.check()?;
        request.parts.timeout = self.options.timeout;
        request.parts.headers.clone_from(&self.options.headers);
        Ok(request)
    }

    /// The URL of a path that is already percent-encoded, and the base URL below which it has to stay.
    pub(crate) fn destination(&self, path: &str) -> (Url, &Url) {
        (self.shared.http.url(path), &self.shared.http.base_url)
    }

    /// Sends the request of an operation and decodes its payload, a record.
    pub(crate) async fn call<T: FromProperties>(
        &self,
        operation: &'static Operation,
        request: Request,
    ) -> Result<T, Error> {
        let Record(payload) = self.decoded(&operation.endpoint(), Ok(request), envelope::decode).await?;
        Ok(payload)
    }

    /// Sends the request of an operation and decodes a record that is mixed with its envelope.
    pub(crate) async fn call_mixed<T: FromProperties>(
        &self,
        operation: &'static Operation,
        request: Request,
    ) -> Result<T, Error> {
        let Record(payload) = self.decoded(&operation.endpoint(), Ok(request), envelope::decode_mixed).await?;
        Ok(payload)
    }

    /// Sends the request of an operation and decodes a list of records.
    pub(crate) async fn call_records<T: FromProperties>(
        &self,
        operation: &'static Operation,
        request: Request,
    ) -> Result<Vec<T>, Error> {
        let Records(list) = self.decoded(&operation.endpoint(), Ok(request), envelope::decode).await?;
        Ok(list)
    }

    /// Sends the request of an operation and decodes a list that may be a single object.
    pub(crate) async fn call_one_or_many<T: FromProperties>(
        &self,
        operation: &'static Operation,
        request: Request,
    ) -> Result<Vec<T>, Error> {
        let OneOrMany(list) = self.decoded(&operation.endpoint(), Ok(request), envelope::decode).await?;
        Ok(list)
    }

    /// Sends the request of an operation and decodes any other payload: a scalar, or undocumented JSON.
    pub(crate) async fn call_as<T: DeserializeOwned>(
        &self,
        operation: &'static Operation,
        request: Request,
    ) -> Result<T, Error> {
        self.decoded(&operation.endpoint(), Ok(request), envelope::decode).await
    }

    /// Sends a custom request and decodes its payload.
    pub(crate) async fn call_custom<T: DeserializeOwned>(
        &self,
        endpoint: &Endpoint<'_>,
        request: Result<Request, Error>,
    ) -> Result<T, Error> {
        self.decoded(endpoint, request, envelope::decode_as).await
    }

    /// Sends the request of an operation and decodes a list of undocumented items. Null is an empty list.
    pub(crate) async fn call_list(
        &self,
        operation: &'static Operation,
        request: Request,
    ) -> Result<Vec<RawJson>, Error> {
        let Listed(items) = self.decoded(&operation.endpoint(), Ok(request), envelope::decode).await?;
        Ok(items)
    }

    async fn decoded<T>(
        &self,
        endpoint: &Endpoint<'_>,
        request: Result<Request, Error>,
        decode: fn(&Response, &Payload<'_>) -> Result<T, PayloadError>,
    ) -> Result<T, Error> {
        let span = trace::call(&self.shared.http.server, endpoint);
        let request = request.and_then(|request| request.prepared(endpoint.id, endpoint.idempotency));
        let request = request.inspect_err(|error| trace::failed(&span, error.kind()))?;
        if endpoint.method.is_empty() {
            span.record("http.request.method", request.method.as_str());
        }
        let (response, history) = self.send(endpoint, &request, &span).await?;
        if let Some(arrival) = &self.arrival {
            arrival.announce().await;
        }
        self.look_for_drift(endpoint, &response, &span);
        match decode(&response, &endpoint.payload) {
            Ok(payload) => Ok(payload),
            Err(payload_error) => Err(self.payload_error(endpoint, &request, response, &payload_error, history, &span)),
        }
    }

    /// Sends the request; returns an error for every response that is not a success.
    async fn send(
        &self,
        endpoint: &Endpoint<'_>,
        request: &Prepared,
        span: &Span,
    ) -> Result<(Response, CallHistory), Error> {
        let progress = Progress::default();
        let total = self.options.total_timeout.or(self.shared.total_timeout);
        let call = Call::new(&self.shared, &self.options, endpoint, request, total, &progress);
        // Pinned where it is created: moving it into the span would copy all of it.
        let call = pin!(call.outcome());
        let outcome = match span.with_subscriber(|(_, subscriber)| subscriber.clone()) {
            // Stays with this subscriber to the end, even if another becomes the current one: that one does not know
            // the span.
            Some(subscriber) => call.instrument(span.clone()).with_subscriber(subscriber).await,
            None => call.await,
        };
        let history = progress.history();
        trace::sent(span, &outcome, history.attempts);
        match outcome {
            Ok(response) if response.status.is_success() && response.cut_off.is_none() => Ok((response, history)),
            Ok(response) => {
                self.look_for_drift(endpoint, &response, span);
                Err(self.shared.failure(endpoint, request, Ok(response)))
            }
            Err(error) => Err(error),
        }
        .map_err(|error| {
            trace::failed(span, error.kind());
            let retryable = error.is_retryable() && resend::is_harmless(request.idempotency, history);
            error.after(history).retryable_if(retryable)
        })
    }

    fn look_for_drift(&self, endpoint: &Endpoint<'_>, response: &Response, span: &Span) {
        let drift = &self.shared.drift;
        if drift.has_listener(span) {
            trace::within(span, || drift.look(endpoint, response));
        }
    }

    fn payload_error(
        &self,
        endpoint: &Endpoint<'_>,
        request: &Prepared,
        response: Response,
        payload_error: &PayloadError,
        history: CallHistory,
        span: &Span,
    ) -> Error {
        // False if the server says that it refused; true if it is not known whether it was carried out.
        let unclear = !matches!(payload_error, PayloadError::Business { refused: true })
            && request.idempotency != Idempotency::Safe;
        let secrets = self.shared.secrets(request, response.authorization.as_ref());
        let error = failure::of_payload_error(endpoint, response, payload_error, &secrets);
        trace::failed(span, error.kind());
        error.after(CallHistory { outcome_unknown: history.outcome_unknown || unclear, ..history })
    }
}

fn unusable_argument(operation: &'static Operation, name: &str, value: &str) -> Error {
    let message =
        format!("`{name}` is {value:?}, which would lead to another path: pass a value that is not empty, `.` or `..`");
    Error::new(
        ErrorKind::Validation,
        Details { message, operation: Some(operation.id.to_owned()), ..Details::default() },
    )
}
