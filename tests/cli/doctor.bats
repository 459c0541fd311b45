#!/usr/bin/env bats
# assay doctor: says what is missing and what cures it, and fails only for what is needed.

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    assay=$(realpath "${ASSAY:-build/release/assay}")
    tmp=$BATS_TEST_TMPDIR
    unset JAVA_HOME ASSAY_TMPDIR
}

level() { jq -r ".[] | select(.check == \"$1\").level" "$tmp/json"; }
cure() { jq -r ".[] | select(.check == \"$1\").cure" "$tmp/json"; }

@test "on a machine that was set up nothing is missing" {
    "$assay" doctor --json >"$tmp/json"
    for part in java kafka openssl testbed gnuplot "real data"; do
        [ "$(level "$part")" = ok ] || { cat "$tmp/json"; return 1; }
    done
    "$assay" doctor | grep -q '^ok       java '
}

@test "an old Java, no openssl and no gnuplot are told with the command that cures them" {
    mkdir "$tmp/bin"
    printf '#!/bin/sh\necho "openjdk version \\"11.0.2\\" 2019-01-15" >&2\n' >"$tmp/bin/java"
    chmod +x "$tmp/bin/java"
    ln -s "$(command -v sha256sum)" "$(command -v sh)" "$tmp/bin/"
    status=0
    PATH=$tmp/bin "$assay" doctor --json \
        >"$tmp/json" 2>"$tmp/err" || status=$?
    [ "$status" -eq 5 ]
    grep -q '^assay: 1 thing is missing' "$tmp/err"
    [ "$(level java)" = MISSING ]
    [[ $(jq -r '.[] | select(.check == "java").says' "$tmp/json") == "Java 11; "* ]]
    [[ $(cure java) == "apt-get install default-jre-headless" ]]
    [ "$(level openssl)" = note ]
    [ "$(level gnuplot)" = note ]
    [ "$(cure gnuplot)" = "apt-get install gnuplot-nox" ]
    [ "$(level links)" = note ]
    [ "$(cure links)" = "apt-get install iproute2" ]
    [ "$(level kafka)" = ok ]
}

@test "what links this machine can have, and whether they keep their rate" {
    ASSAY_LINK=relay "$assay" doctor --json >"$tmp/json"
    [[ $(jq -r '.[] | select(.check == "links").says' "$tmp/json") == relay* ]]
    ASSAY_LINK=modem "$assay" doctor --json >"$tmp/json"
    [ "$(level links)" = note ]
    [[ $(jq -r '.[] | select(.check == "links").says' "$tmp/json") == *ASSAY_LINK=modem* ]]
}

@test "missing jars, changed jars and missing data are found" {
    export ASSAY_VAR=$tmp/var
    mkdir "$ASSAY_VAR"
    status=0
    "$assay" doctor --json >"$tmp/json" 2>"$tmp/err" || status=$?
    [ "$status" -eq 5 ]
    [ "$(level kafka)" = MISSING ]
    [[ $(cure kafka) == scripts/setup* ]]
    [ "$(level "real data")" = note ]
    cp -rL var/kafka "$ASSAY_VAR/kafka" # never the files behind a link
    "$assay" doctor --json >"$tmp/json"
    [ "$(level kafka)" = ok ]
    echo x >>"$ASSAY_VAR/kafka/lib/slf4j-api-1.7.36.jar"
    status=0
    "$assay" doctor --json >"$tmp/json" 2>"$tmp/err" || status=$?
    [ "$status" -eq 5 ]
    [[ $(jq -r '.[] | select(.check == "kafka").says' "$tmp/json") == *slf4j-api* ]]
}

@test "a folder that cannot be written is found" {
    status=0
    ASSAY_TMPDIR=/proc/nothing "$assay" doctor --json >"$tmp/json" 2>"$tmp/err" || status=$?
    [ "$status" -eq 5 ]
    [ "$(level disk)" = MISSING ]
    [[ $(cure disk) == ASSAY_TMPDIR* ]]
}
