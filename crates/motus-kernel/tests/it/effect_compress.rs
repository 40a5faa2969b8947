//! Compression: the published vectors, the limits, and the rule taken literally.

use motus_json::{ReadOptions, Value, read};
use motus_kernel::effect::EffectOp::{self, Exec, Network, Publish, ReadFS, WriteFS};
use motus_kernel::effect::{CanonicalEffect, Compression, Effect, compress, normalize, uncovered};
use motus_testkit::{any, harness};
use proptest::prelude::*;

use crate::effect_model::{self, Model};
use crate::effect_samples::{effect, raw, selectors, writes};

/// The worked example of §11 Q11.
const WORKED: [&str; 10] = [
    "fs:src/auth/login.rs",
    "fs:src/auth/logout.rs",
    "fs:src/auth/session.rs",
    "fs:src/db/mod.rs",
    "fs:src/db/migrate.rs",
    "fs:src/db/query.rs",
    "fs:tests/auth_test.rs",
    "fs:tests/db_test.rs",
    "fs:README.md",
    "fs:Cargo.toml",
];

#[test]
fn the_worked_example_comes_out() {
    let found = compress(&writes(&WORKED), 5);
    let expected = ["fs:Cargo.toml", "fs:README.md", "fs:src/auth/", "fs:src/db/", "fs:tests/"];
    assert_eq!(selectors(&found.effects), expected);
    assert!(found.fits && !found.widened_to_root);
}

/// Every price as `selector cost/saved`, in the order of the selectors.
fn prices(model: &Model) -> Vec<String> {
    let prices = model.prices(|_| true).into_iter();
    prices.map(|price| format!("{} {}/{}", price.selector, price.cost, price.saved)).collect()
}

#[test]
fn the_worked_example_has_the_prices_of_the_contract() {
    let mut model = Model::new(&writes(&WORKED));
    // 27.7, 25, 16, 16, 21.
    let first =
        ["fs:./ 249/9", "fs:src/ 125/5", "fs:src/auth/ 32/2", "fs:src/db/ 32/2", "fs:tests/ 21/1"];
    assert_eq!(prices(&model), first);
    model.merge(8, |_| true);
    assert!(model.effects().contains(&effect(WriteFS, "fs:src/auth/")));
    model.merge(6, |_| true);
    // 37, 61, 21.
    assert_eq!(prices(&model), ["fs:./ 185/5", "fs:src/ 61/1", "fs:tests/ 21/1"]);
}

#[test]
fn every_limit_of_the_worked_example() {
    for (k, expected) in [
        (
            9,
            "Cargo.toml README.md src/auth/ src/db/migrate.rs src/db/mod.rs src/db/query.rs tests/auth_test.rs tests/db_test.rs",
        ),
        (7, "Cargo.toml README.md src/auth/ src/db/ tests/auth_test.rs tests/db_test.rs"),
        (5, "Cargo.toml README.md src/auth/ src/db/ tests/"),
        (4, "./"),
        (1, "./"),
    ] {
        let found = compress(&writes(&WORKED), k);
        let expected: Vec<_> = expected.split(' ').map(|path| format!("fs:{path}")).collect();
        assert_eq!(selectors(&found.effects), expected, "{k}");
        assert_eq!((found.fits, found.widened_to_root), (true, k < 5), "{k}");
    }
}

#[test]
fn what_fits_is_left_alone() {
    let found = compress(&writes(&["fs:src/", "fs:src/a", "fs:b", "fs:b"]), 3);
    assert_eq!(selectors(&found.effects), ["fs:b", "fs:src/", "fs:src/a"]);
    assert!(found.fits && !found.widened_to_root);
}

#[test]
fn what_is_covered_goes_first() {
    let found = compress(&writes(&["fs:src/", "fs:src/a", "fs:src/b/c", "fs:x/a", "fs:x/b"]), 3);
    assert_eq!(selectors(&found.effects), ["fs:src/", "fs:x/a", "fs:x/b"]);
    let found = compress(&writes(&["fs:-", "fs:./", "fs:/a", "fs:b/c"]), 2);
    assert_eq!(selectors(&found.effects), ["fs:./", "fs:/a"]);
    // That root was asked for, not made.
    assert!(found.fits && !found.widened_to_root);
}

