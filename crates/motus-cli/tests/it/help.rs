//! Help, version and completions.

use motus_json::Value;

use crate::support::{Scene, parse};

const COMMANDS: [&str; 78] = [
    "wrap",
    "scope",
    "scope probe",
    "scope check",
    "scope explain",
    "scope profiles",
    "action",
    "run",
    "run list",
    "run show",
    "run receipt",
    "run packet",
    "run evidence",
    "run decisions",
    "run route",
    "run handoff",
    "run export",
    "run import",
    "work",
    "work claim",
    "work context",
    "work outcome",
    "work evidence",
    "work decision",
    "work release",
    "work accept",
    "work status",
    "work receipt",
    "work cleanup",
    "work list",
    "receipt",
    "receipt verify",
    "receipt schema",
    "release",
    "release scaffold",
    "release sync",
    "release validate",
    "release finalize",
    "release show",
    "lock",
    "lock acquire",
    "lock assert",
    "lock release",
    "lock list",
    "db",
    "db stats",
    "db vacuum",
    "db analyze",
    "db checkpoint",
    "db lock-info",
    "db wait",
    "db recover",
    "db backup",
    "doctor",
    "init",
    "install",
    "config",
    "config show",
    "config get",
    "config set",
    "config unset",
    "config reset",
    "config path",
    "bundle",
    "bundle verify",
    "bundle explain",
    "loop",
    "loop simulate",
    "strategy",
    "strategy match",
    "effects",
    "effects normalize",
    "effects compress",
    "effects covers",
    "effects check",
    "canonicalize",
    "completions",
    "help",
];

#[test]
fn the_first_page_begins_with_examples() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.tell(&["--help"]), @r#"
    exit 0
    --- stdout
    Examples:
      motus wrap -- cargo test       run a command and record it
      motus run list                 see what was recorded
      motus work claim FIX-12        take a task, and keep others from it
      motus run receipt latest       read the receipt of the newest run
      motus doctor                   check the Store
      motus bundle verify bundle/    verify the bundle of a loop

    Records work as runs with append-only events, and turns runs into receipts

    Usage: motus [OPTIONS] <COMMAND>

    Commands:
      wrap          Runs a command and records it as a run
      scope         Tells what a command may do, and how far this machine holds it to that
      action        Runs the command of a CI step, records it, and leaves its documents as files
      run           Reads, exports and takes in recorded runs
      work          Claims tasks, adds proof, releases and hands over
      receipt       Makes a receipt of a closed run, and looks at those of others
      release       Takes a release through its stages to one final receipt
      lock          Takes, shows and gives back locks with fencing tokens
      db            Looks after the Store's file
      doctor        Checks the Store and what is around it
      init          Sets a workspace up
      install       Writes your configuration where there is none
      config        Shows and changes settings
      bundle        Verifies and explains bundles of loops
      loop          Runs loops that a scenario simulates
      strategy      Tells which strategies fit what was observed
      effects       Normalises, compresses and compares effects, and checks those of a run
      canonicalize  Writes JSON from standard input in its canonical form CJ-0.1
      completions   Prints a completion script for a shell
      help          Explains a command or a topic

    Options:
          --db <PATH>  Use this Store file instead of the default one
      -h, --help       Print help
      -V, --version    Print version

    The Store is .motus/kernel-store.db in the current directory, or MOTUS_KERNEL_STORE_PATH.
    Exit codes: `motus help exit-codes`.
    --- stderr
    "#);
    let work = scene.run(&["work"]);
    assert_eq!((work.code, work.stderr.len()), (Some(0), 0));
    assert_eq!(work.stdout, scene.run(&["work", "-h"]).stdout);
    let bare = scene.run(&[]);
    assert_eq!((bare.code, bare.stdout.len()), (Some(2), 0));
    assert_eq!(bare.stderr, scene.run(&["-h"]).stdout);
}

#[test]
fn every_command_begins_its_help_with_examples() {
    let scene = Scene::new();
    for command in COMMANDS {
        let words: Vec<&str> = command.split(' ').collect();
        for flag in ["--help", "-h"] {
            let page =
                scene.run(&[&words, [flag].as_slice()].concat()).expect_success().stdout_text();
            assert!(page.starts_with("Example"), "{command}: {page}");
            assert!(page.contains(&format!("motus {}", words[0])), "{command}: {page}");
        }
    }
}

