/* What a summary says of itself in words: conditions, what is missing, what was left out. */
#include "reports/summary/drift.h"
#include "reports/summary/summary.h"

#include <stdio.h>
#include <string.h>

/* Whether all cells of a group have the same label of a dimension. */
static bool is_common(const struct summary *s, const struct summary_group *g, enum dimension d)
{
    const char *first = trial_cell_text(&s->cells[g->first].first->cell, d);
    for (size_t i = 1; i < g->count; i++)
        if (strcmp(first, trial_cell_text(&s->cells[g->first + i].first->cell, d)) != 0)
            return false;
    return true;
}

/* The label of a group names what other groups of its scenario have otherwise. */
static bool label_has(const struct summary_group *g, enum dimension d)
{
    return (g->varies & 1U << d) != 0;
}

/* How a limited link was made, and what it let pass when it was measured. */
static size_t say_link(const struct trial_record *r, char *text, size_t used)
{
    const double million = 1e6;
    if (r->link_up_bit_per_s < 0 || r->link_down_bit_per_s < 0 || used >= SUMMARY_CONDITIONS)
        return used;
    int n = snprintf(text + used, SUMMARY_CONDITIONS - used,
                     "%slink by %s, measured %.4g Mbit/s of payload up, %.4g down",
                     used > 0 ? "; " : "", r->link_kind, r->link_up_bit_per_s / million,
                     r->link_down_bit_per_s / million);
    return used + (n > 0 ? (size_t)n : 0);
}

static bool is_limited(const struct trial_cell *c)
{
    return c->link_bit_per_s > 0 || c->link_delay_ns > 0;
}

static size_t append(char *text, size_t used, const char *a, const char *b, const char *c)
{
    if (used >= SUMMARY_CONDITIONS)
        return used;
    int n =
        snprintf(text + used, SUMMARY_CONDITIONS - used, "%s%s%s%s", used > 0 ? "; " : "", a, b, c);
    return used + (n > 0 ? (size_t)n : 0);
}

/* The background load of all arms, or of which. */
static size_t say_background(const struct summary *s, const struct summary_group *g, char *text,
                             size_t used)
{
    const struct summary_cell *cells = &s->cells[g->first];
    const char *first = cells[0].first->cell.background;
    if (is_common(s, g, DIMENSION_BACKGROUND)) {
        bool said = first[0] == '\0' || label_has(g, DIMENSION_BACKGROUND);
        return said ? used : append(text, used, "background ", first, "");
    }
    for (size_t i = 0; i < g->count; i++)
        if (cells[i].first->cell.background[0] != '\0')
            used = append(text, used, trial_record_arm(cells[i].first), ": background ",
                          cells[i].first->cell.background);
    return used;
}

char *summary_conditions(const struct summary *s, const struct summary_group *g, char *text)
{
    static const enum dimension said[] = {
        DIMENSION_CODEC, DIMENSION_ENCODING,   DIMENSION_BATCHING, DIMENSION_LOAD,
        DIMENSION_LINK,  DIMENSION_PARTITIONS, DIMENSION_BROKERS,  DIMENSION_PARAMETERS};
    const struct trial_cell *first = &s->cells[g->first].first->cell;
    char drift[DRIFT_TEXT];
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        enum dimension d = said[i];
        const char *v = trial_cell_text(first, d);
        bool link = d == DIMENSION_LINK;
        if (v[0] == '\0' || dimension_find(g->compare) == d || label_has(g, d) ||
            !is_common(s, g, d) || strcmp(v, DIMENSION_NAMES[d].usual) == 0 ||
            (link && !is_limited(first)))
            continue;
        used = append(text, used, link ? "link " : "", v, "");
    }
    used = say_background(s, g, text, used);
    used = say_link(s->cells[g->first].first, text, used);
    if (g->reference != SIZE_MAX && used < SUMMARY_CONDITIONS)
        (void)snprintf(text + used, SUMMARY_CONDITIONS - used, "%sreference %s",
                       used > 0 ? "; " : "", trial_record_arm(s->cells[g->reference].first));
    if (drift_text(s, g, drift)[0] != '\0')
        (void)append(text, strlen(text), drift, "", "");
    return text;
}

size_t summary_missing(const struct summary *s)
{
    if (s->environment == NULL || s->environment->planned_trials < 0)
        return 0;
    size_t planned = (size_t)s->environment->planned_trials;
    return planned > s->results->count ? planned - s->results->count : 0;
}

char *summary_count(const struct summary *s, char *text)
{
    int64_t count = (int64_t)s->results->count;
    int64_t planned = s->environment != NULL ? s->environment->planned_trials : NOT_MEASURED;
    text[0] = '\0';
    if (summary_missing(s) > 0)
        (void)snprintf(text, SUMMARY_COUNT,
                       "the run ended early: %zu of the planned trials are missing",
                       summary_missing(s));
    else if (planned >= 0 && count > planned)
        (void)snprintf(text, SUMMARY_COUNT,
                       "%lld trial%s more than planned: what a stop had cut in the middle of a "
                       "comparison was measured anew",
                       (long long)(count - planned), count - planned == 1 ? "" : "s");
    return text;
}

char *summary_hists_left_out(const struct summary *s, char *text)
{
    int used = 0;
    text[0] = '\0';
    if (s->hists_absent > 0)
        used = snprintf(text, SUMMARY_HISTS, "%zu of %zu valid trials have no histogram in %s/",
                        s->hists_absent, s->trials[TRIAL_VALID], FOLDER_HIST);
    if (s->hists_damaged > 0 && used >= 0)
        (void)snprintf(text + used, SUMMARY_HISTS - (size_t)used,
                       "%s%zu of %zu valid trials have a histogram that cannot be read (%s)",
                       used > 0 ? "; " : "", s->hists_damaged, s->trials[TRIAL_VALID],
                       s->hist_trouble);
    return text;
}

size_t summary_cell_trials(const struct summary_cell *c)
{
    size_t sum = 0;
    for (int v = 0; v < VALIDITIES; v++)
        sum += c->trials[v];
    return sum;
}

const struct summary_cell *summary_reference(const struct summary *s, const struct summary_cell *c)
{
    size_t reference = s->groups[c->group].reference;
    if (reference == SIZE_MAX || &s->cells[reference] == c)
        return NULL;
    return &s->cells[reference];
}
