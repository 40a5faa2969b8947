//! Where nobody can be asked: what is stopped all the same, and what is not.

use motus_runtime::scope::Feature;

use super::scene::{EACCES, EOPNOTSUPP, EPERM, for_each_user};

/// What stopping takes, and nothing that seeing takes.
const HOLDING: &[Feature] =
    &[Feature::Files, Feature::Truncation, Feature::Connections, Feature::Isolation];

#[test]
fn nobody_gets_another_s_rights_and_nothing_is_written_where_nobody_answers() {
    for_each_user("attributes, unseen", HOLDING, |scene| {
        let scope = scene.scope() + "level enforced+snapshot\n";
        for (words, errno) in [
            (&["chmod", "../out/secret", "4777"][..], EPERM),
            (&["fchmod_ro", "../ro/file", "2755"], EPERM),
            (&["fchmodat2", "../ro/file", "4755"], EPERM),
            (&["chown", "../out/secret"], EPERM),
            (&["fchown_ro", "../ro/file"], EPERM),
            (&["setxattr", "../out/secret"], EOPNOTSUPP),
            (&["append", "../out/secret"], EACCES),
            (&["write", "../out/made"], EACCES),
        ] {
            let told = scene.attempt_in(&scope, words);
            assert_eq!(told.said, errno, "{words:?}: {told:#?}");
            scene.assert_untouched(&format!("{words:?}"));
        }
        for words in [&["write", "own"][..], &["chmod", "own", "750"], &["utimens", "own"]] {
            let told = scene.attempt_in(&scope, words);
            assert_eq!(told.said, "ok", "{words:?}: {told:#?}");
        }
    });
}
