//! Scopes read from their records.
//!
//! Unlike other events, one of these is read as a whole or not at all: what it says is decided upon.

use motus_json::Value;

use super::{
    DECLARED_KIND, DeclaredDocument, DeclaredLimits, DeclaredScope, EffectList, OBSERVED_KIND,
    ObservedEffects, ProgramCount, RecordedEffect, listing,
};

/// What an event says of a scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScopeEvent {
    /// What was declared.
    Declared(Box<DeclaredFacts>),
    /// What was seen.
    Observed(Box<ObservedFacts>),
}

/// A declaration, and whether the record holds all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredFacts {
    /// What the record holds.
    pub scope: DeclaredScope,
    /// Whether that is all.
    pub is_complete: bool,
    /// How many effects were declared, listed or not.
    pub total: u64,
}

/// An observation, and whether the record holds all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservedFacts {
    /// What the record holds.
    pub observed: ObservedEffects,
    /// Whether that is all.
    pub is_complete: bool,
    /// How many there were of each.
    pub totals: Totals,
}

/// How many different things there were, listed or not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// What went on and is declared.
    pub seen: u64,
    /// What went on and is not.
    pub outside: u64,
    /// What was stopped.
    pub denied: u64,
    /// Changes that no attempt accounts for.
    pub unobserved: u64,
    /// Calls that no scope allows.
    pub calls: u64,
    /// Programs that were run.
    pub programs: u64,
}

impl ScopeEvent {
    /// Reads a payload; `None` when the kind is another, or the payload not of its form.
    pub fn read(kind: &str, payload: &Value) -> Option<Self> {
        match kind {
            DECLARED_KIND => declared(payload).map(Box::new).map(Self::Declared),
            OBSERVED_KIND => observed(payload).map(Box::new).map(Self::Observed),
            _ => None,
        }
    }
}

impl ObservedEffects {
    /// Reads the document of [`ObservedEffects::whole_lists`] into the lists of this record; false when it is none, or
    /// is not whole.
    pub fn take_lists(&mut self, document: &Value) -> bool {
        let mut taken = self.clone();
        let whole = take_lists(&mut taken, document) == Some(true);
        if whole {
            *self = taken;
        }
        whole
    }
}

fn declared(payload: &Value) -> Option<DeclaredFacts> {
    let (effects, is_complete) = listing::read(payload, "effects", RecordedEffect::read)?;
    let profile = |value: &Value| Some((text(value, "name")?, text(value, "digest")?));
    let profiles = payload.get("profiles")?.as_array()?.iter().map(profile);
    let scope = DeclaredScope {
        level: text(payload, "level")?,
        mode: text(payload, "mode")?,
        effects,
        profiles: profiles.collect::<Option<_>>()?,
        observes_reads: payload.get("observes_reads")?.as_bool()?,
        shortfalls: texts(payload, "shortfalls")?,
        withheld: payload.get("withheld").and_then(Value::as_u64).unwrap_or(0),
        document: payload.get("document").and_then(DeclaredDocument::read),
        limits: DeclaredLimits::read(payload.get("limits")),
        is_offline: payload.get("is_offline").and_then(Value::as_bool).unwrap_or(false),
    };
    let is_complete = is_complete && scope.withheld == 0;
    Some(DeclaredFacts { scope, is_complete, total: total(payload, "effects")? })
}

fn observed(payload: &Value) -> Option<ObservedFacts> {
    let mut observed = ObservedEffects {
        level: text(payload, "level")?,
        attempts: count(payload, "attempts")?,
        unlisted: count(payload, "unlisted")?,
        unreadable: count(payload, "unreadable")?,
        left_running: count(payload, "left_running")?,
        aliased: count(payload, "aliased")?,
        blind: texts(payload, "blind")?,
        list: match payload.get("list") {
            None | Some(Value::Null) => None,
            Some(list) => Some(EffectList::read(list)?),
        },
        ..ObservedEffects::default()
    };
    let is_complete = take_lists(&mut observed, payload)?;
    let totals = Totals {
        seen: total(payload, "seen")?,
        outside: total(payload, "outside")?,
        denied: total(payload, "denied")?,
        unobserved: total(payload, "unobserved")?,
        calls: total(payload, "calls")?,
        programs: total(payload, "programs")?,
    };
    Some(ObservedFacts { observed, is_complete, totals })
}