#[test]
fn nothing_merges_into_less_than_nothing() {
    let nothing = Compression { effects: Vec::new(), fits: true, widened_to_root: false };
    assert_eq!(compress(&[], 0), nothing);
    assert_eq!(compress(&[], 9), nothing);
    let found = compress(&writes(&["fs:a/b", "fs:a/c"]), 0);
    assert_eq!(selectors(&found.effects), ["fs:a/"]);
    assert!(!found.fits && !found.widened_to_root);
}

#[test]
fn groups_stay_apart() {
    let apart = [
        effect(Exec, "exec:a"),
        effect(Exec, "exec:b"),
        effect(Network, "net:http://h/a"),
        effect(Network, "net:https://h/a"),
        effect(Network, "net:https://h:8443/a"),
        effect(Network, "net:https://i/a"),
        effect(Publish, "pub:a/b"),
        effect(Publish, "pub:a/c"),
        effect(ReadFS, "fs:a"),
        effect(ReadFS, "fs:/a"),
        effect(WriteFS, "fs:a"),
    ];
    let found = compress(&apart, 1);
    let mut expected = apart.to_vec();
    expected.sort();
    assert_eq!(found, Compression { effects: expected, fits: false, widened_to_root: false });
}

#[test]
fn a_merged_root_is_spelled_and_reported() {
    for (op, paths, root) in [
        (WriteFS, ["fs:a/b", "fs:c"], "fs:./"),
        (WriteFS, ["fs:/a/b", "fs:/c"], "fs:/"),
        (Network, ["net:https://h:1/a", "net:https://h:1/b"], "net:https://h:1/"),
    ] {
        let found = compress(&paths.map(|path| effect(op, path)), 1);
        assert_eq!(selectors(&found.effects), [root]);
        assert!(found.fits && found.widened_to_root, "{root}");
    }
}

#[test]
fn a_wide_directory_has_only_itself() {
    let names: Vec<_> = (0..2500).map(|number| format!("fs:d{number}/file")).collect();
    let files: Vec<_> = names.iter().map(|name| effect(WriteFS, name)).collect();
    let found = compress(&files, 50);
    assert_eq!(selectors(&found.effects), ["fs:./"]);
    assert!(found.fits && found.widened_to_root);
}

#[test]
fn a_file_and_a_directory_of_one_name_are_two() {
    let found = compress(&writes(&["fs:a/b", "fs:a/b/", "fs:c"]), 2);
    assert_eq!(selectors(&found.effects), ["fs:a/", "fs:c"]);
}

#[test]
fn equal_prices_are_paid_by_name_then_by_operation() {
    let paths = ["fs:b/x", "fs:b/y", "fs:a/x", "fs:a/y"];
    let found = compress(&writes(&paths), 3);
    assert_eq!(selectors(&found.effects), ["fs:a/", "fs:b/x", "fs:b/y"]);
    let both: Vec<_> =
        [WriteFS, ReadFS].iter().flat_map(|op| paths.map(|path| effect(*op, path))).collect();
    let found = compress(&both, 7);
    let merged: Vec<_> = found.effects.iter().filter(|e| e.selector().ends_with('/')).collect();
    assert_eq!(merged, [&effect(ReadFS, "fs:a/")]);
}

#[test]
fn an_operation_with_too_many_is_merged_before_all_together() {
    let reads = ["fs:a/1/x", "fs:b/2/x", "fs:c/3/x", "fs:d/4/x", "fs:e/5/x"];
    let reads = reads.map(|path| effect(ReadFS, path));
    let cheaper = writes(&["fs:a/x", "fs:a/y", "fs:a/z"]);
    let both = [&reads[..], &cheaper[..]].concat();
    let expected = [&[effect(ReadFS, "fs:./")], &cheaper[..]].concat();
    assert_eq!(compress(&both, 4).effects, expected);
    // Where no operation alone has too many, the cheapest goes first.
    let expected = [&reads[..], &writes(&["fs:a/"])].concat();
    assert_eq!(compress(&both, 6).effects, expected);
}

#[test]
fn a_merged_directory_counts_with_all_that_it_stands_for() {
    // `fs:p/` saves one effect for 4 levels after its merges below, `fs:r/` for 3.
    let below = ["fs:p/a/1", "fs:p/a/2", "fs:p/b/1", "fs:p/b/2"];
    let beside = ["fs:r/1/1", "fs:r/2"];
    let found = compress(&writes(&[&below[..], &beside].concat()), 3);
    let expected = ["fs:p/a/", "fs:p/b/", "fs:r/"];
    assert_eq!(selectors(&found.effects), expected);
}

