#!/usr/bin/env bats
# assay run --resume: a stopped run goes on in its folder; what is complete is not measured again.

# shellcheck disable=SC2154 # run_scene_setup sets assay, tmp and out
load run_scene

setup() {
    run_scene_setup
    cat >"$tmp/tiny.yaml" <<'YAML'
name: tiny
about: two codecs on a few IoT readings
codecs: [none, zstd-3]
payloads: [iot]
records: 300
blocks: 3
YAML
}

# The run as it was after so many trials, and a line that a kill cut off.
stopped_after() {
    head -n "$1" "$out/trials.jsonl" >"$tmp/kept"
    cp "$tmp/kept" "$out/trials.jsonl"
    [ "$2" = clean ] || tail -n 1 "$tmp/kept" | head -c 200 >>"$out/trials.jsonl"
}

@test "a stopped run is continued: pairs of one attempt, the first records untouched" {
    run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet
    [ "$status" -eq 0 ]
    stopped_after 3 cut
    run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet --resume
    [ "$status" -eq 0 ]
    head -n 3 "$out/trials.jsonl" | diff - "$tmp/kept"
    # block 2 lost its second arm: both are measured anew in block 4
    [ "$(trials '"\(.block) \(.cell.codec)"' | sort | uniq -c | awk '{print $1}' | sort -u)" = 1 ]
    [ "$(trials .block | sort -n | uniq -c | awk '{print $2 ":" $1}' | paste -sd' ')" = "1:2 2:1 3:2 4:2" ]
    [ "$(trials 'select(.block == 4 or .block == 2) | .seed' | sort -u | wc -l)" -eq 1 ]
    [ "$(jq '.attempts | length' "$out/environment.json")" -eq 2 ]
    [[ $(jq -r '.attempts[1].command' "$out/environment.json") == *--resume* ]]
    [ "$(jq .planned_trials "$out/environment.json")" -eq 6 ]
    [ "$(jq '[.groups[0].cells[].versus_reference.records_per_s.n // 0] | max' "$out/summary.json")" -eq 3 ]
    says='1 trial more than planned: what a stop had cut in the middle of a comparison was measured anew'
    [[ $output == *"$says"* ]] || { echo "$output"; return 1; }
    grep -q "$says" "$out/report.html" && grep -q "$says" "$out/report.md"
}

@test "more blocks than before are planned, and an earlier trial that is saturated still counts" {
    run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet --blocks 1
    [ "$status" -eq 0 ]
    sed -i '1s/"validity":"valid"/"validity":"saturated"/' "$out/trials.jsonl"
    run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet --blocks 2 --resume
    [ "$status" -eq 3 ] || { echo "exit $status: $output"; return 1; }
    [[ $output == *"1 of 4 trials saturated"* ]]
    [[ $output != *"more than planned"* ]]
    [ "$(jq .planned_trials "$out/environment.json")" -eq 4 ]
}

@test "a complete run has nothing left to measure" {
    run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet --blocks 1
    [ "$status" -eq 0 ]
    cp "$out/trials.jsonl" "$tmp/before"
    run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet --blocks 1 --resume
    [ "$status" -eq 0 ]
    diff "$tmp/before" "$out/trials.jsonl"
    [[ $output == *zstd-3* ]]
}

@test "--resume makes a folder that is not there yet" {
    run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet --blocks 1 --resume
    [ "$status" -eq 0 ]
    [ "$(trials .trial | wc -l)" -eq 2 ]
}

@test "another plan, another folder and no folder are refused, and nothing is changed" {
    run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet --blocks 1
    [ "$status" -eq 0 ]
    cp -r "$out" "$tmp/before"
    while IFS='|' read -r set says; do
        run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet --resume --set "$set"
        [ "$status" -eq 2 ] || { echo "$set: exit $status: $output"; return 1; }
        [[ $output == *"$says"* ]] || { echo "$set: $output"; return 1; }
        diff -r "$tmp/before" "$out"
    done <<'CASES'
codecs=[none, zstd-4]|measured with another codec than the plan has now
codecs=[none]|the plan has only 1 cells
load={in_flight: 1}|measured with another load
seed=9|measured with another seed
records=301|was begun with other keys or another trace in the scenario tiny than it has now
keys=5|was begun with other keys
properties={socket.nagle.disable: "true"}|was begun with other keys
name=other|is one of the scenario tiny, which is not among those to be run
CASES
    mkdir "$tmp/strange"
    echo hello >"$tmp/strange/file"
    run "$assay" run "$tmp/tiny.yaml" --out "$tmp/strange" --quiet --resume
    [ "$status" -eq 2 ]
    [[ $output == *"has no trials.jsonl: it is not a result folder"* ]]
    run "$assay" run "$tmp/tiny.yaml" --quiet --resume
    [ "$status" -eq 2 ]
    [[ $output == *"--resume needs --out DIR"* ]]
}

