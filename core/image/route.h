/*
 * Which way an image goes, by its size: one record, chunks, or the object store with a reference.
 *
 *   size <= direct_max_bytes                      one record
 *   direct_max_bytes < size <= chunked_max_bytes  chunks of chunk_bytes
 *   chunked_max_bytes < size                      object store
 * Source: the documents' routing logic (20 MB, 100 MB, chunks of 5 MB). They do not say which MB;
 * here it is 10^6 bytes unless asked otherwise, because an image of 20 MiB that does not compress
 * cannot pass their own topic (max.message.bytes 20971520) with the record's overhead.
 * Ownership: plain values. Threads: pure functions; an object store's calls are its owner's matter.
 */
#ifndef ASSAY_CORE_IMAGE_ROUTE_H
#define ASSAY_CORE_IMAGE_ROUTE_H

#include "base/err.h"
#include "base/span.h"
#include "core/image/metadata.h"

#include <stdint.h>

enum route { ROUTE_DIRECT, ROUTE_CHUNKS, ROUTE_OBJECT };
extern const char *const ROUTE_NAMES[]; /* "direct" "chunks" "object", by enum route; NULL ends */

enum route_unit { ROUTE_MB = 1000000, ROUTE_MIB = 1048576 };

struct route_rule {
    int64_t direct_max_bytes;
    int64_t chunk_bytes;
    int64_t chunked_max_bytes;
};

/* The documents' thresholds in the given unit. */
void route_rule_init(struct route_rule *rule, enum route_unit unit);
/* RC_INPUT names the threshold that is out of range, and its range. */
enum rc route_rule_check(const struct route_rule *rule, struct err *e) MUST_CHECK;

enum route route_of(const struct route_rule *rule, int64_t size);

/* Where the data of an image come from: memory, or a file read piece by piece. */
struct image_source {
    /* Reads exactly size bytes from offset into out; RC_INFRA or RC_INTEGRITY (changed meanwhile)
     * otherwise. */
    enum rc (*read)(void *ctx, int64_t offset, void *out, size_t size, struct err *e);
    void *ctx;
    int64_t size;         /* bytes in all */
    const uint8_t *bytes; /* all of them, where they are in memory anyway; NULL: read them */
};

/* What the router needs of an object store. */
struct object_store_ops {
    /* Stores the image; appends to reference one JSON object by which `get` finds it and that a
     * consumer in another language can use. Nothing is left behind on failure. */
    enum rc (*put)(void *ctx, const struct image_source *image, const struct image_metadata *m,
                   struct buf *reference, struct err *e);
    /* Fetches what a reference points to into `take`, piece by piece and in order. RC_INTEGRITY
     * when it is not what was stored: all that was handed out is then to be thrown away. */
    enum rc (*get)(void *ctx, struct span reference,
                   enum rc (*take)(void *to, struct span piece, struct err *e), void *to,
                   struct err *e);
    /* Removes it: for an image whose reference could not be sent. */
    enum rc (*remove)(void *ctx, struct span reference, struct err *e);
};
struct object_store {
    const struct object_store_ops *ops;
    void *ctx;
};

#endif
