/* Reads loads: the key of its map chooses the row of LOADS, whose fields fill the rest. */
#define _GNU_SOURCE
#include "scenarios/load.h"
#include "scenarios/load_trace.h"
#include "scenarios/loader.h"

#include "base/clock.h"
#include "base/quantity.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { KEYS_MAX = 24, PHASES_MAX = 64, RATE_MAX = 10000000, SPEED_MAX = 1000000 };
static const int64_t LASTS_MIN_NS = 100LL * NS_PER_MS;
static const int64_t LASTS_MAX_NS = 24LL * 3600 * NS_PER_S;
static const char *const UNTIL_WORDS[] = {"received", "acknowledged", NULL};

struct load_draft {
    const struct draft *d;
    struct load *l;
    int64_t in_flight;
    int until;                /* index in UNTIL_WORDS, -1: not given */
    const struct node *trace; /* borrowed */
    struct trace_part part;
    char *column, *time; /* owned; of a trace */
};

/* "10x": so many times. */
static bool read_times(const struct node *n, double *out)
{
    char *end = NULL;
    if (n->kind != NODE_TEXT || node_is_nothing(n) || n->text[0] < '0' || n->text[0] > '9')
        return false;
    *out = strtod(n->text, &end);
    return strcmp(end, "x") == 0 && isfinite(*out) && *out > 0;
}

static enum rc read_rate_value(const struct field *f, const struct node *n, double *out,
                               struct err *e)
{
    if (n->kind != NODE_TEXT || node_is_nothing(n))
        return node_expect(n, e, "%s", f->takes);
    if (quantity_rate(n->text, out, e) != RC_OK)
        return node_blame(n, e);
    if (*out < (double)f->lo || *out > (double)f->hi)
        return node_expect(n, e, "%s", f->takes);
    return RC_OK;
}

/* --- open and closed --- */

static enum rc read_rate(const struct field *f, const struct node *n, void *into, struct err *e)
{
    struct load *l = ((struct load_draft *)into)->l;
    l->rate_auto = n->kind == NODE_TEXT && !n->quoted && strcmp(n->text, "auto") == 0;
    return l->rate_auto ? RC_OK : read_rate_value(f, n, &l->rate_per_s, e);
}

const struct field OPEN_FIELDS[] = {
    {.name = "rate",
     .takes = "a rate with unit, 1/s to 10M/s, or auto",
     .standard = "must be given",
     .says = "open loop: records arrive at random (Poisson) at this rate, whether or not the "
             "client keeps up; `auto` is half of what the slowest arm was calibrated to do",
     .read = read_rate,
     .lo = 1,
     .hi = RATE_MAX},
    {.name = NULL},
};

const struct field CLOSED_FIELDS[] = {
    {.name = "in_flight",
     .takes = "a count, 1 to 1000000",
     .standard = "must be given",
     .says = "closed loop: a record is sent when fewer than so many are on their way",
     .read = field_count,
     .at = offsetof(struct load_draft, in_flight),
     .lo = 1,
     .hi = 1000000},
    {.name = "until",
     .takes = "received or acknowledged",
     .standard = "received",
     .says = "when a record counts as arrived",
     .read = field_word,
     .at = offsetof(struct load_draft, until),
     .words = UNTIL_WORDS},
    {.name = NULL},
};

/* --- phases --- */

struct phase_draft {
    double first_per_s; /* rate of the first phase; 0: this is it */
    double rate_per_s;
    int64_t for_ns, at_most_ns;
};

static enum rc read_phase_rate(const struct field *f, const struct node *n, void *into,
                               struct err *e)
{
    struct phase_draft *p = into;
    double times = 0;
    if (!read_times(n, &times))
        return read_rate_value(f, n, &p->rate_per_s, e);
    if (p->first_per_s == 0)
        return node_expect(n, e, "a rate with unit in the first phase, such as 1000/s");
    p->rate_per_s = times * p->first_per_s;
    if (p->rate_per_s >= (double)f->lo && p->rate_per_s <= (double)f->hi)
        return RC_OK;
    return node_refuse(n, e, "found %.10g/s; expected %s", p->rate_per_s, f->takes);
}

static enum rc read_phase_until(const struct field *f, const struct node *n, void *into,
                                struct err *e)
{
    (void)f;
    (void)into;
    return node_refuse(n, e, "needs lag, which no workload measures yet; expected for: 10 s");
}

