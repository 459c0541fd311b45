#!/usr/bin/env bats
# assay run: trials on a real broker, what is kept of them, and what is said when things go wrong.

# shellcheck disable=SC2154 # run_scene_setup sets assay, tmp and out
load run_scene

setup() {
    run_scene_setup
    cat >"$tmp/tiny.yaml" <<'YAML'
name: tiny
about: two codecs on a few IoT readings
codecs: [none, zstd-3]
payloads: [iot]
records: 1000
warmup: 100
blocks: 2
YAML
}

@test "a run keeps every trial with its delivery, codec, bytes and latencies" {
    run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet
    [ "$status" -eq 0 ]
    [ "$(wc -l <"$out/trials.jsonl")" -eq 4 ]
    [ "$(trials .validity | sort -u)" = valid ]
    [ "$(trials '[.delivery.sent, .delivery.acknowledged, .delivery.received, ([.outcomes[].all] | add)] | @csv' | sort -u)" = 1100,1100,1100,0 ]
    [ "$(trials 'select(.codec_requested == "zstd-3") | .codec_stored | keys[]' | sort -u)" = zstd ]
    [ "$(trials 'select(.codec_requested == "none") | .codec_stored | keys[]' | sort -u)" = none ]
    [ "$(trials .codec_evidence | sort -u)" = "segment files" ]
    [ "$(trials '[.codec_stored_bytes[]] | add' | paste -sd+ | bc)" = "$(trials .bytes.stored | paste -sd+ | bc)" ]
    [ "$(trials '.measured_records' | sort -u)" = 1000 ]
    [ "$(trials '.latency_ns.e2e.n, .latency_ns.ack.n, .latency_ns.service.n' | sort -u)" = 1000 ]
    [ "$(trials 'select(.cpu_ns.sender_user + .cpu_ns.sender_system > 0 and .cpu_ns.broker > 0 and .peak_rss_bytes.sender > 0) | .trial' | wc -l)" -eq 4 ]
    for file in environment.json summary.json results.csv report.md report.html; do
        [ -s "$out/$file" ] || { echo "no $file"; return 1; }
    done
    [ "$(find "$out/hist" -name '*.hlog' | wc -l)" -eq 4 ]
    [[ $output == *zstd-3* ]]
    [[ $output == *"$out"* ]]
}

@test "blocks hold every cell once and no topic is left behind" {
    run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet --blocks 3
    [ "$status" -eq 0 ]
    [ "$(trials '[.block, .cell.codec] | @csv' | sort | uniq -c | awk '{print $1}' | sort -u)" = 1 ]
    [ "$(trials .trial | wc -l)" -eq 6 ]
    bootstrap=$("$assay" broker status --json | jq -r .bootstrap)
    [ -z "$(kcat -b "$bootstrap" -L -J | jq -r '.topics[].topic | select(startswith("assay-"))')" ]
}

@test "a plan says what tells the arms apart, whatever it is" {
    run "$assay" run "$tmp/tiny.yaml" --plan --set 'codecs=[none]' --set 'brokers=[1, 3]'
    [ "$status" -eq 0 ]
    [[ $output == *"c01   1 broker: none"*"c02   3 brokers: none"*"2 cells in 1 comparison,"* ]] || { echo "$output"; return 1; }
}

