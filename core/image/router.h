/*
 * Sends an image the way its size asks for: builds the records and hands them to a sink.
 *
 * Every record's value is one block from malloc that the sink takes over, so that a producer need
 * not copy it and may keep it until its delivery report; a sink that waits bounds the memory.
 * Of an image from a file no more than one record is in memory at a time.
 * Errors: RC_INPUT for metadata, sizes or routes that cannot be; RC_INTEGRITY when the source
 * changed meanwhile; else the sink's, the source's or the store's own. An image that failed midway
 * may have left chunks behind that reassembly will report; never a whole record of a wrong image.
 * What the bytes are is not looked at: image_format_check first.
 * Ownership: all is borrowed during the call, values go to the sink. Threads: one owner per router.
 */
#ifndef ASSAY_CORE_IMAGE_ROUTER_H
#define ASSAY_CORE_IMAGE_ROUTER_H

#include "base/clock.h"
#include "core/image/chunk.h"
#include "core/image/metrics.h"
#include "core/image/route.h"
#include "core/image/topics.h"

struct image_message {
    enum image_topic topic;
    char key[IMAGE_ID_TEXT]; /* the image's id, so that its chunks share a partition */
    size_t key_size;
    uint8_t *value; /* the sink frees it, also when it fails */
    size_t value_size;
};

struct image_sink {
    enum rc (*send)(void *ctx, const struct image_message *m, struct err *e);
    void *ctx;
};

struct router {
    struct route_rule rule;
    struct image_sink sink;
    bool as_document;              /* rolled back: every image as base64 in JSON, in one record */
    struct object_store store;     /* ops NULL: none; images beyond the chunked limit are refused */
    struct image_metrics *metrics; /* borrowed; NULL: none */
    struct instant (*now)(void);   /* the clock for metrics; NULL: nothing is timed */
};

struct routed {
    enum route route; /* of a document: direct */
    struct image_id id;
    int64_t records;      /* handed to the sink */
    int64_t record_bytes; /* in all their values */
};

/* The rule in the given unit; sink and store to be set by the caller. */
void router_init(struct router *r, enum route_unit unit);

/* Sends one image. `id` NULL: a new one. *out is filled as far as it went, also on failure. */
enum rc router_send(struct router *r, const struct image_source *image,
                    const struct image_metadata *m, const struct image_id *id, struct routed *out,
                    struct err *e) MUST_CHECK;

#endif
