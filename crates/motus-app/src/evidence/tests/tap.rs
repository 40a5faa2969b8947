//! The Test Anything Protocol as its writers spell it.

use motus_ledger::report::Format::Tap;

use super::{refused, told};

#[test]
fn version_12_with_its_plan_at_either_end() {
    let first = "1..4\nok 1 - opens\nnot ok 2 - reads\n#   Failed test 'reads'\nok 3 # skip no network\nnot ok 4 - waits # TODO later\n";
    let last = "ok 1 - opens\nnot ok 2 - reads\nsome output\nok 3 # skip no network\nnot ok 4 - waits # TODO later\r\n1..4";
    for report in [first, last] {
        assert_eq!(
            told(Tap, report),
            "4 total, 1 passed, 1 failed, 0 errored, 2 skipped\n\
             passed null opens\nfailed null reads\nskipped null test 3\nskipped null waits"
        );
    }
}

#[test]
fn version_13_with_details() {
    let report = "TAP version 13\n1..2\nok 1 - adds\n  ---\n  duration_ms: 12.6\n  message: |\n    not ok 9 - in a text\n  ...\nnot ok - subtracts\n  ---\n  found: /home/bob\n  ...\n";
    assert_eq!(
        told(Tap, report),
        "2 total, 1 passed, 1 failed, 0 errored, 0 skipped\n\
         passed 13 adds\nfailed null subtracts"
    );
}

/// As `node --test --test-reporter tap` writes it.
pub(super) const NODE: &str = "TAP version 13
# Subtest: reader
    # Subtest: reads empty lines
    ok 1 - reads empty lines
      ---
      duration_ms: 0.491
      type: 'test'
      ...
    # Subtest: waits
    not ok 2 - waits # TODO
      ---
      duration_ms: 3
      ...
    1..2
ok 1 - reader
  ---
  duration_ms: 5.2
  type: 'suite'
  ...
1..1
# tests 2
# pass 1
# duration_ms 61.7
";

#[test]
fn points_of_subtests_count_and_what_sums_them_up_does_not() {
    assert_eq!(
        told(Tap, NODE),
        "2 total, 1 passed, 0 failed, 0 errored, 1 skipped\n\
         passed 0 reader > reads empty lines\nskipped 3 reader > waits"
    );
}

#[test]
fn version_14_with_subtests_in_each_form() {
    let report = "TAP version 14
1..4
    # Subtest: named within
    ok 1 - a
    not ok 2 - b
    1..2
not ok 1 - named within
    ok 1 - c
        ok 1 - d
        1..1
    ok 2 - deep
    1..2
ok 2 - bare
# Subtest: empty
    1..0 # SKIP nothing to do
ok 3 - empty # SKIP nothing to do
ok 4 - flat
";
    assert_eq!(
        told(Tap, report),
        "6 total, 4 passed, 1 failed, 0 errored, 1 skipped\n\
         passed null named within > a\nfailed null named within > b\n\
         passed null c\npassed null d\nskipped null empty\npassed null flat"
    );
}

/// As `Test::More` of Perl writes it.
const PERL: &str = "1..3
ok 1 - first \\# 1
# Subtest: outer
    # Subtest: deep
        1..1
        ok 1 - x
    ok 1 - deep
    ok 2 - y
    1..2
ok 2 - outer
not ok 3 - waits # TODO later
#   Failed (TODO) test 'waits'
#   at t.pl line 5.
";

#[test]
fn a_subtest_may_begin_with_a_subtest() {
    assert_eq!(
        told(Tap, PERL),
        "4 total, 3 passed, 0 failed, 0 errored, 1 skipped\n\
         passed null first # 1\npassed null outer > deep > x\n\
         passed null outer > y\nskipped null waits"
    );
}

#[test]
fn subtests_in_braces() {
    let report = "TAP version 13
ok 1 - reader # time=5.5ms {
    ok 1 - opens
    ok 2 - closes # SKIP
    1..2
}

