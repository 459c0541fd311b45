/*
 * The board: the shared memory of one trial.
 *
 * One memfd holds what the roles are asked to do (struct trial_spec), how far they are (struct
 * role_state) and what they noted (the ledger's two arrays). The trial creates it, the roles map
 * it; it is the only thing they share besides the read-only payload pool. Nothing secret ever
 * stands on a command line: the cluster's settings travel in here.
 *
 * The way of a trial: HOLD, both roles become READY; WARM_UP, the sender sends its first records
 * and becomes WARM; MEASURE, both note their CPU and become MEASURING; the sender ends DONE; DRAIN,
 * the receiver reads to end_offset and ends DONE. STOP ends both at once. Where spec.until_told is
 * set the trial says when the sender has sent enough.
 *
 * Threads: fields of spec are written before the roles start; control by the trial only; each
 * role_state by its role only; progress words are atomic and double as futexes.
 */
#ifndef ASSAY_BENCH_TRIAL_BOARD_H
#define ASSAY_BENCH_TRIAL_BOARD_H

#include "base/err.h"
#include "bench/measure/ledger.h"
#include "bench/measure/process.h"
#include "core/encode/encoding.h"
#include "core/image/metrics.h"
#include "core/image/reassembly.h"
#include "core/image/route.h"
#include "core/kafka/settings.h"
#include "core/kafka/wire_bytes.h"
#include "core/s3/object_store_config.h"
#include "scenarios/scenario.h"

#include <stdatomic.h>
#include <stdint.h>

enum board_control { CONTROL_HOLD, CONTROL_WARM_UP, CONTROL_MEASURE, CONTROL_DRAIN, CONTROL_STOP };
enum role_phase { ROLE_STARTING, ROLE_READY, ROLE_WARM, ROLE_MEASURING, ROLE_DONE, ROLE_FAILED };
/* Raised with every change of struct board or what it holds; its size is part of the layout, too.
 */
enum { BOARD_VERSION = 7 };
enum { BOARD_CLUSTER_TEXT = 65536, BOARD_SETTINGS_TEXT = 8192, BOARD_HEADERS_TEXT = 4096 };

struct trial_spec {
    char topic[RECORD_NAME_MAX * 3];
    int32_t partitions; /* of all topics together: ledger and offsets number them through */
    int32_t topics;     /* 0: the topic alone; else the documents' three, see topic.h */
    int32_t encoding;   /* enum encoding */
    struct load load;
    char codec[CODEC_SPEC_TEXT]; /* as codec_spec_parse takes it */
    struct batching batching;
    int64_t message_max_bytes;
    int64_t records;   /* to send at most, warm-up included; of images: images */
    bool until_told;   /* records is room only: the sender is done when told that it is enough */
    bool mixed;        /* another trial's images or records stand in the topic: not to be read */
    int64_t messages;  /* images: room for the messages they become; 0: as records */
    int64_t warmup;    /* of these, sent first and not measured */
    int64_t window_ns; /* stop sending measured records after so long; 0: send them all */
    int64_t key_count; /* 0: no keys */
    int64_t
        timestamp_ms; /* exact trials: of the first record, one more for each; 0: the client's */
    double max_rate_per_s; /* cap for any load; 0: none */
    uint64_t seed;
    bool receiver_after;
    bool shared_topic;                /* others may write to it too */
    int32_t sabotage;                 /* enum sabotage */
    int64_t delay_ns;                 /* planted before each record is handed over; 0: none */
    char headers[BOARD_HEADERS_TEXT]; /* "name=value\n" each, at most 64 */
    char sender_cpus[64];             /* pinned to; "" not pinned */
    char receiver_cpus[64];
    int64_t start_offset[LEDGER_PARTITIONS]; /* where the receiver begins */
    char cluster[BOARD_CLUSTER_TEXT];        /* cluster_write's text; secrets inside */
    struct route_rule rule;                  /* images: how they go */
    int64_t image_max_bytes;                 /* images: the largest; 0: the trial has none */
    bool reassembly_files;                   /* chunks wait in files for their image to be whole */
    struct object_store_config store;        /* images; bucket "": none. codec is left out */
    char store_says[RECORD_NAME_MAX];
};

struct role_state {
    _Atomic uint32_t phase;    /* enum role_phase */
    _Atomic uint32_t progress; /* records acknowledged (sender) or received (receiver); images when
                                  the trial has images: complete, or given up */
    _Atomic uint32_t wake_at;  /* the one who sleeps on progress wants it to be so far; 0: nobody */
    int32_t rc;                /* enum rc when FAILED */
    char error[ERR_TEXT_MAX];
    char trouble[ERR_TEXT_MAX]; /* with the broker, while nothing is answered; "" none */
    int64_t too_large_bytes;    /* of the first record refused for its size; 0: none was */
    struct cpu_use cpu_start, cpu_end;
    int64_t anon_bytes;         /* its own memory when it had just finished, before it freed any */
    struct wire_bytes wire;     /* since the client was opened */
    char cpus[RECORD_NAME_MAX]; /* where it was allowed to run */
    char library[RECORD_NAME_MAX];       /* "librdkafka 2.0.2", as loaded by the sender */
    char codec_library[RECORD_NAME_MAX]; /* "libzstd 1.5.4", the same */
    char settings[BOARD_SETTINGS_TEXT];  /* in force, "key=value\n" each, secrets hidden */
};

