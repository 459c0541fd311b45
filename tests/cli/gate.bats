#!/usr/bin/env bats
# assay gate: of two made-up folders, and of real arms in one job. Real parts are short.
# Alone: the gate of a real run refuses to judge a shaken machine.

load kept_broker
load says

setup_file() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    [ -n "${FIXTURES:-}" ] || make -s build/release/fixtures/made_up_arms
    kept_broker_start
}

teardown_file() { kept_broker_stop; }

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    assay=$(realpath "$ASSAY_UNDER_TEST")
    FIXTURE=${FIXTURES:-$PWD/build/release/fixtures}/made_up_arms
    D=$BATS_TEST_TMPDIR
    unset GITHUB_ACTIONS GITHUB_STEP_SUMMARY
    cat >"$D/tiny.yaml" <<'YAML'
name: tiny
about: one codec, one record at a time
codecs: [zstd-3]
payloads: [iot]
batching: {records: 100, linger: 0 ms}
load: {in_flight: 1}
records: 60
warmup: 10
pool: 1 MB
YAML
}

# After "run" of a gate without a slower candidate: a pass, or a machine that is shaken and is said
# to be; never a regression. FOLDER holds its gate.json.
settled() {
    case $(jq -r .outcome "$1/gate.json") in
    PASS) [ "$status" -eq 0 ] ;;
    UNRELIABLE)
        [ "$status" -eq 3 ]
        says 'UNRELIABLE: in the [a-z]+ stage the baseline differs from itself'
        ;;
    *)
        printf 'exit %s:\n%s\n' "$status" "$output"
        return 1
        ;;
    esac
}

two() {
    "$FIXTURE" "$D/a"
    "$FIXTURE" "$D/b" seed=2 "$@"
    run "$assay" gate --baseline "$D/a" --out "$D/gate" "$D/b"
}

# Another parser reads junit.xml: TESTS FAILURES SKIPPED.
junit() {
    python3 - "$1" <<'PY'
import sys, xml.etree.ElementTree as T
s = T.parse(sys.argv[1]).getroot().find('testsuite')
assert len(s.findall('testcase')) == int(s.get('tests'))
assert len(s.findall('testcase/failure')) == int(s.get('failures'))
print(s.get('tests'), s.get('failures'), s.get('skipped'))
PY
}

@test "two folders that do not differ pass, and the limits of that are said" {
    two
    [ "$status" -eq 0 ]
    says '^PASS: none of 9 gated cases regressed'
    says 'null control .* exist only where both arms run in one job'
    [ "$(jq -r .outcome "$D/gate/gate.json")" = PASS ]
    [ "$(junit "$D/gate/junit.xml")" = "9 0 0" ]
}

@test "a slower candidate fails: exit 1, junit, annotations, summary" {
    export GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=$D/summary.md
    echo before >"$D/summary.md"
    two slower=1.3
    [ "$status" -eq 1 ]
    says '^REGRESSION: zstd-3'
    says '^::error title=assay gate%3A e2e_p50_ns REGRESSION::zstd-3.*limit 5 %25$'
    [ "$(junit "$D/gate/junit.xml")" = "9 3 0" ]
    [ "$(head -1 "$D/summary.md")" = before ]
    grep -q '^| zstd-3.*| REGRESSION |' "$D/summary.md"
}

@test "the name of a folder cannot put a line of its own into the log" {
    "$FIXTURE" "$D/b" seed=2
    evil=$D/$'a\n::error::made up \e[31m'
    "$FIXTURE" "$D/plain"
    cp -r "$D/plain" "$evil"
    for words in gate\ --baseline compare; do
        # shellcheck disable=SC2086 # words are separate
        run "$assay" $words "$evil" "$D/b"
        [ "$status" -eq 0 ]
        says 'a\?::error::made up \?\[31m'
        gone grep -q '^::error::made up' <<<"$output"
        gone grep -q $'\e' <<<"$output"
    done
    run "$assay" gate --baseline "$D/plain" --out "$evil/g" "$D/b"
    [ "$status" -eq 0 ]
    gone grep -q '^::error::made up' <<<"$output"
}