@test "one broker and three, by turns: all hold every record, and bytes are those of one replica" {
    run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet --blocks 1 --set partitions=3 \
        --set 'brokers=[1, 3]'
    [ "$status" -eq 0 ] || { echo "$output"; false; }
    [ "$(trials .validity | sort -u)" = valid ]
    [ "$(trials '"\(.brokers) \(.cell.brokers)"' | sort -u | paste -sd,)" = '1 1 broker,3 3 brokers' ]
    trials 'select(.brokers == 3).broker' | grep -q "3 brokers, embedded"
    [[ "$(jq -r .broker "$out/environment.json")" == *"embedded"*"; "*"3 brokers, embedded"* ]]
    [ "$(trials 'select(.brokers == 1).broker' | grep -c "3 brokers")" = 0 ]
    [ "$(trials .codec_evidence | sort -u)" = "segment files" ]
    [ "$(trials '.delivery | [.sent, .acknowledged, .received] | @csv' | sort -u)" = 1100,1100,1100 ]
    [ "$(trials 'select(.codec_requested == "none") | .bytes.stored / .bytes.payload < 2' | sort -u)" = true ]
    [ "$(trials 'select(.cpu_ns.broker > 0 and .peak_rss_bytes.broker > 1e8 * .brokers) | .trial' | wc -l)" -eq 4 ]
    bootstrap=$("$assay" broker status --json | jq -r .bootstrap)
    [ -z "$(kcat -b "$bootstrap" -L -J | jq -r '.topics[].topic | select(startswith("assay-"))')" ]
    run "$assay" run "$tmp/tiny.yaml" --out "$out-2" --quiet --set brokers=3 --set "link=100 Mbit"
    [ "$status" -eq 2 ]
    [[ $output == *"expected brokers: 1, or link: unlimited"* ]]
    run "$assay" run "$tmp/tiny.yaml" --out "$out-3" --quiet --set brokers=3 --bootstrap "$bootstrap"
    [ "$status" -eq 2 ]
    [[ $output == *"found 1 broker, and the scenario says brokers: 3"* ]]
    run "$assay" run "$tmp/tiny.yaml" --out "$out-4" --quiet --set 'brokers=[1, 3]' --bootstrap "$bootstrap"
    [ "$status" -eq 2 ]
    [[ $output == *"has a list of brokers; expected one number"* ]]
}

@test "random bytes with gzip are reported as stored uncompressed" {
    run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet --blocks 1 \
        --set 'codecs=[none, gzip]' --set 'payloads=[random]' --set 'record_bytes=100 KB'
    [ "$status" -eq 0 ]
    [ "$(trials 'select(.codec_requested | startswith("gzip")) | .codec_stored | keys[]')" = none ]
    [[ $output == *"none"* ]]
}

@test "an exact scenario stores the same bytes every time" {
    for n in 1 2; do
        run "$assay" run "$tmp/tiny.yaml" --out "$tmp/exact$n" --quiet --set exact=true \
            --set 'batching={records: 100}' --set 'codecs=[none, gzip-6, snappy, lz4, zstd-3]'
        [ "$status" -eq 0 ]
        jq -r '[.cell.codec, .bytes.stored, .stored_batches] | @csv' "$tmp/exact$n/trials.jsonl" |
            sort -u >"$tmp/bytes$n"
    done
    cat "$tmp/bytes1"
    [ "$(wc -l <"$tmp/bytes1")" -eq 5 ]
    diff "$tmp/bytes1" "$tmp/bytes2"
}

@test "open loop, closed loop and base64 deliver everything and say their latency" {
    run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet --blocks 1 \
        --set 'encodings=[raw, base64-json]' --set 'load=[{rate: 2000/s}, {in_flight: 4}]' \
        --set 'codecs=[lz4]'
    exit_fits_the_records
    [ "$(trials .trial | wc -l)" -eq 4 ]
    [ "$(trials '[.outcomes[].all] | add' | sort -u)" = 0 ]
    [ "$(trials 'select(.cell.encoding == "base64-json" and .bytes.payload > .bytes.original * 1.3) | .trial' | wc -l)" -eq 2 ]
    [ "$(trials 'select(.latency_ns.e2e.p50 >= .latency_ns.service.p50) | .trial' | wc -l)" -eq 4 ]
}

@test "keys, headers and partitions go with the records" {
    run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet --blocks 1 --partitions 3 \
        --set 'keys=10' --set 'headers={source: assay}' --set 'codecs=[none]'
    [ "$status" -eq 0 ]
    [ "$(trials .delivery.received)" = 1100 ]
    # a header of 6 + 5 bytes and its lengths, a key of 10 bytes, on every record
    [ "$(trials '(.bytes.stored - .bytes.payload) / .delivery.sent > 25')" = true ]
}

