#!/usr/bin/env bats
# What a trial says is stored are its own records, and all of them: while others write to its topic,
# delete from it, or change what the broker keeps.

load kept_broker

setup_file() {
    [ -d "$BATS_TEST_DIRNAME/../../var/kafka/lib" ] || skip "no Kafka here; scripts/setup fetches it"
    kept_broker_start --heap 512MiB
    BROKER=$("$ASSAY_UNDER_TEST" broker status --json | jq -r .bootstrap)
    export BROKER
    # The broker's first transaction makes 50 partitions, which holds up whoever sends meanwhile.
    meddler=${FIXTURES:-$BATS_TEST_DIRNAME/../../build/release/fixtures}/topic_meddler
    "$meddler" make "$BROKER" first && "$meddler" abort "$BROKER" first 1000
}

teardown_file() { [ -z "${ASSAY_UNDER_TEST-}" ] || kept_broker_stop; }

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    assay=${ASSAY_UNDER_TEST:-build/release/assay}
    meddler=${FIXTURES:-build/release/fixtures}/topic_meddler
    tmp=$BATS_TEST_TMPDIR
    topic=t-$BATS_TEST_NUMBER
    cat >"$tmp/stored.yaml" <<'YAML'
codecs: [zstd-3]
payloads: [iot]
batching: {records: 50, linger: 20 ms}
load: {in_flight: 6}
records: 3000
warmup: 100
blocks: 1
YAML
}

# measures WHILE...: one trial in $topic, during which that is done; its exit code is in $status.
measures() {
    local pid
    status=0
    "$assay" run "$tmp/stored.yaml" --topic "$topic" --bootstrap "$BROKER" --out "$tmp/out" \
        >"$tmp/said" 2>"$tmp/err" &
    pid=$!
    # Not before the trial has sent for a second or two: no broker is warmed for a topic of others.
    until [ "$(kcat -Q -b "$BROKER" -t "$topic:0:-1" | sed 's/.*offset //')" -gt 600 ]; do
        kill -0 "$pid" || { cat "$tmp/err"; return 1; }
        sleep 0.2
    done
    "$@"
    wait "$pid" || status=$?
}

of() { jq -r "$1" "$tmp/out/trials.jsonl"; }

@test "an aborted transaction of somebody else is not stored by the trial" {
    "$meddler" make "$BROKER" "$topic"
    measures "$meddler" abort "$BROKER" "$topic" 500000
    [ "$status $(of .validity)" = "0 valid" ] || { cat "$tmp/err"; return 1; }
    # The log holds both, and warm-ups of the broker before; the trial's own are zstd's alone.
    [ "$(of '.codec_stored | keys | join(" ")')" = zstd ]
    [ "$(of '.ratio > 1.5')" = true ]
    [ "$("$assay" inspect "$topic" --bootstrap "$BROKER" --json |
        jq '[.codecs[] | select(.codec == "none") | .stored_bytes] | add >= 500000')" = true ]
}

@test "records that were deleted while the trial ran are missed" {
    "$meddler" make "$BROKER" "$topic"
    measures "$meddler" cut "$BROKER" "$topic"
    [ "$status" -eq 5 ] || { echo "exit $status"; of .why; cat "$tmp/err"; return 1; }
    [ "$(of .validity)" = void ]
    [[ $(of .why) == "the log holds "*" of 3100 acknowledged records: others were deleted"* ]]
    [ "$(of '.bytes.stored, .ratio | tostring' | sort -u)" = null ]
}

@test "a setting of the topic that is changed while the trial ran is named" {
    "$meddler" make "$BROKER" "$topic"
    measures "$meddler" alter "$BROKER" "$topic" retention.ms 86400000
    [ "$status" -eq 5 ] || { echo "exit $status"; of .why; cat "$tmp/err"; return 1; }
    [[ $(of .why) == "the topic's retention.ms was changed from "*" to 86400000 while the trial ran" ]] || {
        of .why
        return 1
    }
}

@test "a topic that unpacks what it is sent is told by its setting" {
    "$meddler" make "$BROKER" "$topic" compression.type uncompressed
    status=0
    "$assay" run "$tmp/stored.yaml" --topic "$topic" --bootstrap "$BROKER" --out "$tmp/out" \
        >"$tmp/said" 2>"$tmp/err" || status=$?
    [ "$status" -eq 4 ]
    grep -q "batches are stored with none, not with zstd: the topic's compression.type is uncompressed" \
        "$tmp/err" || { cat "$tmp/err"; return 1; }
}
