//! A store on a real disk: hostile places, writers that race, fail and are killed.

#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
#![expect(clippy::disallowed_methods, reason = "tests set their scene without motus-fs")]

mod agreement;
mod concurrency;
mod faults;
mod forged;
mod full_disk;
mod hostile;
mod journal;
mod kills;
mod list;
mod open;
mod read_only;
mod scene;
mod settling;
mod sync_order;
mod write;