@test "every planted fault voids the trial, is named, and the run exits 4" {
    while read -r fault says; do
        rm -rf "$out"
        ASSAY_SABOTAGE=$fault run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet --blocks 1 \
            --set 'codecs=[zstd-3]'
        [ "$status" -eq 4 ] || { echo "$fault: exit $status: $output"; return 1; }
        [[ $output == *"$says"* ]] || { echo "$fault: $output"; return 1; }
        [ "$(trials .validity)" = void ]
    done <<'FAULTS'
lose 1 of 1100 records lost
duplicate 1 of 1100 records duplicated
reorder 1 of 1100 records reordered
corrupt 1 of 1100 records corrupted
late 1 of 1100 records undecided
alien 1 of 1100 records not sent by us
codec stored with lz4, not with zstd
FAULTS
}

@test "an existing topic is used, what others write there is only shown, and it is not deleted" {
    bootstrap=$("$assay" broker status --json | jq -r .bootstrap)
    java -cp 'var/kafka/lib/*' org.apache.kafka.tools.TopicCommand --bootstrap-server "$bootstrap" \
        --create --topic "theirs$$" --partitions 2 >/dev/null 2>&1
    echo "before" | kcat -P -b "$bootstrap" -t "theirs$$"
    run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet --blocks 1 --bootstrap "$bootstrap" --topic "theirs$$"
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    [ "$(trials .codec_evidence | sort -u)" = "raw fetch" ]
    [ "$(trials .delivery.received | sort -u)" = 1100 ]
    ASSAY_SABOTAGE=alien run "$assay" run "$tmp/tiny.yaml" --out "$tmp/alien" --quiet --blocks 1 \
        --bootstrap "$bootstrap" --topic "theirs$$"
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    [ "$(jq -r .outcomes.foreign.all "$tmp/alien/trials.jsonl" | sort -u)" = 1 ]
    [ "$(jq -r .bytes.stored "$tmp/alien/trials.jsonl" | sort -u)" = null ]
    [ "$(kcat -b "$bootstrap" -L -J | jq -r '.topics[].topic' | grep -c "^theirs$$\$")" -eq 1 ]
}

@test "Ctrl-C keeps finished trials, exits 130 and leaves nothing behind" {
    "$assay" run "$tmp/tiny.yaml" --out "$out" --blocks 500 --heap 512MiB >"$tmp/says" 2>&1 &
    pid=$!
    while [ ! -s "$out/trials.jsonl" ]; do kill -0 "$pid"; sleep 0.1; done
    kill -INT "$pid"
    status=0
    wait "$pid" || status=$?
    [ "$status" -eq 130 ]
    [ "$(wc -l <"$out/trials.jsonl")" -ge 1 ]
    [ -s "$out/summary.json" ]
    gone pgrep -P "$pid"
    gone pgrep -f "assay worker (sender|receiver) [0-9]+ $pid\$"
}

@test "SIGKILL keeps finished trials, no broker or worker survives, the next run clears up" {
    "$assay" run "$tmp/tiny.yaml" --out "$out" --blocks 500 --heap 512MiB >"$tmp/says" 2>&1 &
    pid=$!
    while [ ! -s "$out/trials.jsonl" ]; do kill -0 "$pid"; sleep 0.1; done
    java=$(pgrep -P "$pid" java)
    folder=$(tr '\0' '\n' <"/proc/$java/cmdline" | grep -o '/[^ ]*/broker-[A-Za-z0-9]*' | head -n 1)
    [ -d "$folder" ]
    kill -KILL "$pid"
    wait "$pid" || true
    for _ in $(seq 50); do kill -0 "$java" 2>/dev/null || break; sleep 0.1; done
    gone kill -0 "$java"
    gone pgrep -f "assay worker (sender|receiver) [0-9]+ $pid\$"
    run "$assay" report "$out"
    [ "$status" -eq 0 ]
    [ -s "$out/report.html" ]
    run "$assay" run "$tmp/tiny.yaml" --out "$tmp/next" --blocks 1 --quiet --heap 512MiB
    [ "$status" -eq 0 ]
    [ ! -d "$folder" ]
}

