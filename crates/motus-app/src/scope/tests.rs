//! From what was seen to what is recorded, told and learned, with observations made by hand.

use std::fs;
use std::path::{Path, PathBuf};

use motus_ledger::scope::RecordedEffect;
use motus_runtime::scope::{Action, Change, Feature, Host, Observation, Peer, Probed, Seen};
use motus_store::StorePlace;

use super::*;

mod learned;

/// A folder with a directory `work`, in which the command is started, and one beside it.
struct Scene {
    folder: tempfile::TempDir,
}

impl Scene {
    #[expect(clippy::disallowed_methods, reason = "tests set their scene without motus-fs")]
    fn new() -> Self {
        let scene = Self { folder: tempfile::tempdir().unwrap() };
        for directory in ["work/out", "work/src", "other", "tmp"] {
            fs::create_dir_all(scene.path(directory)).unwrap();
        }
        for file in ["work/src/a", "work/src/b", "work/out/made", "other/x", "work/run.sh"] {
            fs::write(scene.path(file), "").unwrap();
        }
        let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(scene.path("work/run.sh"), executable).unwrap();
        scene
    }

    #[expect(clippy::disallowed_methods, reason = "tests set their scene without motus-fs")]
    fn overwrite(&self, file: &Path, text: &str) {
        assert!(file.starts_with(self.path("")));
        fs::write(file, text).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(name)
    }

    fn plan(&self, words: &[&str], learns: bool) -> Plan {
        self.plan_with(&[], words, learns)
    }

    fn plan_with(&self, profiles: &[&str], words: &[&str], learns: bool) -> Plan {
        let request = Request {
            profiles: profiles.iter().map(|name| (*name).to_owned()).collect(),
            grants: words.iter().map(|word| Grant::parse(word).unwrap()).collect(),
            learns,
            ..Request::default()
        };
        let surroundings = Surroundings {
            directory: self.path("work"),
            home: Some(self.path("")),
            path: Some("/usr/bin:/bin".into()),
            temporary: self.path("tmp"),
            tool_homes: ToolHomes::default(),
            nonce: [1; 6],
            store: None,
        };
        let probed = Probed { landlock: 6, shortfalls: Vec::new() };
        plan(&request, &"sh".into(), &surroundings, &probed).unwrap()
    }

    fn observation(plan: &Plan, actions: &[(Action, u64)]) -> Observation {
        let seen = actions.iter().map(|(action, count)| {
            let decision = plan.scope.decide(action, plan.level);
            Seen { action: action.clone(), decision, count: *count }
        });
        let mut seen: Vec<Seen> = seen.collect();
        seen.sort();
        Observation {
            level: plan.level,
            attempts: seen.iter().map(|seen| seen.count).sum(),
            seen,
            unlisted: 0,
            unreadable: 0,
            unobserved: Vec::new(),
            renamed: Vec::new(),
            merged: Vec::new(),
            comparison_is_partial: false,
            left_running: 0,
            aliased: Vec::new(),
            unreached: Vec::new(),
            trouble: Vec::new(),
        }
    }
}

fn read(path: PathBuf) -> (Action, u64) {
    (Action::Read(path), 1)
}

fn selectors(effects: &[RecordedEffect]) -> Vec<String> {
    effects.iter().map(|it| format!("{} {} {}", it.op, it.selector, it.count)).collect()
}

