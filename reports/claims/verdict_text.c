#include "reports/claims/verdict_text.h"

#include "reports/summary/column.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *const STRATUM_TITLES[STRATUM_COLUMNS] = {
    "where", "arms", "metric", "verdict", "effect", "p against", "detectable", "from", "remarks",
};

char *effect_value(const struct stratum *s, double v, char *text)
{
    char size[COLUMN_TEXT];
    bool level = s->from[0] == '\0';
    if (isnan(v)) {
        (void)snprintf(text, EFFECT_WORDS, "-");
    } else if (isinf(v)) {
        (void)snprintf(text, EFFECT_WORDS, "%sunbounded", v < 0 ? "-" : "+");
    } else if (s->relative) {
        (void)snprintf(text, EFFECT_WORDS, "%s%.60s %%", v < 0 ? "-" : "+",
                       number_text(fabs(100 * v), size));
    } else {
        const char *sign = v < 0 ? "-" : level ? "" : "+";
        (void)snprintf(text, EFFECT_WORDS, "%s%.60s", sign, metric_text(s->metric, fabs(v), size));
    }
    return text;
}

char *effect_words(const struct stratum *s, char *text)
{
    static const char *const signs[] = {
        [ESTIMATE_KNOWN] = "", [ESTIMATE_AT_LEAST] = "≥ ", [ESTIMATE_AT_MOST] = "≤ "};
    char middle[EFFECT_WORDS + 8], value[EFFECT_WORDS], low[EFFECT_WORDS], high[EFFECT_WORDS];
    (void)snprintf(middle, sizeof middle, "%s%s", signs[s->estimate_is],
                   effect_value(s, s->estimate, value));
    if (isnan(s->lo) || isnan(s->hi) || (s->exact && s->lo >= s->hi)) {
        (void)snprintf(text, EFFECT_WORDS, "%.70s", middle);
        return text;
    }
    (void)effect_value(s, s->lo, low);
    (void)effect_value(s, s->hi, high);
    (void)snprintf(text, EFFECT_WORDS, "%.40s (%.40s to %.40s)", middle, low, high);
    return text;
}

char *effect_range(const struct claim_verdict *v, char *text)
{
    const struct stratum *least = NULL, *most = NULL;
    char low[EFFECT_WORDS], high[EFFECT_WORDS], words[EFFECT_WORDS];
    text[0] = '\0';
    for (size_t i = 0; i < v->stratum_count; i++) {
        const struct stratum *s = &v->strata[i];
        if (isnan(s->estimate))
            continue;
        if (least != NULL && (s->metric != least->metric || s->relative != least->relative))
            return text; /* tests of several kinds: no range */
        least = least == NULL || s->estimate < least->estimate ? s : least;
        most = most == NULL || s->estimate > most->estimate ? s : most;
    }
    if (least == NULL)
        return text;
    if (least == most)
        (void)effect_words(least, words);
    else
        (void)snprintf(words, sizeof words, "%.45s to %.45s",
                       effect_value(least, least->estimate, low),
                       effect_value(most, most->estimate, high));
    (void)snprintf(text, EFFECT_WORDS, "%.50s %.100s", METRICS[least->metric].title, words);
    return text;
}

/* "48 pairs", "12 trials", "48 pairs and 12 trials". */
static char *count_words(size_t pairs, size_t alone, char *text)
{
    const char *s = alone == 1 ? "" : "s";
    if (pairs == 0)
        (void)snprintf(text, EFFECT_WORDS, "%zu trial%s", alone, s);
    else if (alone == 0)
        (void)snprintf(text, EFFECT_WORDS, "%zu pair%s", pairs, pairs == 1 ? "" : "s");
    else
        (void)snprintf(text, EFFECT_WORDS, "%zu pair%s and %zu trial%s", pairs,
                       pairs == 1 ? "" : "s", alone, s);
    return text;
}

