/*
 * Progress of a run for a person: one line rewritten on a terminal, plain lines in a log, nothing
 * when quiet. Goes to standard error, so that standard output holds results only.
 * Threads: main only.
 */
#ifndef ASSAY_CLI_PROGRESS_H
#define ASSAY_CLI_PROGRESS_H

#include "bench/run/run_request.h"

#include <stdbool.h>

struct progress {
    bool quiet;
    bool terminal;     /* rewrite one line */
    bool line_open;    /* something stands on it */
    const char *doing; /* of the last plain line, so that a log is not flooded */
};

void progress_start(struct progress *p, bool quiet);
/* Both for a struct run_listener; ctx is the struct progress. Results go to standard output. */
void progress_show(void *ctx, const struct run_progress *r);
void progress_line(void *ctx, enum say_kind kind, const char *line);
/* A line that stays. */
void progress_say(struct progress *p, const char *fmt, ...) PRINTF_LIKE(2, 3);
void progress_end(struct progress *p); /* clears the rewritten line */

#endif
