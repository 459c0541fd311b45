#!/usr/bin/env bats
# assay run --metrics and --pushgateway: scraped and pushed while it runs, held against the records.

load kept_broker

setup_file() { kept_broker_start; }

teardown_file() { kept_broker_stop; }

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    assay=$ASSAY_UNDER_TEST
    tmp=$BATS_TEST_TMPDIR
    out=$tmp/result
    PATH=$PATH:$PWD/var/promtool
    cat >"$tmp/tiny.yaml" <<'YAML'
name: images
about: a few small images by two routes
codecs: [zstd-1]
payloads: [raster]
record_bytes: 60 KB
encodings: [envelope, chunks]
compare: encoding
chunk: 20 KB
batching: {records: 1, linger: 0 ms}
records: 10
warmup: 2
blocks: 3
pool: 1 MB
YAML
}

teardown() {
    if [ -n "${gateway-}" ]; then kill "$gateway" 2>/dev/null || true; fi
}

# A gateway of the test's own: keeps the body of every PUT as $tmp/push.N, and its first lines.
# ANSWER is a status, or "hang".
start_gateway() { # ANSWER
    python3 - "$1" "$tmp" >"$tmp/gateway.port" 2>"$tmp/gateway.log" <<'PYTHON' 3>&- &
import http.server, sys, threading
answer, folder = sys.argv[1:]
count = 0

class Gateway(http.server.BaseHTTPRequestHandler):
    def do_PUT(self):
        global count
        body = self.rfile.read(int(self.headers["Content-Length"]))
        count += 1
        with open(f"{folder}/push.{count}", "wb") as f:
            f.write(body)
        with open(f"{folder}/paths", "a") as f:
            f.write(f"{self.path} {self.headers.get('Authorization', '-')}\n")
        if answer == "hang":
            threading.Event().wait()
        self.send_response(int(answer))
        self.end_headers()
        self.wfile.write(b"so it is\n")
    def log_message(self, *args):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
server.daemon_threads = True
print(server.server_address[1], flush=True)
server.serve_forever()
PYTHON
    gateway=$!
    await_text "$tmp/gateway.port" .
    gateway_url=http://127.0.0.1:$(cat "$tmp/gateway.port")
}

await_text() { # FILE PATTERN
    for _ in $(seq 1200); do
        if grep -q "$2" "$1" 2>/dev/null; then return; fi
        sleep 0.1
    done
    echo "$1 does not say $2"
    return 1
}

# Values of a metric, by the beginning of its sample, added up.
sum_of() { # FILE SAMPLE
    awk -v want="$2" 'index($0, want) == 1 { sum += $NF } END { print sum + 0 }' "$1"
}

field_sum() { jq -s "map($1) | add" "$out/trials.jsonl"; }

# Fails where a counter of the second text stands lower than in the first.
must_not_fall() { # EARLIER LATER
    awk '
    /^# TYPE/ { counter = $4 == "counter" || $4 == "histogram" }
    /^#/ || !counter { next }
    { value = $NF; name = $0; sub(/ [^ ]*$/, "", name) }
    FNR == NR { before[name] = value; next }
    name in before && value + 0 < before[name] + 0 { print name ": " before[name] " then " value; bad = 1 }
    { seen++ }
    END { if (!seen) { print "no counter at all"; bad = 1 } exit bad }' "$1" "$2"
}

content_of_promtool() { # FILE
    command -v promtool >/dev/null || skip "SKIPPED: no promtool; scripts/setup test brings it"
    run promtool check metrics <"$1"
    [ "$status" -eq 0 ] && [ -z "$output" ] || { echo "promtool: $output"; return 1; }
}

start_run() { # OPTION...
    "$assay" run "$tmp/tiny.yaml" --out "$out" "$@" >"$tmp/out" 2>"$tmp/err" 3>&- &
    running=$!
}

# Scrapes into $tmp/scrape.N until the run has ended; its exit code is $code then.
scrape_until_it_ends() {
    local url n=0
    await_text "$tmp/err" '^metrics: '
    url=$(sed -n 's/^metrics: //p' "$tmp/err")
    while kill -0 "$running" 2>/dev/null; do
        if curl -sf -m 5 -o "$tmp/got" "$url"; then
            n=$((n + 1))
            mv "$tmp/got" "$tmp/scrape.$n"
        fi
        sleep 0.05
    done
    scrapes=$n
    code=0
    wait "$running" || code=$?
}

