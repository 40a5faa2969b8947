//! What the boot envelope tells of the common store, and of smaller ones.

use super::*;
use crate::fixture::{store, text};

const VERBS: [&str; 14] = [
    "init",
    "list",
    "where",
    "get",
    "put",
    "delete",
    "accept",
    "reject",
    "freshness",
    "audit",
    "pulse",
    "boot",
    "doctor",
    "key mv",
];

fn booted(manifest: &Manifest, verbs: &[&str]) -> Object {
    let verbs: Vec<Verb<'_>> = verbs.iter().map(|name| Verb { name, summary: "does it" }).collect();
    let surroundings =
        Surroundings { store_root: "/r/.textus", latest_seq: 42, verbs: &verbs, hooks: &[] };
    boot(manifest, &surroundings)
}

fn member(told: &Object, path: &str) -> String {
    let mut value = Value::Object(told.clone());
    for name in path.split('.') {
        value = match name.parse::<usize>() {
            Ok(index) => value.as_array().unwrap()[index].clone(),
            Err(_) => value.get(name).unwrap().clone(),
        };
    }
    crate::envelope::compact(&value)
}

#[test]
fn the_members_come_in_order() {
    let told = booted(&store(), &VERBS);
    let names: Vec<_> = told.iter().map(|(name, _)| name.to_string()).collect();
    let expected = [
        "store_root",
        "zones",
        "entries",
        "hooks",
        "write_flows",
        "cli_verbs",
        "agent_protocol",
        "agent_quickstart",
        "docs",
    ];
    assert_eq!(names, expected);
    assert_eq!(member(&told, "store_root"), "\"/r/.textus\"");
}

#[test]
fn zones_are_told_with_their_writers_and_purpose() {
    let told = booted(&store(), &VERBS);
    assert_eq!(
        member(&told, "zones.0"),
        r#"{"name":"knowledge","writers":["human"],"kind":"canon","purpose":"what is true"}"#
    );
    let queue = r#"{"name":"proposals","writers":["human","agent"],"kind":"queue"}"#;
    assert_eq!(member(&told, "zones.3"), queue);
}