@test "a limit can be raised, and more bytes need no statistics" {
    "$FIXTURE" "$D/c" seed=3 slower=1.3
    two slower=1.3
    run "$assay" gate --baseline "$D/a" --limit e2e_p50_ns=90% --limit e2e_p99_ns=90% \
        --limit records_per_s=90% --out "$D/gate" "$D/c"
    [ "$status" -eq 0 ]
    "$FIXTURE" "$D/bytes" seed=4 bytes=1.001
    run "$assay" gate --baseline "$D/a" --out "$D/gate" "$D/bytes"
    [ "$status" -eq 1 ]
    run "$assay" gate --baseline "$D/a" --limit stored_bytes_per_record=0.2% --out "$D/gate" "$D/bytes"
    [ "$status" -eq 0 ]
}

@test "a reference that differs is unreliable, a missing cell inconclusive, a lost record integrity" {
    two reference=1.3 slower=1.3
    [ "$status" -eq 3 ]
    says '^UNRELIABLE: the reference arm itself differs'
    "$FIXTURE" "$D/arms" seed=5 arms=2
    run "$assay" gate --baseline "$D/a" --out "$D/gate" "$D/arms"
    [ "$status" -eq 3 ]
    says '^INCONCLUSIVE'
    "$FIXTURE" "$D/lost" seed=6 lost=2 slower=1.3
    run "$assay" gate --baseline "$D/a" --out "$D/gate" "$D/lost"
    [ "$status" -eq 4 ]
    says 'c01.b01 of .* is void: 1 of 5000 records lost'
}

# JQ: a copy of the made-up folder $D/calm in which it was applied to every trial of zstd-3.
with_zstd() {
    rm -rf "$D/changed"
    cp -r "$D/calm" "$D/changed"
    jq -c "if .cell.codec == \"zstd-3\" then $1 else . end" "$D/calm/trials.jsonl" >"$D/changed/trials.jsonl"
    run "$assay" gate --baseline "$D/a" --limit e2e_p50_ns=90% --limit e2e_p99_ns=90% --limit records_per_s=90% \
        --out "$D/gate" "$D/changed"
}

@test "nothing passes on the trials that survived" {
    "$FIXTURE" "$D/a"
    "$FIXTURE" "$D/calm" seed=2
    with_zstd .
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    with_zstd 'if .block <= 9 then .validity = "saturated" else . end'
    [ "$status" -eq 1 ] || { echo "$output"; return 1; }
    says '9 of 12 trials of the candidate are saturated, and 0 of 12 of the baseline, p 0.000'
    with_zstd 'if .block == 1 then .validity = "saturated" else . end'
    [ "$status" -eq 3 ] || { echo "$output"; return 1; }
    says '^INCONCLUSIVE: 1 of 12 trials of the candidate are saturated'
    with_zstd 'if .block == 1 then .validity = "void" | .why = "signal 11" | .integrity_hurt = false else . end'
    [ "$status" -eq 5 ] || { echo "$output"; return 1; }
    says '^INCONCLUSIVE: 1 of 12 trials of the candidate are void'
    says 'is void: signal 11'
    [[ $output != *PASS* ]]
    run "$assay" compare "$D/a" "$D/changed"
    says 'zstd-3 +1 of 12 trials of B are void, and 0 of 12 of A; first c0[0-9].b01: signal 11'
}

@test "trials that have no value are no trials that passed" {
    two
    [ "$status" -eq 0 ]
    jq -c 'if .cell.codec == "zstd-3" and .block <= 7 then .latency_ns = {} | .throughput.records_per_s = null else . end' \
        "$D/b/trials.jsonl" >"$D/less" && mv "$D/less" "$D/b/trials.jsonl"
    run "$assay" gate --baseline "$D/a" --out "$D/gate-less" "$D/b"
    [ "$status" -eq 3 ]
    says 'not measured in all trials of the candidate'
}