@test "counters rise from scrape to scrape, and the last push is what the records say" {
    unset ASSAY_COLD # what warms the broker is counted, too
    start_gateway 200
    start_run --metrics :0 --pushgateway "$gateway_url/"
    scrape_until_it_ends
    [ "$code" -eq 0 ] || { cat "$tmp/err"; return 1; }
    [ "$scrapes" -ge 5 ] || { echo "only $scrapes scrapes"; return 1; }
    local last i
    last=$(find "$tmp" -name 'push.*' | sort -t. -k 2n | tail -n 1)
    for i in $(seq 2 "$scrapes"); do
        must_not_fall "$tmp/scrape.$((i - 1))" "$tmp/scrape.$i"
    done
    must_not_fall "$tmp/scrape.$scrapes" "$last"
    # They did rise while it ran: not all of it was there at once.
    cat "$tmp"/scrape.* | grep '^assay_records_sent_total{phase="measurement"}' | sort -u >"$tmp/steps"
    [ "$(wc -l <"$tmp/steps")" -ge 3 ] || { cat "$tmp/steps"; return 1; }
    [ "$(cat "$tmp"/scrape.* | grep '^assay_trial_info{' | grep -o 'encoding="[a-z]*"' | sort -u | paste -sd,)" = \
        'encoding="chunks",encoding="envelope"' ]

    while read -r route encoding; do
        [ "$(sum_of "$last" "assay_images_sent_total{phase=\"measurement\",route=\"$route\"}")" = \
            "$(field_sum "if .cell.encoding == \"$encoding\" then .images.sent else 0 end")" ]
        [ "$(sum_of "$last" "assay_images_sent_total{phase=\"measurement\",route=\"$route\"}")" -eq 36 ]
    done <<'ROUTES'
direct envelope
chunks chunks
ROUTES
    [ "$(sum_of "$last" 'assay_images_sent_total{phase="measurement",route="object"}')" -eq 0 ]
    [ "$(sum_of "$last" 'assay_images_received_total{phase="measurement"}')" = "$(field_sum .images.identical)" ]
    [ "$(sum_of "$last" 'assay_records_sent_total{phase="measurement"}')" = "$(field_sum .delivery.sent)" ]
    [ "$(sum_of "$last" 'assay_records_received_total{phase="measurement"}')" = "$(field_sum .delivery.received)" ]
    # The documents' counters count every image sent: these, and those that warmed the broker.
    warm=$(sum_of "$last" 'assay_images_sent_total{phase="warm_up"')
    [ "$warm" -gt 0 ]
    [ "$(($(sum_of "$last" binary_images_sent_total) + $(sum_of "$last" chunked_images_total)))" -eq $((72 + warm)) ]
    [ "$(sum_of "$last" 'binary_images_sent_total{type="tiff"}')" = "$(sum_of "$last" binary_images_sent_total)" ]
    [ "$(sum_of "$last" image_serialization_duration_seconds_count)" -eq $((72 + warm)) ]
    [ "$(sum_of "$last" 'image_reassembly_images_total{end="complete"}')" = "$(sum_of "$last" chunked_images_total)" ]
    grep -qx 'chunk_reassembly_success_rate 1' "$last"
    grep -qx 'image_reassembly_in_flight 0' "$last"
    # Bytes handed over by bytes stored, of all trials.
    ratio=$(jq -s '([.[].bytes.payload] | add) / ([.[].bytes.stored] | add)' "$out/trials.jsonl")
    grep '^compression_ratio_by_type{' "$last" | awk -v want="$ratio" '
        { found++; off = $NF / want - 1 } END { exit !(found == 1 && off < 1e-5 && off > -1e-5) }'
    grep -qx 'assay_trials_planned 6' "$last"
    grep -qx 'assay_trials_finished_total{validity="valid"} 6' "$last"
    if grep '^assay_trial_info{' "$last"; then return 1; fi
    [ "$(sort -u "$tmp/paths")" = "/metrics/job/assay/run/result -" ]
    content_of_promtool "$tmp/scrape.$scrapes"
    content_of_promtool "$last"
}

@test "a real Pushgateway takes it, under this job and run" {
    command -v prometheus-pushgateway >/dev/null ||
        skip "SKIPPED: no prometheus-pushgateway; scripts/setup test brings it"
    local port
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    prometheus-pushgateway "--web.listen-address=127.0.0.1:$port" --persistence.file= >"$tmp/gateway.log" 2>&1 3>&- &
    gateway=$!
    await_text "$tmp/gateway.log" 'listen_address\|TLS is disabled'
    out="$tmp/my first/result ä"
    mkdir "$tmp/my first"
    run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet --blocks 1 --pushgateway "http://127.0.0.1:$port"
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    [[ $output != *WARNING* ]] || { echo "$output"; return 1; }
    curl -sf "http://127.0.0.1:$port/metrics" >"$tmp/text"
    grep -qx 'assay_trials_finished_total{instance="",job="assay",run="result ä",validity="valid"} 2' "$tmp/text"
    grep -q '^chunked_images_total{instance="",job="assay",run="result ä",type="tiff"} 12$' "$tmp/text"
    # A second run is a group of its own; the first one's stays.
    out=$tmp/second
    run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet --blocks 1 --pushgateway "http://127.0.0.1:$port"
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    [ "$(curl -sf "http://127.0.0.1:$port/metrics" | grep -c '^assay_trials_planned{')" -eq 2 ]
}

@test "a gateway that is gone, refuses or hangs costs a warning, once, and no trial" {
    for answer in absent 500 hang; do
        rm -rf "$out" "$tmp/gateway.port"
        start_gateway "${answer/absent/200}"
        if [ "$answer" = absent ]; then kill "$gateway"; fi
        run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet --blocks 1 \
            --pushgateway "${gateway_url/\/\//\/\/bob:geheim@}"
        [ "$status" -eq 0 ] || { echo "$answer: exit $status: $output"; return 1; }
        [ "$(grep -c WARNING <<<"$output")" -eq 1 ] || { echo "$answer: $output"; return 1; }
        [[ $output == *"WARNING: metrics do not reach the Pushgateway at $gateway_url: "* ]] || { echo "$answer: $output"; return 1; }
        [ "$(jq -r .validity "$out/trials.jsonl" | sort -u)" = valid ]
        if grep -rl geheim "$out" || grep geheim <<<"$output"; then return 1; fi
        kill "$gateway" 2>/dev/null || true
    done
    [[ $(jq -r .command "$out/environment.json") == *"--pushgateway $gateway_url"* ]]
    grep -q ' Basic Ym9iOmdlaGVpbQ==$' "$tmp/paths"
}

refused() { # SAYS OPTION VALUE
    run "$assay" run "$tmp/tiny.yaml" --out "$tmp/none" "$2" "$3"
    [ "$status" -eq 2 ] || { echo "$2 $3: exit $status: $output"; return 1; }
    [ "${#lines[@]}" -eq 1 ] || { echo "$output"; return 1; }
    [[ ${lines[0]} == "assay: $2: "*"$1"* ]] || { echo "$output"; return 1; }
    [ ! -e "$tmp/none" ]
}

@test "what cannot be listened on or pushed to is refused before anything starts" {
    start_gateway 200 # its port is in use
    refused "the port is in use" --metrics "${gateway_url#http://}"
    refused "it has no colon before the port" --metrics 9464
    refused "the port is no number from 0 to 65535" --metrics :http
    refused "this machine has no such address" --metrics 192.0.2.1:9464
    refused "it does not begin with http:// or https://" --pushgateway localhost:9091
    refused '"http://h:0" is no Pushgateway: the port' --pushgateway http://bob:geheim@h:0
}

@test "a plan opens no port, and a port may be chosen quietly" {
    start_gateway 200
    run "$assay" run "$tmp/tiny.yaml" --plan --metrics "${gateway_url#http://}"
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    run "$assay" run "$tmp/tiny.yaml" --out "$out" --quiet --blocks 1 --metrics :0 --json
    [ "$status" -eq 0 ]
    [[ $output == "metrics: http://127.0.0.1:"*"/metrics"* ]] || { echo "$output"; return 1; }
}

@test "claims are watched, too" {
    "$assay" claims Z01 --blocks 1 --no-clients --no-probes --out "$out" --metrics :0 >"$tmp/out" 2>"$tmp/err" 3>&- &
    running=$!
    await_text "$tmp/err" '^metrics: '
    url=$(sed -n 's/^metrics: //p' "$tmp/err")
    while kill -0 "$running" 2>/dev/null; do
        curl -sf -m 5 -o "$tmp/text" "$url" || true
        if grep -q '^assay_trial_info{run_id="result",' "$tmp/text"; then break; fi
        sleep 0.1
    done
    [ "$(sum_of "$tmp/text" assay_trials_planned)" -gt 0 ]
    kill -INT "$running"
    code=0
    wait "$running" || code=$?
    [ "$code" -eq 130 ]
}
