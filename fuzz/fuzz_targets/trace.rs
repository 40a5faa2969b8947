//! Feeds `motus_testkit::fuzzing::trace`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| motus_testkit::fuzzing::trace(bytes));
