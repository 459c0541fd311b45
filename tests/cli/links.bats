#!/usr/bin/env bats
# Links: a trial over a limited one takes as long as its bytes take there.
# Alone: compares times over links that are held to a rate.

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    assay=${ASSAY:-build/release/assay}
    tmp=$BATS_TEST_TMPDIR
    out=$tmp/result
    export ASSAY_VAR=$tmp/var
    mkdir "$ASSAY_VAR"
    ln -s "$PWD/var/kafka" "$ASSAY_VAR/kafka"
    # 2 MB of text that compresses well, as whole records: different ones, no batch holds one twice
    mkdir "$tmp/data"
    for n in 1 2 3; do
        seq -f "{\"station\": $n, \"reading\": %010.0f, \"unit\": \"degrees\"}" 1 38000 >"$tmp/data/$n.bin"
    done
    cat >"$tmp/links.yaml" <<YAML
name: links
about: records of 2 MB, compressed and not
codecs: [none, zstd-3]
payloads: {data: $tmp/data, cut: whole, name: text}
load: {in_flight: 1}
link: [unlimited, 20 Mbit/s]
records: 2
warmup: 1
blocks: 1
YAML
}

trials() { jq -r "$1" "$out/trials.jsonl"; }

# How many times longer the slowest record without compression took than the one with it.
times_longer() {
    trials "select(.cell.link == \"$1\") | \"\(.cell.codec) \(.latency_ns.e2e.max)\"" |
        awk '{ns[$1] = $2} END {printf "%d\n", ns["none"] / ns["zstd-3"]}'
}

runs_over() {
    run "$assay" run "$tmp/links.yaml" --out "$out"
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    [ "$(trials .validity | sort -u)" = valid ]
    [ "$(trials 'select(.cell.link == "20 Mbit/s") | .link_kind' | sort -u)" = "$1" ]
    [ "$(trials 'select(.cell.link == "unlimited") | "\(.link_kind) \(.link_up_bit_per_s)"' | sort -u)" = "loopback null" ]
    [ "$(trials 'select(.cell.link == "20 Mbit/s") | .link_up_bit_per_s, .link_down_bit_per_s | . > 17e6 and . < 21e6' | sort -u)" = true ]
    # without compression 2 MB take at least 0.8 s there and 0.8 s back, whatever the machine
    [ "$(trials 'select(.cell.link == "20 Mbit/s" and .cell.codec == "none") | .latency_ns.e2e.min > 1.2e9')" = true ]
    slow=$(times_longer "20 Mbit/s")
    [ "$slow" -ge 4 ] || { echo "only $slow times longer"; return 1; }
    [[ $output == *"link 20 Mbit/s ($1): "*"of payload up"* ]]
    [[ $output == *"link 20 Mbit/s"* ]]
}

@test "at 20 Mbit/s what is not compressed takes several times longer: namespace" {
    [ "$(id -u)" -eq 0 ] || skip "needs root"
    ASSAY_LINK=namespace runs_over "namespace, veth and tbf"
}

@test "at 20 Mbit/s what is not compressed takes several times longer: relay" {
    ASSAY_LINK=relay runs_over relay
}

@test "a delay is in every round trip" {
    ASSAY_LINK=relay run "$assay" run "$tmp/links.yaml" --out "$out" --quiet \
        --set 'link=[unlimited, {delay: 50 ms}]' --set 'codecs=[zstd-3]'
    [ "$status" -eq 0 ]
    [ "$(trials 'select(.cell.link == "unlimited, 50.0 ms") | .latency_ns.e2e.min > 100e6')" = true ]
}

@test "a limited link needs a broker of our own" {
    run "$assay" run "$tmp/links.yaml" --out "$out" --quiet --bootstrap 127.0.0.1:9
    [ "$status" -eq 2 ]
    [[ $output == *"a limited link leads to an embedded broker only"* ]]
    [ ! -e "$out" ]
}

@test "the plan counts what a link takes" {
    run "$assay" run "$tmp/links.yaml" --plan --set 'link=[1 Gbit, 1 Mbit/s]' --set 'codecs=[none]'
    [ "$status" -eq 0 ]
    [[ $output == *"over 1 Gbit/s"*"over 1 Mbit/s"* ]]
    # 3 records of 2 MB, up and down, at 1 Mbit/s
    [[ $output == *"About "*" min for the trials"* || $output == *"About "*[0-9][0-9]*" s for the trials"* ]]
}
