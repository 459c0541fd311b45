#!/usr/bin/env bats
# assay run with images beside the records: on a real broker, both proven, and nothing left behind.

load kept_broker

setup_file() { kept_broker_start; }

teardown_file() { kept_broker_stop; }

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    assay=$ASSAY_UNDER_TEST
    tmp=$BATS_TEST_TMPDIR
    out=$tmp/result
    cat >"$tmp/beside.yaml" <<'YAML'
name: beside
about: alerts alone, beside images and among them
payloads: alert
arms:
  - {name: alone, codec: none, background: none}
  - name: own
    codec: none
    background: {payload: {generator: raster, sizes: [100 KB, 700 KB]}, encoding: routed, codec: zstd-1, load: {in_flight: 1},
             direct_max: 200 KB, chunk: 100 KB, partitions: 2, pool: 1 MB, at_least: 2}
  - name: among
    codec: none
    background: {payload: {generator: raster, record_bytes: 300 KB}, encoding: chunks, codec: none, load: {rate: 50/s},
             chunk: 100 KB, topic: same, pool: 1 MB, at_least: 2}
batching: {records: 1, linger: 0 ms}
load: {in_flight: 1}
records: 5000
duration: 1 s
warmup: 10
blocks: 1
YAML
}

# A field of every trial, one a line.
trials() { jq -r "$1" "$out/trials.jsonl"; }

