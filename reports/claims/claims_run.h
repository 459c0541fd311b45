/*
 * claims.json: which claims a folder was made to judge, and what was learnt of them without a
 * trial.
 *
 * Schema "assay-claims/1". Written before the first trial and again after every probe or client
 * answered, so that verdicts can be made again from the folder alone, and a stopped run continued
 * without asking twice. Arithmetic is not kept: it is computed again.
 * Ownership: claims_run_release frees the arrays and ids. Threads: one owner.
 */
#ifndef ASSAY_REPORTS_CLAIMS_CLAIMS_RUN_H
#define ASSAY_REPORTS_CLAIMS_CLAIMS_RUN_H

#include "reports/claims/verdict.h"
#include "reports/record/folder.h"

#define CLAIMS_RUN_SCHEMA "assay-claims/1"
#define CLAIMS_RUN_FILE "claims.json"
enum { CLAIMS_RUN_ID_MAX = 24 };

struct claims_run_finding {
    char claim[CLAIMS_RUN_ID_MAX];
    struct finding found;
};

/* What of a test's strata was asked for. */
struct claims_run_part {
    char claim[CLAIMS_RUN_ID_MAX];
    size_t test;
    struct test_part part;
};

struct claims_run {
    char (*ids)[CLAIMS_RUN_ID_MAX]; /* owned; claims asked about, in order */
    size_t count;
    bool full, looks;              /* scenarios of --full; blocks judged early */
    struct strata_choice only;     /* strata asked for */
    struct claims_run_part *parts; /* owned; by that, of each measured test */
    size_t part_count;
    int64_t blocks;                      /* most; 0: each scenario's own */
    int64_t trials_planned;              /* 0: nothing to measure */
    struct claims_run_finding *findings; /* owned */
    size_t finding_count;
};

enum rc claims_run_add_id(struct claims_run *q, const char *id, struct err *e) MUST_CHECK;
enum rc claims_run_add_finding(struct claims_run *q, const char *claim, const struct finding *f,
                               struct err *e) MUST_CHECK;
enum rc claims_run_add_part(struct claims_run *q, const char *claim, size_t test,
                            struct test_part part, struct err *e) MUST_CHECK;
/* Whether something was found of this test already. */
bool claims_run_knows(const struct claims_run *q, const char *claim, size_t test);

/* *missing: the folder has no claims.json, out is empty; that is RC_OK. RC_INPUT: not one of this
 * schema. */
enum rc claims_run_read(const char *folder, struct claims_run *out, bool *missing,
                        struct err *e) MUST_CHECK;
enum rc claims_run_write(const struct claims_run *q, struct folder *f, struct err *e) MUST_CHECK;
void claims_run_release(struct claims_run *q); /* zeroed is fine */

#endif