/// Tells whether each of the lists is whole.
fn take_lists(observed: &mut ObservedEffects, members: &Value) -> Option<bool> {
    let effects = |name| listing::read(members, name, RecordedEffect::read);
    let call = |value: &Value| Some((text(value, "call")?, count(value, "count")?));
    let mut whole = [true; 6];
    (observed.outside, whole[0]) = effects("outside")?;
    (observed.denied, whole[1]) = effects("denied")?;
    (observed.unobserved, whole[2]) = effects("unobserved")?;
    (observed.calls, whole[3]) = listing::read(members, "calls", call)?;
    (observed.programs, whole[4]) = listing::read(members, "programs", ProgramCount::read)?;
    (observed.seen, whole[5]) = effects("seen")?;
    Some(whole.into_iter().all(|whole| whole))
}

fn text(value: &Value, name: &str) -> Option<String> {
    Some(value.get(name)?.as_text()?.to_string())
}

fn texts(value: &Value, name: &str) -> Option<Vec<String>> {
    let items = value.get(name)?.as_array()?;
    items.iter().map(|item| Some(item.as_text()?.to_string())).collect()
}

fn total(payload: &Value, name: &str) -> Option<u64> {
    payload.get(name)?.get("total")?.as_u64()
}

fn count(value: &Value, name: &str) -> Option<u64> {
    value.get(name)?.as_u64()
}

#[cfg(test)]
mod tests {
    use motus_json::Object;

    use super::*;
    use crate::wrap::WrapIdentity;
    use crate::{Run, RunId, Timestamp};

    fn run(identity: &WrapIdentity) -> Run {
        Run {
            id: RunId::from("run_1"),
            idempotency_key: identity.key.clone(),
            producer_id: identity.producer_id.clone(),
            source: crate::wrap::SOURCE.to_owned(),
            started_at: Timestamp::parse("2026-01-02T03:04:05Z").unwrap(),
            intent: String::new(),
            cwd: String::new(),
            git_sha: None,
            closing: None,
        }
    }

    fn effect(selector: &str, count: u64) -> RecordedEffect {
        RecordedEffect { op: "WriteFS".to_owned(), selector: selector.to_owned(), count }
    }

    fn sample() -> ObservedEffects {
        ObservedEffects {
            level: "observed".to_owned(),
            seen: vec![effect("fs:out/a", 1), effect("fs:out/b", 2)],
            outside: vec![effect("fs:/x", 3)],
            denied: vec![effect("fs:/y", 4)],
            calls: vec![("mount".to_owned(), 5)],
            programs: vec![ProgramCount { program: "/bin/sh".to_owned(), count: 1 }],
            attempts: 16,
            unlisted: 1,
            unreadable: 2,
            unobserved: vec![effect("fs:out/c", 1)],
            left_running: 3,
            aliased: 4,
            blind: vec!["reads are not seen one by one".to_owned()],
            list: Some(EffectList { digest: format!("sha256:{}", "0a".repeat(32)), bytes: 7 }),
        }
    }

    #[test]
    fn what_was_recorded_is_read_again() {
        let identity = WrapIdentity::new(0, 1, None);
        let declared = DeclaredScope {
            level: "enforced+observed".to_owned(),
            mode: "enforce".to_owned(),
            effects: vec![effect("fs:out/", 0)],
            profiles: vec![("system".to_owned(), "sha256:1".to_owned())],
            observes_reads: true,
            shortfalls: vec!["isolation".to_owned()],
            document: Some(DeclaredDocument {
                name: Some("s.yaml".to_owned()),
                digest: "sha256:2".to_owned(),
            }),
            limits: DeclaredLimits { wall_seconds: Some(9), ..DeclaredLimits::default() },
            is_offline: true,
            withheld: 0,
        };
        let payload = declared.payload(&run(&identity), &identity, 1000);
        let read = ScopeEvent::read(DECLARED_KIND, &payload);
        let scope = declared.clone();
        let expected = DeclaredFacts { scope, is_complete: true, total: 1 };
        assert_eq!(read, Some(ScopeEvent::Declared(Box::new(expected))));

        let in_part = DeclaredScope { withheld: 1, ..declared };
        let payload = in_part.payload(&run(&identity), &identity, 1000);
        let Some(ScopeEvent::Declared(facts)) = ScopeEvent::read(DECLARED_KIND, &payload) else {
            panic!("{payload:?}")
        };
        assert!(!facts.is_complete, "what is withheld allows nothing");

        let payload = sample().payload(&run(&identity), &identity, 10_000);
        let Some(ScopeEvent::Observed(facts)) = ScopeEvent::read(OBSERVED_KIND, &payload) else {
            panic!("{payload:?}")
        };
        assert_eq!(facts.observed, sample());
        assert!(facts.is_complete);
        assert_eq!(ScopeEvent::read(DECLARED_KIND, &payload), None);
    }

