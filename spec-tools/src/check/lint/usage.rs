//! Checks that no object is used in requests and in responses, because the code differs: request types are strict and have
//! builders, response types are tolerant.

use gofive_spec::{Direction, Use};

use super::linter::Linter;

pub(super) fn check(linter: &mut Linter<'_>) {
    let usage = linter.api().usage();
    for (name, schema) in &linter.api().schemas {
        let [request, response] =
            [Direction::Request, Direction::Response].map(|direction| usage.first(name, direction));
        let (Some(request), Some(response)) = (request, response) else { continue };
        if schema.as_object().is_some_and(|object| object.properties.is_some()) {
            let problem = format!("`{name}` is sent by {} and received by {}", named(request), named(response));
            let hint = "write one schema for the request and one for the response";
            linter.find("both-sides", &schema.pointer, problem, hint);
        }
    }
}

fn named(one: &Use) -> String {
    let kind = if one.is_webhook { "the webhook " } else { "" };
    format!("{kind}`{}`", one.operation)
}
