# What files that run scenarios on a broker of their own share: the broker, the tool ($assay), a
# folder of the test's own ($tmp) and the result folder of its run ($out). Load it, and call
# run_scene_setup from setup; a file whose broker needs options or more defines setup_file anew.

load kept_broker
load says

setup_file() { kept_broker_start; }
teardown_file() { kept_broker_stop; }

# shellcheck disable=SC2034 # the files that load this use them
run_scene_setup() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    assay=$ASSAY_UNDER_TEST
    tmp=$BATS_TEST_TMPDIR
    out=$tmp/result
}

# After "run": no trial is void, and the exit code is the one that the records ask for: 3 when a
# trial is saturated, which a busy machine can bring about, 0 when none is.
exit_fits_the_records() {
    local void saturated all
    void=$(trials 'select(.validity == "void") | .trial' | wc -l)
    saturated=$(trials 'select(.validity == "saturated") | .trial' | wc -l)
    all=$(trials .trial | wc -l)
    if [ "$void" != 0 ] || [ "$status" != $((saturated > 0 ? 3 : 0)) ]; then
        printf 'exit %s, but of %s trials %s are void and %s saturated:\n%s\n' "$status" "$all" "$void" \
            "$saturated" "$output"
        return 1
    fi
    [ "$saturated" = 0 ] || says "$saturated of $all trials saturated: the sender could not keep"
}

# A field of every trial, one a line, in the order of the records.
trials() { jq -r "$1" "$out/trials.jsonl"; }
