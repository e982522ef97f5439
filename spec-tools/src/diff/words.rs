//! The words of a report. They are written last, from what is decided already, and nothing reads them back.

use std::fmt;

use super::change::{Class, Whom};
use super::excerpt::{changed, cut};
use super::fact::{BODY, Directions, Facet, Field, Route, Shown, Subject};
use super::harm::Harm;
use super::report::Report;
use super::value_type::ValueType;
use super::what::{Along, Docs, Need, Retried, What};

/// The number of characters of a type's definition that are shown.
const DEFINITION: usize = 600;

/// The words for the parts of a change.
pub(super) trait Words {
    fn title(&self, subject: &Subject, directions: Directions) -> String;
    fn direction(&self, directions: Directions) -> String;
    fn what(&self, what: &What) -> String;
    fn why(&self, harm: &Harm) -> String;
    fn values(&self, what: &What, old: Option<&Shown>, new: Option<&Shown>) -> (Option<String>, Option<String>);
}

/// The words that reports have.
pub(super) struct English;

impl Words for English {
    fn title(&self, subject: &Subject, directions: Directions) -> String {
        let direction = self.direction(directions);
        let direction = if direction.is_empty() { direction } else { format!("{direction} ") };
        match subject {
            Subject::Product => "product".into(),
            Subject::Operation(id) => format!("operation `{id}`"),
            Subject::Facet(id, facet) => format!("{} of `{id}`", self::facet(*facet)),
            Subject::Argument(id, name) if name == BODY => format!("body of `{id}`"),
            Subject::Argument(id, name) => format!("argument `{name}` of `{id}`"),
            Subject::Type(name) => format!("{direction}type `{name}`"),
            Subject::Property(name, wire) => format!("{direction}property `{name}.{wire}`"),
            Subject::Value(name, constant) => format!("value `{name}::{constant}`"),
            Subject::Document(part) => format!("`{part}` of the document"),
        }
    }

    fn direction(&self, directions: Directions) -> String {
        let text = match (directions.request, directions.response) {
            (true, true) => "request and response",
            (true, false) => "request",
            (false, true) => "response",
            (false, false) => "",
        };
        text.into()
    }

    fn what(&self, what: &What) -> String {
        let fixed = match what {
            What::Added(None) => "added",
            What::Added(Some(Need::Required)) => "added, required",
            What::Added(Some(Need::Optional)) => "added, optional",
            What::Removed => "removed",
            What::Renamed { from } => return format!("renamed from `{from}`"),
            What::RenamedInRust => "renamed in Rust",
            What::Becomes(Need::Required) => "becomes required",
            What::Becomes(Need::Optional) => "becomes optional",
            What::Type => "type",
            What::Format => "format",
            What::Null { allowed: true, .. } => "may be null",
            What::Null { allowed: false, .. } => "may no longer be null",
            What::Unset { null: true } => "is sent as null if it is not set",
            What::Unset { null: false } => "is not sent if it is not set",
            What::Limit { keyword, .. } => return keyword.clone(),
            What::UnknownProperties { preserved: true } => "unknown properties are preserved",
            What::UnknownProperties { preserved: false } => "unknown properties are no longer preserved",
            What::Keyword(keyword) => return format!("`{keyword}` differs"),
            What::Value => "value",
            What::Meaning => "meaning",
            What::Values { .. } => "values",
            What::ValueOrder => "values in another order",
            What::Inner(path, what) => return format!("`{path}` {}", self.what(what)),
            What::Location => "location",
            What::Path => "path",
            What::Method => "method",
            What::MediaType => "media type",
            What::Token { required: true } => "requires the token",
            What::Token { required: false } => "no longer requires the token",
            What::Pointers { more: true } => "has more pointers",
            What::Pointers { more: false } => "has other pointers",
            What::Idempotency(Retried::Fewer) => "is no longer retried, or for fewer requests",
            What::Idempotency(Retried::More) => "is retried after a failure",
            What::Idempotency(Retried::Reads) => "counts as reading only",
            What::Idempotency(Retried::Same) => "has another name",
            What::Review { done: true } => "is reviewed",
            What::Review { done: false } => "is not reviewed any more",
            What::Server { listed: true } => "another one is the first",
            What::Server { listed: false } => "another URL",
            What::Credentials => "other credentials",
            What::Pages => "requests pages in another way",
            What::ArgumentOrder => "arguments in another order",
            What::Payload => "type of the payload",
            What::Trait { name, gained: true } => return format!("implements `{name}`"),
            What::Trait { name, gained: false } => return format!("no longer implements `{name}`"),
            What::Docs(docs) => return self::docs(docs),
            What::Text => "text",
            What::Elsewhere(None) => "differs, but neither on the wire nor in Rust",
            What::Elsewhere(Some(keyword)) => {
                return format!("`{keyword}` differs, but neither on the wire nor in Rust");
            }
            What::Along(along) => return self::along(along),
        };
        fixed.into()
    }

