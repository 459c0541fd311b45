#include "bench/run/pools.h"

#include <stdlib.h>
#include <string.h>

enum rc pools_init(struct pools *p, const struct scenario *s, size_t count, struct err *e)
{
    *p = (struct pools){.scenario = s, .rows = calloc(count, sizeof *p->rows), .count = count};
    if (p->rows == NULL)
        return err_set(e, RC_INFRA, "out of memory for %zu payload pools", count);
    return RC_OK;
}

void pools_release(struct pools *p)
{
    for (size_t i = 0; p->rows != NULL && i < p->count; i++)
        if (p->rows[i].records > 0)
            payload_pool_release(&p->rows[i]);
    free(p->rows);
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

struct payload_spec pools_spec(const struct scenario *s, const struct payload_sweep *p,
                               int64_t record_bytes)
{
    return (struct payload_spec){.kind = p->kind,
                                 .path = p->data,
                                 .cut = cut_of(p->cut),
                                 .size_bytes = (size_t)record_bytes,
                                 .pool_bytes = (size_t)s->pool_bytes,
                                 .seed = s->seed};
}

enum rc pools_get(struct pools *p, const struct plan_cell *c, const struct payload_pool **out,
                  struct err *e)
{
    struct payload_pool *pool = &p->rows[c->pool];
    if (pool->records == 0) {
        struct payload_spec spec = pools_spec(p->scenario, c->payload, c->record_bytes);
        enum rc rc = payload_pool_build(&spec, pool, e);
        if (rc != RC_OK) /* a generator's message names it already */
            return c->payload->kind == NULL ? err_wrap(e, "payload %s", c->payload->name) : rc;
    }
    *out = pool;
    return RC_OK;
}
