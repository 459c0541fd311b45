#!/usr/bin/env bats
# A workload is one row: the fixture is assay with one more, which docs/workloads.md explains.

setup_file() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    [ -n "${FIXTURES:-}" ] || make -s build/release/fixtures/assay_workload_{more,mortal}
}

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    MORE=${FIXTURES:-$PWD/build/release/fixtures}/assay_workload_more
    out=$BATS_TEST_TMPDIR/out
    printf '%s\n' 'about: how fast several count' 'workload: {count: {counters: [1, 3]}}' 'records: 1000' 'blocks: 1' \
        >"$BATS_TEST_TMPDIR/count.yaml"
}

@test "the page holds the program, word for word" {
    awk '/^```c$/ { on = 1; next } /^```$/ { on = 0 } on' docs/workloads.md >"$BATS_TEST_TMPDIR/page"
    awk '/^#define WORKLOADS_OF_TEST/ { exit } seen; /^ \*\/$/ { seen = 1 }' tests/fixtures/assay_workload_more.c |
        sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' >"$BATS_TEST_TMPDIR/program"
    [ -s "$BATS_TEST_TMPDIR/page" ]
    diff "$BATS_TEST_TMPDIR/page" "$BATS_TEST_TMPDIR/program"
}

@test "its workers, key, judgement and series reach plan, record, timeline and report" {
    run "$MORE" run "$BATS_TEST_TMPDIR/count.yaml" --out "$out" --quiet
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    [ "$(jq -r '[.cell.workload, .cell.parameters, .validity, .delivery.received, .measured_records] | @csv' \
        "$out/trials.jsonl" | sort)" = \
        $'"count","counters 1","valid",1100,1000\n"count","counters 3","valid",3300,3000' ]
    [ "$(jq -s 'map(select(.values) | .values[0]) | max' "$out/timeline/count.c02.b01.jsonl")" -ge 1 ]
    # each of its workers has noted what it took while it measured
    [ "$(jq -s 'all(.[]; .cpu_ns.sender_user >= 0 and .peak_rss_bytes.sender > 0 and .cpus.sender != "")' "$out/trials.jsonl")" = true ]
    [ "$(jq -s '(map(.peak_rss_bytes.sender) | max) > 2 * (map(.peak_rss_bytes.sender) | min)' "$out/trials.jsonl")" = true ]
    grep -q 'counters 3' "$out/report.md"
    run "$MORE" list workloads
    [[ $output == *"counters "*"processes that count, each for itself (a count, 1 to 16)"* ]]
}

@test "its key sweeps like any dimension, and what it leaves out is refused" {
    run "$MORE" run "$BATS_TEST_TMPDIR/count.yaml" --plan --set 'workload={count: {counters: [1, 2, 16]}}' --set 'baseline=counters 16'
    [ "$status" -eq 0 ]
    [[ $output == *"3 cells in 1 comparison"* ]]
    run "$MORE" run "$BATS_TEST_TMPDIR/count.yaml" --out "$out" --set 'load={rate: 5/s}'
    [ "$status" -eq 2 ]
    [[ $output == *"load: found it with workload count"* ]]
    run build/release/assay run "$BATS_TEST_TMPDIR/count.yaml" --out "$out"
    [ "$status" -eq 2 ]
    [[ $output == *'count.yaml:2: workload: found "count"; expected one of records, images, null' ]] || { echo "$output"; return 1; }
}

@test "workers that are killed and started again lose nothing that they noted, and no CPU" {
    printf '%s\n' 'about: how much survives' 'workload: {mortal: {counters: 2, kills: [0, 5]}}' 'records: 4000' 'blocks: 1' \
        >"$BATS_TEST_TMPDIR/mortal.yaml"
    run "${MORE%_more}_mortal" run "$BATS_TEST_TMPDIR/mortal.yaml" --out "$out" --quiet
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    # Two counters, each of whose numbers takes 20 us of a processor; five lives more that end by a kill.
    [ "$(jq -r '[.cell.parameters, .validity, .delivery.received] | @csv' "$out/trials.jsonl" | sort)" = \
        $'"counters 2, kills 0","valid",8000\n"counters 2, kills 5","valid",8000' ] || { cat "$out/trials.jsonl"; return 1; }
    [ "$(jq '.cpu_ns | .sender_user + .sender_system > 0.95 * 8000 * 20000' "$out/trials.jsonl" | sort -u)" = true ]
}

@test "what it counts reaches the live metrics, by its own row" {
    python3 - "$BATS_TEST_TMPDIR/push" >"$BATS_TEST_TMPDIR/port" 2>"$BATS_TEST_TMPDIR/gateway.log" <<'PYTHON' 3>&- &
import http.server, sys

class Gateway(http.server.BaseHTTPRequestHandler):
    def do_PUT(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with open(sys.argv[1], "wb") as f: # the last one stays
            f.write(body)
        self.send_response(200)
        self.end_headers()
    def log_message(self, *args):
        pass

server = http.server.HTTPServer(("127.0.0.1", 0), Gateway)
print(server.server_address[1], flush=True)
server.serve_forever()
PYTHON
    gateway=$!
    for _ in $(seq 600); do
        [ ! -s "$BATS_TEST_TMPDIR/port" ] || break
        sleep 0.1
    done
    run "$MORE" run "$BATS_TEST_TMPDIR/count.yaml" --out "$out" --quiet \
        --pushgateway "http://127.0.0.1:$(cat "$BATS_TEST_TMPDIR/port")"
    kill "$gateway"
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    grep -qx '# TYPE numbers_counted_total counter' "$BATS_TEST_TMPDIR/push"
    # what its records say, and 0 elsewhere
    [ "$(jq -s 'map(.delivery.received) | add' "$out/trials.jsonl")" = 4400 ]
    grep -qx 'numbers_counted_total{phase="measurement"} 4400' "$BATS_TEST_TMPDIR/push"
    grep -qx 'numbers_counted_total{phase="calibration"} 0' "$BATS_TEST_TMPDIR/push"
}

# The fixture's other workload: its reader comes when all is sent, and counts one number twice.
@test "as background a late worker is started, and a finding is no fault" {
    run "$MORE" run "$BATS_TEST_TMPDIR/count.yaml" --out "$out" --quiet --set records=2M \
        --set 'background={workload: {twice: {finds: 1}}, load: {rate: 5/s}}'
    [ "$status" -eq 0 ] || { echo "$output"; return 1; }
    [ "$(jq -r .validity "$out/trials.jsonl" | sort -u)" = valid ]
    [ "$(jq -s 'length == 2 and all(.[]; .validity == "valid" and .outcomes.duplicated.all == 1 and
        .delivery.received == .delivery.sent + 1)' "$out/background.jsonl")" = true ]
    [ "$(jq -s 'all(.[]; .background.arrived > 0 and .background.sent == .background.identical)
        ' "$out/trials.jsonl")" = true ]
    # what is none of its findings is one
    run "$MORE" run "$BATS_TEST_TMPDIR/count.yaml" --out "$out.0" --quiet --set records=2M \
        --set 'background={workload: {twice: {finds: 0}}, load: {rate: 5/s}}'
    [ "$status" -eq 4 ] || { echo "$output"; return 1; }
    [ "$(jq -r .why "$out.0/trials.jsonl" | head -1 | grep -c '^background: 1 of .* records lost')" = 1 ]
}
