//! Use cases from outside: documents in, bundles and errors out.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

mod simulation;
