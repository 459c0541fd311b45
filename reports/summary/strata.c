#include "reports/summary/strata.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* tier: arms joined by '|'. */
static bool tier_has(const char *tier, const char *arm)
{
    size_t length = strlen(arm);
    for (const char *at = tier; at != NULL; at = strchr(at, '|')) {
        at += *at == '|';
        if (strcspn(at, "|") == length && strncmp(at, arm, length) == 0)
            return true;
    }
    return false;
}

bool strata_has_arm(const struct claim_test *t, const char *arm)
{
    for (char **tier = t->order; tier != NULL && *tier != NULL; tier++) {
        if (tier_has(*tier, arm))
            return true;
    }
    return (t->from != NULL && strcmp(t->from, arm) == 0) ||
           (t->to != NULL && strcmp(t->to, arm) == 0);
}

static size_t arms_of(const char *tier)
{
    size_t n = 1;
    for (; *tier != '\0'; tier++)
        n += *tier == '|';
    return n;
}

size_t strata_pairs(const struct claim_test *t)
{
    size_t n = 0;
    if (t->order == NULL)
        return 1;
    for (char **tier = t->order; tier[0] != NULL && tier[1] != NULL; tier++)
        n += arms_of(tier[0]) * arms_of(tier[1]);
    return n;
}

/* "open" lets "open" and "open 500/s" through, and not "opening"; "threads 8" any label with that
 * part. */
static bool begins_part(const char *label, const char *value)
{
    size_t length = strlen(value);
    for (const char *at = label; at != NULL; at = strstr(at, ", ")) {
        at += at == label ? 0 : sizeof ", " - 1;
        if (strncmp(at, value, length) == 0 && strchr(" ,", at[length]) != NULL)
            return true;
    }
    return false;
}

static bool passes(char *const *list, const char *value)
{
    if (list == NULL || value[0] == '\0')
        return true;
    while (*list != NULL && !begins_part(value, *list))
        list++;
    return *list != NULL;
}

bool strata_lets_through(const struct claim_filter *f, const struct trial_cell *common)
{
    char size[RECORD_NAME_MAX];
    for (int d = 0; d < DIMENSIONS; d++) {
        enum dimension which = (enum dimension)d;
        const char *value = which == DIMENSION_RECORD_BYTES ? trial_cell_label(common, which, size)
                                                            : trial_cell_text(common, which);
        if (!passes(f->takes[d], value))
            return false;
    }
    return true;
}

static void add_record(struct strata_group *g, const struct trial_record *r)
{
    char text[RECORD_NAME_MAX];
    bool first = g->compare == NULL;
    if (first)
        *g = (struct strata_group){.group = r->group,
                                   .common = r->cell,
                                   .compare = r->compare,
                                   .paced = r->cell.load_paced};
    for (int d = 0; d < DIMENSION_RECORD_BYTES; d++) {
        enum dimension which = (enum dimension)d;
        const char *label = trial_cell_label(&r->cell, which, text);
        if (first)
            trial_cell_set(&g->common, which, label);
        else if (strcmp(trial_cell_text(&g->common, which), label) != 0)
            trial_cell_set(&g->common, which, "");
    }
    if (r->block > g->blocks)
        g->blocks = r->block;
}

static struct strata_group *find(struct strata *s, int64_t group)
{
    size_t i = 0;
    while (i < s->count && s->all[i].group != group)
        i++;
    if (i == s->count)
        s->all[s->count++] = (struct strata_group){.group = group};
    return &s->all[i];
}

static int by_group(const void *a, const void *b)
{
    const struct strata_group *x = a, *y = b;
    return (x->group > y->group) - (x->group < y->group);
}

enum rc strata_of(const struct results *r, const char *scenario, const struct claim_test *t,
                  struct strata *out, struct err *e)
{
    size_t kept = 0;
    *out = (struct strata){.all = calloc(r->count + 1, sizeof *out->all)};
    if (out->all == NULL)
        return err_set(e, RC_INFRA, "out of memory for the strata of %zu trials", r->count);
    for (size_t i = 0; i < r->count; i++) {
        const struct trial_record *one = &r->records[i];
        if (strcmp(one->scenario, scenario) == 0 && strata_has_arm(t, trial_record_arm(one)))
            add_record(find(out, one->group), one);
    }
    for (size_t i = 0; i < out->count; i++) {
        if (strata_lets_through(&t->where, &out->all[i].common))
            out->all[kept++] = out->all[i];
    }
    out->count = kept;
    qsort(out->all, out->count, sizeof *out->all, by_group);
    return RC_OK;
}

void strata_release(struct strata *s)
{
    free(s->all);
    *s = (struct strata){.all = NULL};
}