@test "folders with one arm in common are not passed" {
    "$FIXTURE" "$D/a" arms=1
    "$FIXTURE" "$D/b" arms=1 seed=2
    run "$assay" gate --baseline "$D/a" --out "$D/gate" "$D/b"
    [ "$status" -eq 3 ] || { echo "$output"; return 1; }
    says '^INCONCLUSIVE: the folders have one arm in common'
}

@test "bad input: one sentence, exit 2 or 6, nothing written" {
    "$FIXTURE" "$D/a"
    "$FIXTURE" "$D/few" seed=2 blocks=3
    "$FIXTURE" "$D/few2" seed=3 blocks=3
    "$FIXTURE" "$D/enough" seed=4 blocks=5
    : >"$D/nothing"
    head -c 4096 /bin/true >"$D/not-executable"
    echo 'sasl.password: hunter2' >"$D/password"
    mkdir "$D/folder"
    while read -r code words; do
        # shellcheck disable=SC2086 # words are separate
        run "$assay" gate $words
        [ "$status" -eq "$code" ] || { echo "$words: $status: $output"; return 1; }
        [ "$(wc -l <<<"$output")" -eq 1 ]
        [[ $output != *hunter2* ]]
        gone [ -e "$D/gate" ]
    done <<WORDS
2 --baseline $D/a --out $D/gate $D/a
6 --baseline $D/none --out $D/gate $D/a
2 --baseline $D/a --out $D/gate $D/none
2 --baseline $D/few --out $D/gate $D/few2
6 --baseline $D/few --out $D/gate $D/enough
2 --baseline $D/a --candidate $D/nothing --out $D/gate $D/few
6 --baseline $D/none --out $D/gate -- $D/tiny.yaml
2 --baseline $D/folder --out $D/gate -- $D/tiny.yaml
2 --baseline /bin/true --out $D/gate -- $D/tiny.yaml
2 --baseline $D/not-executable --out $D/gate -- $D/tiny.yaml
2 --baseline $D/password --out $D/gate -- $D/tiny.yaml
2 --baseline $D/tiny.yaml --out $D/gate -- $D/tiny.yaml
2 --baseline $D/nothing --candidate $D/none --out $D/gate -- $D/tiny.yaml
2 --baseline $D/nothing --blocks 3 --out $D/gate -- $D/tiny.yaml
2 --baseline $D/nothing --set blocks=3 --out $D/gate -- $D/tiny.yaml
2 --baseline $D/nothing --out $D/gate -- no-such-scenario
2 --limit e2e_p50_ns=5 --baseline $D/a $D/few
2 --limit e2e_p50_ns=0x10% --baseline $D/a $D/few
2 --limit e2e_p50_ns=+8% --baseline $D/a $D/few
2 --limit e2e_p50_ns=inf% --baseline $D/a $D/few
2 --limit speed=5% --baseline $D/a $D/few
2 --out $D/gate $D/a
WORDS
    [ "$(cd "$D" && ls a)" = "$(printf 'environment.json\ntrials.jsonl')" ]
}

@test "a folder of libraries that assay would not load is refused before anything is measured" {
    mkdir "$D/strange"
    cp -L "$(ldd "$assay" | awk '/librdkafka/ {print $3}')" "$D/strange/librdkafka-0cb94173.so.1"
    run "$assay" gate --quiet --baseline "$D/strange" --blocks 7 --out "$D/gate" -- "$D/tiny.yaml"
    [ "$status" -eq 2 ]
    [[ $output == *"/strange: assay loads none of the shared objects in it"* ]]
    [ ! -e "$D/gate" ]
}

