#!/usr/bin/env bats
# assay topics and assay doctor --size on a real broker: what is created is what the documents say,
# what differs is named, and a verdict on a size is held against what the broker really does.

load kept_broker

setup_file() {
    [ -d "$BATS_TEST_DIRNAME/../../var/kafka/lib" ] || skip "no Kafka here; scripts/setup fetches it"
    kept_broker_start --heap 512MiB
    BROKER=$("$ASSAY_UNDER_TEST" broker status --json | jq -r .bootstrap)
    export BROKER
    export CLASSPATH="$PWD/var/kafka/lib/*"
}

teardown_file() { [ -z "${ASSAY_UNDER_TEST-}" ] || kept_broker_stop; }

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    assay=${ASSAY_UNDER_TEST:-build/release/assay}
    tmp=$BATS_TEST_TMPDIR
}

# ends WITH ARGS...: exits with that code; what it printed is in $tmp/out and $tmp/err.
ends() {
    local code=$1 status=0
    shift
    "$assay" "$@" >"$tmp/out" 2>"$tmp/err" || status=$?
    [ "$status" -eq "$code" ] || { echo "exit $status: $(cat "$tmp/out" "$tmp/err")"; return 1; }
}

kafka_configs() {
    java org.apache.kafka.tools.ConfigCommand --bootstrap-server "$BROKER" "$@" 2>/dev/null ||
        java kafka.admin.ConfigCommand --bootstrap-server "$BROKER" "$@" 2>"$tmp/log"
}

@test "the three topics are created as the documents have them, once" {
    ends 1 topics check --prefix a-
    grep -q '^wrong      a-wildfire-satellite-imagery-binary: it does not exist$' "$tmp/out"
    grep -q '^assay: 3 topics are not as the documents have them$' "$tmp/err"
    ends 0 topics create --prefix a-
    [ "$(grep -c '^created ' "$tmp/out")" -eq 3 ]
    ends 0 topics create --prefix a-
    [ "$(grep -c '^was there ' "$tmp/out")" -eq 3 ]
    ends 0 topics check --prefix a- --bootstrap "$BROKER"
    [ "$(grep -c '^right ' "$tmp/out")" -eq 3 ]
    # Another client's word for it.
    java org.apache.kafka.tools.TopicCommand --bootstrap-server "$BROKER" --describe \
        --topic a-wildfire-satellite-imagery-binary >"$tmp/topic" 2>/dev/null
    grep -q 'PartitionCount: 8' "$tmp/topic"
    grep -q 'compression.type=zstd' "$tmp/topic"
    grep -q 'max.message.bytes=20971520' "$tmp/topic"
}

@test "a topic that differs is named with what differs, and left alone" {
    java org.apache.kafka.tools.TopicCommand --bootstrap-server "$BROKER" --create \
        --topic b-wildfire-satellite-imagery-chunks --partitions 2 \
        --config max.message.bytes=1000 2>"$tmp/log"
    ends 1 topics create --prefix b- --json
    [ "$(jq -r '.[2].state' "$tmp/out")" = "was there" ]
    [ "$(jq -r '.[2].differs' "$tmp/out")" = "its number of partitions is 2, not 6; max.message.bytes is 1000, not 10485760; compression.type is producer, not zstd" ]
    [ "$(jq -r '.[0].state' "$tmp/out")" = created ]
}

