#!/usr/bin/env bats
# assay claims: verdicts from arithmetic, from made-up records, and from small real runs.

load kept_broker

setup_file() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    [ -n "${FIXTURES:-}" ] || make -s build/release/fixtures/made_up_claims
    kept_broker_start
}

teardown_file() {
    kept_broker_stop
}

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    root=$PWD
    ASSAY=$ASSAY_UNDER_TEST
    case $ASSAY in /*) ;; *) ASSAY=$root/$ASSAY ;; esac
    MADE_UP_CLAIMS=${FIXTURES:-$root/build/release/fixtures}/made_up_claims
    export LC_ALL=C.UTF-8
    unset COLUMNS NO_COLOR ASSAY_CLAIMS
    DIR=$BATS_TEST_TMPDIR/run
    cd "$BATS_TEST_TMPDIR" || exit 1
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

lacks() {
    if grep -qE -- "$1" "$2"; then
        printf 'found: %s in %s\n' "$1" "$2"
        return 1
    fi
}

# Claims of our own about the scenarios made-up (records of a fixture) and tiny (a second's run).
own_claims() {
    mkdir -p claims/measure
    cat >claims/measure/made-up.yaml <<'YAML'
about: made up
codecs: [none, gzip-9, zstd-3]
payloads: iot
records: 100
YAML
    cat >claims/measure/tiny.yaml <<'YAML'
about: a second's run
codecs: [none, gzip-6, zstd-3]
payloads: iot
batching: {records: 100, bytes: 1 MB, linger: 5 ms}
load: {in_flight: 1}
records: 300
warmup: 30
blocks: 12
YAML
    cat >claims/own.yaml <<'YAML'
document: made-up
claims:
  - id: M01
    words: zstd gives 20-40 % lower latency than gzip
    map: latency of zstd-3 against gzip-9
    tests:
      - {kind: change, metric: e2e_p50_ns, from: gzip-9, to: zstd-3, band: {below: -20 %, to: -40 %}, scenario: made-up}
  - id: M02
    words: gzip stores less than zstd
    tests:
      - {kind: change, metric: stored_bytes_per_record, from: zstd-3, to: gzip-9, band: {below: 0 %}, scenario: made-up}
  - id: M03
    words: none before zstd before gzip
    tests:
      - {kind: ranking, metric: e2e_p50_ns, order: [none, gzip-9], scenario: made-up}
  - id: M04
    words: a median below 100 ms
    tests:
      - {kind: level, metric: e2e_p50_ns, arm: none, band: {below: 100 ms}, scenario: made-up}
  - id: M05
    words: two and two are five
    tests:
      - {kind: arithmetic, figures: {one: 2, sum: 5}, checks: [{says: the sum, holds: one + one = sum}]}
  - id: M06
    words: zstd is faster in a tiny run
    tests:
      - {kind: change, metric: e2e_p50_ns, from: gzip-6, to: zstd-3, band: {below: 0 %}, scenario: tiny}
YAML
    export ASSAY_CLAIMS=$PWD/claims
}

verdict_of() {
    jq -r --arg id "$2" '.claims[] | select(.id == $id) | .verdict' "$1/verdicts.json"
}

@test "arithmetic needs no broker and shows its computation" {
    run assay claims H11 --out "$DIR"
    [ "$status" -eq 0 ]
    says "H11   REFUTED"
    says "1500000 - 1498500 - 0 = 1500"
    [ "$(verdict_of "$DIR" H11)" = REFUTED ]
    lacks 'https?://[^ ]*\.(js|css)|<link|<script src' "$DIR/report.html"
    grep -q 'H11' "$DIR/report.md"
    cp "$DIR/verdicts.json" first.json
    run assay report "$DIR"
    [ "$status" -eq 0 ]
    says "H11   REFUTED"
    cmp first.json "$DIR/verdicts.json"
}

@test "an unknown id names the nearest, and nothing is made" {
    run assay claims H111
    [ "$status" -eq 2 ]
    says 'there is no claim "H111"; did you mean H11'
    [ ! -e results ]
}

@test "--enforce makes a refuted claim exit 1" {
    run assay claims H11 --enforce --out "$DIR"
    [ "$status" -eq 1 ]
    says "1 claim is refuted"
}

@test "a claim without a band is refused, by file and line" {
    own_claims
    sed -i 's/, band: {below: 100 ms}//' claims/own.yaml
    run assay claims M05
    [ "$status" -eq 2 ]
    says "claims/own.yaml:"
    says "band"
    [ ! -e results ]
}

@test "records become a ledger: words, effect, where it holds, and a map of where it flips" {
    own_claims
    "$MADE_UP_CLAIMS" "$DIR" M01 M02 M03 M04 M05
    run assay report "$DIR"
    [ "$status" -eq 0 ]
    says "M01   REFUTED  zstd gives 20-40 % lower latency than gzip"
    says "holds in 3 of 4, refuted in 1 of 4"
    says "not for iot, 1 record, open 2000/s"
    says "FLIPS"
    says "map: latency of zstd-3 against gzip-9"
    says "M02   SUPPORTED"
    says "M03   SUPPORTED"
    says "M04   SUPPORTED"
    says "M05   REFUTED"
    says "2 REFUTED"
    says "evidence: made-up/c01.b01 to made-up/c11.b12, 48 pairs; codec read from segment files"
    says "48 trials; codec read from" # of a level, which has no pairs
    says "effect: end-to-end latency, median 5.0"
    says "+ end-to-end latency, median; promised: this order"
    jq -e '.schema == "assay-verdicts/1" and (.claims | length == 5)' "$DIR/verdicts.json"
    [ "$(jq '.claims[0].strata | length' "$DIR/verdicts.json")" -eq 4 ]
    [ "$(jq '[.claims[0].strata[] | select(.pairs == 12)] | length' "$DIR/verdicts.json")" -eq 4 ]
    jq -e '.claims[1].strata[0] | .exact and (.estimate + 0.0625 | fabs < 1e-9)' "$DIR/verdicts.json"
    grep -q '<h2>Claims</h2>' "$DIR/report.html"
    grep -q '## Claims' "$DIR/report.md"
    grep -q 'FLIPS' "$DIR/report.md"
    lacks 'https?://[^ ]*\.(js|css)|<link|<script src' "$DIR/report.html"
}

@test "made again, every report is the same to the byte" {
    own_claims
    "$MADE_UP_CLAIMS" "$DIR" M01 M02 M05
    assay report "$DIR" >first
    cp -r "$DIR" before
    assay report "$DIR" >second
    cmp first second
    for file in verdicts.json summary.json report.md report.html; do
        cmp "before/$file" "$DIR/$file"
    done
    run assay report --json "$DIR"
    jq -e '.counts.REFUTED == 2' <<<"$output"
}

@test "an empty trials.jsonl is said, and nothing is overwritten; a cut one is judged by what is whole" {
    own_claims
    "$MADE_UP_CLAIMS" "$DIR" M01
    assay report "$DIR" >/dev/null
    cp "$DIR/verdicts.json" kept.json
    cp "$DIR/trials.jsonl" all
    : >"$DIR/trials.jsonl"
    run assay report "$DIR"
    [ "$status" -eq 2 ]
    says "holds no finished trial"
    cmp kept.json "$DIR/verdicts.json"
    head -n 100 all >"$DIR/trials.jsonl"
    head -n 101 all | tail -n 1 | head -c 500 >>"$DIR/trials.jsonl"
    run assay report "$DIR"
    [ "$status" -eq 0 ]
    [ "$(jq .trials "$DIR/verdicts.json")" -eq 100 ]
    grep -q 'cut off' "$DIR/report.md"
}

@test "what is judged is spread over three starts of a broker of our own, counted through" {
    own_claims
    run assay claims M06 --blocks 6 --heap 512MiB --out "$DIR"
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    starts() { jq -r "[.broker_started_wall_ns, .block] | @tsv" "$1/trials.jsonl" | sort -u | awk '{of[$1] = of[$1] " " $2} END {for (s in of) print of[s]}' | sort; }
    diff <(starts "$DIR") <(printf ' %s\n' "1 2" "3 4" "5 6")
    [ "$(jq -c '[.claims[0].strata[].starts]' "$DIR/verdicts.json")" = '[3]' ]
    # One count of trials, not one for each start.
    diff <(grep -o '^\[[0-9/]*\]' <<<"$output") <(seq 12 | sed 's|.*|[&/12]|')
    # No start is made that would have nothing to measure.
    run assay claims M06 --blocks 1 --heap 512MiB --out "$DIR-1"
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    diff <(starts "$DIR-1") <(echo " 1")
}

@test "few blocks: medians, no verdict, and how many would be needed" {
    own_claims
    "$MADE_UP_CLAIMS" "$DIR" M01
    head -n 36 "$DIR/trials.jsonl" >some # 3 blocks of 12 cells
    cp some "$DIR/trials.jsonl"
    run assay report "$DIR"
    [ "$status" -eq 0 ]
    says "M01   INCONCLUSIVE"
    jq -e 'all(.claims[0].strata[]; (.why | startswith("3 blocks: no verdict, 4 comparisons at 5 % need 8")) and .low == null and .estimate != null)' \
        "$DIR/verdicts.json"
    grep -q '4 comparisons at 5 % need 8 blocks' "$DIR/report.md"
    lacks 'blocks would decide' "$DIR/report.md" # said once
}

@test "a lost record voids the claim that rests on it: exit 0 for report, VOID in the ledger" {
    own_claims
    "$MADE_UP_CLAIMS" "$DIR" M01
    jq -c 'if .trial == "c02.b05" then .validity = "void" | .why = "2 of 20000 records lost" | .integrity_hurt = true | .outcomes.lost.all = 2 else . end' \
        "$DIR/trials.jsonl" >voided
    cp voided "$DIR/trials.jsonl"
    run assay report "$DIR"
    [ "$status" -eq 0 ]
    says "void in 1 of 4"
    jq -e 'any(.claims[0].strata[]; .verdict == "VOID" and (.why | test("2 of 20000 records lost")))' \
        "$DIR/verdicts.json"
}

@test "--out that holds results is refused, and left as it is" {
    own_claims
    "$MADE_UP_CLAIMS" "$DIR" M01
    cp "$DIR/claims.json" kept.json
    run assay claims M05 --out "$DIR"
    [ "$status" -eq 2 ]
    cmp kept.json "$DIR/claims.json"
    [ ! -e "$DIR/verdicts.json" ]
}

@test "a run is judged by the claims it began with, and what changed since is said" {
    own_claims
    run assay claims M05 --out "$DIR"
    [ "$status" -eq 0 ]
    [ "$(verdict_of "$DIR" M05)" = REFUTED ]
    cmp claims/own.yaml "$DIR/claims/own.yaml"
    run assay report "$DIR"
    [ "$(jq -r '.note // "none"' "$DIR/verdicts.json")" = none ]
    sed -i 's/one + one = sum/one + one + 1 = sum/' claims/own.yaml
    run assay report "$DIR"
    [ "$status" -eq 0 ]
    [ "$(verdict_of "$DIR" M05)" = REFUTED ]
    says "Judged by the claims as they were when this run began (claims/ in its folder); own.yaml has changed since."
    jq -e '.note | startswith("Judged by the claims as they were")' "$DIR/verdicts.json"
    run assay claims M05 --out "$DIR" --resume
    [ "$status" -eq 2 ]
    says "--resume: own.yaml has changed since $DIR was begun"
    for copy in "ln -s claims claims" "ln -s /nonexistent claims"; do # not there is not read as never kept
        cp -r "$DIR" "$DIR-odd"
        rm -r "$DIR-odd/claims"
        (cd "$DIR-odd" && $copy)
        run assay report "$DIR-odd"
        [ "$status" -eq 2 ]
        says "$DIR-odd/claims: found no folder; expected the claims that the run began with"
        rm -r "$DIR-odd"
    done
    cp -r "$DIR" "$DIR-less"
    rm "$DIR-less/claims/own.yaml"
    mkfifo "$DIR-less/claims/own.yaml"
    run timeout 20 "$ASSAY" claims M05 --out "$DIR-less" --resume
    [ "$status" -eq 2 ]
    says "--resume: $DIR-less/claims has no own.yaml, by which the run began to be judged"
    rm -r "$DIR/claims" # a folder made before claims were kept is judged by those known now
    run assay report "$DIR"
    [ "$status" -eq 0 ]
    [ "$(verdict_of "$DIR" M05)" = SUPPORTED ]
}

@test "--resume goes on with the same claims and options only" {
    own_claims
    run assay claims M05 --resume
    [ "$status" -eq 2 ]
    says "--resume needs --out DIR"
    "$MADE_UP_CLAIMS" "$DIR" M01
    run assay claims M05 --resume --out "$DIR"
    [ "$status" -eq 2 ]
    says "was begun for other claims"
    run assay claims M01 --full --resume --out "$DIR"
    [ "$status" -eq 2 ]
    says "was begun with other options"
}

@test "--plan says what would run and how long, and makes nothing" {
    own_claims
    run assay claims M06 M05 --plan
    [ "$status" -eq 0 ]
    says "2 claims, 1 scenario, 24 trials, about"
    says "deciding M06"
    says "M05    arithmetic on the document's figures, 1 check"
    [ ! -e results ]
}

@test "--plan tells what can never be decided: too few blocks, too few records" {
    own_claims
    run assay claims M06 --plan --blocks 5
    [ "$status" -eq 0 ]
    says "M06    cannot be decided as planned: 1 noisy comparison needs 6 blocks, and gets 5 (--blocks)"
    sed -i 's/^records: 300/records: 8/' claims/measure/tiny.yaml
    run assay claims M06 --plan
    [ "$status" -eq 0 ]
    says "M06    cannot be decided as planned: e2e_p50_ns needs 20 measured records a trial, and gets 8"
    unset ASSAY_CLAIMS
    for part in '' --full; do # those that come with assay all can
        run assay claims $part --plan
        [ "$status" -eq 0 ]
        ! grep 'cannot be decided' <<<"$output" || return 1
    done
}

@test "--plan of claims without trials names what each needs" {
    run assay claims H11 O16 A12 --plan
    [ "$status" -eq 0 ]
    says "3 claims, 0 scenarios, 0 trials"
    says "H11    arithmetic on the document's figures"
    says "O16    probe metadata-limit, about 1 s"
    says "0 trials, about 1 s"
    says "A12    not built: "
    run assay claims O16 --no-probes --plan
    [ "$status" -eq 0 ]
    says "; not asked: switched off"
    [ ! -e results ]
}

@test "--plan counts the time of probes, and of a client once for all that is asked of it" {
    run assay claims Z17 O16 --plan
    [ "$status" -eq 0 ]
    clients=$(grep '^Z17 ' <<<"$output" | grep -o 'client [^ ]*' | sort -u | wc -l)
    [ "$clients" -gt 0 ]
    says "0 trials, about $((clients * 10 + 1)) s"
    says "without trials, about $((clients * 10 + 1)) s"
    run assay claims Z17 O16 --no-clients --plan
    says "0 trials, about 1 s"
    own_claims
    run assay claims M06 --plan
    alone=$(sed -n '1s/.*about //p' <<<"$output")
    sed -i 's/  - {kind: arithmetic,/  - {kind: probe, probe: codec-visible}\n    &/' claims/own.yaml
    run assay claims M05 M06 --plan
    [ "$status" -eq 0 ]
    [ "$(sed -n '1s/.*about //p' <<<"$output")" != "$alone" ]
}

@test "a scenario that cannot be run makes its claim NOT MEASURED, with the reason" {
    own_claims
    sed -i 's/payloads: iot/payloads: {data: nowhere.tif, cut: whole}/' claims/measure/tiny.yaml
    run assay claims M05 M06 --out "$DIR"
    [ "$status" -eq 0 ]
    says "M06   NOT MEASURED"
    says "nowhere.tif"
    [ "$(verdict_of "$DIR" M05)" = REFUTED ]
}

@test "a small real run: only the arms that are needed, no verdict, saying why" {
    own_claims
    run assay claims M06 --blocks 2 --out "$DIR"
    [ "$status" -eq 0 ]
    says "deciding M06"
    says "M06   INCONCLUSIVE"
    says "2 blocks: no verdict, 1 comparison at 5 % needs 6 blocks"
    says "[4/4] " # of six trials in two blocks
    says "1 claim, 4 trials in 1 scenario, about "
    [ "$(wc -l <"$DIR/trials.jsonl")" -eq 4 ]
    lacks 'ended early' "$DIR/report.md"
    [ "$(jq -r .cell.codec "$DIR/trials.jsonl" | sort -u | tr '\n' ' ')" = "gzip-6 zstd-3 " ]
}

@test "a run that was killed goes on where it was, and judges all blocks" {
    own_claims
    "$ASSAY" claims M06 --blocks 6 --out "$DIR" >out 2>&1 &
    pid=$!
    for _ in $(seq 600); do
        [ -s "$DIR/trials.jsonl" ] && [ "$(wc -l <"$DIR/trials.jsonl")" -ge 3 ] && break
        sleep 0.1
    done
    kill -KILL "$pid"
    wait "$pid" || true
    before=$(wc -l <"$DIR/trials.jsonl")
    [ "$before" -lt 12 ]
    head -n 2 "$DIR/trials.jsonl" >first
    run assay claims --blocks 6 --out "$DIR" --resume --json -q
    [ "$status" -eq 0 ]
    jq -e '.claims[0].strata[0].pairs == 6' "$DIR/verdicts.json"
    head -n 2 "$DIR/trials.jsonl" | cmp - first
    [ "$(jq -r .trial "$DIR/trials.jsonl" | sort -u | wc -l)" -ge 12 ] # a block that was cut is measured anew
}

@test "--until-decided stops what is decided at a look" {
    own_claims
    sed -i 's/metric: e2e_p50_ns, from: gzip-6, to: zstd-3/metric: stored_bytes_per_record, from: none, to: zstd-3/' \
        claims/own.yaml
    run assay claims M06 --until-decided --blocks 16 --out "$DIR"
    [ "$status" -eq 0 ]
    says "after 8 blocks 1 of 1 comparisons of tiny are decided"
    says "M06   SUPPORTED"
    [ "$(wc -l <"$DIR/trials.jsonl")" -eq 16 ]
    lacks 'ended early' "$DIR/report.md"
    assay report "$DIR" >/dev/null
    [ "$(verdict_of "$DIR" M06)" = SUPPORTED ]
}

@test "an arm that the scenario has not, and strata that it has not, are refused by file and line" {
    own_claims
    sed -i 's/from: gzip-6, to: zstd-3/from: gzip-66, to: zstd-3/' claims/own.yaml
    run assay claims M06 --plan
    [ "$status" -eq 2 ]
    [[ $output == *'claims/own.yaml:'*': claim M06, tests[0]: found "gzip-66"; expected an arm of the scenario tiny' ]]
    own_claims
    sed -i 's/scenario: tiny}/scenario: tiny, where: {payloads: iott}}/' claims/own.yaml
    run assay claims M06 --plan
    [ "$status" -eq 2 ]
    says 'where: lets no comparison of the scenario tiny through'
    own_claims
    sed -i 's/order: \[none, gzip-9\]/order: [none, gzip-9|zstd-33]/' claims/own.yaml
    run assay claims M03 --plan
    [ "$status" -eq 2 ]
    says 'found "zstd-33"'
}

@test "--resume leaves the folder of another command alone" {
    own_claims
    "$MADE_UP_CLAIMS" "$DIR" M01
    rm "$DIR/claims.json"
    cp -r "$DIR" before
    run assay claims M05 --resume --out "$DIR"
    [ "$status" -eq 2 ]
    says 'holds trials but no claims.json: it was begun by another command'
    diff -r before "$DIR"
}

# Two payloads and two batchings: four strata of O01, and a run of one takes seconds.
claims_of_four_strata() {
    mkdir -p claims/measure
    cat >claims/measure/four.yaml <<'YAML'
about: four small strata
codecs: [gzip-6, zstd-3]
payloads: [iot, alert]
batching: [{records: 1}, {records: 100}]
load: flat out
records: 200
warmup: 0
blocks: 1
exact: true
YAML
    cat >claims/own.yaml <<'YAML'
document: made-up
claims:
  - id: O01
    words: zstd stores less than twice what gzip does, everywhere
    tests:
      - {kind: change, metric: stored_bytes_per_record, from: gzip-6, to: zstd-3, band: {below: 100 %}, scenario: four}
  - id: O02
    words: zstd stores less than half of what gzip does
    tests:
      - {kind: change, metric: stored_bytes_per_record, from: gzip-6, to: zstd-3, band: {below: -50 %}, scenario: four}
YAML
    export ASSAY_CLAIMS=$PWD/claims
}

@test "--only judges a part of the strata and says so: all is not supported by it, and can be refuted" {
    claims_of_four_strata
    run assay claims O01 --plan --only payload=iot,batch=100
    [ "$status" -eq 0 ]
    says "1 claim, 1 scenario, 2 trials"
    says "O01    1 of 4 strata; the others are left out by --only"
    run assay claims --only payload=iot,batch=100 --out "$DIR" --quiet
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    [ "$(wc -l <"$DIR/trials.jsonl")" -eq 2 ]
    [ "$(jq -r .cell.payload "$DIR/trials.jsonl" | sort -u)" = iot ]
    says "O01   INCONCLUSIVE"
    says "SUPPORTED in the part asked for, 1 of 4 strata, others left out by --only"
    says "O02   REFUTED"
    says "1 REFUTED, 1 INCONCLUSIVE; 1 SUPPORTED in the part asked for"
    [ "$(jq -r .only "$DIR/verdicts.json")" = payload=iot,batch=100 ]
    [ "$(jq -c '.claims[] | [.verdict, .in_part, .strata_asked, .strata_left_out]' "$DIR/verdicts.json")" = \
'["INCONCLUSIVE","SUPPORTED",1,3]
["REFUTED","REFUTED",1,3]' ]
    cp "$DIR/verdicts.json" first.json
    assay report "$DIR" >/dev/null
    cmp first.json "$DIR/verdicts.json"
    run assay claims O01 O02 --resume --out "$DIR"
    [ "$status" -eq 2 ]
    says "was begun with other options (--only payload=iot,batch=100, 0 blocks); give the same"
    # what is enforced is the part asked for
    run assay claims O01 --enforce --only payload=iot,batch=100 --out "$DIR-2" --quiet
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
}

@test "--only: what nothing has is answered with what there is, and nothing is made" {
    claims_of_four_strata
    while IFS='|' read -r only text; do
        run assay claims O01 --only "$only" --out "$DIR"
        [ "$status" -eq 2 ] || { echo "$only: $status"; return 1; }
        says "$text"
        [ ! -e "$DIR" ]
    done <<'ROWS'
payload=io|has the payload "io"; expected one of "iot", "alert"
batch=7|has the batch "7"; expected one of "1 record, 
color=red|found the condition "color"; expected one of payload, codec, encoding, batch, load, link, background, partitions, brokers, parameters, arm, record_bytes
iot|"iot" is no KEY=VALUE; expected for example payload=iot,link=unlimited
codec=zstd-3|the arms of the claims asked for differ in the codec, so none of it can be chosen
payload=iot,record_bytes=1 KB|has the record_bytes "1 KB"; expected one of "natural"
ROWS
    run assay claims H11 --only payload=iot --out "$DIR"
    [ "$status" -eq 2 ]
}
