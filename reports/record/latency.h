/*
 * The latencies of a trial as rows. A row has its histogram in its .hlog under its name, its
 * quantiles in the record, and where it says so its own chart and plot. A new one is one row in
 * latency.c.
 *
 * Ownership: plain memory. Threads: read-only.
 */
#ifndef ASSAY_REPORTS_RECORD_LATENCY_H
#define ASSAY_REPORTS_RECORD_LATENCY_H

#include <stddef.h>
#include <stdint.h>

/* Rows that code refers to by number; new rows go to the end and need none. */
enum latency_row_index {
    LATENCY_E2E,
    LATENCY_ACK,
    LATENCY_SERVICE,
};
enum { LATENCIES_MAX = 8 }; /* room in arrays by latency; the table is checked against it */

struct latency_row {
    const char *name;      /* "e2e"; of a class in a phase of the load: "e2e.critical@spike" */
    const char *drawn;     /* title of its chart: "end-to-end latency"; NULL: it is not drawn */
    const char *flat_out;  /* its title where records are sent flat out; NULL: the same */
    const char *plot_name; /* drawn: in the names of its plots, "latency" */
};
extern const struct latency_row LATENCIES[];
extern const size_t LATENCY_COUNT;

/* By its name; LATENCY_COUNT when there is none. */
size_t latency_find(const char *name);

/* One distribution, nanoseconds; all but the counts are NOT_MEASURED when n is 0. A quantile q is
 * NOT_MEASURED when n * (1 - q) < 10. latency_from_hist (statistics.h) fills it. */
struct latency {
    int64_t n, min, p50, p90, p99, p999, max;
    int64_t above;    /* of n: past the histogram's range, so that quantiles there are max */
    int64_t negative; /* not in n: less than zero, which cannot be */
};

#endif
