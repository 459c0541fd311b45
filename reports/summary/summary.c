#include "reports/summary/summary.h"

#include "reports/summary/summary_curves.h"

#include <assert.h>
#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const double CURVE_QUANTILES[CURVE_POINTS] = {
    0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9999, 0.99999,
};

/* A record and where it belongs; sorted, the trials of a cell and the cells of a group are runs. */
struct place {
    size_t scenario; /* by first appearance */
    size_t record;
    const struct trial_record *r;
};

static int by_place(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    const int64_t keys[][2] = {
        {(int64_t)x->scenario, (int64_t)y->scenario}, {x->r->group, y->r->group},
        {x->r->cell_index, y->r->cell_index},         {x->r->block, y->r->block},
        {(int64_t)x->record, (int64_t)y->record},
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (keys[i][0] != keys[i][1])
            return keys[i][0] < keys[i][1] ? -1 : 1;
    }
    return 0;
}

static int by_group_then_record(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->scenario != y->scenario)
        return x->scenario < y->scenario ? -1 : 1;
    if (x->r->group != y->r->group)
        return x->r->group < y->r->group ? -1 : 1;
    return (x->record > y->record) - (x->record < y->record);
}

/* Numbers scenarios by first appearance. Trials of one mostly stand together, and of several there
 * are few. */
static void number_scenarios(struct place *places, size_t count)
{
    size_t *firsts = calloc(count + 1, sizeof *firsts), known = 0;
    for (size_t i = 0; i < count; i++) {
        const char *name = places[i].r->scenario;
        if (firsts == NULL || (i > 0 && strcmp(places[i - 1].r->scenario, name) == 0)) {
            places[i].scenario = i > 0 ? places[i - 1].scenario : 0;
            continue;
        }
        size_t k = 0;
        while (k < known && strcmp(places[firsts[k]].r->scenario, name) != 0)
            k++;
        if (k == known)
            firsts[known++] = i;
        places[i].scenario = k;
    }
    free(firsts);
}

static struct place *places_of(const struct results *r)
{
    struct place *places = calloc(r->count, sizeof *places);
    if (places == NULL)
        return NULL;
    for (size_t i = 0; i < r->count; i++)
        places[i] = (struct place){.record = i, .r = &r->records[i]};
    number_scenarios(places, r->count);
    return places;
}

/* The records of each group in the order they were measured. */
static void order_by_group(struct summary *s, struct place *places)
{
    size_t count = s->results->count;
    qsort(places, count, sizeof *places, by_group_then_record);
    for (size_t i = 0; i < count; i++)
        s->by_group[i] = places[i].r;
    qsort(places, count, sizeof *places, by_place);
}

static bool same_group(const struct place *a, const struct place *b)
{
    return a->scenario == b->scenario && a->r->group == b->r->group;
}

static bool same_cell(const struct place *a, const struct place *b)
{
    return same_group(a, b) && a->r->cell_index == b->r->cell_index;
}

/* The trials of one cell, by block. */
struct cell_trials {
    const struct place *places;
    size_t count;
};

static void add_stored(struct summary_cell *c, const struct trial_record *r)
{
    for (size_t i = 0; i < RECORD_CODECS && r->stored[i].codec[0] != '\0'; i++) {
        size_t row = 0;
        while (row < RECORD_CODECS - 1 && c->stored[row].codec[0] != '\0' &&
               strcmp(c->stored[row].codec, r->stored[i].codec) != 0)
            row++;
        memcpy(c->stored[row].codec, r->stored[i].codec, sizeof c->stored[row].codec);
        if (r->stored[i].batches > 0)
            c->stored[row].batches += r->stored[i].batches;
        if (r->stored[i].bytes > 0)
            c->stored[row].bytes += r->stored[i].bytes;
    }
    c->fallbacks += trial_record_fallbacks(r);
}

static void add_background(struct summary_cell *c, const struct trial_record *r)
{
    if (r->background.sent < 0)
        return;
    c->background.sent += r->background.sent;
    c->background.identical += r->background.identical;
    if (r->validity == TRIAL_VALID && r->background.arrived >= 0 && r->window_ns > 0) {
        c->background.images += r->background.arrived;
        c->background.bytes += r->background.bytes;
        c->background.window_ns += r->window_ns;
    }
}

static struct metric_value counted(enum metric m, const struct trial_record *r)
{
    return metric_counts(m, r) ? metric_value_of(m, r) : (struct metric_value){.v = NOT_MEASURED};
}

/* The values of a metric; those that were cut off as they are, or as larger than all others. */
static size_t gather(enum metric m, struct cell_trials trials, bool largest, double *room)
{
    size_t n = 0;
    for (size_t i = 0; i < trials.count; i++) {
        struct metric_value v = counted(m, trials.places[i].r);
        if (v.v >= 0)
            room[n++] = v.censored && largest ? DBL_MAX / 4 : v.v;
    }
    return n;
}

