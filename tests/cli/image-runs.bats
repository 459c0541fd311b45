#!/usr/bin/env bats
# assay run with images: every route on a real broker, every image compared, every fault caught.

# shellcheck disable=SC2154 # run_scene_setup sets assay, tmp and out
load run_scene

setup() {
    run_scene_setup
    cat >"$tmp/tiny.yaml" <<'YAML'
name: images
about: a few small images by two routes
codecs: [zstd-1]
payloads: [raster]
record_bytes: 300 KB
encodings: [envelope, chunks]
compare: encoding
chunk: 100 KB
batching: {records: 1, linger: 0 ms}
records: 10
warmup: 2
blocks: 1
pool: 2 MB
YAML
}

# Where the object store of our own is; a test without one says so.
needs_store() {
    [ -x "$PWD/var/versitygw/versitygw" ] || skip "SKIPPED: versitygw is not in var/versitygw; scripts/setup builds it"
    ln -sfn "$PWD/var/versitygw" "$ASSAY_VAR/versitygw"
}

# An object store of somebody else's, with a bucket "imgs" in which another's file stands.
store_of_others() {
    mkdir -p "$tmp/s3/data/imgs/theirs" "$tmp/s3/side"
    echo theirs >"$tmp/s3/data/imgs/theirs/file"
    export AWS_ACCESS_KEY_ID=assay-test-key AWS_SECRET_ACCESS_KEY=assay-test-secret AWS_REGION=us-east-1
    s3_port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    ROOT_ACCESS_KEY=$AWS_ACCESS_KEY_ID ROOT_SECRET_KEY=$AWS_SECRET_ACCESS_KEY \
        "$PWD/var/versitygw/versitygw" --port "127.0.0.1:$s3_port" --quiet posix --sidecar "$tmp/s3/side" \
        "$tmp/s3/data" >"$tmp/s3/log" 2>&1 3>&- &
    s3_pid=$!
    for _ in $(seq 200); do
        (: <>"/dev/tcp/127.0.0.1/$s3_port") 2>/dev/null && return 0
        sleep 0.05
    done
    return 1
}

teardown() { [ -z "${s3_pid-}" ] || kill "$s3_pid"; }

@test "images arrive as they were sent, in one record and in chunks" {
    run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet --partitions 3
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    [ "$(trials .validity | sort -u)" = valid ]
    [ "$(trials '.images | [.sent, .arrived, .identical, .incomplete] | @csv' | sort -u)" = 12,12,12,0 ]
    [ "$(trials 'select(.cell.encoding == "envelope") | .delivery.sent')" -eq 12 ]
    [ "$(trials 'select(.cell.encoding == "chunks") | .delivery.sent')" -eq 36 ]
    [ "$(trials .measured_records | sort -u)" = 10 ]
    [ "$(trials '.latency_ns.e2e.n, .latency_ns.ack.n, .latency_ns.service.n' | sort -u)" = 10 ]
    [ "$(trials 'select(.encode_ns_per_record > 0 and .bytes.original == 3600000 and .bytes.payload > 3600000) | .trial' | wc -l)" -eq 2 ]
    [ "$(trials '.bytes.objects' | sort -u)" = null ]
}

@test "images keep a pace: one at a time, and at a rate" {
    run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet --set 'load=[{in_flight: 1}, {rate: 50/s}]'
    exit_fits_the_records
    [ "$(trials '.images.identical' | sort -u)" = 12 ]
}

@test "a lost, doubled or corrupted chunk or record voids the trial, and no wrong image comes out" {
    while read -r fault says images; do
        rm -rf "$out"
        ASSAY_SABOTAGE=$fault run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet
        [ "$status" -eq 4 ] || { echo "$fault: exit $status: $output"; return 1; }
        [ "$(trials .validity | sort -u)" = void ] || { echo "$fault: $output"; return 1; }
        [ "$(trials .outcomes."$says".all | sort -u)" = 1 ] || { echo "$fault: $(trials .outcomes)"; return 1; }
        [ "$(trials '.images | [.arrived, .identical, .incomplete] | @csv' | sort -u)" = "$images" ] ||
            { echo "$fault: $(trials .images)"; return 1; }
    done <<'FAULTS'
lose lost 11,11,1
duplicate duplicated 12,12,0
corrupt corrupted 11,11,1
alien foreign 12,12,0
FAULTS
}

