#include "reports/record/results_twins.h"

#include "reports/record/folder.h"

#include <stdlib.h>
#include <string.h>

struct identity {
    const struct trial_record *r;
};

static int compare_whole(int64_t x, int64_t y)
{
    return (x > y) - (x < y);
}

/* By scenario, cell and block, whatever its id; then by line. */
static int by_place(const void *a, const void *b)
{
    const struct trial_record *x = ((const struct identity *)a)->r;
    const struct trial_record *y = ((const struct identity *)b)->r;
    int order = strcmp(x->scenario, y->scenario);
    if (order == 0)
        order = compare_whole(x->cell_index, y->cell_index);
    if (order == 0)
        order = compare_whole(x->block, y->block);
    return order != 0 ? order : (x > y) - (x < y);
}

/* By scenario and id, then by line. */
static int by_id(const void *a, const void *b)
{
    const struct trial_record *x = ((const struct identity *)a)->r;
    const struct trial_record *y = ((const struct identity *)b)->r;
    int order = strcmp(x->scenario, y->scenario);
    if (order == 0)
        order = strcmp(x->trial, y->trial);
    return order != 0 ? order : (x > y) - (x < y);
}

/* By comparison, block and arm; then by line. */
static int by_arm(const void *a, const void *b)
{
    const struct trial_record *x = ((const struct identity *)a)->r;
    const struct trial_record *y = ((const struct identity *)b)->r;
    int order = strcmp(x->scenario, y->scenario);
    if (order == 0)
        order = compare_whole(x->group, y->group);
    if (order == 0)
        order = compare_whole(x->block, y->block);
    if (order == 0)
        order = strcmp(trial_record_arm(x), trial_record_arm(y));
    return order != 0 ? order : (x > y) - (x < y);
}

static bool same_race(const struct trial_record *x, const struct trial_record *y)
{
    return strcmp(x->scenario, y->scenario) == 0 && x->group == y->group && x->block == y->block;
}

static bool same_arm(const struct trial_record *x, const struct trial_record *y)
{
    return same_race(x, y) && strcmp(trial_record_arm(x), trial_record_arm(y)) == 0;
}

static bool same_place(const struct trial_record *x, const struct trial_record *y)
{
    return strcmp(x->scenario, y->scenario) == 0 && x->cell_index == y->cell_index &&
           x->block == y->block;
}

static bool same_id(const struct trial_record *x, const struct trial_record *y)
{
    return strcmp(x->scenario, y->scenario) == 0 && strcmp(x->trial, y->trial) == 0;
}

/* The first two records that are the same; sorted lies in an order that puts such side by side. */
static enum rc find_twins(const struct results *r, const struct identity *sorted,
                          bool (*same)(const struct trial_record *, const struct trial_record *),
                          struct err *e)
{
    for (size_t i = 1; i < r->count; i++) {
        const struct trial_record *one = sorted[i - 1].r, *twin = sorted[i].r;
        if (same(one, twin))
            return err_set(e, RC_INPUT,
                           "%s/" FOLDER_TRIALS ":%td: trial %s of scenario %s is on line %td "
                           "already%s%s%s",
                           r->path, twin - r->records + 1, twin->trial, twin->scenario,
                           one - r->records + 1, same_id(one, twin) ? "" : " (as ",
                           same_id(one, twin) ? "" : one->trial,
                           same_id(one, twin) ? "" : ", of the same arm and block)");
    }
    return RC_OK;
}

/* sorted by_arm: the arms of a block stand side by side. */
static enum rc refuse_two_references(const struct results *r, const struct identity *sorted,
                                     struct err *e)
{
    const struct trial_record *reference = NULL;
    for (size_t i = 0; i < r->count; i++) {
        const struct trial_record *one = sorted[i].r;
        if (!one->reference)
            continue;
        if (reference != NULL && same_race(reference, one))
            return err_set(e, RC_INPUT,
                           "%s/" FOLDER_TRIALS ":%td: trial %s is a reference, and %s of the same "
                           "comparison and block on line %td is one, too; expected one",
                           r->path, one - r->records + 1, one->trial, reference->trial,
                           reference - r->records + 1);
        reference = one;
    }
    return RC_OK;
}

enum rc results_refuse_twins(const struct results *r, struct err *e)
{
    struct identity *sorted = calloc(r->count + 1, sizeof *sorted);
    enum rc rc = RC_OK;
    if (sorted == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu trial records", r->count);
    for (size_t i = 0; i < r->count; i++)
        sorted[i].r = &r->records[i];
    qsort(sorted, r->count, sizeof *sorted, by_id);
    rc = find_twins(r, sorted, same_id, e);
    qsort(sorted, r->count, sizeof *sorted, by_place);
    if (rc == RC_OK)
        rc = find_twins(r, sorted, same_place, e);
    qsort(sorted, r->count, sizeof *sorted, by_arm);
    if (rc == RC_OK)
        rc = find_twins(r, sorted, same_arm, e);
    if (rc == RC_OK)
        rc = refuse_two_references(r, sorted, e);
    free(sorted);
    return rc;
}
