//! Which effect allows which, one by one and in lists.

use motus_kernel::effect::EffectOp::{self, Exec, Network, Publish, ReadFS, WriteFS};
use motus_kernel::effect::{CanonicalEffect, covers, uncovered};
use motus_testkit::any;
use proptest::prelude::*;

use crate::effect_samples::{effect, selectors, writes};

#[track_caller]
fn check(op: EffectOp, declared: &str, observed: &str, expected: bool) {
    let (declared, observed) = (effect(op, declared), effect(op, observed));
    assert_eq!(covers(&declared, &observed), expected, "{declared:?} {observed:?}");
    let left = uncovered(&[declared], std::slice::from_ref(&observed)).len();
    assert_eq!(left, usize::from(!expected), "{observed:?}");
}

#[test]
fn a_directory_covers_what_is_below_it() {
    for (declared, observed, expected) in [
        ("fs:src/", "fs:src/a", true),
        ("fs:src/", "fs:src/a/b/", true),
        ("fs:src/", "fs:src/", true),
        ("fs:src/", "fs:src", false),
        ("fs:src/", "fs:srcx/a", false),
        ("fs:src", "fs:src", true),
        ("fs:src", "fs:src/", false),
        ("fs:src", "fs:src/a", false),
        ("fs:src/a", "fs:src/", false),
        ("fs:src/", "fs:/src/a", false),
        ("fs:/src/", "fs:/src/a", true),
        ("fs:/src/", "fs:src/a", false),
    ] {
        check(WriteFS, declared, observed, expected);
        check(ReadFS, declared, observed, expected);
    }
}

#[test]
fn a_root_covers_its_own_paths_only() {
    for observed in ["fs:a", "fs:-/b", "fs:.git/", "fs:./"] {
        check(WriteFS, "fs:./", observed, true);
        check(WriteFS, "fs:/", observed, false);
    }
    for observed in ["fs:/a", "fs:/", "fs:/a/b/"] {
        check(WriteFS, "fs:/", observed, true);
        check(WriteFS, "fs:./", observed, false);
    }
}

#[test]
fn an_address_covers_its_own_host_only() {
    check(Network, "net:https://h/", "net:https://h/a", true);
    check(Network, "net:https://h/v1/", "net:https://h/v1/data", true);
    check(Network, "net:https://h/v1/", "net:https://h/v1", false);
    check(Network, "net:https://h/", "net:http://h/a", false);
    check(Network, "net:https://h/", "net:https://h.evil/a", false);
    check(Network, "net:https://h/", "net:https://h:8443/a", false);
    check(Network, "net:https://h", "net:https://h:443/a", true);
}

#[test]
fn programs_and_targets_cover_themselves_only() {
    check(Exec, "exec:a/", "exec:a/b", false);
    check(Exec, "exec:a/", "exec:a/", true);
    check(Publish, "pub:a/", "pub:a/b", false);
    check(Publish, "pub:a", "pub:a", true);
}

#[test]
fn operations_do_not_cover_each_other() {
    assert!(!covers(&effect(WriteFS, "fs:a/"), &effect(ReadFS, "fs:a/b")));
    assert!(!covers(&effect(ReadFS, "fs:./"), &effect(WriteFS, "fs:a")));
}

#[test]
fn what_is_left_over_keeps_its_order() {
    let declared = writes(&["fs:src/", "fs:src/deep/", "fs:README.md"]);
    let observed =
        writes(&["fs:z", "fs:src/deep/a", "fs:a", "fs:README.md", "fs:src/x", "fs:src", "fs:z"]);
    let left: Vec<_> = uncovered(&declared, &observed).into_iter().cloned().collect();
    assert_eq!(selectors(&left), ["fs:z", "fs:a", "fs:src", "fs:z"]);
    assert_eq!(uncovered(&[], &observed).len(), observed.len());
}

/// The relation as the contract words it.
fn literal(declared: &CanonicalEffect, observed: &CanonicalEffect) -> bool {
    let (wide, narrow) = (declared.selector(), observed.selector());
    let has_directories = matches!(declared.op(), ReadFS | WriteFS | Network);
    let below = match wide {
        "fs:./" => !narrow.starts_with("fs:/"),
        _ => wide.ends_with('/') && narrow.starts_with(wide),
    };
    declared.op() == observed.op() && (wide == narrow || has_directories && below)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn covering_agrees_with_the_wording(effects in any::effects(12)) {
        for declared in &effects {
            for observed in &effects {
                let expected = literal(declared, observed);
                prop_assert_eq!(covers(declared, observed), expected, "{:?} {:?}", declared, observed);
            }
        }
    }

    #[test]
    fn lists_agree_with_comparing_all(effects in any::effects(36), declared in 0..12_usize) {
        let (declared, observed) = effects.split_at(declared.min(effects.len()));
        let is_left = |observed: &&CanonicalEffect| {
            !declared.iter().any(|declared| literal(declared, observed))
        };
        let expected: Vec<_> = observed.iter().filter(is_left).collect();
        prop_assert_eq!(uncovered(declared, observed), expected);
    }
}
