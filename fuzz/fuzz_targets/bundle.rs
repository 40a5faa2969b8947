//! Feeds `motus_testkit::fuzzing::bundle`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| motus_testkit::fuzzing::bundle(bytes));
