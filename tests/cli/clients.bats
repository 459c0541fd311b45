#!/usr/bin/env bats
# scripts/clients/run: other people's clients on a real broker. Held against what is known of each,
# and against a client that claims one codec and stores another.

load kept_broker

setup_file() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    [ -d var/kafka/lib ] || skip "no Kafka here; scripts/setup fetches it"
    command -v python3 >/dev/null || skip "no python3 here; scripts/setup clients installs it"
    kept_broker_start --heap 512MiB
    # Environments made once stay with the checkout: made anew for each test run they would be
    # fetched anew.
    mkdir -p var/clients
    ln -s "$PWD/var/clients" "$ASSAY_VAR/clients"
    BROKER=$("$ASSAY_UNDER_TEST" broker status --json | jq -r .bootstrap)
    export BROKER
    # The first and last lines get smaller by themselves: on a busy machine a batch at either end may hold
    # one record alone, and a client stores it as it is when its codec would make it larger.
    for i in $(seq 1 5000); do
        line="2016-02-15T00:$((i % 60)):00Z,$i,4.$((i * 7 % 1000)),sensor-$((i % 50))"
        if [ "$i" -le 100 ] || [ "$i" -gt 4900 ]; then line="$line $line $line $line"; fi
        echo "$line"
    done >"$BATS_FILE_TMPDIR/lines"
}

teardown_file() {
    [ ! -d "${ASSAY_VAR:-/nowhere}" ] || kept_broker_stop
}

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    tmp=$BATS_TEST_TMPDIR
    records=$BATS_FILE_TMPDIR/lines
}

# try [OPTION...]: into $tmp/out. Skips where the packages cannot be had, with pip's reason.
try() {
    scripts/clients/run --bootstrap "$BROKER" --assay "$ASSAY_UNDER_TEST" --out "$tmp/out" \
        --data "$records" "$@" 2>"$tmp/err" || { cat "$tmp/err"; return 1; }
    cat "$tmp/err"
    why=$(jq -r 'select(.outcome == "unavailable") | .message' "$tmp/out" | head -n 1)
    [ -z "$why" ] || skip "$why"
}

# of CODEC [LEVEL] FILTER: what jq's FILTER gives for that try.
of() {
    jq -r --arg c "$1" --argjson l "${3-null}" \
        "select(.codec == \$c and .level_asked == \$l) | $2" "$tmp/out"
}

no_topics_left() {
    kcat -L -b "$BROKER" >"$tmp/topics"
    if grep -q 'assay-clients-' "$tmp/topics"; then return 1; fi
}

@test "--list and --help tell the clients and the form of the lines" {
    scripts/clients/run --list >"$tmp/list"
    for name in aiokafka-0.11.0 aiokafka-0.11.0+zstd aiokafka-0.8.1 kafka-python-2.0.2 java-4.3.1; do
        cut -d ' ' -f 1 "$tmp/list" | grep -qxF -- "$name"
    done
    scripts/clients/run --help | grep -q 'level_found'
}

@test "aiokafka 0.11.0 as installed refuses zstd, and stores gzip at level 9" {
    try --only aiokafka-0.11.0
    [ "$(of zstd .outcome)" = refused ]
    of zstd .message | grep -qF "Compression library for zstd not found"
    [ "$(of gzip '.outcome + " " + (.stored | keys[0])')" = "stored gzip" ]
    [ "$(of gzip .records)" = 5000 ]
    [ "$(of gzip '.level_found | .exact and (.levels | index(9) != null)')" = true ]
    [ "$(of gzip .level_found.gzip_extra_flags)" = 2 ]
    [ "$(of none '.stored | keys[0]')" = none ]
    [ "$(of none .version)" = 0.11.0 ]
    no_topics_left
}

@test "aiokafka 0.11.0 with cramjam stores zstd, and takes no level" {
    try --only aiokafka-0.11.0+zstd --try snappy,lz4,zstd,zstd-22
    [ "$(of zstd '.outcome + " " + (.stored | keys[0])')" = "stored zstd" ]
    [ "$(of zstd '.level_found.levels | index(3) != null')" = true ]
    [ "$(of zstd .extras.cramjam)" != null ]
    [ "$(of lz4 '.stored | keys[0]')" = lz4 ]
    [ "$(of snappy '.stored | keys[0]')" = snappy ]
    [ "$(of zstd .outcome 22)" = refused ]
    of zstd .message 22 | grep -qF compression_level
}

@test "aiokafka 0.11.0 takes idempotence with all acknowledgements only, and no setting it does not know" {
    try --only aiokafka-0.11.0+acks-1,aiokafka-0.11.0+max-in-flight
    said=$(jq -r '.client + " " + .outcome + " " + .message' "$tmp/out")
    grep -q '^aiokafka-0.11.0+acks-1 refused ValueError: acks=1 not supported' <<<"$said"
    grep -q "^aiokafka-0.11.0+max-in-flight refused TypeError: .*'max_in_flight_requests_per_connection'" <<<"$said"
}

@test "aiokafka 0.8.1 has zstd no more than 0.11.0 has: not without its package" {
    try --only aiokafka-0.8.1,aiokafka-0.8.1+codecs,aiokafka-0.8.1+kafka-python-3 --try zstd
    outcomes=$(jq -r 'select(.codec == "zstd" and .level_asked == null) | .client + " " + .outcome' \
        "$tmp/out")
    grep -qxF "aiokafka-0.8.1 refused" <<<"$outcomes"
    grep -qxF "aiokafka-0.8.1+codecs stored" <<<"$outcomes"
    grep -qxF "aiokafka-0.8.1+kafka-python-3 failed" <<<"$outcomes"
}

