#include "reports/claims/verdict_describe.h"

#include "reports/claims/verdict_text.h"
#include "reports/claims/verdict_typical.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { NAMED_MOST = 3 };

static void add_detail(char *text, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void add_detail(char *text, const char *fmt, ...)
{
    size_t at = strlen(text);
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text + at, VERDICT_TEXT - at, fmt, ap);
    va_end(ap);
}

static bool decides(const struct claim_verdict *v, const struct stratum *s)
{
    return !v->claim->tests[s->test].remark;
}

/* "holds for iot, 1 record; weather, 1 record": the strata of one verdict, a few of them. */
static void name_strata(struct claim_verdict *v, enum verdict which, const char *lead)
{
    size_t named = 0, more = 0;
    for (size_t i = 0; i < v->stratum_count; i++) {
        const struct stratum *s = &v->strata[i];
        if (s->verdict != which || !decides(v, s))
            continue;
        if (named == NAMED_MOST) {
            more++;
            continue;
        }
        add_detail(v->detail, "%s%.90s", named == 0 ? lead : " | ", s->label);
        named++;
    }
    if (more > 0)
        add_detail(v->detail, " and %zu more", more);
}

/* How many of the strata that decide came out which way; returned: all of them. */
static size_t count_strata(const struct claim_verdict *v, size_t of[VERDICTS])
{
    size_t all = 0;
    for (size_t i = 0; i < v->stratum_count; i++) {
        if (!decides(v, &v->strata[i]))
            continue;
        of[v->strata[i].verdict]++;
        all++;
    }
    return all;
}

static void describe_strata(struct claim_verdict *v)
{
    static const char *const words[VERDICTS] = {"holds",          "refuted",      "undecided",
                                                "not applicable", "not measured", "void"};
    size_t of[VERDICTS] = {0}, all = count_strata(v, of);
    const char *lead = v->detail[0] == '\0' ? "" : v->claim->questions ? "; " : ": ";
    if (all == 0)
        return;
    for (int k = 0; k < VERDICTS; k++) {
        if (of[k] == 0)
            continue;
        add_detail(v->detail, "%s%s in %zu of %zu", lead, words[k], of[k], all);
        lead = ", ";
    }
    if (of[VERDICT_SUPPORTED] > 0 && of[VERDICT_SUPPORTED] < all)
        name_strata(v, VERDICT_SUPPORTED, "; holds for ");
    if (of[VERDICT_REFUTED] > 0 && of[VERDICT_REFUTED] < all)
        name_strata(v, VERDICT_REFUTED, "; not for ");
    if (of[VERDICT_VOID] > 0)
        name_strata(v, VERDICT_VOID, "; void: ");
}

/* The one detail of all strata, if they have the same: "in band". */
static void describe_size(struct claim_verdict *v)
{
    const char *common = NULL;
    for (size_t i = 0; i < v->stratum_count; i++) {
        const struct stratum *s = &v->strata[i];
        if (!decides(v, s))
            continue;
        common = common == NULL || strcmp(s->detail, common) == 0 ? s->detail : "";
    }
    if (common != NULL && common[0] != '\0')
        add_detail(v->detail, "%s%s", v->detail[0] != '\0' ? "; " : "", common);
}

/* "typically -43.1 % in 8 strata". */
static void describe_typical(struct claim_verdict *v)
{
    char value[EFFECT_WORDS];
    for (size_t i = 0; i < v->claim->test_count; i++) {
        const struct claim_test *test = &v->claim->tests[i];
        struct typical t = typical_of(v, i);
        struct stratum shown = {.relative = test->kind == TEST_CHANGE};
        if (!test->typical || test->remark || t.strata == 0)
            continue;
        for (size_t k = 0; k < v->stratum_count; k++)
            if (v->strata[k].test == i)
                shown = v->strata[k];
        add_detail(v->detail, "%stypically %s in %zu strat%s", v->detail[0] != '\0' ? "; " : "",
                   effect_value(&shown, t.estimate, value), t.strata, t.strata == 1 ? "um" : "a");
    }
}

