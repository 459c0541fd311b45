#!/usr/bin/env bats
# assay codec: what it prints, and what it says to wrong input.

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    assay=${ASSAY:-build/release/assay}
    data=$BATS_TEST_TMPDIR
    fast=(--min-time 0 --repeat 1)
    for i in $(seq 1 2000); do
        echo "2026-11-21T06:00:00Z sensor-$((i % 7)) temperature=$((i % 50)).$((i % 10)) ok"
    done >"$data/readings.log"
    head -c 100000 /dev/urandom >"$data/noise.bin"
    : >"$data/empty.log"
}

# Exits with code $1, says one line that holds $2, prints nothing on standard output.
refuses() {
    local code=$1 says=$2 status=0
    shift 2
    "$assay" codec "$@" >"$data/out" 2>"$data/err" || status=$?
    [ "$status" -eq "$code" ] || { echo "exit $status: $(cat "$data/err")"; return 1; }
    [ ! -s "$data/out" ] || { echo "printed: $(cat "$data/out")"; return 1; }
    grep -qF -- "$says" "$data/err" || { echo "said: $(cat "$data/err")"; return 1; }
    [ "$(wc -l <"$data/err")" -eq 1 ]
}

# The value of a field of the only result in JSON.
field() { sed -n "s/.*\"$1\": \([0-9.-]*\),*$/\1/p" "$data/json" | head -n 1; }

json() { "$assay" codec --json "${fast[@]}" "$@" >"$data/json"; }

@test "every codec of the table is measured when none is named" {
    run "$assay" codec "${fast[@]}" "$data/readings.log"
    [ "$status" -eq 0 ]
    for codec in none gzip-1 gzip-6 gzip-9 snappy lz4-0 lz4-9 zstd-1 zstd-3 zstd-6 zstd-12; do
        echo "$output" | grep -q "^$codec  *[0-9]" || { echo "$codec missing: $output"; return 1; }
    done
    echo "$output" | grep -q "every block came back byte for byte"
    echo "$output" | grep -Eq "zlib [0-9.]+, libsnappy [0-9.]+, liblz4 [0-9.]+, libzstd [0-9.]+"
}

@test "a list of codecs is measured in its order, the default level by name" {
    run "$assay" codec "${fast[@]}" --codec zstd,gzip-9,lz4-12 "$data/readings.log"
    [ "$status" -eq 0 ]
    [ "$(echo "$output" | sed -n 's/^\([a-z0-9]*-[0-9]*\) .*/\1/p' | tr '\n' ' ')" = "zstd-3 gzip-9 lz4-12 " ]
}

@test "gzip agrees with the gzip program but for its file name" {
    json --codec gzip-6 "$data/readings.log"
    ours=$(field packed_bytes)
    theirs=$(gzip -6n <"$data/readings.log" | wc -c)
    [ $((ours * 100)) -lt $((theirs * 103)) ]
    [ $((ours * 100)) -gt $((theirs * 97)) ]
}

@test "none keeps every byte and noise grows" {
    json --codec none "$data/noise.bin"
    [ "$(field packed_bytes)" -eq 100000 ]
    [ "$(field grown_blocks)" -eq 0 ]
    run "$assay" codec "${fast[@]}" --codec gzip-6 "$data/noise.bin"
    [ "$status" -eq 0 ]
    echo "$output" | grep -q "sent uncompressed by Kafka clients: 1 of 1 blocks by gzip-6"
}

@test "batches compress better than single lines" {
    json --codec zstd-3 --lines "$data/readings.log"
    [ "$(field blocks)" -eq 2000 ]
    [ "$(field records)" -eq 2000 ]
    single=$(field packed_bytes)
    json --codec zstd-3 --lines --batch 100 "$data/readings.log"
    [ "$(field blocks)" -eq 20 ]
    [ "$(field records)" -eq 2000 ]
    [ $(($(field packed_bytes) * 3)) -lt "$single" ]
}

@test "records of a size, batches of a size, several files" {
    json --codec lz4 --record-size 1KB --batch-size "10 KB" "$data/noise.bin" "$data/noise.bin"
    [ "$(field records)" -eq 200 ]
    [ "$(field blocks)" -eq 20 ]
    [ "$(field largest_block_bytes)" -eq 10000 ]
    [ "$(field plain_bytes)" -eq 200000 ]
}

@test "standard input is a file called -" {
    run "$assay" codec "${fast[@]}" --codec zstd-1 - <"$data/readings.log"
    [ "$status" -eq 0 ]
    echo "$output" | grep -q "^standard input: "
    echo "$output" | grep -q "^zstd-1 "
}

@test "JSON is valid and holds one sample per repeat" {
    command -v python3 >/dev/null || skip "no python3 to check with"
    "$assay" codec --json --codec gzip,snappy --min-time 0 --repeat 3 "$data/readings.log" |
        python3 -c '
import json, sys
d = json.load(sys.stdin)
assert [(r["codec"], r["level"]) for r in d["results"]] == [("gzip", 6), ("snappy", None)]
assert all(len(r["compress_bytes_per_s"]["samples"]) == 3 for r in d["results"])
assert all(abs(r["ratio"] * r["packed_bytes"] - r["plain_bytes"]) < 1 for r in d["results"])
'
}

@test "help shows the options and examples" {
    run "$assay" codec --help
    [ "$status" -eq 0 ]
    for word in --codec --record-size --lines --batch --batch-size --min-time --repeat --json Examples; do
        echo "$output" | grep -q -- "$word"
    done
}

@test "wrong files are named" {
    refuses 2 "no file given"
    refuses 2 "$data/missing.log: cannot be opened: No such file" "$data/missing.log"
    refuses 2 "$data/empty.log: the file is empty" "$data/readings.log" "$data/empty.log"
    refuses 2 "$data: cannot be read: Is a directory" "$data"
}

@test "wrong codecs are told what was expected" {
    refuses 2 'none, gzip, snappy, lz4, zstd' --codec brotli "$data/readings.log"
    refuses 2 'from 1 to 12' --codec gzip,zstd-30 "$data/readings.log"
    refuses 2 'from 0 to 9' --codec gzip-10 "$data/readings.log"
    refuses 2 'snappy has no levels' --codec snappy-3 "$data/readings.log"
    refuses 2 '"" is not a codec' --codec zstd,,gzip "$data/readings.log"
}

@test "wrong numbers are told what was expected" {
    refuses 2 '--batch: a batch holds at least 1 record' --batch 0 "$data/readings.log"
    refuses 2 '--batch-size: ' --batch-size 100 "$data/readings.log"
    refuses 2 '--record-size: "0 B" is too small' --record-size '0 B' "$data/readings.log"
    refuses 2 '--lines and --record-size exclude each other' --lines --record-size 1KB "$data/readings.log"
    refuses 2 '--min-time: ' --min-time soon "$data/readings.log"
    refuses 2 '--repeat: 0 is out of range' --repeat 0 "$data/readings.log"
    refuses 2 'did you mean --batch' --bach 3 "$data/readings.log"
}
