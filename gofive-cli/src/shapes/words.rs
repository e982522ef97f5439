//! A file of shapes in words.

use std::fmt::Write as _;

use gofive_api::shapes::{Arm, Month, NumberKind, Shape, ShapeFile, TextFormat};

/// What is in a file.
pub(super) fn file(file: &ShapeFile) -> String {
    let total = file.total();
    let months = total.months.iter().map(Month::to_string).collect::<Vec<_>>().join(", ");
    let sessions = if total.sessions == 1 { "1 session".to_owned() } else { format!("{} sessions", total.sessions) };
    let mut text = format!("{}: recorded in {sessions}, in {months}\n", file.operation);
    for (kind, shape) in &total.responses {
        let _ =
            writeln!(text, "  HTTP {}, {}: {}", kind.status, arm(kind.arm), about(shape.seen, "response", "responses"));
        if matches!(kind.arm, Arm::Success | Arm::Failure | Arm::NoCode) {
            inside(shape, 4, &mut text);
        }
    }
    if total.interrupted > 0 {
        let _ = writeln!(
            text,
            "  {} still recording, or ended without writing its last ten seconds",
            about(total.interrupted.into(), "program is", "programs are").trim_start_matches("about ")
        );
    }
    text
}

fn arm(arm: Arm) -> &'static str {
    match arm {
        Arm::Success => "code of success",
        Arm::Failure => "code of a failure",
        Arm::NoCode => "without a code",
        Arm::Empty => "empty",
        Arm::Unreadable => "not JSON",
        Arm::TooLong => "longer than 16 MiB",
        Arm::PassedOver => "not looked at",
        _ => "of another kind",
    }
}

/// The lines of what is inside of a value.
fn inside(shape: &Shape<u64>, indent: usize, text: &mut String) {
    for (name, property) in &shape.properties {
        line(name.as_str(), property, shape.objects, indent, text);
    }
    if let Some(others) = &shape.other_names {
        line("(other names)", others, 0, indent, text);
    }
    if let Some(items) = &shape.items {
        line("(items)", items, 0, indent, text);
    }
}

/// The line of a value, and those of what is inside of it. `objects` is how many objects may have it.
fn line(name: &str, shape: &Shape<u64>, objects: u64, indent: usize, text: &mut String) {
    let _ = write!(text, "{:indent$}{name}: {}", "", types(shape));
    let rare = (shape.seen < objects).then(|| format!("in about {} of {objects}", shape.seen));
    let nulls = (shape.nulls > 0 && shape.nulls < shape.seen).then(|| format!("null in about {}", shape.nulls));
    let passed = (shape.passed_over > 0).then(|| format!("about {} passed over", shape.passed_over));
    for note in rare.into_iter().chain(nulls).chain(passed) {
        let _ = write!(text, "; {note}");
    }
    text.push('\n');
    inside(shape, indent + 2, text);
}

fn types(shape: &Shape<u64>) -> String {
    let mut types = Vec::new();
    if shape.objects > 0 {
        types.push("object".to_owned());
    }
    if shape.list_count() > 0 {
        types.push(format!("list{}", range(shape.lists.keys().map(|size| size.smallest()), "item", "items")));
    }
    for (format, lengths) in &shape.texts {
        let name = match format {
            TextFormat::Empty => {
                types.push("empty text".to_owned());
                continue;
            }
            TextFormat::Other => "text".to_owned(),
            TextFormat::Email => "text like an e-mail address".to_owned(),
            TextFormat::Url => "text like a URL".to_owned(),
            format => format!("text ({})", format.name()),
        };
        types.push(name + &range(lengths.keys().map(|size| size.smallest()), "character", "characters"));
    }
    for (kind, digits) in &shape.numbers {
        let name = match kind {
            NumberKind::Integer => "whole number",
            NumberKind::NegativeInteger => "negative whole number",
            NumberKind::Fraction => "number with decimal places",
            NumberKind::NegativeFraction => "negative number with decimal places",
            NumberKind::Exponent => "number with an exponent",
        };
        types.push(name.to_owned() + &range(digits.keys().map(|size| size.smallest()), "digit", "digits"));
    }
    if shape.booleans > 0 {
        types.push("true or false".to_owned());
    }
    if shape.nulls > 0 && types.is_empty() {
        types.push("null".to_owned());
    }
    if types.is_empty() { "nothing".to_owned() } else { types.join(", ") }
}

/// From the smallest size of the first class to the largest of the last.
fn range(mut sizes: impl DoubleEndedIterator<Item = u32>, one: &str, many: &str) -> String {
    let first = sizes.next().unwrap_or_default();
    let last = sizes.next_back().unwrap_or(first);
    match (first, last) {
        (0, 0) => format!(", no {many}"),
        (1, 1) => format!(", 1 {one}"),
        (_, 65_536) => format!(", {first} or more {many}"),
        _ => format!(", {first} to {} {many}", if last == 0 { 0 } else { 2 * last - 1 }),
    }
}

/// A count that is a power of two, or the sum of some.
fn about(count: u64, one: &str, many: &str) -> String {
    if count == 1 { format!("about 1 {one}") } else { format!("about {count} {many}") }
}
