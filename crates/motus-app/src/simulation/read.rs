//! Reads a loop from a document: everything but its answers.

use std::collections::BTreeMap;

use motus_json::canonical::cj;
use motus_kernel::Uuid;
use motus_kernel::compiler::{LoopBudgets, LoopRequest, RecordingProfile};
use motus_kernel::manifest::{EVIDENCE, is_bundle_path};
use motus_kernel::names::{ActorType, IntentSource, LockLevel};
use motus_kernel::policy::{PolicyError, Rules};
use motus_kernel::receipt::{Actor, Intent};

use super::answers;
use super::error::{Faults, Kind, Place, Quoted};
use super::fields::{Fields, Ground, Item};
use super::scenario::{Clock, EvidenceFile, Ids, List, Scenario};
use super::yaml::{Content, Node};

/// The version of this form.
const VERSION: &str = "0.1";

/// What any loop has.
const LOOP: &[&str] = &[
    "loop_id",
    "intent",
    "actor",
    "lock_level",
    "k",
    "budgets",
    "recording",
    "clock",
    "ids",
    "evidence",
    "observe",
    "orient",
    "decide",
    "act",
    "verify",
    "gates",
    "override",
    "human",
    "conclude",
    "children",
];

/// How many effects a loop may declare, where it does not say.
const DEFAULT_K: u32 = 50;

pub(super) fn document(root: &Node, faults: &Faults) -> Option<Scenario> {
    let nothing = BTreeMap::new();
    let fields = Item { node: root, ground: Ground { faults, evidence: &nothing } }.fields()?;
    if let Some(version) = fields.required("scenario")
        && version.source() != Some(VERSION)
    {
        version.note(Kind::BadValue, format!("must be {VERSION}, the form that is read here"));
    }
    let policy = fields.optional("policy").map_or_else(|| Some(Rules::published_default()), policy);
    let outer = Outer { known: &[&["scenario", "policy"], LOOP].concat(), faults, parent: None };
    outer.scenario(root, &policy?)
}

/// What a loop has from around it.
struct Outer<'o> {
    known: &'o [&'o str],
    faults: &'o Faults,
    parent: Option<Uuid>,
}

impl Outer<'_> {
    fn scenario(&self, node: &Node, policy: &Rules) -> Option<Scenario> {
        let evidence = self.evidence(node)?;
        let ground = Ground { faults: self.faults, evidence: &evidence };
        let fields = Item { node, ground }.fields()?;
        fields.only(self.known);
        let (budgets, events_place) = budgets(&fields);
        let loop_id = fields.required("loop_id").map(|item| item.uuid()).unwrap_or_default();
        let intent = fields.child("intent").and_then(|fields| intent(&fields));
        let actor = fields.child("actor").and_then(|fields| actor(&fields));
        let lock_level = fields.choice("lock_level", LockLevel::ALL, LockLevel::as_str);
        let enf_k = fields.number("k", DEFAULT_K);
        let profile = profile(&fields);
        let clock = fields.child("clock").and_then(|fields| clock(&fields));
        let ids = fields.child("ids").and_then(|fields| ids(&fields));
        let children = self.children(&fields, loop_id, policy);
        let answers = answers::read(&fields, &children);
        let request = LoopRequest {
            loop_id,
            parent_loop_id: self.parent,
            intent: intent?,
            actor: actor?,
            lock_level: lock_level?,
            enf_k,
            budgets,
        };
        Some(Scenario {
            place: fields.place,
            request,
            events_place,
            policy: policy.clone(),
            profile: profile?,
            clock: clock?,
            ids: ids?,
            answers,
            children,
            evidence,
        })
    }

    /// Reads the children; a work graph is verified under one policy, so that they have their parent's.
    fn children(&self, fields: &Fields<'_>, loop_id: Uuid, policy: &Rules) -> Vec<Scenario> {
        let outer = Outer { known: LOOP, faults: self.faults, parent: Some(loop_id) };
        let items = fields.optional("children").into_iter().flat_map(|list| list.items());
        items.filter_map(|item| outer.scenario(item.node, policy)).collect()
    }

    /// Reads the files of evidence before everything else, which names them.
    fn evidence(&self, node: &Node) -> Option<BTreeMap<String, EvidenceFile>> {
        let nothing = BTreeMap::new();
        let fields =
            Item { node, ground: Ground { faults: self.faults, evidence: &nothing } }.fields()?;
        let mut files = BTreeMap::new();
        let members = fields.optional("evidence").and_then(|item| item.fields());
        for (member, item) in members.iter().flat_map(Fields::members) {
            if !member.key.starts_with(EVIDENCE) || !is_bundle_path(&member.key) {
                let message =
                    format!("{} is no path of a file under evidence/", Quoted(&member.key));
                self.faults.note(Kind::BadValue, member.place, message);
            }
            let file = EvidenceFile { place: member.place, text: item.text() };
            files.insert(member.key.clone(), file);
        }
        Some(files)
    }
}

