//! The ledger's rules over the Store in memory, against published bytes and random histories.

mod contract;
mod digests;
mod histories;
mod python;