@test "a broker killed in mid-run is one sentence with the log's path, exit 5, trials kept" {
    "$assay" run "$tmp/tiny.yaml" --out "$out" --blocks 500 --heap 512MiB >"$tmp/says" 2>&1 &
    pid=$!
    while [ ! -s "$out/trials.jsonl" ]; do kill -0 "$pid"; sleep 0.1; done
    kill -KILL "$(pgrep -P "$pid" java)"
    status=0
    wait "$pid" || status=$?
    cat "$tmp/says"
    [ "$status" -eq 5 ]
    grep -q "the broker died: killed by signal 9" "$tmp/says"
    [ "$(wc -l <"$out/trials.jsonl")" -ge 1 ]
}

@test "a killed sender is one void trial, and the run goes on" {
    "$assay" run "$tmp/tiny.yaml" --out "$out" --blocks 2 --set 'load={rate: 500/s}' >"$tmp/says" 2>&1 &
    pid=$!
    while [ ! -s "$out/trials.jsonl" ]; do kill -0 "$pid"; sleep 0.05; done
    until role=$(pgrep -f "assay worker sender [0-9]+ $pid\$"); do kill -0 "$pid"; done
    kill -KILL "$role"
    status=0
    wait "$pid" || status=$?
    cat "$tmp/says"
    [ "$status" -eq 5 ]
    [ "$(trials .trial | wc -l)" -eq 4 ]
    [ "$(trials 'select(.validity == "void") | .trial' | wc -l)" -eq 1 ]
    trials .why | grep -q "the sender ended unexpectedly: signal 9"
}

@test "a plan is printed and nothing is started" {
    run "$assay" run "$tmp/tiny.yaml" --plan --out "$out"
    [ "$status" -eq 0 ]
    [[ $output == *"2 cells in 1 comparison"* ]]
    [[ $output == *"4 trials"* ]]
    [ ! -e "$out" ]
}

@test "caps on bytes and rate hold" {
    run "$assay" run "$tmp/tiny.yaml" --max-bytes "10 KB" --out "$out"
    [ "$status" -eq 2 ]
    [[ $output == *"more than --max-bytes 10.0 KB"* ]]
    [ ! -e "$out" ]
    run "$assay" run "$tmp/tiny.yaml" --max-rate 1000/s --out "$out" --blocks 1 --quiet
    [ "$status" -eq 0 ]
    [ "$(trials 'select(.throughput.produced_records_per_s <= 1010) | .trial' | wc -l)" -eq 2 ]
}

@test "a folder with results in it is not overwritten" {
    "$assay" run "$tmp/tiny.yaml" --out "$out" --blocks 1 --quiet >/dev/null
    before=$(md5sum <"$out/trials.jsonl")
    run "$assay" run "$tmp/tiny.yaml" --out "$out" --blocks 1 --quiet
    [ "$status" -eq 2 ]
    [ "$(echo "$output" | wc -l)" -eq 1 ]
    [ "$(md5sum <"$out/trials.jsonl")" = "$before" ]
}

