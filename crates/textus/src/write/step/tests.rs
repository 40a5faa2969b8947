//! Every moment at which a writer may be killed, and other hands in between.

use motus_json::Object;
use proptest::prelude::*;
use textus_core::audit::Moved;

use super::*;

fn etag(text: &str) -> Etag {
    Etag::claimed(text)
}

fn step(seq: u64, path: &str, before: Option<&str>, after: Option<&str>) -> Step {
    let etag = |text: Option<&str>| text.map(Etag::claimed);
    Step { seq, path: path.to_owned(), before: etag(before), after: etag(after) }
}

/// Decides with these files, `path=bytes`, and content waiting for these numbers.
fn plan(steps: &[Step], files: &[(&str, &str)], waiting: &[(u64, &str)]) -> Plan {
    let sight = |path: &str| match files.iter().find(|file| file.0 == path) {
        Some((_, "?")) => Sight::Other,
        Some((_, bytes)) => Sight::File(Etag::claimed(*bytes)),
        None => Sight::Absent,
    };
    let sights = steps.iter().map(|step| (step.path.as_str(), sight(&step.path))).collect();
    decide(steps, &sights, |step| {
        waiting.iter().find(|waits| waits.0 == step.seq).map(|waits| etag(waits.1))
    })
}

#[test]
fn a_put_is_finished_only_over_what_it_found() {
    let put = [step(1, "p", Some("old"), Some("new"))];
    let waits = [(1, "new")];
    for (files, waiting, expected) in [
        (vec![("p", "old")], &waits[..], Plan::Finish(0)),
        (vec![("p", "new")], &[], Plan::Done),
        (vec![("p", "new")], &waits, Plan::Done),
        (vec![("p", "other")], &waits, Plan::Unfinished),
        (vec![("p", "?")], &waits, Plan::Unfinished),
        (vec![], &waits, Plan::Unfinished),
        (vec![("p", "old")], &[], Plan::Unfinished),
        (vec![("p", "old")], &[(1, "torn")], Plan::Unfinished),
        (vec![("p", "old")], &[(2, "new")], Plan::Unfinished),
    ] {
        assert_eq!(plan(&put, &files, waiting), expected, "{files:?} {waiting:?}");
    }
    let new = [step(1, "p", None, Some("new"))];
    assert_eq!(plan(&new, &[], &waits), Plan::Finish(0));
    assert_eq!(plan(&new, &[("p", "other")], &waits), Plan::Unfinished);
    let same = [step(1, "p", Some("same"), Some("same"))];
    assert_eq!(plan(&same, &[("p", "same")], &[]), Plan::Done);
}

#[test]
fn a_removal_needs_nothing_but_the_file_it_found() {
    let delete = [step(1, "p", Some("old"), None)];
    assert_eq!(plan(&delete, &[("p", "old")], &[]), Plan::Finish(0));
    assert_eq!(plan(&delete, &[], &[]), Plan::Done);
    assert_eq!(plan(&delete, &[("p", "other")], &[]), Plan::Unfinished);
}

#[test]
fn a_move_never_removes_the_source_before_the_target_is_there() {
    let moved = [step(1, "to", None, Some("new")), step(1, "from", Some("old"), None)];
    let waits = [(1, "new")];
    for (files, waiting, expected) in [
        (vec![("from", "old")], &waits[..], Plan::Finish(0)),
        (vec![("from", "old"), ("to", "new")], &[], Plan::Finish(1)),
        (vec![("to", "new")], &[], Plan::Done),
        (vec![("from", "old")], &[], Plan::Unfinished),
        (vec![("from", "old"), ("to", "other")], &waits, Plan::Unfinished),
        (vec![("from", "other"), ("to", "new")], &[], Plan::Unfinished),
        (vec![], &waits, Plan::Unfinished),
    ] {
        assert_eq!(plan(&moved, &files, waiting), expected, "{files:?} {waiting:?}");
    }
}

