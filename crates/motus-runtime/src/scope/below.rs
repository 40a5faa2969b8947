//! What lies below any of some directories: found in one look, however many they are and however deep it lies.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Directories, without those that lie in another of them.
#[derive(Debug)]
pub(super) struct Below {
    /// As bytes with a slash at the end; sorted. None begins with another, so that what begins with one of them comes
    /// right behind it.
    heads: Vec<Vec<u8>>,
}

impl Below {
    /// Takes real paths, in any order.
    pub(super) fn new(directories: impl IntoIterator<Item = impl AsRef<Path>>) -> Self {
        let head = |directory: &Path| {
            let mut head = directory.as_os_str().as_bytes().to_vec();
            if !head.ends_with(b"/") {
                head.push(b'/');
            }
            head
        };
        let mut heads: Vec<_> =
            directories.into_iter().map(|directory| head(directory.as_ref())).collect();
        heads.sort_unstable();
        // What begins with one of them follows it.
        heads.dedup_by(|other, head| other.starts_with(head));
        Self { heads }
    }

    /// Tells whether a path lies in one of them; none lies in itself.
    pub(super) fn has(&self, path: &Path) -> bool {
        let path = path.as_os_str().as_bytes();
        let behind = self.heads.partition_point(|head| head.as_slice() < path);
        let head = behind.checked_sub(1).and_then(|at| self.heads.get(at));
        head.is_some_and(|head| path.starts_with(head))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_the_same_as_a_look_at_each_directory() {
        let names = ["a", "a-", "a/b", "a/b/c", "a/bc", "a0", "b", "b/a", "ba", "\u{7f}", ".a"];
        let paths: Vec<_> = names.iter().map(|name| format!("/{name}")).collect();
        for chosen in 0_u32..1 << paths.len() {
            let is_chosen = |number: &usize| chosen & (1 << number) != 0;
            let directories: Vec<_> =
                (0..paths.len()).filter(is_chosen).map(|number| &paths[number]).collect();
            let below = Below::new(&directories);
            for path in paths.iter().map(Path::new) {
                let above = path.ancestors().skip(1);
                let expected = above
                    .into_iter()
                    .any(|above| directories.iter().any(|it| above == Path::new(it)));
                assert_eq!(below.has(path), expected, "{path:?} {directories:?}");
            }
        }
    }

    #[test]
    fn everything_lies_below_the_root_and_nothing_below_nothing() {
        assert!(Below::new(["/"]).has(Path::new("/a")) && !Below::new(["/"]).has(Path::new("/")));
        assert!(!Below::new([""; 0]).has(Path::new("/a")));
    }

    #[test]
    fn of_directories_in_one_another_the_outermost_is_kept() {
        let deep = "/a".repeat(2000);
        let directories: Vec<_> = Path::new(&deep).ancestors().collect();
        assert_eq!(Below::new(&directories[..1999]).heads, [b"/a/a/".to_vec()]);
    }
}
