/*
 * From options and a locked folder to a broker that answers; shared by owned and kept brokers.
 *
 * On failure the JVM is gone and e says why; folder, log file and lock stay the caller's.
 * Threads: as broker.h says.
 */
#ifndef ASSAY_BENCH_TESTBED_BROKER_BROKER_START_H
#define ASSAY_BENCH_TESTBED_BROKER_BROKER_START_H

#include "bench/testbed/broker/broker.h"
#include "bench/testbed/broker/broker_folder.h"

struct broker_place {
    const struct broker_folder *folder; /* borrowed; locked */
    const char *log_dirs;               /* borrowed; formatted from the template when empty */
    bool tied;                          /* the JVM dies with the calling thread */
};

enum rc broker_start(const struct broker_options *o, const struct broker_place *p,
                     struct broker *out, struct err *e) MUST_CHECK;

#endif
