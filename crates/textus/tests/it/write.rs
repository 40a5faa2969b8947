//! What a change leaves on disk, and what a refused one leaves: nothing.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::time::Duration;

use motus_json::Object;
use textus::Record;
use textus_core::{Code, Error};

use crate::agreement::require;
use crate::scene::{Scene, delete, etag, path, put, record, rename};

#[test]
fn put_delete_and_move_write_one_row_each() {
    let scene = Scene::new();
    let store = scene.store().in_run(Some("run_1".to_owned()));
    assert_eq!(put(&store, "notes.a", "one\n").unwrap(), etag("one\n"));
    put(&store, "notes.a", "two\n").unwrap();
    rename(&store, "notes.a", "notes.deep.er.b", Some("three\n")).unwrap();
    assert_eq!(delete(&store, "notes.deep.er.b").unwrap(), etag("three\n"));
    assert_eq!(
        scene.names(),
        [
            ".store.lock",
            "audit.log",
            "manifest.yaml",
            "zones",
            "zones/notes",
            "zones/notes/deep",
            "zones/notes/deep/er",
        ]
    );
    let id = store.correlation_id();
    let [one, two, three] = ["one\n", "two\n", "three\n"].map(etag);
    let row = |seq: u64, verb: &str, key: &str, etags: &str, moved: &str| {
        let begin = format!("{{\"seq\":{seq},\"ts\":\"2026-01-02T03:04:05Z\",\"role\":\"human\"");
        let extras = format!("\"extras\":{{\"correlation_id\":\"{id}\",\"run_id\":\"run_1\"}}");
        format!("{begin},\"verb\":\"{verb}\",\"key\":\"{key}\",{etags},{moved}{extras}}}\n")
    };
    let moved = "\"from_key\":\"notes.a\",\"to_key\":\"notes.deep.er.b\",\"uid\":null,";
    let log = [
        row(1, "put", "notes.a", &format!("\"etag_before\":null,\"etag_after\":\"{one}\""), ""),
        row(
            2,
            "put",
            "notes.a",
            &format!("\"etag_before\":\"{one}\",\"etag_after\":\"{two}\""),
            "",
        ),
        row(
            3,
            "mv",
            "notes.deep.er.b",
            &format!("\"etag_before\":\"{two}\",\"etag_after\":\"{three}\""),
            moved,
        ),
        row(
            4,
            "delete",
            "notes.deep.er.b",
            &format!("\"etag_before\":\"{three}\",\"etag_after\":null"),
            "",
        ),
    ];
    assert_eq!(scene.text("audit.log").unwrap(), log.concat());
    require(&scene, "after all");
}

#[test]
fn one_change_of_several_files_is_one_group_of_rows() {
    let scene = Scene::new();
    let store = scene.store();
    put(&store, "queue.p", "text\n").unwrap();
    let mut extras = Object::new();
    extras.insert("proposal", "queue.p");
    store
        .write("accept", |open| {
            let bytes = open.read(&path("queue.p"))?.unwrap().bytes.clone();
            open.put("main.md", bytes, Record { extras, ..record("put", "main") })?;
            assert_eq!(open.read("main.md")?.unwrap().etag, etag("text\n"), "the plan shows");
            open.delete(&path("queue.p"), record("delete", "queue.p"))?;
            assert_eq!(open.read(&path("queue.p"))?, None);
            Ok(())
        })
        .unwrap();
    let rows = scene.rows();
    let told: Vec<_> =
        rows.iter().map(|row| (row.seq, row.verb.as_str(), row.key.as_str())).collect();
    assert_eq!(told, [(1, "put", "queue.p"), (2, "put", "main"), (3, "delete", "queue.p")]);
    assert_eq!(rows[1].extras.get("proposal").unwrap().as_str(), Some("queue.p"));
    assert_eq!(rows[1].correlation_id(), rows[2].correlation_id());
    require(&scene, "after all");
}

