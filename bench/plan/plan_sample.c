/* Learns what a payload's records look like: a few of a generator, all of a corpus. */
#include "base/hash.h"
#include "bench/payload/payload.h"
#include "bench/plan/plan.h"
#include "bench/plan/pools.h"

#include <assert.h>
#include <string.h>

enum { SAMPLE_RECORDS = 256, SAMPLE_BYTES = 1000000, POOL_STANDARD = 64000000 };

enum rc plan_sample_payload(const struct scenario *s, const struct payload_choice *p,
                            int64_t record_bytes, struct plan_sample *out, struct err *e)
{
    if (payload_is_nothing(p)) {
        *out = (struct plan_sample){.mean_bytes = 1, .max_bytes = 1};
        return RC_OK;
    }
    struct payload_spec spec = pools_spec(s, p, record_bytes);
    if (p->kind != NULL) {
        spec.records_max = SAMPLE_RECORDS;
        spec.pool_bytes = SAMPLE_BYTES;
    }
    struct payload_pool pool;
    enum rc rc = payload_pool_build(&spec, &pool, e);
    if (rc != RC_OK)
        return rc;
    if (pool.records > 1 && pool.distinct == 1) {
        rc = err_set(e, RC_INPUT,
                     "%s: all %zu records are the same, and one record repeated judges nothing; "
                     "expected records that differ",
                     spec.path, pool.records);
        payload_pool_release(&pool);
        return rc;
    }
    *out = (struct plan_sample){.records = p->kind == NULL ? (int64_t)pool.records : 0,
                                .pool_bytes = (int64_t)pool.total_bytes,
                                .damaged = (int64_t)pool.damaged};
    memcpy(out->damage, pool.damage, sizeof out->damage);
    if (p->kind == NULL) /* slots hold the length and the hash of every record */
        out->hash =
            hash_bytes(span_of((const uint8_t *)pool.slots, pool.records * sizeof *pool.slots));
    for (size_t i = 0; i < pool.records; i++)
        if ((int64_t)pool.slots[i].size > out->max_bytes)
            out->max_bytes = (int64_t)pool.slots[i].size;
    assert(pool.records > 0);
    out->mean_bytes = (int64_t)(pool.total_bytes / pool.records);
    if (out->mean_bytes < 1)
        out->mean_bytes = 1;
    if (p->kind != NULL)
        out->pool_bytes = s->pool_bytes > 0 ? s->pool_bytes : POOL_STANDARD;
    if (out->pool_bytes < out->max_bytes)
        out->pool_bytes = out->max_bytes;
    payload_pool_release(&pool);
    return RC_OK;
}