topics_are_gone() {
    "$assay" broker status --json >"$tmp/status" || return 1
    local port
    port=$(jq -r '.bootstrap // .bootstrap_servers' "$tmp/status")
    [ "$(kcat -b "$port" -L | grep -c 'topic "assay-' || true)" = 0 ] || { kcat -b "$port" -L; return 1; }
}

@test "images beside the records are all compared, and the record says how many there were" {
    run "$assay" run "$tmp/beside.yaml" --out "$out"
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    [[ $output == *"own: background raster 100 KB + 700 KB, routed, zstd-1, closed 1"* ]] || { echo "$output"; return 1; }
    [[ $output == *"background: "*" arrived as they were"* ]] || { echo "$output"; return 1; }
    [ "$(trials .validity | sort -u)" = valid ]
    [ "$(trials 'select(.cell.arm == "alone") | [.cell.background, .background.sent] | @csv')" = '"",' ]
    [ "$(trials 'select(.cell.arm != "alone") | .background | .sent == .identical and .arrived >= 2 and .bytes > 0' | sort -u)" = true ]
    # of its own topic the stored batches are read; images of one chunk or of seven, whatever the turn
    [ "$(jq -r 'select(.topic | contains(".background.")) | .codec_evidence == "segment files" and .codec_stored.zstd > 0 and .bytes.stored > 0' "$out/background.jsonl")" = true ]
    # in a shared one the alerts are known all the same, and so are their batches: those of the images hold none of them
    [ "$(trials 'select(.cell.arm == "among") | .outcomes.foreign.all == 0 and .delivery.sent == .delivery.received')" = true ]
    [ "$(trials 'select(.cell.arm == "among") | .codec_evidence == "segment files" and .bytes.stored > 0 and .bytes.stored < 3 * .bytes.payload')" = true ]
    [ "$(jq -r .topic "$out/background.jsonl" | grep -cxF "$(trials 'select(.cell.arm == "among") | .topic')")" = 1 ]
    [ "$(jq '[.groups[].cells[] | select(.background_sent > 0 and .background_sent == .background_identical)] | length' "$out/summary.json")" = 2 ]
    head -1 "$out/results.csv" | grep -q ',link,background,partitions,brokers,parameters,arm,'
    # what went beside has records, histograms and timelines of its own
    [ "$(jq -r '[.scenario, (.trial | sub("^c[0-9]+."; "")), .cell.workload] | @csv' "$out/background.jsonl" | uniq -c | sed 's/^ *//')" = \
        '2 "beside","b01.background","images"' ]
    [ "$(jq -r '.validity' "$out/background.jsonl" | grep -c void)" = 0 ]
    [ "$(jq -s 'all(.[]; .images.identical == .images.sent and .outcomes.duplicated.all == 0 and .throughput.records_per_s > 0 and .cpu_ns.sender_user >= 0 and .latency_ns.e2e.max > 0)' "$out/background.jsonl")" = true ]
    [ "$(jq -s 'map(.delivery.sent) | add' "$out/background.jsonl")" -ge "$(trials .background.sent | jq -s 'add')" ]
    [ "$(find "$out/hist" -name 'beside.*.background.hlog' | wc -l)" = 2 ]
    [ "$(find "$out/timeline" -name 'beside.*.background.jsonl' | wc -l)" = 2 ]
    topics_are_gone
}

@test "any workload may go beside, without what it leaves out" {
    sed -i '/^arms:/,/^batching:/{/^batching:/!d}' "$tmp/beside.yaml"
    cat >>"$tmp/beside.yaml" <<'YAML'
codecs: none
compare: background
background:
  - none
  - {workload: {null: {notes: 2}}, load: {rate: 500/s}}
  - {workload: records, payload: iot, encoding: raw, codec: zstd-1, load: {rate: 200/s}, at_least: 20}
YAML
    run "$assay" run "$tmp/beside.yaml" --out "$out"
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    [ "$(trials '[.cell.background, .validity] | @csv' | sort)" = '"","valid"
"null, notes 2, open 500/s","valid"
"records, iot, raw, zstd-1, open 200/s","valid"' ]
    [ "$(jq -r '[.cell.workload, .validity != "void", .delivery.sent > 20] | @csv' "$out/background.jsonl" | sort)" = '"null",true,true
"records",true,true' ]
    [ "$(trials 'select(.cell.background | startswith("null")) | .background | .arrived > 20 and .identical == .sent')" = true ]
    [ "$(jq 'select(.cell.workload == "null") | .cpu_ns.receiver_user == null and ([.outcomes[].all] | add) == 0' "$out/background.jsonl")" = true ]
    topics_are_gone
    while IFS='|' read -r beside says; do
        run "$assay" run "$tmp/beside.yaml" --plan --set "background=$beside"
        [ "$status" -eq 2 ] && [[ $output == *"$says"* ]] || { echo "$beside: $output"; return 1; }
    done <<'WRONG'
{workload: null, payload: iot, load: {rate: 5/s}}|background.payload: found it with workload null, to which it means nothing; expected to leave it out
{workload: null, topic: same, load: {rate: 5/s}}|background.topic: found it with workload null, to which it means nothing; expected to leave it out
{workload: {null: {notes: [1, 2]}}, load: {rate: 5/s}}|background.workload: found 2 of them; expected one, as a background load is not swept
{workload: null}|background: found no load; expected load: {in_flight: 1}
{workload: nix, load: {rate: 5/s}}|background.workload: found "nix"; expected one of records, images, null
WRONG
}

@test "what is beside may be swept, and a plan says so" {
    run "$assay" run "$tmp/beside.yaml" --plan
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    [[ $output == *"background raster 300 KB, chunks, none, open 50/s, same topic; void when fewer than 2 arrive while measuring"* ]] || { echo "$output"; return 1; }
}

@test "a fault planted beside the records voids their trial and is named" {
    sed -i '/name: among/,/chunk: 100 KB, topic/d' "$tmp/beside.yaml"
    while read -r fault says; do
        rm -rf "$out"
        ASSAY_SABOTAGE=background-$fault run "$assay" run "$tmp/beside.yaml" --out "$out" --quiet --set records=2000
        [ "$status" -eq 4 ] || { echo "$fault: exit $status: $output"; return 1; }
        [ "$(trials 'select(.cell.arm == "alone") | .validity')" = valid ] || { echo "$fault: $output"; return 1; }
        [ "$(trials 'select(.cell.arm == "own") | [.validity, (.why | startswith("background: ") and contains("'"$says"'"))] | @csv')" = '"void",true' ] ||
            { echo "$fault: $(trials '[.cell.arm, .validity, .why] | @csv')"; return 1; }
        [ "$(jq -s 'map(select(.validity == "void")) | length == 2 and all(.[]; .integrity_hurt)' "$out/trials.jsonl" "$out/background.jsonl")" = true ]
        # the measured records themselves are all there
        [ "$(trials '.delivery.sent == .delivery.received and .outcomes.lost.all == 0' | sort -u)" = true ]
    done <<'FAULTS'
lose lost
duplicate duplicated
corrupt corrupted
alien not sent by us
codec stored with
FAULTS
    topics_are_gone
}

@test "too few images while measuring, or too little room for them, void the trial" {
    run "$assay" run "$tmp/beside.yaml" --out "$out" --quiet --set 'arms=[{name: a, codec: none}, {name: b, codec: lz4}]' \
        --set 'background={payload: {generator: raster, record_bytes: 100 KB}, encoding: envelope, codec: none, load: {rate: 5/s}, at_least: 1000}'
    [ "$status" -eq 5 ] # nothing was lost: there was too little of it
    [ "$(jq .integrity_hurt "$out/trials.jsonl" "$out/background.jsonl" | sort -u)" = false ]
    [[ $(trials .why | head -1) == "background: "*" arrived while measuring, and 1000 are asked for"* ]] || { trials .why; return 1; }
    rm -rf "$out"
    run "$assay" run "$tmp/beside.yaml" --out "$out" --quiet --set 'arms=[{name: a, codec: none}, {name: b, codec: lz4}]' \
        --set 'background={payload: {generator: raster, record_bytes: 100 KB}, encoding: envelope, codec: none, load: {in_flight: 1}, records: 4}'
    [ "$status" -eq 5 ]
    [ "$(jq .integrity_hurt "$out/trials.jsonl" "$out/background.jsonl" | sort -u)" = false ]
    [[ $(trials .why | head -1) == "background: there was room for "* ]] || { trials .why; return 1; }
}

@test "--topic does not go with it" {
    run "$assay" run "$tmp/beside.yaml" --out "$out" --bootstrap 127.0.0.1:9 --topic somebody-elses
    [ "$status" -eq 2 ]
    [[ $output == *"--topic somebody-elses: beside has background load, which needs fresh topics"* ]] || { echo "$output"; return 1; }
}

# Processes that are workers of this assay and have this parent.
workers_of() { pgrep -P "$1" || true; }

@test "Ctrl-C in mid-trial leaves no topic and no process" {
    "$assay" run "$tmp/beside.yaml" --out "$out" --quiet --set 'duration=60 s' --set 'records=100M' \
        --set 'arms=[{name: a, codec: none}, {name: b, codec: lz4}]' --set 'background={payload: {generator: raster, record_bytes: 1 MB}, encoding: routed, codec: none, direct_max: 500 KB, chunk: 100 KB, load: {in_flight: 1}}' \
        >"$tmp/said" 2>&1 &
    pid=$!
    for _ in $(seq 200); do
        [ "$(workers_of "$pid" | wc -l)" -ge 4 ] && break
        sleep 0.1
    done
    workers=$(workers_of "$pid")
    [ "$(wc -l <<<"$workers")" -ge 4 ] || { cat "$tmp/said"; return 1; }
    sleep 0.5
    kill -INT "$pid"
    status=0
    wait "$pid" || status=$?
    [ "$status" -eq 130 ] || { cat "$tmp/said"; return 1; }
    for worker in $workers; do
        [ ! -e "/proc/$worker" ] || { echo "worker $worker is still there"; return 1; }
    done
    topics_are_gone
}