not ok 2 - writer
  ---
  at: x
  ...
{
    ok 1 - opens
    1..1
}
ok 3 - flat # time=2ms
1..3
";
    assert_eq!(
        told(Tap, report),
        "5 total, 3 passed, 1 failed, 0 errored, 1 skipped\n\
         passed null reader > opens\nskipped null reader > closes\n\
         passed null writer > opens\nfailed null writer\npassed 2 flat"
    );
}

#[test]
fn what_is_known_to_fail_is_no_failure_with_all_that_is_in_it() {
    let report = "1..2\n    not ok 1 - a\n    1..3\nnot ok 1 - group # TODO later\nok 2 - b # TODO done by chance\n";
    assert_eq!(
        told(Tap, report),
        "3 total, 1 passed, 0 failed, 0 errored, 2 skipped\n\
         skipped null a\nskipped null plan 1..3, 1 run\npassed null b"
    );
}

#[test]
fn a_subtest_that_fails_without_a_failing_point_is_a_failure() {
    let report = "1..1\n    ok 1 - a\n    1..1\nnot ok 1 - group\n";
    assert_eq!(
        told(Tap, report),
        "2 total, 1 passed, 1 failed, 0 errored, 0 skipped\npassed null a\nfailed null group"
    );
}

#[test]
fn a_plan_that_is_not_kept_is_an_error() {
    let broken = |report: &str| told(Tap, report).lines().last().map(str::to_owned);
    for (report, expected) in [
        ("1..3\nok 1\nok 2\n", "errored null plan 1..3, 2 run"),
        ("1..1\nok 1\nok 2\n", "errored null plan 1..1, 2 run"),
        ("1..2\nok 1\nok 3\n", "errored null plan 1..2, 2 run"),
        ("1..0\nok 1\n", "errored null plan 1..0, 1 run"),
        ("ok 1\n", "errored null no plan"),
        ("TAP version 14\n", "errored null no plan"),
        ("# Subtest: s\n    1..2\n    ok 1\nok 1\n1..1\n", "errored null s > plan 1..2, 1 run"),
    ] {
        assert_eq!(broken(report).as_deref(), Some(expected), "{report}");
    }
    assert_eq!(
        told(Tap, "1..0 # SKIP no database\n"),
        "0 total, 0 passed, 0 failed, 0 errored, 0 skipped"
    );
}

#[test]
fn giving_up_is_an_error_and_ends_the_report() {
    for report in [
        "1..9\nok 1 - a\nBail out! no disk at /home/bob\nok 2\n",
        "1..9\n    ok 1 - a\n    Bail out!",
    ] {
        assert_eq!(
            told(Tap, report),
            "2 total, 1 passed, 0 failed, 1 errored, 0 skipped\npassed null a\nerrored null Bail out!"
        );
    }
}

#[test]
fn output_between_the_lines_is_passed_over() {
    let report = b"1..2\n{\n}\n---\nok 1 - a\n---\n  ok 9 - odd indentation\n            ok 9 - too deep\nokay\n\xff\xfe\nok 2 - \xff\n";
    assert_eq!(
        told(Tap, report),
        "2 total, 2 passed, 0 failed, 0 errored, 0 skipped\npassed null a\npassed null \u{fffd}"
    );
}

#[test]
fn what_is_no_report_is_refused_with_its_place() {
    let level = |level| format!("{}ok 1\n", "    ".repeat(level));
    let deep = (0..40).map(level).collect::<Vec<_>>().concat();
    for (report, expected) in [
        ("", "1:1: there is no plan and no point of a test in it"),
        ("some\noutput\n", "3:1: there is no plan and no point of a test in it"),
        ("TAP version 15\n1..1\nok 1\n", "1:1: the version of TAP is none of 12, 13 and 14"),
        ("1..1\nok 1\n1..1\n", "3:1: there is a second plan"),
        ("1..99999999999999999999\n", "1:1: the plan is too large a number"),
        ("1..1\nok 1\n  ---\n  x: y\n", "3:1: the details of a point do not end"),
        (&deep, "33:1: there are more than 32 levels of subtests"),
    ] {
        assert_eq!(refused(Tap, report), expected, "{report}");
    }
}
