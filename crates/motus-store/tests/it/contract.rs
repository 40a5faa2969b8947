//! The Store contract over SQLite.

use crate::sandbox::Sandbox;

motus_testkit::store_contract!(Sandbox::new());