#[test]
fn entries_are_told_as_they_are_declared() {
    let told = booted(&store(), &VERBS);
    assert_eq!(
        member(&told, "entries.1"),
        concat!(
            r#"{"key":"knowledge.network.org","zone":"knowledge","schema":"person","nested":true,"#,
            r#""owner":"textus:network","format":"markdown","derived":false,"intake":false,"#,
            r#""publish_to":[],"publish_each":null}"#
        )
    );
    assert!(member(&told, "entries.2").contains(r#""derived":false,"intake":true"#));
    let derived = member(&told, "entries.4");
    assert!(derived.contains(
        r#""format":"yaml","derived":true,"intake":false,"publish_to":["CATALOG.yaml"]"#
    ));
}

#[test]
fn the_quickstart_is_for_the_role_that_proposes() {
    let told = booted(&store(), &VERBS);
    assert_eq!(
        member(&told, "agent_quickstart"),
        concat!(
            r#"{"read_verbs":["boot","get","list","audit","pulse","freshness","doctor"],"#,
            r#""write_verbs":["put KEY --as=agent --stdin"],"#,
            r#""writable_zones":["notebook","proposals"],"propose_zone":"proposals","latest_seq":42}"#
        )
    );
    let mut alone = store();
    alone.roles.retain(|role| role.name == "human");
    let quickstart = member(&booted(&alone, &VERBS), "agent_quickstart");
    assert!(quickstart.contains(r#"["put KEY --as=human --stdin"]"#));
    assert!(quickstart.contains(r#""writable_zones":["knowledge","proposals"]"#));
    let mut silent = store();
    silent.roles.retain(|role| role.name == "automation");
    silent.zones.retain(|zone| zone.name == "feeds");
    let quickstart = member(&booted(&silent, &VERBS), "agent_quickstart");
    assert!(
        quickstart.ends_with(
            r#""write_verbs":[],"writable_zones":[],"propose_zone":null,"latest_seq":42}"#
        )
    );
}

#[test]
fn every_event_is_told_and_names_of_hooks_are_sorted() {
    let hooks = [
        Hook { event: "entry_put", name: "b" },
        Hook { event: "entry_put", name: "a" },
        Hook { event: "no_such_event", name: "c" },
    ];
    let surroundings = Surroundings { hooks: &hooks, ..Surroundings::default() };
    let told = boot(&store(), &surroundings);
    let hooks = member(&told, "hooks");
    assert!(hooks.starts_with(
        r#"{"resolve_intake":[],"transform_rows":[],"validate":[],"entry_put":["a","b"],"#
    ));
    assert!(!hooks.contains("no_such_event"));
    assert_eq!(told.get("hooks").unwrap().as_object().unwrap().len(), 15);
}

#[test]
fn every_role_is_told_what_it_writes() {
    let told = booted(&store(), &VERBS);
    assert_eq!(
        member(&told, "write_flows.human"),
        concat!(
            "\"knowledge: what is true (textus put KEY --as=human --stdin, ",
            "textus accept KEY --as=human, textus reject KEY --as=human); ",
            "proposals: proposals, which wait until an author accepts them ",
            "(textus put KEY --as=human --stdin)\""
        )
    );
    let flows = told.get("write_flows").unwrap().as_object().unwrap();
    let roles: Vec<_> = flows.iter().map(|(name, _)| name.to_string()).collect();
    assert_eq!(roles, ["human", "agent", "automation"]);
    let mut idle = store();
    idle.roles[1].can.clear();
    assert_eq!(member(&booted(&idle, &VERBS), "write_flows.agent"), "\"reads only\"");
}

/// Returns every verb that stands after the name of the command.
fn commands(text: &str) -> Vec<&str> {
    let after = text.match_indices("textus ").map(|(at, name)| &text[at + name.len()..]);
    after
        .map(|rest| rest.split([' ', '"', ',', ';', ')', '\'']).next().unwrap_or_default())
        .filter(|verb| !verb.starts_with("--"))
        .collect()
}

#[test]
fn no_command_is_named_that_does_not_exist() {
    for verbs in [&VERBS[..], &["get", "put"], &["fetch", "build"], &[]] {
        let mut told = booted(&store(), verbs);
        told.remove("cli_verbs");
        let text = text(&told);
        for command in commands(&text) {
            assert!(verbs.contains(&command), "{command} in {text}");
        }
    }
    let all = text(&booted(&store(), &VERBS));
    for command in ["get", "put", "list", "pulse", "accept", "reject", "freshness"] {
        assert!(commands(&all).contains(&command), "{command}");
    }
}

#[test]
fn recipes_name_the_keys_and_roles_of_the_store() {
    let told = booted(&store(), &VERBS);
    let propose = member(&told, "agent_protocol.recipes.propose");
    assert!(propose.contains("textus put proposals.items.NAME --as=agent --stdin"));
    assert!(propose.contains("textus accept proposals.items.NAME --as=human"));
    assert!(member(&told, "agent_protocol.recipes.fetch").contains("--as=automation"));
    let fetching = booted(&store(), &["fetch"]);
    let fetch = member(&fetching, "agent_protocol.recipes.fetch");
    assert_eq!(fetch, r#"["textus fetch KEY --as=automation"]"#);
    let mut closed = store();
    closed.zones.retain(|zone| zone.name == "knowledge");
    closed.roles.retain(|role| role.name == "human");
    let told = booted(&closed, &VERBS);
    assert_eq!(member(&told, "agent_protocol.recipes.propose"), "[]");
    assert_eq!(member(&told, "agent_protocol.recipes.fetch"), "[]");
    assert_eq!(member(&told, "agent_protocol.role_resolution.3"), "\"human\"");
}

#[test]
fn the_catalogue_is_told_in_its_order() {
    let told = booted(&store(), &["get", "key mv"]);
    assert_eq!(
        member(&told, "cli_verbs"),
        r#"[{"name":"get","summary":"does it"},{"name":"key mv","summary":"does it"}]"#
    );
}

#[test]
fn a_proposer_that_may_write_nowhere_is_told_no_way_to_write() {
    let mut store = store();
    store.zones.retain(|zone| zone.name == "knowledge");
    store.entries.retain(|entry| entry.zone == "knowledge");
    store.roles.retain(|role| role.name != "automation");
    for role in &mut store.roles {
        role.can.retain(|capability| *capability != crate::manifest::Capability::Keep);
    }
    assert_eq!(store.proposer().unwrap().name, "agent");
    let told = booted(&store, &VERBS);
    assert_eq!(member(&told, "agent_quickstart.write_verbs"), "[]");
    assert_eq!(member(&told, "agent_quickstart.writable_zones"), "[]");
    assert_eq!(member(&told, "write_flows.agent"), "\"reads only\"");
    let recipes = member(&told, "agent_protocol.recipes");
    assert!(recipes.contains("textus get KEY") && !recipes.contains("textus put"), "{recipes}");
}

#[test]
fn recipes_name_a_key_that_an_entry_of_the_queue_has() {
    let propose =
        |manifest: &Manifest| member(&booted(manifest, &VERBS), "agent_protocol.recipes.propose");
    let mut store = store();
    let at = store.entries.iter().position(|entry| entry.zone == "proposals").unwrap();
    store.entries[at].nested = false;
    let key = store.entries[at].key.to_string();
    assert!(propose(&store).contains(&format!("textus put {key} --as=agent")));
    store.entries[at].format = crate::format::Format::Text;
    assert_eq!(propose(&store), "[]", "text holds no proposal");
    store.entries.retain(|entry| entry.zone != "proposals");
    assert_eq!(propose(&store), "[]");
    let quickstart = member(&booted(&store, &VERBS), "agent_quickstart.propose_zone");
    assert_eq!(quickstart, "\"proposals\"");
}

#[test]
fn nothing_is_named_that_is_not_in_the_repository() {
    assert_eq!(member(&booted(&store(), &VERBS), "docs"), r#"{"help":"textus --help"}"#);
}
