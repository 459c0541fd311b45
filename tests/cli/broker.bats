#!/usr/bin/env bats
# assay broker: kept and owned brokers start, are found, die with a reason, and leave nothing.

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    assay=$PWD/${ASSAY#"$PWD"/}
    [ -n "${ASSAY-}" ] || assay=$PWD/build/release/assay
    tmp=$BATS_TEST_TMPDIR
    # A var of each test's own; the fetched Kafka is shared.
    export ASSAY_VAR=$tmp/var
    mkdir "$ASSAY_VAR"
    ln -s "$PWD/var/kafka" "$ASSAY_VAR/kafka"
    unset ASSAY_TMPDIR JAVA_HOME
}

teardown() {
    "$assay" broker stop >/dev/null 2>&1 || true
    if [ -n "${mounted-}" ]; then umount "$mounted"; fi
}

# Runs what follows; wants exit code $1 and one line on standard error that holds $2.
says() {
    local code=$1 text=$2 status=0
    shift 2
    "$@" >"$tmp/out" 2>"$tmp/err" || status=$?
    [ "$status" -eq "$code" ] || { echo "exit $status: $(cat "$tmp/err")"; return 1; }
    [ "$(wc -l <"$tmp/err")" -eq 1 ] || { echo "lines: $(cat "$tmp/err")"; return 1; }
    grep -qF -- "$text" "$tmp/err" || { echo "said: $(cat "$tmp/err")"; return 1; }
}

field() { "$assay" broker status --json | jq -r ".$1"; }

# The Java processes of this test: its folder stands in their arguments.
our_java() { pgrep -f "java .*$ASSAY_VAR/" || true; }

# Waits until the command succeeds, at most 30 s.
eventually() {
    for _ in $(seq 300); do
        "$@" && return
        sleep 0.1
    done
    echo "never: $*"
    return 1
}
no_java() { [ -z "$(our_java)" ]; }
some_java() { [ -n "$(our_java)" ]; }
# A killed process loses its arguments before it lets go of its files.
ended() { ! grep -q '^State:[^ZX]*$' "/proc/$1/status" 2>/dev/null; }

@test "a kept broker starts, answers, is found and stops" {
    says 5 "no broker is running; assay broker start" "$assay" broker status
    "$assay" broker start >"$tmp/out"
    grep -q "^bootstrap  $(field bootstrap)$" "$tmp/out"
    [ "$(field running)" = true ]
    kcat -L -b "$(field bootstrap)" | grep -q '1 brokers:'
    [ "$(our_java)" = "$(field pid)" ]
    says 5 "a broker is running already" "$assay" broker start
    data=$(field data)
    [ -d "$data" ]
    [ "$("$assay" broker stop)" = stopped ]
    no_java
    [ ! -e "$data" ]
    [ ! -e "$ASSAY_VAR/log/broker.log" ]
    [ "$("$assay" broker stop)" = "no broker was running" ]
}

@test "--data keeps topics over a stop, and the log the user is shown exists" {
    "$assay" broker start --data "$tmp/data" --broker-property auto.create.topics.enable=true
    [ -s "$(field log)" ]
    echo hello | kcat -P -b "$(field bootstrap)" -t kept
    "$assay" broker stop
    "$assay" broker start --data "$tmp/data"
    [ "$(kcat -C -q -e -b "$(field bootstrap)" -t kept)" = hello ]
}

