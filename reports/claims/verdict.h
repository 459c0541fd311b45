/*
 * From evidence to words: one verdict for a stratum, a test, a claim.
 *
 * Rules (docs/statistics.md): SUPPORTED when the whole interval lies beyond the weak edge of the
 * band in every stratum (intersection-union test: each stratum at alpha). REFUTED when, in one
 * stratum at least, the interval lies on the weak side and Holm's correction over the strata of the
 * claim agrees. INCONCLUSIVE otherwise, with the number of blocks that would decide. Exact metrics
 * are compared with the band directly. A test with any_stratum turns the roles of "every" and "one"
 * round: support is corrected over its strata, refutation needs them all. A universal claim that
 * was NOT APPLICABLE in some strata (batches unlike) is not SUPPORTED but INCONCLUSIVE;
 * strata outside its words (latencies of a queue) stop nothing as long as others were judged.
 * Where only a part of the strata was asked for (strata_choice.h), that part's word is kept beside
 * the claim's: all that were asked about holding does not support "all", and none of them holding
 * does not refute "one", so both are INCONCLUSIVE; a stratum that refutes "all" does so in any
 * part. Ownership: see struct claim_verdict. Threads: pure functions.
 */
#ifndef ASSAY_REPORTS_CLAIMS_VERDICT_H
#define ASSAY_REPORTS_CLAIMS_VERDICT_H

#include "reports/record/results.h"
#include "reports/summary/metric.h"
#include "reports/summary/strata_choice.h"
#include "scenarios/claim.h"

#define VERDICTS_SCHEMA "assay-verdicts/1"

enum verdict {
    VERDICT_SUPPORTED,
    VERDICT_REFUTED,
    VERDICT_INCONCLUSIVE,
    VERDICT_NOT_APPLICABLE, /* a precondition of its own words fails */
    VERDICT_NOT_MEASURED,   /* not run, or its system is not built */
    VERDICT_VOID,           /* delivery was not perfect, or a wrong codec was stored */
    VERDICTS                /* how many there are */
};
extern const char *const VERDICT_NAMES[]; /* "SUPPORTED" ..., NULL-terminated */
/* VERDICTS when there is none of that name. */
enum verdict verdict_find(const char *name);

enum { VERDICT_TEXT = 512, VERDICT_LABEL = 288 };

/* One stratum of one test: one pair of arms in one group. */
struct stratum {
    size_t test; /* index in the claim's tests */
    int64_t group;
    char scenario[RECORD_NAME_MAX];
    char label[VERDICT_LABEL]; /* "iot, natural, 1 record, open 500/s, 100 Mbit/s" */
    char payload[RECORD_NAME_MAX], size[RECORD_NAME_MAX], batching[RECORD_NAME_MAX],
        load[RECORD_NAME_MAX], link[RECORD_NAME_MAX], codec[RECORD_NAME_MAX],
        encoding[RECORD_NAME_MAX]; /* for maps; "" where the arms differ */
    char others[VERDICT_LABEL];    /* labels of all other dimensions but the usual ones; "" */
    char from[RECORD_NAME_MAX], to[RECORD_NAME_MAX]; /* arms; from "" for a level */
    enum metric metric;                              /* METRIC_COUNT: its name is not known */
    enum verdict verdict;
    char detail[RECORD_NAME_MAX]; /* "in band", "understated", "size undecided", "opposite sign",
                                     "short of the band"; "" */
    bool outside;                 /* NOT APPLICABLE because the words are not about it */
    bool exact;                   /* compared directly; else by paired statistics */
    bool relative;           /* estimate, lo, hi are x_to/x_from - 1; else in the metric's unit */
    double estimate, lo, hi; /* NAN when not measured; lo and hi also when not judged; an end that
                                hangs on values cut off is open: infinite, or -1 when relative */
    enum estimate_is { ESTIMATE_KNOWN, ESTIMATE_AT_LEAST, ESTIMATE_AT_MOST } estimate_is;
    double alpha;      /* the interval's */
    double p_refute;   /* two-sided p against the claim; Holm-adjusted; NAN when not noisy */
    double p_support;  /* the same for it; adjusted in any_stratum tests only */
    double detectable; /* minimum detectable effect, same scale; NAN */
    size_t pairs;
    size_t censored; /* values of the pairs that were cut off: at least what was recorded */
    size_t starts;   /* of the broker that its pairs are spread over; 0: not known */
    double start_least, start_most; /* what they are by themselves, as the estimate; NAN */
    size_t blocks_to_decide;        /* when inconclusive; 0: not known, or none needed */
    char why[VERDICT_TEXT];         /* one sentence when not SUPPORTED or REFUTED, or what is odd */
    char first_trial[RECORD_LABEL_MAX]; /* evidence: "scenario/c03.b01"; "" */
    char last_trial[RECORD_LABEL_MAX];
    char evidence[RECORD_NAME_MAX]; /* how the stored codec was read; fallbacks are named in why */
};