@test "chunks out of order and images between each other arrive whole" {
    for fault in reorder interleave; do
        rm -rf "$out"
        ASSAY_SABOTAGE=$fault run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet
        [ "$status" -eq 0 ] || { echo "$fault: exit $status: $output"; return 1; }
        [ "$(trials '.images | [.sent, .identical] | @csv' | sort -u)" = 12,12 ]
    done
}

@test "what is no image is refused with a sentence" {
    run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet --set 'payloads=[iot]' --set record_bytes=natural
    [ "$status" -ne 0 ]
    [[ $output == *"record 0 of the payload is no image that assay knows"* ]] || { echo "$output"; return 1; }
}

@test "an image that no client takes is refused, which is no failure" {
    run "$assay" run "$tmp/tiny.yaml" --plan --set 'record_bytes=1 GB' --set chunk=5MB --set 'pool=1 MB'
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    [[ $output == *"refused: one record of 1000000"*"message.max.bytes takes 1000000000 at most"* ]] ||
        { echo "$output"; return 1; }
}

@test "images go by the object store, and by size each its way" {
    needs_store
    run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet --set 'encodings=[object, routed]' \
        --set 'record_bytes=[90 KB, 300 KB, 600 KB]' --set 'direct_max=100 KB' --set 'chunked_max=500 KB'
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    [ "$(trials '.images | [.sent, .identical] | @csv' | sort -u)" = 12,12 ]
    [ "$(trials 'select(.cell.encoding == "object") | .delivery.sent' | sort -u)" = 12 ]
    [ "$(trials 'select(.cell.encoding == "object" and .bytes.objects > .bytes.stored and .bytes.http_sent > .bytes.objects and .bytes.http_received > .bytes.objects and .cpu_ns.store > 0) | .trial' | wc -l)" -eq 3 ]
    [ "$(trials 'select(.cell.encoding == "routed") | [.cell.record_bytes, .delivery.sent, .bytes.objects != null] | @csv' | sort -n)" = \
        $'90000,12,false\n300000,36,false\n600000,12,true' ]
    [[ $(trials 'select(.bytes.objects != null) | .object_store' | sort -u) == "versitygw "*", embedded" ]]
    [ -z "$(ls "$ASSAY_VAR/tmp")" ] || { ls "$ASSAY_VAR/tmp"; return 1; }
}

@test "without an object store the run is refused before anything is sent" {
    rm -f "$ASSAY_VAR/versitygw"
    run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet --set 'encodings=object'
    [ "$status" -eq 5 ]
    [[ $output == *"scripts/setup"*"--s3-endpoint and --s3-bucket"* ]] || { echo "$output"; return 1; }
    run env -u AWS_ACCESS_KEY_ID "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet --set 'encodings=object' \
        --s3-endpoint http://127.0.0.1:9 --s3-bucket images
    [ "$status" -eq 2 ]
    [[ $output == *"AWS_ACCESS_KEY_ID"* ]] || { echo "$output"; return 1; }
    run "$assay" run "$tmp/tiny.yaml" --quiet --s3-endpoint http://127.0.0.1:9
    [ "$status" -eq 2 ]
    [[ $output == *"--s3-endpoint needs --s3-bucket"* ]]
}

@test "a reference whose bits were turned brings no image" {
    needs_store
    ASSAY_SABOTAGE=corrupt run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet --set 'encodings=object'
    [ "$status" -eq 4 ] || { echo "$output"; return 1; }
    [ "$(trials '[.validity, .outcomes.corrupted.all, .images.identical, .images.incomplete] | @csv')" = '"void",1,11,1' ] ||
        { trials '.delivery, .images, .why'; return 1; }
}

