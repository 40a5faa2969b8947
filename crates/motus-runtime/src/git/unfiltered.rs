//! Settings that take the programs out which a repository would have git run: for where git cannot be held to itself.

use std::collections::BTreeSet;
use std::io;
use std::ops::ControlFlow;
use std::path::Path;

use super::question::{Answer, Question};

/// What names filters, in whatever settings count.
const FILTERS: [&str; 5] = ["config", "-z", "--name-only", "--get-regexp", r"^filter\."];

/// As many bytes of names are read; nobody has so many filters.
const MOST: usize = 64 << 10;

/// Returns settings under which no filter runs; nobody must look into submodules, whose settings are their own.
///
/// Errors: the filters cannot be told, or one has a name that no setting can repeat; then git must not be asked.
pub(super) fn settings(question: &Question<'_>, git: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    let asked = Question { arguments: &FILTERS, ..*question };
    let answer = asked.hear(asked.start_free(git), |bytes| {
        names.extend_from_slice(bytes);
        if names.len() > MOST { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    match answer {
        // It says so by an error when there is none.
        Answer::Complete | Answer::Refused => without(&names),
        Answer::Enough | Answer::OutOfTime => Err(io::ErrorKind::InvalidData.into()),
    }
}

fn without(names: &[u8]) -> io::Result<Vec<String>> {
    let unusable = || io::Error::from(io::ErrorKind::InvalidData);
    let names = str::from_utf8(names).map_err(|_| unusable())?;
    let mut settings = BTreeSet::new();
    for name in names.split_terminator('\0') {
        let (filter, _) = name.rsplit_once('.').ok_or_else(unusable)?;
        if filter.contains(['=', '\n']) {
            return Err(unusable());
        }
        let emptied = ["clean=", "smudge=", "process=", "required=false"];
        settings.extend(emptied.map(|setting| format!("{filter}.{setting}")));
    }
    Ok(settings.into_iter().collect())
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests set their scene without motus-fs")]
mod tests {
    use std::fs::{self, File};
    use std::path::PathBuf;
    use std::process::Command;
    use std::time::{Duration, Instant, SystemTime};

    use super::*;

    /// Makes a repository that has a program leave a file for whatever git compares; `None` where there is no git.
    fn with_a_filter(root: &Path) -> Option<PathBuf> {
        let git = super::super::program::find(root).into_iter().next()?;
        let run = |arguments: &[&str]| {
            let command = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
            let mut git = Command::new(&git);
            let ran = git.args(command).args(arguments).current_dir(root).output().unwrap();
            assert!(ran.status.success(), "{ran:?}");
        };
        fs::write(root.join("file"), "text\n").unwrap();
        run(&["init", "--quiet", "."]);
        run(&["add", "."]);
        run(&["-c", "commit.gpgsign=false", "commit", "--quiet", "-m", "first"]);
        let trap = format!("touch '{}'; cat", root.join(".git/ran").display());
        run(&["config", "filter.trap.clean", &trap]);
        run(&["config", "protocol.ext.allow", "always"]);
        fs::write(root.join(".git/info/attributes"), "* filter=trap\n").unwrap();
        // As it was, but for its time, so that git has to compare it.
        let file = File::options().append(true).open(root.join("file")).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        Some(git)
    }

    #[test]
    fn no_filter_runs_where_git_is_not_held() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let Some(git) = with_a_filter(&root) else {
            return eprintln!("SKIPPED no_filter_runs_where_git_is_not_held: no git");
        };
        let deadline = Instant::now() + Duration::from_secs(20);
        let question = Question { directory: &root, arguments: &["status"], deadline };
        let go_on = |_: &[u8]| ControlFlow::Continue(());
        assert_eq!(question.hear(question.start_unfiltered(&git), go_on), Answer::Complete);
        assert!(!root.join(".git/ran").exists());
        assert_eq!(question.hear(question.start_free(&git), go_on), Answer::Complete);
        assert!(root.join(".git/ran").exists(), "it is a trap");
        fs::remove_file(root.join(".git/ran")).unwrap();
        let remote = format!("ext::touch {}", root.join(".git/ran").display());
        let arguments: &[&str] = &["ls-remote", &remote];
        let allowed = Command::new(&git).args(arguments).current_dir(&root).output().unwrap();
        assert!(root.join(".git/ran").exists(), "it is a trap: {allowed:?}");
        fs::remove_file(root.join(".git/ran")).unwrap();
        let question = Question { directory: &root, arguments, deadline };
        assert_eq!(question.hear(question.start_free(&git), go_on), Answer::Refused);
        assert!(!root.join(".git/ran").exists());
    }

    #[test]
    fn who_never_stops_naming_filters_is_not_asked() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let git = root.join("git");
        fs::write(&git, "#!/bin/sh\nyes filter.x.clean | tr '\\n' '\\0'\n").unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(&git, mode).unwrap();
        let deadline = Instant::now() + Duration::from_secs(20);
        let question = Question { directory: &root, arguments: &["status"], deadline };
        let error = settings(&question, &git).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn every_filter_is_emptied_and_a_name_that_cannot_be_is_refused() {
        let settings = without(b"filter.a.b.clean\0filter.lfs.required\0").unwrap();
        assert_eq!(
            settings,
            [
                "filter.a.b.clean=",
                "filter.a.b.process=",
                "filter.a.b.required=false",
                "filter.a.b.smudge=",
                "filter.lfs.clean=",
                "filter.lfs.process=",
                "filter.lfs.required=false",
                "filter.lfs.smudge=",
            ]
        );
        assert_eq!(without(b"").unwrap(), [""; 0]);
        for bad in [b"filter.a=b.clean\0".as_slice(), b"filter.\xff.clean\0", b"nothing\0"] {
            assert!(without(bad).is_err());
        }
    }
}
