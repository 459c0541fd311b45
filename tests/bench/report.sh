#!/usr/bin/env bash
# How long a report of many trials takes and how much memory, beside the goals. The folders are made up
# and have no histograms: TRIALS=N sets how many records.
set -euo pipefail
cd "$(dirname "$0")/../.."
assay=${ASSAY:-build/release/assay}
made_up_run=${OUT:-build/release}/fixtures/made_up_run
trials=${TRIALS:-100000}
[ -x "$made_up_run" ] || make -s "$made_up_run"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

measure() {
    python3 - "$@" <<'END'
import resource, subprocess, sys, time
begin = time.monotonic()
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
wall = time.monotonic() - begin
use = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{wall:.1f} s ({use.ru_utime + use.ru_stime:.1f} s of CPU), {use.ru_maxrss * 1024 / 1e6:.0f} MB")
END
}

for cells in 100 1000; do
    "$made_up_run" "$work/run" "$trials" "$cells" $((trials / cells))
    echo "report: $trials trials of $cells cells in $(measure "$assay" report "$work/run"); goals 10 s, 1000 MB"
    rm -r "$work/run"
done