/* What the receiver's reassembly has in hand, and what became of what it was given. */
struct board_reassembly {
    _Atomic uint64_t in_flight, memory_bytes, file_bytes;
    _Atomic uint64_t taken, duplicate, late, damaged; /* chunks */
    _Atomic uint64_t ended[REASSEMBLY_ENDS];          /* images */
};

struct board {
    uint64_t magic;
    uint64_t layout;               /* of this struct; both sides must have the same */
    uint64_t size;                 /* of the whole mapping */
    uint64_t sent_at, received_at; /* offsets of the arrays */
    uint64_t received_room;
    uint64_t images_sent_at, images_received_at; /* of the ledger of images */
    uint64_t images_room;                        /* entries that were received; 0: no images */
    struct trial_spec spec;
    _Atomic uint32_t control; /* enum board_control */
    _Atomic uint32_t enough;  /* until_told: not 0 when the sender is to end */
    struct role_state sender, receiver;
    _Atomic uint64_t sent_count;     /* entries in use, sends handed to the client */
    _Atomic uint64_t received_count; /* entries in use */
    _Atomic uint32_t overflow;       /* the receiver ran out of entries */
    int64_t payload_bytes;           /* handed to the client, after encoding, warm-up included */
    int64_t original_bytes;          /* before encoding */
    int64_t encode_ns, encoded;      /* time spent making so many measured records */
    /* Images only: a ledger of their own, in which the offset is the sequence. */
    _Atomic uint64_t images_sent_count, images_received_count;
    char image_format[RECORD_NAME_MAX];    /* by the sender when READY: of all; else "several" */
    struct image_metrics image_metrics;    /* by both roles, each its own */
    struct board_reassembly reassembly;    /* by the receiver */
    int64_t object_bytes;                  /* stored in the object store, whole trial */
    int64_t http_sent, http_received;      /* by the sender and by the receiver: of objects */
    char image_trouble[ERR_TEXT_MAX];      /* by the receiver: the first image it could not have */
    int64_t end_offset[LEDGER_PARTITIONS]; /* written before DRAIN */
    int64_t read_up_to[LEDGER_PARTITIONS]; /* by the receiver when DONE */
};

/* Room for spec->records sends and as many receipts plus slack; every page touched. *fd is the
 * caller's, *out is mapped until board_unmap. RC_INFRA when memory does not suffice. */
enum rc board_create(const struct trial_spec *spec, int *fd, struct board **out,
                     struct err *e) MUST_CHECK;
/* RC_INPUT: the ledger of another version of assay; RC_INFRA: none at all. */
enum rc board_map(int fd, struct board **out, struct err *e) MUST_CHECK;
void board_unmap(struct board *b); /* NULL is fine */

static inline struct sent_entry *board_sent(struct board *b)
{
    return (struct sent_entry *)(void *)((char *)b + b->sent_at);
}
static inline struct received_entry *board_received(struct board *b)
{
    return (struct received_entry *)(void *)((char *)b + b->received_at);
}
static inline struct sent_entry *board_images_sent(struct board *b)
{
    return (struct sent_entry *)(void *)((char *)b + b->images_sent_at);
}
static inline struct received_entry *board_images_received(struct board *b)
{
    return (struct received_entry *)(void *)((char *)b + b->images_received_at);
}

/* Moves a word and wakes whoever waits for it to move. */
void board_set(_Atomic uint32_t *word, uint32_t value);
/* Waits until *word differs from seen, or a while has passed. */
void board_wait(_Atomic uint32_t *word, uint32_t seen, int64_t timeout_ns);
/* Adds to a role's progress; a system call only when it reaches what somebody sleeps for. */
void board_progress(struct role_state *r, uint32_t records);
/* Waits until progress reaches at_least (true), or control says STOP, or it is enough, or timeout
 * (false). One waiter a role at a time: the sending thread. */
bool board_wait_progress(struct board *b, struct role_state *r, uint32_t at_least,
                         int64_t timeout_ns);
/* Waits for control to reach at_least; false when it says STOP. */
bool board_wait_control(struct board *b, enum board_control at_least);

/* Keeps the settings in force for the record, one "key=value" a line. */
enum rc role_note_settings(struct role_state *r, const struct settings *in_force,
                           struct err *e) MUST_CHECK;
/* The sender was told that a record is not stored: the first reason is kept, and the bytes of the
 * first that was too large (0: that is not why). */
void board_note_refusal(struct role_state *r, const char *why, size_t too_large);
/* A role ends in failure: its sentence moves to the board for the trial to read. Returns e->rc. */
enum rc role_fail(struct role_state *r, struct err *e);

#endif
