#include "bench/payload/generators.h"

enum rc readings_append(enum rc (*one)(struct payload_source *s, struct buf *out, struct err *e),
                        struct payload_source *s, size_t size_bytes, struct buf *out, struct err *e)
{
    size_t start = out->size;
    enum rc rc = one(s, out, e);
    while (rc == RC_OK && out->size - start < size_bytes) {
        rc = buf_append(out, "\n", 1, e);
        if (rc == RC_OK)
            rc = one(s, out, e);
    }
    return rc;
}