@test "a folder begun on another machine is not continued" {
    run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet --blocks 1
    [ "$status" -eq 0 ]
    jq '.cores = 1024' "$out/environment.json" >"$tmp/e" && cp "$tmp/e" "$out/environment.json"
    run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet --resume
    [ "$status" -eq 2 ]
    [[ $output == *"was begun on another machine"* ]]
}

# A copy of the folder $out, as the run left it after its first block.
begun() {
    rm -rf "$tmp/begun"
    cp -r "$out" "$tmp/begun"
    head -n 2 "$out/trials.jsonl" >"$tmp/begun/trials.jsonl"
}

# ARGUMENTS... SAYS: it is refused with that, and nothing of it is changed.
not_continued() {
    local says=${*: -1}
    cp -r "$tmp/begun" "$tmp/was"
    run "$assay" run "$tmp/tiny.yaml" --out "$tmp/begun" --quiet --resume "${@:1:$#-1}"
    [ "$status" -eq 2 ] || { echo "$*: exit $status: $output"; return 1; }
    [[ $output == *"$says"* ]] || { echo "$*: $output"; return 1; }
    diff -r "$tmp/was" "$tmp/begun"
    rm -rf "$tmp/was"
}

@test "options and data that change figures must be those of the first attempt" {
    seq 1 3000 | awk '{print "line " $1 " " $1 * 7919 % 100003}' >"$tmp/data.txt"
    printf 'codecs: [none, zstd-3]\npayloads: [{data: %s, cut: lines}]\nrecords: 300\n' "$tmp/data.txt" >"$tmp/tiny.yaml"
    run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet --blocks 2 --heap 512MiB
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    [ "$(jq -r '.options | to_entries[] | "\(.key)=\(.value)"' "$out/environment.json" | paste -sd,)" = \
        "cluster=of assay,heap=536870912" ]
    begun
    not_continued --blocks 2 "heap is not given now, and was 536870912 when the folder was begun"
    not_continued --blocks 2 --heap 512MiB --max-rate 5000/s "max-rate is 5000 now, and was not given when"
    not_continued --blocks 2 --heap 512MiB --broker-property num.io.threads=4 \
        "broker's num.io.threads is 4 now, and was not given when"
    not_continued --blocks 2 --heap 512MiB -X socket.nagle.disable=true \
        "socket.nagle.disable is true now, and was not given when"
    sed -i '1500s/line/Line/' "$tmp/data.txt"
    not_continued --blocks 2 --heap 512MiB "was begun with other records in the data files of the scenario tiny"
    sed -i '1500s/Line/line/' "$tmp/data.txt"
    run "$assay" run "$tmp/tiny.yaml" --out "$tmp/begun" --quiet --resume --blocks 2 --heap 512MiB
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    # The folder has another name now; all records are still of one run.
    [ "$(jq -r .run "$tmp/begun/trials.jsonl" | uniq -c | awk '{print $1, $2}')" = "4 $(basename "$out")" ]
}

@test "records of another run, and ids that fit no cell or block, are not gone on with" {
    run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet --blocks 2
    [ "$status" -eq 0 ]
    begun
    sed -n 3,4p "$out/trials.jsonl" | jq -c '.run = "other"' >>"$tmp/begun/trials.jsonl"
    not_continued --blocks 2 "begun/trials.jsonl:3: trial c0"
    not_continued --blocks 2 "is one of the run other, and the folder is that of"
    begun
    sed -i 's/"trial":"c02.b01"/"trial":"c09.b01"/' "$tmp/begun/trials.jsonl"
    not_continued --blocks 2 "trial c09.b01 of tiny has the cell_index 1 and the block 1; expected the id c02.b01"
    begun
    sed -i 's/"block":1,/"block":99999,/' "$tmp/begun/trials.jsonl"
    not_continued --blocks 2 "expected the id c0"
    sed -i 's/[.]b01"/.b99999"/' "$tmp/begun/trials.jsonl"
    not_continued --blocks 2 "is of block 99999, and the plan has 2; expected a block that this run can have measured"
    sed -i 's/"block":99999,/"block":1000000000000,/' "$tmp/begun/trials.jsonl"
    not_continued --blocks 2 "block: found 1000000000000; expected at most 100000"
}
