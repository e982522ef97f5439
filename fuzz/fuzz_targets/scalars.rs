//! Any JSON as a scalar.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| gofive_tests::fuzzing::scalar(input));