#[test]
fn what_was_seen_is_recorded_as_effects_by_what_came_of_it() {
    let scene = Scene::new();
    let plan = scene.plan(&["read:src", "write:out/"], false);
    let mut observation = Scene::observation(
        &plan,
        &[
            read(scene.path("work/src/a")),
            (Action::Entry(scene.path("work/out/made")), 2),
            (Action::Write(scene.path("work/out/made")), 3),
            (Action::Write(scene.path("other/x")), 4),
            (Action::Execute("/usr/bin/env".into()), 5),
            (Action::Call("mount"), 6),
        ],
    );
    observation.unobserved = vec![Change::Made(scene.path("work/out/sly"))];
    let (recorded, _) = observed(&plan, &observation, None);
    assert_eq!(
        selectors(&recorded.seen),
        [
            "Exec exec:/usr/ 5".to_owned(),
            "ReadFS fs:src/a 1".to_owned(),
            "WriteFS fs:out/made 5".to_owned()
        ]
    );
    let outside = format!("WriteFS fs:{} 4", scene.path("other/x").display());
    assert_eq!(selectors(&recorded.denied), [outside]);
    assert_eq!(recorded.calls, [("mount".to_owned(), 6)]);
    assert_eq!(recorded.programs[0].program, "/usr/bin/env");
    assert_eq!(selectors(&recorded.unobserved), ["WriteFS fs:out/sly 1"]);
    assert_eq!((recorded.outside.len(), recorded.attempts), (0, 21));
}

#[test]
fn a_name_that_looks_like_a_secret_is_told_as_its_directory() {
    let scene = Scene::new();
    let plan = scene.plan(&["write:out/"], false);
    let token = format!("ghp_{}", "a1B2".repeat(9));
    let observation =
        Scene::observation(&plan, &[(Action::Entry(scene.path("work/out").join(&token)), 1)]);
    let (recorded, _) = observed(&plan, &observation, None);
    assert_eq!(selectors(&recorded.seen), ["WriteFS fs:out/ 1"]);
}

#[test]
fn a_host_that_looks_like_a_secret_stays_counted() {
    let scene = Scene::new();
    let plan = scene.plan(&["net:https://redacted.invalid/"], false);
    let connect = |name: &str, port| Action::Connect(Peer::Host(Host { name: name.into(), port }));
    let observation = Scene::observation(
        &plan,
        &[
            (connect("sk-abcdefghijklmnop.evil.example", 443), 2),
            (connect("ghp_0123456789abcdefghijklmnopqrst", 443), 3),
            (connect("xoxb-123456789012-abcdefabcdef.evil", 8443), 4),
            (connect("plain.evil.example", 443), 5),
            (connect("no host", 443), 6),
        ],
    );
    let (recorded, _) = observed(&plan, &observation, None);
    assert_eq!(
        selectors(&recorded.denied),
        [
            "Network net:https://plain.evil.example/ 5",
            "Network net:https://redacted.invalid:0/ 5",
            "Network net:tcp://redacted.invalid:0/ 4",
        ]
    );
    assert_eq!((recorded.unlisted, recorded.attempts), (6, 20));
}

#[test]
fn more_than_is_listed_is_counted_and_what_was_stopped_is_listed_first() {
    let scene = Scene::new();
    let plan = scene.plan(&["write:out/"], false);
    let long = ["n"; 20].map(|name| name.repeat(200)).join("/");
    let entry = |number| Action::Entry(scene.path(&format!("work/out/{number}/{long}")));
    let mut actions: Vec<_> = (0..4500).map(|number| (entry(number), 2)).collect();
    actions.push((Action::Write("/zz/denied".into()), 1));
    let observation = Scene::observation(&plan, &actions);
    let (recorded, _) = observed(&plan, &observation, None);
    assert_eq!(selectors(&recorded.denied), ["WriteFS fs:/zz/denied 1"]);
    let listed = recorded.seen.len() as u64;
    assert!((3500..4200).contains(&listed), "{listed}");
    assert_eq!(recorded.unlisted, 2 * (4500 - listed));
    let listed: u64 = recorded.seen.iter().chain(&recorded.denied).map(|effect| effect.count).sum();
    assert_eq!(listed + recorded.unlisted, recorded.attempts);
}

