//! Any body of a webhook.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| gofive_tests::fuzzing::webhook(input));
