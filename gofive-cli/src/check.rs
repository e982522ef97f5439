//! `gofive check`: calls the operations that only read, and reports what their responses have that the spec does not know.

mod arguments;
mod report;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use clap::ArgMatches;
use gofive_api::{Drift, Error, Gofive};
use gofive_spec::Operation;

use self::arguments::{Given, can_be_checked};
use self::report::{Outcome, Report, Row};
use crate::failure::Failure;
use crate::options::Options;
use crate::output::Sink;
use crate::pages;
use crate::product::{self, Product};
use crate::request::Request;
use crate::session;

/// How many records are fetched of a list.
const PAGE_SIZE: u32 = 50;

/// Calls the operations and prints the report.
pub(crate) async fn run(matches: &ArgMatches, options: &Options) -> Result<(), Failure> {
    let selected: BTreeSet<_> =
        matches.get_many::<String>("products").into_iter().flatten().map(String::as_str).collect();
    let products: Vec<_> = product::names()
        .filter(|name| selected.is_empty() || selected.contains(name))
        .filter_map(product::product)
        .collect();
    let given = Given::read(matches.get_many::<String>("with").into_iter().flatten(), &products)?;
    let planned = planned(&products, &given)?;
    if planned.iter().all(|planned| planned.request.is_err()) {
        return Err(Failure::usage("no operation can be called without arguments")
            .hint("set them with --with OPERATION:NAME=VALUE"));
    }
    // What cannot be printed is found before anything is sent.
    let sink = Sink::new(options.out.as_deref())?;
    let found = Arc::new(Mutex::new(Vec::new()));
    let listener = found.clone();
    let listen = move |drift: &Drift| listener.lock().unwrap_or_else(PoisonError::into_inner).push(drift.clone());
    let session = session::open_with(options, |builder| builder.on_drift(listen)).await?;
    let mut report = Report::default();
    for Planned { product, operation, request } in planned {
        let outcome = match request {
            Ok(request) => match call(&session.gofive, &request).await? {
                Ok(()) => Outcome::Called,
                Err(error) => Outcome::Failed(error),
            },
            Err(needs) => Outcome::NotCalled(needs),
        };
        let drifts = std::mem::take(&mut *found.lock().unwrap_or_else(PoisonError::into_inner));
        report.rows.push(Row { product: product.name, operation, outcome, drifts });
    }
    let is_json = matches.get_one::<String>("report").is_some_and(|format| format == "json");
    let text = if is_json { report.to_json() } else { report.to_text() };
    sink.bytes(text.as_bytes())?;
    report.failure().map_or(Ok(()), Err)
}

/// An operation, and its request, or the names of the arguments that it lacks.
struct Planned {
    product: &'static Product,
    operation: &'static Operation,
    request: Result<Request, Vec<String>>,
}

/// The operations that only read, in the order of the documents.
fn planned(products: &[&'static Product], given: &Given<'_>) -> Result<Vec<Planned>, Failure> {
    let mut planned = Vec::new();
    for product in products {
        for operation in product.api.operations.iter().filter(|operation| can_be_checked(operation)) {
            let request = given.request(product, operation)?;
            planned.push(Planned { product, operation, request });
        }
    }
    Ok(planned)
}

/// Calls an operation; fetches one page of a list.
async fn call(gofive: &Gofive, request: &Request) -> Result<Result<(), Error>, Failure> {
    if request.operation.paging.is_none() {
        return Ok(request.of_session(gofive)?.send().await.map(drop));
    }
    let mut pages = pages::of(request, gofive)?.page_size(PAGE_SIZE);
    Ok(pages.next().await.map_or(Ok(()), |page| page.map(drop).map_err(Error::from)))
}
