//! Sends an event, as Venio does.

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, ArgMatches, Command};
use gofive_spec::Operation;

use super::arguments::{header, option, secret};
use super::http::Target;
use crate::body;
use crate::failure::Failure;
use crate::product;

/// Adds the arguments.
pub(super) fn arguments(command: Command) -> Command {
    let kind = Arg::new("kind").value_name("KIND").required(true).help("The kind of the event").value_parser(kinds());
    command
        .arg(kind)
        .arg(option("to", "URL", "Where it is sent").required(true))
        .arg(option("body", "@FILE", "Sends the body of a file instead; @- is the standard input"))
        .arg(header())
}

/// The kinds of events: the webhooks of the spec.
fn kinds() -> PossibleValuesParser {
    let kinds = webhooks().map(|webhook| {
        let name = name(webhook);
        let short = name.strip_prefix("new-").map(str::to_owned);
        PossibleValue::new(name).aliases(short).help(webhook.summary.as_str())
    });
    PossibleValuesParser::new(kinds.collect::<Vec<_>>())
}

/// Sends the event.
pub(super) async fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let text = |id: &str| matches.get_one::<String>(id).map(String::as_str);
    let kind = text("kind").unwrap_or_default();
    let target = Target::new(text("to").unwrap_or_default())?;
    let body = match text("body") {
        Some(file) => body::read(file)?.as_str().to_owned(),
        None => example(kind).ok_or_else(|| Failure::usage(format!("{kind} has no documented example")))?,
    };
    let secret = secret();
    let (target, header) = match (text("secret-header"), secret.as_deref()) {
        (Some(name), Some(secret)) => (target, Some((name, secret))),
        (Some(_), None) => return Err(Failure::setup("GOFIVE_WEBHOOK_SECRET is not set")),
        (None, Some(secret)) => (target.with_segment(secret), None),
        (None, None) => (target, None),
    };
    let status = target.send(body.into(), header).await?;
    eprintln!("HTTP {status}");
    if (200..300).contains(&status) {
        Ok(())
    } else {
        Err(Failure::refused(status, "the target did not accept the event"))
    }
}

fn webhooks() -> impl Iterator<Item = &'static Operation> {
    product::names().filter_map(product::product).flat_map(|product| &product.api.webhooks)
}

fn name(webhook: &Operation) -> String {
    webhook.path.replace('_', "-")
}

fn example(kind: &str) -> Option<String> {
    let webhook = webhooks().find(|webhook| {
        let name = name(webhook);
        name == kind || name.strip_prefix("new-") == Some(kind)
    })?;
    webhook.request_examples().first().map(|example| example.value.to_string())
}
