//! Act: children are spawned and joined, and skills are executed inside of what was declared.

use std::collections::BTreeSet;

use super::decide::out_of_bounds;
use super::invalid;
use crate::compiler::answer::{ActOut, Skill};
use crate::compiler::fact::Fact;
use crate::compiler::run::{Failure, Flow, Interrupt, Running};
use crate::compiler::transition::PhaseResult;
use crate::effect::{CanonicalEffect, uncovered};
use crate::verify::shortened;

/// So many characters of an error's message are filled with effects, and so many of one effect are told: what is
/// longer would be cut where it is recorded.
const LONGEST_LIST: usize = 1500;
const LONGEST_EFFECT: usize = 1000;
const LONGEST_NAME: usize = 300;

impl Running<'_> {
    pub(super) fn act(&mut self) -> Flow<PhaseResult> {
        self.children()?;
        let ActOut { mut skills, error } = self.adapters.execute_act(&self.state)?;
        let bad = take_bad(&self.memory.declared.effects, &mut skills);
        let mut worst = None;
        for skill in skills {
            let told = self.skill(skill);
            worst = self.and_worse(worst, told)?;
        }
        // What went too far is told whatever else happened.
        for interrupt in bad.into_iter().chain(error.map(Interrupt::from)) {
            worst = self.and_worse(worst, Err(interrupt))?;
        }
        worst.map_or(Ok(PhaseResult::Ok), |failure| Err(Interrupt::Ended(failure)))
    }

    /// Records a failure beside one that was recorded, and returns the worse of the two.
    fn and_worse(&mut self, worst: Option<Failure>, next: Flow<()>) -> Flow<Option<Failure>> {
        let next = match next {
            Ok(()) => return Ok(worst),
            Err(Interrupt::Failed(error)) => self.failed(&error)?,
            Err(Interrupt::Ended(failure)) => failure,
            Err(interrupt) => return Err(interrupt),
        };
        Ok(Some(match worst {
            None => next,
            Some(worst) => worst.worse(next),
        }))
    }

    /// Tells a skill; what it did is told also where its evidence is not there.
    fn skill(&mut self, skill: Skill) -> Flow<()> {
        let bare = skill.evidence.is_some().then(|| Skill { evidence: None, ..skill.clone() });
        let (told, bare) = (self.tell_skill(skill), bare);
        if let (Err(Interrupt::Failed(_)), Some(bare)) = (&told, bare) {
            self.tell_skill(bare)?;
        }
        told
    }

    fn tell_skill(&mut self, skill: Skill) -> Flow<()> {
        self.memory.outputs.check(&skill.artifacts_out)?;
        let Skill { skill, evidence, artifacts_out, effects_observed } = skill;
        let fact = Fact::SkillExecuted {
            skill,
            evidence,
            artifacts_out,
            effects_observed,
            effects_declared_count: self.memory.declared.effects.len() as u64,
        };
        self.tell(&fact)?;
        if let Fact::SkillExecuted { artifacts_out, .. } = &fact {
            self.memory.outputs.take(artifacts_out);
        }
        Ok(())
    }
}

/// Takes out of each skill what it touched and was not declared or has no name, and returns what to say of it.
///
/// What all of them touched is compared at once with what was declared, so that this costs what both are long.
fn take_bad(declared: &[CanonicalEffect], skills: &mut [Skill]) -> Vec<Interrupt> {
    let effects = skills.iter().flat_map(|skill| &skill.effects_observed);
    let observed: Vec<CanonicalEffect> =
        effects.filter_map(|effect| effect.canonicalize().ok()).collect();
    let outside: BTreeSet<&CanonicalEffect> = uncovered(declared, &observed).into_iter().collect();
    let mut bad = Vec::new();
    for skill in skills {
        let (mut undeclared, mut unnamed) = (Vec::new(), Vec::new());
        skill.effects_observed.retain(|effect| match effect.canonicalize() {
            Ok(effect) if outside.contains(&effect) => {
                undeclared.push(told(&format!("{} {}", effect.op(), effect.selector())));
                false
            }
            Ok(_) => true,
            Err(error) => {
                unnamed.push(told(&error.to_string()));
                false
            }
        });
        let name = shortened(&skill.skill, LONGEST_NAME);
        let undeclared = lists(undeclared).into_iter();
        bad.extend(
            undeclared.map(|list| out_of_bounds(format!("skill {name}: {list} was not declared"))),
        );
        let unnamed = lists(unnamed).into_iter();
        bad.extend(unnamed.map(|list| invalid(format!("skill {name}: {list}"))));
    }
    bad
}

/// Lists effects, in as many lists as messages of errors need to tell all of them.
fn lists(effects: Vec<String>) -> Vec<String> {
    let mut lists: Vec<String> = Vec::new();
    for effect in effects {
        match lists.last_mut() {
            Some(list) if list.len() + effect.len() < LONGEST_LIST => {
                list.push_str(", ");
                list.push_str(&effect);
            }
            _ => lists.push(effect),
        }
    }
    lists
}

fn told(text: &str) -> String {
    shortened(text, LONGEST_EFFECT).into_owned()
}
