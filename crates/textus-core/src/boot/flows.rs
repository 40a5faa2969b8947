//! Who writes what and how, in words.

use motus_json::Object;

use super::Verb;
use crate::manifest::{Manifest, Role, Zone, ZoneKind};

/// The verbs of this build.
#[derive(Clone, Copy)]
pub(super) struct Verbs<'a>(pub(super) &'a [Verb<'a>]);

impl Verbs<'_> {
    /// Tells whether a verb exists.
    pub(super) fn has(self, name: &str) -> bool {
        self.0.iter().any(|verb| verb.name == name)
    }
}

/// Returns what each role may do, by its name, in the order of the manifest.
pub(super) fn write_flows(manifest: &Manifest, verbs: Verbs<'_>) -> Object {
    manifest.roles.iter().map(|role| (&role.name, flow(manifest, verbs, role))).collect()
}

fn flow(manifest: &Manifest, verbs: Verbs<'_>, role: &Role) -> String {
    let written = manifest.zones.iter().filter(|zone| role.holds(zone.kind.requires()));
    let parts: Vec<String> = written.map(|zone| zone_flow(manifest, verbs, role, zone)).collect();
    if parts.is_empty() { "reads only".to_owned() } else { parts.join("; ") }
}

/// Says what a role writes to a zone and how, as `ZONE: what it holds (how)`.
fn zone_flow(manifest: &Manifest, verbs: Verbs<'_>, role: &Role, zone: &Zone) -> String {
    let what = zone.desc.as_deref().unwrap_or(match zone.kind {
        ZoneKind::Canon => "what is true",
        ZoneKind::Workspace => "its own notes",
        ZoneKind::Queue => "proposals, which wait until an author accepts them",
        ZoneKind::Quarantine => "what was fetched from outside",
        ZoneKind::Derived => "what is computed from other entries",
    });
    let own: &[&str] = match zone.kind {
        ZoneKind::Canon if manifest.queue().is_some() => &["accept", "reject"],
        ZoneKind::Quarantine => &["fetch"],
        _ => &[],
    };
    let name = &role.name;
    let put = verbs.has("put").then(|| format!("textus put KEY --as={name} --stdin"));
    let own = own.iter().filter(|verb| verbs.has(verb));
    let own = own.map(|verb| format!("textus {verb} KEY --as={name}"));
    let builds = zone.kind == ZoneKind::Derived && verbs.has("build");
    let how: Vec<String> =
        put.into_iter().chain(own).chain(builds.then(|| "textus build".to_owned())).collect();
    let zone = &zone.name;
    if how.is_empty() {
        format!("{zone}: {what}")
    } else {
        format!("{zone}: {what} ({})", how.join(", "))
    }
}

/// Returns the zones that a role may write to, in the order of the manifest.
pub(super) fn writable<'m>(manifest: &'m Manifest, role: &Role) -> Vec<&'m str> {
    let zones = manifest.zones.iter().filter(|zone| role.holds(zone.kind.requires()));
    zones.map(|zone| zone.name.as_str()).collect()
}
