//! `roles:`: who may do what, and who there is when nothing is declared.

use std::collections::BTreeSet;

use super::members::{Members, bad, joined, text_of};
use super::model::{Capability, Role};
use super::names::is_role_name;
use crate::{Code, Error};

const KEYS: &[&str] = &["name", "can"];

/// Reads the roles of a manifest; declaring any replaces the defaults. Errors: `bad_manifest`.
pub(super) fn read(root: &Members<'_>) -> Result<Vec<Role>, Error> {
    if root.get("roles").is_none() {
        return Ok(defaults());
    }
    let mut names = BTreeSet::new();
    let mut author: Option<String> = None;
    let mut roles = Vec::new();
    for members in root.mappings("roles")? {
        let role = role(&members)?;
        if !names.insert(role.name.clone()) {
            return Err(bad(members.place(), format!("role '{}' is declared twice", role.name)));
        }
        if role.can.contains(&Capability::Author)
            && let Some(first) = author.replace(role.name.clone())
        {
            let both = format!("'{first}' and '{}'", role.name);
            return Err(bad(members.place(), format!("{both} both hold capability 'author'"))
                .hint("at most one role may hold 'author'"));
        }
        roles.push(role);
    }
    Ok(roles)
}

/// Reads one role.
fn role(members: &Members<'_>) -> Result<Role, Error> {
    members.only(KEYS)?;
    let name = members.required_text("name", Code::BadManifest)?;
    if !is_role_name(name) {
        let hint = "a role begins with a-z and goes on with a-z, 0-9, '_' and '-'";
        return Err(
            bad(&members.place_of("name"), format!("'{name}' cannot name a role")).hint(hint)
        );
    }
    let place = members.place_of("can");
    let mut can = Vec::new();
    for (item, at) in members.list("can")?.iter().zip(0_usize..) {
        let place = format!("{place}[{at}]");
        let word = text_of(&place, item)?;
        let capability = Capability::from_name(word).ok_or_else(|| unknown(&place, word))?;
        if !can.contains(&capability) {
            can.push(capability);
        }
    }
    Ok(Role { name: name.to_owned(), can })
}

fn unknown(place: &str, word: &str) -> Error {
    let all = joined(Capability::ALL.iter().map(|capability| capability.name()));
    bad(place, format!("unknown capability '{word}'")).hint(format!("capabilities: {all}"))
}

/// Returns the roles of a manifest that declares none. Source: textus/3 §5.1.1.
fn defaults() -> Vec<Role> {
    let role = |name: &str, can: &[Capability]| Role { name: name.to_owned(), can: can.to_vec() };
    vec![
        role("human", &[Capability::Author, Capability::Propose]),
        role("agent", &[Capability::Propose, Capability::Keep]),
        role("automation", &[Capability::Fetch, Capability::Build]),
    ]
}
