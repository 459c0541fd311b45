#!/usr/bin/env bats
# assay list: what there is to name, read from the tables.

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    assay=$PWD/${ASSAY:-build/release/assay}
    case ${ASSAY:-} in /*) assay=$ASSAY ;; esac
}

@test "without a word: codecs, payloads, workloads, scenarios and commands" {
    run "$assay" list
    [ "$status" -eq 0 ]
    [ "$(echo "$output" | grep -c '^[a-z]')" -eq 5 ]
    [ "${lines[0]}" = codecs ]
    for word in none gzip snappy lz4 zstd alert iot weather firms raster random run list; do
        echo "$output" | grep -Eq "^  $word +[^ ]" || { echo "$word missing: $output"; return 1; }
    done
}

@test "every built-in scenario is listed with one sentence, from any folder" {
    expected=$(cd scenarios && printf '%s\n' *.yaml | sed 's/\.yaml$//')
    cd "$BATS_TEST_TMPDIR"
    run "$assay" list scenarios
    [ "$status" -eq 0 ]
    [ "$(echo "$output" | awk '{print $1}')" = "$expected" ]
    echo "$output" | awk 'NF < 5 { exit 1 }'
}

@test "codecs say their levels, and the library in use" {
    run "$assay" list codecs
    [ "$status" -eq 0 ]
    echo "$output" | grep -Eq '^  zstd +levels 1 to 12, default 3; libzstd [0-9]+\.[0-9]+'
    echo "$output" | grep -Eq '^  snappy +libsnappy [0-9]'
    [ "${#lines[@]}" -eq 5 ]
}

@test "--json holds the same, and is JSON" {
    "$assay" list --json >"$BATS_TEST_TMPDIR/all.json"
    run python3 - "$BATS_TEST_TMPDIR/all.json" <<'PY'
import json, sys
d = json.load(open(sys.argv[1]))
assert sorted(d) == ["codecs", "commands", "payloads", "scenarios", "workloads"], sorted(d)
assert [c["name"] for c in d["codecs"]] == ["none", "gzip", "snappy", "lz4", "zstd"]
assert d["codecs"][4]["level_max"] == 12 and "level_max" not in d["codecs"][0]
assert any(s["name"] == "quick" and s["about"] for s in d["scenarios"])
PY
    echo "$output"
    [ "$status" -eq 0 ]
    "$assay" list payloads --json >"$BATS_TEST_TMPDIR/one.json"
    [ "$(grep -c '"name": "codecs"\|"codecs"' "$BATS_TEST_TMPDIR/one.json")" -eq 0 ]
    grep -q '"payloads"' "$BATS_TEST_TMPDIR/one.json"
}

@test "keys are the tables of the documentation" {
    "$assay" list keys >"$BATS_TEST_TMPDIR/keys"
    grep -q '^| `codecs` |' "$BATS_TEST_TMPDIR/keys"
    lines=$(wc -l <"$BATS_TEST_TMPDIR/keys")
    tail -n "$lines" docs/scenarios.md | diff - "$BATS_TEST_TMPDIR/keys"
}

@test "claims: every id with its kinds and first words, from any folder" {
    ids=$(sed -n 's/^  - id: //p' scenarios/claims/*.yaml)
    documents=$(sed -n 's/^document: //p' scenarios/claims/*.yaml)
    cd "$BATS_TEST_TMPDIR"
    run "$assay" list claims
    [ "$status" -eq 0 ]
    [ "$(sed -n 's/^  \([^ ]*\) .*/\1/p' <<<"$output")" = "$ids" ]
    [ "$(grep '^[^ ]' <<<"$output")" = "$documents" ]
    [ "$(grep -B1 '^  H01 ' <<<"$output" | head -1)" = 003-high-throughput-consumer ]
    echo "$output" | grep -Eq '^  H11  arithmetic +Test Duration: 300.00 seconds'
    echo "$output" | grep -Eq '^  A12  not_built +< 1 second cross-region replication lag$'
    echo "$output" | grep -Eq '^  O14  arithmetic, change +'
    echo "$output" | awk 'length($0) > 140 { print; exit 1 }'
}

@test "claims as JSON hold the words whole" {
    "$assay" list claims --json >"$BATS_TEST_TMPDIR/claims.json"
    run python3 - "$BATS_TEST_TMPDIR/claims.json" "$(sed -n 's/^  - id: //p' scenarios/claims/*.yaml)" <<'PY'
import json, sys
d = json.load(open(sys.argv[1]))
assert list(d) == ["claims"]
c = {x["id"]: x for x in d["claims"]}
assert [x["id"] for x in d["claims"]] == sys.argv[2].split()
assert c["O10"]["words"].endswith("27MB (base64 JSON encoded 20MB TIFF)")
assert c["O10"]["kinds"] == ["arithmetic", "change"], c["O10"]["kinds"]
assert c["O10"]["document"] == "001-optimization-guide"
PY
    echo "$output"
    [ "$status" -eq 0 ]
}

@test "a folder of one's own claims is listed, and a bad one is refused by line" {
    mkdir "$BATS_TEST_TMPDIR/own"
    printf 'document: mine\nclaims:\n  - {id: M1, words: fast, tests: [{kind: not_built, reason: none}]}\n' \
        >"$BATS_TEST_TMPDIR/own/mine.yaml"
    ASSAY_CLAIMS=$BATS_TEST_TMPDIR/own run "$assay" list claims
    [ "$status" -eq 0 ]
    [ "$(echo $output)" = "mine M1 not_built fast" ]
    printf 'document: mine\nclaims:\n  - {id: M1, words: fast, tests: [{kind: change, metric: ratio, from: a, to: b}]}\n' \
        >"$BATS_TEST_TMPDIR/own/mine.yaml"
    ASSAY_CLAIMS=$BATS_TEST_TMPDIR/own run "$assay" list claims
    [ "$status" -eq 2 ]
    [[ $output == *"/own/mine.yaml:3: claims[0].tests[0]: found no band with kind: change; expected band: {below: -20 %, to: -40 %}" ]]
}

@test "a word that is none is refused with the nearest, exit 2" {
    run "$assay" list scenario
    [ "$status" -eq 2 ]
    [ "$output" = 'assay: list: there is no "scenario" to list; did you mean "scenarios"?' ]
    run "$assay" list weather
    [ "$status" -eq 2 ]
    [ "$output" = 'assay: list: there is no "weather" to list; expected codecs, payloads, workloads, scenarios, claims, commands or keys' ]
    run "$assay" list codecs payloads
    [ "$status" -eq 2 ]
    [ "$output" = 'assay: list: takes one word at most, and got 2' ]
    run "$assay" list keys --json
    [ "$status" -eq 2 ]
}

@test "help with a command's name shows that command's help" {
    run "$assay" help run
    [ "$status" -eq 0 ]
    [[ $output == *"Usage: assay run"* ]]
    run "$assay" help
    [ "$status" -eq 0 ]
    [[ $output != *"Usage: assay run"* ]]
    echo "$output" | grep -q "^  codec "
}
