//! Feeds `motus_testkit::fuzzing::portable`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| motus_testkit::fuzzing::portable(bytes));
