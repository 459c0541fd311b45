#include "reports/summary/comparison.h"

#include "base/json_writer.h"

#include <math.h>
#include <stdio.h>

/* Absent measurements and open ends are null. */
static void write_number(struct json_writer *w, const char *name, double v, bool known)
{
    if (known && isfinite(v))
        json_write_real(w, name, v);
    else
        json_write_null(w, name);
}

void effect_write(const struct effect *f, struct json_writer *w)
{
    bool measured = f->word != EFFECT_NOT_MEASURED;
    bool noisy = measured && !f->exact;
    json_write_text(w, "metric", METRICS[f->metric].name);
    json_write_bool(w, "exact", f->exact);
    json_write_int(w, "n_from", (int64_t)f->n_from);
    json_write_int(w, "n_to", (int64_t)f->n_to);
    json_write_int(w, "censored", (int64_t)f->censored);
    write_number(w, "from", f->from, measured);
    write_number(w, "to", f->to, measured);
    json_write_bool(w, "relative", !METRICS[f->metric].by_difference);
    write_number(w, "change", f->change, measured);
    write_number(w, "lo", f->lo, noisy && !effect_is_open_below(f));
    write_number(w, "hi", f->hi, noisy);
    write_number(w, "p", f->p, noisy);
    write_number(w, "p_holm", f->p_holm, noisy);
    write_number(w, "detectable", f->detectable, noisy);
    json_write_text(w, "says", effect_says(f));
}

static void write_identity(const struct trial_record *r, struct json_writer *w)
{
    json_write_text(w, "scenario", r->scenario);
    json_write_text(w, "arm", trial_record_arm(r));
    for (int d = 0; d < DIMENSION_RECORD_BYTES; d++)
        if (d != DIMENSION_ARM)
            json_write_text(w, DIMENSION_NAMES[d].name,
                            trial_cell_text(&r->cell, (enum dimension)d));
    json_write_int(w, "record_bytes", r->cell.record_bytes);
}

static void write_only(struct json_writer *w, const char *name,
                       const struct trial_record *const *rows, size_t count)
{
    json_write_array(w, name);
    for (size_t i = 0; i < count; i++) {
        json_write_object(w, NULL);
        write_identity(rows[i], w);
        json_write_close(w);
    }
    json_write_close(w);
}

void comparison_write(const struct comparison *c, struct json_writer *w)
{
    json_write_text(w, "a", c->a->path);
    json_write_text(w, "b", c->b->path);
    json_write_bool(w, "unreliable", c->unreliable);
    json_write_bool(w, "reference_differs", c->reference_differs);
    json_write_text(w, "why", c->why);
    json_write_real(w, "alpha", c->level.alpha);
    json_write_int(w, "comparisons", (int64_t)c->level.comparisons);
    json_write_int(w, "trials_needed", (int64_t)effect_needs(c->level, false));
    json_write_array(w, "cells");
    for (size_t i = 0; i < c->cell_count; i++) {
        const struct compared_cell *cell = &c->cells[i];
        json_write_object(w, NULL);
        write_identity(cell->a, w);
        json_write_bool(w, "reference", cell->reference);
        json_write_int(w, "trials_a", (int64_t)cell->trials_a);
        json_write_int(w, "trials_b", (int64_t)cell->trials_b);
        trial_shares_write(&cell->shares, w);
        json_write_array(w, "effects");
        for (size_t k = cell->first; k < cell->first + cell->count; k++) {
            json_write_object(w, NULL);
            effect_write(&c->effects[k], w);
            json_write_close(w);
        }
        json_write_close(w);
        json_write_close(w);
    }
    json_write_close(w);
    write_only(w, "only_a", c->only_a, c->only_a_count);
    write_only(w, "only_b", c->only_b, c->only_b_count);
}
