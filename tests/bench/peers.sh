#!/usr/bin/env bash
# assay against rdkafka_performance and Java's ProducerPerformance: the same broker, records, batching,
# queue limits and idempotence, printed as ratios. Every contender takes every turn equally often, and
# none writes before what the one before it wrote is on disk and gone: one that always came second was
# slowed by a tenth, one that ran right after 1 GB had been written by half. Exit 1: a goal is missed,
# or could not be measured. The first is built from librdkafka's own
# source, of the version that assay links, as the npm package node-rdkafka carries it; give one of your
# own with RDKAFKA_PERFORMANCE=FILE. ROUNDS=N sets how often, 6 when not given: a multiple of six has every
# order equally often.
# shellcheck disable=SC2317 # turns are called by name
set -euo pipefail
cd "$(dirname "$0")/../.."
assay=${ASSAY:-build/release/assay}
rounds=${ROUNDS:-6}
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
        echo "peers: not measured: npm is not here, so rdkafka_performance cannot be fetched; give" \
            "RDKAFKA_PERFORMANCE=FILE" >&2
        exit 1
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
    "$RDKAFKA_PERFORMANCE" -P -t "$1" -p 0 -b "$bootstrap" -s 1000 -c "$records" -a -1 \
        -X enable.idempotence=true -X linger.ms=5 -X batch.size=131072 -X batch.num.messages=10000 \
        -X queue.buffering.max.messages=100000 -X queue.buffering.max.kbytes=1048576 2>&1 |
        sed -n 's/.*delivered.* in [0-9]*ms: \([0-9]*\) msgs.*/\1/p' | tail -n 1
}
peer_consume() {
    "$RDKAFKA_PERFORMANCE" -C -t "$1" -p 0 -o beginning -b "$bootstrap" -c "$records" 2>&1 |
        sed -n 's/.*messages.* consumed in [0-9]*ms: *\([0-9]*\) msgs.*/\1/p' | tail -n 1
}
java_produce() {
    java -cp "$jars" org.apache.kafka.tools.ProducerPerformance --topic "$1" --num-records "$records" \
        --record-size 1000 --throughput -1 --producer-props bootstrap.servers="$bootstrap" acks=all \
        linger.ms=5 batch.size=131072 buffer.memory=104857600 2>/dev/null |
        sed -n 's/.* sent, \([0-9.]*\) records\/sec.*/\1/p' | tail -n 1
}

build_peer
mkdir -p "$ASSAY_VAR"
ln -s "$PWD/var/kafka" "$ASSAY_VAR/kafka"
"$assay" broker start >/dev/null
bootstrap=$("$assay" broker status --json | jq -r .bootstrap)

# Waits until the disk has what was written, and the broker has deleted the topics.
rest() {
    local dirty_kb
    for _ in $(seq 60); do
        sync
        dirty_kb=$(awk '$1 == "Dirty:" || $1 == "Writeback:" {sum += $2} END {print sum}' /proc/meminfo)
        if [ "$dirty_kb" -lt 20000 ] && [ -z "$(find "$ASSAY_VAR" -name '*-delete' 2>/dev/null)" ]; then return; fi
        sleep 1
    done
}

# One turn: "records produced a second, records consumed a second"; 0: not measured.
turn_of_assay() {
    "$assay" run tests/bench/flat-out.yaml --out "$work/r$1" --quiet >/dev/null
    jq -r '[.throughput.produced_records_per_s, .throughput.consumed_records_per_s] | map(round) | join(" ")' \
        "$work/r$1/trials.jsonl"
}
turn_of_peer() {
    topic create "peer$1" 1
    local produced consumed
    produced=$(peer_produce "peer$1")
    consumed=$(peer_consume "peer$1")
    topic delete "peer$1"
    echo "${produced:-0} ${consumed:-0}"
}
turn_of_java() {
    topic create "java$1" 1
    local produced
    produced=$(java_produce "java$1")
    topic delete "java$1"
    echo "${produced:-0} 0"
}

orders=("assay peer java" "java peer assay" "peer java assay" "assay java peer" "java assay peer" "peer assay java")
: >"$work/lines"
for round in $(seq 0 "$rounds"); do # round 0 warms everything and does not count
    for who in ${orders[round % 6]}; do
        rest
        read -r "produced_$who" "consumed_$who" < <("turn_of_$who" "$round" || echo "0 0")
    done
    # shellcheck disable=SC2154 # read above
    line="$produced_assay $consumed_assay $produced_peer $consumed_peer $produced_java"
    echo "peers: round $round (${orders[round % 6]}): produce assay $produced_assay rdkafka_performance" \
        "$produced_peer java $produced_java records/s; consume assay $consumed_assay rdkafka_performance $consumed_peer" >&2
    [ "$round" -eq 0 ] || echo "$line" >>"$work/lines"
done

median() { sort -g | awk '{v[NR] = $1} END {print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }
range() { sort -g | awk 'NR == 1 {lo = $1} END {printf "%.2f to %.2f", lo, $1}'; }

status=0
# SAYS GOAL COLUMN COLUMN: the ratio of two columns; a round that lacks one was not measured.
ratio() {
    local says=$1 goal=$2 found word
    awk -v a="$3" -v b="$4" '$a > 0 && $b > 0 {print $a / $b}' "$work/lines" >"$work/ratios"
    if [ "$(wc -l <"$work/ratios")" != "$rounds" ]; then
        echo "peers: $says: not measured: only $(wc -l <"$work/ratios") of $rounds rounds have both figures"
        status=1
        return
    fi
    found=$(median <"$work/ratios")
    word=reached
    awk -v f="$found" -v g="$goal" 'BEGIN {exit f < g}' || word=MISSED status=1
    printf 'peers: %s: x%.2f (%s over %s rounds); goal %s: %s\n' "$says" "$found" \
        "$(range <"$work/ratios")" "$rounds" "$goal" "$word"
}
ratio "produce, ledger on, against rdkafka_performance" 0.95 1 3
ratio "produce, ledger on, against Java ProducerPerformance" 1 1 5
ratio "consume, hashes checked, against rdkafka_performance" 0.8 2 4
exit "$status"
