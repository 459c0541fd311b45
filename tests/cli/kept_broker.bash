# A broker of one test file's own, kept running so that not every test starts one. Load it, call
# kept_broker_start [OPTION...] from setup_file and kept_broker_stop from teardown_file.
# The tool under test is $ASSAY_UNDER_TEST then, and its var folder is the test file's.

kept_broker_start() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    export ASSAY_UNDER_TEST=${ASSAY:-build/release/assay}
    export ASSAY_VAR=$BATS_FILE_TMPDIR/var
    mkdir "$ASSAY_VAR"
    ln -s "$PWD/var/kafka" "$ASSAY_VAR/kafka"
    "$ASSAY_UNDER_TEST" broker start "$@" >"$BATS_FILE_TMPDIR/started" 2>&1 || {
        cat "$BATS_FILE_TMPDIR/started"
        return 1
    }
}

kept_broker_stop() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    "$ASSAY_UNDER_TEST" broker stop >/dev/null
}
