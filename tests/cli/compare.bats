#!/usr/bin/env bats
# assay compare: two result folders, cell by cell, from made-up runs whose truth is known.

load says

setup_file() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    [ -n "${FIXTURES:-}" ] || make -s build/release/fixtures/made_up_arms
}

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    ASSAY=${ASSAY:-$PWD/build/release/assay}
    FIXTURE=${FIXTURES:-$PWD/build/release/fixtures}/made_up_arms
    D=$BATS_TEST_TMPDIR
    "$FIXTURE" "$D/a"
}

@test "alike runs: no difference found, and how large one would have been" {
    "$FIXTURE" "$D/b" seed=2
    run "$ASSAY" compare "$D/a" "$D/b"
    [ "$status" -eq 0 ]
    says 'zstd-3 +e2e_p50_ns .*no difference found \(at least [0-9.]+ % would have been\)'
    says 'gzip-6 +stored_bytes_per_record .*0 % \(exact\) +the same'
    says '^6 noisy comparisons share alpha = 0.05'
}

@test "what is slower, faster and larger is called so, with an interval" {
    "$FIXTURE" "$D/b" seed=3 slower=1.3 bytes=1.01 librdkafka=2.3.0
    run "$ASSAY" compare "$D/a" "$D/b"
    [ "$status" -eq 0 ]
    says 'librdkafka differs: 2.0.2 -> 2.3.0'
    says 'zstd-3 +e2e_p50_ns .*\[\+.*\] +slower'
    says 'gzip-6 +stored_bytes_per_record .*\+1 % \(exact\) +larger'
    run "$ASSAY" compare "$D/b" "$D/a"
    says 'zstd-3 +e2e_p50_ns .*\[-.*\] +faster'
}

@test "a long linger hides nothing: all latencies twice as long are seen" {
    "$FIXTURE" "$D/a12" linger_ms=12000
    "$FIXTURE" "$D/b12" seed=2 linger_ms=12000 slower=2
    run "$ASSAY" compare "$D/a12" "$D/b12"
    [ "$status" -eq 0 ]
    says 'zstd-3 +e2e_p50_ns .*\[\+.*\] +slower'
    says 'zstd-3 +e2e_p99_ns .*\[\+.*\] +slower'
    run "$ASSAY" gate --baseline "$D/a12" --out "$D/gate" "$D/b12"
    [ "$status" -eq 1 ]
    says '^REGRESSION: '
}

lacks() {
    if grep -qE -- "$1" <<<"$output"; then
        printf 'said: %s\nin:\n%s\n' "$1" "$output"
        return 1
    fi
}

@test "alpha is mentioned where there is noise to share it" {
    "$FIXTURE" "$D/b" seed=2
    run "$ASSAY" compare --metric stored_bytes_per_record "$D/a" "$D/b"
    [ "$status" -eq 0 ]
    lacks 'noisy|alpha'
    "$FIXTURE" "$D/a2" arms=2
    "$FIXTURE" "$D/b2" seed=2 arms=2
    run "$ASSAY" compare --metric e2e_p50_ns "$D/a2" "$D/b2"
    [ "$status" -eq 0 ]
    says '^1 noisy comparison at alpha = 0.05'
}

@test "one metric, as JSON" {
    "$FIXTURE" "$D/b" seed=3 slower=1.3
    run "$ASSAY" compare --metric e2e_p50_ns --json "$D/a" "$D/b"
    [ "$status" -eq 0 ]
    [ "$(jq -r '.schema, .comparisons' <<<"$output" | paste -sd,)" = assay-comparison/1,2 ]
    [ "$(jq -r '.cells[] | select(.arm == "zstd-3") | .effects[] | [.metric, .says] | join(",")' \
        <<<"$output")" = e2e_p50_ns,slower ]
    [ "$(jq -r '.cells[] | select(.arm == "zstd-3") | .effects[0] | .lo < .change and .change < .hi' \
        <<<"$output")" = true ]
}