#[test]
fn help_with_a_command_is_that_commands_help() {
    let scene = Scene::new();
    for command in COMMANDS {
        let words: Vec<&str> = command.split(' ').collect();
        let asked = scene.run(&[&["help"], words.as_slice()].concat()).expect_success();
        let own = scene.run(&[&words, ["--help"].as_slice()].concat()).expect_success();
        assert_eq!(asked.stdout_text(), own.stdout_text(), "{command}");
    }
    insta::assert_snapshot!(scene.tell(&["help", "wrap"]), @r#"
    exit 0
    --- stdout
    Examples:
      motus wrap -- pytest -q
      motus wrap --timeout 600 -- make release
      motus wrap --evidence junit:report.xml -- pytest --junitxml=report.xml
      motus wrap --allow write:out/ --profile toolchain -- make
      motus wrap -- sh -c 'cargo build && cargo test'

    Runs a command and records it as a run

    The command's output passes through unchanged and only its size is recorded. Its exit code
    becomes this command's, with 124 when its time was up, 126 and 127 when it could not be started,
    and 128+N when signal N ended it.

    With any option of a scope the command, and all that it starts, is held to what is declared as far as
    this machine can, what it attempts is recorded, and what it leaves running is ended. docs/scope.md tells
    what that protects from, and what not.

    Usage: motus wrap [OPTIONS] -- COMMAND [ARGUMENTS]...

    Arguments:
      [COMMAND]...
              The command and its arguments, after `--`

    Options:
          --db <PATH>
              Use this Store file instead of the default one

          --max-output-bytes <N>
              Mark output larger than this many bytes as truncated in the record [default: 16384, or as configured]

          --timeout <SECONDS>
              End the command, with all of its process group, after this many seconds; `inf` is no limit

          --evidence <KIND:PATH>
              Take a file that the command writes as evidence: junit, tap, sarif, cargo-json or file, and where it is

          --no-record
              Run the command and record nothing

      -q, --quiet
              Leave out the lines that name the run and the Store, and notes

      -h, --help
              Print help (see a summary with '-h')

    Scope:
          --allow <KIND:VALUE>
              Allow this: read:PATH, write:PATH, exec:PROGRAM, net:URL or unix:PATH; may be repeated

          --profile <NAME>
              Allow what this profile allows; `motus scope profiles` lists them; may be repeated

          --scope <FILE>
              Allow what this document allows

          --require <LEVEL>
              Refuse to run where the scope would be held to less: snapshot, observed, enforced+snapshot or enforced+observed

          --learn[=<FILE>]
              Stop nothing, and tell the smallest scope that would have let it pass: on stderr, or in a new FILE

    The command finds MOTUS_RUN_ID and MOTUS_KERNEL_STORE_PATH in its environment.
    --- stderr
    "#);
}

#[test]
fn the_exit_codes_are_a_topic() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.tell(&["help", "exit-codes"]), @r#"
    exit 0
    --- stdout
    `motus wrap` exits with the code of the command that it runs. Otherwise:

          0  done
          1  refused, failed, or the answer is no; the report, or error[code] on stderr, says why
          2  the command line, or a document that it names, cannot be used
          3  reserved for waiting for a person or a gate; no command gives it yet
          4  in conflict with what is recorded: held, closed, or said otherwise
        124  wrap: the command ran out of time
        126  wrap: the command exists and cannot be executed
        127  wrap: the command was not found
        141  wrap: nobody reads the command's output any more
      128+N  wrap: signal N ended the command, or was sent to end it

    When 1 or 2 is that of `motus wrap` itself, the command was not started: a line on stderr begins
    with `error[`, and no line `motus run:` follows. It is also 1 when the command ended with 0 and its
    output could not be written: `warning[output.failed]`. Every other 1 or 2 is the command's own.
    --- stderr
    "#);
    let codes = parse(&scene.run(&["help", "exit-codes", "--json"]).expect_success().stdout);
    assert_eq!(codes.get("124").and_then(Value::as_str), Some("wrap: the command ran out of time"));
}

