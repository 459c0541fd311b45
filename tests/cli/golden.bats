#!/usr/bin/env bats
# Whole outputs to the byte, held against tests/golden (see golden.bash): the terminal's table,
# report.md, and what is said to a wrong scenario.

load golden

setup_file() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    [ -n "${FIXTURES:-}" ] || make -s build/release/fixtures/made_up_run
}

# A run is reported from within its folder's parent, so that no path of this machine is printed, and
# without gnuplot, so that it is the same wherever there is none.
setup() {
    root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    ASSAY=$(realpath "${ASSAY:-$root/build/release/assay}")
    MADE_UP_RUN=$(realpath "${FIXTURES:-$root/build/release/fixtures}")/made_up_run
    export LC_ALL=C.UTF-8 ASSAY_VAR=/nowhere
    unset COLUMNS NO_COLOR
    mkdir "$BATS_TEST_TMPDIR/no-programs"
    cd "$BATS_TEST_TMPDIR" || exit 1
}

# What assay prints, both streams as one, then its exit code. The version changes with each release.
printed() {
    local code=0 text
    text=$(PATH=$BATS_TEST_TMPDIR/no-programs "$@" 2>&1) || code=$?
    printf '%s\nexit code %s\n' "$text" "$code" | without_version
}

without_version() { sed "s/assay $(cat "$root/VERSION")/assay VERSION/"; }

@test "the table of a terminal: wide, narrow, in ASCII" {
    "$MADE_UP_RUN" run
    printed "$ASSAY" report run | golden terminal/wide.txt
    COLUMNS=80 printed "$ASSAY" report run | golden terminal/narrow.txt
    LC_ALL=C printed "$ASSAY" report run | golden terminal/ascii.txt
}

@test "report.md" {
    "$MADE_UP_RUN" run
    printed "$ASSAY" report run >/dev/null
    without_version <run/report.md | golden report.md
}

# tests/golden/scenario-errors/CASE.yaml is the scenario, CASE.txt what is said to it.
@test "what is said to each wrong scenario" {
    local file case failed=0
    for file in "$root"/tests/golden/scenario-errors/*.yaml; do
        case=$(basename "$file" .yaml)
        cp "$file" .
        printed "$ASSAY" run "$case.yaml" --plan | golden "scenario-errors/$case.txt" || failed=1
    done
    [ "$failed" -eq 0 ]
}
