//! Runs, events, kinds and their projections as pure functions over a Store port.
//!
//! The rules of the ledger live here once and every driver obeys them: [`operation`] decides,
//! [`store`] names the rows a driver must keep, [`projection`] and [`export`] read them back.
//! Nothing in this crate reads a clock, a disk, the environment or randomness: time comes from a
//! [`Clock`], random bytes from [`Ids`].

pub mod clock;
pub mod digest;
pub mod error;
pub mod event;
pub mod export;
pub mod integrity;
pub mod kind;
pub mod operation;
pub mod projection;
pub mod redact;
pub mod run;
pub mod store;
pub mod timestamp;
pub mod wrap;

pub use clock::{Clock, Ids};
pub use digest::Digest;
pub use error::{LedgerError, SchemaError};
pub use event::{Event, NewEvent};
pub use run::{Closing, NewRun, Outcome, Run, RunId};
pub use store::{ReadTransaction, Store, StoreError, StoreErrorKind, WriteTransaction};
pub use timestamp::Timestamp;
