/*
 * A made-up claim judged on made-up records, and what is expected of its verdict. expect releases
 * the verdict.
 */
#ifndef ASSAY_TESTS_UNIT_JUDGED_CLAIM_H
#define ASSAY_TESTS_UNIT_JUDGED_CLAIM_H

#include "reports/claims/verdict.h"
#include "tests/unit/reports/made_up_claim.h"

static inline struct claim_verdict judge_with(struct bench *b, const struct claim *c,
                                              struct judge_options o)
{
    struct claim_verdict v;
    struct err e;
    o.results = b != NULL ? &b->results : NULL;
    if (claim_verdict_begin(c, &v, &e) != RC_OK || claim_judge(&o, &v, &e) != RC_OK)
        fail_msg("%s", e.text);
    return v;
}

static inline struct claim_verdict judge(struct bench *b, const struct claim *c)
{
    return judge_with(b, c, (struct judge_options){.blocks_planned = 12});
}

static inline void expect(struct claim_verdict *v, enum verdict want, const char *detail)
{
    if (v->verdict != want)
        fail_msg("%s is not %s: %s", VERDICT_NAMES[v->verdict], VERDICT_NAMES[want], v->detail);
    if (strstr(v->detail, detail) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", v->detail, detail);
    claim_verdict_release(v);
}

#endif
