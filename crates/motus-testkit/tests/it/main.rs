//! Tests that need the programs of this crate: many processes on one Store.

mod appenders;
mod holders;
mod receipts;
mod simulation;
