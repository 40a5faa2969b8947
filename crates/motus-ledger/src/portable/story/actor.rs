//! Who did the work.

use std::fmt;

use motus_json::{Object, Value};

use crate::portable::blank::is_blank;
use crate::portable::privacy::scrub;
use crate::portable::shape::{Shape, Strictness, check};
use crate::portable::shapes::{ACTOR_TYPES, ROUTE_SUMMARY};
use crate::portable::story::{Story, StoryError};
use crate::wrap::SOURCE as WRAP;

/// Who did the work, when somebody says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// One of [`ACTOR_TYPES`].
    pub kind: String,
    /// Who.
    pub id: String,
}

impl Actor {
    /// Refuses a type that the format does not have, and an identifier that says nothing or that must not
    /// leave the machine. Errors: `receipt.actor_invalid`.
    pub fn check(&self) -> Result<(), StoryError> {
        let refuse = |message: String| Err(StoryError::ActorInvalid(message));
        if !ACTOR_TYPES.contains(&self.kind.as_str()) {
            let known = ACTOR_TYPES.join(", ");
            return refuse(format!("actor type must be one of {known}, not {:?}", self.kind));
        }
        if is_blank(&self.id) {
            return refuse("actor id must not be blank".to_owned());
        }
        if scrub(&self.id).changed {
            return refuse("actor id must be no absolute path and no credential".to_owned());
        }
        Ok(())
    }

    fn new(kind: &str, id: impl Into<String>) -> Self {
        Self { kind: kind.to_owned(), id: id.into() }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.kind, self.id)
    }
}

impl Story {
    pub(super) fn actor(&mut self) -> Object {
        let who = self.who();
        self.told(&who)
    }

    /// Spells an actor as far as that may travel.
    pub(super) fn told(&mut self, Actor { kind, id }: &Actor) -> Object {
        Object::from([("type", kind.clone()), ("id", self.clean(id))])
    }

    pub(super) fn who(&self) -> Actor {
        self.named.clone().unwrap_or_else(|| self.recorder())
    }

    /// Returns who recorded the work, which is all that the Store knows for sure.
    fn recorder(&self) -> Actor {
        if let Some(system) = self.ci_system() {
            return Actor::new("ci", system.source());
        }
        match &self.heard.claim {
            Some(claim) => match &claim.agent_id {
                Some(agent) => Actor::new("agent", agent),
                None => Actor::new("tool", "motus-work"),
            },
            None => self.acceptor().unwrap_or_else(|| Actor::new("tool", self.adapter())),
        }
    }

    /// Returns who accepts the work of another run in this one; nobody else can say who that was.
    pub(super) fn acceptor(&self) -> Option<Actor> {
        let acceptor = &self.heard.acceptance()?.acceptor;
        Some(Actor::new(acceptor.kind(), acceptor.id()))
    }

    /// A run of no command and of no claim is that of its source.
    fn adapter(&self) -> &str {
        let source = self.run.source.as_str();
        if self.is_command() || is_blank(source) { WRAP } else { source }
    }
}

/// Tells whether a value names an actor, and says who.
pub(super) fn actor_in(value: &Value) -> bool {
    let route = Object::from([("status", Value::from("handoff")), ("next_actor", value.clone())]);
    let is_shaped =
        check(&route.into(), Shape::Document(&ROUTE_SUMMARY), Strictness::Strict).is_empty();
    is_shaped && value.get("id").and_then(Value::as_str).is_some_and(|id| !is_blank(id))
}
