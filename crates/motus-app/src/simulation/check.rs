//! Checks what a scenario means as a whole: what is well formed by itself and cannot be together.

use std::collections::{BTreeMap, BTreeSet};

use motus_kernel::Uuid;
use motus_kernel::policy::{Policy, attempted};
use motus_kernel::timestamp::compare;

use super::error::{Faults, Kind, Place};
use super::scenario::{Clock, Ids, List, Scenario};

pub(super) fn check(scenario: &Scenario, faults: &Faults) {
    let mut loops = Loops { faults, above: Vec::new(), seen: BTreeMap::new() };
    loops.check(scenario);
    check_loop(scenario, faults);
}

fn check_loop(scenario: &Scenario, faults: &Faults) {
    if let Clock::Times(times) = &scenario.clock {
        times_go_forward(times, faults);
    }
    if let Ids::Listed(ids) = &scenario.ids {
        ids_are_unique(ids, faults);
    }
    children_are_there(scenario, faults);
    policy_can_be_met(scenario, faults);
    for child in &scenario.children {
        check_loop(child, faults);
    }
}

fn times_go_forward(times: &List<String>, faults: &Faults) {
    for pair in times.entries.windows(2) {
        if let [(_, before), (place, after)] = pair
            && compare(before, after).is_gt()
        {
            let message = format!("{after} is before {before}, which the clock showed last");
            faults.note(Kind::TimeBackwards, *place, message);
        }
    }
}

fn ids_are_unique(ids: &List<Uuid>, faults: &Faults) {
    let mut seen = BTreeSet::new();
    for (place, id) in &ids.entries {
        if !seen.insert(id) {
            faults.note(Kind::RepeatedId, *place, format!("{id} stands in the list before"));
        }
    }
}

/// Every loop that a plan spawns is a child of the scenario, and stands in the plan once.
fn children_are_there(scenario: &Scenario, faults: &Faults) {
    let children: BTreeSet<Uuid> = scenario.children.iter().map(Scenario::loop_id).collect();
    for (_, said) in &scenario.answers.decide.entries {
        let mut spawned = BTreeSet::new();
        for (place, id, _) in said.iter().flat_map(|decided| &decided.spawned) {
            if !children.contains(id) {
                faults.note(Kind::BadValue, *place, format!("no child has the loop_id {id}"));
            } else if !spawned.insert(id) {
                let message = format!("{id} stands in the plan before");
                faults.note(Kind::RepeatedLoop, *place, message);
            }
        }
    }
}

/// What a policy demands at the loop's level, some answer gives.
fn policy_can_be_met(scenario: &Scenario, faults: &Faults) {
    let given: BTreeSet<&str> = scenario
        .answers
        .verify
        .entries
        .iter()
        .filter_map(|(_, said)| said.as_ref().ok())
        .flat_map(|verified| &verified.results)
        .flat_map(|check| [Some(check.check_id.as_str()), attempted(&check.check_id)])
        .flatten()
        .collect();
    let level = scenario.request.lock_level;
    let place = scenario.answers.verify.place;
    // A check that is run again becomes the next attempt by itself; the first has no number.
    let becomes = |check: &str| {
        attempted(check).is_some_and(|of| given.contains(of)) && !check.ends_with("@1")
    };
    for check in scenario.policy.checks_required(level) {
        if !given.contains(check.as_str()) && !becomes(check) {
            let level = level.as_str();
            let message =
                format!("the policy demands the check {check} at {level}; no answer has it");
            faults.note(Kind::UnmetPolicy, place, message);
        }
    }
}

/// Every loop of the work graph is there once: none is its own ancestor, no two are the same.
struct Loops<'f> {
    faults: &'f Faults,
    above: Vec<Uuid>,
    seen: BTreeMap<Uuid, Place>,
}

impl Loops<'_> {
    fn check(&mut self, scenario: &Scenario) {
        let id = scenario.loop_id();
        if self.above.contains(&id) {
            let message = format!("the loop {id} would be its own ancestor");
            self.faults.note(Kind::RepeatedLoop, scenario.place, message);
        } else if let Some(Place { line, .. }) = self.seen.get(&id) {
            let message = format!("the loop {id} is there before, on line {line}");
            self.faults.note(Kind::RepeatedLoop, scenario.place, message);
        }
        self.seen.entry(id).or_insert(scenario.place);
        self.above.push(id);
        for child in &scenario.children {
            self.check(child);
        }
        self.above.pop();
    }
}