@test "wrong input is one sentence that names what was wrong, exit 2, and nothing is started" {
    expect() {
        local says=$1
        shift
        run "$assay" run "$@" --out "$out"
        [ "$status" -eq 2 ] || { echo "exit $status: $output"; return 1; }
        [[ $output == *"$says"* ]] || { echo "said: $output"; return 1; }
        [ "$(echo "$output" | wc -l)" -eq 1 ]
        [ ! -e "$out" ]
    }
    expect "quikc" quikc
    expect "--blocks" quick --blocks 0
    expect "--max-rate" quick --max-rate 5
    expect "--bogus" quick --bogus
    expect "zstd-99" "$tmp/tiny.yaml" --set 'codecs=[zstd-99]'
    expect "colour" "$tmp/tiny.yaml" --set 'colour=red'
    expect "no/such/file" "$tmp/tiny.yaml" --data no/such/file
    expect "--topic needs --bootstrap" "$tmp/tiny.yaml" --topic mine
    expect "acks" "$tmp/tiny.yaml" -X acks=1
    expect "no.such.property" "$tmp/tiny.yaml" -X no.such.property=1
    printf 'codecs: [none\n' >"$tmp/broken.yaml"
    expect "broken.yaml" "$tmp/broken.yaml"
    yes same | head -n 100 >"$tmp/same.log"
    expect "all 100 records are the same, and one record repeated judges nothing" "$tmp/tiny.yaml" --data "$tmp/same.log"
}

@test "the second scenario is looked for before the first is run" {
    cd "$tmp"
    run "$assay" run tiny.yaml quikc
    [ "$status" -eq 2 ] || { echo "$output"; return 1; }
    [[ $output == *'scenario "quikc"'* ]]
    [ ! -e results ]
}

@test "standard streams that are closed do not become the files of the run" {
    status=0
    "$assay" run "$tmp/tiny.yaml" --blocks 1 --out "$out" 0<&- 1>&- 2>&- || status=$?
    [ "$status" -eq 5 ] # the table is lost
    [ "$(grep -vc '^{' "$out/trials.jsonl" || true)" = 0 ]
    [ "$(trials .validity | sort -u)" = valid ]
    "$assay" report "$out" >/dev/null
}

@test "a few records sent again and again are told beside their ratio" {
    seq 1 2000 | sed 's/.*\(.\)$/reading \1/' >"$tmp/few.log"
    run "$assay" run "$tmp/tiny.yaml" --blocks 1 --out "$out" --quiet --data "$tmp/few.log"
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    [[ $output == *"only 10 of 2000 records differ, and a batch holds "* ]] || { echo "$output"; return 1; }
    [ "$(trials '[.pool.records, .pool.distinct] | @csv' | sort -u)" = 2000,10 ]
    grep -q "only 10 of 2000 records differ" "$out/report.md"
    grep -q "only 10 of 2000 records differ" "$out/report.html"
}

@test "a cluster that is not there is one sentence, exit 5, and no folder" {
    run "$assay" run "$tmp/tiny.yaml" --bootstrap 127.0.0.1:1 --out "$out"
    [ "$status" -eq 5 ]
    [[ $output == *"127.0.0.1:1"* ]]
    [ "$(echo "$output" | wc -l)" -eq 1 ]
    [ ! -e "$out" ]
}

@test "a run that fails before its first trial leaves no folder, a wrong folder starts nothing" {
    bootstrap=$("$assay" broker status --json | jq -r .bootstrap)
    run "$assay" run "$tmp/tiny.yaml" --bootstrap "$bootstrap" --replication-factor 3 --quiet --out "$out"
    [ "$status" -eq 2 ]
    [[ $output == *"eplication factor"* ]]
    [ ! -e "$out" ]
    echo "mine" >"$tmp/file"
    run "$assay" run "$tmp/tiny.yaml" --heap 512MiB --out "$tmp/file/below"
    [ "$status" -eq 2 ]
    [ "$(echo "$output" | wc -l)" -eq 1 ]
}

@test "too little disk is refused before anything is started" {
    [ "$(id -u)" -eq 0 ] || skip "needs root to mount a small disk"
    mkdir "$tmp/small"
    mount -t tmpfs -o size=50m tmpfs "$tmp/small"
    ASSAY_TMPDIR=$tmp/small run "$assay" run "$tmp/tiny.yaml" --out "$out" --heap 512MiB
    umount "$tmp/small"
    [ "$status" -eq 5 ]
    [[ $output == *"not enough disk"* ]]
    [ ! -e "$out" ]
}
