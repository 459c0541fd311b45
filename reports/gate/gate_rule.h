/*
 * The rule of the CI gate, and nothing but the rule: evidence in, outcome out.
 *
 * A noisy case regresses only if its Holm-adjusted p over all gated noisy cases is below alpha, and
 * it is worse by at least its limit, and the null control (the baseline against itself, in the same
 * stage) does not differ anywhere, and all that holds again in a fresh confirmation stage, where
 * Holm runs over the cases that came that far. A null control that differs in either stage makes
 * the gate unreliable instead of a pass or a failure, but for cases whose whole interval lies
 * beyond that of their null control by the limit: the control bounds the machine's own noise. Exact
 * cases regress when they are worse by more than their limit: no statistics, no confirmation.
 * Trials that do not count are a case of their own, so that nothing passes on its survivors
 * (reports/summary/trial_shares.h). A case that is no regression and may be one behind values that
 * were cut off is undecided, never fine. Two folders have neither control nor confirmation; their
 * cases are about what an arm is to the reference arm of its run, and nothing passes where that arm
 * itself differs: a change that all arms share would not be seen. Ownership: everything is
 * borrowed. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_GATE_GATE_RULE_H
#define ASSAY_REPORTS_GATE_GATE_RULE_H

#include "reports/summary/comparison.h"
#include "reports/summary/contrast.h"
#include "reports/summary/effect.h"
#include "reports/summary/starts.h"
#include "reports/summary/trial_shares.h"

enum gate_stage { GATE_MAIN, GATE_CONFIRMATION, GATE_STAGES };

enum gate_case_outcome {
    GATE_CASE_FINE,
    GATE_CASE_SUSPECT,      /* worse in the main stage; the confirmation stage has to say */
    GATE_CASE_NOT_REPEATED, /* worse in the main stage only */
    GATE_CASE_REGRESSED,
    GATE_CASE_TOO_FEW,
    GATE_CASE_CENSORED,     /* values were cut off, and it may be worse by any amount */
    GATE_CASE_NOT_MEASURED, /* the candidate has no value */
    GATE_CASE_SATURATED,    /* more trials of the candidate are, and that may be chance */
    GATE_CASE_VOID,         /* trials of the candidate are; in one job of either side */
    GATE_CASE_UNRELIABLE
};
extern const char *const GATE_CASE_NAMES[]; /* "fine" ..., NULL-terminated */

enum gate_outcome { GATE_PASS, GATE_REGRESSION, GATE_INCONCLUSIVE, GATE_UNRELIABLE };
extern const char *const GATE_NAMES[]; /* "PASS" "REGRESSION" "INCONCLUSIVE" "UNRELIABLE", NULL */

/* Smallest harm that counts, by metric, relative or in its unit (metric_row.by_difference); only
 * those of gated metrics are looked at. Exact metrics are gated only where their values repeat. */
struct gate_limits {
    double limit[METRICS_MAX];
    double alpha; /* 0.05 */
};
/* Those of the table of metrics. */
struct gate_limits gate_limits_of_table(void);

struct gate_case {
    char label[COMPARISON_LABEL];   /* which cell */
    char scenario[RECORD_NAME_MAX]; /* where its records are, in one job */
    int64_t group;
    bool of_trials;                    /* about trials that do not count; else about a metric */
    struct trial_shares shares;        /* of_trials: those of one stage; else zeroed */
    struct effect effect[GATE_STAGES]; /* candidate against baseline */
    struct effect null[GATE_STAGES];   /* baseline against itself */
    char place[CONTRAST_WORDS];        /* of the main stage: contrast_place_text */
    size_t lacks;         /* so many more trials of the candidate that count have no value */
    struct starts starts; /* of the main stage; least and most as changes */
    double limit;
    enum gate_case_outcome outcome;
};

struct gate {
    struct gate_case *cases;
    size_t count;
    bool one_job;                    /* null control and confirmation exist */
    bool unreliable;                 /* two folders: no common reference arm */
    bool reference_differs;          /* two folders: what all arms share changed */
    bool one_arm;                    /* two folders: nothing noisy has an arm to be held against */
    double alpha;                    /* 0.05 */
    double alpha_each;               /* of one noisy case: detectable and intervals are at it */
    enum gate_outcome outcome;       /* of gate_decide */
    enum gate_stage null_differs_in; /* when unreliable by its null control */
};

/* Judges the main stage: fills every case's outcome (SUSPECT where a confirmation is needed) and
 * returns how many are suspect in *suspects. */
enum rc gate_judge(struct gate *g, size_t *suspects, struct err *e) MUST_CHECK;
/* After gate_judge and, when there were suspects, with effect and null of GATE_CONFIRMATION filled
 * in for the suspect cases, and cases of that stage's trials added. */
enum rc gate_decide(struct gate *g, struct err *e) MUST_CHECK;

/* What it is about: its metric's name, or "trials". */
const char *gate_case_name(const struct gate_case *c);
size_t gate_count(const struct gate *g, enum gate_case_outcome o);
/* The exit of an outcome: RC_OK, RC_REGRESSION, RC_UNDECIDED. */
enum rc gate_rc(enum gate_outcome o);

#endif
