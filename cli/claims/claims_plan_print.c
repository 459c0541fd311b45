#include "cli/claims/claims_plan_print.h"

#include "base/quantity.h"
#include "bench/claims/claims_ask.h"
#include "bench/claims/claims_wanted.h"
#include "reports/claims/verdict.h"

#include <stdio.h>
#include <string.h>

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

static void print_part(const struct claims_part *p)
{
    char time[QUANTITY_TEXT];
    (void)printf("%-26s %5zu trial%-1s about %10s  %lld block%s  %s\n", p->scenario->name,
                 p->trials, plural(p->trials), quantity_format_wait(p->duration_ns, time),
                 (long long)p->scenario->blocks, plural((size_t)p->scenario->blocks), p->doing);
}

/* "H11    arithmetic on the document's figures, nothing is run" */
static void print_test(const struct claims_request *r, const struct claim *c, size_t test)
{
    const struct claim_test *t = &c->tests[test];
    const char *why = claims_ask_why_not(r, c, test);
    char time[QUANTITY_TEXT];
    (void)printf("%-6s ", c->id);
    if (t->kind == TEST_PROBE)
        (void)printf("probe %s", t->probe);
    else if (t->kind == TEST_CLIENT)
        (void)printf("client %s with %s", t->client, t->client_codec);
    else if (t->kind == TEST_ARITHMETIC)
        (void)printf("arithmetic on the document's figures, %zu check%s", t->check_count,
                     plural(t->check_count));
    else if (t->kind == TEST_NOT_BUILT)
        (void)printf("not built: %s", t->reason != NULL ? t->reason : "its system does not exist");
    else
        (void)printf("%s of %s", TEST_KIND_NAMES[t->kind], t->metric);
    int64_t ns = claims_ask_test_ns(r, c, test);
    if (ns > 0)
        (void)printf(", about %s", quantity_format_wait(ns, time));
    (void)printf("%s%.300s\n", why != NULL ? "; not asked: " : "", why != NULL ? why : "");
}

/* "Z01    6 of 36 strata; the others are left out by --only" */
static void print_strata(const struct claims_run *q)
{
    for (size_t i = 0; i < q->count; i++) {
        struct test_part sum = claims_wanted_part(q, q->ids[i]);
        if (sum.left_out > 0)
            (void)printf("%-6s %zu of %zu strata; the others are left out by --only\n", q->ids[i],
                         sum.asked, sum.asked + sum.left_out);
    }
}

void claims_plan_print(const struct claims_job *j)
{
    const struct claims_request *r = j->request;
    char time[QUANTITY_TEXT];
    int64_t all_ns = j->duration_ns + j->asking_ns;
    (void)printf("%zu claim%s, %zu scenario%s, %zu trial%s%s%s\n", r->claims_run.count,
                 plural(r->claims_run.count), j->part_count, plural(j->part_count), j->trials,
                 plural(j->trials), all_ns > 0 ? ", about " : "",
                 all_ns > 0 ? quantity_format_wait(all_ns, time) : "");
    for (size_t i = 0; i < j->part_count; i++)
        print_part(&j->parts[i]);
    print_strata(&r->claims_run);
    if (j->undecidable.lines.size > 0)
        (void)printf("%.*s", (int)j->undecidable.lines.size,
                     (const char *)j->undecidable.lines.data);
    bool begun = false;
    for (size_t i = 0; i < r->claims_run.count; i++) {
        const struct claim *c = claim_find(&r->claims, r->claims_run.ids[i]);
        for (size_t t = 0; c != NULL && t < c->test_count; t++) {
            if (test_is_measured(&c->tests[t]) && claims_ask_why_not(r, c, t) == NULL)
                continue;
            if (!begun && j->asking_ns > 0)
                (void)printf("without trials, about %s (a client once for all its codecs; making "
                             "its environment comes on top):\n",
                             quantity_format_wait(j->asking_ns, time));
            else if (!begun)
                (void)printf("without trials:\n");
            begun = true;
            print_test(r, c, t);
        }
    }
}
