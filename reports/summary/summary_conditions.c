/* What a summary says of itself in words: conditions, what is missing, what was left out. */
#include "reports/summary/summary.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* Whether all cells of a group have the same text at value. */
static bool is_common(const struct summary *s, const struct summary_group *g, size_t value)
{
    const char *first = (const char *)s->cells[g->first].first + value;
    for (size_t i = 1; i < g->count; i++)
        if (strcmp(first, (const char *)s->cells[g->first + i].first + value) != 0)
            return false;
    return true;
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

/* What went beside the records of all arms, or of which. */
static size_t say_background(const struct summary *s, const struct summary_group *g, char *text,
                             size_t used)
{
    const struct summary_cell *cells = &s->cells[g->first];
    const char *first = cells[0].first->cell.background;
    if (is_common(s, g, offsetof(struct trial_record, cell.background))) {
        bool said = first[0] == '\0' || strstr(g->label, first) != NULL;
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
    static const struct {
        const char *compare;
        size_t value; /* offset of a text in the record */
    } parts[] = {{"payload", offsetof(struct trial_record, cell.payload)},
                 {"codec", offsetof(struct trial_record, cell.codec)},
                 {"encoding", offsetof(struct trial_record, cell.encoding)},
                 {"batching", offsetof(struct trial_record, cell.batching)},
                 {"load", offsetof(struct trial_record, cell.load)},
                 {"link", offsetof(struct trial_record, cell.link)}};
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const char *v = (const char *)s->cells[g->first].first + parts[i].value;
        bool link = strcmp(parts[i].compare, "link") == 0;
        if (v[0] == '\0' || strcmp(g->compare, parts[i].compare) == 0 ||
            strstr(g->label, v) != NULL || !is_common(s, g, parts[i].value) ||
            (link && !is_limited(&s->cells[g->first].first->cell)))
            continue;
        int n = snprintf(text + used, SUMMARY_CONDITIONS - used, "%s%s%s", used > 0 ? "; " : "",
                         link ? "link " : "", v);
        used += n > 0 ? (size_t)n : 0;
    }
    used = say_background(s, g, text, used);
    used = say_link(s->cells[g->first].first, text, used);
    if (g->reference != SIZE_MAX && used < SUMMARY_CONDITIONS)
        (void)snprintf(text + used, SUMMARY_CONDITIONS - used, "%sreference %s",
                       used > 0 ? "; " : "", trial_record_arm(s->cells[g->reference].first));
    return text;
}

size_t summary_missing(const struct summary *s)
{
    if (s->environment == NULL || s->environment->planned_trials < 0)
        return 0;
    size_t planned = (size_t)s->environment->planned_trials;
    return planned > s->results->count ? planned - s->results->count : 0;
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
