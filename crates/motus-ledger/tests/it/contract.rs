//! The Store contract over the driver in memory.

use motus_ledger::Store;
use motus_testkit::MemoryStore;
use motus_testkit::contract::StoreFixture;

struct InMemory(MemoryStore);

impl StoreFixture for InMemory {
    fn open(&self) -> Box<dyn Store> {
        Box::new(self.0.clone())
    }
}

motus_testkit::store_contract!(InMemory(MemoryStore::new()));
