#!/usr/bin/env bats
# assay selftest: simulated A/A in full, the real parts as short as they can be.
# Alone: delays that are injected have to show among those that the machine causes.

load kept_broker
load says

setup_file() { kept_broker_start; }
teardown_file() { kept_broker_stop; }

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    assay=$ASSAY_UNDER_TEST
}

@test "simulated A/A: at most 5 % are called, and the same each time" {
    run "$assay" selftest aa --comparisons 0 --simulated 200
    [ "$status" -eq 0 ]
    says 'simulated A/A, 200 seeds'
    says 'null control differs .* of at most +19  ok$'
    [ "${lines[-1]}" = 'selftest aa: passed' ]
    first=$output
    run "$assay" selftest aa --comparisons 0 --simulated 200
    [ "$output" = "$first" ]
}

@test "real A/A: each comparison is listed, its records are kept" {
    run "$assay" selftest aa --simulated 0 --comparisons 2 --out "$BATS_TEST_TMPDIR/aa"
    says 'comparison  2: .* p [01]\.'
    says 'real A/A: [0-2] of 2 comparisons of 6 blocks'
    # two of two are more than a quarter, one is no more than chance
    called=$(sed -n 's/^real A\/A: \([0-2]\) of 2 .*/\1/p' <<<"$output")
    [ "$status" -eq $((called == 2 ? 3 : 0)) ]
    says "^warm-up trials, not judged:$"
    says "^measuring$"
    says "^selftest aa: $([ "$status" -eq 0 ] && echo passed || echo FAILED)\$"
    [ "$(jq -r 'select(.scenario == "warm-up") | .trial' "$BATS_TEST_TMPDIR/aa/trials.jsonl" | wc -l)" -eq 40 ]
    [ "$(jq -r 'select(.scenario == "aa") | .trial' "$BATS_TEST_TMPDIR/aa/trials.jsonl" | wc -l)" -eq 24 ]
}

@test "a slowdown is really waited for: the injected delay shows in the latencies" {
    run "$assay" selftest slowdown --quick --quiet --repetitions 1 --out "$BATS_TEST_TMPDIR/slow"
    case $status in
    0)
        says '^smallest injected slowdown found in 90 % of the repetitions: '
        [ "${lines[-1]}" = 'selftest slowdown: passed' ]
        ;;
    3)
        says 'twice the minimum detectable effect was found in 0 of 1 repetitions'
        says '^selftest slowdown: FAILED$'
        ;;
    *) false ;;
    esac
    says 'the sender waits [0-9.]+ [a-z]+ before each record'
    says 'injected [0-9.]+ [a-z]+ \(2 x the detectable effect: .*\): measured \+'
}

@test "usage" {
    run "$assay" selftest
    [ "$status" -eq 2 ]
    run "$assay" selftest speed
    [ "$status" -eq 2 ]
    run "$assay" selftest aa --comparisons many
    [ "$status" -eq 2 ]
    says '^assay: --comparisons: '
}
