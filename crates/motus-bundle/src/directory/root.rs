//! The root of a bundle, and directories below it: no link leads there, and nothing leads out.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::fs::{CWD, Mode, OFlags};
use rustix::io::{Errno, Result, retry_on_intr};

const DIRECTORY: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

/// The descriptor of a root.
#[derive(Debug)]
pub(super) struct Root {
    descriptor: OwnedFd,
    /// Whether the kernel can be told to stay below a directory.
    confines: bool,
}

impl Root {
    /// Opens a directory, through links if the path has some.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let descriptor = retry_on_intr(|| rustix::fs::openat(CWD, path, DIRECTORY, Mode::empty()))?;
        // An old kernel does not know the call, and a sandbox may forbid it with any error.
        let confines = confined(descriptor.as_fd(), b".").is_ok();
        Ok(Self { descriptor, confines })
    }

    pub(super) fn descriptor(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }

    /// Opens a directory below the root, or with an empty path the root once more.
    ///
    /// Errors: `ELOOP` or `ENOTDIR` where a link stands on the way.
    pub(super) fn directory(&self, path: &[u8]) -> Result<OwnedFd> {
        if path.is_empty() {
            return step(self.descriptor(), b".");
        }
        if has_detour(path) {
            return Err(Errno::INVAL);
        }
        if self.confines {
            return confined(self.descriptor(), path);
        }
        self.stepwise(path)
    }

    /// Makes a directory below the root a root of its own.
    pub(super) fn below(&self, path: &[u8]) -> Result<Self> {
        Ok(Self { descriptor: self.directory(path)?, confines: self.confines })
    }

    /// Opens one name after the other, which any kernel can.
    fn stepwise(&self, path: &[u8]) -> Result<OwnedFd> {
        let mut names = path.split(|byte| *byte == b'/');
        let first = step(self.descriptor(), names.next().unwrap_or_default())?;
        names.try_fold(first, |directory, name| step(directory.as_fd(), name))
    }
}

/// Tells whether a path has another spelling or leads upward.
fn has_detour(path: &[u8]) -> bool {
    path.split(|byte| *byte == b'/').any(|name| matches!(name, b"" | b"." | b".."))
}

fn step(directory: BorrowedFd<'_>, name: &[u8]) -> Result<OwnedFd> {
    let flags = DIRECTORY.union(OFlags::NOFOLLOW);
    retry_on_intr(|| rustix::fs::openat(directory, name, flags, Mode::empty()))
}

#[cfg(target_os = "linux")]
fn confined(directory: BorrowedFd<'_>, path: &[u8]) -> Result<OwnedFd> {
    use rustix::fs::{ResolveFlags, openat2};

    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    retry_on_intr(|| openat2(directory, path, DIRECTORY, Mode::empty(), resolve))
}

#[cfg(not(target_os = "linux"))]
fn confined(_: BorrowedFd<'_>, _: &[u8]) -> Result<OwnedFd> {
    Err(Errno::NOSYS)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use motus_testkit::harness::Scratch;

    use super::*;

    /// Returns whether each path opens, whatever the kernel can.
    fn opens(root: &Root, path: &str) -> [bool; 2] {
        let stepwise =
            Root { descriptor: root.directory(b"").expect("the root opens"), confines: false };
        [root, &stepwise].map(|root| root.directory(path.as_bytes()).is_ok())
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test makes links")]
    fn both_ways_follow_no_link_and_stay_inside() {
        let scratch = Scratch::new();
        scratch.write("a/b/file", "");
        symlink("b", scratch.project().join("a/link")).expect("a link can be made");
        symlink("/", scratch.project().join("out")).expect("a link can be made");
        let root = Root::open(&scratch.project()).expect("the root opens");
        assert!(root.confines, "this kernel has openat2");
        for path in ["", "a", "a/b"] {
            assert_eq!(opens(&root, path), [true; 2], "{path}");
        }
        for path in [
            "a/link",
            "a/link/.",
            "out",
            "out/tmp",
            "..",
            "a/..",
            "a/../a",
            ".",
            "/",
            "/tmp",
            "a/",
            "a//b",
            "a/b/file",
            "a/b/file/x",
            "no",
            "a\0b",
        ] {
            assert_eq!(opens(&root, path), [false; 2], "{path}");
        }
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test makes links")]
    fn the_root_itself_may_be_behind_a_link() {
        let scratch = Scratch::new();
        let link = scratch.path().join("link");
        symlink(scratch.project(), &link).expect("a link can be made");
        assert!(Root::open(&link).is_ok());
        let file = scratch.write("file", "");
        assert_eq!(Root::open(&file).map(drop), Err(Errno::NOTDIR));
    }
}
