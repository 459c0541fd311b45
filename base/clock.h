/*
 * The only place that reads a clock.
 *
 * Instants (monotonic, one per host, shared by all processes on it) and wall time are different
 * types so that they cannot be mixed; durations are int64_t nanoseconds with the suffix _ns.
 * Threads: all functions are safe from any thread.
 */
#ifndef ASSAY_BASE_CLOCK_H
#define ASSAY_BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { NS_PER_US = 1000, NS_PER_MS = 1000000, NS_PER_S = 1000000000 };

struct instant {
    int64_t ns; /* CLOCK_MONOTONIC; 0 means "never" */
};
struct walltime {
    int64_t ns; /* since 1970-01-01T00:00:00Z */
};

struct instant clock_now(void);
struct walltime clock_wall(void);

static inline int64_t instant_since(struct instant later, struct instant earlier)
{
    return later.ns - earlier.ns;
}
static inline struct instant instant_after(struct instant t, int64_t duration_ns)
{
    return (struct instant){.ns = t.ns + duration_ns};
}

/* Sleeps until t; returns at once when t is past. Coarse: the scheduler adds about 60 us. */
void clock_sleep_until(struct instant t);
void clock_sleep(int64_t duration_ns);

/* CPU time a process has used so far (all its threads), by its process clock; -1 if it is gone. */
int64_t clock_process_cpu_ns(pid_t pid);

/* "2026-11-21T06:40:00Z" into text, which must hold WALLTIME_TEXT bytes. */
enum { WALLTIME_TEXT = 32 };
void walltime_format(struct walltime t, char *text);

#endif
