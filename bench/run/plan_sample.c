/* Learns what a payload's records look like: a few of a generator, all of a corpus. */
#include "bench/payload/payload.h"
#include "bench/run/plan.h"

#include <assert.h>
#include <string.h>

enum { SAMPLE_RECORDS = 256, SAMPLE_BYTES = 1000000, POOL_STANDARD = 64000000 };

static enum payload_cut cut_of(const struct payload_sweep *p)
{
    static const struct {
        const char *name;
        enum payload_cut cut;
    } cuts[] = {{"lines", CUT_LINES}, {"whole", CUT_WHOLE}, {"slices", CUT_SLICES}};
    size_t i = 0;
    while (p->cut != NULL && strcmp(cuts[i].name, p->cut) != 0)
        i++;
    return cuts[i].cut;
}

static struct payload_spec spec_of(const struct scenario *s, const struct payload_sweep *p,
                                   int64_t record_bytes)
{
    return (struct payload_spec){.kind = p->kind,
                                 .path = p->data,
                                 .cut = cut_of(p),
                                 .size_bytes = (size_t)record_bytes,
                                 .pool_bytes = (size_t)s->pool_bytes,
                                 .seed = s->seed};
}

enum rc plan_sample_payload(const struct scenario *s, const struct payload_sweep *p,
                            int64_t record_bytes, struct plan_sample *out, struct err *e)
{
    struct payload_spec spec = spec_of(s, p, record_bytes);
    if (p->kind != NULL) {
        spec.records_max = SAMPLE_RECORDS;
        spec.pool_bytes = SAMPLE_BYTES;
    }
    struct payload_pool pool;
    enum rc rc = payload_pool_build(&spec, &pool, e);
    if (rc != RC_OK)
        return rc;
    *out = (struct plan_sample){.records = p->kind == NULL ? (int64_t)pool.records : 0,
                                .pool_bytes = (int64_t)pool.total_bytes};
    for (size_t i = 0; i < pool.records; i++)
        if ((int64_t)pool.slots[i].size > out->max_bytes)
            out->max_bytes = (int64_t)pool.slots[i].size;
    assert(pool.records > 0);
    out->mean_bytes = (int64_t)(pool.total_bytes / pool.records);
    if (out->mean_bytes < 1)
        out->mean_bytes = 1;
    if (p->kind != NULL)
        out->pool_bytes = s->pool_bytes > 0 ? s->pool_bytes : POOL_STANDARD;
    payload_pool_release(&pool);
    return RC_OK;
}
