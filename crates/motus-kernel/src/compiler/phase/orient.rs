//! Orient: the lens is assembled and scored.

use super::{check_permille, invalid};
use crate::compiler::answer::LensOut;
use crate::compiler::fact::Fact;
use crate::compiler::run::{Flow, Running};
use crate::compiler::transition::PhaseResult;
use crate::lens::score_lens_quality;
use crate::receipt::{Lens, LensItem};
use crate::timestamp::is_timestamp;

impl Running<'_> {
    pub(super) fn orient(&mut self) -> Flow<PhaseResult> {
        if let Some((evidence, reason)) = self.memory.failure.take() {
            self.tell(&Fact::OrientFromFailure { evidence, reason: Some(reason) })?;
        }
        let answer = self.adapters.assemble_lens(&self.state)?;
        let lens = lens(answer, self.last_utc())?;
        if lens != self.state.body.lens {
            self.tell(&Fact::LensAssembled { lens })?;
        }
        Ok(PhaseResult::Ok)
    }
}

/// Returns the lens with its items in their order and its quality, aged by the time of the last event.
fn lens(answer: LensOut, now_utc: &str) -> Flow<Lens> {
    let LensOut { lens_id, created_utc, mut items, .. } = answer;
    let LensOut { coverage, conflict, provenance, freshness, .. } = answer;
    for (what, permille) in [
        ("coverage", coverage),
        ("conflict", conflict),
        ("provenance", provenance),
        ("freshness", freshness.unwrap_or_default()),
    ] {
        check_permille(what, permille)?;
    }
    if !is_timestamp(&created_utc) {
        return Err(invalid(format!("the lens was made at {created_utc:?}, which is no time")));
    }
    items.iter().try_for_each(check_item)?;
    items.sort_by(|left, right| key(left).cmp(&key(right)));
    items.dedup();
    let twice =
        items.windows(2).find(|pair| matches!(pair, [left, right] if key(left) == key(right)));
    if let Some([item, ..]) = twice {
        return Err(invalid(format!("{} {} is in the lens in two ways", item.kind, item.uri)));
    }
    let quality = score_lens_quality(&items, now_utc, (coverage, conflict, provenance), freshness);
    Ok(Lens { lens_id, created_utc, items, quality })
}

fn check_item(item: &LensItem) -> Flow<()> {
    check_permille("the weight of an item", item.weight.unwrap_or_default())?;
    if !is_timestamp(&item.ts_utc) {
        let (uri, time) = (&item.uri, &item.ts_utc);
        return Err(invalid(format!("{uri} is of {time:?}, which is no time")));
    }
    Ok(())
}

/// What no two items share.
fn key(item: &LensItem) -> (&str, &str, crate::Digest) {
    (&item.kind, &item.uri, item.sha256)
}
