#!/usr/bin/env bats
# assay probe: statements put to the test on a real broker, held against what is known of Kafka 4.3.1
# and librdkafka; and what it says when it cannot answer.

load kept_broker

setup_file() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    [ -d var/kafka/lib ] || skip "no Kafka here; scripts/setup fetches it"
    kept_broker_start --heap 512MiB
}

teardown_file() {
    [ ! -d "${ASSAY_VAR:-/nowhere}" ] || kept_broker_stop
}

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    tmp=$BATS_TEST_TMPDIR
}

# answers NAME ANSWER TEXT...: the probe comes to that answer, and says each text.
answers() {
    local name=$1 answer=$2 text
    shift 2
    "$ASSAY_UNDER_TEST" probe "$name" --json >"$tmp/json"
    cat "$tmp/json"
    [ "$(jq -r .schema "$tmp/json")" = assay-probe/1 ]
    [ "$(jq -r '.probes[0].answer' "$tmp/json")" = "$answer" ]
    for text in "$@"; do
        jq -r '.probes[0].seen' "$tmp/json" | grep -qF -- "$text" || return 1
    done
}

# leaves NOTHING behind: no topic of a probe is on the broker.
no_topics_left() {
    bootstrap=$("$ASSAY_UNDER_TEST" broker status --json | jq -r .bootstrap)
    kcat -L -b "$bootstrap" >"$tmp/topics"
    if grep -q 'probe-' "$tmp/topics"; then return 1; fi
}

@test "without a name the probes are listed, each with its statement" {
    "$ASSAY_UNDER_TEST" probe >"$tmp/list"
    for name in librdkafka-levels idempotence-acks policy-fallback codec-visible topic-limit-direct \
        topic-limit-cure topic-compression images-to-100mb chunks-put-together reassembly-gives-up \
        large-by-reference serialization-time formats-supported metadata-limit \
        rollback-mixed-topic; do
        grep -qE "^$name +[A-Za-z0-9]" "$tmp/list"
    done
}

@test "levels and idempotence are asked of the client itself, without a broker" {
    export ASSAY_VAR=$tmp/empty
    answers librdkafka-levels contradicted "to 12 for zstd" "not clamped"
    answers idempotence-acks confirmed "acks=1 is refused"
    [ ! -e "$tmp/empty" ]
}

@test "a fallback from zstd stores gzip, and only the policy says so" {
    answers policy-fallback confirmed "gzip instead of zstd-6" "stored as gzip" "health saw nothing"
    no_topics_left
}

@test "nobody shows the codec after a silent fallback" {
    answers codec-visible contradicted "stored as none" "in force say gzip" "naming no codec" \
        'debug=msg' 'naming "uncompressed"'
    no_topics_left
}

@test "a topic's limit is found to the byte" {
    answers topic-limit-direct confirmed "20 000 000 bytes: taken" \
        "(20 MiB): refused by the broker" "has 20971446 bytes" "with zstd taken" \
        "1 MB: refused by the client"
    no_topics_left
}

@test "the broker's limit does not cure the topic's; its settings are put back" {
    bootstrap=$("$ASSAY_UNDER_TEST" broker status --json | jq -r .bootstrap)
    answers topic-limit-cure contradicted "refused with message.max.bytes = 52428800 at the broker" \
        "taken once the topic's own"
    no_topics_left
    # After it a topic takes again what the broker was started with.
    answers topic-limit-direct confirmed
    head -c 30000000 /dev/zero >"$tmp/zeros"
    java -cp 'var/kafka/lib/*' org.apache.kafka.tools.TopicCommand --bootstrap-server "$bootstrap" \
        --create --topic afterwards >"$tmp/log" 2>&1
    kcat -P -b "$bootstrap" -t afterwards -X message.max.bytes=40000000 "$tmp/zeros"
    "$ASSAY_UNDER_TEST" inspect afterwards --bootstrap "$bootstrap" | grep -qE '^all +1 +1 '
}

@test "a topic's own compression.type wins, at the broker's cost" {
    answers topic-compression confirmed "none is stored as zstd" "gzip is stored as zstd" \
        "lz4 is stored as zstd" "broker CPU"
    no_topics_left
}

