/*
 * What probes do on the image path: images of random bytes, the documents' topics under a prefix of
 * their own, and everything that was sent read back.
 *
 * Ownership: a struct probe_imagery owns topics and producers until probe_imagery_close, a struct
 * probe_records its records until probe_records_release; both may be zeroed. Images are borrowed.
 * Errors: what ends the asking; that a record is refused stands in the struct.
 * Threads: main thread only.
 */
#ifndef ASSAY_BENCH_PROBE_PROBE_IMAGERY_H
#define ASSAY_BENCH_PROBE_PROBE_IMAGERY_H

#include "bench/probe/probe.h"
#include "core/image/image_record.h"
#include "core/image/router.h"
#include "core/kafka/consumer.h"
#include "core/kafka/producer.h"

#include <stdatomic.h>

enum { PROBE_IMAGE_PREFIX = 128, PROBE_IMAGE_REFUSAL = 256, PROBE_RECORDS = 64 };

/* size bytes that nobody can compress; NULL when memory is out. The caller frees them. */
uint8_t *probe_image_make(size_t size, uint64_t seed);
/* Metadata of an image that is called so. */
struct image_metadata probe_image_metadata(const char *source_id);

/* The records of images, kept in memory in the order in which they were made. */
struct probe_records {
    struct image_message messages[PROBE_RECORDS];
    size_t count;
};
/* Appends the records that the documents' rule makes of the image; store NULL: none. */
enum rc probe_records_add(struct probe_records *all, struct span image, const char *source_id,
                          const struct object_store *store, struct err *e) MUST_CHECK;
void probe_records_release(struct probe_records *all);

struct probe_imagery {
    const struct probe_context *context;
    char prefix[PROBE_IMAGE_PREFIX];
    bool made[IMAGE_TOPICS];
    struct producer *producers[IMAGE_TOPICS]; /* NULL until something is sent there */
    struct codec_spec codec[IMAGE_TOPICS];    /* as the documents say, unless set before sending */
    struct router router;
    _Atomic int64_t acknowledged[IMAGE_TOPICS], refused;
    char refusal[PROBE_IMAGE_REFUSAL]; /* of the first that was refused */
};

/* Makes the topics. *im must not move while it is open. */
enum rc probe_imagery_open(struct probe_imagery *im, const struct probe_context *g,
                           const char *what, struct err *e) MUST_CHECK;
void probe_imagery_close(struct probe_imagery *im);

/* Sends one image by the router and waits until each of its records is reported on. *taken: all
 * were; else im->refusal says why not. */
enum rc probe_imagery_send(struct probe_imagery *im, struct span image, const char *source_id,
                           bool *taken, struct routed *out, struct err *e) MUST_CHECK;
/* The next sending to this topic is with that codec. */
void probe_imagery_use_codec(struct probe_imagery *im, enum image_topic topic,
                             struct codec_spec codec);

/* Calls see for every record that the topic acknowledged, from its start. */
typedef enum rc probe_imagery_see(void *ctx, const struct consumed *record, struct err *e);
enum rc probe_imagery_read(struct probe_imagery *im, enum image_topic topic, probe_imagery_see *see,
                           void *ctx, struct err *e) MUST_CHECK;

#endif
