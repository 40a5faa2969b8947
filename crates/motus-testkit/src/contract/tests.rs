//! The suite against the driver in memory, and the rule that no case is forgotten.

mod faults;

use motus_ledger::Store;

use super::StoreFixture;
use crate::MemoryStore;

struct InMemory(MemoryStore);

impl StoreFixture for InMemory {
    fn open(&self) -> Box<dyn Store> {
        Box::new(self.0.clone())
    }
}

crate::store_contract!(InMemory(MemoryStore::new()));

#[test]
fn every_case_is_in_the_list() {
    let list = include_str!("../contract.rs");
    let modules = [
        include_str!("append.rs"),
        include_str!("close.rs"),
        include_str!("fences.rs"),
        include_str!("guards.rs"),
        include_str!("kinds.rs"),
        include_str!("listing.rs"),
        include_str!("locks.rs"),
        include_str!("lookup.rs"),
        include_str!("payloads.rs"),
        include_str!("start.rs"),
        include_str!("transactions.rs"),
        include_str!("travel.rs"),
        include_str!("work.rs"),
        include_str!("worked.rs"),
    ];
    assert_eq!(list.matches("pub mod ").count(), modules.len());
    for line in modules.iter().flat_map(|module| module.lines()) {
        if let Some((name, _)) = line.strip_prefix("pub fn ").and_then(|rest| rest.split_once('('))
        {
            assert!(list.contains(&format!(" {name},\n")), "{name} is not in the list");
        }
    }
}
