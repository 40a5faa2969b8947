//! What is asked of a manifest by name.

use super::model::{Capability, Entry, Manifest, Role, Zone, ZoneKind};
use crate::Key;

impl Role {
    /// Tells whether the role has a capability.
    pub fn holds(&self, capability: Capability) -> bool {
        self.can.contains(&capability)
    }
}

impl Manifest {
    /// Returns the role of a name.
    pub fn role(&self, name: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.name == name)
    }

    /// Returns the zone of a name.
    pub fn zone(&self, name: &str) -> Option<&Zone> {
        self.zones.iter().find(|zone| zone.name == name)
    }

    /// Returns the entry that declares exactly this key.
    pub fn entry(&self, key: &Key) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == *key)
    }

    /// Returns the zone of an entry; a manifest that was read has one for each.
    pub fn zone_of(&self, entry: &Entry) -> Option<&Zone> {
        self.zone(&entry.zone)
    }

    /// Returns the names of the roles that hold a capability, in the order of the file.
    pub fn holders(&self, capability: Capability) -> Vec<&str> {
        self.roles_with(capability).map(|role| role.name.as_str()).collect()
    }

    /// Returns the one role that may author, if any may.
    pub fn author(&self) -> Option<&Role> {
        self.roles_with(Capability::Author).next()
    }

    /// Returns the role that proposes: the first that may and cannot author, else the first that may.
    pub fn proposer(&self) -> Option<&Role> {
        let mut without_author =
            self.roles_with(Capability::Propose).filter(|role| !role.holds(Capability::Author));
        without_author.next().or_else(|| self.roles_with(Capability::Propose).next())
    }

    /// Returns the zone where proposals wait.
    pub fn queue(&self) -> Option<&Zone> {
        self.zones.iter().find(|zone| zone.kind == ZoneKind::Queue)
    }

    fn roles_with(&self, capability: Capability) -> impl Iterator<Item = &Role> {
        self.roles.iter().filter(move |role| role.holds(capability))
    }
}