    #[test]
    fn a_list_without_a_digest_makes_the_record_malformed() {
        let identity = WrapIdentity::new(0, 1, None);
        let is_read = |list: Value| {
            let mut payload = sample().payload(&run(&identity), &identity, 10_000);
            let Value::Object(members) = &mut payload else { panic!("{payload:?}") };
            members.insert("list", list);
            ScopeEvent::read(OBSERVED_KIND, &payload).is_some()
        };
        let named = |digest: &str| {
            is_read(Object::from([("digest", Value::from(digest)), ("bytes", 1_u64.into())]).into())
        };
        let hexadecimal = "0123456789abcdef".repeat(4);
        assert!(named(&format!("sha256:{hexadecimal}")) && is_read(Value::Null));
        for forged in [
            "sha256:../../../../etc/passwd".to_owned(),
            "/etc/passwd".to_owned(),
            hexadecimal.clone(),
            format!("sha256:{hexadecimal}0"),
            format!("sha256:{}", hexadecimal.to_uppercase()),
            format!("sha256:{}/", &hexadecimal[1..]),
        ] {
            assert!(!named(&forged), "{forged}");
        }
        assert!(!is_read(Value::from("x")), "a list of another form");
    }

    #[test]
    fn what_went_on_is_known_by_the_level() {
        let mut observed = sample();
        observed.calls.push(("io_uring_setup".to_owned(), 1));
        let went_on = |observed: &ObservedEffects| {
            let calls: Vec<_> = observed.calls_that_went_on().map(|it| it.0.clone()).collect();
            (calls, observed.went_on_unknown())
        };
        assert_eq!(went_on(&observed), (vec!["mount".to_owned()], true));
        observed.level = "enforced+snapshot".to_owned();
        assert_eq!(went_on(&observed), (Vec::new(), false));
        (observed.level, observed.unreadable) = ("observed".to_owned(), 0);
        assert!(observed.went_on_unknown(), "what is in no list");
        observed.unlisted = 0;
        assert!(!observed.went_on_unknown());
        observed.level = "snapshot".to_owned();
        assert!(observed.went_on_unknown(), "nobody looked");
    }

    #[test]
    fn what_does_not_fit_is_counted_and_what_is_wrong_stays_longest() {
        let identity = WrapIdentity::new(0, 1, None);
        let room = 260;
        assert!(!sample().fits(room) && sample().fits(10_000));
        let payload = sample().payload(&run(&identity), &identity, room);
        let Some(ScopeEvent::Observed(facts)) = ScopeEvent::read(OBSERVED_KIND, &payload) else {
            panic!("{payload:?}")
        };
        assert!(!facts.is_complete);
        assert_eq!(facts.observed.outside, sample().outside);
        assert!(facts.observed.seen.len() < 2);
        let totals =
            Totals { seen: 2, outside: 1, denied: 1, unobserved: 1, calls: 1, programs: 1 };
        assert_eq!(facts.totals, totals);

        let mut observed = facts.observed;
        assert!(!observed.take_lists(&Value::from("no lists")));
        assert!(observed.take_lists(&sample().whole_lists()));
        assert_eq!(observed, sample());
    }

    #[test]
    fn the_kinds_are_known_by_their_names() {
        for kind in [super::super::declared_kind(), super::super::observed_kind()] {
            kind.schema().expect("a kind of ours is valid");
            assert!(crate::kind::Kind::named(&kind.name).is_some(), "{}", kind.name);
        }
    }
}