@test "images of up to 100 MB arrive byte for byte" {
    answers images-to-100mb confirmed "10 MB byte for byte, 20 MB byte for byte in one record" \
        "100 MB byte for byte in chunks" "0 wrong images"
    no_topics_left
}

@test "chunks keep their order and are put together, or reported, never wrong" {
    answers chunks-put-together confirmed "over 6 partitions: 3 arrived" "0 out of order" \
        "lost: 1 whole, 1 reported, 0 wrong" "doubled: 2 whole, 0 reported, 0 wrong" \
        "damaged: 1 whole, 1 reported, 0 wrong" "interleaved: 2 whole, 0 reported, 0 wrong"
    no_topics_left
}

@test "after a rollback a topic of envelopes and JSON is read by one reader" {
    answers rollback-mixed-topic confirmed "8 envelopes and 4 JSON documents" \
        "12 images arrived once and byte for byte, 0 wrong, 0 refused"
    no_topics_left
}

@test "metadata of 1 MB fit their topic, a byte more is refused" {
    answers metadata-limit confirmed "(1 MB): taken, and read again" "1000001 bytes" \
        "(1 MiB): refused"
    no_topics_left
}

@test "beyond 100 MB a reference travels; altered and expired URLs are refused" {
    [ -x var/versitygw/versitygw ] || skip "no versitygw here; scripts/setup brings it"
    ln -sfn "$PWD/var/versitygw" "$ASSAY_VAR/versitygw"
    answers large-by-reference confirmed "1 reference of" "came byte for byte" \
        "changed signature refused" "changed lifetime refused" "has expired"
    no_topics_left
    rm "$ASSAY_VAR/versitygw"
}

@test "without an S3 server nothing is said of references" {
    [ ! -e "$ASSAY_VAR/versitygw" ] || skip "there is one"
    status=0
    "$ASSAY_UNDER_TEST" probe large-by-reference >"$tmp/out" 2>"$tmp/err" || status=$?
    [ "$status" -eq 3 ]
    grep -q "none in var/versitygw" "$tmp/out"
}

@test "formats without their real files are no answer; with them all five are known" {
    mkdir -p "$tmp/var"
    status=0
    ASSAY_VAR=$tmp/var "$ASSAY_UNDER_TEST" probe formats-supported >"$tmp/out" || status=$?
    [ "$status" -eq 3 ]
    grep -q "no var/data/raster/photograph.jp2" "$tmp/out"
    grep -q "png (made here, one pixel" "$tmp/out"
    [ -d var/data/raster ] || skip "no data here; scripts/fetch-data fetches it"
    ln -s "$PWD/var/data" "$tmp/var/data"
    ASSAY_VAR=$tmp/var answers formats-supported confirmed "5 of 5 formats"
    [ ! -e var/data/raster/natural-earth.png ] || grep -q "png (a real file, 339069 bytes)" "$tmp/json"
}

@test "a broker of others is not reconfigured: no answer, exit 3" {
    bootstrap=$("$ASSAY_UNDER_TEST" broker status --json | jq -r .bootstrap)
    status=0
    "$ASSAY_UNDER_TEST" probe topic-limit-cure --bootstrap "$bootstrap" >"$tmp/out" 2>"$tmp/err" ||
        status=$?
    [ "$status" -eq 3 ]
    grep -q "only on a broker of our own" "$tmp/out"
    grep -q "1 of 1 probes came to no answer" "$tmp/err"
}

@test "an unknown probe is refused, with the nearest" {
    status=0
    "$ASSAY_UNDER_TEST" probe topic-limit-direkt >"$tmp/out" 2>"$tmp/err" || status=$?
    [ "$status" -eq 2 ]
    grep -q "did you mean topic-limit-direct" "$tmp/err"
    status=0
    "$ASSAY_UNDER_TEST" probe codec-visible --bootstrap 127.0.0.1:1 >"$tmp/out" 2>"$tmp/err" ||
        status=$?
    [ "$status" -eq 5 ]
}
