//! The kinds of values that a shape has, and whether a schema has them, too.

use gofive_shapes::{NumberKind, Shape, Size, TextFormat};
use gofive_spec::{Api, Format, Schema, SchemaKind};

/// How often something has to be seen before it narrows what a value may be: a whole number, a format. The counts of a session are
/// powers of two.
pub const SURE: u64 = 16;

/// A kind of values that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Boolean,
    /// A whole number, by whether it may be longer than one of 64 bits.
    Whole(bool),
    /// A number with decimal places or an exponent.
    Fraction,
    Text(TextFormat),
    List,
    Object,
}

/// The schema of values, if it has no other schemas inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Simple {
    /// Its keywords: `type`, `format`.
    Scalar(&'static str, Option<Format>),
    /// Numbers and texts.
    NumberOrText(&'static str),
    List,
    Object,
    /// Why it has no type.
    Unknown(String),
}

/// Whole numbers of this many digits may be longer than those of 64 bits.
const LONG: u32 = 16;

/// All kinds of a shape but null.
pub(super) fn kinds(shape: &Shape<u64>) -> Vec<Kind> {
    let mut kinds = Vec::new();
    if shape.booleans > 0 {
        kinds.push(Kind::Boolean);
    }
    for (kind, digits) in &shape.numbers {
        let seen = digits.iter().filter(|(_, count)| **count > 0).map(|(size, _)| *size);
        match kind {
            NumberKind::Integer | NumberKind::NegativeInteger => {
                kinds.extend(seen.map(|size: Size| Kind::Whole(size.smallest() >= LONG)));
            }
            NumberKind::Exponent | NumberKind::Fraction | NumberKind::NegativeFraction => {
                kinds.extend(seen.map(|_| Kind::Fraction));
            }
        }
    }
    let texts = shape.texts.iter().filter(|(_, lengths)| lengths.values().any(|count| *count > 0));
    kinds.extend(texts.map(|(format, _)| Kind::Text(*format)));
    kinds.extend((shape.list_count() > 0).then_some(Kind::List));
    kinds.extend((shape.objects > 0).then_some(Kind::Object));
    kinds.sort();
    kinds.dedup();
    kinds
}

/// The schema of a shape, and what was too rare to be sure of.
pub(super) fn simple(shape: &Shape<u64>) -> (Simple, Option<String>) {
    let kinds = kinds(shape);
    let has = |wanted: fn(&Kind) -> bool| kinds.iter().any(wanted);
    let [numbers, texts] =
        [has(|kind| matches!(kind, Kind::Whole(_) | Kind::Fraction)), has(|kind| matches!(kind, Kind::Text(_)))];
    let others =
        [has(|kind| *kind == Kind::Boolean), has(|kind| *kind == Kind::List), has(|kind| *kind == Kind::Object)];
    match (numbers, texts, others) {
        (false, false, [false, false, false]) => (Simple::Unknown("only null".into()), None),
        (false, false, [true, false, false]) => (Simple::Scalar("boolean", None), None),
        (false, false, [false, true, false]) => (Simple::List, None),
        (false, false, [false, false, true]) => (Simple::Object, None),
        (true, false, [false, false, false]) => {
            let (name, rare) = number(&kinds, shape.number_count());
            (Simple::Scalar(name, None), rare)
        }
        (false, true, [false, false, false]) => {
            let (format, rare) = format(&kinds, shape.text_count());
            (Simple::Scalar("string", format), rare)
        }
        (true, true, [false, false, false]) => {
            let (name, rare) = number(&kinds, shape.number_count());
            (Simple::NumberOrText(name), rare)
        }
        _ => {
            let mut names: Vec<_> = kinds.iter().map(|kind| kind.words()).collect();
            names.dedup();
            (Simple::Unknown(format!("{} were seen", names.join(" and "))), None)
        }
    }
}

/// The type of numbers of these kinds.
fn number(kinds: &[Kind], count: u64) -> (&'static str, Option<String>) {
    if kinds.contains(&Kind::Fraction) {
        return ("number", None);
    }
    if kinds.contains(&Kind::Whole(true)) {
        return ("number", Some("whole numbers that may be longer than 64 bits, so it is a number".into()));
    }
    if count < SURE {
        return (
            "number",
            Some(format!("{count} whole numbers are too few to be sure that all are, so it is a number")),
        );
    }
    ("integer", None)
}

/// The format of texts of these kinds.
fn format(kinds: &[Kind], count: u64) -> (Option<Format>, Option<String>) {
    let of = |kind: &Kind| match kind {
        Kind::Text(format) => of_text(*format),
        _ => None,
    };
    let digits = |kind: &&Kind| **kind == Kind::Text(TextFormat::Digits);
    let found: Option<Vec<_>> = kinds.iter().filter(|kind| !digits(kind)).map(of).collect();
    let format = match found.unwrap_or_default().as_slice() {
        [] => return (None, None),
        [Format::Decimal] => Format::Decimal,
        // A code of digits is not a date.
        _ if kinds.iter().any(|kind| digits(&kind)) => return (None, None),
        [one] => *one,
        several if several.iter().all(|format| format.is_date_time()) => Format::AnyDateTime,
        _ => return (None, None),
    };
    if count < SURE {
        return (None, Some(format!("{count} texts like `{format}` are too few to be sure of the format")));
    }
    (Some(format), None)
}

/// The format of the spec that all texts of a format have.
fn of_text(format: TextFormat) -> Option<Format> {
    match format {
        // Others than those of the spec.
        TextFormat::AnyDateTime => None,
        other => Format::named(other.name()),
    }
}

/// Whether a schema has values of a kind.
pub(super) fn accepts(api: &Api, schema: &Schema, kind: Kind) -> bool {
    match (&schema.kind, kind) {
        (SchemaKind::Ref(_), _) => {
            let target = api.resolve(schema);
            target.reference().is_some() || accepts(api, target, kind)
        }
        (SchemaKind::AllOf(all), _) => all.schemas.iter().all(|one| accepts(api, one, kind)),
        (SchemaKind::AnyOf(any), _) => any.schemas.iter().any(|one| accepts(api, one, kind)),
        (SchemaKind::Any, _)
        | (SchemaKind::Boolean, Kind::Boolean)
        | (SchemaKind::Object(_), Kind::Object)
        | (SchemaKind::Array(_), Kind::List)
        | (SchemaKind::Integer(_), Kind::Whole(_))
        | (SchemaKind::Number(_), Kind::Whole(_) | Kind::Fraction) => true,
        (SchemaKind::Enumeration(one), Kind::Whole(_)) => one.is_integer,
        (SchemaKind::Enumeration(one), Kind::Text(_)) => !one.is_integer,
        (SchemaKind::String(string), Kind::Text(text)) => match (string.format, text) {
            (None | Some(Format::Password), _) | (Some(Format::Decimal), TextFormat::Digits) => true,
            (Some(Format::AnyDateTime), _) => of_text(text).is_some_and(Format::is_date_time),
            (Some(format), _) => of_text(text) == Some(format),
        },
        _ => false,
    }
}

impl Kind {
    /// The kind in a sentence.
    pub(super) fn words(self) -> String {
        match self {
            Self::Boolean => "a boolean".into(),
            Self::Whole(_) => "a whole number".into(),
            Self::Fraction => "a number with decimal places".into(),
            Self::Text(TextFormat::Other) => "a text".into(),
            Self::Text(TextFormat::Empty) => "an empty text".into(),
            Self::Text(TextFormat::AnyDateTime) => "a date in another format".into(),
            Self::Text(format) => format!("a text like `{}`", format.name()),
            Self::List => "a list".into(),
            Self::Object => "an object".into(),
        }
    }
}

/// A schema in a sentence.
pub(super) fn words(schema: &Schema) -> String {
    match &schema.kind {
        SchemaKind::Ref(name) => format!("`{name}`"),
        SchemaKind::Boolean => "a boolean".into(),
        SchemaKind::Integer(_) => "a whole number".into(),
        SchemaKind::Number(_) => "a number".into(),
        SchemaKind::String(string) => match string.format {
            Some(format) => format!("a text of the format `{format}`"),
            None => "a text".into(),
        },
        SchemaKind::Array(_) => "a list".into(),
        SchemaKind::Object(_) => "an object".into(),
        SchemaKind::Enumeration(_) => "an enumeration".into(),
        SchemaKind::AllOf(all) => all.schemas.first().map_or_else(|| "anything".into(), words),
        SchemaKind::AnyOf(any) => any.schemas.iter().map(words).collect::<Vec<_>>().join(" or "),
        SchemaKind::Any => "anything".into(),
    }
}
