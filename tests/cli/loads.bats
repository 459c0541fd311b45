#!/usr/bin/env bats
# assay run with loads that change while they run, and with partitions that sweep: on a real broker.

# shellcheck disable=SC2154 # run_scene_setup sets assay, tmp and out
load run_scene

setup() {
    run_scene_setup
    cat >"$tmp/swinging.yaml" <<'YAML'
name: swinging
about: a load that changes
codecs: [none, lz4]
payloads: [alert]
blocks: 1
YAML
}

# Trials whose measured records lie within five standard deviations of a Poisson count around $1.
about() {
    trials "select((.measured_records - $1) * (.measured_records - $1) <= 25 * $1) | .trial" | wc -l
}

@test "phases bring their records, the same for all arms, and then the trial ends" {
    run "$assay" run "$tmp/swinging.yaml" --out "$out" --quiet --set 'load={phases: [{rate: 100/s, for: 2 s}, {rate: 10x, for: 1 s}, {rate: 1x, for: 1 s}]}'
    exit_fits_the_records
    [ "$(trials .cell.load | sort -u)" = "phases 100/s 2.00 s, 1000/s 1.00 s, 100/s 1.00 s" ]
    [ "$(about 1300)" -eq 2 ] || { trials .measured_records; return 1; }
    [ "$(trials '.delivery | .sent == .received' | sort -u)" = true ]
    # Arms get one schedule; only a sender that cannot keep up does not come to its end.
    [ "$(trials .validity | sort -u)" != valid ] || [ "$(trials .measured_records | sort -u | wc -l)" -eq 1 ]
    [ "$(trials '.load_rate_per_s == 325 and .send_lag_p99_ns != null and .unsent_at_end_share != null' | sort -u)" = true ]
    [ "$(trials '.window_ns > 3.5e9' | sort -u)" = true ]
    # How it went: a point for each 20 ms, the phases as events, every record in it, nothing behind at the end.
    for line in "$out"/timeline/swinging.*.jsonl; do
        [ "$(jq -r 'select(.series) | [.series[].name] | @csv' "$line")" = '"sent","received","lag"' ]
        [ "$(jq -r 'select(.event) | "\(.event) \(.at_ns) \(.says)"' "$line")" = \
            $'phase 0 100/s for 2.00 s\nphase 2000000000 1000/s for 1.00 s\nphase 3000000000 100/s for 1.00 s' ]
        trial=$(jq -r 'select(.schema) | .trial' "$line")
        sent=$(jq -s '(.[0].step_ns / 1e9) as $step | map(select(.values) | .values[0] * $step) | add | round' "$line")
        [ "$sent" -eq "$(trials "select(.trial == \"$trial\") | .measured_records")" ] || { echo "$sent sent"; return 1; }
        [ "$(jq -s 'map(select(.values))[-1].values[2]' "$line")" -eq 0 ]
    done
    [ "$(find "$out/timeline" -name '*.jsonl' | wc -l)" -eq 2 ]
    # Drawn is a valid trial.
    trials .validity | grep -qx valid || return 0
    grep -q 'class="timeline"' "$out/report.html"
}

@test "a recorded load is replayed faster, up to its peak" {
    printf 'timestamp,calls\n2026-01-01 00:00:00,50\n2026-01-01 00:01:00,0\n2026-01-01 00:02:00,200\n' >"$tmp/calls.csv"
    cat >>"$tmp/swinging.yaml" <<'YAML'
load: {trace: calls.csv, column: calls, speed: 60x, peak: 1000/s}
YAML
    run "$assay" run "$tmp/swinging.yaml" --out "$out" --quiet
    exit_fits_the_records
    [ "$(trials .cell.load | sort -u)" = "trace calls.csv 60x, peak 1000/s, 3.00 s" ]
    [ "$(about 1250)" -eq 2 ] || { trials .measured_records; return 1; }
    [ "$(trials .validity | sort -u)" != valid ] || [ "$(trials .measured_records | sort -u | wc -l)" -eq 1 ]
    run "$assay" run "$tmp/swinging.yaml" --set 'load.column=cals' --plan
    [ "$status" -eq 2 ]
    [[ $output == *"calls.csv:1: found the columns timestamp,calls; expected one called \"cals\""* ]] || { echo "$output"; return 1; }
}

@test "partitions are compared like any other dimension" {
    run "$assay" run "$tmp/swinging.yaml" --out "$out" --quiet --set 'partitions=[1, 4]' --set compare=partitions --set codecs=none --set records=400
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    [ "$(trials '[.validity, .compare, .cell.partitions] | @csv' | sort)" = $'"valid","partitions","1 partition"\n"valid","partitions","4 partitions"' ]
    [ "$(jq -r '.groups[].cells[] | .arm' "$out/summary.json" | sort)" = $'1 partition\n4 partitions' ]
}
