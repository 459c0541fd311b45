/*
 * Two result folders for a comparison: a baseline and what is held against it.
 *
 * Reads both and refuses what cannot be compared, each with one sentence: RC_BASELINE when it is
 * the baseline's fault (missing, empty, truncated, of another schema or host), RC_INPUT when it is
 * the other's. Nothing is written. Ownership: folder_pair_release frees all. Threads: main only.
 */
#ifndef ASSAY_REPORTS_RECORD_FOLDER_PAIR_H
#define ASSAY_REPORTS_RECORD_FOLDER_PAIR_H

#include "reports/record/environment_change.h"
#include "reports/record/results.h"

struct folder_pair {
    struct results a, b;
    struct environment_change changes[ENVIRONMENT_CHANGES];
    size_t change_count;
    bool other_host; /* only with any_host */
    char
        unknown[FOLDER_PATH_MAX * 2]; /* why conditions could not be compared; only with any_host */
};

enum rc folder_pair_read(const char *a, const char *b, bool any_host, struct folder_pair *out,
                         struct err *e) MUST_CHECK;
void folder_pair_release(struct folder_pair *p); /* zeroed is fine */

#endif
