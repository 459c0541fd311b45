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

# A field of every trial, one a line, in the order of the records.
trials() { jq -r "$1" "$out/trials.jsonl"; }
