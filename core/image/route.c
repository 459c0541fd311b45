#include "core/image/route.h"

const char *const ROUTE_NAMES[] = {
    [ROUTE_DIRECT] = "direct", [ROUTE_CHUNKS] = "chunks", [ROUTE_OBJECT] = "object", NULL};

/* The documents' thresholds, in MB of whichever kind. */
enum { DIRECT_MAX = 20, CHUNK = 5, CHUNKED_MAX = 100 };

void route_rule_init(struct route_rule *rule, enum route_unit unit)
{
    *rule = (struct route_rule){.direct_max_bytes = (int64_t)DIRECT_MAX * unit,
                                .chunk_bytes = (int64_t)CHUNK * unit,
                                .chunked_max_bytes = (int64_t)CHUNKED_MAX * unit};
}

enum rc route_rule_check(const struct route_rule *rule, struct err *e)
{
    if (rule->direct_max_bytes < 0)
        return err_set(e, RC_INPUT, "direct_max_bytes: %lld; expected 0 or more",
                       (long long)rule->direct_max_bytes);
    if (rule->chunk_bytes < 1 || rule->chunk_bytes > UINT32_MAX)
        return err_set(e, RC_INPUT, "chunk_bytes: %lld; expected 1 to %u",
                       (long long)rule->chunk_bytes, UINT32_MAX);
    if (rule->chunked_max_bytes < rule->direct_max_bytes)
        return err_set(e, RC_INPUT,
                       "chunked_max_bytes: %lld; it must not be below direct_max_bytes, %lld",
                       (long long)rule->chunked_max_bytes, (long long)rule->direct_max_bytes);
    return RC_OK;
}

enum route route_of(const struct route_rule *rule, int64_t size)
{
    if (size <= rule->direct_max_bytes)
        return ROUTE_DIRECT;
    return size <= rule->chunked_max_bytes ? ROUTE_CHUNKS : ROUTE_OBJECT;
}
