//! How good a lens is: Algorithms 12 and 13, and Q12. Integers only.

use crate::receipt::{LensItem, LensQuality};
use crate::timestamp::Moment;

/// The highest score, in permille.
const MOST_FRESH: usize = 1000;

/// What an item weighs that says nothing of it, in permille.
const USUAL_WEIGHT: u16 = 1000;

/// Returns the freshness of a lens in permille: the weighted median of its items' (Q12).
///
/// Shape: from 100 to 1000; 0 when there are no items, or none that weighs anything. An item whose time is
/// no point in time is as old as can be; one from the future is new.
/// Cost: one pass. Source: MOTUS-SPEC-V0.1 §11 Q12.
pub fn freshness(items: &[LensItem], now_utc: &str) -> u16 {
    let now = Moment::read(now_utc);
    let age_days = |item: &LensItem| Some(now?.days_since(&Moment::read(&item.ts_utc)?));
    let mut weights = [0; MOST_FRESH + 1];
    for item in items {
        let score = freshness_of(age_days(item).unwrap_or(i64::MAX));
        if let Some(weight) = weights.get_mut(usize::from(score)) {
            *weight += u64::from(item.weight.unwrap_or(USUAL_WEIGHT));
        }
    }
    weighted_median(&weights)
}

/// Returns the freshness of one item in permille, by its age in whole days.
///
/// Source: MOTUS-SPEC-V0.1 §11 Q12, the piecewise map.
pub fn freshness_of(age_days: i64) -> u16 {
    let permille = match age_days {
        ..=7 => 1000,
        8..=30 => 1000 - 300 * (age_days - 7) / 23,
        31..=180 => 700 - 500 * (age_days - 30) / 150,
        _ => 100,
    };
    u16::try_from(permille).unwrap_or_default()
}

/// Returns the first score at which half of the weight is reached; 0 where nothing weighs anything. The weight
/// of each score stands at its place.
fn weighted_median(weights: &[u64]) -> u16 {
    let whole: u64 = weights.iter().sum();
    let mut reached = 0;
    let median = weights.iter().position(|weight| {
        reached += weight;
        2 * reached >= whole
    });
    median.and_then(|score| u16::try_from(score).ok()).unwrap_or_default()
}

/// Scores a lens: freshness by Q12 where none is given, and the worst of the four as aggregate.
///
/// Shape: the three that are the policy's are coverage, conflict and provenance, in permille; what is above
/// 1000 counts as 1000. Source: MOTUS-SPEC-V0.1 §2 Algorithms 12 and 13.
pub fn score_lens_quality(
    items: &[LensItem],
    now_utc: &str,
    (coverage, conflict, provenance): (u16, u16, u16),
    known_freshness: Option<u16>,
) -> LensQuality {
    let permille = |value: u16| value.min(1000);
    let mut quality = LensQuality {
        coverage: permille(coverage),
        freshness: permille(known_freshness.unwrap_or_else(|| freshness(items, now_utc))),
        conflict: permille(conflict),
        provenance: permille(provenance),
        aggregate: 0,
    };
    quality.aggregate = lens_aggregate(&quality);
    quality
}

/// Returns the worst of the four.
///
/// Source: MOTUS-SPEC-V0.1 §2 Algorithm 13.
pub fn lens_aggregate(quality: &LensQuality) -> u16 {
    quality.worst()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Digest;

    const NOW: &str = "2025-12-24T00:00:00Z";

    fn item(ts_utc: &str, weight: Option<u16>) -> LensItem {
        LensItem {
            kind: "file".to_owned(),
            uri: "src/lib.rs".to_owned(),
            sha256: Digest::ZERO,
            ts_utc: ts_utc.to_owned(),
            provenance: "fs".to_owned(),
            weight,
        }
    }

    fn freshness_at(items: &[(&str, Option<u16>)]) -> u16 {
        let items: Vec<LensItem> =
            items.iter().map(|(ts_utc, weight)| item(ts_utc, *weight)).collect();
        freshness(&items, NOW)
    }

    #[test]
    fn the_map_has_the_printed_boundaries() {
        let values =
            [i64::MIN, -1, 0, 7, 8, 14, 29, 30, 31, 105, 179, 180, 181, i64::MAX].map(freshness_of);
        assert_eq!(
            values,
            [1000, 1000, 1000, 1000, 987, 909, 714, 700, 697, 450, 204, 200, 100, 100]
        );
    }

    #[test]
    fn the_map_never_rises() {
        for age_days in -3..400 {
            assert!(freshness_of(age_days) >= freshness_of(age_days + 1), "{age_days}");
        }
    }

    #[test]
    fn half_of_the_weight_decides() {
        let (new, weeks, old) =
            ("2025-12-23T00:00:00Z", "2025-12-10T00:00:00Z", "2024-01-01T00:00:00Z");
        let [s_weeks, s_old] = [909, 100];
        assert_eq!(freshness_at(&[(old, None), (weeks, None), (new, None)]), s_weeks);
        assert_eq!(freshness_at(&[(new, None), (old, None)]), s_old, "of two, the older");
        assert_eq!(freshness_at(&[(new, Some(501)), (old, Some(500))]), 1000);
        assert_eq!(freshness_at(&[(new, None), (old, Some(999))]), 1000, "none is a thousand");
        assert_eq!(freshness_at(&[(new, Some(0)), (weeks, Some(1)), (old, Some(0))]), s_weeks);
    }

    #[test]
    fn nothing_that_weighs_is_not_fresh() {
        assert_eq!(freshness_at(&[]), 0);
        assert_eq!(freshness_at(&[(NOW, Some(0)), (NOW, Some(0))]), 0);
    }

    #[test]
    fn the_future_is_new_and_no_time_is_old() {
        assert_eq!(freshness_at(&[("2025-12-24T00:00:01Z", None)]), 1000);
        assert_eq!(freshness_at(&[("9999-12-31T23:59:59.999Z", None)]), 1000);
        assert_eq!(freshness_at(&[("yesterday", None)]), 100);
        assert_eq!(freshness(&[item(NOW, None)], "now"), 100);
    }

    #[test]
    fn an_age_is_counted_in_whole_days_to_the_fraction() {
        let at = |ts_utc| freshness_at(&[(ts_utc, None)]);
        assert_eq!(at("2025-12-16T00:00:00Z"), 987, "eight days");
        assert_eq!(at("2025-12-16T00:00:00.001Z"), 1000, "not quite eight");
    }

    #[test]
    fn a_lens_is_as_good_as_the_worst_of_it() {
        let of = |given, known| score_lens_quality(&[item(NOW, None)], NOW, given, known);
        assert_eq!(of((1000, 1000, 1000), None).aggregate, 1000);
        assert_eq!(of((800, 900, 700), None).aggregate, 700);
        assert_eq!(of((800, 900, 700), Some(600)).freshness, 600);
        assert_eq!(of((800, 900, 700), Some(600)).aggregate, 600);
        let above = of((2000, 900, 1001), Some(u16::MAX));
        assert_eq!((above.coverage, above.provenance, above.freshness), (1000, 1000, 1000));
    }
}
