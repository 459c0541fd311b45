/*
 * Probes: questions about behaviour and boundaries that are answered by trying, not by measuring.
 *
 * "Is a record of 20 971 520 bytes taken?", "is level 13 refused?". One row of PROBES each; a new
 * probe is a new file and a line in the table. A probe tries the thing itself, on the broker at
 * hand, and says what it saw; a probe that did not come to an answer says so and is never guessed.
 * Ownership: plain memory. Threads: main thread only.
 */
#ifndef ASSAY_BENCH_PROBE_PROBE_H
#define ASSAY_BENCH_PROBE_PROBE_H

#include "base/err.h"
#include "core/kafka/admin.h"
#include "core/kafka/cluster.h"

#include <signal.h>
#include <stdbool.h>

enum { PROBE_TEXT = 1024 };
enum probe_answer { PROBE_CONFIRMED, PROBE_CONTRADICTED, PROBE_NO_ANSWER };

struct probe_ground {
    const struct cluster *cluster; /* NULL for probes that need none */
    struct admin *admin;
    const char *log_folder; /* of the embedded broker; may be NULL */
    const char *topic_prefix;
    const volatile sig_atomic_t *stop;
};

struct probe_result {
    enum probe_answer answer;
    char says[PROBE_TEXT]; /* what was tried and what was seen, in a sentence or two */
};

struct probe {
    const char *name; /* in claims: "librdkafka-levels" */
    const char *says; /* what is asked, one line */
    bool needs_broker;
    enum rc (*run)(const struct probe_ground *g, struct probe_result *out, struct err *e);
};
extern const struct probe *const PROBES[]; /* NULL-terminated */
const struct probe *probe_find(const char *name);

#endif
