/*
 * What the kernel accounts to a process: CPU time, anonymous memory, where it may run.
 *
 * Everything comes from getrusage(2) and /proc; -1 means the kernel did not say (process gone).
 * Threads: safe from any thread.
 */
#ifndef ASSAY_BENCH_MEASURE_PROCESS_H
#define ASSAY_BENCH_MEASURE_PROCESS_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct cpu_use {
    int64_t user_ns;
    int64_t system_ns;
};

/* All threads of the calling process so far (RUSAGE_SELF). */
struct cpu_use process_cpu_self(void);

/* Anonymous resident memory (RssAnon: heap and stacks, not files, not shared memory), bytes. */
int64_t process_anon_bytes(pid_t pid);
/* All resident memory (VmRSS), bytes. */
int64_t process_resident_bytes(pid_t pid);

/* Allows the calling process and every thread it starts to run on these cores only: "0", "0-1". */
enum rc process_pin(const char *cpus, struct err *e) MUST_CHECK;
/* Where the calling process may run, as the kernel writes it ("0-1"); "" if unknown. */
void process_allowed_cpus(char *text, size_t size);

/* Wakes sleepers as close to their time as the kernel can (timer slack 1 ns instead of 50 us). */
void process_sharp_timers(void);

#endif