static void describe_part(struct claim_verdict *v)
{
    struct test_part p = claim_verdict_part(v);
    size_t all = p.asked + p.left_out;
    if (p.left_out == 0)
        return;
    if (v->detail[0] != '\0')
        add_detail(v->detail, "; ");
    if (p.asked == 0)
        add_detail(v->detail, "all %zu strata left out by --only", all);
    else if (v->in_part == v->verdict)
        add_detail(v->detail, "in %zu of %zu strata, others left out by --only", p.asked, all);
    else
        add_detail(
            v->detail,
            "%s in the part asked for, %zu of %zu strata, others left out by --only, and the words "
            "are decided by all",
            VERDICT_NAMES[v->in_part], p.asked, all);
}

static bool test_is_empty(const struct claim_verdict *v, size_t test)
{
    bool empty = true;
    for (size_t i = 0; i < v->stratum_count; i++)
        empty = empty && v->strata[i].test != test;
    for (size_t i = 0; i < v->finding_count; i++)
        empty = empty && v->findings[i].test != test;
    return empty;
}

/* One finding speaks for itself; of several, how many hold. */
static void describe_findings(struct claim_verdict *v)
{
    size_t holds = 0, all = 0, last = 0;
    for (size_t i = 0; i < v->finding_count; i++) {
        if (v->claim->tests[v->findings[i].test].remark)
            continue;
        holds += v->findings[i].verdict == VERDICT_SUPPORTED;
        all++;
        last = i;
    }
    const char *lead = v->detail[0] != '\0' ? "; " : "";
    if (all == 1)
        add_detail(v->detail, "%s%.400s", lead, v->findings[last].text);
    else if (all > 1)
        add_detail(v->detail, "%s%zu of %zu findings agree with the words", lead, holds, all);
    for (size_t i = 0; i < v->claim->test_count; i++) {
        const struct claim_test *t = &v->claim->tests[i];
        if (test_is_empty(v, i) && !claim_test_left_out(v, i) && !t->remark)
            add_detail(v->detail, "%snot run: %s", v->detail[0] != '\0' ? "; " : "",
                       t->says[0] != '\0' ? t->says : v->claim->words);
    }
}

/* "stored bytes: REFUTED, latency: SUPPORTED": each question's own answer. */
static void describe_questions(struct claim_verdict *v)
{
    for (size_t i = 0; v->claim->questions && i < v->claim->test_count; i++) {
        const struct claim_test *t = &v->claim->tests[i];
        if (!t->remark)
            add_detail(v->detail, "%s%.80s: %s", v->detail[0] != '\0' ? ", " : "",
                       t->says[0] != '\0' ? t->says : t->metric,
                       VERDICT_NAMES[claim_test_verdict(v, i)]);
    }
}

/* "; beside it: slow links REFUTED": what the remarks found, as far as there is room. */
static void describe_remarks(struct claim_verdict *v)
{
    const char *lead = v->detail[0] != '\0' ? "; beside it: " : "beside it: ";
    for (size_t i = 0; i < v->claim->test_count; i++) {
        const struct claim_test *t = &v->claim->tests[i];
        size_t used = strlen(v->detail) + strlen(lead) + strlen(t->says);
        if (!t->remark || t->says[0] == '\0' || test_is_empty(v, i) ||
            used + sizeof "NOT APPLICABLE" + 1 >= sizeof v->detail)
            continue;
        add_detail(v->detail, "%s%s %s", lead, t->says, VERDICT_NAMES[claim_test_verdict(v, i)]);
        lead = ", ";
    }
}

void claim_describe(struct claim_verdict *v)
{
    v->detail[0] = '\0';
    describe_questions(v);
    describe_part(v);
    describe_typical(v);
    describe_strata(v);
    describe_size(v);
    describe_findings(v);
    describe_remarks(v);
}
