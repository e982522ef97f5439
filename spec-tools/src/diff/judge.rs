//! Decides the class of each difference, and whom it breaks. The whole policy is here: the server behaves as the new spec says,
//! programs were built with the old crate, and the client is strict in requests and tolerant in responses.

#![allow(clippy::match_same_arms, reason = "each arm is a rule of the policy")]

use super::change::Class;
use super::fact::{Directions, Fact, Item, Route, Seen, Subject};
use super::harm::Harm;
use super::what::{Along, Need, Retried, What};

/// The class of a difference, and what it breaks.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ruling {
    pub class: Class,
    pub harms: Vec<Harm>,
}

/// The ruling about one difference. Without a promise nothing breaks: what only operations use that were not reviewed is
/// outside of semver.
pub(super) fn judge(fact: &Fact, is_promised: bool) -> Ruling {
    let ruling = match &fact.seen {
        Seen::Wire { directions, is_accepted, is_read } => {
            let types = Types { is_accepted: *is_accepted, is_read: *is_read };
            on_the_wire(fact, &fact.what, name(&fact.subject), *directions, types)
        }
        Seen::Operation(route) => behaviour(fact, route),
        Seen::Rust(item) => in_rust(fact, item),
        Seen::Document => DOCS_ONLY,
    };
    if is_promised || ruling.class < Class::Breaking { ruling } else { ADDITIVE }
}

const DOCS_ONLY: Ruling = Ruling { class: Class::DocsOnly, harms: Vec::new() };
const ADDITIVE: Ruling = Ruling { class: Class::Additive, harms: Vec::new() };
/// Breaking, but another layer says why.
const BREAKING: Ruling = Ruling { class: Class::Breaking, harms: Vec::new() };

fn breaks<const N: usize>(harms: [Harm; N]) -> Ruling {
    Ruling { class: Class::Breaking, harms: harms.into() }
}

/// Breaking if any of the harms applies.
fn breaks_if<const N: usize>(harms: [(bool, Harm); N]) -> Ruling {
    let harms: Vec<_> = harms.into_iter().filter(|(applies, _)| *applies).map(|(_, harm)| harm).collect();
    Ruling { class: if harms.is_empty() { Class::DocsOnly } else { Class::Breaking }, harms }
}

/// What another type means on the wire.
#[derive(Clone, Copy)]
struct Types {
    is_accepted: bool,
    is_read: bool,
}

fn on_the_wire(fact: &Fact, what: &What, name: &str, directions: Directions, types: Types) -> Ruling {
    let Directions { request, response } = directions;
    let is_value = matches!(fact.subject, Subject::Value(..));
    match what {
        What::Added(Some(Need::Required)) if request => breaks([Harm::Refused(name.into())]),
        What::Added(_) if is_value || directions.any() => ADDITIVE,
        What::Added(_) => DOCS_ONLY,
        // Enumerations are open: a response may have any value.
        What::Removed if is_value => breaks_if([(request, Harm::ValueRefused(fact.old.clone()))]),
        // A program sends a path parameter by its position.
        What::Renamed { .. } if is_value || matches!(fact.subject, Subject::Argument(..)) => DOCS_ONLY,
        What::Removed => breaks_if([(request, Harm::NotRead(name.into())), (response, Harm::NotReceived(name.into()))]),
        What::Renamed { from } => {
            breaks_if([(request, Harm::NotRead(from.clone())), (response, Harm::NotReceived(from.clone()))])
        }
        What::Becomes(Need::Required) => breaks_if([(request, Harm::Refused(name.into()))]),
        What::Becomes(Need::Optional) if request => ADDITIVE,
        // The client treats everything in responses as optional.
        What::Becomes(Need::Optional) => DOCS_ONLY,
        // The server accepts what programs send, and more.
        What::Type | What::Format if types.is_accepted && request && (types.is_read || !response) => ADDITIVE,
        What::Type | What::Format => breaks_if([
            (request && !types.is_accepted, Harm::OldTypeSent),
            (response && !types.is_read, Harm::NotReadable(None)),
        ]),
        // An optional property that is not set is omitted, never null. In responses, null is accepted everywhere.
        What::Null { allowed: true, sent: true } if request => ADDITIVE,
        What::Null { allowed: false, sent } => breaks_if([(request && *sent, Harm::NullRefused)]),
        What::Null { .. } => DOCS_ONLY,
        What::Limit { looser: true, .. } if request => ADDITIVE,
        // The client does not check limits in responses.
        What::Limit { looser, .. } => breaks_if([(request && !looser, Harm::BeyondLimit)]),
        What::Value => breaks([Harm::KnownAs(name.into(), fact.old.clone())]),
        What::Values { fewer: true, .. } if request => breaks([Harm::ValuesRefused]),
        What::Values { more: true, .. } => ADDITIVE,
        What::Values { .. } => DOCS_ONLY,
        What::Inner(path, inner) => on_the_wire(fact, inner, path, directions, types),
        What::Location => breaks_if([(request, Harm::OldLocation)]),
        What::Server { listed: false } => breaks_if([(request, Harm::ServerGone(fact.old.clone()))]),
        What::Server { listed: true } => breaks_if([(request, Harm::OtherServer(fact.new.clone()))]),
        What::Credentials => breaks_if([(request, Harm::OldCredentials)]),
        What::MediaType => breaks_if([(directions.any(), Harm::OldMediaType(directions))]),
        What::Keyword(_) => breaks_if([(directions.any(), Harm::OldSchema)]),
        // Programs that were built with the old crate send what they sent before.
        What::Unset { .. }
        | What::UnknownProperties { .. }
        | What::Meaning
        | What::ValueOrder
        | What::Docs(_)
        | What::Text
        | What::Elsewhere(_)
        | What::Along(_) => DOCS_ONLY,
        // Other layers report these.
        What::RenamedInRust
        | What::Path
        | What::Method
        | What::Token { .. }
        | What::Pointers { .. }
        | What::Idempotency(_)
        | What::Review { .. }
        | What::Pages
        | What::ArgumentOrder
        | What::Payload
        | What::Trait { .. } => DOCS_ONLY,
    }
}

