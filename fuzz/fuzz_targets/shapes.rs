//! Any body of a response, as its shape is recorded.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| gofive_tests::fuzzing::shape(input));