#[test]
fn a_flood_of_one_kind_hides_nothing_of_another() {
    let scene = Scene::new();
    let plan = scene.plan(&["write:out/"], false);
    let long = ["n"; 20].map(|name| name.repeat(200)).join("/");
    let work = Action::Write(scene.path("work/out/made"));
    let program = Action::Execute("/usr/bin/env".into());
    let connection = Action::Connect(Peer::File("/run/a".into()));
    let floods: [fn(PathBuf) -> Action; 4] =
        [Action::Write, Action::Read, Action::Execute, |path| Action::Connect(Peer::File(path))];
    for flood in floods {
        let path = |number| PathBuf::from(format!("/aa/{number}/{long}"));
        let mut actions: Vec<_> = (0..6000).map(|number| (flood(path(number)), 1)).collect();
        actions.extend([(work.clone(), 2), (program.clone(), 3), (connection.clone(), 4)]);
        let mut observation = Scene::observation(&plan, &actions);
        observation.unobserved = vec![Change::Made(scene.path("work/out/sly"))];
        let recorded = observed(&plan, &observation, None).0;
        assert!(recorded.unlisted > 1000, "{}", recorded.unlisted);
        assert_eq!(selectors(&recorded.seen), ["Exec exec:/usr/ 3", "WriteFS fs:out/made 2"]);
        assert_eq!(recorded.programs.len(), 1);
        assert_eq!(recorded.unobserved.len(), 1);
        let is_connection = |it: &RecordedEffect| it.selector == "net:unix://localhost/run/a";
        let is_flooded = matches!(flood(PathBuf::new()), Action::Connect(_));
        assert!(is_flooded || recorded.denied.iter().any(is_connection));
        let listed: u64 = recorded.seen.iter().chain(&recorded.denied).map(|it| it.count).sum();
        assert_eq!(listed + recorded.unlisted, recorded.attempts);
    }
}

#[test]
fn long_lists_lie_beside_the_store_and_are_named_by_their_digest() {
    let scene = Scene::new();
    let plan = scene.plan(&["write:out/"], false);
    let many: Vec<_> = (0..3000)
        .map(|number| (Action::Entry(scene.path(&format!("work/out/file-{number:040}"))), 1))
        .collect();
    let observation = Scene::observation(&plan, &many);
    let place = StorePlace::new(scene.path("store.db"));
    let (recorded, told) = observed(&plan, &observation, Some(&place));
    let list = recorded.list.expect("there is a file");
    let file = lists::file_of(&place, &list);
    let text = fs::read(&file).unwrap();
    assert_eq!(motus_ledger::Digest::of(&text).as_str(), list.digest);
    assert_eq!(text.len() as u64, list.bytes);
    assert_eq!(told.trouble, Vec::<String>::new());
    // What another hand, or a full disk, has left under that name is not taken for the list.
    scene.overwrite(&file, "{}");
    assert_eq!(observed(&plan, &observation, Some(&place)).0.list, Some(list));
    assert_eq!(fs::read(&file).unwrap(), text);

    let nowhere = StorePlace::new(scene.path("missing/store.db"));
    let (recorded, told) = observed(&plan, &observation, Some(&nowhere));
    assert!(recorded.list.is_none() && recorded.seen.len() == 3000);
    assert_eq!(told.trouble.len(), 1, "{told:?}");
    assert_eq!(recorded.blind, ["the list of all effects could not be kept"]);
}

