# This repository's own tests, run and recorded by the `motus` that was built from it, with their results as
# evidence. Sourced by .ci/run.
#
# recorded_tests BLOCK: leaves target/own-run/{export,receipt,envelope}.json, tests.xml and the Store. The exit
# code is that of the tests; what is wrong with the record counts when nothing is wrong with them.

# junit_of FILE: makes a JUnit report of what `cargo test` printed.
#
# The harness names each test as it ends, and counts them behind each program. Where the two do not agree,
# something else wrote between its lines, and there is no report.
junit_of() {
  awk '
    function escaped(text) {
      gsub(/&/, "\\&amp;", text); gsub(/</, "\\&lt;", text); gsub(/>/, "\\&gt;", text)
      gsub(/"/, "\\&quot;", text)
      return text
    }
    # What a test that failed had printed may look like anything.
    /^failures:$/ { repeated = 1 }
    /^running [0-9]+ tests?$/ && !repeated { programs++ }
    /^test .* \.\.\. (ok|FAILED|ignored(, .*)?)$/ && !repeated {
      name = $0; sub(/^test /, "", name)
      result = name; sub(/.* \.\.\. /, "", result); sub(/,.*/, "", result)
      sub(/ \.\.\. (ok|FAILED|ignored(, .*)?)$/, "", name)
      below = result == "FAILED" ? "<failure/>" : result == "ignored" ? "<skipped/>" : ""
      cases[programs] = cases[programs] sprintf("<testcase name=\"%s\">%s</testcase>\n", escaped(name), below)
      named++
    }
    /^test result: / {
      repeated = 0
      for (field = 2; field <= NF; field++)
        if ($field ~ /^(passed|failed|ignored);$/) counted += $(field - 1)
    }
    END {
      if (named + 0 == 0 || named + 0 != counted + 0) {
        printf "no report of the tests: %d were named and %d counted\n", named, counted >"/dev/stderr"
        exit 1
      }
      print "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>"
      for (program = 1; program <= programs; program++)
        printf "<testsuite name=\"program %d\">\n%s</testsuite>\n", program, cases[program]
      print "</testsuites>"
    }
  ' "$1"
}

# whole_lines: passes on lines as they are complete, so that nothing gets in between.
whole_lines() {
  local line
  while IFS= read -r line || [[ -n $line ]]; do printf '%s\n' "$line"; done
}

# run_and_report BLOCK DIRECTORY: runs the tests, and leaves tests.xml in the directory.
run_and_report() {
  # The tests record runs of their own, which do not belong into this Store.
  unset MOTUS_RUN_ID MOTUS_KERNEL_STORE_PATH
  local status=0 shell=(bash -euo pipefail -c "$1")
  # What is started in the background, or by nohup, ignores signals that some of the tests send.
  if env --default-signal=HUP,INT,QUIT true 2>/dev/null; then
    shell=(env --default-signal=HUP,INT,QUIT "${shell[@]}")
  fi
  { "${shell[@]}" 2>&1 >&3 | whole_lines >&2; } 3>&1 | tee "$2/tests.txt" || status=$?
  junit_of "$2/tests.txt" >"$2/tests.xml" || rm "$2/tests.xml"
  rm "$2/tests.txt"
  return "$status"
}

# documents MOTUS DIRECTORY STATUS: leaves what was recorded, and checks that it is sound and says the same.
documents() {
  local motus=("$1" --db "$2/kernel-store.db")
  "${motus[@]}" run export latest >"$2/export.json" &&
    "${motus[@]}" run receipt latest --json >"$2/receipt.json" &&
    "${motus[@]}" receipt latest --format envelope >"$2/envelope.json" &&
    "$1" receipt verify --strict "$2/envelope.json" || return
  local succeeded=1
  grep -q '^  "outcome": "success",$' "$2/receipt.json" || succeeded=0
  if ((succeeded != ($3 == 0))); then
    echo "the tests ended with $3, and their receipt says something else" >&2
    return 1
  fi
  # A build that failed has no tests to tell of.
  if ((succeeded)) && ! grep -q 'evidence\.motus_wrap\.test_result' "$2/export.json"; then
    echo "the results of the tests are not in the record" >&2
    return 1
  fi
}

recorded_tests() {
  local directory=target/own-run motus="${CARGO_TARGET_DIR:-target}/release/motus" script status=0
  rm -rf "$directory"
  mkdir -p "$directory"
  echo "$1"
  # The functions go along as text, so that one command is recorded.
  script="set -euo pipefail
$(declare -f junit_of whole_lines run_and_report)
run_and_report \"\$@\""
  "$motus" --db "$directory/kernel-store.db" wrap --timeout inf --evidence "junit:$directory/tests.xml" \
    -- bash -c "$script" own-run "$1" "$directory" || status=$?
  documents "$motus" "$directory" "$status" || ((status != 0)) || status=$?
  return "$status"
}
