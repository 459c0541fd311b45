/*
 * The end of every gate, of two folders and of a job: gate.json and junit.xml are written, the
 * report is shown, and the result says what the gate says.
 *
 * Ownership: everything is borrowed during the call. Threads: main only.
 */
#ifndef ASSAY_BENCH_GATE_GATE_SETTLE_H
#define ASSAY_BENCH_GATE_GATE_SETTLE_H

#include "reports/gate/gate_report.h"

/* Who shows a report; folder is where its evidence lies. */
struct gate_show {
    enum rc (*report)(void *ctx, const struct gate_report *r, const char *folder, struct err *e);
    void *ctx;
};

/* Makes the folder when it is not there. RC_REGRESSION, RC_UNDECIDED: the gate did not pass; e gets
 * its sentence. */
enum rc gate_settle(const struct gate_report *r, const char *folder, const struct gate_show *show,
                    struct err *e) MUST_CHECK;

#endif
