/*
 * What probes do on the image path: the documents' topics under a prefix of their own, images sent
 * to them by the router, and everything that was sent read back.
 *
 * Ownership: a struct probe_imagery owns topics until probe_imagery_close, a struct probe_records
 * its records until probe_records_release; both may be zeroed. Images are borrowed.
 * Errors: what ends the asking; that a record is refused stands in the struct.
 * Threads: main thread only.
 */
#ifndef ASSAY_BENCH_PROBE_PROBE_IMAGERY_H
#define ASSAY_BENCH_PROBE_PROBE_IMAGERY_H

#include "bench/probe/probe_topic.h"
#include "bench/workload/images/image_rule.h"
#include "core/image/image_record.h"
#include "core/image/router.h"
#include "core/kafka/consumer.h"

enum { PROBE_RECORDS = 64 };

/* The records of images, kept in memory in the order in which they were made. */
struct probe_records {
    struct image_message messages[PROBE_RECORDS];
    size_t count;
};
/* Appends the records that the documents' rule makes of the image. */
enum rc probe_records_add(struct probe_records *all, struct span image, const char *source_id,
                          struct err *e) MUST_CHECK;
void probe_records_release(struct probe_records *all);

struct probe_imagery {
    const struct probe_context *context;
    struct probe_topic topics[IMAGE_TOPICS];
    struct codec_spec codec[IMAGE_TOPICS]; /* the documents', unless set before sending */
    struct router router;                  /* store and as_document may be set before sending */
    char refusal[PROBE_REFUSAL];           /* of the first record of the last image; "" */
};

/* Makes the topics. */
enum rc probe_imagery_open(struct probe_imagery *im, const struct probe_context *g,
                           const char *what, struct err *e) MUST_CHECK;
void probe_imagery_close(struct probe_imagery *im);

/* Sends one image by the router and waits until each of its records is reported on. *taken: all
 * were; else im->refusal says why not. */
enum rc probe_imagery_send(struct probe_imagery *im, struct span image, const char *source_id,
                           bool *taken, struct err *e) MUST_CHECK;

/* Calls see for every record of the topic. */
typedef enum rc probe_imagery_see(void *ctx, const struct consumed *record, struct err *e);
enum rc probe_imagery_read(const struct probe_imagery *im, enum image_topic topic,
                           probe_imagery_see *see, void *ctx, struct err *e) MUST_CHECK;

#endif