static size_t count_censored(enum metric m, struct cell_trials trials)
{
    size_t n = 0;
    for (size_t i = 0; i < trials.count; i++)
        n += counted(m, trials.places[i].r).censored;
    return n;
}

static void fill_values(struct summary_cell *c, struct cell_trials trials, double *room)
{
    for (int i = 0; i < METRIC_COUNT; i++) {
        enum metric m = (enum metric)i;
        c->value[m] = measure_of(room, gather(m, trials, false, room));
        c->versus[m] = measure_of(NULL, 0);
        c->censored[m] = count_censored(m, trials);
        if (c->censored[m] > 0)
            c->at_least[m] =
                measure_of(room, gather(m, trials, true, room)).median > c->value[m].median;
    }
}

static void fill_cell(struct summary_cell *c, struct cell_trials trials, double *room)
{
    *c = (struct summary_cell){.first = trials.places[0].r, .why = ""};
    for (size_t i = 0; i < trials.count; i++) {
        const struct trial_record *r = trials.places[i].r;
        c->trials[r->validity]++;
        c->reference = c->reference || r->reference;
        if (r->validity != TRIAL_VALID && c->why[0] == '\0')
            c->why = r->why;
        delivery_add(&c->delivery, &r->delivery);
        add_stored(c, r);
        add_background(c, r);
    }
    fill_values(c, trials, room);
}

/* The value of the reference in the same block, NOT_MEASURED when it has none that counts. Both
 * runs rise by block: *at is where the last search ended. */
static struct metric_value partner(enum metric m, struct cell_trials reference, int64_t block,
                                   size_t *at)
{
    struct metric_value found = {.v = NOT_MEASURED};
    while (*at < reference.count && reference.places[*at].r->block < block)
        ++*at;
    for (size_t i = *at; i < reference.count && reference.places[i].r->block == block; i++) {
        struct metric_value v = counted(m, reference.places[i].r);
        if (metric_has_change(m, v.v))
            found = v;
    }
    return found;
}

static void fill_versus(struct summary_cell *c, struct cell_trials trials,
                        struct cell_trials reference, double *room)
{
    double *other = room + trials.count;
    for (int m = 0; m < METRIC_COUNT; m++) {
        size_t n = 0, at = 0;
        for (size_t i = 0; i < trials.count; i++) {
            struct metric_value v = counted((enum metric)m, trials.places[i].r);
            struct metric_value p =
                partner((enum metric)m, reference, trials.places[i].r->block, &at);
            if (!metric_has_change((enum metric)m, v.v) || !metric_has_change((enum metric)m, p.v))
                continue;
            room[n] = v.v;
            other[n++] = p.v;
            c->open[m].larger += v.censored;
            c->open[m].smaller += p.censored;
        }
        c->versus[m] = METRICS[m].by_difference ? measure_of_differences(room, other, n)
                                                : measure_of_ratios(room, other, n);
    }
}

/* Of its valid trials, in the order they ran. */
static enum rc fill_curves(struct summary *s, struct summary_cell *c, struct cell_trials trials,
                           struct summary_hists *h, struct err *e)
{
    size_t *valid = malloc(trials.count * sizeof *valid);
    size_t count = 0;
    if (valid == NULL)
        return err_set(e, RC_INFRA, "out of memory for the latencies of %zu trials", trials.count);
    for (size_t i = 0; i < trials.count; i++)
        if (trials.places[i].r->validity == TRIAL_VALID)
            valid[count++] = trials.places[i].record;
    enum rc rc = summary_latencies(s, c, (struct summary_records){valid, count}, h, e);
    if (rc == RC_OK && count > 0)
        rc = summary_timeline(s, c, valid[count / 2], e);
    free(valid);
    return rc;
}

static void count_groups(struct summary *s, const struct place *places, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        s->group_count += i == 0 || !same_group(&places[i - 1], &places[i]);
        s->cell_count += i == 0 || !same_cell(&places[i - 1], &places[i]);
        s->trials[places[i].r->validity]++;
        if (places[i].r->block > s->blocks)
            s->blocks = places[i].r->block;
    }
}

static void open_group(struct summary_group *g, const struct trial_record *r, size_t first,
                       size_t first_trial)
{
    *g = (struct summary_group){.label = r->group_label,
                                .compare = r->compare[0] != '\0' ? r->compare : "codec",
                                .paced = r->cell.load_paced,
                                .first = first,
                                .first_trial = first_trial,
                                .reference = SIZE_MAX};
}

static struct cell_trials run_at(const struct place *places, size_t count, size_t from)
{
    size_t n = 1;
    while (from + n < count && same_cell(&places[from], &places[from + n]))
        n++;
    return (struct cell_trials){.places = &places[from], .count = n};
}