@test "the broker refuses exactly the sizes that doctor says it refuses" {
    topic=c-chunks
    java org.apache.kafka.tools.TopicCommand --bootstrap-server "$BROKER" --create --topic "$topic" \
        --partitions 1 --config max.message.bytes=10485760 2>"$tmp/log"
    # The largest value that passes: the limit less a batch's header, lengths and a key of 32 bytes.
    largest=$((10485760 - 61 - 4 - 4 - 1 - 32 - 4))
    ends 0 doctor --size "$largest B" --topic "$topic" --message-max 20MB --json
    [ "$(jq -r '[.[].level] | unique | join(" ")' "$tmp/out")" = ok ]
    ends 5 doctor --size "$((largest + 1)) B" --topic "$topic" --message-max 20MB --json
    [[ $(jq -r '.[3].says' "$tmp/out") == "the first to refuse: max.message.bytes of the topic is 10485760; 10485761 bytes are needed" ]]
    [[ $(jq -r '.[3].cure' "$tmp/out") == "kafka-configs.sh --alter --entity-type topics --entity-name $topic --add-config max.message.bytes=10485761 "* ]]
    grep -q ': the topic refuses it first;' "$tmp/err"
    # kcat sends bytes that do not compress, uncompressed, with a key of 32 bytes.
    head -c "$largest" /dev/urandom >"$tmp/fits"
    head -c "$((largest + 1))" /dev/urandom >"$tmp/large"
    key=0123456789abcdef0123456789abcdef
    send() {
        timeout 60 kcat -P -b "$BROKER" -t "$topic" -p 0 -k "$key" -z none \
            -X message.max.bytes=20000000 "$1" 2>"$tmp/log"
    }
    send "$tmp/fits" || { cat "$tmp/log"; return 1; }
    if send "$tmp/large" && ! grep -q 'Message size too large' "$tmp/log"; then
        cat "$tmp/log"
        return 1
    fi
    java org.apache.kafka.tools.GetOffsetShell --bootstrap-server "$BROKER" --topic "$topic" \
        --partitions 0 2>/dev/null >"$tmp/offsets"
    grep -q ':0:1$' "$tmp/offsets"
}

@test "the producer refuses exactly the sizes that doctor says it refuses" {
    export ASSAY_VAR=$tmp/var
    mkdir "$ASSAY_VAR"
    ends 0 doctor --size "999932 B"
    ends 5 doctor --size "999933 B"
    grep -q '^REFUSES  producer ' "$tmp/out"
    # Nobody listens there: what librdkafka says of the size it says before it sends.
    try() {
        head -c "$1" /dev/zero >"$tmp/value"
        timeout 3 kcat -P -b 127.0.0.1:1 -t x -k 0123456789abcdef0123456789abcdef \
            -X message.max.bytes=1000000 "$tmp/value" 2>&1 | grep -c 'Message size too large'
    }
    [ "$(try 999932)" -eq 0 ]
    [ "$(try 999933)" -eq 1 ]
}

@test "raising the broker's limit does not cure a topic with its own, as the guide would have it" {
    ends 0 topics create --prefix d-
    topic=d-wildfire-satellite-imagery-binary
    kafka_configs --alter --entity-type brokers --entity-default \
        --add-config message.max.bytes=52428800
    ends 5 doctor --size 30MB --topic "$topic" --message-max 100MB
    grep -q '^ok       broker      message.max.bytes of the broker is 52428800, and does not count' "$tmp/out"
    grep -q '^REFUSES  topic       the first to refuse: max.message.bytes of the topic is 20971520' "$tmp/out"
    # Where the topic has none of its own, the broker's counts: and now 30 MB pass.
    java org.apache.kafka.tools.TopicCommand --bootstrap-server "$BROKER" --create --topic d-plain \
        --partitions 1 2>"$tmp/log"
    ends 0 doctor --size 30MB --topic d-plain --message-max 100MB
    grep -q '^ok       topic       max.message.bytes of the topic is 52428800, and does not count' "$tmp/out"
}

@test "without a cluster the defaults are judged, and said to be defaults" {
    export ASSAY_VAR=$tmp/var
    mkdir "$ASSAY_VAR"
    ends 5 doctor --size 2MB
    grep -q '^REFUSES  producer    the first to refuse: message.max.bytes of the producer is 1000000; 2000068 bytes are needed (the default)' "$tmp/out"
    grep -q 'cure: message.max.bytes=2000068 in the producer' "$tmp/out"
    grep -q '^REFUSES  broker .*1048588.*(the default)$' "$tmp/out"
    grep -q "^ok       topic       max.message.bytes of a topic is 1048588 by Kafka's default, and does not count: no topic is named" "$tmp/out"
    refute_missing() { if grep -q MISSING "$tmp/out"; then return 1; fi; }
    refute_missing
    ends 5 doctor --size 1GB --json
    [[ $(jq -r '.[0].cure' "$tmp/out") == "no value does: 1000000000 is the most; "* ]]
    ends 0 doctor --size 900KB
}

