#!/usr/bin/env bats
# A metric that a workload records reaches every output by one row of the table of metrics: the
# fixture is assay with such a row, and nothing else changed.

load says

setup_file() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    [ -n "${FIXTURES:-}" ] || make -s build/release/fixtures/{made_up_arms,made_up_run,assay_metric_more}
}

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    fixtures=${FIXTURES:-$PWD/build/release/fixtures}
    MORE=$fixtures/assay_metric_more
    D=$BATS_TEST_TMPDIR
    export LC_ALL=C.UTF-8
    record a 1 4
    record b 2 2
}

# A folder whose workload recorded about so many members, a little different in every block.
record() {
    "$fixtures/made_up_arms" "$D/$1.plain" seed="$2"
    mkdir -p "$D/$1"
    cp "$D/$1.plain/environment.json" "$D/$1/"
    jq -c --argjson n "$3" '.metrics.members_used = (if .reference then 4 else $n end) + .block / 100 + .position / 50' \
        "$D/$1.plain/trials.jsonl" >"$D/$1/trials.jsonl"
}

@test "the table, CSV, JSON, Markdown and HTML have it" {
    COLUMNS=400 run "$MORE" report "$D/a"
    [ "$status" -eq 0 ]
    says ' members '
    says '× members'
    head -1 "$D/a/results.csv" | grep -q ',members_used,members_used_min,members_used_max,members_used_versus,'
    [ "$(jq '[.groups[].cells[].median.members_used.n] | add' "$D/a/summary.json")" -eq 36 ]
    [ "$(jq '[.groups[].cells[].versus_reference.members_used.n // 0] | add' "$D/a/summary.json")" -eq 24 ]
    grep -q '| members |' "$D/a/report.md"
    grep -q 'members: that had work' "$D/a/report.md"
    grep -q '<figcaption>members that had work' "$D/a/report.html"
    grep -q '<th>members that had work</th>' "$D/a/report.html"
    # the plot and the overview name their metrics in no other place
    grep -q 'set ylabel "members that had work"' "$D/a/plots/group00-members.gp"
    grep -q '^# arm.*members_used' "$D/a/plots/group00-members.dat"
    if [ "$(jq '.groups | length' "$D/a/summary.json")" -gt 1 ]; then
        grep -q 'At a glance.*× members that had work against the reference arm' "$D/a/report.html"
    fi
}

@test "compare and gate judge it, with its polarity and its limit" {
    run "$MORE" compare "$D/a" "$D/b"
    says 'zstd-3 +members_used .* less'
    run "$MORE" gate --baseline "$D/a" --out "$D/gate" --limit members_used=8% "$D/b"
    [ "$(jq -r '[.cases[] | select(.metric == "members_used")] | length' "$D/gate/gate.json")" -gt 0 ]
    [ "$(jq -r '[.cases[] | select(.metric == "members_used") | .limit] | unique | .[0]' "$D/gate/gate.json")" = 0.08 ]
}

@test "a value that was cut off is shown as at least so much" {
    jq -c '.metrics.members_used |= {at_least: .}' "$D/a/trials.jsonl" >"$D/cut.jsonl"
    mv "$D/cut.jsonl" "$D/a/trials.jsonl"
    run "$MORE" report "$D/a"
    [ "$status" -eq 0 ]
    grep -q '≥ 4.0' "$D/a/report.html"
    COLUMNS=400 run "$MORE" report "$D/a"
    says ' members .*'
    says '≥ 4\.[0-9]+'
    [ "$(jq '[.groups[].cells[].median.members_used.censored] | add' "$D/a/summary.json")" -eq 36 ]
    [ "$(jq '[.groups[].cells[].median.members_used.at_least] | all' "$D/a/summary.json")" = true ]
    head -1 "$D/a/results.csv" | grep -q ',members_used_versus_max,members_used_censored'
}

@test "values cut off decide where they can, and else compare and gate are undecided" {
    # B has at least 8 members where A has 4: more, however many they were
    jq -c '.metrics.members_used = (if .reference then .metrics.members_used else {at_least: (8 + .block / 100)} end)' \
        "$D/a/trials.jsonl" >"$D/b/trials.jsonl"
    run "$MORE" compare "$D/a" "$D/b"
    says 'zstd-3 +members_used .*open\] +more'
    # A cut off, too: which has more is not known
    cp "$D/b/trials.jsonl" "$D/a/trials.jsonl"
    run "$MORE" compare "$D/a" "$D/b"
    says 'zstd-3 +members_used .*\[unbounded\] +not decided: values were cut off'
    run "$MORE" gate --baseline "$D/a" --out "$D/gate" "$D/b"
    [ "$status" -eq 3 ]
    says 'INCONCLUSIVE: [0-9]+ of [0-9]+ gated cases hangs? on values that were cut off'
}