static enum rc fill_cells(struct summary *s, const struct place *places, struct cell_trials *runs,
                          double *room, struct err *e)
{
    size_t cell = 0, group = 0, count = s->results->count;
    struct summary_hists h;
    enum rc rc = summary_hists_init(&h, e);
    for (size_t at = 0; rc == RC_OK && at < count; at += runs[cell++].count) {
        runs[cell] = run_at(places, count, at);
        fill_cell(&s->cells[cell], runs[cell], room);
        if (at == 0 || !same_group(&places[at - 1], &places[at]))
            open_group(&s->groups[group++], places[at].r, cell, at);
        struct summary_group *g = &s->groups[group - 1];
        s->cells[cell].group = group - 1;
        g->count++;
        g->trials += runs[cell].count;
        g->background = g->background || places[at].r->cell.background[0] != '\0';
        if (s->cells[cell].reference)
            g->reference = cell;
        rc = fill_curves(s, &s->cells[cell], runs[cell], &h, e);
    }
    for (size_t i = 0; rc == RC_OK && i < s->cell_count; i++) {
        size_t reference = s->groups[s->cells[i].group].reference;
        if (reference != SIZE_MAX && reference != i)
            fill_versus(&s->cells[i], runs[i], runs[reference], room);
    }
    summary_hists_release(&h);
    return rc;
}

/* The dimensions in which cells of a scenario differ: its groups' labels name them. Cells of a
 * scenario stand side by side. */
static void find_varying(struct summary *s)
{
    for (size_t first = 0, end; first < s->cell_count; first = end) {
        const struct trial_record *r = s->cells[first].first;
        unsigned varies = 0;
        for (end = first; end < s->cell_count; end++) {
            const struct trial_record *other = s->cells[end].first;
            assert(r != NULL && other != NULL); /* a cell has a trial */
            if (strcmp(r->scenario, other->scenario) != 0)
                break;
            for (int d = 0; d < DIMENSION_RECORD_BYTES; d++)
                if (strcmp(trial_cell_text(&r->cell, (enum dimension)d),
                           trial_cell_text(&other->cell, (enum dimension)d)) != 0)
                    varies |= 1U << d;
        }
        for (size_t i = first; i < end; i++)
            s->groups[s->cells[i].group].varies = varies;
    }
}

static enum rc allocate(struct summary *s, struct cell_trials **runs, double **room, struct err *e)
{
    s->cells = calloc(s->cell_count, sizeof *s->cells);
    s->groups = calloc(s->group_count, sizeof *s->groups);
    s->by_group = calloc(s->results->count, sizeof(struct trial_record *));
    *runs = calloc(s->cell_count, sizeof **runs);
    *room = calloc(2 * s->results->count, sizeof **room);
    if (s->cells == NULL || s->groups == NULL || s->by_group == NULL || *runs == NULL ||
        *room == NULL)
        return err_set(e, RC_INFRA, "out of memory for a summary of %zu trials", s->results->count);
    return RC_OK;
}

/* An unreadable environment is said in the reports; the measurements stand without it. */
static enum rc read_environment(struct summary *s, struct err *e)
{
    struct buf text;
    struct err why;
    bool missing;
    buf_init(&text, (size_t)1 << 22);
    s->environment = calloc(1, sizeof *s->environment);
    enum rc rc = s->environment != NULL ? RC_OK : err_set(e, RC_INFRA, "out of memory");
    if (rc == RC_OK &&
        (results_file(s->results->path, FOLDER_ENVIRONMENT, &text, &missing, &why) != RC_OK ||
         environment_read(buf_span(&text), s->environment, &why) != RC_OK)) {
        (void)snprintf(s->environment_trouble, sizeof s->environment_trouble, "%s: %.400s",
                       FOLDER_ENVIRONMENT, why.text);
        err_one_line(s->environment_trouble);
        free(s->environment);
        s->environment = NULL;
    }
    buf_release(&text);
    return rc;
}

enum rc summary_build(const struct results *r, struct summary *out, struct err *e)
{
    struct cell_trials *runs = NULL;
    double *room = NULL;
    *out = (struct summary){.results = r};
    struct place *places = places_of(r);
    enum rc rc = places != NULL ? RC_OK : err_set(e, RC_INFRA, "out of memory for a summary");
    if (rc == RC_OK) {
        qsort(places, r->count, sizeof *places, by_place);
        count_groups(out, places, r->count);
        rc = allocate(out, &runs, &room, e);
    }
    if (rc == RC_OK)
        order_by_group(out, places);
    if (rc == RC_OK)
        rc = fill_cells(out, places, runs, room, e);
    if (rc == RC_OK)
        find_varying(out);
    if (rc == RC_OK)
        rc = read_environment(out, e);
    free(room);
    free(runs);
    free(places);
    if (rc != RC_OK)
        summary_release(out);
    return rc;
}

void summary_release(struct summary *s)
{
    if (s == NULL)
        return;
    free(s->environment);
    for (size_t i = 0; s->cells != NULL && i < s->cell_count; i++)
        free(s->cells[i].timeline);
    free(s->cells);
    free(s->groups);
    free(s->by_group);
    *s = (struct summary){.cells = NULL};
}