const struct field PHASE_FIELDS[] = {
    {.name = "rate",
     .takes = "a rate with unit, 1/s to 10M/s, or a multiple of the first phase's, such as 10x",
     .standard = "must be given",
     .says = "records arrive at random (Poisson) at this rate",
     .read = read_phase_rate,
     .lo = 1,
     .hi = RATE_MAX},
    {.name = "for",
     .takes = "a duration with unit, 100 ms to 24 h",
     .standard = "must be given",
     .says = "how long the phase lasts",
     .read = field_duration,
     .at = offsetof(struct phase_draft, for_ns),
     .lo = 100LL * NS_PER_MS,
     .hi = 24LL * 3600 * NS_PER_S},
    {.name = "until",
     .takes = "a condition",
     .standard = "none",
     .says = "in place of for; not yet: conditions need lag",
     .read = read_phase_until},
    {.name = "at_most",
     .takes = "a duration with unit, 100 ms to 24 h",
     .standard = "none",
     .says = "the longest that a phase with until lasts",
     .read = field_duration,
     .at = offsetof(struct phase_draft, at_most_ns),
     .lo = 100LL * NS_PER_MS,
     .hi = 24LL * 3600 * NS_PER_S},
    {.name = NULL},
};

static enum rc read_phase(const struct node *n, double first_per_s, struct load_step *out,
                          struct err *e)
{
    struct phase_draft p = {.first_per_s = first_per_s};
    if (n->kind != NODE_MAP)
        return node_expect(n, e, "a map such as {rate: 1000/s, for: 10 s}");
    enum rc rc = field_read_all(PHASE_FIELDS, n, &p, e);
    if (rc != RC_OK)
        return rc;
    if (p.rate_per_s == 0 || p.for_ns == 0)
        return node_refuse(n, e, "found no %s; expected {rate: 1000/s, for: 10 s}",
                           p.rate_per_s == 0 ? "rate" : "for");
    if (p.at_most_ns > 0)
        return node_refuse(node_find(n, "at_most"), e,
                           "found it beside for; expected it with until, or none");
    *out = (struct load_step){.rate_per_s = p.rate_per_s, .ns = p.for_ns};
    return RC_OK;
}

static enum rc read_phases(const struct field *f, const struct node *n, void *into, struct err *e)
{
    struct load *l = ((struct load_draft *)into)->l;
    if (n->kind != NODE_LIST || n->count == 0)
        return node_expect(n, e, "%s", f->takes);
    if (n->count > PHASES_MAX)
        return node_refuse(n, e, "found %zu phases; expected at most %d", n->count, PHASES_MAX);
    struct load_step *steps = calloc(n->count, sizeof *steps);
    if (steps == NULL)
        return err_set(e, RC_INFRA, "no memory for a scenario");
    l->steps = steps;
    enum rc rc = RC_OK;
    for (; rc == RC_OK && l->step_count < n->count; l->step_count++)
        rc = read_phase(n->item[l->step_count], steps[0].rate_per_s, &steps[l->step_count], e);
    return rc;
}

const struct field PHASES_FIELDS[] = {
    {.name = "phases",
     .takes = "a list of {rate: …, for: …}",
     .standard = "must be given",
     .says = "open loop with a rate that changes: one phase after the other, then the trial ends",
     .read = read_phases},
    {.name = NULL},
};

/* --- trace --- */

static enum rc keep_trace(const struct field *f, const struct node *n, void *into, struct err *e)
{
    if (n->kind != NODE_TEXT || node_is_nothing(n) || n->text[0] == '\0')
        return node_expect(n, e, "%s", f->takes);
    ((struct load_draft *)into)->trace = n;
    return RC_OK;
}

static enum rc read_speed(const struct field *f, const struct node *n, void *into, struct err *e)
{
    double *speed = &((struct load_draft *)into)->part.speed;
    bool fits = read_times(n, speed) && *speed <= SPEED_MAX;
    return fits ? RC_OK : node_expect(n, e, "%s", f->takes);
}

static enum rc read_peak(const struct field *f, const struct node *n, void *into, struct err *e)
{
    return read_rate_value(f, n, &((struct load_draft *)into)->part.peak_per_s, e);
}

const struct field TRACE_FIELDS[] = {
    {.name = "trace",
     .takes = "a CSV file with a head, such as timestamp,value",
     .standard = "must be given",
     .says =
         "open loop that follows a recorded load; looked for as `data` of a payload is. A value "
         "holds until the time of the next one",
     .read = keep_trace},
    {.name = "column",
     .takes = "a name in the head",
     .standard = "value",
     .says = "the column that holds the load; numbers, 0 or more",
     .read = field_text,
     .at = offsetof(struct load_draft, column)},
    {.name = "time",
     .takes = "a name in the head",
     .standard = "timestamp",
     .says = "the column that holds the time: 2014-07-01 00:30:00, or seconds",
     .read = field_text,
     .at = offsetof(struct load_draft, time)},
    {.name = "speed",
     .takes = "a multiple up to 1000000x, such as 60x",
     .standard = "1x",
     .says = "so many times faster than it was recorded",
     .read = read_speed},
    {.name = "peak",
     .takes = "a rate with unit, 1/s to 10M/s",
     .standard = "must be given",
     .says = "what the largest value of the part that is replayed becomes",
     .read = read_peak,
     .lo = 1,
     .hi = RATE_MAX},
    {.name = "for",
     .takes = "a duration with unit, 100 ms to 24 h",
     .standard = "all of it",
     .says = "how long it is replayed, from its beginning",
     .read = field_duration,
     .at = offsetof(struct load_draft, part.for_ns),
     .lo = 100LL * NS_PER_MS,
     .hi = 24LL * 3600 * NS_PER_S},
    {.name = NULL},
};