@test "a port that is taken is named, and nothing is left" {
    "$assay" broker start
    port=$(field bootstrap)
    port=${port#*:}
    mkdir "$tmp/var2"
    ln -s "$ASSAY_VAR/kafka" "$tmp/var2/kafka"
    ASSAY_VAR=$tmp/var2 says 5 "port $port of 127.0.0.1 cannot be used: Address already in use" \
        "$assay" broker start --port "$port"
    [ -z "$(pgrep -f "java .*$tmp/var2/")" ]
    [ ! -e "$tmp/var2/broker/state" ]
}

@test "a killed broker is explained in one sentence, and a new one starts" {
    "$assay" broker start
    pid=$(field pid)
    kill -9 "$pid"
    eventually ended "$pid"
    says 5 "died: it was killed, or the machine was started anew" "$assay" broker status
    "$assay" broker start
    [ "$(field running)" = true ]
}

@test "stop ends what holds the lock, whatever process the state file names" {
    "$assay" broker start
    sed -i "s/^pid=.*/pid=$$/" "$ASSAY_VAR/broker/state"
    [ "$("$assay" broker stop)" = stopped ]
    kill -0 $$
    no_java
    # Nobody holds the lock now: a state file alone ends nobody.
    printf 'pid=%s\nlog_file=%s\n' "$$" "$tmp/none" >"$ASSAY_VAR/broker/state"
    [ "$("$assay" broker stop)" = "no broker was running" ]
    kill -0 $$
}

@test "a start that is cut short is found by stop" {
    "$assay" broker start >/dev/null 2>&1 3>&- &
    starter=$!
    eventually some_java
    kill -9 "$starter"
    says 5 "its start was cut short; assay broker stop" "$assay" broker status
    says 5 "a broker is running already" "$assay" broker start
    [ "$("$assay" broker stop)" = stopped ]
    no_java
    "$assay" broker start >/dev/null 2>&1 3>&- &
    starter=$!
    eventually some_java
    kill -TERM "$starter"
    status=0
    wait "$starter" || status=$?
    [ "$status" -eq 130 ]
    no_java
}

@test "wrong options are refused before anything starts" {
    says 2 "at least 256 MiB" "$assay" broker start --heap 10MB
    says 2 "must read key=value" "$assay" broker start --broker-property nonsense
    says 2 "assay sets listeners itself" "$assay" broker start --broker-property listeners=x
    says 2 "--port" "$assay" broker start --port 99999
    says 2 "none of start, stop, status" "$assay" broker begin
    says 2 "belongs to assay broker start" "$assay" broker stop --port 1
    no_java
    [ ! -e "$ASSAY_VAR/broker/state" ]
}

@test "what Kafka refuses is said in its words, without a stack trace" {
    says 5 "settings: Invalid value many for configuration num.io.threads" \
        "$assay" broker start --broker-property num.io.threads=many
    no_java
    [ -s "$ASSAY_VAR/log/broker.log" ]
}

@test "missing Java and missing jars are told with their cure" {
    says 5 "no java is on the PATH" env PATH=/nonexistent "$assay" broker start
    rm "$ASSAY_VAR/kafka"
    says 5 "scripts/setup" "$assay" broker start
}

tiny() {
    cat >"$tmp/tiny.yaml" <<YAML
name: tiny
about: a broker of its own
codecs: [none]
payloads: [iot]
records: $1
warmup: 100
blocks: 1
YAML
}

@test "an owned broker removes what a killed one left, and itself" {
    tiny 500
    mkdir -p "$ASSAY_VAR/tmp/broker-stale/data" "$ASSAY_VAR/log"
    : >"$ASSAY_VAR/tmp/broker-stale/lock"
    : >"$ASSAY_VAR/log/broker-stale.log"
    "$assay" run "$tmp/tiny.yaml" --out "$tmp/result" --quiet
    no_java
    [ -z "$(ls "$ASSAY_VAR/tmp")" ]
    [ -z "$(ls "$ASSAY_VAR/log")" ]
}

@test "after SIGKILL of assay no broker survives, and the next run removes its folder" {
    tiny 500
    "$assay" run "$tmp/tiny.yaml" --set records=3000000 --out "$tmp/killed" --quiet \
        </dev/null >/dev/null 2>&1 3>&- &
    owner=$!
    eventually some_java
    java=$(our_java | head -n 1)
    kill -9 "$owner"
    eventually no_java
    eventually ended "$java"
    [ -n "$(ls "$ASSAY_VAR/tmp")" ]
    "$assay" run "$tmp/tiny.yaml" --out "$tmp/result" --quiet
    [ -z "$(ls "$ASSAY_VAR/tmp")" ]
}

@test "Ctrl-C while the broker starts ends with 130 and leaves nothing" {
    tiny 500
    # A shell without job control starts background jobs deaf to SIGINT: TERM says the same.
    "$assay" run "$tmp/tiny.yaml" --out "$tmp/result" --quiet </dev/null >"$tmp/out" 2>&1 3>&- &
    owner=$!
    eventually some_java
    kill -TERM "$owner"
    status=0
    wait "$owner" || status=$?
    [ "$status" -eq 130 ] || { echo "exit $status: $(cat "$tmp/out")"; false; }
    no_java
    [ -z "$(ls "$ASSAY_VAR/tmp")" ]
}

@test "a full disk is the reason given" {
    [ "$(id -u)" = 0 ] || skip "needs root to mount a small disk"
    mkdir "$tmp/disk"
    mount -t tmpfs -o size=48m tmpfs "$tmp/disk" || skip "cannot mount a small disk here"
    mounted=$tmp/disk
    "$assay" broker start --data "$tmp/disk/data" --broker-property auto.create.topics.enable=true
    head -c 60000000 /dev/urandom | base64 -w 1000 |
        kcat -P -b "$(field bootstrap)" -t full -X message.timeout.ms=20000 >/dev/null 2>&1 || true
    eventually no_java
    says 5 "its disk is full (No space left on device)" "$assay" broker status
    "$assay" broker stop
    rm -rf "$tmp/disk/data"
    head -c 30000000 /dev/zero >"$tmp/disk/filler"
    tiny 500
    ASSAY_TMPDIR=$tmp/disk says 5 "ASSAY_TMPDIR" \
        "$assay" run "$tmp/tiny.yaml" --out "$tmp/result" --quiet
}
