#!/usr/bin/env bats
# assay payload: what is printed, and what bad input is told.

setup() {
    root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    assay=${ASSAY:-$root/build/release/assay}
    cd "$BATS_TEST_TMPDIR"
}

@test "payload without an operand lists every generator" {
    run "$assay" payload
    [ "$status" -eq 0 ]
    for kind in alert iot weather firms raster random; do
        grep -q "^$kind " <<<"$output"
    done
}

@test "payload prints as many records as asked, the same for the same seed" {
    "$assay" payload iot --records 7 >a
    "$assay" payload iot --records 7 --seed 1 >b
    "$assay" payload iot --records 7 --seed 2 >c
    [ "$(wc -l <a)" -eq 7 ]
    cmp a b
    run cmp -s a c
    [ "$status" -eq 1 ]
    [ "$(sort -u a | wc -l)" -eq 7 ]
}

@test "text generators print what a parser of their format reads" {
    if command -v jq >/dev/null; then
        "$assay" payload iot --records 200 | jq -e .dev_eui >/dev/null
    fi
    "$assay" payload firms --records 200 | awk -F, 'NF != 13 { exit 1 }'
    "$assay" payload weather --records 200 | awk -F, 'NF != 15 { exit 1 }'
    if command -v python3 >/dev/null; then
        "$assay" payload alert --records 50 | python3 -c '
import sys, xml.dom.minidom
for line in sys.stdin.buffer: xml.dom.minidom.parseString(line)'
    fi
}

@test "payload cuts files into lines, slices and wholes" {
    printf 'one\n\ntwo\n' >f
    run "$assay" payload ./f
    [ "$output" = "one
two" ]
    [ "$("$assay" payload ./f --cut whole | sha256sum)" = "$(sha256sum <f)" ]
    [ "$("$assay" payload ./f --cut slices --size 3B | sha256sum)" = "$(sha256sum <f)" ]
}

@test "payload --stats shows the reduction at 1, 100 and 10 000 records a batch" {
    run "$assay" payload firms --stats
    [ "$status" -eq 0 ]
    [[ "$output" == *"20000 records, 20000 distinct"* ]]
    grep -Eq '^gzip-6 +-1[0-9]\.[0-9] % +7[0-9]\.[0-9] % +7[0-9]\.[0-9] %' <<<"$output"
    grep -Eq '^zstd-3 ' <<<"$output"
}

@test "payload says when a batch was smaller than asked" {
    seq 500 >f
    run "$assay" payload f --stats
    [[ "$output" == *"* all 500 records in one batch"* ]]
}

refused() { # TEXT ARGUMENT...
    local text=$1
    shift
    run "$assay" payload "$@"
    [ "$status" -eq 2 ] || { echo "$status: $output"; return 1; }
    [[ "$output" == *"$text"* ]] || { echo "$output"; return 1; }
}

@test "payload refuses bad input with one sentence" {
    refused "payload 'iott': there are alert iot" iott
    refused "no/such/file: No such file or directory" no/such/file
    refused "only one payload at a time" iot firms
    refused "--size: " iot --size 10
    refused "--records: " iot --records many
    refused "--records: '0'" iot --records 0
    refused "only files are cut" iot --cut lines
    touch empty
    refused "./empty: no records" ./empty
    refused "it is lines, whole or slices" ./empty --cut pages
    refused "with --cut slices it has a size" ./empty --size 10B
    refused "slices of 0 bytes" ./empty --cut slices
}
