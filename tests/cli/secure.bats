#!/usr/bin/env bats
# assay run over SASL_SSL: the right password, a wrong one, an unknown CA; and where secrets may not be.

# shellcheck disable=SC2154 # run_scene_setup sets assay, tmp and out
load run_scene

setup_file() {
    kept_broker_start --secure
    "$ASSAY_UNDER_TEST" broker status --json >"$BATS_FILE_TMPDIR/status.json"
}

setup() {
    run_scene_setup
    bootstrap=$(jq -r .secure_bootstrap "$BATS_FILE_TMPDIR/status.json")
    password=$(sed -n 's/^password=//p' "$(jq -r .folder "$BATS_FILE_TMPDIR/status.json")/state")
    [ -n "$password" ]
    cat >"$tmp/tiny.yaml" <<'YAML'
about: one codec on a few IoT readings
codecs: [zstd-3]
payloads: [iot]
records: 1000
warmup: 100
blocks: 1
YAML
    cat >"$tmp/client.properties" <<CLIENT
security.protocol=SASL_SSL
sasl.mechanism=PLAIN
sasl.username=$(jq -r .user "$BATS_FILE_TMPDIR/status.json")
sasl.password=$password
ssl.ca.location=$(jq -r .ca_file "$BATS_FILE_TMPDIR/status.json")
CLIENT
}

@test "with the right password a run is perfect, and says that the codec rests on the producer's word" {
    run "$assay" run "$tmp/tiny.yaml" --bootstrap "$bootstrap" --client-config "$tmp/client.properties" --out "$out"
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    [ "$(jq -r .validity "$out/trials.jsonl")" = valid ]
    [ "$(jq -r .delivery.received "$out/trials.jsonl")" = 1100 ]
    [ "$(jq -r .codec_evidence "$out/trials.jsonl")" = producer ]
    [ "$(jq -r '.settings["security.protocol"] // empty' "$out/settings.jsonl" | sort -u)" = sasl_ssl ]
    [[ $output != *"$password"* ]]
}

@test "the password stands in no record, report, log or command line" {
    "$assay" run "$tmp/tiny.yaml" --bootstrap "$bootstrap" --client-config "$tmp/client.properties" \
        --set 'load={rate: 500/s}' --out "$out" --blocks 3 >"$tmp/says" 2>&1 &
    pid=$!
    until pgrep -f "assay worker sender [0-9]+ $pid\$" >/dev/null; do kill -0 "$pid"; sleep 0.05; done
    cat "/proc/$pid/cmdline" "/proc/$pid/environ" >"$tmp/lines"
    for role in $(pgrep -P "$pid"); do cat "/proc/$role/cmdline" "/proc/$role/environ" >>"$tmp/lines" || true; done
    wait "$pid" || [ $? -eq 3 ]
    [ -s "$out/report.html" ]
    grep -qaF "worker" "$tmp/lines"
    if grep -raF -- "$password" "$out" "$tmp/says" "$tmp/lines"; then return 1; fi
    grep -rqF "(hidden)" "$out/environment.json"
}

@test "a wrong password is one sentence without the password, exit 5" {
    sed 's/^sasl.password=.*/sasl.password=not-the-password/' "$tmp/client.properties" >"$tmp/wrong.properties"
    run "$assay" run "$tmp/tiny.yaml" --bootstrap "$bootstrap" --client-config "$tmp/wrong.properties" --out "$out"
    [ "$status" -eq 5 ]
    [[ $output == *"refused the login"* ]]
    [[ $output != *"not-the-password"* ]]
    [ "$(echo "$output" | wc -l)" -eq 1 ]
    [ ! -e "$out" ]
}

@test "a CA that did not sign the broker's certificate is one sentence, exit 5" {
    openssl req -x509 -newkey rsa:2048 -nodes -keyout "$tmp/key.pem" -out "$tmp/other.pem" -days 1 \
        -subj /CN=other >/dev/null 2>&1
    sed "s|^ssl.ca.location=.*|ssl.ca.location=$tmp/other.pem|" "$tmp/client.properties" >"$tmp/ca.properties"
    run "$assay" run "$tmp/tiny.yaml" --bootstrap "$bootstrap" --client-config "$tmp/ca.properties" --out "$out"
    [ "$status" -eq 5 ]
    [[ $output == *"certificate"* ]]
    [ "$(echo "$output" | wc -l)" -eq 1 ]
}
