#!/usr/bin/env bash
# The instrument by itself: trials of the null workload, without Kafka. Shows what a record costs that is
# only paced and counted, and what each note of it adds; BLOCKS=N sets how often. It judges nothing: what
# a record through Kafka costs is some hundred times more.
set -euo pipefail
cd "$(dirname "$0")/../.."
assay=${ASSAY:-build/release/assay}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$assay" run tests/bench/null.yaml --quiet --blocks "${BLOCKS:-5}" --out "$work/out" >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    exit 1
}
jq -sr 'def median: sort | .[length / 2 | floor];
    group_by(.cell.parameters)[] | .[0].cell.parameters as $what
    | (map(.throughput.records_per_s) | median) as $rate
    | (map((.cpu_ns.sender_user + .cpu_ns.sender_system) / .measured_records) | median) as $cpu
    | "null: \($what) a record: \($rate / 1e6 * 100 | round / 100) M records/s, \($cpu | round) ns of CPU each"' \
    "$work/out/trials.jsonl"