@test "arms are held against the reference arm of their run, and it is told when that differs" {
    "$FIXTURE" "$D/b" seed=4 reference=1.3 slower=1.3
    run "$ASSAY" compare "$D/a" "$D/b"
    [ "$status" -eq 0 ]
    says '^note: the reference arm itself differs \(none'
    says 'zstd-3 +e2e_p50_ns .* no difference found'
    says 'gzip-6 +e2e_p50_ns .* faster$'
}

@test "cells of one folder only are listed" {
    "$FIXTURE" "$D/b" seed=5 arms=2
    run "$ASSAY" compare "$D/a" "$D/b"
    [ "$status" -eq 0 ]
    says '^only in A: gzip-6: made-up, weather of 1.00 KB, raw, batches 100 records, 5.00 ms, load closed 16, link unlimited$'
}

@test "too few blocks: the table, and how many are needed" {
    "$FIXTURE" "$D/few" seed=5 blocks=3
    "$FIXTURE" "$D/few2" seed=6 blocks=3
    run "$ASSAY" compare "$D/few" "$D/few2"
    [ "$status" -eq 2 ]
    says 'zstd-3 +e2e_p50_ns .*too few blocks'
    says 'too few blocks for 6 comparisons: 3 in A and 3 in B, and 5 in each are needed'
}

@test "a baseline that is none: exit 6 and one sentence" {
    run "$ASSAY" compare "$D/none" "$D/a"
    [ "$status" -eq 6 ]
    [ "$output" = "assay: no baseline: $D/none does not exist" ]

    cp -r "$D/a" "$D/empty"
    : >"$D/empty/trials.jsonl"
    "$FIXTURE" "$D/b" seed=2
    run "$ASSAY" compare "$D/empty" "$D/b"
    [ "$status" -eq 6 ]
    says 'holds no finished trial'

    cp -r "$D/a" "$D/cut"
    truncate -s -10 "$D/cut/trials.jsonl"
    run "$ASSAY" compare "$D/cut" "$D/b"
    [ "$status" -eq 6 ]
    says 'trials.jsonl is truncated'

    cp -r "$D/a" "$D/schema"
    sed -i 's/assay-trial\/2/assay-trial\/9/' "$D/schema/trials.jsonl"
    run "$ASSAY" compare "$D/schema" "$D/b"
    [ "$status" -eq 6 ]
    says 'no baseline: .*trials.jsonl:1: schema'
    [ "$(wc -l <<<"$output")" -eq 1 ]
}

@test "another host: exit 6, or a loud warning with --any-host" {
    "$FIXTURE" "$D/host" seed=2 cores=8
    run "$ASSAY" compare "$D/a" "$D/host"
    [ "$status" -eq 6 ]
    says 'the baseline is from another host \(cores: 2, now 8\)'
    run "$ASSAY" compare --any-host "$D/a" "$D/host"
    [ "$status" -eq 0 ]
    says 'WARNING: these runs are from DIFFERENT HOSTS'
    rm "$D/host/environment.json"
    run "$ASSAY" compare "$D/host" "$D/a"
    [ "$status" -eq 6 ]
    says 'has no environment.json'
}

@test "usage: the same folder twice, a candidate that is none, an unknown metric" {
    run "$ASSAY" compare "$D/a" "$D/../${D##*/}/a"
    [ "$status" -eq 2 ]
    says 'are the same folder'
    run "$ASSAY" compare "$D/a" "$D/none"
    [ "$status" -eq 2 ]
    run "$ASSAY" compare "$D/a"
    [ "$status" -eq 2 ]
    "$FIXTURE" "$D/b" seed=2
    run "$ASSAY" compare --metric e2e_p50 "$D/a" "$D/b"
    [ "$status" -eq 2 ]
    says 'did you mean e2e_p50_ns'
}

@test "nothing is written" {
    "$FIXTURE" "$D/b" seed=2
    before=$(cd "$D" && find a b -type f -exec md5sum {} + | sort)
    run "$ASSAY" compare "$D/a" "$D/b"
    [ "$before" = "$(cd "$D" && find a b -type f -exec md5sum {} + | sort)" ]
}