#[test]
fn an_accept_is_two_rows_and_goes_on_at_the_second() {
    let accept = [step(1, "canon", Some("old"), Some("new")), step(2, "proposal", Some("p"), None)];
    let waits = [(1, "new")];
    for (files, waiting, expected) in [
        (vec![("canon", "old"), ("proposal", "p")], &waits[..], Plan::Finish(0)),
        (vec![("canon", "new"), ("proposal", "p")], &[], Plan::Finish(1)),
        (vec![("canon", "new")], &[], Plan::Done),
        (vec![("canon", "other"), ("proposal", "p")], &waits, Plan::Unfinished),
        (vec![("canon", "new"), ("proposal", "edited")], &[], Plan::Unfinished),
        (vec![("canon", "old"), ("proposal", "edited")], &waits, Plan::Unfinished),
    ] {
        assert_eq!(plan(&accept, &files, waiting), expected, "{files:?} {waiting:?}");
    }
}

#[test]
fn a_file_that_changes_twice_is_followed_through() {
    let steps = [
        step(1, "from", Some("old"), Some("mid")),
        step(2, "to", None, Some("mid")),
        step(2, "from", Some("mid"), None),
    ];
    let waits = [(1, "mid"), (2, "mid")];
    assert_eq!(plan(&steps, &[("from", "old")], &waits), Plan::Finish(0));
    assert_eq!(plan(&steps, &[("from", "mid")], &waits[1..]), Plan::Finish(1));
    assert_eq!(plan(&steps, &[("from", "mid"), ("to", "mid")], &[]), Plan::Finish(2));
    assert_eq!(plan(&steps, &[("to", "mid")], &[]), Plan::Done);
    assert_eq!(plan(&steps, &[("from", "old"), ("to", "mid")], &waits), Plan::Unfinished);
}

#[test]
fn a_change_is_untouched_while_every_file_is_as_before_and_all_content_waits() {
    let accept = [step(1, "canon", Some("old"), Some("new")), step(2, "proposal", Some("p"), None)];
    let holds = |steps: &[Step], canon: &str, proposal: &str, waits: Option<&str>| {
        let sights = [("canon", canon), ("proposal", proposal)].map(|(path, bytes)| {
            (path, if bytes.is_empty() { Sight::Absent } else { Sight::File(etag(bytes)) })
        });
        is_untouched(steps, &BTreeMap::from(sights), |_| waits.map(etag))
    };
    assert!(holds(&accept, "old", "p", Some("new")));
    assert!(!holds(&accept, "new", "p", Some("new")));
    assert!(!holds(&accept, "old", "", Some("new")));
    assert!(!holds(&accept, "old", "other", Some("new")));
    assert!(!holds(&accept, "old", "p", Some("torn")));
    assert!(!holds(&accept, "old", "p", None));
    let same = [step(1, "canon", Some("old"), Some("old")), accept[1].clone()];
    assert!(holds(&same, "old", "p", Some("old")));
    assert!(!holds(&[], "", "", None));
}

#[test]
fn nothing_is_done_when_nothing_was_to_be_done() {
    assert_eq!(plan(&[], &[], &[]), Plan::Done);
}

const MANIFEST: &str = "\
version: textus/3
zones:
- {name: notes, kind: workspace}
entries:
- {key: notes, path: notes, zone: notes, kind: nested}
- {key: data, path: data, zone: notes, kind: nested, format: yaml}
";

fn row(seq: u64, key: &str, before: Option<&str>, after: Option<&str>) -> Row {
    Row {
        seq,
        ts: String::new(),
        role: String::new(),
        verb: String::new(),
        key: key.to_owned(),
        etag_before: before.map(str::to_owned),
        etag_after: after.map(str::to_owned),
        moved: None,
        extras: Object::new(),
    }
}

#[test]
fn rows_stand_for_steps_while_their_keys_mean_files() {
    let manifest = Manifest::read(MANIFEST).unwrap();
    let moved = Moved { from_key: "notes.a".into(), to_key: "notes.b.c".into(), uid: None };
    let rows = [
        row(1, "notes.a", None, Some("1")),
        row(2, "notes.a", Some("1"), None),
        Row { moved: Some(moved), ..row(3, "notes.b.c", Some("1"), Some("2")) },
        row(4, "notes.a", None, None),
    ];
    let steps = of_rows(&rows, &manifest, |_| false).unwrap();
    assert_eq!(
        steps,
        [
            step(1, "notes/a.md", None, Some("1")),
            step(2, "notes/a.md", Some("1"), None),
            step(3, "notes/b/c.md", None, Some("2")),
            step(3, "notes/a.md", Some("1"), None),
        ]
    );
    let of = |key: &str, existing: &str| {
        let rows = [row(1, key, Some("1"), Some("2"))];
        of_rows(&rows, &manifest, |path| path == existing).map(|mut steps| steps.remove(0).path)
    };
    assert_eq!(of("data.x", "data/x.yml").as_deref(), Some("data/x.yml"));
    assert_eq!(of("data.x", "").as_deref(), Some("data/x.yaml"));
    assert_eq!(of("unknown.x", ""), None);
    assert_eq!(of("not a key", ""), None);
}

