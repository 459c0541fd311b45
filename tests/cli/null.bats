#!/usr/bin/env bats
# The null workload: trials of nothing but the instrument, without a broker.

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    assay=$PWD/${ASSAY:-build/release/assay}
    case ${ASSAY:-} in /*) assay=$ASSAY ;; esac
    out=$BATS_TEST_TMPDIR/out
    cat >"$BATS_TEST_TMPDIR/null.yaml" <<'YAML'
about: what notes cost
workload: {null: {notes: [0, 1, 4]}}
records: 10000
warmup: 100
blocks: 2
YAML
}

@test "null runs without a broker, and each value of its key is an arm" {
    run "$assay" run "$BATS_TEST_TMPDIR/null.yaml" --out "$out" --quiet
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    [ "$(jq -r .cell.workload "$out/trials.jsonl" | sort -u)" = null ]
    [ "$(jq -r .cell.parameters "$out/trials.jsonl" | sort | uniq -c | awk '{print $1, $2, $3}' | paste -sd,)" = \
        "2 notes 0,2 notes 1,2 notes 4" ]
    [ "$(jq -r '[.validity, .delivery.sent, .delivery.received, .measured_records] | @csv' "$out/trials.jsonl" | sort -u)" = \
        '"valid",10100,0,10000' ]
    [ "$(jq -r .broker "$out/environment.json")" = "no broker" ]
    [[ $output == *"notes 4"* ]]
    [[ $output == *"all 60600 records were made, and sent nowhere"* ]]
    # It has no latencies, so that none of their histograms is missing.
    [[ $output != *histogram* ]] || { echo "$output"; return 1; }
    [ "$(jq .histograms_absent "$out/summary.json")" -eq 0 ]
}

# 16 notes of 24 bytes for each of 20 million records.
@test "its plan counts the notes that it keeps" {
    run "$assay" run "$BATS_TEST_TMPDIR/null.yaml" --plan --set 'workload={null: {notes: 16}}' --set records=20M
    [ "$status" -eq 0 ]
    [[ $output == *"0 B of disk "*" and 7.68 GB of memory are needed"* ]] || { echo "$output"; return 1; }
}

@test "a rate holds it back" {
    run "$assay" run "$BATS_TEST_TMPDIR/null.yaml" --out "$out" --quiet --blocks 1 \
        --set 'workload={null: {notes: 2}}' --set 'load={rate: 20000/s}'
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    [ "$(jq '.throughput.records_per_s < 40000' "$out/trials.jsonl")" = true ]
}

@test "a trial in which nothing was due is void, and not valid" {
    sed -i '/^records/d' "$BATS_TEST_TMPDIR/null.yaml"
    run "$assay" run "$BATS_TEST_TMPDIR/null.yaml" --out "$out" --quiet --blocks 1 --set warmup=0 \
        --set 'workload={null: {notes: 2}}' --set 'load={phases: [{rate: 1/s, for: 100 ms}]}'
    [ "$status" -eq 5 ] || { echo "$status: $output"; return 1; }
    [ "$(jq -r '[.validity, .measured_records, .why] | @csv' "$out/trials.jsonl")" = \
        '"void",0,"found no record due in the measured stretch; expected a longer duration or a higher rate"' ]
}

@test "what means nothing to it is refused" {
    run "$assay" run "$BATS_TEST_TMPDIR/null.yaml" --out "$out" --set 'codecs=[none]'
    [ "$status" -eq 2 ]
    [[ $output == *"codecs: found it with workload null"* ]]
    run "$assay" run "$BATS_TEST_TMPDIR/null.yaml" --out "$out" --set 'workload={null: {notes: 65}}'
    [ "$status" -eq 2 ]
    [[ $output == *'workload.null.notes: found "65"'* ]]
    run "$assay" run "$BATS_TEST_TMPDIR/null.yaml" --out "$out" --data "$BATS_TEST_TMPDIR/null.yaml"
    [ "$status" -eq 2 ]
    [[ $output == *"--data"*"workload null"* ]]
    [ ! -e "$out" ]
}
