//! How good a lens is: p11 and p12.

use motus_kernel::Digest;
use motus_kernel::lens::{freshness, freshness_of, lens_aggregate, score_lens_quality};
use motus_kernel::policy::Rules;
use motus_kernel::receipt::{LensItem, LensQuality};
use motus_kernel::timestamp::{is_timestamp, seconds_since_epoch};
use motus_kernel::verify::{Code, verify_bundle};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::check::{Outcome, Run, check};
use crate::any;
use crate::calendar::spell;

const DAY: i64 = 86_400;

/// Seconds in this century.
fn moment() -> impl Strategy<Value = i64> {
    946_684_800..4_102_444_800_i64
}

/// How long ago in seconds: any time of a year and a bit, some of the future, and often whole days.
fn age() -> impl Strategy<Value = i64> {
    prop_oneof![-2 * DAY..400 * DAY, (-2..400_i64).prop_map(|days| days * DAY)]
}

fn item(moment: i64, weight: Option<u16>) -> LensItem {
    LensItem {
        kind: "file".to_owned(),
        uri: "src/lib.rs".to_owned(),
        sha256: Digest::ZERO,
        ts_utc: spell(moment),
        provenance: "fs".to_owned(),
        weight,
    }
}

/// Where every item gets older, each by as much as it likes, freshness does not increase; and it is the
/// weighted median of the items, found the long way.
pub(super) fn p11(run: &Run) -> Outcome {
    let items = vec((age(), option::weighted(0.8, any::permille()), 0..100 * DAY), 0..12);
    check(run, (moment(), items), |(now, items)| {
        let lens = |older: bool| -> Vec<LensItem> {
            let aged = |(age, weight, by): &(i64, Option<u16>, i64)| {
                item(now - age - if older { *by } else { 0 }, *weight)
            };
            items.iter().map(aged).collect()
        };
        let (before, after) =
            (freshness(&lens(false), &spell(now)), freshness(&lens(true), &spell(now)));
        prop_assert!(after <= before, "{before} became {after}");
        prop_assert_eq!(before, median(&lens(false), now));
        prop_assert_eq!(after, median(&lens(true), now));
        Ok(())
    })
    .and(check(run, moment(), |moment| {
        let spelled = spell(moment);
        prop_assert!(is_timestamp(&spelled));
        prop_assert_eq!(seconds_since_epoch(&spelled), Some(moment));
        Ok(())
    }))
}

/// The weighted median as a list in which every item stands as often as it weighs.
fn median(items: &[LensItem], now: i64) -> u16 {
    let mut scores: Vec<u16> = items
        .iter()
        .flat_map(|item| {
            let age = now - seconds_since_epoch(&item.ts_utc).expect("a time of ours");
            let weight = item.weight.unwrap_or(1000);
            std::iter::repeat_n(freshness_of(age.div_euclid(DAY)), usize::from(weight))
        })
        .collect();
    scores.sort_unstable();
    let half = scores.len().div_ceil(2).saturating_sub(1);
    scores.get(half).copied().unwrap_or_default()
}

/// The aggregate is the least of the four, also where freshness is computed; a receipt that says otherwise is
/// refused.
pub(super) fn p12(run: &Run) -> Outcome {
    let four = (any::permille(), any::permille(), any::permille(), any::permille());
    let scored = check(run, (four, age()), |((coverage, conflict, provenance, known), age)| {
        let items = [item(moment_of(age), None)];
        let given = (coverage, conflict, provenance);
        for known in [None, Some(known)] {
            let quality = score_lens_quality(&items, &spell(moment_of(0)), given, known);
            let LensQuality { coverage, freshness, conflict, provenance, aggregate } = quality;
            let parts = [coverage, freshness, conflict, provenance];
            prop_assert_eq!(Some(aggregate), parts.into_iter().min());
            prop_assert_eq!(lens_aggregate(&quality), aggregate);
            prop_assert_eq!((coverage, conflict, provenance), given);
        }
        Ok(())
    });
    let claimed = (any::scenario(1), vec(any::permille(), 4), any::permille());
    scored.and(check(run, claimed, |(mut parts, mut quality, aggregate)| {
        let names = ["coverage", "freshness", "conflict", "provenance", "aggregate"];
        let worst = quality.iter().min().copied();
        quality.push(aggregate);
        for (name, permille) in names.iter().zip(quality) {
            *parts.in_receipt(&["lens", "quality", name]) = u64::from(permille).into();
        }
        let told = parts.in_receipt(&["lens", "quality"]).clone();
        let payload = parts.event(2).get_mut("payload").and_then(|payload| payload.as_object_mut());
        payload.expect("an object").insert("quality", told);
        let report = verify_bundle(&parts.seal().bundle(), &Rules::published_default());
        let code = report.failures.first().map(|failure| failure.code);
        let expected = (worst != Some(aggregate)).then_some(Code::PolicyViolation);
        prop_assert_eq!(code, expected, "{:?}", report.failures);
        Ok(())
    }))
}

/// The moment that was so many seconds before the one that p12 calls now.
fn moment_of(age: i64) -> i64 {
    1_766_534_400 - age
}
