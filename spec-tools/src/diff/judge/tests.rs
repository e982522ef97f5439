use super::*;
use crate::diff::change::Whom;
use crate::diff::fact::{Facet, Field};
use crate::diff::what::Docs;

/// For each difference, its class: sent, received, both, neither; as behaviour of an operation; in Rust, as that of a field.
/// B is breaking, A is additive, and – is docs only.
#[rustfmt::skip]
fn table() -> Vec<(What, &'static str)> {
    use Need::{Optional, Required};
    vec![
        (What::Added(None),                                          "A A A – A A"),
        (What::Added(Some(Optional)),                                "A A A – A A"),
        (What::Added(Some(Required)),                                "B A B – A B"),
        (What::Removed,                                              "B B B – B B"),
        (What::Renamed { from: "old".into() },                       "B B B – B B"),
        (What::RenamedInRust,                                        "– – – – – B"),
        (What::Becomes(Required),                                    "B – B – – B"),
        (What::Becomes(Optional),                                    "A – A – – B"),
        (What::Type,                                                 "B B B – – B"),
        (What::Format,                                               "B B B – – B"),
        (What::Null { allowed: true, sent: true },                   "A – A – – B"),
        (What::Null { allowed: true, sent: false },                  "– – – – – B"),
        (What::Null { allowed: false, sent: true },                  "B – B – – B"),
        (What::Null { allowed: false, sent: false },                 "– – – – – B"),
        (What::Unset { null: true },                                 "– – – – – B"),
        (What::Limit { keyword: "maxLength".into(), looser: true },  "A – A – – B"),
        (What::Limit { keyword: "maxLength".into(), looser: false }, "B – B – – B"),
        (What::UnknownProperties { preserved: true },                "– – – – – A"),
        (What::UnknownProperties { preserved: false },               "– – – – – B"),
        (What::Keyword("other".into()),                              "B B B – – B"),
        (What::Value,                                                "B B B B – B"),
        (What::Meaning,                                              "– – – – – B"),
        (What::Values { fewer: true, more: true },                   "B A B A – B"),
        (What::Values { fewer: true, more: false },                  "B – B – – B"),
        (What::Values { fewer: false, more: true },                  "A A A A – B"),
        (What::Values { fewer: false, more: false },                 "– – – – – B"),
        (What::ValueOrder,                                           "– – – – – B"),
        (What::Inner("a.b".into(), Box::new(What::Removed)),         "B B B – – B"),
        (What::Inner("a.b".into(), Box::new(What::Meaning)),         "– – – – – B"),
        (What::Location,                                             "B – B – – B"),
        (What::Path,                                                 "– – – – B B"),
        (What::Method,                                               "– – – – B B"),
        (What::MediaType,                                            "B B B – – B"),
        (What::Token { required: true },                             "– – – – B B"),
        (What::Token { required: false },                            "– – – – A B"),
        (What::Pointers { more: true },                              "– – – – A B"),
        (What::Pointers { more: false },                             "– – – – B B"),
        (What::Idempotency(Retried::Fewer),                          "– – – – B B"),
        (What::Idempotency(Retried::More),                           "– – – – A B"),
        (What::Idempotency(Retried::Reads),                          "– – – – – B"),
        (What::Idempotency(Retried::Same),                           "– – – – – B"),
        (What::Server { listed: true },                              "B – B – – B"),
        (What::Server { listed: false },                             "B – B – – B"),
        (What::Credentials,                                          "B – B – – B"),
        (What::Review { done: true },                                "– – – – A B"),
        (What::Review { done: false },                               "– – – – B B"),
        (What::Pages,                                                "– – – – B B"),
        (What::ArgumentOrder,                                        "– – – – – B"),
        (What::Payload,                                              "– – – – – B"),
        (What::Trait { name: "Default".into(), gained: true },       "– – – – – A"),
        (What::Trait { name: "Default".into(), gained: false },      "– – – – – B"),
        (What::Docs(Docs::Description),                              "– – – – – B"),
        (What::Text,                                                 "– – – – – B"),
        (What::Elsewhere(Some("x-other".into())),                    "– – – – – B"),
        (What::Along(Along::InRust),                                 "– – – – – –"),
    ]
}

/// The position of a kind of difference in the table. A new kind does not compile before it is here.
fn kind(what: &What) -> usize {
    match what {
        What::Added(_) => 0,
        What::Removed => 1,
        What::Renamed { .. } => 2,
        What::RenamedInRust => 3,
        What::Becomes(_) => 4,
        What::Type => 5,
        What::Format => 6,
        What::Null { .. } => 7,
        What::Limit { .. } => 8,
        What::UnknownProperties { .. } => 9,
        What::Keyword(_) => 10,
        What::Value => 11,
        What::Meaning => 12,
        What::Values { .. } => 13,
        What::ValueOrder => 14,
        What::Inner(..) => 15,
        What::Location => 16,
        What::Path => 17,
        What::Method => 18,
        What::MediaType => 19,
        What::Token { .. } => 20,
        What::Pointers { .. } => 21,
        What::Idempotency(_) => 22,
        What::Pages => 23,
        What::ArgumentOrder => 24,
        What::Payload => 25,
        What::Trait { .. } => 26,
        What::Docs(_) => 27,
        What::Text => 28,
        What::Elsewhere(_) => 29,
        What::Along(_) => 30,
        What::Unset { .. } => 31,
        What::Server { .. } => 32,
        What::Credentials => 33,
        What::Review { .. } => 34,
    }
}

