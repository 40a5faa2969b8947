//! What a command of root may do as root: ordinary work on files and on processes of its own, and nothing to the machine.
//!
//! Landlock and the filter name what is done; a privilege is what is done by any of a thousand requests through a
//! descriptor that is there anyway. What no scope allows is therefore taken away as a privilege, too.

use std::io;

use rustix::thread::{
    CapabilitySet, CapabilitySets, capabilities, capability_is_in_bounding_set,
    clear_ambient_capability_set, remove_capability_from_bounding_set, set_capabilities,
};

/// What is kept, because installing, building and unpacking as root take it:
///
/// - `CHOWN`, `DAC_OVERRIDE`, `DAC_READ_SEARCH`, `FOWNER`, `FSETID`, `SETFCAP`: files of any owner; the scope says which.
/// - `SETUID`, `SETGID`: becoming a user of less rights, as package managers and servers do.
/// - `SETPCAP`: giving up more; there is nothing left that it could add.
/// - `KILL`: ending processes that have become another user; Landlock keeps it inside.
/// - `NET_BIND_SERVICE`: low ports; the scope says which.
///
/// Among what goes: `PERFMON`, `SYS_PTRACE` and `SYS_ADMIN` read the environment and the memory of processes outside, past
/// Landlock; `SYS_ADMIN` and `SYS_RESOURCE` rename, freeze and resize file systems; `NET_ADMIN` and `NET_RAW` change
/// interfaces, routes and the firewall; `SYSLOG` clears the kernel's log; `SYS_NICE` and `IPC_LOCK` take the machine's
/// time and memory from others; `MKNOD` and `SYS_RAWIO` reach whole disks.
const KEPT: CapabilitySet = CapabilitySet::CHOWN
    .union(CapabilitySet::DAC_OVERRIDE)
    .union(CapabilitySet::DAC_READ_SEARCH)
    .union(CapabilitySet::FOWNER)
    .union(CapabilitySet::FSETID)
    .union(CapabilitySet::SETFCAP)
    .union(CapabilitySet::SETUID)
    .union(CapabilitySet::SETGID)
    .union(CapabilitySet::SETPCAP)
    .union(CapabilitySet::KILL)
    .union(CapabilitySet::NET_BIND_SERVICE);

/// Takes from this thread, and from all that it starts, every privilege but those that ordinary work takes, for good.
///
/// Needs `no_new_privs`: where this thread may not lower the bounding set, that keeps a program from gaining any.
/// Errors: the system's; then the thread must start nothing.
pub(super) fn give_up() -> io::Result<()> {
    let held = capabilities(None)?;
    // Without this one, nothing above what is held can be gained, and what is held is lowered below.
    if held.effective.contains(CapabilitySet::SETPCAP) {
        for number in 0..u64::BITS {
            let one = CapabilitySet::from_bits_retain(1 << number);
            // The system says so when there are no more.
            let Ok(is_there) = capability_is_in_bounding_set(one) else { break };
            if is_there && !KEPT.contains(one) {
                remove_capability_from_bounding_set(one)?;
            }
        }
    }
    clear_ambient_capability_set()?;
    let lowered = CapabilitySets {
        effective: held.effective & KEPT,
        permitted: held.permitted & KEPT,
        inheritable: held.inheritable & KEPT,
    };
    Ok(set_capabilities(None, lowered)?)
}
