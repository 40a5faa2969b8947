//! Whether what was done stays inside of what was declared.

use super::atom::{self, Atom};
use super::{CanonicalEffect, EffectOp, selector};

/// Tells whether a declared effect allows an observed one.
///
/// Shape: the operations are the same, and the selectors are equal or, for files and addresses, the
/// declared one ends in `/` and begins the observed one. `fs:./` allows every relative path and no
/// absolute one.
/// Source: MOTUS-SPEC-V0.1 §11 Q11, "Effect coverage relation".
pub fn covers(declared: &CanonicalEffect, observed: &CanonicalEffect) -> bool {
    Atom::of(declared).covers(&Atom::of(observed))
}

/// Returns the observed effects that no declared one allows, in the order given.
///
/// Cost: sorting what is declared, then one binary search for each observed effect.
/// Source: MOTUS-SPEC-V0.1 §6.3 step 8.
pub fn uncovered<'a>(
    declared: &[CanonicalEffect],
    observed: &'a [CanonicalEffect],
) -> Vec<&'a CanonicalEffect> {
    let mut declared = atom::sorted(declared);
    atom::drop_covered(&mut declared);
    observed.iter().filter(|effect| !is_covered(&declared, &Atom::of(effect))).collect()
}

/// Everything between a directory and what it covers is covered by it too, and was left out: only
/// the last declared effect that does not stand behind the observed one can cover it.
fn is_covered(declared: &[Atom<'_>], observed: &Atom<'_>) -> bool {
    let behind = declared.partition_point(|atom| atom <= observed);
    let candidate = behind.checked_sub(1).and_then(|last| declared.get(last));
    candidate.is_some_and(|atom| atom.covers(observed))
}

/// Tells of each named effect whether another one touches it: lies under it, or is so wide that the named
/// one lies under that.
///
/// Shape: a name is that of a file and of a directory alike, with and without its last `/`, on both sides. Of
/// an address a `/` may be encoded, and empty names, `.` and what follows a `;` do not count, since there are
/// hosts to which they mean nothing.
/// Cost: sorting the others, then two binary searches for each named effect.
pub(crate) fn touched(named: &[CanonicalEffect], others: &[CanonicalEffect]) -> Vec<bool> {
    let others: Vec<_> = others.iter().map(as_directory).collect();
    let all = atom::sorted(&others);
    let mut widest = all.clone();
    atom::drop_covered(&mut widest);
    let is_touched = |named: &CanonicalEffect| {
        let named = as_directory(named);
        let named = Atom::of(&named);
        // What an effect covers stands directly behind it.
        let behind = all.get(all.partition_point(|atom| *atom < named));
        behind.is_some_and(|atom| named.covers(atom)) || is_covered(&widest, &named)
    };
    named.iter().map(is_touched).collect()
}

/// Programs and targets have no directories.
fn as_directory(effect: &CanonicalEffect) -> CanonicalEffect {
    let CanonicalEffect { op, selector } = effect;
    let selector = match op {
        EffectOp::Exec | EffectOp::Publish => selector.clone(),
        EffectOp::Network => {
            let (host, path) = atom::split_address(selector).unwrap_or((selector, ""));
            [host, &selector::widest_address_path(path)].concat()
        }
        EffectOp::ReadFS | EffectOp::WriteFS if selector.ends_with('/') => selector.clone(),
        EffectOp::ReadFS | EffectOp::WriteFS => [selector, "/"].concat(),
    };
    CanonicalEffect { op: *op, selector }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effects(op: EffectOp, selectors: &[&str]) -> Vec<CanonicalEffect> {
        selectors
            .iter()
            .map(|selector| CanonicalEffect::new(op, selector).expect("the test spells a selector"))
            .collect()
    }

    #[track_caller]
    fn is_touched(op: EffectOp, named: &str, other: &str) -> bool {
        let noise = effects(op, &[&format!("{named}-"), &format!("{named}0")]);
        let others = [noise, effects(op, &[other])].concat();
        touched(&effects(op, &[named]), &others) == [true]
    }

    #[test]
    fn what_is_named_is_touched_as_a_file_and_as_a_directory() {
        for (named, other) in [
            ("fs:prod", "fs:prod"),
            ("fs:prod", "fs:prod/"),
            ("fs:prod", "fs:prod/x"),
            ("fs:prod/", "fs:prod"),
            ("fs:prod/", "fs:prod/x/y"),
            ("fs:prod/db", "fs:prod/db/"),
            ("fs:prod/db", "fs:prod"),
            ("fs:prod/db", "fs:./"),
            ("fs:/etc", "fs:/"),
        ] {
            assert!(is_touched(EffectOp::WriteFS, named, other), "{named} {other}");
        }
        for (named, other) in [("fs:prod", "fs:prod.x"), ("fs:prod", "fs:/"), ("fs:/a", "fs:a")] {
            assert!(!is_touched(EffectOp::WriteFS, named, other), "{named} {other}");
        }
        for other in ["net:https://h/admin/", "net:https://h/admin/x", "net:https://h/"] {
            assert!(is_touched(EffectOp::Network, "net:https://h/admin", other), "{other}");
        }
        assert!(!is_touched(EffectOp::Network, "net:https://h/admin", "net:http://h/admin"));
    }

    #[test]
    fn an_address_is_touched_as_a_host_may_read_it() {
        for other in [
            "net:https://h/a/admin",
            "net:https://h/a%2fadmin/x",
            "net:https://h/a//admin",
            "net:https://h//a/admin/",
            "net:https://h/a/;v=1/admin;s=2",
            "net:https://h/a%3bv=1/admin",
            "net:https://h/a%2f.%2fadmin",
            "net:https://h/a/.;x/admin",
            "net:https://h/a%5cadmin",
            "net:https://h//",
        ] {
            for named in ["net:https://h/a/admin", "net:https://h//a;x/admin"] {
                assert!(is_touched(EffectOp::Network, named, other), "{named} {other}");
            }
        }
        for other in
            ["net:https://h/a%252fadmin", "net:https://h/aadmin", "net:https://h/a/x;admin"]
        {
            assert!(!is_touched(EffectOp::Network, "net:https://h/a/admin", other), "{other}");
        }
    }

    #[test]
    fn a_program_is_only_itself() {
        assert!(is_touched(EffectOp::Exec, "exec:/bin/rm", "exec:/bin/rm"));
        assert!(!is_touched(EffectOp::Exec, "exec:/bin/", "exec:/bin/rm"));
        assert!(!is_touched(EffectOp::Exec, "exec:rm", "exec:rm/"));
    }
}