#[test]
fn what_was_stopped_is_told_with_the_word_that_allows_it() {
    let scene = Scene::new();
    let plan = scene.plan(&["read:src"], false);
    let tcp = |address: &str| Action::Connect(Peer::Internet(address.parse().unwrap()));
    let observation = Scene::observation(
        &plan,
        &[
            (Action::Write(scene.path("work/src/a")), 9),
            (Action::Entry(scene.path("work/new")), 8),
            (Action::Entry(scene.path("work/newer")), 2),
            (Action::Read(scene.path("other")), 7),
            (tcp("127.0.0.1:80"), 6),
            (tcp("10.0.0.1:80"), 5),
            (Action::Connect(Peer::Host(Host { name: "h.example".into(), port: 443 })), 4),
            (Action::Call("socket:udp"), 3),
        ],
    );
    let told = observed(&plan, &observation, None).1;
    let lines: Vec<_> = told
        .denials
        .iter()
        .map(|it| format!("{} {} {:?}", it.count, it.what, it.allow.as_deref()))
        .collect();
    let other = scene.path("other").display().to_string();
    assert_eq!(
        lines,
        [
            "9 write src/a Some(\"write:src/a\")".to_owned(),
            "10 making, renaming or removing in ./ Some(\"write:./\")".to_owned(),
            format!("7 read {other} Some(\"read:{other}/\")"),
            "6 connect to 127.0.0.1:80 Some(\"net:tcp://localhost:80/\")".to_owned(),
            "5 connect to 10.0.0.1:80 Some(\"net:tcp://10.0.0.1:80/\")".to_owned(),
        ]
    );
    assert_eq!(told.more_denials, 2);
    for word in told.denials.iter().filter_map(|denial| denial.allow.as_deref()) {
        Grant::parse(word).unwrap();
    }
}

#[test]
fn a_word_that_grants_more_than_was_stopped_says_how_much() {
    let scene = Scene::new();
    let mut plan = scene.plan(&["read:src"], false);
    plan.store = Some(scene.path("other/.motus/store.db"));
    let noted = |action: Action| {
        let observation = Scene::observation(&plan, &[(action, 1)]);
        let told = observed(&plan, &observation, None).1;
        let denial = told.denials.first().cloned().expect("it was stopped");
        format!("{:?} {:?}", denial.allow.unwrap_or_default(), denial.note.unwrap_or_default())
    };
    let wide = |action: Action| {
        let said = noted(action);
        assert!(said.contains("careful, that is "), "{said}");
        said
    };
    let new = wide(Action::Entry(scene.path("work/new")));
    let narrower = "narrower: write:new/ for a directory; for a file make it first, then write:new";
    assert!(new.contains(&format!("all of the working directory; {narrower}")), "{new}");
    // Whoever makes a lock fails where one is.
    assert!(wide(Action::Entry(scene.path("work/src.lock"))).ends_with("working directory\""));
    // What is there cannot be made beforehand.
    assert!(!wide(Action::Entry(scene.path("work/run.sh"))).contains("narrower"));
    assert!(wide(Action::Read("/".into())).contains("the whole disk"));
    assert!(wide(Action::Read("/etc".into())).contains("all of /etc"));
    assert!(wide(Action::Entry(scene.path(".npm"))).contains("all of your home directory"));
    assert!(wide(Action::Entry(scene.path(".cargo/x"))).contains("credentials"));
    assert!(wide(Action::Entry(scene.path("other/x"))).contains("the record of this run included"));
    let foreseen = Planned {
        effects: Vec::new(),
        written: "write:~/.cargo/.lock".to_owned(),
        origin: Origin::Profile("toolchain".to_owned()),
        is_absent: true,
    };
    let mut with_profile = plan.clone();
    with_profile.planned.push(foreseen);
    let word = allowance::allowing(
        &with_profile,
        &entries::Entries::default(),
        &Action::Entry(scene.path(".cargo/.lock")),
    );
    let word = word.map(|allowance| allowance.word);
    assert_eq!(word, Some(format!("write:{}", scene.path(".cargo/.lock").display())));
    let inner = noted(Action::Entry(scene.path("work/src/c")));
    assert_eq!(inner, "\"write:src/\" \"all of that directory\"");
    assert_eq!(noted(Action::Write(scene.path("work/src/a"))), "\"write:src/a\" \"\"");
}

