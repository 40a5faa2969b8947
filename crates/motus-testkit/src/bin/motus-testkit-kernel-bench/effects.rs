//! The compression of effects against one pass of SHA-256 over their selectors.

use motus_kernel::Digest;
use motus_kernel::effect::{CanonicalEffect, EffectOp, compress};

use super::pairs::{Pair, alternate};

const LIMIT: u32 = 50;

pub(super) fn to_limit(effects: &[CanonicalEffect]) {
    assert!(compress(effects, LIMIT).fits);
}

/// So many files in folders of folders, in no order.
pub(super) fn files(count: usize) -> Vec<CanonicalEffect> {
    (0..count).filter_map(|number| effect(number, count)).collect()
}

/// So many files merged down to fifty.
pub(super) fn compress_many(count: usize) -> Vec<Pair> {
    let effects = files(count);
    let selectors: Vec<&[u8]> = effects.iter().map(|effect| effect.selector().as_bytes()).collect();
    let text = selectors.join(b"\n".as_slice());
    alternate(|| to_limit(&effects), || Digest::of(&[&text]))
}

/// Returns one of the files; a step that shares no factor with the count visits each once.
fn effect(number: usize, count: usize) -> Option<CanonicalEffect> {
    let file = number * 7919 % count;
    let (folder, inner) = (file / 1000, file / 40 % 25);
    let selector = format!("fs:src/module{folder}/part{inner}/file{file}.rs");
    CanonicalEffect::new(EffectOp::WriteFS, &selector).ok()
}