    fn why(&self, harm: &Harm) -> String {
        let fixed = match harm {
            Harm::Refused(name) => return format!("their requests without `{name}` are refused"),
            Harm::NotRead(name) => return format!("what they send as `{name}` is no longer read"),
            Harm::NotReceived(name) => return format!("they no longer receive `{name}`"),
            Harm::OldTypeSent => "they send the old type, which is no longer documented",
            Harm::NotReadable(None) => "reading the response may fail: it has another type than they expect",
            Harm::NotReadable(Some(id)) => {
                return format!("reading the response of `{id}` may fail: it has another type than they expect");
            }
            Harm::NullRefused => "the null that they may send is refused",
            Harm::BeyondLimit => "values beyond the limit are now refused",
            Harm::ValueRefused(value) => return format!("{}, which they may send, is refused", code(value.as_ref())),
            Harm::ValuesRefused => "some of the values that they may send are refused",
            Harm::KnownAs(name, value) => return format!("they know `{name}` as {}", code(value.as_ref())),
            Harm::OldSchema => "they use the old schema",
            Harm::OldLocation => "they send it in the old location",
            Harm::Undocumented(route) => {
                return format!("they call {}, which is no longer documented", self::route(route));
            }
            Harm::Moved(route) => {
                return format!("they call {}, which the new spec does not have", self::route(route));
            }
            Harm::PayloadElsewhere => "they read the payload at the old pointers, and get an empty one or fail",
            Harm::DoneTwice => "they retry it after a failure, and may do it twice",
            Harm::DoneTwiceAnew => {
                "the most dangerous edit that there is: without a change of their code, they retry it after a failure, and \
                 do it twice unless a source proves that a second request changes nothing"
            }
            Harm::OutcomeDenied => {
                "without a change of their code, they take a failed call for one that did nothing, although it may have \
                 been carried out"
            }
            Harm::ServerGone(url) => {
                return format!("they call {}, which the new spec does not have", code(url.as_ref()));
            }
            Harm::OtherServer(url) => return format!("they call {}", code(url.as_ref())),
            Harm::OldCredentials => "they send the old credentials, so their requests are refused",
            Harm::OldPages => "they request pages in the old way, and may get the same page again",
            Harm::NoToken => "they send no token, so their requests are refused",
            Harm::OldMediaType(Directions { request: true, .. }) => "they send the body in the old media type",
            Harm::OldMediaType(_) => "they expect the old media type",
            Harm::ModuleGone(name) => {
                return format!("the module `gofive_api::{name}` and the feature `{name}` are gone");
            }
            Harm::MethodGone(name) => return format!("calls of `{name}` no longer compile"),
            Harm::MethodBehindFeature(name) => {
                return format!("calls of `{name}` no longer compile without the feature `unreviewed`");
            }
            Harm::MethodRenamed(name, new) => {
                return format!("calls of `{name}` must be renamed to `{}`", code(new.as_ref()));
            }
            Harm::ArgumentTooMany(method) => return format!("calls of `{method}` have one argument too many"),
            Harm::ArgumentMissing(method, name) => {
                return format!("every call of `{method}` needs one more argument, `{name}`");
            }
            Harm::ArgumentType { method, name, old, new } => {
                let (old, new) = (code(old.as_ref()), code(new.as_ref()));
                return format!("`{method}` takes `{new}` as `{name}` instead of `{old}`");
            }
            Harm::ArgumentOrder(method) => return format!("calls of `{method}` must use the new order"),
            Harm::Returns { method, old, new } => {
                return format!("`{method}` returns `{}` instead of `{}`", code(new.as_ref()), code(old.as_ref()));
            }
            Harm::TypeGone(name) => return format!("code that names `{name}` no longer compiles"),
            Harm::ConstantGone(of, name) => return format!("code that names `{of}::{name}` no longer compiles"),
            Harm::FieldGone(field) => {
                return format!("code that {} `{}::{}` no longer compiles", used(field), field.of, field.name);
            }
            Harm::FieldRenamed(field, new) => {
                let new = code(new.as_ref());
                return format!("code that {} `{}::{}` must be renamed to `{new}`", used(field), field.of, field.name);
            }
            Harm::FieldType { field, old, new } => {
                let builder = if field.newly_required { format!("{}; ", builder(field)) } else { String::new() };
                let (old, new) = (code(old.as_ref()), code(new.as_ref()));
                return format!("{builder}`{}::{}` is `{new}` instead of `{old}`", field.of, field.name);
            }
            Harm::BuilderRequires(field) => return builder(field),
            Harm::TraitLost(of, name) => return format!("`{of}` no longer implements `{name}`"),
        };
        fixed.into()
    }

    fn values(&self, what: &What, old: Option<&Shown>, new: Option<&Shown>) -> (Option<String>, Option<String>) {
        match (what, old, new) {
            (What::Along(Along::RemovedType(_)), ..) => (None, Some("removed with it".into())),
            (_, Some(Shown::Excerpt(old)), Some(Shown::Excerpt(new))) => changed(Some(old), Some(new)),
            _ => (old.map(shown), new.map(shown)),
        }
    }
}