#[test]
fn what_no_word_allows_is_told_with_what_helps() {
    let scene = Scene::new();
    let plan = scene.plan(&[], false);
    let everywhere = Action::Listen(Peer::Internet("0.0.0.0:80".parse().unwrap()));
    let actions = [
        (Action::Call("socket:udp"), 3),
        (everywhere, 2),
        (Action::Call("mount"), 1),
        (Action::Call("socket:netlink"), 9),
        (Action::Write("/proc/self/comm".into()), 8),
    ];
    let (recorded, told) = observed(&plan, &Scene::observation(&plan, &actions), None);
    let mut notes: Vec<&str> =
        told.denials.iter().map(|denial| denial.note.as_deref().unwrap_or("none")).collect();
    let of_process = notes.remove(0);
    assert!(of_process.contains("other numbers"), "{of_process}");
    assert_eq!(notes.len(), 3, "libraries ask for netlink by themselves: {:?}", told.denials);
    assert!(notes[0].contains("--allow net:https://HOST/"), "{notes:?}");
    assert!(notes[1].contains("net:listen://localhost/"), "{notes:?}");
    assert_eq!(notes[2], "none");
    assert!(recorded.calls.iter().any(|(call, _)| call == "socket:netlink"), "it is recorded");
}

#[test]
fn a_name_in_the_system_s_directory_for_temporary_files_is_not_offered() {
    let scene = Scene::new();
    let plan = scene.plan(&[], false);
    for directory in [scene.path("tmp"), "/tmp".into()] {
        let action = Action::Entry(directory.join("b.jar14606162380755885649.jar"));
        let told = observed(&plan, &Scene::observation(&plan, &[(action, 1)]), None).1;
        let note = told.denials[0].note.as_deref().unwrap_or_default();
        assert!(!note.contains("b.jar"), "{note}");
        let heed = "; better: the program does not heed TMPDIR; ";
        assert_eq!(note.contains(heed), directory == Path::new("/tmp"), "{note}");
    }
}

#[test]
fn what_holds_credentials_or_runs_later_is_offered_with_a_warning() {
    let scene = Scene::new();
    let plan = scene.plan(&[], false);
    for (action, expected) in [
        (Action::Read(scene.path(".netrc")), "careful, that is where credentials are kept"),
        (
            Action::Write(scene.path(".profile")),
            "careful, that is what logins, shells or you yourself run later, outside of any scope",
        ),
    ] {
        let told = observed(&plan, &Scene::observation(&plan, &[(action, 1)]), None).1;
        assert_eq!(told.denials[0].note.as_deref(), Some(expected));
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "tests set their scene without motus-fs")]
fn many_files_of_a_directory_are_one_to_people() {
    let scene = Scene::new();
    let plan = scene.plan(&[], false);
    for file in ["other/y", "other/z", ".a", ".b", ".c"] {
        fs::write(scene.path(file), "").unwrap();
    }
    fs::create_dir_all(scene.path("tree/.git/objects/4a")).unwrap();
    let told = |names: &[&str]| {
        let actions: Vec<_> = names.iter().map(|name| read(scene.path(name))).collect();
        let told = observed(&plan, &Scene::observation(&plan, &actions), None).1;
        let lines = told.denials.into_iter();
        let lines = lines.map(|it| format!("{} {} {}", it.count, it.what, it.allow.unwrap()));
        lines.collect::<String>().replace(&scene.path("").display().to_string(), "~/")
    };
    let three = told(&["other/x", "other/y", "other/z"]);
    assert_eq!(three, "3 reading in ~/other/ read:~/other/");
    assert_eq!(told(&["other/x"]), "1 read ~/other/x read:~/other/x");
    // Not where that is more than anybody should allow without a thought.
    assert!(!told(&[".a", ".b", ".c"]).contains("read:~/ "));
    assert!(!told(&[".a", ".b", ".c"]).ends_with("read:~/"));
    // Of a repository the next commit has other files.
    let commit = told(&["tree/.git/objects/4a/1b"]);
    assert_eq!(commit, "1 read ~/tree/.git/objects/4a/1b read:~/tree/.git/");
    let commits = told(&["tree/.git/objects/4a/1b", "tree/.git/HEAD"]);
    assert_eq!(commits, "2 reading in ~/tree/.git/ read:~/tree/.git/");
}

