/*
 * What a scenario asks for in each dimension: how many values, what each is called, and whether
 * arms may differ in it.
 *
 * SWEEPS has a row for every dimension. A value is an index in an array of the scenario; what it
 * is, a number or a set of parameters, is known to its reader and to who uses it (CELL_VALUES).
 * Threads: pure functions.
 */
#ifndef ASSAY_SCENARIOS_SWEEP_H
#define ASSAY_SCENARIOS_SWEEP_H

#include "scenarios/scenario.h"

struct sweep {
    const char *key;  /* of the scenario: "codecs" */
    const char *lead; /* stands before a label among others: "link "; NULL: nothing does */
    /* Values of the sweep; 0 before the loader has filled in the default. */
    size_t (*count)(const struct scenario *s);
    /* text holds SCENARIO_LABEL bytes; returned. */
    char *(*label)(const struct scenario *s, size_t i, char *text);
    /* The same for what an arm that is spelled out sets; NULL: it does not. NULL function: no arm
     * can set it. */
    char *(*label_of_arm)(const struct arm_choice *a, char *text);
    bool compared_unasked;    /* by default, the first of these that sweeps */
    const char *not_compared; /* why arms may not differ in it; NULL: they may */
};
extern const struct sweep SWEEPS[DIMENSIONS];

/* So many of the scenario's arms set it themselves. */
size_t sweep_arms_setting(const struct scenario *s, enum dimension d);

#endif
