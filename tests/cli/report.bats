#!/usr/bin/env bats
# assay report: every report again from the records alone, whatever a run left.

setup_file() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    [ -n "${FIXTURES:-}" ] || make -s build/release/fixtures/made_up_run
}

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    root=$PWD
    ASSAY=${ASSAY:-$root/build/release/assay}
    MADE_UP_RUN=${FIXTURES:-$root/build/release/fixtures}/made_up_run
    export LC_ALL=C.UTF-8
    unset COLUMNS NO_COLOR
    DIR=$BATS_TEST_TMPDIR/run
    "$MADE_UP_RUN" "$DIR"
}

assay() {
    "$ASSAY" "$@"
}

says() {
    grep -qF -- "$1" <<<"$output" || {
        printf 'not said: %s\nin:\n%s\n' "$1" "$output"
        return 1
    }
}

# A plain "! grep" is exempt from set -e and would never fail a test.
lacks() {
    if grep -qE "$1" "$2"; then
        printf 'found: %s in %s\n' "$1" "$2"
        return 1
    fi
}

@test "the table has a block per comparison, and shows what must not be overlooked" {
    run assay report "$DIR"
    [ "$status" -eq 0 ]
    says "weather, 1.00 KB, flat out"
    says "queue p50"
    says "e2e p99"
    says "none, not gzip"
    says "2/3 (1 void)"
    says "c02.b02 void: 2 of 20000 records lost"
    says "c11.b03 saturated: 4.2 %"
    says "54 trials, 52 valid; 2 of 1080000 records lost"
    [[ "$output" != *"ended early"* ]]
    says "report: $DIR/report.html"
    [[ "$output" != *$'\033'* ]] # no colours when it is not a terminal
}

@test "every file is made, and made again alike" {
    rm -rf "$DIR/hist.before"
    assay report "$DIR" >/dev/null
    for file in summary.json results.csv report.md report.html plots/group00-speed.gp \
        plots/group00-latency.dat; do
        [ -s "$DIR/$file" ]
    done
    cp -r "$DIR" "$BATS_TEST_TMPDIR/before"
    assay report "$DIR" >/dev/null
    diff -r "$DIR" "$BATS_TEST_TMPDIR/before"
}

