#include "bench/plan/pools.h"

#include <stdlib.h>
#include <string.h>

enum rc pools_init(struct pools *p, const struct plan *plan, struct err *e)
{
    *p = (struct pools){.plan = plan, .count = plan->pool_count};
    p->rows = calloc(p->count, sizeof *p->rows);
    p->background = calloc(plan->background_count + 1, sizeof *p->background);
    if (p->rows == NULL || p->background == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu payload pools", p->count);
    return RC_OK;
}

static void release_all(struct payload_pool *rows, size_t count)
{
    for (size_t i = 0; rows != NULL && i < count; i++)
        if (rows[i].records > 0)
            payload_pool_release(&rows[i]);
    free(rows);
}

void pools_release(struct pools *p)
{
    release_all(p->rows, p->count);
    release_all(p->background, p->plan != NULL ? p->plan->background_count : 0);
    *p = (struct pools){0};
}

static enum payload_cut cut_of(const char *name)
{
    if (name != NULL && strcmp(name, "whole") == 0)
        return CUT_WHOLE;
    if (name != NULL && strcmp(name, "slices") == 0)
        return CUT_SLICES;
    return CUT_LINES;
}

struct payload_spec pools_spec(const struct scenario *s, const struct payload_choice *p,
                               int64_t record_bytes)
{
    return (struct payload_spec){.kind = p->kind,
                                 .path = p->data,
                                 .cut = cut_of(p->cut),
                                 .size_bytes = (size_t)record_bytes,
                                 .sizes = p->sizes,
                                 .size_count = p->size_count,
                                 .pool_bytes = (size_t)s->pool_bytes,
                                 .seed = s->seed};
}

static enum rc build(const struct scenario *s, const struct plan_cell *c, struct payload_pool *pool,
                     struct err *e)
{
    struct payload_spec spec = pools_spec(s, c->payload, c->record_bytes);
    enum rc rc = payload_pool_build(&spec, pool, e);
    if (rc != RC_OK) /* a generator's message names it already */
        return c->payload->kind == NULL ? err_wrap(e, "payload %s", c->payload->name) : rc;
    return RC_OK;
}

/* Built when it is first asked for; NULL for a cell that needs no records. */
static enum rc get(const struct scenario *s, const struct plan_cell *c, struct payload_pool *pool,
                   const struct payload_pool **out, struct err *e)
{
    *out = NULL;
    if (payload_is_nothing(c->payload))
        return RC_OK;
    enum rc rc = pool->records > 0 ? RC_OK : build(s, c, pool, e);
    if (rc == RC_OK)
        *out = pool;
    return rc;
}

enum rc pools_get(struct pools *p, const struct plan_cell *c, const struct payload_pool **out,
                  struct err *e)
{
    return get(p->plan->scenario, c, &p->rows[c->pool], out, e);
}

enum rc pools_get_background(struct pools *p, const struct plan_cell *c,
                             const struct payload_pool **out, struct err *e)
{
    *out = NULL;
    if (c->background == NULL)
        return RC_OK;
    const struct plan *of = &c->background->plan;
    return get(of->scenario, of->cells, &p->background[c->background - p->plan->backgrounds], out,
               e);
}
