//! The latest requests, with a bounded amount of memory.

use std::collections::{BTreeMap, VecDeque};
use std::time::SystemTime;

use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Uri};
use gofive_spec::MediaType;
use serde_json::Value;

use crate::faults::fault::Fault;
use crate::limits::LogLimits;
use crate::log::masking::{mask, masked};
use crate::log::outcome::Outcome;
use crate::log::record::RequestRecord;
use crate::operations::form;
use crate::operations::name::Operation;
use crate::operations::request::is_media_type;
use crate::operations::route::DocumentedOperation;

#[derive(Debug)]
pub(crate) struct RequestLog {
    limits: LogLimits,
    entries: VecDeque<Entry>,
    /// The size of all entries.
    size: usize,
    /// The number of the last request.
    last: u64,
}

/// A request as it came; it is parsed and masked only when it is shown.
#[derive(Debug)]
struct Entry {
    number: u64,
    time: SystemTime,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Box<[u8]>,
    operation: Option<DocumentedOperation>,
    result: LoggedResult,
    size: usize,
}

/// What became of a logged request.
#[derive(Clone, Debug)]
pub(crate) struct LoggedResult {
    /// The HTTP status code; none if the connection was reset.
    pub(crate) status: Option<u16>,
    pub(crate) outcome: Outcome,
    pub(crate) faults: Vec<Fault>,
}

impl RequestLog {
    pub(crate) fn new(limits: LogLimits) -> Self {
        Self { limits, entries: VecDeque::new(), size: 0, last: 0 }
    }

    /// Adds a request, and returns it as it is shown if it is `observed`.
    pub(crate) fn push(
        &mut self,
        time: SystemTime,
        head: &Parts,
        body: &[u8],
        operation: Option<DocumentedOperation>,
        result: LoggedResult,
        observed: bool,
    ) -> Option<RequestRecord> {
        self.last += 1;
        let headers: usize = head.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        let path = head.uri.path_and_query().map_or(0, |path| path.as_str().len());
        let size = body.len() + headers + path;
        let entry = Entry {
            number: self.last,
            time,
            method: head.method.clone(),
            uri: head.uri.clone(),
            headers: head.headers.clone(),
            body: body.into(),
            operation,
            result,
            size,
        };
        let shown = observed.then(|| entry.show());
        if self.limits.requests == 0 || size > self.limits.size {
            return shown;
        }
        self.entries.push_back(entry);
        self.size += size;
        while self.entries.len() > self.limits.requests || self.size > self.limits.size {
            self.size -= self.entries.pop_front().map_or(0, |entry| entry.size);
        }
        shown
    }

    /// The requests of an operation, or all of them, from the oldest to the newest.
    pub(crate) fn requests(&self, operation: Option<Operation>) -> Vec<RequestRecord> {
        let of = |entry: &&Entry| operation.is_none() || entry.name() == operation;
        self.entries.iter().filter(of).map(Entry::show).collect()
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.size = 0;
    }
}

impl Entry {
    fn name(&self) -> Option<Operation> {
        self.operation.map(|(_, operation)| Operation::new(&operation.id))
    }

    fn show(&self) -> RequestRecord {
        let LoggedResult { status, outcome, faults } = self.result.clone();
        RequestRecord {
            number: self.number,
            time: self.time,
            method: self.method.to_string(),
            path: self.uri.path().to_owned(),
            query: query(self.uri.query().unwrap_or_default()),
            headers: headers(&self.headers),
            body: self.body(),
            operation: self.name(),
            status,
            outcome,
            faults,
        }
    }

    fn body(&self) -> Value {
        if self.body.is_empty() {
            return Value::Null;
        }
        let content_type = self.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut body = if is_media_type(content_type, MediaType::Form.name()) {
            self.form()
        } else if let Ok(json) = serde_json::from_slice(&self.body) {
            json
        } else if self.operation.is_some_and(|(_, operation)| !operation.needs_token) {
            // It has the client's secret, in whatever form.
            return format!("{} bytes that are not a form", self.body.len()).into();
        } else {
            String::from_utf8_lossy(&self.body).into()
        };
        mask(&mut body);
        body
    }

    fn form(&self) -> Value {
        let schema = self.operation.and_then(|(spec, operation)| Some((spec, operation.request_schema()?)));
        match schema {
            Some((spec, schema)) => form::decode(spec, schema, &self.body),
            None => form_urlencoded::parse(&self.body).map(|(name, text)| (name, Value::from(text))).collect(),
        }
    }
}

fn query(query: &str) -> BTreeMap<String, Value> {
    let mut values = BTreeMap::new();
    for (name, text) in form_urlencoded::parse(query.as_bytes()) {
        let text = Value::String(masked(&name, text.into_owned()));
        match values.get_mut(name.as_ref()) {
            None => drop(values.insert(name.into_owned(), text)),
            Some(Value::Array(texts)) => texts.push(text),
            Some(first) => *first = Value::Array(vec![first.take(), text]),
        }
    }
    values
}

fn headers(headers: &HeaderMap) -> BTreeMap<String, String> {
    let text = |name: &str, value: &[u8]| masked(name, String::from_utf8_lossy(value).into_owned());
    let of_name = |name: &str| {
        let values = headers.get_all(name).iter().map(|value| text(name, value.as_bytes()));
        values.collect::<Vec<_>>().join(", ")
    };
    headers.keys().map(|name| (name.as_str().to_owned(), of_name(name.as_str()))).collect()
}
