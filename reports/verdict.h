/*
 * From evidence to words: one verdict for a stratum, a test, a claim.
 *
 * Rules (docs/statistics.md): SUPPORTED when the whole interval lies beyond the weak edge of the
 * band in every stratum (intersection-union test: each stratum at alpha). REFUTED when, in one
 * stratum at least, the interval lies on the weak side and Holm's correction over the strata of the
 * claim agrees. INCONCLUSIVE otherwise, with the number of blocks that would decide. Exact metrics
 * are compared with the band directly. A test with any_stratum turns the roles of "every" and "one"
 * round. Ownership: see struct verdict. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_VERDICT_H
#define ASSAY_REPORTS_VERDICT_H

#include "reports/paired.h"
#include "reports/results.h"
#include "scenarios/claim.h"

#define VERDICTS_SCHEMA "assay-verdicts/1"

enum verdict {
    VERDICT_SUPPORTED,
    VERDICT_REFUTED,
    VERDICT_INCONCLUSIVE,
    VERDICT_NOT_APPLICABLE, /* a precondition of its own words fails: saturated, too few samples */
    VERDICT_NOT_MEASURED,   /* not run, or its system is not built */
    VERDICT_VOID            /* delivery was not perfect, or a wrong codec was stored */
};
extern const char *const VERDICT_NAMES[]; /* "SUPPORTED" ..., NULL-terminated */

enum { VERDICT_TEXT = 512, VERDICT_LABEL = 288 };

/* One stratum of one test: one pair of arms in one group. */
struct stratum {
    size_t test;               /* index in the claim's tests */
    char label[VERDICT_LABEL]; /* "iot, 1 record, open 500/s, 100 Mbit/s" */
    char payload[RECORD_NAME_MAX], size[RECORD_NAME_MAX], batching[RECORD_NAME_MAX],
        load[RECORD_NAME_MAX], link[RECORD_NAME_MAX]; /* for maps */
    char arms[RECORD_NAME_MAX * 2];                   /* "zstd-3 against gzip-9" */
    enum verdict verdict;
    char detail[RECORD_NAME_MAX]; /* "in band", "understated", "size undecided", "opposite sign" */
    bool exact;
    bool relative;           /* estimate, lo, hi are x_to/x_from - 1; else in the metric's unit */
    double estimate, lo, hi; /* NAN when not measured */
    double alpha;            /* the interval's */
    double p_refute;         /* one-sided p against the claim, Holm-adjusted; NAN when not noisy */
    double detectable;       /* minimum detectable effect, same scale; NAN */
    size_t pairs;
    size_t blocks_to_decide; /* when inconclusive; 0: none needed */
    char why[VERDICT_TEXT];  /* one sentence when not SUPPORTED or REFUTED, or what is odd */
    char first_trial[RECORD_NAME_MAX * 2], last_trial[RECORD_NAME_MAX * 2]; /* evidence:
                                                                    "scenario/c03.b01" */
    char evidence[RECORD_NAME_MAX]; /* how the stored codec was read; fallbacks are named in why */
};

/* What was learnt without a trial: probes, clients and arithmetic fill these. */
struct finding {
    size_t test;
    enum verdict verdict;
    char text[VERDICT_TEXT * 2]; /* what was asked, what was seen */
};

struct claim_verdict {
    const struct claim *claim; /* borrowed */
    enum verdict verdict;
    char detail[VERDICT_TEXT]; /* "refuted in 3 of 12 strata; holds for raster" */
    struct stratum *strata;    /* owned */
    size_t stratum_count;
    struct finding *findings; /* owned */
    size_t finding_count;
};

/* Judges one claim from records. findings of its probes, clients and arithmetic must already be in
 * out->findings. full: tests are measured by scenario_full. alpha: 0.05, or a look's share. */
struct judge_options {
    const struct results *results; /* NULL: nothing was run */
    bool full;
    double alpha;
    size_t blocks_planned; /* most blocks; for "would be decided by" */
};
enum rc claim_judge(const struct claim *c, const struct judge_options *o, struct claim_verdict *out,
                    struct err *e) MUST_CHECK;
void claim_verdict_release(struct claim_verdict *v); /* zeroed is fine */

#endif
