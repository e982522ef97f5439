//! Any text for a file of the spec.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| gofive_tests::fuzzing::spec(input));
