//! Any text for a page of the portal.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| gofive_tests::fuzzing::page(input));
