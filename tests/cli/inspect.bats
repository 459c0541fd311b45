#!/usr/bin/env bats
# assay inspect: what kcat and the Java console producer stored on a real broker, held against what
# Kafka's own DumpLogSegments says; and what it says when it cannot know.

setup_file() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    root=$PWD
    [ -d var/kafka/lib ] || skip "no Kafka here; scripts/setup fetches it"
    export ASSAY=${ASSAY:-$root/build/release/assay}
    export CLASSPATH="$root/var/kafka/lib/*"
    # A var of our own, so that a broker kept running beside the tests is left alone.
    export ASSAY_VAR=$BATS_FILE_TMPDIR/var
    mkdir -p "$ASSAY_VAR"
    ln -s "$root/var/kafka" "$ASSAY_VAR/kafka"
    "$ASSAY" broker start --heap 512MiB --secure --json \
        --broker-property auto.create.topics.enable=true >"$BATS_FILE_TMPDIR/broker.json"
    BROKER=$(text bootstrap <"$BATS_FILE_TMPDIR/broker.json")
    LOGS=$(text data <"$BATS_FILE_TMPDIR/broker.json")
    SECURE=$(text secure_bootstrap <"$BATS_FILE_TMPDIR/broker.json")
    export BROKER LOGS SECURE
    for i in $(seq 1 20000); do
        echo "{\"sensor\":\"s$((i % 50))\",\"value\":$((i * 7 % 1000)),\"at\":$((1700000000 + i))}"
    done >"$BATS_FILE_TMPDIR/readings"
}

teardown_file() {
    [ ! -d "${ASSAY_VAR:-/nowhere}" ] || "$ASSAY" broker stop
}

setup() {
    tmp=$BATS_TEST_TMPDIR
    readings=$BATS_FILE_TMPDIR/readings
}