fn budgets(fields: &Fields<'_>) -> (LoopBudgets, Place) {
    let default = LoopBudgets::default();
    let Some(budgets) = fields.optional("budgets").and_then(|item| item.fields()) else {
        return (default, fields.place);
    };
    budgets.only(&["max_backtracks", "max_act_retries", "max_events"]);
    let events = budgets.optional("max_events");
    let events_place = events.map_or(budgets.place, |item| item.node.place);
    let read = LoopBudgets {
        max_backtracks: budgets.number("max_backtracks", default.max_backtracks),
        max_act_retries: budgets.number("max_act_retries", default.max_act_retries),
        max_events: budgets.number("max_events", default.max_events),
    };
    if read.max_events == 0
        && let Some(events) = events
        && matches!(events.source(), Some("0"))
    {
        events.note(Kind::EmptyBudget, "without an event nothing can be recorded");
    }
    (read, events_place)
}

fn intent(fields: &Fields<'_>) -> Option<Intent> {
    fields.only(&["description", "source"]);
    let description = fields.text("description");
    let source = fields.choice("source", IntentSource::ALL, IntentSource::as_str)?;
    Some(Intent { description, source })
}

pub(super) fn actor(fields: &Fields<'_>) -> Option<Actor> {
    fields.only(&["type", "name", "model", "model_digest", "email"]);
    let (name, model) = (fields.text("name"), fields.optional_text("model"));
    let email = fields.optional_text("email");
    let model_digest = fields.optional("model_digest").map(|_| fields.digest("model_digest"));
    let kind = fields.choice("type", ActorType::ALL, ActorType::as_str)?;
    Some(Actor { kind, name, model, model_digest, email })
}

/// Reads `default` or a policy document; what is wrong with that is told where it stands.
fn policy(item: Item<'_>) -> Option<Rules> {
    if let Content::Text { .. } = item.node.content {
        if item.source() == Some("default") {
            return Some(Rules::published_default());
        }
        item.note(Kind::BadValue, "must be default or a policy document");
        return None;
    }
    let text = cj::write(&item.opaque());
    let error = match text.as_deref().map(|text| Rules::read(text.as_bytes())) {
        Ok(Ok(rules)) => return Some(rules),
        Ok(Err(PolicyError::Shape(faults))) => {
            for fault in faults {
                let place = place_below(item.node, &fault.place);
                let message = format!("in the policy, {} {}", fault.place, fault.message);
                item.ground.faults.note(Kind::BadValue, place, message);
            }
            return None;
        }
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    item.note(Kind::BadValue, error);
    None
}

/// Finds the place of such as `human.risks[0].op`, as far down as there is one.
fn place_below(node: &Node, path: &str) -> Place {
    let mut found = node;
    for step in path.split(['.', '[']).filter(|step| !step.is_empty()) {
        let next = match (&found.content, step.strip_suffix(']')) {
            (Content::List(items), Some(index)) => {
                index.parse::<usize>().ok().and_then(|index| items.get(index))
            }
            (Content::Mapping(members), None) => {
                members.iter().find(|member| member.key == step).map(|member| &member.node)
            }
            _ => None,
        };
        let Some(next) = next else { break };
        found = next;
    }
    found.place
}

fn profile(fields: &Fields<'_>) -> Option<RecordingProfile> {
    let Some(item) = fields.optional("recording") else {
        return Some(RecordingProfile::standard());
    };
    let recording = item.fields()?;
    recording.only(&["profile", "without", "with"]);
    let name = recording.required("profile")?;
    let text = name.text();
    let Some(mut profile) = RecordingProfile::named(&text) else {
        name.note(Kind::BadValue, format!("there is no profile {}", Quoted(&text)));
        return None;
    };
    for kind in recording.optional("without").into_iter().flat_map(|list| list.items()) {
        match profile.clone().without(&kind.text()) {
            Ok(less) => profile = less,
            Err(error) => kind.note(Kind::BadValue, error.to_string()),
        }
    }
    let with = recording.optional("with").and_then(|item| item.fields());
    for (member, item) in with.iter().flat_map(Fields::members) {
        let names: Vec<String> = item.items().map(|name| name.text()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        match profile.clone().with(&member.key, &names) {
            Ok(other) => profile = other,
            Err(error) => {
                item.ground.faults.note(Kind::BadValue, member.place, error.to_string());
            }
        }
    }
    Some(profile)
}

fn clock(fields: &Fields<'_>) -> Option<Clock> {
    if let Some(times) = fields.optional("times") {
        fields.only(&["times"]);
        let entries = times.items().map(|item| (item.node.place, item.time())).collect();
        return Some(Clock::Times(List { place: times.node.place, entries }));
    }
    fields.only(&["start", "step_ms", "times"]);
    let start = fields.required("start")?;
    let step_ms = fields.required("step_ms")?.unsigned(u64::MAX);
    Some(Clock::Steps { place: start.node.place, start: start.time(), step_ms })
}

fn ids(fields: &Fields<'_>) -> Option<Ids> {
    if let Some(list) = fields.optional("list") {
        fields.only(&["list"]);
        let entries = list.items().map(|item| (item.node.place, item.uuid())).collect();
        return Some(Ids::Listed(List { place: list.node.place, entries }));
    }
    fields.only(&["first", "list"]);
    let first = fields.required("first")?;
    let counted = |text: &str| {
        let (_, number) = text.rsplit_once('-')?;
        Some((Uuid::parse(text)?, number.parse().ok()?))
    };
    let form = "a UUID in lower case whose last group has decimal digits only";
    let (uuid, number) = first.form(counted, form)?;
    Some(Ids::CountedUp { place: first.node.place, first: uuid, number })
}
