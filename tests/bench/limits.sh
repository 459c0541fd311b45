#!/usr/bin/env bash
# How long the small things take and how much memory the largest trial needs, beside their goals.
set -euo pipefail
cd "$(dirname "$0")/../.."
assay=${ASSAY:-build/release/assay}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

median() { sort -g | awk '{v[NR] = $1} END {print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }
seconds() {
    local from to
    from=$(date +%s%N)
    "$@" >/dev/null 2>&1
    to=$(date +%s%N)
    awk -v ns=$((to - from)) 'BEGIN {print ns / 1e9}'
}

for _ in $(seq 20); do seconds "$assay" --help; done >"$work/help"
awk -v s="$(median <"$work/help")" 'BEGIN {printf "limits: --help in %.1f ms; goal 10 ms\n", s * 1e3}'

mkdir "$work/var"
ln -s "$PWD/var/kafka" "$work/var/kafka"
for _ in 1 2 3; do
    seconds env ASSAY_VAR="$work/var" "$assay" broker start
    ASSAY_VAR=$work/var "$assay" broker stop >/dev/null
done >"$work/broker"
awk -v s="$(median <"$work/broker")" 'BEGIN {printf "limits: broker ready in %.1f s; goal 5 s\n", s}'

awk -v s="$(seconds "$assay" run quick --quiet --out "$work/quick")" \
    'BEGIN {printf "limits: quick in %.0f s; goal 60 s\n", s}'

"$assay" run tests/bench/ten-million.yaml --plan | sed -n 's/^\(.*of disk.*\)/limits: ten million records: \1/p'
"$assay" run tests/bench/ten-million.yaml --quiet --out "$work/large" >/dev/null
jq -r '"limits: ten million records: \(.delivery.received) received, \(.validity); ledger "
    + "\((.ledger_bytes.sender + .ledger_bytes.receiver) / .delivery.sent * 10 | round / 10) bytes a record; goal 80\n"
    + "limits: sender, receiver and ledger \((.peak_rss_bytes.sender + .peak_rss_bytes.receiver
    + .ledger_bytes.sender + .ledger_bytes.receiver + .pool_bytes.sender) / 1e6 | round) MB; goal 2000 MB"' \
    "$work/large/trials.jsonl"
