//! Feeds `motus_testkit::fuzzing::selectors`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| motus_testkit::fuzzing::selectors(bytes));
