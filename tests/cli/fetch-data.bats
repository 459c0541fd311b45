#!/usr/bin/env bats
# scripts/fetch-data without a network: the packages are made here and put where downloads lie.

setup() {
    root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    export ASSAY_DATA=$BATS_TEST_TMPDIR/data
    export ASSAY_DATA_CACHE=$BATS_TEST_TMPDIR/cache
    export ASSAY_DATA_MANIFEST=$BATS_TEST_TMPDIR/manifest.tsv
    # Nothing here may reach a registry: both clients fail at once.
    mkdir -p "$BATS_TEST_TMPDIR/bin"
    for client in apt-get apt-cache pip; do
        printf '#!/bin/sh\necho "%s was called" >&2\nexit 1\n' $client >"$BATS_TEST_TMPDIR/bin/$client"
        chmod +x "$BATS_TEST_TMPDIR/bin/$client"
    done
    PATH=$BATS_TEST_TMPDIR/bin:$PATH
    make_deb sample 1.0 one.csv 'a,1
b,2'
}

make_deb() { # PACKAGE VERSION MEMBER TEXT
    local tree=$BATS_TEST_TMPDIR/tree
    rm -rf "$tree"
    mkdir -p "$tree/DEBIAN" "$tree/usr/share/sample" "$ASSAY_DATA_CACHE/apt/$1-$2"
    printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: test <test@example.org>\nDescription: test\n' \
        "$1" "$2" >"$tree/DEBIAN/control"
    printf '%s\n' "$4" >"$tree/usr/share/sample/$3"
    printf '%s\n' "$4" | gzip -n >"$tree/usr/share/sample/$3.gz"
    dpkg-deb -b "$tree" "$ASSAY_DATA_CACHE/apt/$1-$2/$1.deb" >/dev/null
}

sum_of() { printf '%s\n' "$1" | sha256sum | cut -c1-64; }

row() { # TYPE FILE PACKAGE MEMBER FORM SHA256
    printf '%s\t%s\tapt\t%s\t1.0\tusr/share/sample/%s\t%s\tnone\t%s\t8\ta note\n' "$@" \
        >>"$ASSAY_DATA_MANIFEST"
}

good_row() { row weather one.csv sample one.csv as-is "$(sum_of 'a,1
b,2')"; }

@test "fetch-data brings a file, and a second run finds it in place" {
    good_row
    run "$root/scripts/fetch-data"
    [ "$status" -eq 0 ]
    [[ "$output" == *"1 brought, 0 in place, 0 failed"* ]]
    [ "$(cat "$ASSAY_DATA/weather/one.csv")" = 'a,1
b,2' ]
    rm -r "$ASSAY_DATA_CACHE" # no package at hand and no network: it must not need either
    run "$root/scripts/fetch-data"
    [ "$status" -eq 0 ]
    [[ "$output" == *"0 brought, 1 in place, 0 failed"* ]]
}

@test "fetch-data works from any folder and unpacks gzip" {
    row iot two.csv sample one.csv.gz gunzip "$(sum_of 'a,1
b,2')"
    cd /
    run "$root/scripts/fetch-data" iot
    [ "$status" -eq 0 ]
    [ "$(head -n 1 "$ASSAY_DATA/iot/two.csv")" = "a,1" ]
}

@test "fetch-data names a file whose checksum is wrong, keeps none of it, and brings the others" {
    row weather bad.csv sample one.csv as-is "$(sum_of 'something else')"
    good_row
    run "$root/scripts/fetch-data"
    [ "$status" -eq 5 ]
    [[ "$output" == *"weather/bad.csv: checksum mismatch: $(sum_of 'a,1
b,2')"* ]]
    [[ "$output" == *"1 brought, 0 in place, 1 failed"* ]]
    [ ! -e "$ASSAY_DATA/weather/bad.csv" ]
    [ ! -e "$ASSAY_DATA/weather/bad.csv.part" ]
    [ -e "$ASSAY_DATA/weather/one.csv" ]
}

@test "fetch-data replaces a file that was changed" {
    good_row
    "$root/scripts/fetch-data"
    echo changed >"$ASSAY_DATA/weather/one.csv"
    run "$root/scripts/fetch-data"
    [ "$status" -eq 0 ]
    [[ "$output" == *"weather/one.csv is not the file the manifest records"* ]]
    [ "$(head -n 1 "$ASSAY_DATA/weather/one.csv")" = "a,1" ]
}

@test "fetch-data says which package could not be downloaded" {
    row weather gone.csv nosuch one.csv as-is "$(sum_of x)"
    run "$root/scripts/fetch-data"
    [ "$status" -eq 5 ]
    [[ "$output" == *"weather/gone.csv: could not download nosuch 1.0 (apt)"* ]]
}

@test "fetch-data says which file a package lacks" {
    row weather gone.csv sample gone.csv as-is "$(sum_of x)"
    run "$root/scripts/fetch-data"
    [ "$status" -eq 5 ]
    [[ "$output" == *"weather/gone.csv: sample has no usable usr/share/sample/gone.csv"* ]]
}

@test "fetch-data refuses a type nobody knows, and says what there is" {
    good_row
    run "$root/scripts/fetch-data" wether
    [ "$status" -eq 2 ]
    [[ "$output" == *"'wether' is not in the manifest"*"weather/one.csv"* ]]
}

@test "fetch-data takes one file only when it is named" {
    good_row
    row iot two.csv sample one.csv as-is "$(sum_of 'a,1
b,2')"
    run "$root/scripts/fetch-data" weather/one.csv
    [ "$status" -eq 0 ]
    [[ "$output" == *"1 brought, 0 in place, 0 failed"* ]]
    [ ! -e "$ASSAY_DATA/iot" ]
}

@test "fetch-data refuses a row with a column too few" {
    printf 'weather\tone.csv\tapt\tsample\n' >"$ASSAY_DATA_MANIFEST"
    run "$root/scripts/fetch-data"
    [ "$status" -eq 5 ]
    [[ "$output" == *"weather/one.csv: 4 columns; there must be 11"* ]]
}

@test "the manifest names licence, checksum and size of every file, two at least of each type" {
    export ASSAY_DATA_MANIFEST=$root/scripts/data/manifest.tsv
    run "$root/scripts/fetch-data" --list
    [ "$status" -eq 0 ]
    awk -F'\t' '!/^#/ && (NF != 11 || $9 !~ /^[0-9a-f]+$/ || length($9) != 64 || $10 !~ /^[0-9]+$/ || $8 == "") {
        print "bad row: " $0; bad = 1 } END { exit bad }' "$ASSAY_DATA_MANIFEST"
    for type in weather raster iot; do
        [ "$(grep -c "^$type	" "$ASSAY_DATA_MANIFEST")" -ge 2 ]
    done
    for type in alert firms; do
        grep -q "^# $type: no package holds" "$ASSAY_DATA_MANIFEST"
    done
}
