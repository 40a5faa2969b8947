//! The changes that are tortured: each verb that writes, with what it needs to be there before.

use std::path::Path;

use serde_json::{Value, json};

use super::memory::{Call, Memory, State, note};

const UIDS: [&str; 4] =
    ["00000000000000a1", "00000000000000b2", "00000000000000c3", "00000000000000d4"];

/// So short that every row is followed by a rotation.
const ROTATING: u32 = 100;

/// One change, as anybody might ask for it.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// What it is called.
    pub name: &'static str,
    pub(super) call: Call,
    /// How many rows it writes.
    pub(super) rows: usize,
    rotating: Option<u32>,
}

impl Scenario {
    /// Returns every one.
    pub fn all() -> Vec<Self> {
        let by = |words: &[&str]| Call::new(words);
        let put = |key: &str| Call::put(key, "agent", &note("new", UIDS[3]));
        let scenario = |name, call, rows| Self { name, call, rows, rotating: None };
        vec![
            scenario("put of a new entry", put("notebook.notes.new.deep.er"), 1),
            scenario("put over an entry", put("notebook.notes.old"), 1),
            Self {
                rotating: Some(ROTATING),
                ..scenario("put, and rotation", put("notebook.notes.old"), 1)
            },
            scenario("delete", by(&["delete", "notebook.notes.old", "--as=agent"]), 1),
            scenario(
                "move",
                by(&["key", "mv", "notebook.notes.old", "notebook.notes.dir.er", "--as=agent"]),
                1,
            ),
            scenario("accept of a new entry", by(&["accept", "proposals.notes.new"]), 2),
            scenario("accept over an entry", by(&["accept", "proposals.notes.change"]), 2),
            scenario("accept of a deletion", by(&["accept", "proposals.notes.removal"]), 2),
            scenario("reject", by(&["reject", "proposals.notes.new"]), 1),
        ]
    }

    /// Returns the ones whose names begin with one of these words.
    pub fn named(beginnings: &[&str]) -> Vec<Self> {
        let mut all = Self::all();
        all.retain(|one| beginnings.iter().any(|beginning| one.name.starts_with(beginning)));
        all
    }

    /// Makes a store as it is before the change.
    pub(super) fn prepare(&self, program: &Path) -> Result<Memory, String> {
        let memory = Memory::new(program, self.rotating).map_err(|error| error.to_string())?;
        for (key, role, request) in before() {
            memory.expect(&Call::put(key, role, &request))?;
        }
        Ok(memory)
    }

    /// Makes the change on a copy, undisturbed, and returns what it comes to.
    pub(super) fn undisturbed(&self, prepared: &Memory) -> Result<State, String> {
        let copy = prepared.copied().map_err(|error| error.to_string())?;
        copy.expect(&self.call)?;
        copy.state().map_err(|error| error.to_string())
    }
}

/// What is there before every change: key, role, request.
fn before() -> Vec<(&'static str, &'static str, Value)> {
    let canon = "knowledge.notes.canon";
    let proposal = |target: &str, action: &str| {
        json!({
            "_meta": {
                "proposal": {"target_key": target, "action": action},
                "frontmatter": {"title": "proposed"},
                "uid": UIDS[1],
            },
            "body": "proposed\n",
        })
    };
    vec![
        ("notebook.notes.old", "agent", note("old", UIDS[0])),
        ("notebook.notes.other", "agent", note("other", UIDS[1])),
        (canon, "human", note("canon", UIDS[2])),
        ("proposals.notes.new", "agent", proposal("knowledge.notes.fresh", "put")),
        ("proposals.notes.change", "agent", proposal(canon, "put")),
        ("proposals.notes.removal", "agent", proposal(canon, "delete")),
    ]
}
