/*
 * The machine under the measurement: its description, and the time that others took from it.
 *
 * From /proc and uname(2); what the kernel does not tell is -1 or "". Threads: safe from any
 * thread.
 */
#ifndef ASSAY_BENCH_MEASURE_HOST_H
#define ASSAY_BENCH_MEASURE_HOST_H

#include <stdbool.h>
#include <stdint.h>

enum { HOST_TEXT = 128 };

struct host {
    char kernel[HOST_TEXT]; /* "Linux 6.1.0 x86_64" */
    char system[HOST_TEXT]; /* "Debian GNU/Linux 12 (bookworm)" */
    char cpu_model[HOST_TEXT];
    int64_t cores; /* that this process may run on */
    int64_t memory_bytes;
    char clock_source[HOST_TEXT];
};

void host_describe(struct host *h);
/* Memory that can be had without swapping (MemAvailable), bytes; false when the kernel does not
 * say. */
bool host_memory_available(int64_t *out_bytes);

/* Counters since boot; differences over a trial say how disturbed it was. */
struct disturbance {
    int64_t steal_ns;        /* time the hypervisor gave to others, all cores */
    int64_t cpu_pressure_ns; /* time some task waited for a core (PSI "some") */
};

struct disturbance host_disturbance(void);

#endif
