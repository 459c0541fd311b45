/*
 * The two stages of a gate's job: the main stage, and a confirmation of what is worse in it.
 *
 * The end of the main stage judges it. From then on the comparisons that are suspect are those that
 * the confirmation measures; before, none is. Asking what is wanted changes nothing, so anybody may
 * ask at any time and as often as they like. The end of the confirmation decides the gate.
 * Ownership: limits are borrowed; gate_stages_release frees the cases. Threads: main only.
 */
#ifndef ASSAY_BENCH_GATE_GATE_STAGES_H
#define ASSAY_BENCH_GATE_GATE_STAGES_H

#include "reports/gate/gate_cases.h"

struct gate_stages {
    const struct gate_limits *limits;
    struct gate gate; /* owned; has cases from the end of the main stage on */
    size_t suspects;  /* cases that the confirmation has to say of */
};

/* Whether the trials of a comparison are to be run in a stage, as far as is known now. */
bool gate_stages_want(const struct gate_stages *s, enum gate_stage stage, size_t group);
/* A stage has ended, and r holds the records of all that was measured. Each stage ends once, the
 * main stage first. RC_INPUT: records that are no stage of a gate. */
enum rc gate_stages_end(struct gate_stages *s, enum gate_stage stage, const struct results *r,
                        struct err *e) MUST_CHECK;
void gate_stages_release(struct gate_stages *s); /* zeroed is fine */

#endif
