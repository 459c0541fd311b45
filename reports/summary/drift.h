/*
 * First blocks against last: whether the machine was warm when counting began, and stayed as it
 * was.
 *
 * Differences within a block do not feel it; levels, medians and the look of a plot do. Of each arm
 * the median over the last third of the blocks is held against that over the first third; the
 * middle one of the arms stands for the comparison. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_SUMMARY_DRIFT_H
#define ASSAY_REPORTS_SUMMARY_DRIFT_H

#include "reports/summary/summary.h"

struct drift {
    enum metric
        metric;     /* the first that is gated: a latency where a rate was kept, else records/s */
    int64_t blocks; /* so many first ones and so many last ones */
    double change, least, most; /* last / first - 1: of the middle arm, and of all */
};

/* False when a third is less than two blocks, an arm was not measured in one, nothing but sizes
 * says anything, or there is no memory. */
bool drift_of(const struct summary *s, const struct summary_group *g, struct drift *out);
/* "last 4 blocks against the first 4: end-to-end latency, median +4.1 % (-0.3 to +9.0 %)"; "". text
 * holds DRIFT_TEXT bytes; returned. */
enum { DRIFT_TEXT = 160 };
char *drift_text(const struct summary *s, const struct summary_group *g, char *text);

#endif
