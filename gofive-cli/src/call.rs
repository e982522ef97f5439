//! Calls an operation, or shows what would be sent.

use clap::ArgMatches;
use gofive_api::{CallOptions, Capture, CustomRequest, RawJson};
use gofive_spec::{Operation, PayloadKind};

use crate::body;
use crate::dry_run;
use crate::failure::Failure;
use crate::options::Options;
use crate::output::{Printer, Sink, documented};
use crate::pages;
use crate::product::{Product, command_name};
use crate::request::Request;
use crate::session;

/// Carries out the command of an operation.
pub(crate) async fn operation(
    product: &'static Product,
    operation: &'static Operation,
    matches: &ArgMatches,
    options: &Options,
) -> Result<(), Failure> {
    if options.skeleton {
        let skeleton = RawJson::from(body::skeleton(&product.api, operation));
        return Sink::new(options.out.as_deref())?
            .bytes((crate::output::pretty(skeleton.as_str(), 0) + "\n").as_bytes());
    }
    if !operation.is_reviewed && !options.unreviewed {
        let cause = format!("{}: nobody has compared this operation with its page yet", command_name(operation));
        return Err(Failure::usage(cause).hint("--unreviewed calls it all the same"));
    }
    let in_pages = options.all || options.limit.is_some() || options.resume.is_some();
    if in_pages && operation.paging.is_none() {
        let cause = format!("{}: the payload has no pages", command_name(operation));
        return Err(Failure::usage(cause).hint("omit --all, --limit and --resume"));
    }
    let mut request = Request::read(product, operation, matches, options, in_pages)?;
    if options.dry_run {
        return Sink::new(options.out.as_deref())?.bytes(dry_run::text(product, &mut request, options)?.as_bytes());
    }
    let columns = documented(product, operation);
    if in_pages {
        return pages::print(&request, columns, options).await;
    }
    let kind = payload_kind(product, operation);
    send(options, columns, |gofive| request.of_session(gofive), move |payload| as_documented(payload, kind)).await
}

/// Sends a request and prints its payload.
pub(crate) async fn send(
    options: &Options,
    columns: Vec<String>,
    request: impl FnOnce(&gofive_api::Gofive) -> Result<CustomRequest, Failure>,
    adapt: impl FnOnce(RawJson) -> RawJson,
) -> Result<(), Failure> {
    // What cannot be printed is found before anything is sent.
    let printer = Printer::new(options, columns, Sink::new(options.out.as_deref())?)?;
    let session = session::open(options).await?;
    let capture = Capture::new();
    let call_options = if options.raw { CallOptions::new().capture(&capture) } else { CallOptions::new() };
    let payload = request(&session.gofive.with_options(call_options))?.send().await?;
    match capture.take() {
        Some(response) => printer.raw(response.body()),
        None => printer.whole(&adapt(payload)),
    }
}

/// The kind of JSON that the payload of an operation is.
pub(crate) fn payload_kind(product: &Product, operation: &Operation) -> PayloadKind {
    operation.payload(&product.api).map_or(PayloadKind::Any, |payload| payload.kind)
}

/// The payload as it is documented: a list that is missing is empty, and a single record is a list, too.
pub(crate) fn as_documented(payload: RawJson, kind: PayloadKind) -> RawJson {
    let is_list = matches!(kind, PayloadKind::Array | PayloadKind::OneOrMany);
    match payload.as_str() {
        "null" if is_list => RawJson::of(&[(); 0]).unwrap_or(payload),
        json if is_list && json.starts_with('{') => RawJson::of(&[&payload]).unwrap_or(payload),
        _ => payload,
    }
}
