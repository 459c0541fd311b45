/*
 * What a gate could have seen: a pass says little where the noise hides a harm as large as the
 * limit.
 *
 * The harm a noisy case would have found with 80 % power in one stage, at the level of Holm's first
 * step, is held against the case's limit. The rule of the gate does not look at it.
 * Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_GATE_GATE_SIGHT_H
#define ASSAY_REPORTS_GATE_GATE_SIGHT_H

#include "reports/gate/gate_rule.h"

struct gate_sight {
    double harm; /* smallest that would have been found, a share, or in its unit; NAN: exact, or not
                    known */
    bool blind;  /* harm is above the limit, and the limit is not 0 */
    size_t blocks; /* when blind: about as many would find the limit; above PAIRED_MAX
                      (reports/stats/paired.h): more than that */
};

/* Of the main stage. */
struct gate_sight gate_sight_of(const struct gate *g, const struct gate_case *c);
/* Whether a case that did not regress could not have been seen to. */
bool gate_passed_unseen(const struct gate *g, const struct gate_case *c);
size_t gate_count_unseen(const struct gate *g);

#endif