char *evidence_words(const struct claim_verdict *v, char *text)
{
    const struct stratum *first = NULL, *last = NULL;
    size_t pairs = 0, alone = 0, starts = SIZE_MAX;
    char count[EFFECT_WORDS], of_starts[EFFECT_WORDS] = "";
    text[0] = '\0';
    for (size_t i = 0; i < v->stratum_count; i++) {
        const struct stratum *s = &v->strata[i];
        if (s->pairs == 0)
            continue;
        first = first == NULL ? s : first;
        last = s;
        *(s->from[0] == '\0' ? &alone : &pairs) += s->pairs;
        if (!s->exact && s->starts < starts)
            starts = s->starts;
    }
    if (starts > 0 && starts != SIZE_MAX)
        (void)snprintf(of_starts, sizeof of_starts, " over %zu start%s of the broker", starts,
                       starts == 1 ? "" : "s");
    if (first != NULL)
        (void)snprintf(text, EVIDENCE_WORDS, "%s to %s, %s%s; codec read from %s",
                       first->first_trial, last->last_trial, count_words(pairs, alone, count),
                       of_starts, first->evidence[0] != '\0' ? first->evidence : "nothing");
    return text;
}

static void say_arms(const struct stratum *s, char *text)
{
    if (s->from[0] == '\0')
        (void)snprintf(text, VERDICT_TEXT, "%s", s->to);
    else
        (void)snprintf(text, VERDICT_TEXT, "%s against %s", s->to, s->from);
}

/* "12 pairs, 3 starts of the broker (-31.0 % to -29.4 %)". */
static void say_sample(const struct stratum *s, char *text)
{
    char count[EFFECT_WORDS], least[EFFECT_WORDS], most[EFFECT_WORDS];
    bool alone = s->from[0] == '\0';
    (void)count_words(alone ? 0 : s->pairs, alone ? s->pairs : 0, count);
    if (s->starts > 1 && !isnan(s->start_least))
        (void)snprintf(text, VERDICT_TEXT, "%s, %zu starts of the broker (%s to %s)", count,
                       s->starts, effect_value(s, s->start_least, least),
                       effect_value(s, s->start_most, most));
    else
        (void)snprintf(text, VERDICT_TEXT, "%s%s", count,
                       s->starts == 1 ? ", one start of the broker" : "");
}

static void say_remarks(const struct stratum *s, char *text)
{
    (void)snprintf(text, VERDICT_TEXT, "%.460s", s->why);
    bool too_few = isnan(s->lo); /* then it was said how many are needed */
    if (s->verdict != VERDICT_INCONCLUSIVE || s->blocks_to_decide == 0 || too_few)
        return;
    size_t at = strlen(text);
    (void)snprintf(text + at, VERDICT_TEXT - at, "%s%s%zu blocks would decide", at > 0 ? "; " : "",
                   s->blocks_to_decide > 1000 ? "more than " : "about ",
                   s->blocks_to_decide > 1000 ? (size_t)1000 : s->blocks_to_decide);
}

void stratum_cells(const struct stratum *s, char cells[STRATUM_COLUMNS][VERDICT_TEXT])
{
    char text[EFFECT_WORDS];
    (void)snprintf(cells[0], VERDICT_TEXT, "%s", s->label);
    say_arms(s, cells[1]);
    (void)snprintf(cells[2], VERDICT_TEXT, "%s", METRICS[s->metric].title);
    (void)snprintf(cells[3], VERDICT_TEXT, "%s%s%s", VERDICT_NAMES[s->verdict],
                   s->detail[0] != '\0' ? ", " : "", s->detail);
    (void)snprintf(cells[4], VERDICT_TEXT, "%s", effect_words(s, text));
    if (isnan(s->p_refute))
        (void)snprintf(cells[5], VERDICT_TEXT, "%s", s->exact ? "exact" : "-");
    else
        (void)snprintf(cells[5], VERDICT_TEXT, "%.2g", s->p_refute);
    (void)snprintf(cells[6], VERDICT_TEXT, "%s", effect_value(s, s->detectable, text));
    say_sample(s, cells[7]);
    say_remarks(s, cells[8]);
}

const char *test_role(const struct claim_test *t)
{
    if (t->remark)
        return " (a remark: it decides nothing)";
    if (t->typical)
        return " typically";
    return t->any_stratum ? " somewhere" : "";
}
