#include "reports/claims/verdict_band.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void stratum_explain(struct stratum *s, const char *fmt, ...)
{
    size_t at = strlen(s->why);
    va_list ap;
    if (at > 0 && at + 3 < sizeof s->why) {
        memcpy(s->why + at, "; ", 3);
        at += 2;
    }
    va_start(ap, fmt);
    (void)vsnprintf(s->why + at, sizeof s->why - at, fmt, ap);
    va_end(ap);
}

double stratum_shown(const struct stratum *s, double judged)
{
    return s->relative ? expm1(judged) : judged;
}

double stratum_judged(const struct stratum *s, double shown)
{
    return s->relative ? log1p(shown) : shown;
}

struct edges edges_of(const struct claim_test *t)
{
    if (t->kind == TEST_RANKING)
        return (struct edges){.strong = NAN};
    return (struct edges){
        .weak = t->band.weak, .strong = t->band.strong, .falling = t->band.falling};
}

/* Whether everything lies on the other side of "no change" than the words promise. */
static bool opposite(const struct claim_test *t, const struct edges *b, double lo, double hi)
{
    if (t->kind == TEST_LEVEL)
        return false;
    return b->falling ? b->weak <= 0 && lo > 0 : b->weak >= 0 && hi < 0;
}

static const char *size_word(const struct edges *b, double lo, double hi)
{
    if (isnan(b->strong))
        return "";
    if (b->falling ? hi < b->strong - b->slack : lo > b->strong + b->slack)
        return "understated";
    bool inside = b->falling ? lo >= b->strong - b->slack : hi <= b->strong + b->slack;
    return inside ? "in band" : "size undecided";
}

void stratum_place(const struct claim_test *t, const struct edges *b, struct stratum *s)
{
    double lo = s->lo, hi = s->hi;
    const char *detail = "";
    s->verdict = VERDICT_INCONCLUSIVE;
    bool on_edge = s->exact && (b->falling ? hi == b->weak + b->slack : lo == b->weak - b->slack);
    if (on_edge || (b->falling ? hi < b->weak + b->slack : lo > b->weak - b->slack)) {
        s->verdict = VERDICT_SUPPORTED;
        detail = size_word(b, lo, hi);
    } else if (b->falling ? lo > b->weak + b->slack : hi < b->weak - b->slack) {
        s->verdict = VERDICT_REFUTED;
        detail = opposite(t, b, lo, hi) ? "opposite sign" : "short of the band";
    }
    if (t->typical && s->verdict == VERDICT_SUPPORTED && strcmp(detail, "understated") == 0)
        s->verdict = VERDICT_REFUTED;
    if (t->typical && s->verdict == VERDICT_SUPPORTED && strcmp(detail, "size undecided") == 0)
        s->verdict = VERDICT_INCONCLUSIVE;
    (void)snprintf(s->detail, sizeof s->detail, "%s", detail);
}
