//! Who the caller is, where it may be less than we are: a process of root may have become another user, or have given
//! up what root may do.
//!
//! Without root nothing can differ: nobody in a scope gains privileges, and a user of its own making is still ours.

use std::fs::File;
use std::io::Read as _;
use std::os::fd::BorrowedFd;

use nix::unistd::{Gid, Uid, getgroups, setfsgid, setfsuid};
use rustix::fs::{AtFlags, Mode, OFlags, Stat, openat, statat};
use rustix::io::Errno;
use rustix::thread::{self, CapabilitySet, CapabilitySets, capabilities, set_capabilities};

use super::Wanted;

/// `CHOWN`, `DAC_OVERRIDE`, `DAC_READ_SEARCH`, `FOWNER`, `FSETID`: what root does to the files of others.
const OF_FILES: u64 = 0b1_1111;
/// `SETFCAP`: what root does with attributes. What takes `SYS_ADMIN` nobody in a scope may do.
const OF_ATTRIBUTES: u64 = 1 << 31;
/// `NET_BIND_SERVICE`: what root does with ports.
const OF_PORTS: u64 = 1 << 10;

/// As many bytes of what the system tells of a thread are read: it may be of 65,536 groups.
const MOST_STATUS: u64 = 1 << 20;

/// What is kept where somebody is taken on: becoming ourselves again, and looking at who asks.
const LEFT: CapabilitySet =
    CapabilitySet::SETUID.union(CapabilitySet::SETGID).union(CapabilitySet::SYS_PTRACE);

/// What a thread is, compared with us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Standing {
    /// As we are.
    Same,
    /// Root, and what it may do, as bits: all about files, and perhaps the rest.
    Root { may: u64 },
    /// Another user.
    Other { user: u32, group: u32, groups: Vec<u32> },
    /// Our user without what root may do, at least not here.
    Lesser { group: u32, groups: Vec<u32> },
}

/// Makes this thread act as itself again.
#[derive(Debug)]
pub(in super::super) struct Taken(Option<Own>);

/// What this thread was before it took on somebody else.
#[derive(Debug)]
struct Own {
    user: Uid,
    group: Gid,
    groups: Vec<thread::Gid>,
    capabilities: CapabilitySets,
}

impl Standing {
    /// Finds out about a thread.
    pub(in super::super) fn of(processes: BorrowedFd<'_>, thread: u32) -> Result<Self, Errno> {
        if !Uid::effective().is_root() {
            return Ok(Self::Same);
        }
        let flags = OFlags::RDONLY | OFlags::CLOEXEC;
        let status = openat(processes, format!("{thread}/status"), flags, Mode::empty())?;
        let mut text = Vec::with_capacity(4096);
        let read = File::from(status).take(MOST_STATUS).read_to_end(&mut text);
        read.map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))?;
        let is_here = namespace(processes, &thread.to_string())? == namespace(processes, "self")?;
        Self::parse(&text, is_here).ok_or(Errno::SRCH)
    }

    fn parse(status: &[u8], is_here: bool) -> Option<Self> {
        let status = String::from_utf8_lossy(status);
        let field = |name: &str| status.lines().find_map(|line| line.strip_prefix(name));
        // Real, effective, saved, and the one that counts for files.
        let last = |name: &str| field(name)?.split_whitespace().nth(3)?.parse().ok();
        let (user, group) = (last("Uid:")?, last("Gid:")?);
        let may = u64::from_str_radix(field("CapEff:")?.trim(), 16).ok()?;
        let needs = OF_FILES | OF_ATTRIBUTES;
        let groups = field("Groups:")?.split_whitespace().map(str::parse).collect::<Result<_, _>>();
        Some(match (user, groups.ok()?) {
            (0, _) if is_here && may & needs == needs => Self::Root { may },
            (0, groups) => Self::Lesser { group, groups },
            (user, groups) => Self::Other { user, group, groups },
        })
    }

    /// Refuses what would be more than the caller could do.
    pub(super) fn check(&self, wanted: &Wanted, file: &Stat) -> Result<(), Errno> {
        // The kernel would refuse it: a scope takes the privilege away.
        if matches!(wanted, Wanted::Attribute(attribute) if attribute.is_of_administrators()) {
            return Err(Errno::PERM);
        }
        let is_own = file.st_uid == 0;
        let may = match wanted {
            Wanted::Mode(_) | Wanted::Times(_) => is_own,
            Wanted::Attribute(attribute) => is_own && attribute.is_of_users(),
            Wanted::Owner(..) => false,
        };
        if matches!(self, Self::Lesser { .. }) && !may { Err(Errno::PERM) } else { Ok(()) }
    }

    /// Has this thread count as the caller where files are concerned, until the result is dropped.
    ///
    /// With the groups of the caller: ours would let it have a file of a group that it is not in. Errors: EACCES when it
    /// cannot be.
    pub(in super::super) fn take_on(&self) -> Result<Taken, Errno> {
        let (user, group, groups) = match self {
            Self::Same | Self::Root { .. } => return Ok(Taken(None)),
            Self::Other { user, group, groups } => (*user, group, groups),
            Self::Lesser { group, groups } => (0, group, groups),
        };
        let own = capabilities(None)?;
        let before = getgroups().map_err(|_| Errno::ACCESS)?;
        let before = before.into_iter().map(|it| thread::Gid::from_raw(it.as_raw())).collect();
        set_groups(groups)?;
        let group = setfsgid(Gid::from_raw(*group));
        // The kernel takes the privileges about files away with the user; they are taken from who is still root, too.
        let user = setfsuid(Uid::from_raw(user));
        let taken = Taken(Some(Own { user, group, groups: before, capabilities: own }));
        set_capabilities(None, CapabilitySets { effective: own.effective & LEFT, ..own })?;
        Ok(taken)
    }

    /// Has this thread be the caller for whoever looks, for good. Errors: EACCES when it cannot be.
    ///
    /// It goes on counting as ours where somebody would signal or trace it.
    pub(in super::super) fn become_it(&self) -> Result<(), Errno> {
        match self {
            Self::Same | Self::Root { .. } => Ok(()),
            Self::Lesser { .. } => Err(Errno::ACCESS),
            Self::Other { user, group, groups } => {
                set_groups(groups)?;
                thread::set_thread_res_gid(None, thread::Gid::from_raw(*group), None)?;
                thread::set_thread_res_uid(None, thread::Uid::from_raw(*user), None)
            }
        }
    }

    /// Tells whether the caller comes to whatever files we come to.
    pub(in super::super) fn is_ours(&self) -> bool {
        matches!(self, Self::Same | Self::Root { .. })
    }

    /// Tells whether the caller may take the ports that are root's.
    pub(in super::super) fn may_take_ports(&self) -> bool {
        match self {
            Self::Same => true,
            Self::Root { may } => may & OF_PORTS != 0,
            Self::Other { .. } | Self::Lesser { .. } => false,
        }
    }
}

