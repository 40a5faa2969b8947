//! Feeds `motus_testkit::fuzzing::event_line`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| motus_testkit::fuzzing::event_line(bytes));