@test "whatever becomes of a run, nothing of it stays in a bucket of others, and theirs does" {
    needs_store
    store_of_others
    to_it=(--s3-endpoint "http://127.0.0.1:$s3_port/" --s3-bucket imgs --set 'encodings=object')
    ASSAY_SABOTAGE=lose run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet "${to_it[@]}"
    [ "$status" -eq 4 ] || { echo "$output"; return 1; }
    [ "$(trials .outcomes.lost.all)" -eq 1 ]
    [ "$(cd "$tmp/s3/data/imgs" && find . -type f)" = ./theirs/file ] || { find "$tmp/s3/data"; return 1; }
    "$assay" run "$tmp/tiny.yaml" --out "$tmp/stopped" --quiet "${to_it[@]}" --set 'load={rate: 10/s}' \
        --set records=600 3>&- &
    run_pid=$!
    for _ in $(seq 600); do
        [ "$(find "$tmp/s3/data/imgs" -name '*.zst' | wc -l)" -lt 5 ] || break
        sleep 0.05
    done
    [ "$(find "$tmp/s3/data/imgs" -name '*.zst' | wc -l)" -ge 5 ]
    kill -TERM "$run_pid"
    status=0
    wait "$run_pid" || status=$?
    [ "$status" -eq 130 ]
    [ "$(cd "$tmp/s3/data/imgs" && find . -type f)" = ./theirs/file ] || { find "$tmp/s3/data"; return 1; }
    [ -s "$out/trials.jsonl" ]
    [ -z "$(grep -rl assay-test-secret "$tmp" --exclude-dir=s3)" ] || return 1
}

@test "the built-in scenarios of images run, in small" {
    run "$assay" run image-before-after --out "$tmp/ba" --quiet --blocks 1 --set 'record_bytes=1 MB' --set records=4 --set 'pool=4 MB'
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    [ "$(jq -r 'select(.encode_ns_per_record > 0) | .cell.arm' "$tmp/ba/trials.jsonl" | sort | paste -sd,)" = "after,after, gzip,before,before, zstd-1" ]
    needs_store
    run "$assay" run image-sweep --out "$tmp/sweep" --quiet --blocks 1 --set 'record_bytes=[10 KB, 6 MB]' --set records=2 --set 'pool=7 MB'
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    [ "$(jq -r '.images.identical' "$tmp/sweep/trials.jsonl" | sort -u)" = 3 ]
    run "$assay" run image-chunk-faults --out "$tmp/faults" --quiet --set 'record_bytes=300 KB' --set 'pool=3 MB'
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
}

@test "real files of every format arrive as they were sent" {
    [ -f var/data/raster/natural-earth.png ] || skip "SKIPPED: no var/data/raster; scripts/fetch-data brings it"
    ln -sfn "$PWD/var/data" "$ASSAY_VAR/data"
    run "$assay" run image-formats --out "$out" --quiet --blocks 1 --set 'codecs=[none, zstd-1]' --set records=2
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    [ "$(trials '.images | [.sent, .identical] | @csv' | sort -u)" = 3,3 ]
    [ "$(trials '.cell.payload' | sort -u | wc -l)" -eq 8 ]
}

@test "images that are cut short are sent as they are, and told" {
    mkdir "$tmp/img"
    printf 'II*\0\10\0\0\0\1\0\16\1\2\0\1\0\0\0\0\0\0\0\10\0\0\0' >"$tmp/img/a.tif"
    printf '\211PNG\r\n\32\n\0\0\0\rIHDR' >"$tmp/img/b.png"
    run "$assay" run "$tmp/tiny.yaml" --plan --data "$tmp/img"
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    [[ $output == *"warning: 2 of 2 images of img are damaged or cut short, and are sent as they are: a.tif: tiff: directory at 8: "* ]] ||
        { echo "$output"; return 1; }
    run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet --data "$tmp/img"
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    [[ $output == *"2 of 2 images are damaged or cut short: a.tif: tiff: directory at 8: "* ]] || { echo "$output"; return 1; }
    [ "$(trials '[.validity, .images.identical, .pool.damaged, .pool.damage[:11]] | @csv' | sort -u)" = '"valid",12,2,"a.tif: tiff"' ]
}
