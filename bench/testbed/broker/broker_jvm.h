/*
 * The Java process of a broker.
 *
 * It gets a session of its own (Ctrl-C reaches assay only), no standard input, its output in a log
 * file, and of assay's descriptors only the lock, as descriptor 3.
 * Threads: with tied, the child is killed when the calling thread ends (prctl(2),
 * PR_SET_PDEATHSIG).
 */
#ifndef ASSAY_BENCH_TESTBED_BROKER_BROKER_JVM_H
#define ASSAY_BENCH_TESTBED_BROKER_BROKER_JVM_H

#include "base/err.h"
#include "bench/testbed/broker/broker_install.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { BROKER_LOCK_FD = 3, BROKER_EXIT_NO_JAVA = 127 };

struct broker_jvm {
    const struct kafka_install *kafka; /* borrowed, like all below */
    const char *folder;                /* of the broker; Java's temporary files go below it */
    const char *config;                /* server.properties */
    const char *log_file;              /* appended to */
    int64_t heap_bytes;
    int lock;  /* inherited as BROKER_LOCK_FD */
    bool tied; /* dies with the calling thread */
};

/* Forks and executes; *out is the child, which the caller must wait for. A java that cannot be
 * executed shows as a child that exits with BROKER_EXIT_NO_JAVA. */
enum rc broker_jvm_start(const struct broker_jvm *j, pid_t *out, struct err *e) MUST_CHECK;

#endif
