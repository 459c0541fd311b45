/*
 * What a flow of images shares beyond that of records: thresholds and store in the spec, a ledger
 * of images of their own in both regions, in which the offset is the sequence.
 *
 * Ownership and threads: as in bench/workload/records/records.h.
 */
#ifndef ASSAY_BENCH_WORKLOAD_IMAGES_IMAGES_H
#define ASSAY_BENCH_WORKLOAD_IMAGES_IMAGES_H

#include "bench/workload/records/records.h"
#include "core/image/metrics.h"
#include "core/image/reassembly.h"
#include "core/image/route.h"
#include "core/s3/object_store_config.h"

struct images_spec {
    struct records_spec records;      /* first: it is the spec of their messages, too */
    struct route_rule rule;           /* how they go */
    bool reassembly_files;            /* chunks wait in files for their image to be whole */
    struct object_store_config store; /* bucket "": none. codec is left out */
    char store_says[RECORD_NAME_MAX];
};

struct image_sender_region {
    struct sender_region records; /* first */
    uint64_t images_at;           /* the sent half of the ledger of images */
    _Atomic uint64_t images_sent;
    char format[RECORD_NAME_MAX]; /* when READY: of all; else "several" */
    struct image_metrics metrics;
    int64_t object_bytes; /* stored in the object store, whole trial */
    int64_t http_sent;    /* to it */
};

/* What the receiver's reassembly has in hand, and what became of what it was given. */
struct image_reassembly {
    _Atomic uint64_t in_flight, memory_bytes, file_bytes;
    _Atomic uint64_t taken, duplicate, late, damaged; /* chunks */
    _Atomic uint64_t ended[REASSEMBLY_ENDS];          /* images */
};

struct image_receiver_region {
    struct receiver_region records; /* first */
    uint64_t images_at, images_room;
    _Atomic uint64_t images_received;
    struct image_metrics metrics;
    struct image_reassembly reassembly;
    int64_t http_received;
    char trouble[ERR_TEXT_MAX]; /* the first image that could not be had */
};

struct sent_entry *images_sent_entries(struct image_sender_region *r);
struct received_entry *images_received_entries(struct image_receiver_region *r);

/* What a trial of images, judged, stored of what it sent: for live metrics, when it was measured,
 * is not void and the stored batches were read. format: of all its images, or "several". */
void images_note_stored(struct live_metrics *live, enum live_phase phase, const char *format,
                        const struct trial_record *r);

/* The kinds of workers, for the row in images.c. */
enum rc sender_of_images(struct worker *w, struct err *e);
enum rc receiver_of_images(struct worker *w, struct err *e);

#endif
