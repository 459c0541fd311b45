/*
 * Progress of a run for a person: one line rewritten on a terminal, plain lines in a log, nothing
 * when quiet. Goes to standard error, so that standard output holds results only.
 * Threads: main only.
 */
#ifndef ASSAY_CLI_PROGRESS_H
#define ASSAY_CLI_PROGRESS_H

#include "bench/run/plan_run.h"

#include <stdbool.h>

struct progress {
    bool quiet;
    bool terminal;     /* rewrite one line */
    bool line_open;    /* something stands on it */
    const char *doing; /* of the last plain line, so that a log is not flooded */
};

void progress_start(struct progress *p, bool quiet);
/* For plan_run_options.on_progress; ctx is the struct progress. */
void progress_show(void *ctx, const struct run_progress *r);
/* A line that stays. */
void progress_say(struct progress *p, const char *fmt, ...) PRINTF_LIKE(2, 3);
void progress_end(struct progress *p); /* clears the rewritten line */

#endif
