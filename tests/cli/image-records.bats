#!/usr/bin/env bats
# Image records read in another language, by a reader written from docs/image-envelope.md alone.

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    make_records=$(realpath "${FIXTURES:-build/release/fixtures}")/image_records
    tmp=$BATS_TEST_TMPDIR
    image=tests/fuzz/corpus/image_format/netcdf-5
    "$make_records" "$image" "$tmp" 150
}

read_record() { python3 tests/python/image_record.py "$1"; }

# Fails when the reader takes the record.
refuses() {
    if read_record "$1" >"$tmp/out" 2>&1; then
        echo "taken: $(cat "$tmp/out")"
        return 1
    fi
}

# flip FILE BYTE: changes one bit of that byte.
flip() {
    local byte
    byte=$(od -An -tu1 -j "$2" -N 1 "$1")
    printf "%b" "\\0$(printf '%03o' $((byte ^ 1)))" |
        dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

@test "the envelope holds the image and its metadata" {
    read_record "$tmp/envelope" >"$tmp/json"
    cmp "$image" "$tmp/envelope.data"
    [ "$(jq -r .kind "$tmp/json")" = 1 ]
    [ "$(jq -c .metadata "$tmp/json")" = '{"timestamp":"2025-10-13T10:00:00Z","satellite":"Landsat-8","location":{"lat":39.7596,"lon":-121.6219},"sensor":"OLI","resolution_m":30,"format":"netcdf","source_id":"landsat_nrt"}' ]
}

@test "the chunks put in order are the image, and each has the metadata and the whole's checksum" {
    for i in 0 1 2; do
        read_record "$tmp/chunk-$i" >"$tmp/json-$i"
        [ "$(jq -r '[.index, .count, .offset, .total_size] | join(" ")' "$tmp/json-$i")" = \
            "$i 3 $((i * 150)) 404" ]
        [ "$(jq -r .metadata.source_id "$tmp/json-$i")" = landsat_nrt ]
    done
    [ "$(cat "$tmp"/json-? | jq -r .id | sort -u | wc -l)" -eq 1 ]
    [ "$(cat "$tmp"/json-? | jq -r .image_crc | sort -u)" = "$(jq -r .data_crc <(read_record "$tmp/envelope"))" ]
    cat "$tmp/chunk-0.data" "$tmp/chunk-1.data" "$tmp/chunk-2.data" | cmp "$image"
}

@test "a flipped bit anywhere is seen by the other reader, too" {
    for at in 0 4 6 9 15 20 25 30 150 200 500; do
        cp "$tmp/envelope" "$tmp/bad"
        flip "$tmp/bad" "$at"
        refuses "$tmp/bad"
    done
    for at in 4 6 10 25 30 40 50 55 60 65 70 100 300; do
        cp "$tmp/chunk-1" "$tmp/bad"
        flip "$tmp/bad" "$at"
        refuses "$tmp/bad"
    done
}

@test "a damaged image is not made a record" {
    head -c 300 "$image" >"$tmp/cut"
    status=0
    "$make_records" "$tmp/cut" "$tmp" 150 2>"$tmp/err" || status=$?
    [ "$status" -eq 1 ]
    grep -q '^image_records: netcdf: ' "$tmp/err"
}
