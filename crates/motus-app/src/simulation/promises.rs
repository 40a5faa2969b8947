//! What the details of a plan foretell of children, as far as it is known before they are run.

use std::collections::{BTreeMap, BTreeSet};

use motus_kernel::Uuid;
use motus_kernel::receipt::Intent;

use super::error::{Kind, Place};
use super::fields::{Fields, Item};
use super::yaml::Content;

/// Notes what no verifier would accept: a log tells of children only what the receipt says.
///
/// What they prove and how they end is known once they have run.
pub(super) fn check(
    details: Item<'_>,
    children: &BTreeMap<Uuid, &Intent>,
    spawned: &[(Place, Uuid, bool)],
) {
    // What is no mapping is noted by whoever reads it.
    let Content::Mapping(_) = details.node.content else { return };
    let foretold = details.fields().and_then(|fields| fields.optional("children"));
    let mut seen = BTreeSet::new();
    for child in foretold.iter().flat_map(Item::items) {
        if let Some(fields) = child.fields() {
            check_child(&fields, children, spawned, &mut seen);
        }
    }
}

fn check_child(
    fields: &Fields<'_>,
    children: &BTreeMap<Uuid, &Intent>,
    spawned: &[(Place, Uuid, bool)],
    seen: &mut BTreeSet<Uuid>,
) {
    let Some(item) = fields.required("child_loop_id") else { return };
    let Some(id) = item.form(Uuid::parse, "a UUID in lower case") else { return };
    if !children.contains_key(&id) {
        item.note(Kind::BadValue, format!("no child has the loop_id {id}"));
    } else if !seen.insert(id) {
        item.note(Kind::RepeatedLoop, format!("{id} stands in the details before"));
    }
    let Some((_, _, critical)) = spawned.iter().find(|(_, other, _)| *other == id) else { return };
    let foretold = fields.optional("critical");
    if let Some(foretold) = foretold.filter(|foretold| foretold.boolean() != *critical) {
        foretold.note(Kind::BadValue, format!("the plan spawns it with critical: {critical}"));
    }
}
