/*
 * A recorded load as steps: a CSV of times and values, scaled and sped up.
 *
 * The first line names the columns; the others hold a time, "2014-07-01 00:30:00" or seconds, that
 * grows from line to line, and a value of 0 or more. A value holds until the next time; the last
 * one as long as the one before. A column may stand in quotes, not over lines. Threads: pure
 * functions.
 */
#ifndef ASSAY_SCENARIOS_LOAD_TRACE_H
#define ASSAY_SCENARIOS_LOAD_TRACE_H

#include "base/err.h"
#include "scenarios/load.h"

struct trace_part {
    const char *column, *time; /* names in the first line */
    double speed;              /* > 0; so many times faster */
    double peak_per_s;         /* what the largest value of the part becomes */
    int64_t for_ns;            /* of the replay, from its beginning; 0: all */
};

/* Fills steps, step_count, trace and speed of *out, whose steps and trace are the caller's also on
 * failure. RC_INPUT: FILE:LINE: COLUMN: what was found and what was expected; more steps than
 * LOAD_STEPS_MAX; nothing but zeros. */
enum rc load_trace_read(const char *path, const struct trace_part *part, struct load *out,
                        struct err *e) MUST_CHECK;

#endif