/// Files, and a change that begins with them; each new content is one of a kind.
fn any_change() -> impl Strategy<Value = (Vec<Option<u8>>, Vec<(usize, bool)>)> {
    let files = prop::collection::vec(prop::option::of(any::<u8>()), 3);
    (files, prop::collection::vec((0..3_usize, any::<bool>()), 1..5))
}

/// Runs the change by the book; returns the steps and the files after each number of them.
fn run(files: &[Option<u8>], edits: &[(usize, bool)]) -> (Vec<Step>, Vec<Vec<Option<Etag>>>) {
    let etag = |byte: &u8| Etag::claimed(format!("first {byte}"));
    let mut now: Vec<Option<Etag>> = files.iter().map(|file| file.as_ref().map(etag)).collect();
    let mut after_each = vec![now.clone()];
    let mut steps = Vec::new();
    for (seq, (file, is_put)) in (1..).zip(edits) {
        let before = now[*file].clone();
        let after = is_put.then(|| Etag::claimed(format!("made {seq}")));
        if before.is_some() || after.is_some() {
            now[*file].clone_from(&after);
            steps.push(Step { seq, path: file.to_string(), before, after });
            after_each.push(now.clone());
        }
    }
    (steps, after_each)
}

fn decide_with(steps: &[Step], files: &[Option<Etag>], waiting: &[Step]) -> Plan {
    let sight = |path: &str| match &files[path.parse::<usize>().unwrap()] {
        Some(etag) => Sight::File(etag.clone()),
        None => Sight::Absent,
    };
    let sights = steps.iter().map(|step| (step.path.as_str(), sight(&step.path))).collect();
    decide(steps, &sights, |step| waiting.contains(step).then(|| step.after.clone()).flatten())
}

proptest! {
    /// After a kill between any two steps, doing what the plan says ends where the change would have.
    #[test]
    fn a_kill_at_any_step_is_made_good((files, edits) in any_change()) {
        let (steps, after_each) = run(&files, &edits);
        for done in 0..=steps.len() {
            let plan = decide_with(&steps, &after_each[done], &steps[done..]);
            let first = match plan {
                Plan::Done => steps.len(),
                Plan::Finish(first) => first,
                Plan::Unfinished => panic!("{done} of {steps:?}"),
            };
            let mut now = after_each[done].clone();
            for step in &steps[first..] {
                now[step.path.parse::<usize>().unwrap()].clone_from(&step.after);
            }
            prop_assert_eq!(&now, &after_each[steps.len()]);
        }
    }

    /// A file that other hands changed is never touched, and neither is any other.
    #[test]
    fn what_other_hands_changed_stays(
        (files, edits) in any_change(), at in any::<prop::sample::Index>(), which in any::<prop::sample::Index>(),
    ) {
        let (steps, after_each) = run(&files, &edits);
        prop_assume!(!steps.is_empty());
        let done = at.index(after_each.len());
        let mut now = after_each[done].clone();
        let changed = &steps[which.index(steps.len())].path;
        now[changed.parse::<usize>().unwrap()] = Some(etag("by hand"));
        prop_assert_eq!(decide_with(&steps, &now, &steps), Plan::Unfinished);
    }

    /// Without the content that waits, nothing is begun that could not be ended.
    #[test]
    fn missing_content_stops_everything((files, edits) in any_change()) {
        let (steps, after_each) = run(&files, &edits);
        let plan = decide_with(&steps, &after_each[0], &[]);
        if let Plan::Finish(first) = plan {
            prop_assert!(steps[first..].iter().all(|step| step.after.is_none()));
        }
    }
}