@test "gnuplot draws the plots; without it the run goes on and says so" {
    if command -v gnuplot >/dev/null; then
        assay report "$DIR" >/dev/null
        grep -q '<svg' "$DIR/plots/group00-speed.svg"
        grep -q '<svg' "$DIR/plots/group01-latency.svg"
        rm "$DIR"/plots/*.svg
    fi
    mkdir "$BATS_TEST_TMPDIR/empty"
    PATH=$BATS_TEST_TMPDIR/empty run assay report "$DIR"
    [ "$status" -eq 0 ]
    says "no plots: gnuplot is not installed"
    [ ! -e "$DIR/plots/group00-speed.svg" ]
    [ -s "$DIR/plots/group00-speed.gp" ]
}

@test "the page opens offline: it names nothing outside itself" {
    assay report "$DIR" >/dev/null
    lacks '(src|href)=|@import|url\(|https?://' "$DIR/report.html"
    grep -q 'prefers-color-scheme:dark' "$DIR/report.html"
    grep -q '</html>' "$DIR/report.html"
}

@test "a narrow terminal gets fewer columns, and is told which are missing" {
    COLUMNS=60 run assay report "$DIR"
    [ "$status" -eq 0 ]
    says "no room for: "
    says "stored as"
    says "valid"
}

@test "a terminal without UTF-8 gets ASCII" {
    LC_ALL=C run assay report "$DIR"
    [ "$status" -eq 0 ]
    says "+-"
    LC_ALL=C lacks '[^ -~]' - <<<"$output"
}

@test "--json prints summary.json and nothing else" {
    run assay report --json "$DIR"
    [ "$status" -eq 0 ]
    [ "$output" = "$(cat "$DIR/summary.json")" ]
    says '"schema": "assay-summary/1"'
    says '"latency_is_queue": true'
    says '"reference": "none"'
}

@test "results.csv has a row per cell, all of the same width" {
    assay report "$DIR" >/dev/null
    [ "$(wc -l <"$DIR/results.csv")" -eq 19 ]
    # every comma inside quotes belongs to a label; without those the columns must match
    [ "$(sed 's/"[^"]*"/q/g' "$DIR/results.csv" | awk -F, '{print NF}' | sort -u | wc -l)" -eq 1 ]
}

@test "a killed run: the line that is cut off is dropped and said, records stay as they are" {
    truncate -s -1000 "$DIR/trials.jsonl"
    cp "$DIR/trials.jsonl" "$BATS_TEST_TMPDIR/before"
    run assay report "$DIR"
    [ "$status" -eq 0 ]
    says "the last line of trials.jsonl is cut off"
    says "53 trials, 51 valid"
    says "the run ended early: 1 of the planned trials are missing"
    cmp "$DIR/trials.jsonl" "$BATS_TEST_TMPDIR/before"
    grep -q 'was killed' "$DIR/report.html"
    grep -q 'was killed' "$DIR/report.md"
}

@test "without histograms and environment it still reports, and says what is missing" {
    rm -r "$DIR/hist" "$DIR/environment.json"
    run assay report "$DIR"
    [ "$status" -eq 0 ]
    says "52 of 52 valid trials have no histogram in hist/"
    grep -q 'Not known: environment.json' "$DIR/report.html"
    for file in report.html report.md; do
        grep -q '52 of 52 valid trials have no histogram in hist/' "$DIR/$file"
    done
    grep -q '"histograms_absent": 52' "$DIR/summary.json"
}

@test "folders that are none are refused with one sentence" {
    run assay report "$BATS_TEST_TMPDIR/absent"
    [ "$status" -eq 2 ]
    says "cannot open the result folder"
    run assay report "$DIR/trials.jsonl"
    [ "$status" -eq 2 ]
    says "is a file; give the result folder"
    mkdir "$BATS_TEST_TMPDIR/other"
    run assay report "$BATS_TEST_TMPDIR/other"
    [ "$status" -eq 2 ]
    says "has no trials.jsonl"
    : >"$BATS_TEST_TMPDIR/other/trials.jsonl"
    run assay report "$BATS_TEST_TMPDIR/other"
    [ "$status" -eq 2 ]
    says "holds no finished trial"
    run assay report
    [ "$status" -eq 2 ]
    says "takes one result folder"
}

@test "a damaged histogram is left out, named, and the rest is reported" {
    assay report "$DIR" >"$BATS_TEST_TMPDIR/whole"
    lacks 'histogram' "$BATS_TEST_TMPDIR/whole"
    echo "Tag=e2e,0,0,0,AAAA" >"$DIR/hist/made-up.c00.b01.hlog"
    run assay report "$DIR"
    [ "$status" -eq 0 ]
    for file in - "$DIR/report.md" "$DIR/report.html"; do
        grep -q '1 of 52 valid trials have a histogram that cannot be read (.*hist/made-up.c00.b01.hlog: line 1: not a V2 compressed histogram' \
            "$file" <<<"$output"
    done
    grep -q '"histograms_damaged": 1' "$DIR/summary.json"
}

@test "pipes and devices in the folder are refused, never waited for" {
    rm "$DIR/environment.json" "$DIR/hist/made-up.c00.b01.hlog" "$DIR/hist/made-up.c01.b01.hlog"
    mkfifo "$DIR/environment.json" "$DIR/hist/made-up.c00.b01.hlog"
    ln -s /dev/zero "$DIR/hist/made-up.c01.b01.hlog"
    run timeout 60 "$ASSAY" report "$DIR"
    [ "$status" -eq 0 ]
    says "2 of 52 valid trials have a histogram that cannot be read ($DIR/hist/made-up.c00.b01.hlog is not a regular file)"
    grep -q 'Not known: .*environment.json is not a regular file' "$DIR/report.md"
    mv "$DIR/trials.jsonl" "$BATS_TEST_TMPDIR"
    mkfifo "$DIR/trials.jsonl"
    run timeout 60 "$ASSAY" report "$DIR"
    [ "$status" -eq 2 ]
    says "$DIR/trials.jsonl is not a regular file"
    rm "$DIR/trials.jsonl"
    truncate -s 8G "$DIR/trials.jsonl" # sparse
    run timeout 60 "$ASSAY" report "$DIR"
    [ "$status" -eq 2 ]
    says "$DIR/trials.jsonl has 8589934592 bytes, at most"
}

@test "a trial that stands twice is refused; bad JSON has one position" {
    sed -n 3p "$DIR/trials.jsonl" >>"$DIR/trials.jsonl"
    run assay report "$DIR"
    [ "$status" -eq 2 ]
    says "$DIR/trials.jsonl:55: trial "
    says " of scenario made-up is on line 3 already"
    sed -i '2s/.*/garbage/' "$DIR/trials.jsonl"
    run assay report "$DIR"
    [ "$status" -eq 2 ]
    says "$DIR/trials.jsonl:2: not valid JSON at column "
    # A block there cannot be is no reason to ask for memory.
    "$MADE_UP_RUN" "$DIR-block"
    jq -c 'if .trial == "c01.b02" then .block = 9007199254740991 else . end' "$DIR-block/trials.jsonl" \
        >"$DIR-block/one" && mv "$DIR-block/one" "$DIR-block/trials.jsonl"
    run assay report "$DIR-block"
    [ "$status" -eq 2 ]
    says "block: found 9007199254740991; expected at most 100000"
    # The same arm and block of a comparison, whatever its cell; and two arms to hold others against.
    "$MADE_UP_RUN" "$DIR-arms"
    jq -c '.group = 0' "$DIR-arms/trials.jsonl" >"$DIR-arms/one" && mv "$DIR-arms/one" "$DIR-arms/trials.jsonl"
    run assay report "$DIR-arms"
    [ "$status" -eq 2 ]
    says "of the same arm and block)"
    "$MADE_UP_RUN" "$DIR-references"
    jq -c '.reference = true' "$DIR-references/trials.jsonl" >"$DIR-references/one" &&
        mv "$DIR-references/one" "$DIR-references/trials.jsonl"
    run assay report "$DIR-references"
    [ "$status" -eq 2 ]
    says "of the same comparison and block on line"
}

