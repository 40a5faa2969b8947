//! Opening a store: what it refuses, and that it changes nothing.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use textus_core::Code;

use crate::scene::{MANIFEST, Scene, open};

#[test]
fn opening_changes_nothing_and_reads_schemas_when_they_are_asked_for() {
    let scene = Scene::new();
    scene.write("schemas/person.yaml", "required: [name]\n");
    scene.write("schemas/broken.yaml", "{");
    let before = scene.names();
    let store = scene.store();
    assert_eq!(store.schema("person").unwrap().required(), ["name"]);
    assert_eq!(store.schema_names().unwrap(), ["broken", "person"]);
    for bad in ["broken", "absent", "../manifest", ""] {
        assert_eq!(store.schema(bad).unwrap_err().code(), Code::IoError, "{bad}");
    }
    assert_eq!(store.journal().latest_seq().unwrap(), 0);
    assert_eq!(store.journal().min_available().unwrap(), None);
    assert!(store.list(textus::Selection::default()).unwrap().rows.is_empty());
    assert_eq!(store.unfinished().unwrap(), []);
    assert_eq!(store.role_file().unwrap(), None);
    assert_eq!(scene.names(), before);
}

#[track_caller]
fn check(scene: &Scene, code: Code, part: &str) {
    let error = open(scene.root()).unwrap_err();
    assert_eq!(error.code(), code, "{error}");
    assert!(error.message().contains(part), "{error}");
    assert!(error.details().get("path").is_some(), "{error}");
}

#[test]
fn hostile_manifests_are_refused_without_waiting() {
    let scene = Scene::new();
    let manifest = scene.root().join("manifest.yaml");
    let absolute = manifest.display().to_string();
    fs::write(&manifest, vec![b'#'; 256 * 1024 + 1]).unwrap();
    check(&scene, Code::BadManifest, "262144");
    fs::write(&manifest, [MANIFEST.as_bytes(), b"# \xff"].concat()).unwrap();
    check(&scene, Code::BadManifest, "UTF-8");
    fs::write(&manifest, "version: textus/2\n").unwrap();
    check(&scene, Code::BadFrontmatter, "textus/3");
    fs::remove_file(&manifest).unwrap();
    check(&scene, Code::IoError, &absolute);
    fs::create_dir(&manifest).unwrap();
    check(&scene, Code::IoError, "a directory");
    fs::remove_dir(&manifest).unwrap();
    symlink("/etc/passwd", &manifest).unwrap();
    check(&scene, Code::IoError, &absolute);
    fs::remove_file(&manifest).unwrap();
    assert!(Command::new("mkfifo").arg(&manifest).status().unwrap().success());
    check(&scene, Code::IoError, "a pipe");
    let missing = open(&scene.root().join("absent")).unwrap_err();
    assert_eq!(missing.code(), Code::IoError);
}
