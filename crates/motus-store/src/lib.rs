//! The Store port on SQLite, byte-compatible with the published Store of release 0.5.3.
//!
//! The crate keeps rows and nothing else: it decides no rule, prints nothing and reads no environment.
//! A Store file is opened by SQLite alone. Opening and closing it by other means in the same process
//! would drop the POSIX locks that SQLite holds on it.

mod bound;
mod care;
mod connection;
mod create;
mod error;
mod guard;
mod ignore;
mod place;
mod presence;
mod reading;
mod row;
mod sample;
mod schema;
mod sqlite;
mod statement;
mod transaction;
mod turns;

pub use care::{BackupError, Figures, Health, KeptLog, Recovered, WalCheckpoint};
pub use guard::GUARDS;
pub use ignore::{ignore_shared, renew_ignored};
pub use place::{Notice, StorePlace};
pub use sample::Sample;
pub use schema::TABLES;
pub use sqlite::{Opened, SqliteStore};
