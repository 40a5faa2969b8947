//! The ledger's rules over the Store in memory, against published bytes and random histories.

mod contract;
mod digests;
mod histories;
mod portable;
mod projections;
mod projections_random;
mod python;
mod release;
mod travel;
mod travel_histories;
mod travel_kinds;
mod work;