# The value of a text field of JSON on standard input.
text() { sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" | head -n 1; }
# The number FIELD of all codecs together, of what assay inspect --json prints with more options.
total() {
    local field=$1
    shift
    "$ASSAY" inspect --json "$@" |
        sed -n "/\"all\"/,\$s/.*\"$field\": *\([0-9]*\).*/\1/p" | head -n 1
}

create() {
    java org.apache.kafka.tools.TopicCommand --bootstrap-server "$BROKER" --create "$@" 2>"$tmp/log"
}

# kcat_write TOPIC CODEC: the readings, in batches of at most 1000.
kcat_write() {
    kcat -P -b "$BROKER" -t "$1" -z "$2" -X batch.num.messages=1000 -X linger.ms=200 -l "$readings"
}

java_write() {
    java org.apache.kafka.tools.ConsoleProducer --bootstrap-server "$BROKER" --topic "$1" \
        --compression-codec "$2" --command-property linger.ms=100 --max-block-ms 10000 <"$readings"
}

# "CODEC BATCHES BYTES" per codec as Kafka's own tool reads the segment.
dump() {
    java org.apache.kafka.tools.DumpLogSegments --files "$LOGS/$1-0/00000000000000000000.log" |
        sed -n 's/.* size: \([0-9]*\) .* compresscodec: \([a-z0-9]*\) .*/\2 \1/p' |
        awk '{n[$1]++; s[$1] += $2} END {for (c in n) print c, n[c], s[c]}' | sort
}

# The same as assay tells it, with more options if given.
inspect() {
    local topic=$1
    shift
    "$ASSAY" inspect "$topic" "$@" |
        awk '/^codec/ {on = 1; next} /^all/ {on = 0} on {print $1, $2, $4}' | sort
}

# Exits with code $1 and says one line that holds $2.
refuses() {
    local code=$1 says=$2 status=0
    shift 2
    "$ASSAY" inspect "$@" >"$tmp/out" 2>"$tmp/err" || status=$?
    [ "$status" -eq "$code" ] || { echo "exit $status: $(cat "$tmp/err")"; return 1; }
    [ ! -s "$tmp/out" ] || { echo "printed: $(cat "$tmp/out")"; return 1; }
    grep -qF -- "$says" "$tmp/err" || { echo "said: $(cat "$tmp/err")"; return 1; }
    [ "$(wc -l <"$tmp/err")" -eq 1 ]
}

same_as_kafka_says() {
    dump "$1" >"$tmp/dump"
    [ -s "$tmp/dump" ]
    inspect "$1" | diff "$tmp/dump" -
    inspect "$1" --bootstrap "$BROKER" | diff "$tmp/dump" -
}

@test "what kcat wrote is counted as Kafka's own tool counts it, from files and by raw fetch" {
    for codec in none gzip snappy lz4 zstd; do
        kcat_write "kcat-$codec" "$codec"
        same_as_kafka_says "kcat-$codec"
        grep -q "^$codec " "$tmp/dump"
    done
}

@test "what Java's console producer wrote is counted likewise" {
    for codec in gzip snappy lz4 zstd; do
        java_write "java-$codec" "$codec"
        same_as_kafka_says "java-$codec"
        [ "$(cut -d ' ' -f 1 "$tmp/dump")" = "$codec" ]
    done
}

@test "--decode opens every codec of both clients and finds every record" {
    bytes=$(($(wc -c <"$readings") - 20000)) # without line ends
    for topic in kcat-none kcat-gzip kcat-snappy kcat-lz4 kcat-zstd java-gzip java-snappy java-lz4 \
        java-zstd; do
        [ "$(total records "$topic" --decode)" -eq 20000 ]
        [ "$(total value_bytes "$topic" --decode)" -eq "$bytes" ]
    done
}

@test "random bytes asked to be gzip are stored uncompressed by librdkafka" {
    for i in 1 2 3; do
        head -c 100000 /dev/urandom >"$tmp/noise"
        kcat -P -b "$BROKER" -t noise -z gzip "$tmp/noise"
    done
    same_as_kafka_says noise
    [ "$(cut -d ' ' -f 1,2 "$tmp/dump")" = "none 3" ]
}

@test "partitions are told apart, and summed" {
    create --topic three --partitions 3
    for p in 0 1 2; do
        head -n $((10 * (p + 1))) "$readings" | kcat -P -b "$BROKER" -t three -p "$p" -z lz4
    done
    for from in "--bootstrap $BROKER" "--log-dir $LOGS"; do
        # shellcheck disable=SC2086 # two words
        [ "$(total records three $from)" -eq 60 ]
        # shellcheck disable=SC2086
        [ "$(total records three $from --partition 1)" -eq 20 ]
    done
    refuses 2 "has no partition 3: it has 3" three --bootstrap "$BROKER" --partition 3
    refuses 2 "three-3: this partition is not in the log folder" three --partition 3
}

@test "--batches lists as many batches as are counted" {
    "$ASSAY" inspect kcat-gzip --batches >"$tmp/list"
    listed=$(grep -cE '^ +0 +[0-9]+ +[0-9]+ (gzip|none) ' "$tmp/list")
    [ "$listed" -eq "$(awk '/^all/ {print $2}' "$tmp/list")" ]
    "$ASSAY" inspect kcat-gzip --batches --json >"$tmp/json"
    [ "$(grep -c '"first_offset"' "$tmp/json")" -eq $((listed + 1)) ]
}

# "LEVEL..." that --levels names for the one codec of a topic, when it fits to the byte.
exact_levels() { "$ASSAY" inspect "$1" --levels --json | jq -r '.levels[0] | select(.exact) | .nearest[].level'; }

@test "--levels tells the level that kcat was given, and the one it has by default" {
    for level in 1 6 9; do
        kcat -P -b "$BROKER" -t "level-$level" -z gzip -X compression.level=$level \
            -X linger.ms=200 -l "$readings"
        exact_levels "level-$level" | grep -qx "$level"
    done
    exact_levels kcat-gzip | grep -qx 6
    exact_levels kcat-zstd | grep -qx 3
    "$ASSAY" inspect level-9 --levels | grep -q '^Level of gzip, .*9 (one member.*), to the byte\.$'
}

@test "--from and --to narrow a partition to a range of offsets" {
    kcat -P -b "$BROKER" -t range -z none -X batch.num.messages=1000 -X linger.ms=200 -l "$readings"
    kcat -P -b "$BROKER" -t range -z gzip -X batch.num.messages=1000 -X linger.ms=200 -l "$readings"
    [ "$(total records range --partition 0)" -eq 40000 ]
    [ "$(total records range --partition 0 --from 20000)" -eq 20000 ]
    "$ASSAY" inspect range --partition 0 --to 20000 | grep -q '^none '
    "$ASSAY" inspect range --partition 0 --from 20000 | grep -q '^gzip '
    refuses 2 "name it by --partition" range --from 5
    refuses 2 "no offset lies between" range --partition 0 --from 5 --to 5
    refuses 2 "--from: " range --partition 0 --from -1
}

@test "an empty topic has no batches, and that is no failure" {
    create --topic hollow
    "$ASSAY" inspect hollow | grep -q "no records are stored"
    "$ASSAY" inspect hollow --bootstrap "$BROKER" | grep -q "no records are stored"
}

@test "what cannot be known is refused, with the reason" {
    refuses 2 'there is no topic "nowhere"' nowhere --bootstrap "$BROKER"
    refuses 2 'no topic "nowhere"; there are' nowhere
    refuses 2 'cannot be the name of a topic' ../nowhere
    refuses 2 'one topic is needed'
    refuses 2 'one topic is needed' a b
    refuses 5 '127.0.0.1:1: cannot connect' nowhere --bootstrap 127.0.0.1:1
    refuses 2 'raw batches are read over plain TCP only' kcat-gzip --bootstrap "$BROKER" \
        -X security.protocol=ssl
    refuses 5 "$SECURE: the broker answers in TLS" kcat-gzip --bootstrap "$SECURE"
    refuses 2 "cannot read the broker's log folder" kcat-gzip --log-dir /nowhere
    refuses 2 "is this the folder named in the broker's log.dirs" kcat-gzip --log-dir "$tmp"
    refuses 2 "--partition" kcat-gzip --partition x
    kcat -L -b "$BROKER" -t nowhere 2>&1 | grep -qi 'unknown topic' # asking did not create it
}

@test "a damaged segment is named, with file, position and offsets" {
    mkdir -p "$tmp/logs/kcat-zstd-0"
    segment=$tmp/logs/kcat-zstd-0/00000000000000000000.log
    cp "$LOGS/kcat-zstd-0/00000000000000000000.log" "$segment"
    "$ASSAY" inspect kcat-zstd --log-dir "$tmp/logs" >/dev/null
    printf '\377' | dd of="$segment" bs=1 seek=100 conv=notrunc status=none
    printf '\0' | dd of="$segment" bs=1 seek=101 conv=notrunc status=none
    refuses 4 "$segment: at byte 0: the batch of offsets 0 to " kcat-zstd --log-dir "$tmp/logs"
    echo "this is a text, and no segment at all" >"$segment"
    refuses 4 "at byte 0: " kcat-zstd --log-dir "$tmp/logs"
}

@test "without a broker of assay's own it asks where the topic is" {
    ASSAY_VAR=$tmp/var refuses 2 "Name a cluster by --bootstrap HOST:PORT" kcat-gzip
}