#[test]
fn an_unknown_topic_is_refused() {
    let scene = Scene::new();
    insta::assert_snapshot!(scene.tell(&["help", "no", "such"]), @r#"
    exit 2
    --- stdout
    --- stderr
    error[usage.topic_unknown]: there is no command or topic `no such`
    hint: see the commands with `motus --help`
    "#);
    assert_eq!(scene.run(&["help", "run", "no"]).code, Some(2));
    let refused = scene.run(&["help", "no", "--json"]);
    assert_eq!(refused.code, Some(2));
    let code = parse(&refused.stderr).get("code").and_then(Value::as_str).map(str::to_owned);
    assert_eq!(code.as_deref(), Some("usage.topic_unknown"));
}

#[test]
fn help_that_is_text_is_refused_as_json() {
    let scene = Scene::new();
    for topic in [["help", "wrap", "--json"].as_slice(), &["help", "--json"]] {
        let refused = scene.run(topic);
        assert_eq!((refused.code, refused.stdout.len()), (Some(2), 0));
        let code = parse(&refused.stderr).get("code").and_then(Value::as_str).map(str::to_owned);
        assert_eq!(code.as_deref(), Some("usage.topic_is_text"));
    }
}

#[test]
fn the_lines_of_a_receipt_are_explained() {
    let page = Scene::new().run(&["run", "receipt", "--help"]).expect_success().stdout_text();
    for line in ["Accepted close", "Evidence", "Decisions", "Next"] {
        assert!(page.contains(&format!("\n  {line}  ")), "{line}: {page}");
    }
}

#[test]
fn a_full_output_is_a_failure_of_help_as_well() {
    if !std::path::Path::new("/dev/full").exists() {
        let test = "a_full_output_is_a_failure_of_help_as_well";
        return motus_testkit::harness::skip(test, "there is no /dev/full");
    }
    let scene = Scene::new();
    for arguments in [["--help"].as_slice(), &["--version"], &["wrap", "-h"], &["help"]] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = scene.motus(arguments);
        let child = command.stdout(full).stderr(std::process::Stdio::piped()).spawn().unwrap();
        let ended = motus_testkit::harness::Captured::from(child.wait_with_output().unwrap());
        assert_eq!(ended.code, Some(1), "{arguments:?}");
        let stderr = ended.stderr_text();
        assert!(stderr.starts_with("error[output.failed]: stdout cannot be written"), "{stderr}");
    }
}

#[test]
fn the_version_is_one_line() {
    let scene = Scene::new();
    let line = format!("motus {} (Apache 2.0)\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(scene.run(&["--version"]).expect_success().stdout_text(), line);
    assert_eq!(scene.run(&["-V"]).expect_success().stdout_text(), line);
}

#[test]
fn there_are_completions_for_each_shell() {
    let scene = Scene::new();
    for (shell, word) in
        [("bash", "complete -F"), ("zsh", "#compdef motus"), ("fish", "complete -c motus")]
    {
        let script = scene.run(&["completions", shell]).expect_success().stdout_text();
        for known in [word, "receipt", "bundle", "explain", "effects", "canonicalize"] {
            assert!(script.contains(known), "{shell}: {known}");
        }
    }
    assert_eq!(scene.run(&["completions", "sh"]).code, Some(2));
    let page = scene.run(&["completions", "--help"]).expect_success().stdout_text();
    for shell in ["bash", "zsh", "fish"] {
        assert!(page.contains(&format!("\n  motus completions {shell} > ~/")), "{page}");
    }
    assert_eq!(page.matches("\n  mkdir -p ").count(), 3, "{page}");
}

#[test]
fn nothing_of_this_needs_a_store_or_makes_one() {
    let scene = Scene::new();
    for arguments in
        [["--help"].as_slice(), &["--version"], &["help", "wrap"], &["completions", "fish"]]
    {
        let ended = scene.run(arguments).expect_success();
        assert_eq!(ended.stderr_text(), "");
        assert!(!ended.stdout_text().contains('\u{1b}'));
    }
    assert!(!scene.path(".motus").exists());
}
