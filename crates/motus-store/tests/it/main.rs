//! The SQLite driver: the contract, its file, and what it makes of files that are not whole.
#![expect(
    clippy::disallowed_methods,
    reason = "tests prepare files, run programs and measure time"
)]

mod backup;
mod care;
mod child;
mod completion;
mod contract;
mod copies;
mod damage;
mod foreign;
mod full_disk;
mod guards;
mod interop;
mod layout;
mod locking;
mod log;
mod modes;
mod moved;
mod orphaned_log;
mod places;
mod plans;
mod read_only;
mod recover;
mod sandbox;
mod vacuum;
