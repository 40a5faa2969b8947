//! Feeds `motus_testkit::fuzzing::canonical_json`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| motus_testkit::fuzzing::canonical_json(bytes));
