//! Whole bundles against one pass of SHA-256 over their logs, and against bundles half as large.

use std::hint::black_box;

use motus_json::Object;
use motus_kernel::Digest;
use motus_kernel::digest::Hasher;
use motus_kernel::merkle::{Tree, root};
use motus_kernel::policy::Rules;
use motus_kernel::source::{MemoryBundle, digest};
use motus_kernel::verify::verify_bundle;
use motus_testkit::bundle::{Shape, canonical, shaped};

use super::pairs::{Pair, alternate};

const LOG: &str = "events.jsonl";

/// Verifies; a bundle that fails would be measured for nothing.
fn verify(source: &MemoryBundle) {
    let report = verify_bundle(source, &Rules::published_default());
    assert_eq!(report.failures, [], "the bundle verifies");
}

/// Verification of a log in memory against one pass over it.
pub(super) fn chain(shape: &Shape) -> Vec<Pair> {
    let bundle = shaped(shape).bundle();
    alternate(|| verify(&bundle), || digest(&bundle, LOG, u64::MAX))
}

/// Verification of a log in memory against all hashes that it asks for: of the file, of each event, of
/// each leaf and each node.
pub(super) fn hashes(shape: &Shape) -> Vec<Pair> {
    let parts = shaped(shape);
    let bundle = parts.bundle();
    let text = |mut event: Object| {
        event.remove("event_hash");
        canonical(&event)
    };
    let events: Vec<String> = parts.events.iter().cloned().map(text).collect();
    let leaves = leaves(events.len());
    let all = || {
        for event in &events {
            black_box(plain(&[b"MOTUS|EVT|0.1|", event.as_bytes()]));
        }
        (digest(&bundle, LOG, u64::MAX), plain_tree(&leaves))
    };
    alternate(|| verify(&bundle), all)
}

/// Twice as many entries of one kind against once.
pub(super) fn double(kind: &str) -> Option<Vec<Pair>> {
    let shape: fn(usize) -> Shape = match kind {
        "events" => |events| Shape { events, ..Shape::default() },
        "skills" => |skills| Shape { skills, ..Shape::default() },
        "evidence" => |evidence| Shape { evidence, ..Shape::default() },
        "artifacts" => |artifacts| Shape { artifacts, ..Shape::default() },
        "lens" => |lens_items| Shape { lens_items, ..Shape::default() },
        "effects" => |effects| Shape { effects, ..Shape::default() },
        "checks" => |checks| Shape { checks, ..Shape::default() },
        "gates" => |gates| Shape { gates, ..Shape::default() },
        "children" => |children| Shape { children, ..Shape::default() },
        "errors" => |errors| Shape { errors, ..Shape::default() },
        _ => return None,
    };
    // More entries than that and their documents are longer than a line may be.
    let bundle = |count| -> MemoryBundle { shaped(&shape(count)).bundle() };
    let (large, small) = (bundle(8000), bundle(4000));
    Some(alternate(|| verify(&large), || verify(&small)))
}

/// The root of the leaves of a log against a plain loop that takes the same hashes.
pub(super) fn merkle(count: usize) -> Vec<Pair> {
    let leaves = leaves(count);
    alternate(|| root(Tree::EventLog, leaves.iter().map(Vec::as_slice)), || plain_tree(&leaves))
}

pub(super) fn leaves(count: usize) -> Vec<Vec<u8>> {
    let leaf = |seq| format!("{{\"event_hash\":\"{}\",\"seq\":{seq}}}", Digest::ZERO).into_bytes();
    (0..count).map(leaf).collect()
}

/// One hash as the library takes it, part by part.
fn plain(parts: &[&[u8]]) -> Digest {
    let mut hasher = Hasher::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finish()
}

/// The tree as the specification describes it: level by level, the last one doubled where a level is odd.
fn plain_tree(leaves: &[Vec<u8>]) -> Digest {
    let leaf = |leaf: &Vec<u8>| plain(&[b"MOTUS|MRKL|EVENTLOG|LEAF|0.1|", leaf]);
    let mut level: Vec<Digest> = leaves.iter().map(leaf).collect();
    while level.len() > 1 {
        if !level.len().is_multiple_of(2) {
            level.extend(level.last().copied());
        }
        let (pairs, _) = level.as_chunks::<2>();
        let node = |[left, right]: &[Digest; 2]| {
            plain(&[b"MOTUS|MRKL|EVENTLOG|NODE|0.1|", left.as_bytes(), right.as_bytes()])
        };
        level = pairs.iter().map(node).collect();
    }
    level.first().copied().unwrap_or(Digest::ZERO)
}
