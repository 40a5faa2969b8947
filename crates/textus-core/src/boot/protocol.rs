//! How agents talk with a store: what they get back, what they type, and who they are taken for.

use motus_json::Object;

use super::flows::{Verbs, writable};
use crate::Key;
use crate::envelope;
use crate::format::Format;
use crate::manifest::{Capability, Entry, Manifest};

/// Where the role of a caller comes from, the strongest first.
const ROLE_RESOLUTION: [&str; 4] =
    ["--as=ROLE", "environment TEXTUS_ROLE", "first line of the file role in the store", "human"];

/// Returns the shapes of envelopes, recipes of commands, and how a role is found.
pub(super) fn agent_protocol(manifest: &Manifest, verbs: Verbs<'_>) -> Object {
    let mut shape = Object::new();
    shape.insert("entry", envelope::MEMBERS);
    shape.insert("error", envelope::ERROR_MEMBERS);
    let mut recipes = Object::new();
    recipes.insert("read", read(verbs));
    recipes.insert("write", write(manifest, verbs));
    recipes.insert("propose", propose(manifest, verbs));
    recipes.insert("fetch", fetch(manifest, verbs));
    let mut told = Object::new();
    told.insert("envelope_shape", shape);
    told.insert("recipes", recipes);
    told.insert("role_resolution", ROLE_RESOLUTION);
    told
}

fn read(verbs: Verbs<'_>) -> Vec<String> {
    let steps = [
        ("list", "textus list --prefix=PREFIX"),
        ("get", "textus get KEY"),
        ("pulse", "textus pulse --since=CURSOR tells what changed; begin with latest_seq"),
    ];
    known(verbs, &steps)
}

/// How the role that proposes writes to its zones; nothing where it has none.
fn write(manifest: &Manifest, verbs: Verbs<'_>) -> Vec<String> {
    let Some(role) = manifest.proposer() else { return Vec::new() };
    let zones = writable(manifest, role);
    if zones.is_empty() {
        return Vec::new();
    }
    let (zones, role) = (zones.join(", "), &role.name);
    let put = format!(
        "textus put KEY --as={role} --stdin, for keys in {zones}, with \
         {{\"_meta\":{{..}},\"body\":\"..\",\"if_etag\":\"ETAG\"}} on stdin"
    );
    known(verbs, &[("get", "textus get KEY, and keep its etag where there is one"), ("put", &put)])
}

/// How something is proposed, by a key that an entry of the queue has.
fn propose(manifest: &Manifest, verbs: Verbs<'_>) -> Vec<String> {
    let (Some(queue), Some(proposer)) = (manifest.queue(), manifest.proposer()) else {
        return Vec::new();
    };
    let Some(key) = key_in(manifest, &queue.name) else { return Vec::new() };
    let role = &proposer.name;
    let put = format!(
        "textus put {key} --as={role} --stdin, with \
         {{\"_meta\":{{\"proposal\":{{\"target_key\":\"KEY\",\"action\":\"put\"}},\
         \"frontmatter\":{{..}}}},\"body\":\"..\"}} on stdin"
    );
    let accept = manifest
        .author()
        .map(|author| format!("textus accept {key} --as={}, by a person", author.name));
    let mut steps = vec![("put", put.as_str())];
    steps.extend(accept.as_deref().map(|accept| ("accept", accept)));
    known(verbs, &steps)
}

/// Returns a key under which a zone takes proposals: below a nested entry, else that of a single one.
///
/// Text has no metadata, and so no proposal.
fn key_in(manifest: &Manifest, zone: &str) -> Option<String> {
    let takes = |entry: &&Entry| entry.zone == zone && entry.format != Format::Text;
    let has_room = |entry: &&Entry| Key::parse(&format!("{}.name", entry.key)).is_ok();
    let mut nested = manifest.entries.iter().filter(takes).filter(|entry| entry.nested);
    let below = nested.find(has_room).map(|entry| format!("{}.NAME", entry.key));
    let mut single = manifest.entries.iter().filter(takes).filter(|entry| !entry.nested);
    below.or_else(|| single.next().map(|entry| entry.key.as_str().to_owned()))
}

fn fetch(manifest: &Manifest, verbs: Verbs<'_>) -> Vec<String> {
    let Some(role) = manifest.holders(Capability::Fetch).first().copied() else {
        return Vec::new();
    };
    if verbs.has("fetch") {
        return vec![format!("textus fetch KEY --as={role}")];
    }
    let put = format!(
        "fetch it yourself, then textus put KEY --as={role} --stdin, with \
         _meta.last_fetched_at set to the time"
    );
    known(verbs, &[("freshness", "textus freshness"), ("put", &put)])
}

/// Keeps the steps whose verbs exist.
fn known(verbs: Verbs<'_>, steps: &[(&str, &str)]) -> Vec<String> {
    let known = steps.iter().filter(|(verb, _)| verbs.has(verb));
    known.map(|(_, step)| (*step).to_owned()).collect()
}