@test "the clients' limits may come as the properties that doctor names as the cure" {
    export ASSAY_VAR=$tmp/var
    mkdir "$ASSAY_VAR"
    ends 5 doctor --size 20MB -X message.max.bytes=20000067
    grep -q 'message.max.bytes of the producer is 20000067; 20000068 bytes are needed$' "$tmp/out"
    ends 5 doctor --size 20MB -X message.max.bytes=20000068
    grep -q '^ok       producer    message.max.bytes of the producer is 20000068; 20000068 bytes pass$' "$tmp/out"
    printf '%s\n' 'message.max.bytes=500000' 'fetch.max.bytes=120000000' >"$tmp/client.properties"
    ends 5 doctor --size 600KB --client-config "$tmp/client.properties"
    grep -q 'of the producer is 500000; ' "$tmp/out"
    grep -q 'receive.message.max.bytes of the consumer is 120000512; ' "$tmp/out"
    ends 5 doctor --size 600KB -X receive.message.max.bytes=300000
    grep -q 'of the consumer is 300000; ' "$tmp/out"
    ends 0 doctor --size 600KB --client-config "$tmp/client.properties" --message-max 1MB
    ends 2 doctor --size 600KB -X message.max.bytes=much
    grep -q 'message.max.bytes' "$tmp/err"
    # A run decides them itself, as before.
    ends 2 run quick --plan -X message.max.bytes=20000068
}

@test "what is asked wrongly is refused" {
    ends 2 topics
    ends 2 topics remove
    ends 2 doctor --topic x
    grep -q -- '--topic belongs to assay doctor --size SIZE' "$tmp/err"
    ends 2 doctor --size big
    grep -q -- '--size' "$tmp/err"
    ends 2 doctor --size 1MB --topic nowhere
    export ASSAY_VAR=$tmp/var
    mkdir "$ASSAY_VAR"
    ends 2 topics check
    grep -q 'on which cluster' "$tmp/err"
    # Of a name nobody is asked: no broker is there.
    for prefix in 'a b' 'ä'; do
        ends 2 topics create --prefix "$prefix" --bootstrap 127.0.0.1:1
        grep -q -- '--prefix: .*1 to 249 of letters, digits and \. _ -' "$tmp/err" || { cat "$tmp/err"; return 1; }
    done
    ends 2 topics create --prefix "$(printf '%0230d' 1)" --bootstrap 127.0.0.1:1
    grep -q -- '--prefix: .*at most 249 characters' "$tmp/err"
    ends 2 doctor --size 1MB --topic x
    grep -q 'on which cluster' "$tmp/err"
    ends 5 topics check --bootstrap 127.0.0.1:1
}

@test "a run whose records a topic refuses says refused, why, and who tells the limit" {
    unset ASSAY_COLD # it is the warm-up that tells
    java org.apache.kafka.tools.TopicCommand --bootstrap-server "$BROKER" --create \
        --topic small-topic --config max.message.bytes=100000 2>"$tmp/log"
    local told='records refused: Broker: Message size too large; "assay doctor --size 300000B --topic small-topic" tells which limit'
    printf '%s\n' 'codecs: [none]' 'payloads: [raster]' 'record_bytes: 300 KB' 'records: 5' 'warmup: 1' \
        'blocks: 1' 'pool: 2 MB' >"$tmp/refused.yaml"
    ends 4 run "$tmp/refused.yaml" --bootstrap "$BROKER" --topic small-topic --out "$tmp/result" --quiet
    grep -qE "the warm-up failed: ([0-9]+) of \1 $told" "$tmp/err"
    printf '%s\n' 'encodings: [envelope]' 'batching: {records: 1, linger: 0 ms}' >>"$tmp/refused.yaml"
    ends 4 run "$tmp/refused.yaml" --bootstrap "$BROKER" --topic small-topic --out "$tmp/images" --quiet
    grep -qE 'the warm-up failed: .* refused: Broker: .*"assay doctor --size 300[0-9]{3}B --topic small-topic"' "$tmp/err"
}

@test "a broker that hangs up on a large request is told with its socket.request.max.bytes" {
    printf '%s\n' 'codecs: [none]' 'payloads: [raster]' 'record_bytes: 3 MB' 'records: 2' 'warmup: 0' \
        'blocks: 1' 'pool: 10 MB' 'timeout: 5 s' >"$tmp/large.yaml"
    ends 5 run "$tmp/large.yaml" --broker-property socket.request.max.bytes=2000000 \
        --out "$tmp/result" --quiet
    grep -q "large records were on the way, is a request larger than its socket.request.max.bytes (assay doctor --size tells)" "$tmp/err" || { cat "$tmp/err"; return 1; }
}
