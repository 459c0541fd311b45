#include "reports/gate/gate_case_text.h"

#include "reports/gate/gate_sight.h"
#include "reports/stats/paired.h"
#include "reports/summary/column.h"

#include <math.h>
#include <stdio.h>

static const double PERCENT = 100;

char *gate_limit_text(enum metric m, double limit, char *text)
{
    if (METRICS[m].by_difference)
        return effect_size_text(m, limit, text);
    (void)snprintf(text, EFFECT_TEXT, "%.3g %%", limit * PERCENT);
    return text;
}

static size_t append(char *text, size_t at, const char *words)
{
    size_t room = at < GATE_TEXT ? GATE_TEXT - at : 0;
    int n = snprintf(text + (room > 0 ? at : 0), room, "%s", words);
    return n > 0 && (size_t)n < room ? at + (size_t)n : at;
}

static size_t append_effect(char *text, size_t at, const char *what, const struct effect *f)
{
    char change[EFFECT_TEXT], line[GATE_TEXT];
    if (f->word == EFFECT_NOT_MEASURED)
        return at;
    if (f->exact)
        (void)snprintf(line, sizeof line, "%s%s", what, effect_change_text(f, change));
    else
        (void)snprintf(line, sizeof line, "%s%s, p %.2g after Holm, %zu and %zu trials", what,
                       effect_change_text(f, change), f->p_holm, f->n_from, f->n_to);
    return append(text, at, line);
}

bool gate_case_has_starts(const struct gate_case *c)
{
    return c->starts.count > 1 && !isnan(c->starts.least) && !c->effect[GATE_MAIN].exact;
}

static size_t append_starts(char *text, size_t at, const struct gate_case *c)
{
    char line[GATE_TEXT], least[EFFECT_TEXT], most[EFFECT_TEXT];
    const struct starts *t = &c->starts;
    enum metric m = c->effect[GATE_MAIN].metric;
    if (!gate_case_has_starts(c))
        return at;
    (void)snprintf(line, sizeof line, "; %zu starts of the broker %s to %s%s", t->count,
                   effect_size_text(m, t->least, least), effect_size_text(m, t->most, most),
                   t->differ ? ", which differ by more than their blocks" : "");
    return append(text, at, line);
}

/* What the case could have found, and when that is more than its limit, what would find that. */
static void append_sight(char *text, size_t at, const struct gate *g, const struct gate_case *c)
{
    struct gate_sight s = gate_sight_of(g, c);
    char line[GATE_TEXT], size[EFFECT_TEXT];
    enum metric m = c->effect[GATE_MAIN].metric;
    if (isfinite(s.harm)) {
        (void)snprintf(line, sizeof line, "; finds harm from %s on",
                       effect_size_text(m, s.harm, size));
        at = append(text, at, line);
    }
    (void)snprintf(line, sizeof line, "; limit %s", gate_limit_text(m, c->limit, size));
    at = append(text, at, line);
    if (!gate_passed_unseen(g, c))
        return;
    (void)snprintf(line, sizeof line,
                   "; this gate could not have seen a regression of %s: %s %zu blocks would",
                   gate_limit_text(m, c->limit, size),
                   s.blocks > PAIRED_MAX ? "more than" : "about",
                   s.blocks > PAIRED_MAX ? (size_t)PAIRED_MAX : s.blocks);
    (void)append(text, at, line);
}

char *gate_case_text(const struct gate *g, const struct gate_case *c, char *text)
{
    const struct effect *f = &c->effect[GATE_MAIN];
    char from[COLUMN_TEXT], to[COLUMN_TEXT], line[GATE_TEXT];
    if (c->of_trials)
        return trial_shares_text(&c->shares, "the baseline", "the candidate", text);
    (void)snprintf(line, sizeof line, "%s: %.60s -> %.60s, ", METRICS[f->metric].name,
                   metric_text(f->metric, f->from, from), metric_text(f->metric, f->to, to));
    text[0] = '\0';
    if (f->word == EFFECT_NOT_MEASURED) {
        (void)append(text, 0, "not measured in the candidate");
        return text;
    }
    size_t at = append_effect(text, append(text, 0, line), "", f);
    at = append_effect(text, at, "; null control ", &c->null[GATE_MAIN]);
    at = append_effect(text, at, "; confirmation ", &c->effect[GATE_CONFIRMATION]);
    at = append_effect(text, at, "; its null control ", &c->null[GATE_CONFIRMATION]);
    if (c->place[0] != '\0')
        at = append(text, append(text, at, "; "), c->place);
    at = append_starts(text, at, c);
    append_sight(text, at, g, c);
    return text;
}

const char *gate_case_says(const struct gate *g, const struct gate_case *c)
{
    static const char *const WORDS[] = {
        [GATE_CASE_FINE] = "no regression",
        [GATE_CASE_SUSPECT] = "worse, not confirmed yet",
        [GATE_CASE_NOT_REPEATED] = "worse in the main stage, and not again in the confirmation",
        [GATE_CASE_REGRESSED] = "REGRESSION",
        [GATE_CASE_TOO_FEW] = "too few blocks to judge",
        [GATE_CASE_CENSORED] =
            "not decided: values were cut off, and it may be worse by any amount",
        [GATE_CASE_NOT_MEASURED] = "not measured in all trials of the candidate",
        [GATE_CASE_SATURATED] = "not decided: more trials of the candidate are saturated",
        [GATE_CASE_VOID] = "not decided: trials are void",
        [GATE_CASE_UNRELIABLE] = "unreliable"};
    if (c->outcome == GATE_CASE_FINE && gate_passed_unseen(g, c))
        return "no regression found, too noisy to see one at the limit";
    return WORDS[c->outcome];
}
