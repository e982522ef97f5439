//! `call_operation`: calls an operation, and returns as much of its payload as there is room for.

use gofive_api::RawJson;
use gofive_spec::{Idempotency, PayloadKind};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::bounded::{Bounds, Window};
use super::catalog;
use super::connection::Connection;
use super::given::Given;
use super::permission::Permission;
use super::tools::{DEFAULT_LIMIT, MAX_LIMIT};
use crate::call::{as_documented, payload_kind};
use crate::failure::Failure;
use crate::pages;
use crate::request::Request;

/// How many fields an agent can choose.
const MAX_FIELDS: usize = 200;

/// How long the name of a field is.
const MAX_FIELD: usize = 200;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Arguments {
    operation: String,
    #[serde(default)]
    path: Map<String, Value>,
    #[serde(default)]
    query: Map<String, Value>,
    body: Option<Value>,
    #[serde(default)]
    fields: Vec<String>,
    skip: Option<u64>,
    limit: Option<u32>,
}

/// Calls an operation. A call that only reads ends when the agent cancels it. Others do not: their outcome would be unknown.
pub(super) async fn call(
    connection: &Connection,
    permission: &Permission,
    max_size: usize,
    arguments: &Arguments,
    cancelled: impl Future<Output = ()>,
) -> Result<String, Failure> {
    let (product, operation) = catalog::find(&arguments.operation)?;
    if let Some(refusal) = permission.refusal(operation) {
        return Err(refusal);
    }
    let kind = payload_kind(product, operation);
    let is_window = arguments.skip.is_some() || arguments.limit.is_some();
    if is_window && operation.paging.is_none() && matches!(kind, PayloadKind::Object | PayloadKind::Scalar) {
        let cause = format!("{}: the payload is not a list", operation.id);
        return Err(Failure::usage(cause).hint("omit skip and limit"));
    }
    if arguments.limit.is_some_and(|limit| !(1..=MAX_LIMIT).contains(&limit)) {
        return Err(Failure::usage(format!("limit is not between 1 and {MAX_LIMIT}"))
            .hint("call it again for the next records"));
    }
    let is_name = |field: &String| !field.is_empty() && field.len() <= MAX_FIELD && field.split('.').count() <= 16;
    if arguments.fields.len() > MAX_FIELDS || !arguments.fields.iter().all(is_name) {
        let cause = format!("fields are not up to {MAX_FIELDS} names of fields, each with up to {MAX_FIELD} bytes");
        return Err(Failure::usage(cause).hint("fields: [\"name\", \"address.city\"]"));
    }
    let given = Given { path: &arguments.path, query: &arguments.query, body: arguments.body.as_ref() };
    let request = given.request(product, operation)?;
    let is_safe = operation.idempotency == Idempotency::Safe;
    let bounds = Bounds { max_size, fields: &arguments.fields, is_safe };
    let sent = send(connection, &request, kind, arguments, &bounds);
    tokio::select! {
        result = sent => result,
        () = cancelled, if is_safe => Err(Failure::usage("the call was cancelled")),
    }
}

async fn send(
    connection: &Connection,
    request: &Request,
    kind: PayloadKind,
    arguments: &Arguments,
    bounds: &Bounds<'_>,
) -> Result<String, Failure> {
    let gofive = connection.gofive().await?;
    let (skip, limit) = (arguments.skip.unwrap_or(0), arguments.limit.unwrap_or(DEFAULT_LIMIT));
    if request.operation.paging.is_some() {
        let mut pages = pages::of(request, gofive)?;
        if let Some(size) = pages::page_size(None, Some(limit.into())) {
            pages = pages.page_size(size);
        }
        let mut pages = pages.start_at(skip);
        let (mut records, mut may_have_more) = (Vec::new(), true);
        while may_have_more && records.len() < limit as usize {
            match pages.next().await {
                Some(page) => records.extend(page?),
                None => may_have_more = false,
            }
        }
        records.truncate(limit as usize);
        return Ok(bounds.list(&Window { records, skip, total: None, may_have_more }));
    }
    let payload = as_documented(request.of_session(gofive)?.send().await?, kind);
    let Ok(all) = payload.read::<Vec<RawJson>>() else { return Ok(bounds.whole(&payload)) };
    let total = all.len() as u64;
    let records: Vec<_> =
        all.into_iter().skip(usize::try_from(skip).unwrap_or(usize::MAX)).take(limit as usize).collect();
    let may_have_more = skip.saturating_add(records.len() as u64) < total && !records.is_empty();
    Ok(bounds.list(&Window { records, skip, total: Some(total), may_have_more }))
}
