//! Which operation comes next: few runs, keys, kinds and resources, so that they meet.

use motus_ledger::kind::Schema;
use motus_ledger::operation::{AcquireRequest, CloseRequest};
use motus_ledger::{Fence, NewEvent, NewRun, Outcome, RunId};
use motus_testkit::Random;
use motus_testkit::sample::json;

use super::request::Request;

/// The kinds; each projection gets its share.
pub(super) const KINDS: [&str; 4] = ["note", "evidence.test", "decision.pick", "route.next"];

/// Versions of a kind: each adds an optional field to the one before.
const VERSIONS: [&str; 3] = [
    r#"{"type":"object","required":["n"],"properties":{"n":{"type":"integer"}}}"#,
    r#"{"type":"object","required":["n"],"properties":{"n":{"type":"integer"},"word":{"type":["string","null"],"enum":["one","two",null]}}}"#,
    r#"{"type":"object","required":["n"],"properties":{"n":{"type":"integer"},"word":{"type":["string","null"],"enum":["one","two",null]},"more":{"type":"array"}}}"#,
];

/// Schemas that no version leads to, and some that are none.
const OTHER_SCHEMAS: [&str; 5] = [
    r#"{"type":"object","required":["n","w"],"properties":{"n":{"type":"integer"},"w":{}}}"#,
    r#"{"type":"object","required":["n"],"properties":{"n":{"type":"number"}}}"#,
    r#"{"type":"object","required":["it's","a"]}"#,
    r#"{"type":"string"}"#,
    "{}",
];

/// What every version takes, or has taken before a field was declared.
const PAYLOADS: [&str; 5] = [
    r#"{"n":1}"#,
    r#"{"n":-18446744073709551617,"summary":"h\u00e9llo\u0000\ud83d\ude00","decision":""}"#,
    r#"{"n":2,"word":"one","more":[1.0,1e+16,1e-05,-0.0]}"#,
    r#"{"n":3,"word":null,"\uffff":{"lone":"\ud800"},"":[]}"#,
    r#"{"n":4,"more":"not a list","word":"three"}"#,
];

/// What no version takes, and what the first one alone does.
const BAD_PAYLOADS: [&str; 7] = [
    "{}",
    r#"{"m":1}"#,
    r#"{"n":"1"}"#,
    r#"{"n":1.0}"#,
    r#"{"n":true}"#,
    r#"{"n":null}"#,
    r#"{"n":1,"word":"three"}"#,
];

const OUTCOMES: [Outcome; 3] = [Outcome::Success, Outcome::Failure, Outcome::Aborted];
const NOTES: [Option<&str>; 3] = [None, Some(""), Some("n\u{e9}")];
const RESOURCES: [&str; 2] = ["deploy", "r\u{e9}lease"];
const HOLDERS: [&str; 3] = ["ci-1", "ci-2", "ci-3"];
const TTLS: [i64; 6] = [1, 2, 4, 15, 0, -3];

/// What is known while operations are chosen.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) random: Random,
    /// The time of the locks, in seconds since the epoch.
    pub(super) now: u64,
    /// The runs that were started, oldest first.
    pub(super) runs: Vec<RunId>,
    /// What the last successful acquirers were given.
    pub(super) fences: Vec<Fence>,
}

impl Plan {
    pub(super) fn new(seed: u64) -> Self {
        Self { random: Random::new(seed), now: 1_767_323_045, runs: Vec::new(), fences: Vec::new() }
    }

    /// Chooses the next operation; time goes on, or does not.
    pub(super) fn next(&mut self) -> Request {
        if self.random.chance(30) {
            self.now += self.random.below(4);
        }
        match self.random.below(100) {
            0..12 => self.start(),
            12..24 => self.register(),
            24..65 => self.log(),
            65..70 => self.end(),
            70..84 => self.acquire(),
            84..92 => Request::Assert(self.fence()),
            _ => Request::Release(self.fence()),
        }
    }

    fn start(&mut self) -> Request {
        let key = self.random.one_of(&["k1", "k2", "k3", "k4", "k5"]);
        let other = self.random.chance(25);
        let git_sha = if other { self.random.one_of(&[None, Some("")]) } else { Some("abc") };
        Request::Start(NewRun {
            source: self.random.one_of(&["demo", "d\u{e9}mo"]).to_owned(),
            intent: if other { "Ship it \u{1f600}" } else { "Ship it" }.to_owned(),
            cwd: "/w".to_owned(),
            git_sha: git_sha.map(str::to_owned),
            idempotency_key: self.or_blank(key),
            producer_id: "p1".to_owned(),
        })
    }

    fn register(&mut self) -> Request {
        let kind = self.random.one_of(&KINDS);
        let schema = if self.random.chance(70) {
            // The lower the more often, so that a kind grows step by step.
            VERSIONS[self.random.index(3).min(self.random.index(3))]
        } else {
            self.random.one_of(&OTHER_SCHEMAS)
        };
        Request::Register { kind, schema }
    }

    fn log(&mut self) -> Request {
        let kind = if self.random.chance(4) { "gone" } else { self.random.one_of(&KINDS) };
        let number = self.random.index(12);
        let payload = match self.random.below(100) {
            // Mostly what the key was used for before.
            0..70 => PAYLOADS[number % PAYLOADS.len()],
            70..80 => self.random.one_of(&PAYLOADS),
            _ => self.random.one_of(&BAD_PAYLOADS),
        };
        let schema_hash = match self.random.below(100) {
            0..75 => None,
            75..95 => Some(hash(self.random.one_of(&VERSIONS))),
            _ => Some("sha256:00".to_owned()),
        };
        Request::Log(NewEvent {
            run_id: self.run(),
            schema_kind: kind.to_owned(),
            payload: json(payload),
            idempotency_key: self.or_blank(&format!("e{number}")),
            producer_id: self.random.one_of(&["p1", "p2"]).to_owned(),
            schema_hash,
        })
    }

    fn end(&mut self) -> Request {
        Request::End(CloseRequest {
            run_id: self.run(),
            outcome: self.random.one_of(&OUTCOMES),
            outcome_note: self.random.one_of(&NOTES).map(str::to_owned),
            idempotency_key: "z".to_owned(),
            producer_id: "p1".to_owned(),
        })
    }

    fn acquire(&mut self) -> Request {
        let resource = self.random.one_of(&RESOURCES);
        Request::Acquire(AcquireRequest {
            resource: self.or_blank(resource),
            holder: self.random.one_of(&HOLDERS).to_owned(),
            ttl_seconds: self.random.one_of(&TTLS),
        })
    }

    /// Returns what somebody was given, or what nobody need ever have been given.
    fn fence(&mut self) -> Fence {
        if !self.fences.is_empty() && self.random.chance(75) {
            let late = self.fences.len().saturating_sub(3);
            return self.random.one_of(&self.fences[late..]);
        }
        Fence {
            resource: self.random.one_of(&["deploy", "r\u{e9}lease", "nothing"]).to_owned(),
            holder: self.random.one_of(&HOLDERS).to_owned(),
            token: self.random.below(4),
        }
    }

    fn run(&mut self) -> RunId {
        if self.runs.is_empty() || self.random.chance(7) {
            return RunId::from("run_gone");
        }
        self.random.one_of(&self.runs)
    }

    fn or_blank(&mut self, text: &str) -> String {
        if self.random.chance(5) { " \u{1f}" } else { text }.to_owned()
    }
}

fn hash(schema: &str) -> String {
    Schema::new(json(schema)).expect("a valid schema").digest().as_str().to_owned()
}
