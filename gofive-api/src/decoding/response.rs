//! A response, read to its end, and what its headers say.

use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::{DATE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};

use crate::decoding::documented::Payload;
use crate::decoding::encoding;
use crate::decoding::summary::Summary;

/// Headers in which servers and gateways identify a request, the most specific first. The portal documents none.
const REQUEST_ID: [&str; 6] =
    ["x-request-id", "request-id", "x-correlation-id", "apim-request-id", "x-ms-request-id", "traceparent"];

/// A response of any status.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// The value of that header in the request.
    pub(crate) authorization: Option<HeaderValue>,
    /// Why the body may be incomplete.
    pub(crate) cut_off: Option<reqwest::Error>,
    summary: OnceLock<Summary>,
}

impl Response {
    pub(crate) fn new(
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
        authorization: Option<HeaderValue>,
        cut_off: Option<reqwest::Error>,
    ) -> Self {
        Self { status, headers, body, authorization, cut_off, summary: OnceLock::new() }
    }

    /// What the body reports about the call, read once. A response belongs to one operation, and so to one payload.
    pub(crate) fn summary(&self, payload: &Payload<'_>) -> &Summary {
        self.summary.get_or_init(|| Summary::of(&encoding::readable(&self.body), payload))
    }

    pub(crate) fn request_id(&self) -> Option<String> {
        let header = REQUEST_ID.iter().find_map(|name| self.headers.get(*name))?;
        header.to_str().ok().map(str::to_owned)
    }

    /// `Retry-After`: seconds, or a date in one of the three formats of RFC 9110, relative to the server's own clock.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        let text = self.text(&RETRY_AFTER)?;
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let now = self.text(&DATE).and_then(|date| httpdate::parse_http_date(date).ok());
        let at = httpdate::parse_http_date(text).ok()?;
        Some(at.duration_since(now.unwrap_or_else(SystemTime::now)).unwrap_or_default())
    }

    fn text(&self, header: &HeaderName) -> Option<&str> {
        Some(self.headers.get(header)?.to_str().ok()?.trim())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retry_after(retry_after: &'static str, date: Option<&'static str>) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_static(retry_after));
        headers.extend(date.map(|date| (DATE, HeaderValue::from_static(date))));
        Response::new(StatusCode::SERVICE_UNAVAILABLE, headers, Bytes::new(), None, None).retry_after()
    }

    #[test]
    fn all_three_date_formats_are_measured_by_the_date_of_the_response() {
        // An hour behind any current clock, or a year ahead of it.
        let date = Some("Sun, 06 Nov 1994 08:49:30 GMT");
        for at in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            assert_eq!(retry_after(at, date), Some(Duration::from_secs(7)), "{at}");
        }
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:00 GMT", date), Some(Duration::ZERO), "in the past");
    }

    #[test]
    fn without_a_date_it_is_measured_by_the_clock_of_this_machine() {
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:37 GMT", None), Some(Duration::ZERO));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:37 GMT", Some("yesterday")), Some(Duration::ZERO));
    }

    #[test]
    fn a_value_that_is_neither_is_ignored() {
        for nonsense in ["soon", "", "-1", "1.5", "99999999999999999999999999"] {
            assert_eq!(retry_after(nonsense, None), None, "{nonsense}");
        }
    }
}