@test "one job: the same program and libraries as baseline pass, and the library's file is on record" {
    mkdir "$D/lib"
    cp -L "$(ldd "$assay" | awk '/librdkafka/ {print $3}')" "$D/lib/librdkafka.so.1"
    run "$assay" gate --quiet --baseline "$D/lib" --blocks 7 --out "$D/gate" -- "$D/tiny.yaml"
    settled "$D/gate"
    says '^baseline:  .*/lib \(shared objects\)'
    [ "$(jq -r 'select(.cell.arm == "baseline") | .client_library' "$D/gate/trials.jsonl" | sort -u |
        grep -c '/lib/librdkafka.so.1)$')" -eq 1 ]
    gone grep -q 'candidate.*lib/librdkafka' <(jq -r '.cell.arm + .client_library' "$D/gate/trials.jsonl")
    junit "$D/gate/junit.xml"
    run "$assay" gate --quiet --baseline "$assay" --blocks 7 --out "$D/gate2" -- "$D/tiny.yaml"
    settled "$D/gate2"
    says '\(program\)'
}

@test "one job: a candidate that lingers fails after its confirmation, order reversed" {
    : >"$D/base.properties"
    echo 'linger.ms=30' >"$D/slow.properties"
    run "$assay" gate --quiet --baseline "$D/base.properties" --candidate "$D/slow.properties" \
        --blocks 7 --out "$D/gate" -- "$D/tiny.yaml"
    if [ "$status" -eq 3 ]; then
        settled "$D/gate"
        skip "the machine is too unsteady: $output"
    fi
    [ "$status" -eq 1 ]
    says 'e2e_p50_ns: .* confirmation '
    order() { jq -r "select(.scenario == \"$1\" and .block == 1) | .cell.arm" "$D/gate/trials.jsonl"; }
    [ "$(order tiny)" = "$(order tiny-again | tac)" ]
}

@test "the workflow of the documentation is YAML with the gate in it" {
    awk '/^```yaml/ {on = 1; next} /^```/ {on = 0} on' docs/ci.md >"$D/workflow.yaml"
    python3 -c 'import yaml' 2>/dev/null || skip "python3 has no yaml module here"
    python3 - "$D/workflow.yaml" <<'PY'
import sys, yaml
job = yaml.safe_load(open(sys.argv[1]))["jobs"]["gate"]
assert any("assay gate --baseline" in step.get("run", "") for step in job["steps"])
PY
}

@test "--plan shows both stages and how long they take, and starts nothing" {
    printf 'linger.ms=5\n' >"$D/now.properties"
    cd "$D"
    run "$assay" gate --plan --baseline now.properties --blocks 7 -- tiny.yaml
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    says '^baseline +now.properties \(client properties\)$'
    says '^candidate +as installed$'
    for arm in baseline 'baseline again' candidate; do says "^  c[0-9]+ +$arm: zstd-3 "; done
    says '^3 cells in 1 comparison, 7 blocks: 21 trials, interleaved\.$'
    says '^Null control: the baseline runs twice in every block'
    says 'end-to-end latency, median \(5 %\), end-to-end latency, p99 \(10 %\).*: 2 noisy cases, for which 7 blocks are the fewest\.$'
    says '^Confirmation stage: only of what is worse, .* at most 21 trials, about '
    says '^In all about .*, at most about '
    [ ! -e results ]
    run "$assay" gate --plan --limit e2e_p50_ns=20% --baseline now.properties --blocks 2 -- tiny.yaml
    [ "$status" -eq 2 ]
    says 'too few blocks for 2 comparisons'
    run "$assay" gate --plan --set records=8 --set 'load={rate: 100/s}' --baseline now.properties -- tiny.yaml
    [ "$status" -eq 0 ]
    says 'no latency can ever be judged: 8 records a trial are measured, a median needs 20; only sizes can'
    "$FIXTURE" "$D/a"
    run "$assay" gate --plan --baseline "$D/a" "$D/a"
    [ "$status" -eq 2 ]
    run "$assay" gate --plan --baseline nowhere -- tiny.yaml
    [ "$status" -eq 6 ]
}