/* What was learnt without a trial: probes, clients and arithmetic fill these. */
struct finding {
    size_t test;
    enum verdict verdict;
    char text[VERDICT_TEXT * 2]; /* what was asked, what was seen */
};

/* Strata of a test, where a part of the map was asked for. */
struct test_part {
    size_t asked, left_out;
};

struct claim_verdict {
    const struct claim *claim; /* borrowed */
    enum verdict verdict;
    enum verdict in_part;      /* of the strata asked for; the same as verdict when those are all */
    struct test_part *parts;   /* owned; by test; NULL: every stratum was asked for */
    char detail[VERDICT_TEXT]; /* "refuted in 3 of 12 strata; holds for raster" */
    struct stratum *strata;    /* owned */
    size_t stratum_count, stratum_room;
    struct finding *findings; /* owned */
    size_t finding_count;
};

struct judge_options {
    const struct results *results;    /* NULL: nothing was run */
    bool full;                        /* tests are measured by scenario_full */
    double alpha;                     /* 0: 0.05 */
    size_t blocks_planned;            /* most blocks */
    const struct strata_choice *only; /* borrowed; strata judged; NULL: all */
    bool looks; /* blocks were judged early (looks.h): each comparison at its own
                   last look, of blocks_planned at most */
};

/* Begins a verdict: what needs no measurement (arithmetic, systems that are not built) is found at
 * once. */
enum rc claim_verdict_begin(const struct claim *c, struct claim_verdict *out,
                            struct err *e) MUST_CHECK;
enum rc claim_verdict_add(struct claim_verdict *v, const struct finding *f,
                          struct err *e) MUST_CHECK;
/* Before judging: which part of a test's strata was asked for. */
enum rc claim_verdict_set_part(struct claim_verdict *v, size_t test, struct test_part part,
                               struct err *e) MUST_CHECK;
/* Of all tests together; left_out 0: every stratum was asked for. */
struct test_part claim_verdict_part(const struct claim_verdict *v);
/* Judges a verdict that was begun, from records and from the findings in it; may be called again
 * with more records. */
enum rc claim_judge(const struct judge_options *o, struct claim_verdict *v,
                    struct err *e) MUST_CHECK;
void claim_verdict_release(struct claim_verdict *v); /* zeroed is fine */

/* Whether strata of a test were left out by choice, and none was asked for. */
bool claim_test_left_out(const struct claim_verdict *v, size_t test);
/* Verdict of one test alone; NOT MEASURED when nothing is known of it. */
enum verdict claim_test_verdict(const struct claim_verdict *v, size_t test);
/* The same, of the strata that were asked for. */
enum verdict claim_test_verdict_in_part(const struct claim_verdict *v, size_t test);
/* Whether more blocks could change nothing: SUPPORTED, or REFUTED even if every stratum were
 * corrected in full (Bonferroni), or not to be judged at all. */
bool stratum_decided(const struct claim_verdict *v, const struct stratum *s);
/* Whether a test of this kind is measured by trials. */
bool test_is_measured(const struct claim_test *t);
const char *test_scenario(const struct claim_test *t, bool full); /* NULL: none */

#endif
