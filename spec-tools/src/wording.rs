//! The wording for an operation's `x-gofive-…` extensions, the same in the rustdoc and on the reference page.

mod markdown;
mod texts;

pub use self::markdown::{cell, code, line, markdown};
pub(crate) use self::markdown::{has_odd_backticks, is_invisible};
pub use self::texts::texts;

use serde_json::Value;

/// The grades of `x-gofive-evidence`, each with its wording. `gofive-api/docs/evidence.md` explains them to callers.
pub const GRADES: [(&str, &str); 7] = [
    ("portal", "documented"),
    ("complete", "fully documented"),
    ("partial", "partly documented"),
    ("example-only", "from an example"),
    ("wire", "from public integrations"),
    ("legacy", "from the portal of 2021"),
    ("none", "not documented"),
];

/// The parts of an operation that have a grade.
pub const PARTS: [&str; 3] = ["path", "request", "response"];

/// The source of the operation, as Markdown.
pub fn source(operation: &Value) -> String {
    match text(operation, "x-gofive-page") {
        "" => line(text(operation, "x-gofive-source")),
        page => format!("portal page {}, “{}”", code(page), line(text(operation, "x-gofive-title"))),
    }
}

/// How well an operation is known: `path documented, request and response fully documented`.
pub fn evidence(operation: &Value) -> String {
    let [path, request, response] = PARTS.map(|part| graded(operation, part));
    if request == response {
        format!("path {path}, request and response {request}")
    } else {
        format!("path {path}, request {request}, response {response}")
    }
}

/// How well `part` (path, request or response) is known, in words.
pub fn graded(operation: &Value, part: &str) -> &'static str {
    let grade = grade(operation, part);
    GRADES.iter().find(|(name, _)| *name == grade).map_or("unknown", |(_, wording)| wording)
}

/// The grade of `part` (path, request or response) in `x-gofive-evidence`.
pub fn grade<'a>(operation: &'a Value, part: &str) -> &'a str {
    text(&operation["x-gofive-evidence"], part)
}

/// The sentences of `x-gofive-<name>`.
pub fn sentences<'a>(operation: &'a Value, name: &str) -> Vec<&'a str> {
    let listed = operation.get(format!("x-gofive-{name}")).and_then(Value::as_array).into_iter().flatten();
    listed.filter_map(Value::as_str).collect()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
