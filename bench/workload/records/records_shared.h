/*
 * What a flow of records shares: its spec, and what its sender and its receiver note.
 *
 * Images go the same way with more to say (bench/workload/images/images.h): their spec and regions
 * begin with those of records, so that one sender and one receiver serve both.
 *
 * The spec is followed by two lists of partitions long, at start_at and end_at bytes from its
 * beginning; the receiver's region by one, and both regions by their half of the ledger. Partitions
 * of several topics are numbered through (topic.h).
 * Ownership: all lies in shared memory. Threads: the spec is the conductor's; a region has one
 * writer, and its atomic words may be read by anybody at any time.
 */
#ifndef ASSAY_BENCH_WORKLOAD_RECORDS_RECORDS_SHARED_H
#define ASSAY_BENCH_WORKLOAD_RECORDS_RECORDS_SHARED_H

#include "bench/measure/ledger.h"
#include "bench/trial/shared_load.h"
#include "bench/workload/records/topic_rules.h"
#include "core/encode/encoding.h"
#include "core/image/topics.h"
#include "scenarios/scenario.h"

enum { KIND_SENDER, KIND_RECEIVER }; /* in the table of kinds of records and of images */
enum { RECORDS_CLUSTER_TEXT = 65536, RECORDS_HEADERS_TEXT = 4096 };

struct records_spec {
    char topic[RECORD_NAME_MAX * 3];
    int32_t partitions; /* of all topics together: ledger and offsets number them through */
    int32_t topics;     /* 0: the topic alone; else the documents' three, see topic.h */
    int32_t encoding;   /* enum encoding */
    struct shared_load load;
    char codec[CODEC_SPEC_TEXT]; /* as codec_spec_parse takes it */
    struct batching batching;
    int64_t message_max_bytes;
    int64_t largest_bytes; /* of the payload's records, before encoding */
    int64_t records;       /* to send at most, warm-up included; of images: images */
    int64_t messages;      /* room for the Kafka records they become; of records: as many */
    bool until_told;   /* records is room only: the sender is done when told that it is enough */
    bool mixed;        /* another flow writes to the topic: its records are not to be read */
    int64_t warmup;    /* of records, sent first and not measured */
    int64_t window_ns; /* stop sending measured records after so long; 0: send them all */
    int64_t key_count; /* 0: no keys */
    /* Exact trials: of the first record, one more for each; 0: the client's. */
    int64_t timestamp_ms;
    bool receiver_after;
    bool shared_topic;                  /* others may write to it, too */
    int32_t sabotage;                   /* enum sabotage */
    int64_t delay_ns;                   /* planted before each record is handed over; 0: none */
    char headers[RECORDS_HEADERS_TEXT]; /* "name=value\n" each, at most 64 */
    char sender_cpus[64];               /* pinned to; "" not pinned */
    char receiver_cpus[64];
    char cluster[RECORDS_CLUSTER_TEXT]; /* cluster_write's text; secrets inside */
    uint64_t start_at, end_at;          /* of the lists of offsets */
};

/* Where the receiver begins in each partition, and up to where it reads: set before DRAIN. */
int64_t *records_start_offsets(const struct records_spec *s);
int64_t *records_end_offsets(const struct records_spec *s);

struct sender_region {
    uint64_t entries_at, room;   /* the sent half of the ledger, from the region's beginning */
    _Atomic uint64_t sent_count; /* entries in use, sends handed to the client */
    int64_t payload_bytes;       /* handed to the client, after encoding, warm-up included */
    int64_t original_bytes;      /* before encoding */
    int64_t encode_ns, encoded;  /* time spent making so many measured records */
};

struct receiver_region {
    uint64_t entries_at, room; /* the received half of the ledger */
    uint64_t read_up_to_at;
    _Atomic uint64_t received_count; /* entries in use */
    _Atomic uint32_t overflow;       /* the receiver ran out of entries */
};

struct sent_entry *sender_entries(struct sender_region *r);
struct received_entry *receiver_entries(struct receiver_region *r);
/* Per partition, by the receiver when DONE: the offset it has read up to (exclusive). */
int64_t *receiver_read_up_to(struct receiver_region *r);

size_t records_list_bytes(const struct records_spec *s); /* of a number for each partition */
/* Sizes of regions whose struct has own_bytes. */
size_t sender_region_bytes(const struct records_spec *s, size_t own_bytes);
size_t receiver_region_bytes(const struct records_spec *s, size_t own_bytes);

/* What the conductor keeps of such a flow: f->state. */
struct records_state {
    struct records_spec *spec; /* on the heap until the memory is made; then the shared one */
    bool spec_is_ours;         /* on the heap */
    int32_t topics_made;       /* created by this flow, so deleted by it */
    bool three_topics;         /* of routed images */
    struct topic_rules rules[IMAGE_TOPICS]; /* of the topics, before the trial */
};

const struct records_spec *records_spec_of(const struct flow *f);

#endif
