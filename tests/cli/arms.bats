#!/usr/bin/env bats
# Arms that are spelled out: each with its own codec, encoding, batching and properties.

# shellcheck disable=SC2154 # run_scene_setup sets assay, tmp and out
load run_scene

setup() {
    run_scene_setup
    cat >"$tmp/arms.yaml" <<'YAML'
name: arms
about: the old way and the new one
payloads: [iot, alert]
arms:
  - {name: old way, codec: gzip-6, encoding: base64-json}
  - {name: new way, codec: zstd-3, batching: {records: 50}, properties: {max.in.flight: "2"}}
baseline: old way
records: 300
blocks: 1
YAML
}

@test "every arm gets what it says, and reports call it by its name" {
    run "$assay" run "$tmp/arms.yaml" --out "$out" --quiet
    [ "$status" -eq 0 ]
    [ "$(trials .compare | sort -u)" = arms ]
    [ "$(jq -r --slurpfile settings "$out/settings.jsonl" '[.cell.arm, .cell.codec, .cell.encoding, .cell.batch_records, .reference, (.settings.sender as $id | $settings[] | select(.id == $id) | .settings["max.in.flight.requests.per.connection"])] | @csv' "$out/trials.jsonl" | sort -u)" = \
'"new way","zstd-3","raw",50,false,"2"
"old way","gzip-6","base64-json",10000,true,"5"' ]
    [ "$(trials 'select(.cell.arm == "new way") | .codec_stored | keys[]' | sort -u)" = zstd ]
    [ "$(trials .group | sort -u | paste -sd' ')" = "0 1" ]
    [[ $output == *"old way"*"new way"* ]]
    [[ $output == *"reference old way"* ]]
    # what the arms do not share is not said of the group
    [ "$(grep -c 'gzip-6;' <<<"$output")" -eq 0 ]
    [ "$(jq -r '.groups[0].cells[].arm' "$out/summary.json" | sort | paste -sd,)" = "new way,old way" ]
}

@test "a property that no client has, or that a trial decides, is refused before anything starts" {
    run "$assay" run "$tmp/arms.yaml" --out "$out" --quiet --set 'arms[1].properties={socket.nagel: "true"}'
    [ "$status" -eq 2 ]
    [[ $output == *"arm new way: properties: "*socket.nagel* ]]
    [ ! -e "$out" ]
}