@test "records of before a field was added are read, and that field is not known" {
    assay report "$DIR" >/dev/null
    jq -c .groups "$DIR/summary.json" >"$BATS_TEST_TMPDIR/with"
    jq -c 'del(.broker_started_wall_ns)' "$DIR/trials.jsonl" >"$BATS_TEST_TMPDIR/older"
    [ "$(jq -r 'has("broker_started_wall_ns")' "$DIR/trials.jsonl" | sort -u)" = true ]
    cp "$BATS_TEST_TMPDIR/older" "$DIR/trials.jsonl"
    run assay report "$DIR"
    [ "$status" -eq 0 ]
    jq -c .groups "$DIR/summary.json" | cmp - "$BATS_TEST_TMPDIR/with"
}

@test "damaged records are named by file and line; older reports stay" {
    assay report "$DIR" >/dev/null
    cp "$DIR/report.md" "$BATS_TEST_TMPDIR/report.md"
    sed -i '3s/"sent":20000/"sent":"many"/' "$DIR/trials.jsonl"
    run assay report "$DIR"
    [ "$status" -eq 2 ]
    says "trials.jsonl:3: delivery.sent: is a text, must be a whole number >= 0"
    sed -i '1s/assay-trial.2/assay-trial\/7/' "$DIR/trials.jsonl"
    run assay report "$DIR"
    [ "$status" -eq 2 ]
    says 'trials.jsonl:1: schema: found "assay-trial/7"; expected "assay-trial/2" or "assay-trial/1"'
    cmp "$DIR/report.md" "$BATS_TEST_TMPDIR/report.md"
}

@test "names from outside are text, never markup" {
    sed -i 's/"payload":"weather"/"payload":"<script>alert(1)<\/script>|*"/;
            s/"group_label":"weather/"group_label":"<b>\&"/;s/"why":"2 of/"why":"<i>2 of/' \
        "$DIR/trials.jsonl"
    sed -i 's/"group_label":"<b>&",/"group_label":"<b>\&,/' "$DIR/trials.jsonl"
    run assay report "$DIR"
    [ "$status" -eq 0 ]
    lacks '<script|<b>&|<i>2' "$DIR/report.html"
    grep -q '&lt;b&gt;&amp;' "$DIR/report.html"
    grep -q '&lt;i&gt;2 of' "$DIR/report.html"
    lacks '<script|<b>&|<i>2' "$DIR/report.md"
}

@test "control characters in labels reach neither the terminal nor a file" {
    sed -i 's/"group_label":"weather/"group_label":"\\u001b[2J\\u0007\\u009b1m/;
            s/"why":"2 of/"why":"\\u001b]0;x\\u00072 of/' "$DIR/trials.jsonl"
    run assay report "$DIR"
    [ "$status" -eq 0 ]
    says "?[2J???1m"
    says "void: ?]0;x?2 of"
    for file in - "$DIR/report.md" "$DIR/report.html" "$DIR/results.csv" "$DIR/summary.json"; do
        LC_ALL=C lacks $'[\001-\010\013\014\016-\037\177]' "$file" <<<"$output"
    done
}

@test "reading results needs no Kafka client and no codec library" {
    run ldd "$MADE_UP_RUN"
    [ "$status" -eq 0 ]
    says "libc.so"
    lacks 'rdkafka|zstd|lz4|snappy|curl|yaml' - <<<"$output"
}

@test "another HdrHistogram reads the .hlog: every count and percentile agrees" {
    jar=$(ls var/kafka/lib/HdrHistogram-*.jar 2>/dev/null | head -1) || true
    [ -n "$jar" ] && command -v java >/dev/null || skip "no Java or no jar; scripts/setup fetches it"
    log=$DIR/hist/made-up.c00.b01.hlog
    run java -cp "$jar" org.HdrHistogram.HistogramLogProcessor -i "$log" -listtags
    for tag in e2e ack service; do
        says "$tag"
        java -cp "$jar" org.HdrHistogram.HistogramLogProcessor -i "$log" -tag "$tag" \
            -outputValueUnitRatio 1 >"$BATS_TEST_TMPDIR/java"
        # rows: value, percentile, values at or below, 1/(1-percentile)
        awk -v tag="$tag" '
            FNR == NR { if ($1 == tag) { below[$2] = $3; n = $3 } next }
            $1 ~ /^[0-9.]+$/ && NF >= 3 {
                rows++
                if (below[$1 + 0] != $3) { print tag ": " $1 " has " $3 ", not " below[$1 + 0]; bad = 1 }
                if ($2 * n > $3 + 0.5) { print tag ": percentile " $2 " is not at " $1; bad = 1 }
                last = $3
            }
            END { exit !(rows > 20 && last == n && n == 19000 && !bad) }
        ' "$DIR/expected.tsv" "$BATS_TEST_TMPDIR/java"
    done
}
