/*
 * The fetched Kafka: jars, class path and version.
 *
 * Looked for in VAR/kafka (scripts/setup puts it there), then DATA/kafka (make install).
 * Ownership: class_path is freed by kafka_install_release. Threads: no shared state.
 */
#ifndef ASSAY_BENCH_TESTBED_BROKER_BROKER_INSTALL_H
#define ASSAY_BENCH_TESTBED_BROKER_BROKER_INSTALL_H

#include "base/err.h"
#include "base/home.h"

struct kafka_install {
    char folder[HOME_PATH_MAX]; /* holds lib/, template/ and perhaps cds.jsa */
    char version[32];           /* "4.3.1", from the name of the jar kafka_2.N-VERSION.jar */
    char *class_path;           /* owned; all jars, sorted by name as scripts/kafka/prepare does */
};

/* RC_INFRA with the command that cures it when Kafka is not there or not prepared. */
enum rc kafka_install_find(const struct home *h, struct kafka_install *out,
                           struct err *e) MUST_CHECK;
void kafka_install_release(struct kafka_install *k); /* NULL is fine */

#endif