/// Sets the groups of this thread alone.
fn set_groups(groups: &[u32]) -> Result<(), Errno> {
    let groups: Vec<_> = groups.iter().map(|it| thread::Gid::from_raw(*it)).collect();
    thread::set_thread_groups(&groups)
}

/// Returns what tells one namespace of users from another.
fn namespace(processes: BorrowedFd<'_>, whose: &str) -> Result<(u64, u64), Errno> {
    let status = statat(processes, format!("{whose}/ns/user"), AtFlags::empty())?;
    Ok((status.st_dev, status.st_ino))
}

impl Drop for Taken {
    fn drop(&mut self) {
        let Some(own) = &self.0 else { return };
        // With the privileges that were kept for this; what was set by us can be set back.
        setfsuid(own.user);
        setfsgid(own.group);
        let _ = thread::set_thread_groups(&own.groups);
        let _ = set_capabilities(None, own.capabilities);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_root_with_its_powers_over_files_may_change_them() {
        let status = |user: u32, may: &str| {
            format!(
                "Name:\tx\nUid:\t0\t0\t0\t{user}\nGid:\t0\t0\t0\t{user}\nGroups:\t7 8 \nCapEff:\t{may}\n"
            )
        };
        let nobody = Standing::Other { user: 65534, group: 65534, groups: vec![7, 8] };
        let lesser = Standing::Lesser { group: 0, groups: vec![7, 8] };
        let root = Standing::Root { may: 0x1_ffff_ffff };
        let without_ports = Standing::Root { may: 0x8000_001f };
        for (user, may, is_here, expected) in [
            (0, "00000001ffffffff", true, root.clone()),
            (0, "000000008000001f", true, without_ports.clone()),
            (0, "000001ffffffffff", false, lesser.clone()),
            (0, "0000000000000000", true, lesser),
            (65534, "0000000000000000", true, nobody.clone()),
            (65534, "000001ffffffffff", false, nobody),
        ] {
            let parsed = Standing::parse(status(user, may).as_bytes(), is_here);
            assert_eq!(parsed, Some(expected), "{user} {may} {is_here}");
        }
        assert_eq!(Standing::parse(b"Name:\tx\n", true), None);
        assert!(root.may_take_ports() && !without_ports.may_take_ports());
    }
}