# Sets the records that were processed twice in all trials of a folder: twice DIR JQ
twice() {
    jq -c ".metrics.processed_twice = ($2)" "$D/$1/trials.jsonl" >"$D/new.jsonl"
    mv "$D/new.jsonl" "$D/$1/trials.jsonl"
}

@test "a count that is 0 is judged by its difference, and its limit is in its unit" {
    record c 2 4
    twice a 0
    twice c 'if .reference then 0 else 500 + .block end'
    COLUMNS=400 run "$MORE" report "$D/c"
    [ "$status" -eq 0 ]
    says '\+50[0-9] \(\+501–\+512\)'
    [ "$(jq '[.groups[].cells[].versus_reference.processed_twice | select(. != null) | .max] | max' "$D/c/summary.json")" -eq 512 ]
    run "$MORE" compare "$D/a" "$D/c"
    says 'zstd-3 +processed_twice +0 +50[67].* \+50[67] \[\+50[0-9], \+5[01][0-9]\] +more'
    run "$MORE" gate --baseline "$D/a" --out "$D/gate" "$D/c"
    [ "$status" -eq 1 ]
    says 'REGRESSION: .*'
    says 'processed_twice: 0 -> 50[67].*, \+50[67] .*; limit 10'
    [ "$(jq -r '[.cases[] | select(.metric == "processed_twice") | .main.relative] | unique | .[0]' "$D/gate/gate.json")" = false ]
    printf 'linger.ms=5\n' >"$D/now.properties"
    printf '%s\n' 'about: a plan' 'codecs: none' 'payloads: iot' 'records: 100' >"$D/tiny.yaml"
    (cd "$D" && "$MORE" gate --plan --baseline now.properties --limit processed_twice=12 --blocks 7 -- tiny.yaml) |
        grep -q 'processed twice (12)'
    # worse by less than the limit is no regression
    run "$MORE" gate --baseline "$D/a" --out "$D/gate" --limit processed_twice=600 "$D/c"
    [ "$status" -eq 0 ]
    run "$MORE" gate --baseline "$D/a" --out "$D/gate" --limit processed_twice=8% "$D/c"
    [ "$status" -eq 2 ]
    # fewer than before is no harm; nothing before and nothing now is no difference
    run "$MORE" gate --baseline "$D/c" --out "$D/gate" "$D/a"
    [ "$status" -eq 0 ]
    twice c 0
    run "$MORE" compare "$D/a" "$D/c"
    says 'zstd-3 +processed_twice +0 +0 +0 \[0, 0\] +no difference found'
    run "$MORE" gate --baseline "$D/a" --out "$D/gate" "$D/c"
    [ "$status" -eq 0 ]
}

@test "a difference with values cut off is open where that matters" {
    record c 2 4
    twice a 3
    twice c 'if .reference then 3 else {at_least: (60 + .block)} end'
    run "$MORE" compare "$D/a" "$D/c"
    says 'zstd-3 +processed_twice .*, open\] +more'
    twice c '{at_least: 2}'
    run "$MORE" gate --baseline "$D/a" --out "$D/gate" "$D/c"
    [ "$status" -eq 3 ]
}

@test "a latency is drawn by its row: its own chart and its own plot" {
    "$fixtures/made_up_run" "$D/run"
    for log in "$D"/run/hist/*.hlog; do
        sed -n 's/^Tag=service,/Tag=processing,/p' "$log" >>"$log"
    done
    run "$MORE" report "$D/run"
    [ "$status" -eq 0 ]
    grep -q 'time to process by percentile, all valid trials merged' "$D/run/report.html"
    grep -q 'time in the queue by percentile (flat out: not a latency)' "$D/run/report.html"
    grep -q "set ylabel 'time to process, ms'" "$D/run/plots/group00-processing.gp"
    grep -q 'processing_ms, a block per arm' "$D/run/plots/group00-processing.dat"
    [ "$(jq '[.groups[].cells[].latency_ns.processing.n // 0] | max' "$D/run/summary.json")" -gt 0 ]
    grep -q 'e2e_ms, a block per arm' "$D/run/plots/group00-latency.dat"
}
