//! The wording for an operation's `x-gofive-…` extensions, the same in the rustdoc and on the website.

mod markdown;

use gofive_spec::{EnumValue, Evidence, Grade, Idempotency, Operation, PropertySource};

pub use self::markdown::{cell, code, line, markdown};
pub(crate) use self::markdown::{has_odd_backticks, is_invisible};

/// The source of the operation, as Markdown.
pub fn source(operation: &Operation) -> String {
    match &operation.page {
        None => line(operation.source.as_deref().unwrap_or_default()),
        Some(page) => format!("portal page {}, “{}”", code(page), line(&operation.title)),
    }
}

/// How well an operation is known: `path documented, request and response fully documented`.
pub fn evidence(evidence: Evidence) -> String {
    let [path, request, response] = evidence.parts().map(|(_, part)| grade(part));
    if request == response {
        format!("path {path}, request and response {request}")
    } else {
        format!("path {path}, request {request}, response {response}")
    }
}

/// The wording for a grade. `gofive-api/docs/evidence.md` explains each to callers.
pub const fn grade(grade: Grade) -> &'static str {
    match grade {
        Grade::Portal => "documented",
        Grade::Complete => "fully documented",
        Grade::Partial => "partly documented",
        Grade::ExampleOnly => "from an example",
        Grade::Observed => "from observed responses",
        Grade::Wire => "from public integrations",
        Grade::Legacy => "from the portal of 2021",
        Grade::None => "not documented",
    }
}

/// The meaning of a value of an enumeration, and its source unless that is a table of the portal: `A lead. (From public
/// integrations.)`
pub fn meaning(value: EnumValue<'_>) -> String {
    let source = match value.source {
        None => "",
        Some(PropertySource::Example) => " (From an example.)",
        Some(PropertySource::Observed) => " (From observed responses.)",
        Some(PropertySource::Wire) => " (From public integrations.)",
        Some(PropertySource::Legacy) => " (From the portal of 2021.)",
    };
    format!("{}{source}", line(value.description))
}

/// Whether an operation may be sent twice, as Markdown.
pub fn idempotency(idempotency: &Idempotency) -> String {
    match idempotency {
        Idempotency::Safe => "safe, it only reads".into(),
        Idempotency::Idempotent => "idempotent, a second send has the same effect".into(),
        Idempotency::NonIdempotent => "non-idempotent, a second send may do it twice".into(),
        Idempotency::With(keys) => {
            let keys: Vec<_> = keys.iter().map(|key| code(key)).collect();
            format!("idempotent with {}; without, a second send may do it twice", keys.join(" and "))
        }
    }
}