static enum rc read_trace(struct load_draft *t, const struct node *n, struct err *e)
{
    char *path = strdup(t->trace->text);
    if (path == NULL)
        return err_set(e, RC_INFRA, "no memory for a scenario");
    enum rc rc = t->part.peak_per_s > 0
                     ? data_find(t->d, t->trace, &path, e)
                     : node_refuse(n, e, "found no peak; expected {trace: FILE.csv, peak: 2000/s}");
    if (rc == RC_OK) {
        t->part.column = t->column != NULL ? t->column : "value";
        t->part.time = t->time != NULL ? t->time : "timestamp";
        if (load_trace_read(path, &t->part, t->l, e) != RC_OK)
            rc = node_blame(t->trace, e);
    }
    free(path);
    return rc;
}

/* --- any --- */

static bool has_field(const struct field *table, const char *key)
{
    for (; table != NULL && table->name != NULL; table++)
        if (strcmp(table->name, key) == 0)
            return true;
    return false;
}

static enum rc accept_any(const struct field *f, const struct node *n, void *into, struct err *e)
{
    (void)f;
    (void)n;
    (void)into;
    (void)e;
    return RC_OK;
}

/* A key that no load has is named, with the nearest of all of them. */
static enum rc check_keys(const struct node *n, struct err *e)
{
    struct field all[KEYS_MAX + 1] = {{.name = NULL}};
    size_t count = 0;
    for (int k = 0; k < LOADS_COUNT; k++)
        for (const struct field *f = LOADS[k].fields;
             f != NULL && f->name != NULL && count < KEYS_MAX; f++)
            all[count++] = (struct field){.name = f->name, .read = accept_any};
    return field_read_all(all, n, NULL, e);
}

/* Which kind the map is, by the one key that chooses it. */
static enum rc choose_kind(const struct node *n, enum load_kind *out, struct err *e)
{
    const char *chosen = NULL;
    for (int k = 0; k < LOADS_COUNT; k++) {
        if (LOADS[k].key == NULL || node_find(n, LOADS[k].key) == NULL)
            continue;
        if (chosen != NULL)
            return node_refuse(n, e, "found both %s and %s; expected one of them", chosen,
                               LOADS[k].key);
        chosen = LOADS[k].key;
        *out = (enum load_kind)k;
    }
    enum rc rc = check_keys(n, e);
    if (rc != RC_OK)
        return rc;
    if (chosen == NULL)
        return node_refuse(n, e, "found no key that chooses a load; expected " LOAD_FORMS);
    for (size_t i = 0; i < n->count; i++)
        for (int k = 0; k < LOADS_COUNT; k++)
            if (!has_field(LOADS[*out].fields, n->item[i]->key) &&
                has_field(LOADS[k].fields, n->item[i]->key))
                return node_refuse(n, e, "found %s beside %s; expected %s beside %s",
                                   n->item[i]->key, chosen, n->item[i]->key, LOADS[k].key);
    return RC_OK;
}

static enum rc finish_steps(const struct node *n, struct load *l, struct err *e)
{
    char text[QUANTITY_TEXT];
    double records = 0;
    int64_t lasts_ns = load_duration_ns(l);
    if (l->step_count == 0)
        return RC_OK;
    if (lasts_ns < LASTS_MIN_NS || lasts_ns > LASTS_MAX_NS)
        return node_refuse(n, e, "found a load that lasts %s; expected 100 ms to 24 h",
                           quantity_format_duration(lasts_ns, text));
    for (size_t i = 0; i < l->step_count; i++)
        records += l->steps[i].rate_per_s * (double)l->steps[i].ns / NS_PER_S;
    l->rate_per_s = records * NS_PER_S / (double)lasts_ns;
    return RC_OK;
}

enum rc read_load(const struct field *f, const struct draft *d, const struct node *n,
                  struct load *out, struct err *e)
{
    struct load_draft t = {.d = d, .l = out, .until = -1, .part = {.speed = 1}};
    *out = (struct load){.kind = LOAD_FLAT_OUT};
    if (n->kind == NODE_TEXT && strcmp(n->text, LOADS[LOAD_FLAT_OUT].name) == 0)
        return RC_OK;
    if (n->kind != NODE_MAP)
        return node_expect(n, e, "%s", f->takes);
    enum rc rc = choose_kind(n, &out->kind, e);
    if (rc == RC_OK)
        rc = field_read_all(LOADS[out->kind].fields, n, &t, e);
    if (rc == RC_OK && out->kind == LOAD_TRACE)
        rc = read_trace(&t, n, e);
    if (rc == RC_OK)
        rc = finish_steps(n, out, e);
    out->in_flight = t.in_flight;
    out->until_acknowledged = t.until == 1;
    free(t.column);
    free(t.time);
    return rc;
}
