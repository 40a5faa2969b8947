//! No secret stays, no effect is lost, and no name is looked at twice.

use motus_kernel::effect::covers;
use proptest::prelude::*;

use super::*;

fn effect(op: EffectOp, selector: &str) -> CanonicalEffect {
    CanonicalEffect::new(op, selector).expect("the test spells a selector")
}

fn recorded(op: EffectOp, selector: &str) -> String {
    let effect = Names::default().without_secrets(effect(op, selector));
    effect.expect("it is recorded").selector().to_owned()
}

#[test]
fn what_looks_like_a_secret_is_told_as_what_holds_it() {
    let token = "ghp_0123456789abcdefghij";
    for (op, selector, expected) in [
        (EffectOp::WriteFS, "fs:out/TOKEN/x", "fs:out/"),
        (EffectOp::WriteFS, "fs:TOKEN", "fs:./"),
        (EffectOp::ReadFS, "fs:/TOKEN/", "fs:/"),
        (EffectOp::ReadFS, "fs:/a/my_token=/b/c", "fs:/a/"),
        (EffectOp::ReadFS, "fs:/a/bearer x/yyyyyyyyy", "fs:/a/"),
        (EffectOp::Exec, "exec:./bin/TOKEN", "exec:./bin/"),
        (EffectOp::Exec, "exec:./TOKEN", "exec:./"),
        (EffectOp::Exec, "exec:/TOKEN", "exec:/"),
        (EffectOp::Network, "net:unix://localhost/run/TOKEN", "net:unix://localhost/run/"),
        (EffectOp::Network, "net:unix://localhost/TOKEN", "net:unix://localhost/"),
        (EffectOp::Network, "net:unix://localhost/a/token%3Dxyz", "net:unix://localhost/a/"),
        (EffectOp::Network, "net:https://TOKEN/", "net:https://redacted.invalid:0/"),
        (EffectOp::Network, "net:tcp://a.TOKEN.evil.example:7/", "net:tcp://redacted.invalid:0/"),
        (
            EffectOp::Network,
            "net:https://AKIA0123456789ABCDEF.x/",
            "net:https://redacted.invalid:0/",
        ),
        (
            EffectOp::Network,
            "net:https://eyJhbGciOiJI.eyJzdWIi.c2ln/",
            "net:https://redacted.invalid:0/",
        ),
        // A port is no secret.
        (EffectOp::Network, "net:tcp://token:8443/", "net:tcp://token:8443/"),
        (EffectOp::Network, "net:tcp://[::1]:8443/", "net:tcp://[::1]:8443/"),
        (EffectOp::WriteFS, "fs:out/tokens/a:b", "fs:out/tokens/a:b"),
    ] {
        assert_eq!(recorded(op, &selector.replace("TOKEN", token)), expected, "{selector}");
    }
    let mut names = Names::default();
    assert_eq!(names.program(&format!("/a/{token}/b")), "/a/[REDACTED]");
    assert_eq!(names.program("/usr/bin/env"), "/usr/bin/env");
}

#[test]
fn no_grant_reaches_the_host_that_stands_for_a_secret() {
    for word in ["net:https://redacted.invalid:0/", "net:tcp://redacted.invalid:0/"] {
        assert!(crate::scope::Grant::parse(word).is_err(), "{word}");
    }
    let masked = effect(EffectOp::Network, "net:https://redacted.invalid:0/");
    assert!(!covers(&effect(EffectOp::Network, "net:https://redacted.invalid/"), &masked));
}

#[test]
fn a_name_is_held_against_the_patterns_once_and_no_more_of_them_than_there_is_time_for() {
    let mut names = Names::default();
    for number in 0..1000 {
        let selector = format!("fs:task-a/risk-bbbbbbbbbbbbb/{number}");
        assert!(names.without_secrets(effect(EffectOp::WriteFS, &selector)).is_some());
    }
    let held = ["task-a", "risk-bbbbbbbbbbbbb"].map(|name| name.len() + BELOW.len());
    assert_eq!(MOST_HELD - names.left, held.iter().sum::<usize>());
    assert_eq!(names.guessed, 0);

    let mut names = Names::default();
    let long = "task-b".repeat(40);
    for number in 0..10_000 {
        let selector = format!("fs:d/{number}-{long}");
        let told = names.without_secrets(effect(EffectOp::WriteFS, &selector)).expect("told");
        assert!(told.selector() == selector || told.selector() == "fs:d/");
    }
    assert!(names.left < long.len() + 100 && names.known.len() < MOST_HELD / long.len());
    assert_eq!(names.guessed + names.known.len() as u64, 10_000);
}

proptest! {
    #[test]
    fn nothing_of_a_secret_stays_and_nothing_is_dropped(
        secret in "gh[posur]_[A-Za-z0-9]{12,40}|github_pat_[A-Za-z0-9_]{12,40}|sk-[A-Za-z0-9_-]{12,60}|\
                   (AKIA|ASIA)[A-Z0-9]{16}|pypi-[A-Za-z0-9_-]{12,40}|glpat-[A-Za-z0-9_-]{12,20}|\
                   xox[bp]-[A-Za-z0-9-]{12,30}|AIza[A-Za-z0-9_-]{35}|\
                   eyJ[A-Za-z0-9_-]{12,20}\\.[A-Za-z0-9_-]{8,20}\\.[A-Za-z0-9_-]{8,20}",
        before in "([a-z]{1,6}/){0,3}",
        after in "(/[a-z]{1,6}){0,3}",
        label in "([a-z]{1,6}\\.){0,2}",
    ) {
        let beginning: String = secret.chars().skip(5).take(6).collect();
        for (op, selector) in [
            (EffectOp::ReadFS, format!("fs:{before}{secret}{after}")),
            (EffectOp::WriteFS, format!("fs:/{before}{secret}{after}")),
            (EffectOp::Exec, format!("exec:/{before}{secret}{after}")),
            (EffectOp::Network, format!("net:unix://localhost/{before}{secret}{after}")),
            (EffectOp::Network, format!("net:https://{label}{secret}.example/")),
        ] {
            let original = effect(op, &selector);
            let told = Names::default().without_secrets(original.clone());
            let told = told.expect("nothing is dropped");
            let found = told.selector().to_ascii_lowercase();
            prop_assert!(!found.contains(&beginning.to_ascii_lowercase()), "{selector} {found}");
            let is_masked = found.ends_with("://redacted.invalid:0/");
            let is_above = original.selector().starts_with(told.selector().trim_start_matches("fs:./"));
            prop_assert!(is_masked || is_above, "{selector} {found}");
            prop_assert!(op == EffectOp::Network || redact_all(&found).reasons.is_empty());
        }
    }

    /// To look at the names one by one finds all that a look at the whole would.
    #[test]
    fn a_path_whose_names_are_no_secrets_is_none(
        path in r#"(?i)/?((bearer|authorization|cookie|ghp_|sk-|AKIA|pypi-|-----BEGIN |PRIVATE KEY-----|my_?token|secret|--|eyJ|xoxb-|glpat-|AIza|[a-z0-9 :='"@_.-]{1,9}){1,4}/?){1,6}"#,
    ) {
        let Ok(effect) = CanonicalEffect::new(EffectOp::WriteFS, &["fs:", &path].concat()) else {
            return Ok(());
        };
        let told = Names::default().without_secrets(effect).expect("nothing is dropped");
        prop_assert!(redact_all(told.selector()).reasons.is_empty(), "{}", told.selector());
    }
}
