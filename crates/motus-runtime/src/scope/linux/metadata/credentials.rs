//! Who the caller is, where it may be less than we are: a process of root may have become another user, or have given
//! up what root may do.
//!
//! Without root nothing can differ: nobody in a scope gains privileges, and a user of its own making is still ours.

use std::os::fd::BorrowedFd;

use nix::unistd::{Gid, Uid, setfsgid, setfsuid};
use rustix::fs::{AtFlags, Mode, OFlags, Stat, openat, statat};
use rustix::io::{Errno, read};
use rustix::thread;

use super::Wanted;

/// `CHOWN`, `DAC_OVERRIDE`, `DAC_READ_SEARCH`, `FOWNER`, `FSETID`: what root does to the files of others.
const OF_FILES: u64 = 0b1_1111;
/// `SETFCAP`: what root does with attributes. What takes `SYS_ADMIN` nobody in a scope may do.
const OF_ATTRIBUTES: u64 = 1 << 31;
/// `NET_BIND_SERVICE`: what root does with ports.
const OF_PORTS: u64 = 1 << 10;

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
    Lesser,
}

/// Makes this thread act as itself again.
#[derive(Debug)]
pub(in super::super) struct Taken(Option<(Uid, Gid)>);

impl Standing {
    /// Finds out about a thread.
    pub(in super::super) fn of(processes: BorrowedFd<'_>, thread: u32) -> Result<Self, Errno> {
        if !Uid::effective().is_root() {
            return Ok(Self::Same);
        }
        let flags = OFlags::RDONLY | OFlags::CLOEXEC;
        let status = openat(processes, format!("{thread}/status"), flags, Mode::empty())?;
        let mut buffer = [0; 4096];
        let length = read(status, &mut buffer)?;
        let is_here = namespace(processes, &thread.to_string())? == namespace(processes, "self")?;
        Self::parse(buffer.get(..length).unwrap_or_default(), is_here).ok_or(Errno::SRCH)
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
        Some(match user {
            0 if is_here && may & needs == needs => Self::Root { may },
            0 => Self::Lesser,
            user => Self::Other { user, group, groups: groups.ok()? },
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
        if *self == Self::Lesser && !may { Err(Errno::PERM) } else { Ok(()) }
    }

    /// Has this thread count as the caller where files are concerned, until the result is dropped.
    ///
    /// The kernel takes the privileges about files away with the user.
    pub(in super::super) fn take_on(&self) -> Taken {
        let Self::Other { user, group, .. } = self else { return Taken(None) };
        let group = setfsgid(Gid::from_raw(*group));
        Taken(Some((setfsuid(Uid::from_raw(*user)), group)))
    }

    /// Has this thread be the caller for whoever looks, for good. Errors: EACCES when it cannot be.
    ///
    /// It goes on counting as ours where somebody would signal or trace it.
    pub(in super::super) fn become_it(&self) -> Result<(), Errno> {
        match self {
            Self::Same | Self::Root { .. } => Ok(()),
            Self::Lesser => Err(Errno::ACCESS),
            Self::Other { user, group, groups } => {
                let groups: Vec<_> = groups.iter().map(|it| thread::Gid::from_raw(*it)).collect();
                thread::set_thread_groups(&groups)?;
                thread::set_thread_res_gid(None, thread::Gid::from_raw(*group), None)?;
                thread::set_thread_res_uid(None, thread::Uid::from_raw(*user), None)
            }
        }
    }

    /// Tells whether the caller may take the ports that are root's.
    pub(in super::super) fn may_take_ports(&self) -> bool {
        match self {
            Self::Same => true,
            Self::Root { may } => may & OF_PORTS != 0,
            Self::Other { .. } | Self::Lesser => false,
        }
    }
}

/// Returns what tells one namespace of users from another.
fn namespace(processes: BorrowedFd<'_>, whose: &str) -> Result<(u64, u64), Errno> {
    let status = statat(processes, format!("{whose}/ns/user"), AtFlags::empty())?;
    Ok((status.st_dev, status.st_ino))
}

impl Drop for Taken {
    fn drop(&mut self) {
        if let Some((user, group)) = self.0 {
            setfsuid(user);
            setfsgid(group);
        }
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
        let root = Standing::Root { may: 0x1_ffff_ffff };
        let without_ports = Standing::Root { may: 0x8000_001f };
        for (user, may, is_here, expected) in [
            (0, "00000001ffffffff", true, root.clone()),
            (0, "000000008000001f", true, without_ports.clone()),
            (0, "000001ffffffffff", false, Standing::Lesser),
            (0, "0000000000000000", true, Standing::Lesser),
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
