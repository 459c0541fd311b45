#!/usr/bin/env bash
# assay against rdkafka_performance and Java's ProducerPerformance: the same broker, records, batching,
# queue limits and idempotence, in turns, printed as ratios. The first is built from librdkafka's own
# source, of the version that assay links, as the npm package node-rdkafka carries it; give one of your
# own with RDKAFKA_PERFORMANCE=FILE. ROUNDS=N sets the number of turns.
set -euo pipefail
cd "$(dirname "$0")/../.."
assay=${ASSAY:-build/release/assay}
rounds=${ROUNDS:-5}
records=500000
jars='var/kafka/lib/*'
work=$(mktemp -d)
export ASSAY_VAR=$work/var

finish() {
    "$assay" broker stop >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap finish EXIT

build_peer() {
    local peer=$PWD/var/cache/peer
    RDKAFKA_PERFORMANCE=$peer/rdkafka_performance
    [ -x "$RDKAFKA_PERFORMANCE" ] && return
    command -v npm >/dev/null || {
        echo "peers: npm is not here, so rdkafka_performance cannot be fetched; give RDKAFKA_PERFORMANCE=FILE"
        exit 0
    }
    echo "peers: fetching librdkafka's source and building rdkafka_performance" >&2
    mkdir -p "$peer"
    (
        cd "$peer"
        npm pack --silent --cache "$peer/npm" node-rdkafka@2.15.0 >/dev/null
        tar xzf node-rdkafka-2.15.0.tgz package/deps/librdkafka
        cd package/deps/librdkafka
        chmod +x configure lds-gen.py 2>/dev/null || true
        bash ./configure --disable-sasl --disable-ssl --disable-curl >/dev/null
        make -s -j2 -C src librdkafka.a >/dev/null 2>&1
        cc -O2 -I src -o "$peer/rdkafka_performance" examples/rdkafka_performance.c src/librdkafka.a \
            -lz -lzstd -lm -lpthread -ldl -lrt -llz4 2>/dev/null ||
            cc -O2 -I src -o "$peer/rdkafka_performance" examples/rdkafka_performance.c \
                src/librdkafka.a -lz -lzstd -lm -lpthread -ldl -lrt
    )
}

topic() {
    java -cp "$jars" org.apache.kafka.tools.TopicCommand --bootstrap-server "$bootstrap" \
        --"$1" --topic "$2" ${3:+--partitions 1} >/dev/null 2>&1
}

# Records per second as each tool prints them.
peer_produce() {
    "$RDKAFKA_PERFORMANCE" -P -t "$1" -p 0 -b "$bootstrap" -s 1000 -c $records -a -1 \
        -X enable.idempotence=true -X linger.ms=5 -X batch.size=131072 -X batch.num.messages=10000 \
        -X queue.buffering.max.messages=100000 -X queue.buffering.max.kbytes=1048576 2>&1 |
        sed -n 's/.*delivered.* in [0-9]*ms: \([0-9]*\) msgs.*/\1/p' | tail -n 1
}
peer_consume() {
    "$RDKAFKA_PERFORMANCE" -C -t "$1" -p 0 -o beginning -b "$bootstrap" -c $records 2>&1 |
        sed -n 's/.*messages.* consumed in [0-9]*ms: *\([0-9]*\) msgs.*/\1/p' | tail -n 1
}
java_produce() {
    java -cp "$jars" org.apache.kafka.tools.ProducerPerformance --topic "$1" --num-records $records \
        --record-size 1000 --throughput -1 --producer-props bootstrap.servers="$bootstrap" acks=all \
        linger.ms=5 batch.size=131072 buffer.memory=104857600 2>/dev/null |
        sed -n 's/.* sent, \([0-9.]*\) records\/sec.*/\1/p' | tail -n 1
}

build_peer
mkdir -p "$ASSAY_VAR"
ln -s "$PWD/var/kafka" "$ASSAY_VAR/kafka"
"$assay" broker start >/dev/null
bootstrap=$("$assay" broker status --json | jq -r .bootstrap)

: >"$work/lines"
for round in $(seq 0 "$rounds"); do # round 0 warms everything and does not count
    topic create "peer$round" 1
    produced=$(peer_produce "peer$round")
    consumed=$(peer_consume "peer$round")
    topic delete "peer$round"
    "$assay" run tests/bench/flat-out.yaml --out "$work/r$round" --quiet >/dev/null
    ours=$(jq -r '[.throughput.produced_records_per_s, .throughput.consumed_records_per_s] | map(round) | join(" ")' \
        "$work/r$round/trials.jsonl")
    topic create "java$round" 1
    java=$(java_produce "java$round")
    topic delete "java$round"
    echo "peers: round $round: produce assay ${ours% *} rdkafka_performance $produced java $java records/s;" \
        "consume assay ${ours#* } rdkafka_performance $consumed" >&2
    [ "$round" -eq 0 ] || echo "$ours $produced $consumed $java" >>"$work/lines"
done

median() { sort -g | awk '{v[NR] = $1} END {print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }
range() { sort -g | awk 'NR == 1 {lo = $1} END {printf "%.2f to %.2f", lo, $1}'; }
ratio() {
    local says=$1 goal=$2 ours=$3 theirs=$4
    awk -v a="$ours" -v b="$theirs" '{print $a / $b}' "$work/lines" >"$work/ratios"
    printf 'peers: %s: x%.2f (%s over %s rounds); goal %s\n' "$says" "$(median <"$work/ratios")" \
        "$(range <"$work/ratios")" "$rounds" "$goal"
}
ratio "produce, ledger on, against rdkafka_performance" 0.95 1 3
ratio "produce, ledger on, against Java ProducerPerformance" 1 1 5
ratio "consume, hashes checked, against rdkafka_performance" 0.8 2 4