fn judged(subject: Subject, what: &What, seen: Seen) -> Ruling {
    judge(&Fact::new(subject, what.clone(), seen, (None, None)), true)
}

fn letter(class: Class) -> &'static str {
    match class {
        Class::Breaking => "B",
        Class::Additive => "A",
        Class::DocsOnly => "–",
    }
}

#[test]
fn every_kind_of_difference_has_a_class_in_each_direction() {
    let property = || Subject::Property("Case".into(), "note".into());
    let both = Directions { request: true, response: true };
    let route = Route { method: "GET".into(), path: "/a".into(), webhook: false };
    let field = Field { of: "Case".into(), name: "note".into(), set: true, newly_required: false };
    for (what, expected) in table() {
        let wire = [Directions::REQUEST, Directions::RESPONSE, both, Directions::NONE].map(Seen::wire);
        let operation = judged(Subject::Operation("get_a".into()), &what, Seen::Operation(route.clone()));
        let rust = judged(property(), &what, Seen::Rust(Item::Field(field.clone())));
        let rulings = wire.map(|seen| judged(property(), &what, seen)).into_iter().chain([operation, rust]);
        let letters: Vec<_> = rulings.map(|ruling| letter(ruling.class)).collect();
        assert_eq!(letters.join(" "), expected, "{what:?}");
        assert_eq!(judged(property(), &what, Seen::Document), DOCS_ONLY, "{what:?}");
    }
    let kinds: std::collections::BTreeSet<_> = table().iter().map(|(what, _)| kind(what)).collect();
    assert_eq!(kinds, (0..35).collect(), "a kind is not in the table");
}

#[test]
fn what_breaks_has_a_reason_and_what_does_not_has_none() {
    for (what, _) in table() {
        for directions in [Directions::REQUEST, Directions::RESPONSE, Directions::NONE] {
            let ruling = judged(Subject::Property("Case".into(), "note".into()), &what, Seen::wire(directions));
            assert_eq!(ruling.class == Class::Breaking, !ruling.harms.is_empty(), "{what:?}: {ruling:?}");
        }
    }
}

#[test]
fn enumerations_are_open_in_responses() {
    let judged =
        |what: What, directions| judged(Subject::Value("Kind".into(), "A".into()), &what, Seen::wire(directions));
    assert_eq!(judged(What::Removed, Directions::RESPONSE), DOCS_ONLY);
    assert_eq!(judged(What::Removed, Directions::REQUEST), breaks([Harm::ValueRefused(None)]));
    assert_eq!(judged(What::Added(None), Directions::NONE), ADDITIVE);
}

#[test]
fn a_type_that_is_read_anyway_breaks_only_requests() {
    let judged = |directions, is_accepted| {
        let seen = Seen::Wire { directions, is_accepted, is_read: true };
        judged(Subject::Type("Case".into()), &What::Type, seen)
    };
    assert_eq!(judged(Directions::RESPONSE, false), DOCS_ONLY);
    assert_eq!(judged(Directions::REQUEST, false), breaks([Harm::OldTypeSent]));
    assert_eq!(judged(Directions::REQUEST, true), ADDITIVE);
}

#[test]
fn programs_do_not_call_webhooks() {
    let route = |webhook| Route { method: "POST".into(), path: "/a".into(), webhook };
    let judged = |subject: Subject, webhook| judged(subject, &What::Removed, Seen::Operation(route(webhook)));
    assert_eq!(judged(Subject::Operation("a".into()), true), BREAKING);
    assert_eq!(judged(Subject::Operation("a".into()), false), breaks([Harm::Undocumented(route(false))]));
    assert_eq!(judged(Subject::Facet("a".into(), Facet::Paging), false), BREAKING);
}

#[test]
fn a_write_that_is_retried_from_now_on_breaks_programs_that_only_are_rebuilt() {
    let judged = |retried, method: &str| {
        let route = Route { method: method.into(), path: "/a".into(), webhook: false };
        judged(Subject::Operation("a".into()), &What::Idempotency(retried), Seen::Operation(route))
    };
    assert_eq!(judged(Retried::More, "POST"), breaks([Harm::DoneTwiceAnew]));
    assert_eq!(judged(Retried::Reads, "PUT"), breaks([Harm::OutcomeDenied]));
    assert_eq!((judged(Retried::More, "GET"), judged(Retried::Reads, "GET")), (ADDITIVE, DOCS_ONLY));
    assert_eq!(Harm::DoneTwiceAnew.whom(), Whom::RebuiltProgram);
}

#[test]
fn a_path_parameter_has_no_name_on_the_wire() {
    let renamed = What::Renamed { from: "old".into() };
    let argument = Subject::Argument("get_a".into(), "new".into());
    assert_eq!(judged(argument, &renamed, Seen::wire(Directions::REQUEST)), DOCS_ONLY);
}

#[test]
fn what_was_not_reviewed_has_no_promise_that_could_be_broken() {
    for (what, _) in table() {
        let subject = || Subject::Property("Case".into(), "note".into());
        for directions in [Directions::REQUEST, Directions::RESPONSE] {
            let fact = Fact::new(subject(), what.clone(), Seen::wire(directions), (None, None));
            let (promised, not) = (judge(&fact, true), judge(&fact, false));
            assert_eq!(not.class, promised.class.min(Class::Additive), "{what:?}");
            assert_eq!(not.harms, [], "{what:?}");
        }
    }
}