#[test]
fn the_relative_root_takes_its_turn_as_it_is_printed() {
    // Both cost 2 levels for each effect saved; `fs:-/` stands before `fs:./`, `fs:a/` behind it.
    let found = compress(&writes(&["fs:-/a", "fs:-/b", "fs:c", "fs:d"]), 3);
    assert_eq!(selectors(&found.effects), ["fs:-/", "fs:c", "fs:d"]);
    let found = compress(&writes(&["fs:a/a", "fs:a/b", "fs:c", "fs:d"]), 3);
    assert_eq!(selectors(&found.effects), ["fs:./"]);
}

#[test]
fn depth_costs_no_stack() {
    let deep = "d/".repeat(50_000);
    let paths = ["a", "b", "c/a", "c/b"].map(|name| format!("fs:{deep}{name}"));
    let found = compress(&paths.map(|path| effect(WriteFS, &path)), 1);
    assert_eq!(selectors(&found.effects), [format!("fs:{deep}")]);
    let stairs: Vec<_> = (0..600).map(|depth| format!("fs:{}f", "d/".repeat(depth))).collect();
    let stairs: Vec<_> = stairs.iter().map(|path| effect(WriteFS, path)).collect();
    let found = compress(&stairs, 50);
    assert!(found.fits && uncovered(&found.effects, &stairs).is_empty());
}

/// Reads a list of effects out of a receipt.
fn effects(receipt: &Value, list: &str) -> Vec<Effect> {
    let items = receipt.get("effects").and_then(|effects| effects.get(list)?.as_array());
    let effect = |item: &Value| {
        let text = |key| item.get(key).and_then(Value::as_str).expect("text");
        let op = EffectOp::parse(text("op")).expect("an operation");
        Effect { op, selector: text("selector").to_owned() }
    };
    items.expect("a list").iter().map(effect).collect()
}

#[test]
fn the_published_bundle_comes_out() {
    let folder = match harness::fixtures() {
        Ok(folder) => folder,
        Err(why) => return harness::skip("the_published_bundle_comes_out", &why),
    };
    let path = folder.join("golden/v0.1/effect_compression/bundle/receipt.json");
    let receipt = read(&std::fs::read(path).expect("a receipt"), &ReadOptions::default());
    let receipt = receipt.expect("JSON");
    let executed = normalize(&effects(&receipt, "executed_raw")).expect("canonical forms");
    let declared = effects(&receipt, "declared");
    assert_eq!((executed.len(), declared.len()), (200, 50));
    let found = compress(&executed, 50);
    assert_eq!(raw(&found.effects), declared);
    assert!(found.fits && !found.widened_to_root);
}

fn is_root(effect: &CanonicalEffect) -> bool {
    let path = effect.selector().splitn(4, '/').nth(3);
    matches!(effect.selector(), "fs:./" | "fs:/") || effect.op() == Network && path == Some("")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_rule_taken_literally_gives_the_same(effects in any::effects(60), k in 0..24_u32) {
        let found = compress(&effects, k);
        prop_assert_eq!(&found.effects, &effect_model::compress(&effects, k as usize));
        prop_assert_eq!(found.fits, found.effects.len() <= k as usize);
    }

    #[test]
    fn nothing_is_lost(effects in any::effects(60), k in 0..24_u32) {
        let found = compress(&effects, k);
        prop_assert!(uncovered(&found.effects, &effects).is_empty());
        prop_assert_eq!(normalize(&raw(&found.effects)), Ok(found.effects));
    }

    #[test]
    fn compressing_twice_changes_nothing(effects in any::effects(60), k in 0..24_u32) {
        let once = compress(&effects, k);
        let twice = compress(&once.effects, k);
        prop_assert_eq!(&once.effects, &twice.effects);
        prop_assert_eq!(once.fits, twice.fits);
        prop_assert!(!twice.widened_to_root);
    }

    #[test]
    fn order_and_repetition_do_not_matter(
        shuffled in any::effects(40).prop_flat_map(|effects| (Just(effects.clone()), Just(effects).prop_shuffle())),
        k in 0..24_u32,
    ) {
        let (effects, mut other) = shuffled;
        other.extend(effects.first().cloned());
        prop_assert_eq!(compress(&effects, k), compress(&other, k));
    }

    #[test]
    fn a_root_that_nobody_named_is_reported(effects in any::effects(40), k in 0..24_u32) {
        let found = compress(&effects, k);
        let is_new = |effect: &CanonicalEffect| is_root(effect) && !effects.contains(effect);
        prop_assert_eq!(found.widened_to_root, found.effects.iter().any(is_new));
    }
}
