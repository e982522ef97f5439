//! The fuzz targets as ordinary tests: over the documented examples, a few mutations of each, and what once failed.

use gofive_tests::fuzzing::{Target, mutated};

/// Runs the target on its corpus, and on so many mutations of each input, always the same ones.
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
fn any_answer_is_a_payload_or_an_error_that_keeps_it() {
    survives("answers", 10);
}

#[test]
fn any_scalar_is_sent_on_as_it_came() {
    survives("scalars", 2000);
}

#[test]
fn any_webhook_is_an_event_or_an_error_that_keeps_it() {
    survives("webhooks", 1000);
}

#[test]
fn any_spec_is_refused_with_a_place_or_becomes_rust() {
    survives("spec", 10);
}