#[test]
fn what_a_profile_is_there_for_is_told_with_it() {
    let scene = Scene::new();
    let plan = scene.plan(&[], false);
    let told = |actions: &[Action]| {
        let actions: Vec<_> = actions.iter().map(|action| (action.clone(), 1)).collect();
        let told = observed(&plan, &Scene::observation(&plan, &actions), None).1.denials;
        let lines = told.into_iter().map(|it| (it.count, it.what, it.allow, it.note));
        lines.collect::<Vec<_>>()
    };
    let profile = |name: &str| Some(format!("to allow it: --profile {name}"));
    for path in ["/dev/ptmx", "/dev/pts/0"] {
        let what = format!("write {path}");
        assert_eq!(told(&[Action::Write(path.into())]), [(1, what, None, profile("terminal"))]);
    }
    let names = ["sem.a", "sem.b"].map(|name| Action::Entry(Path::new("/dev/shm").join(name)));
    let what = "making, renaming or removing in /dev/shm/".to_owned();
    assert_eq!(told(&names), [(2, what, None, profile("shared-memory"))]);
}

#[test]
fn a_machine_that_can_do_nothing_is_told_as_such() {
    let probed = Probed::nothing("nothing works here");
    assert!(Feature::ALL.into_iter().all(|feature| !probed.can(feature)));
    let scene = Scene::new();
    let level = probed.level(&scene.plan(&[], false).scope);
    assert_eq!(level, Level::Snapshot);
}

#[test]
fn a_word_that_is_offered_can_be_planned_and_allows_it_the_next_time() {
    let scene = Scene::new();
    let plan = scene.plan(&["write:./"], false);
    let offered = |actions: &[(Action, u64)]| {
        let told = observed(&plan, &Scene::observation(&plan, actions), None).1;
        told.denials.first().and_then(|denial| denial.allow.clone()).expect("there is a word")
    };
    // It was built, and is not there the next time.
    let built = scene.path("work/built");
    let made = (Action::Entry(built.clone()), 1);
    assert_eq!(offered(&[made, (Action::Execute(built), 1)]), "exec:./");
    assert_eq!(offered(&[(Action::Execute(scene.path("work/run.sh")), 1)]), "exec:./run.sh");
    let tcp = |address: &str| (Action::Connect(Peer::Internet(address.parse().unwrap())), 1);
    assert_eq!(offered(&[tcp("127.0.0.1:45678")]), "net:tcp://localhost/");
    assert_eq!(offered(&[tcp("127.0.0.1:8080")]), "net:tcp://localhost:8080/");
    for odd in ["a\tb", "a\nb", "a\\b", "a\u{7f}"] {
        let path = scene.path("other").join(odd);
        let word = offered(&[(Action::Write(path.clone()), 1)]);
        assert_eq!(word, format!("write:{}/", scene.path("other").display()), "{odd:?}");
        assert!(scene.plan(&[&word], false).scope.allows(&Action::Write(path)));
    }
    let socket =
        PathBuf::from(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"/run/\xff"));
    assert_eq!(offered(&[(Action::Connect(Peer::File(socket)), 1)]), "unix:/run/");
    // Somebody else waits there: that the directory may be written allows nothing.
    let theirs = Action::Connect(Peer::File(scene.path("work/out/made")));
    assert_eq!(offered(&[(theirs.clone(), 1)]), "unix:out/made");
    assert!(scene.plan(&["write:./", "unix:out/made"], false).scope.allows(&theirs));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "tests set their scene without motus-fs")]
fn the_word_for_a_directory_that_is_called_as_home_is_grants_that_directory() {
    let scene = Scene::new();
    fs::create_dir(scene.path("work/~")).unwrap();
    fs::write(scene.path("work/~/k"), "").unwrap();
    let plan = scene.plan(&[], false);
    let actions = [read(scene.path("work/~/k"))];
    let told = observed(&plan, &Scene::observation(&plan, &actions), None).1;
    assert_eq!(told.denials[0].what, "read ./~/k");
    assert_eq!(told.denials[0].allow.as_deref(), Some("read:./~/k"));
}
