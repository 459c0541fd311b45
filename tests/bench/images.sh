#!/usr/bin/env bash
# Images through a real broker, in real processes, every one verified byte for byte: the throughput of
# chunks against that of one record of the same bytes, and the memory that sender and receiver need by
# every way. Ends with 1 when a goal is missed. The two ways take turns, block by block, and a block's
# ratio is of two trials back to back; BLOCKS=N sets how many, and less than 5 are shown but not judged. The goal holds for the median of either:
# one in flight says how long an image is on its way, three how many get through when the next is always
# waiting, so that chunks gain nothing by overlapping with themselves.
set -euo pipefail
cd "$(dirname "$0")/../.."
assay=${ASSAY:-build/release/assay}
blocks=${BLOCKS:-5}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
missed=0

say_missed() {
    echo "images: goal missed: $*" >&2
    missed=1
}

run() { # FOLDER SCENARIO OPTION...
    local folder=$1 scenario=$2
    shift 2
    "$assay" run "tests/bench/$scenario.yaml" --quiet --out "$work/$folder" "$@" >"$work/$folder.log" 2>&1 || {
        cat "$work/$folder.log" >&2
        exit 1
    }
    jq -se 'length > 0 and all(.[]; .validity == "valid" and .images.sent == .images.identical)' \
        "$work/$folder/trials.jsonl" >/dev/null || {
        echo "images: $scenario: not every image came back as it was sent" >&2
        exit 1
    }
}

# A line per group: size, codec, load, median ratio, lowest, highest, images a second of either way.
ratios() {
    jq -sr 'def median: sort | if length % 2 == 1 then .[(length - 1) / 2]
                else (.[length / 2 - 1] + .[length / 2]) / 2 end;
        def rates(way): map(select(.cell.encoding == way) | .throughput.records_per_s);
        group_by(.group)[] | .[0].cell as $cell
        | (group_by(.block) | map((rates("chunks")[0]) / (rates("envelope")[0]))) as $ratio
        | [$cell.record_bytes / 1e6, $cell.codec, ($cell.load | sub("closed "; "")), ($ratio | median), ($ratio | min),
           ($ratio | max), (rates("envelope") | median), (rates("chunks") | median)]
        | @tsv' "$work/$1/trials.jsonl"
}

judge_throughput() {
    local size codec flight ratio low high direct chunks
    while IFS=$'\t' read -r size codec flight ratio low high direct chunks; do
        printf 'images: %3.0f MB, %-6s %s in flight: chunks x%.2f of one record (%.2f to %.2f over %s blocks; %.1f against %.1f images/s); goal 0.80\n' \
            "$size" "$codec" "$flight" "$ratio" "$low" "$high" "$blocks" "$chunks" "$direct"
        [ "$blocks" -ge 5 ] || continue
        awk -v r="$ratio" 'BEGIN {exit !(r >= 0.8)}' ||
            say_missed "$size MB, $codec, $flight in flight: chunks are x$(printf %.3f "$ratio") of one record"
    done
}

# One record: three times the image. Streamed: 64 MB and two chunks of 5 MB.
judge_memory() { # FOLDER
    local codec way sender receiver most
    while IFS=$'\t' read -r codec way sender receiver most; do
        printf 'images: 100 MB, %-6s %-9s sender %5.1f MB  receiver %5.1f MB  goal %3.0f MB each\n' \
            "$codec" "$way" "$sender" "$receiver" "$most"
        awk -v s="$sender" -v r="$receiver" -v m="$most" 'BEGIN {exit !(s <= m && r <= m)}' ||
            say_missed "memory by $way with $codec: more than $most MB"
    done < <(jq -sr --arg place "$2" 'sort_by(.cell_index)[]
        | [.cell.codec, .cell.encoding, .peak_rss_bytes.sender / 1e6, .peak_rss_bytes.receiver / 1e6,
           (if .cell.encoding == "envelope" or $place == "memory" then 300 else 74 end)]
        | @tsv' "$work/$1/trials.jsonl")
}

run small image-transport --set "blocks=$blocks"
run large image-transport --set "blocks=$blocks" --set 'record_bytes=64 MB' --set 'load={in_flight: 1}' \
    --set 'records=6' --set 'warmup=1'
judge_throughput < <(ratios small; ratios large)

echo "images: anonymous memory of the processes; the images to send are shared memory and not in it"
run files image-memory
judge_memory files files
echo "images: the same, put together in memory"
run memory image-memory --set 'encodings=[chunks]' --set 'baseline=chunks' --set 'reassembly=memory'
judge_memory memory memory
exit "$missed"
