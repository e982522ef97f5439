//! Runs the fuzz targets as ordinary tests: on the documented examples, mutations of them, and inputs that failed once.

use gofive_tests::fuzzing::{Target, mutated};

/// Runs the target on its corpus, and on so many mutations of each input. The mutations are the same in each run.
fn survives(name: &str, mutations: usize) {
    let target = Target::named(name);
    let corpus = (target.corpus)();
    assert!(!corpus.is_empty());
    let mut rng = fastrand::Rng::with_seed(1);
    for (_, input) in corpus.into_iter().chain(target.regressions()) {
        (target.run)(&input);
        for _ in 0..mutations {
            (target.run)(&mutated(&input, &mut rng));
        }
    }
}

#[test]
fn any_response_is_a_payload_or_an_error_that_keeps_it() {
    survives("responses", 10);
}

#[test]
fn any_scalar_is_serialized_as_received() {
    survives("scalars", 2000);
}

#[test]
fn any_webhook_is_an_event_or_an_error_that_keeps_it() {
    survives("webhooks", 1000);
}

#[test]
fn any_body_is_recorded_without_its_values() {
    survives("shapes", 20);
}

#[test]
fn any_spec_has_findings_with_a_location_or_becomes_rust() {
    survives("spec", 10);
}

#[test]
fn any_page_has_a_draft_of_valid_yaml_or_a_message() {
    survives("pages", 40);
}