@test "kafka-python 2.0.2 stores every codec once each has its package" {
    try --only kafka-python-2.0.2+codecs
    for codec in none gzip snappy lz4 zstd; do
        [ "$(of "$codec" '.stored | keys | join(" ")')" = "$codec" ]
    done
}

@test "the Java client takes zstd up to level 22 and lz4 up to 17, and says why not beyond" {
    try --only java-4.3.1 --try gzip,gzip-1,lz4-9,lz4-18,zstd-22,zstd-23
    [ "$(of zstd .outcome 22)" = stored ]
    [ "$(of zstd .outcome 23)" = refused ]
    of zstd .message 23 | grep -qF "no more than 22"
    [ "$(of gzip '.level_found.levels | index(1) != null' 1)" = true ]
    [ "$(of gzip '.level_found.levels | index(1) != null')" = false ]
    [ "$(of lz4 .outcome 18)" = refused ]
    # Its level 9 is its fast one: the same bytes as with no level asked for.
    [ "$(of lz4 '.level_found.levels[0]' 9)" = 0 ]
    no_topics_left
}

# own NAME: a client that is a script on standard input.
own() {
    { echo '#!/bin/sh'; cat; } >"$tmp/$1"
    chmod +x "$tmp/$1"
}

@test "a client that claims zstd and stores gzip is told as gzip" {
    own liar <<'EOS'
kcat -P -b "$1" -t "$2" -z gzip -X linger.ms=100 -l "$5"
echo '{"outcome": "sent", "message": "stored as zstd, trust me"}'
EOS
    try --client "liar=$tmp/liar" --only liar --try zstd
    [ "$(of zstd '.outcome + " " + (.stored | keys | join(" "))')" = "stored gzip" ]
    [ "$(of zstd .records)" = 5000 ]
    [ "$(of zstd '.level_found.levels | index(6) != null')" = true ]
}

@test "a client that claims to have sent all and stored a part has failed" {
    own loser <<'EOS'
head -n 4000 "$5" >"$5.part"
kcat -P -b "$1" -t "$2" -z gzip -X linger.ms=100 -l "$5.part"
echo '{"outcome": "sent", "message": "all of it"}'
EOS
    try --client "loser=$tmp/loser" --only loser --try gzip
    [ "$(of gzip .outcome)" = failed ]
    of gzip .message | grep -qF "4000 of 5000 records are stored"
}

@test "a client whose packages cannot be had is unavailable, with the reason, and nothing is left" {
    mkdir "$tmp/var"
    ln -s "$PWD/var/kafka" "$tmp/var/kafka"
    ASSAY_VAR=$tmp/var PIP_INDEX_URL=http://127.0.0.1:1/ PIP_NO_INDEX=1 PIP_FIND_LINKS='' \
        PIP_CACHE_DIR=$tmp/none PIP_RETRIES=0 scripts/clients/run --bootstrap "$BROKER" \
        --assay "$ASSAY_UNDER_TEST" --out "$tmp/out" --data "$records" --only kafka-python-2.0.2
    [ "$(jq -r .outcome "$tmp/out" | sort -u)" = unavailable ]
    [ "$(jq -r '.stored | length' "$tmp/out" | sort -u)" = 0 ]
    jq -r .message "$tmp/out" | grep -qi "kafka-python\|module"
    [ ! -e "$tmp/var/clients/kafka-python-2.0.2" ]
    no_topics_left
}

@test "Ctrl-C ends it with 130 and leaves no topic and no half-made environment" {
    own slow <<'EOS'
exec sleep 60
EOS
    scripts/clients/run --bootstrap "$BROKER" --assay "$ASSAY_UNDER_TEST" --out "$tmp/out" \
        --data "$records" --client "slow=$tmp/slow" --only slow 2>"$tmp/err" 3>&- &
    pid=$!
    for _ in $(seq 1 100); do
        kcat -L -b "$BROKER" | grep -q 'assay-clients-' && break
        sleep 0.1
    done
    sleep 0.5
    kill -TERM "$pid"
    status=0
    wait "$pid" || status=$?
    [ "$status" -eq 130 ]
    grep -q "interrupted" "$tmp/err"
    no_topics_left
}

@test "what is asked for wrongly is refused in one line" {
    status=0
    scripts/clients/run --bootstrap "$BROKER" --assay "$ASSAY_UNDER_TEST" --out "$tmp/out" \
        --only nobody 2>"$tmp/err" || status=$?
    [ "$status" -eq 2 ]
    grep -q "no such client; there are aiokafka-0.11.0" "$tmp/err"
    status=0
    scripts/clients/run --bootstrap "$BROKER" --assay "$ASSAY_UNDER_TEST" --out "$tmp/out" \
        --try zsdt 2>"$tmp/err" || status=$?
    [ "$status" -eq 2 ]
    grep -q "no client here is tried with it" "$tmp/err"
    status=0
    scripts/clients/run --bootstrap 127.0.0.1:1 --assay /nowhere --out "$tmp/out" --data "$records" \
        2>"$tmp/err" || status=$?
    [ "$status" -eq 5 ]
    status=0
    scripts/clients/run --bootstrap "$BROKER" --assay "$ASSAY_UNDER_TEST" --out "$tmp/out" \
        --data /nowhere 2>"$tmp/err" || status=$?
    [ "$status" -eq 2 ]
    grep -q "/nowhere is not there" "$tmp/err"
}
