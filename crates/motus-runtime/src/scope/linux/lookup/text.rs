//! Paths as text: where they come apart, before anybody looks anything up.

use memchr::memmem;

/// Takes a path apart into what lies above its last name, with the slash, and that name.
///
/// `None`: there is no such name, as in `/`, `a/.` and `..`.
pub(super) fn split(path: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = path.iter().rposition(|byte| *byte != b'/')? + 1;
    let path = path.get(..end)?;
    let start = memchr::memrchr(b'/', path).map_or(0, |slash| slash + 1);
    let (above, last) = path.split_at_checked(start)?;
    (last != b"." && last != b"..").then_some((above, last))
}

/// Takes out what says nothing, and `..` with the name before it: right where no name is that of a link.
pub(super) fn normalize(path: &mut Vec<u8>) {
    let says_something = |name: &[u8]| !matches!(name, b"" | b"." | b"..");
    if path.split(|byte| *byte == b'/').skip(1).all(says_something) {
        return;
    }
    let mut normal = Vec::with_capacity(path.len());
    for name in path.split(|byte| *byte == b'/') {
        match name {
            b"" | b"." => {}
            b".." => normal.truncate(memchr::memrchr(b'/', &normal).unwrap_or_default()),
            name => {
                normal.push(b'/');
                normal.extend_from_slice(name);
            }
        }
    }
    if normal.is_empty() {
        normal.push(b'/');
    }
    *path = normal;
}

/// Tells whether a path may lead through what is each process's own.
pub(super) fn hints_at_self(path: &[u8]) -> bool {
    path.starts_with(b"/dev/fd") || path.starts_with(b"/dev/std") || names_self(path)
}

fn names_self(path: &[u8]) -> bool {
    const SELF: &[u8] = b"self";
    memmem::find_iter(path, SELF).any(|at| {
        let before = path.get(..at).unwrap_or_default();
        let after = path.get(at + SELF.len()..).unwrap_or_default();
        let begins = before.is_empty() || before.ends_with(b"/") || before.ends_with(b"/thread-");
        begins && (after.is_empty() || after.starts_with(b"/"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_a_last_name_or_none() {
        for (path, expected) in [
            ("a", Some(("", "a"))),
            ("a/b", Some(("a/", "b"))),
            ("a//b//", Some(("a//", "b"))),
            ("/a", Some(("/", "a"))),
            ("a/..", None),
            ("./.", None),
            ("a/..b", Some(("a/", "..b"))),
            ("/", None),
            ("", None),
        ] {
            let expected = expected.map(|(above, last)| (above.as_bytes(), last.as_bytes()));
            assert_eq!(split(path.as_bytes()), expected, "{path}");
        }
    }

    #[test]
    fn what_says_nothing_is_taken_out() {
        for (path, expected) in [
            ("/a/b", "/a/b"),
            ("/a//b/", "/a/b"),
            ("/a/./b/.", "/a/b"),
            ("/a/../b", "/b"),
            ("/../../a/b/..", "/a"),
            ("//a/..", "/"),
            ("/", "/"),
            ("/a/..b/.c", "/a/..b/.c"),
        ] {
            let mut text = path.as_bytes().to_vec();
            normalize(&mut text);
            assert_eq!(String::from_utf8(text).unwrap(), expected, "{path}");
        }
    }

    #[test]
    fn what_may_lead_through_the_caller_itself_is_known_by_its_names() {
        for (path, expected) in [
            ("/proc/self/fd/3", true),
            ("self", true),
            ("../proc//thread-self/cwd", true),
            ("/dev/fd/3", true),
            ("/dev/stdout", true),
            ("/home/myself/a", false),
            ("/home/selfish/self.txt", false),
            ("/w/out/a", false),
        ] {
            assert_eq!(hints_at_self(path.as_bytes()), expected, "{path}");
        }
    }
}