#[test]
fn a_refused_change_leaves_no_trace() {
    let scene = Scene::new();
    let store = scene.store();
    put(&store, "notes.a", "one\n").unwrap();
    let (names, log) = (scene.names(), scene.text("audit.log"));
    let refused: Result<(), Error> = store.write("put", |open| {
        open.put(&path("notes.new.b"), b"x".to_vec(), record("put", "notes.new.b"))?;
        open.delete(&path("notes.a"), record("delete", "notes.a"))?;
        Err(Error::new(Code::GuardFailed, "no"))
    });
    assert_eq!(refused.unwrap_err().code(), Code::GuardFailed);
    let large = store
        .write("put", |open| open.put("main.md", vec![b'x'; 1_048_577], record("put", "main")));
    assert_eq!(large.unwrap_err().code(), Code::BadContent);
    assert!(delete(&store, "notes.absent").is_err());
    assert!(rename(&store, "notes.absent", "notes.b", None).is_err());
    put(&store, "notes.b", "two\n").unwrap();
    assert_eq!(rename(&store, "notes.a", "notes.b", None).unwrap_err().code(), Code::Usage);
    delete(&store, "notes.b").unwrap();
    assert_eq!(scene.names(), names);
    assert!(scene.text("audit.log").unwrap().starts_with(&log.unwrap()));
    assert_eq!(scene.rows().len(), 3);
}

#[test]
fn nothing_planned_is_nothing_written() {
    let scene = Scene::new();
    scene.store().write("look", |open| open.read("main.md").map(drop)).unwrap();
    assert_eq!(scene.names(), [".store.lock", "manifest.yaml", "zones"]);
}

#[test]
fn a_row_may_be_about_no_file() {
    let scene = Scene::new();
    fs::remove_dir(scene.zones()).unwrap();
    scene
        .store()
        .write("hook", |open| {
            open.note(record("event_error", ""));
            Ok(())
        })
        .unwrap();
    assert_eq!(scene.rows().len(), 1);
    assert_eq!(scene.names(), [".store.lock", "audit.log", "manifest.yaml"]);
    put(&scene.store(), "main", "text\n").unwrap();
    require(&scene, "zones/ is made when it is needed");
}

#[test]
fn modes_follow_the_umask_or_stay() {
    let scene = Scene::new();
    let store = scene.store();
    let mode = |relative: &str| fs::metadata(scene.root().join(relative)).unwrap().mode() & 0o777;
    scene.write("plain", "");
    put(&store, "notes.a", "one\n").unwrap();
    for made in ["zones/notes/a.md", "audit.log", ".store.lock"] {
        assert_eq!(mode(made), mode("plain"), "{made}");
    }
    let file = scene.zones().join("notes/a.md");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    put(&store, "notes.a", "two\n").unwrap();
    assert_eq!(mode("zones/notes/a.md"), 0o640);
    rename(&store, "notes.a", "notes.b", None).unwrap();
    assert_eq!(mode("zones/notes/b.md"), 0o640);
}

#[test]
fn a_link_is_neither_replaced_nor_followed() {
    let scene = Scene::new();
    let store = scene.store();
    put(&store, "notes.a", "one\n").unwrap();
    symlink("a.md", scene.zones().join("notes/link.md")).unwrap();
    for refused in [
        put(&store, "notes.link", "two\n"),
        delete(&store, "notes.link"),
        rename(&store, "notes.link", "notes.b", None),
        rename(&store, "notes.a", "notes.link", None),
    ] {
        assert_eq!(refused.unwrap_err().code(), Code::IoError);
    }
    assert_eq!(scene.text("zones/notes/a.md").unwrap(), "one\n");
    assert!(scene.zones().join("notes/link.md").is_symlink());
    assert_eq!(scene.rows().len(), 1);
}

#[test]
fn whoever_holds_the_lock_is_named() {
    let scene = Scene::new();
    let store = scene.store().waiting_up_to(Duration::from_millis(50));
    let error = store
        .write("outer", |_| {
            let lock = scene.root().join(".store.lock");
            assert!(fs::read_to_string(lock).unwrap().contains("textus outer"));
            Ok(())
        })
        .and_then(|()| {
            let held = fs::File::open(scene.root().join(".store.lock")).unwrap();
            held.lock().unwrap();
            put(&store, "main", "text\n")
        })
        .unwrap_err();
    assert_eq!((error.code(), error.code().exit_code()), (Code::IoError, 64));
    let holder = error.details().get("holder").unwrap().as_str().unwrap();
    assert_eq!(holder, format!("process {}, textus outer", std::process::id()));
    assert!(error.message().contains(".store.lock") && error.message().contains(holder), "{error}");
}