fn behaviour(fact: &Fact, route: &Route) -> Ruling {
    match &fact.what {
        What::Added(_) => ADDITIVE,
        // Without its paging, an operation still works.
        What::Removed if matches!(fact.subject, Subject::Facet(..)) => BREAKING,
        // The server calls webhooks, programs do not.
        What::Removed | What::Path if route.webhook => BREAKING,
        What::Removed => breaks([Harm::Undocumented(route.clone())]),
        What::Path | What::Method => breaks([Harm::Moved(route.clone())]),
        What::Renamed { .. } => BREAKING,
        What::Pointers { more: true } => ADDITIVE,
        What::Pointers { more: false } => breaks([Harm::PayloadElsewhere]),
        What::Idempotency(Retried::Fewer) => breaks([Harm::DoneTwice]),
        What::Idempotency(Retried::More) if route.method != "GET" => breaks([Harm::DoneTwiceAnew]),
        What::Idempotency(Retried::More) => ADDITIVE,
        What::Idempotency(Retried::Reads) if route.method != "GET" => breaks([Harm::OutcomeDenied]),
        What::Idempotency(Retried::Reads | Retried::Same) => DOCS_ONLY,
        What::Pages => breaks([Harm::OldPages]),
        What::Review { done: true } => ADDITIVE,
        What::Review { done: false } => breaks([Harm::MethodBehindFeature(name(&fact.subject).into())]),
        What::Token { required: true } => breaks([Harm::NoToken]),
        What::Token { required: false } => ADDITIVE,
        _ => DOCS_ONLY,
    }
}

fn in_rust(fact: &Fact, item: &Item) -> Ruling {
    let (old, new) = (fact.old.clone(), fact.new.clone());
    match (&fact.what, item) {
        (What::Added(_), Item::Argument { method, name }) => {
            breaks([Harm::ArgumentMissing(method.clone(), name.clone())])
        }
        (What::Added(Some(Need::Required)), Item::Field(field)) => breaks([Harm::BuilderRequires(field.clone())]),
        (What::Added(_) | What::UnknownProperties { preserved: true } | What::Trait { gained: true, .. }, _) => {
            ADDITIVE
        }
        (What::Trait { name, gained: false }, Item::Type(of)) => breaks([Harm::TraitLost(of.clone(), name.clone())]),
        (What::ArgumentOrder, Item::Method(method)) => breaks([Harm::ArgumentOrder(method.clone())]),
        (_, Item::Module(name)) => breaks([Harm::ModuleGone(name.clone())]),
        (What::Renamed { .. }, Item::Method(method)) => breaks([Harm::MethodRenamed(method.clone(), new)]),
        (_, Item::Method(method)) => breaks([Harm::MethodGone(method.clone())]),
        (What::Removed, Item::Argument { method, .. }) => breaks([Harm::ArgumentTooMany(method.clone())]),
        (_, Item::Argument { method, name }) => {
            breaks([Harm::ArgumentType { method: method.clone(), name: name.clone(), old, new }])
        }
        (_, Item::Payload { method, on_the_wire }) => {
            let mut ruling = breaks([Harm::Returns { method: method.clone(), old, new }]);
            ruling.harms.extend(on_the_wire.then(|| Harm::NotReadable(Some(method.clone()))));
            ruling
        }
        (
            What::Removed | What::Renamed { .. } | What::Along(Along::RenamedType(_) | Along::RemovedType(_)),
            Item::Type(name),
        ) => breaks([Harm::TypeGone(name.clone())]),
        (What::Along(_), _) => DOCS_ONLY,
        (_, Item::Type(name)) => breaks([Harm::TypeGone(name.clone())]),
        (What::Removed | What::UnknownProperties { .. }, Item::Field(field)) => {
            breaks([Harm::FieldGone(field.clone())])
        }
        (What::Renamed { .. } | What::RenamedInRust, Item::Field(field)) => {
            breaks([Harm::FieldRenamed(field.clone(), new)])
        }
        (_, Item::Field(field)) => breaks([Harm::FieldType { field: field.clone(), old, new }]),
        (_, Item::Constant { of, name }) => breaks([Harm::ConstantGone(of.clone(), name.clone())]),
    }
}

/// The name under which a program knows the subject.
fn name(subject: &Subject) -> &str {
    match subject {
        Subject::Product => "",
        Subject::Operation(name)
        | Subject::Facet(name, _)
        | Subject::Type(name)
        | Subject::Document(name)
        | Subject::Argument(_, name)
        | Subject::Property(_, name)
        | Subject::Value(_, name) => name,
    }
}

#[cfg(test)]
mod tests;
