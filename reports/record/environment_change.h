/*
 * What differs between the conditions of two runs: host, clients, broker.
 *
 * The host is what numbers cannot travel across: processor, cores, memory (within 2 %) and system.
 * Other rows are named, since they may be just what is being compared. Ownership: plain memory.
 * Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_RECORD_ENVIRONMENT_CHANGE_H
#define ASSAY_REPORTS_RECORD_ENVIRONMENT_CHANGE_H

#include "reports/record/environment.h"

#include <stdbool.h>
#include <stddef.h>

enum { ENVIRONMENT_CHANGES = 2 * ENVIRONMENT_VERSIONS + 8 };

struct environment_change {
    char what[RECORD_NAME_MAX]; /* "cpu_model", "librdkafka" */
    char from[ENVIRONMENT_TEXT], to[ENVIRONMENT_TEXT];
    bool host;
};

/* Returns how many rows of out were filled. */
size_t environment_changes(const struct environment *from, const struct environment *to,
                           struct environment_change out[ENVIRONMENT_CHANGES]);

#endif