fn facet(facet: Facet) -> &'static str {
    match facet {
        Facet::Authorisation => "authorisation",
        Facet::Documentation => "documentation",
        Facet::Idempotency => "idempotency",
        Facet::Paging => "paging",
        Facet::Payload => "payload",
        Facet::Response => "response",
        Facet::Route => "route",
    }
}

fn docs(docs: &Docs) -> String {
    let fixed = match docs {
        Docs::Summary => "summary",
        Docs::Description => "description",
        Docs::Title => "title",
        Docs::Tag => "tag",
        Docs::Page => "page",
        Docs::Source => "source",
        Docs::Modified => "modified",
        Docs::Evidence => "evidence",
        Docs::Oddities => "oddities",
        Docs::Unknown => "unknown",
        Docs::Links => "links",
        Docs::Example => "example",
        Docs::Examples => "examples",
        Docs::Default => "default",
        Docs::Deprecated => "deprecated",
        Docs::RequestExample => "request example",
        Docs::ResponseExample => "response example",
        Docs::SuccessStatus => "success status",
        Docs::Failures => "failures",
        Docs::OfParameter(docs, name) => return format!("{} of {name}", self::docs(docs)),
    };
    fixed.into()
}

fn along(along: &Along) -> String {
    let fixed = match along {
        Along::InRust => "in Rust",
        Along::Idempotency => "idempotency",
        Along::Payload => "payload",
        Along::Paging => "paging",
        Along::Evidence => "evidence",
        Along::Page => "page",
        Along::Source => "source",
        Along::NewType(name) => return format!("new type {name}"),
        Along::RemovedType(name) | Along::RenamedType(name) => return format!("type {name}"),
    };
    fixed.into()
}

fn shown(shown: &Shown) -> String {
    match shown {
        Shown::Text(text) => text.clone(),
        Shown::Json(value) => value.to_string(),
        Shown::Excerpt(value) => changed(None, Some(value)).1.unwrap_or_default(),
        Shown::Type(shape) => self::shape(shape),
        Shown::Route(route) | Shown::Operation(route, None) => self::route(route),
        Shown::Operation(route, Some(summary)) => format!("{}: {summary}", self::route(route)),
        Shown::Definition(text) => cut(text, DEFINITION),
    }
}

fn code(value: Option<&Shown>) -> String {
    value.map(shown).unwrap_or_default()
}

/// A schema in a few words: `string (date)`, `array of Id`.
fn shape(shape: &ValueType) -> String {
    let all = |shapes: &[ValueType], word: &str| shapes.iter().map(self::shape).collect::<Vec<_>>().join(word);
    match shape {
        ValueType::Anything => "anything".into(),
        ValueType::Plain(kind, None) => kind.clone(),
        ValueType::Plain(kind, Some(format)) => format!("{kind} ({format})"),
        ValueType::Named(name) => name.clone(),
        ValueType::List(items) => format!("array of {}", self::shape(items)),
        ValueType::All(shapes) => all(shapes, " and "),
        ValueType::Any(shapes) => all(shapes, " or "),
    }
}

fn route(route: &Route) -> String {
    let kind = if route.webhook { "webhook " } else { "" };
    format!("{kind}{} {}", route.method, route.path)
}

fn used(field: &Field) -> &'static str {
    if field.set { "sets or reads" } else { "reads" }
}

fn builder(field: &Field) -> String {
    format!("`{}::builder()` without `.{}(…)` no longer compiles", field.of, field.name)
}

/// The group of changes that affect no operation.
pub(super) fn operations(operations: &[String]) -> String {
    if operations.is_empty() { "all operations".into() } else { operations.join(", ") }
}

/// `breaking (1 breaking, 2 additive)`
pub(super) fn summary(report: &Report) -> String {
    let Some(class) = report.class else { return "no change".into() };
    let count = |class| report.changes.iter().filter(|change| change.class == class).count();
    let classes = [Class::Breaking, Class::Additive, Class::DocsOnly];
    let counts = classes.into_iter().map(|class| (count(class), class)).filter(|(count, _)| *count > 0);
    let counts: Vec<_> = counts.map(|(count, class)| format!("{count} {class}")).collect();
    format!("{class} ({})", counts.join(", "))
}

/// The sentence about the version that the crate needs. `quote` is around the name of the crate.
pub(super) fn step(report: &Report, quote: &str) -> String {
    let name = format!("{quote}gofive-api{quote}");
    match (&report.version, report.class) {
        (_, None) => format!("No new version of {name} is needed."),
        (Some(step), _) => format!("{name} goes from {} to at least {}.", step.from, step.to),
        (None, Some(Class::Breaking)) => format!("{name} needs a breaking step (0.1 → 0.2, or 1 → 2)."),
        (None, Some(_)) => format!("{name} needs at least a patch."),
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DocsOnly => "docs only",
            Self::Additive => "additive",
            Self::Breaking => "breaking",
        })
    }
}

impl fmt::Display for Whom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CallersCode => "callers' code",
            Self::RunningProgram => "running programs",
            Self::RebuiltProgram => "rebuilt programs",
        })
    }
}
