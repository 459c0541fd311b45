/*
 * The shared memory of a flow: a header, the spec, a slot for each worker, a region for each.
 *
 * One memfd holds what the workers are asked to do (the workload's own spec), how far they are
 * (struct worker_slot) and what they noted (a region each, with one writer). The flow creates it,
 * the workers map it; it is the only thing they share besides the read-only payload pool. Nothing
 * secret ever stands on a command line: the cluster's settings travel in the spec.
 *
 * The way of a flow: HOLD, all workers become READY; WARM_UP, who sends becomes WARM when the first
 * records are sent; MEASURE, all note their CPU and become MEASURING; senders end DONE; DRAIN, the
 * others go on to the end and end DONE. STOP ends all at once. `enough` tells senders of background
 * load that they have sent enough.
 *
 * Only the conductor starts and ends processes. A worker that wants one of its flow started or
 * ended asks for it (shared_memory_ask) and goes on.
 *
 * Threads: the spec is written before workers start; control by the conductor only; each slot by
 * its worker only, but for the incarnations, which are the conductor's; words are atomic and double
 * as futexes.
 */
#ifndef ASSAY_BENCH_TRIAL_SHARED_MEMORY_H
#define ASSAY_BENCH_TRIAL_SHARED_MEMORY_H

#include "base/err.h"
#include "bench/measure/process.h"
#include "core/kafka/settings.h"
#include "core/kafka/wire_bytes.h"
#include "reports/record/record.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum flow_control { CONTROL_HOLD, CONTROL_WARM_UP, CONTROL_MEASURE, CONTROL_DRAIN, CONTROL_STOP };
enum worker_phase {
    WORKER_ABSENT, /* not asked to live so far */
    WORKER_STARTING,
    WORKER_READY,
    WORKER_WARM,
    WORKER_MEASURING,
    WORKER_DONE,
    WORKER_FAILED
};
/* Raised with every change of the structs here or of a workload's spec or region; sizes are part of
 * the layout, too. */
enum { SHARED_MEMORY_VERSION = 10 };
enum { WORKER_SETTINGS_TEXT = 8192, WORKLOAD_NAME_MAX = 32, INCARNATIONS = 64, REQUESTS = 64 };

/* One life of a worker. Times are CLOCK_MONOTONIC ns. */
struct incarnation {
    int32_t pid;
    int32_t status;         /* of wait4, when it has ended */
    int64_t from_ns, to_ns; /* to_ns 0: it lives */
    bool asked_to_end;      /* by a worker of its flow, which asked the conductor */
    struct cpu_use cpu;     /* of its whole life, by wait4, however it ended */
    int64_t peak_bytes;     /* largest resident memory, the same */
};

struct worker_slot {
    int32_t kind;  /* index in the workload's kinds */
    int32_t index; /* among the workers of this kind */
    uint64_t region_at, region_bytes;
    _Atomic uint32_t phase;    /* enum worker_phase */
    _Atomic uint32_t progress; /* what it has finished: records acknowledged or received, images */
    _Atomic uint32_t wake_at;  /* the one who sleeps on progress wants it to be so far; 0: nobody */
    int32_t rc;                /* enum rc when FAILED */
    char error[ERR_TEXT_MAX];
    char trouble[ERR_TEXT_MAX];        /* with the broker, while nothing is answered; "" none */
    int64_t too_large_bytes;           /* of the first record refused for its size; 0: none was */
    struct cpu_use cpu_start, cpu_end; /* of what is measured */
    int64_t anon_bytes;         /* its own memory when it had just finished, before it freed any */
    struct wire_bytes wire;     /* since the client was opened */
    char cpus[RECORD_NAME_MAX]; /* where it was allowed to run */
    char library[RECORD_NAME_MAX];       /* "librdkafka 2.0.2", as loaded by it */
    char codec_library[RECORD_NAME_MAX]; /* "libzstd 1.5.4", the same */
    char settings[WORKER_SETTINGS_TEXT]; /* in force, "key=value\n" each, secrets hidden */
    /* The conductor's: its lives, the first so many; how many there were. */
    struct incarnation lives[INCARNATIONS];
    uint32_t life_count;
    struct cpu_use cpu_before; /* of what is measured, in the lives that have ended */
    int64_t anon_peak;         /* bytes; sampled by the conductor */
};

/* What a worker asks the conductor for. */
enum request_kind { REQUEST_START, REQUEST_END };
struct worker_request {
    _Atomic uint32_t full; /* written by the asker last */
    int32_t kind;          /* enum request_kind */
    int32_t slot;
};

struct shared_memory {
    uint64_t magic;
    uint64_t layout; /* of this struct; both sides must have the same */
    uint64_t size;   /* of the whole mapping */
    char workload[WORKLOAD_NAME_MAX];
    uint64_t spec_at, spec_bytes;
    uint64_t slots_at, slot_count;
    _Atomic uint32_t control;  /* enum flow_control */
    _Atomic uint32_t enough;   /* not 0 when senders that wait for it are to end */
    _Atomic uint32_t asked;    /* requests ever made; the place of the next is modulo REQUESTS */
    _Atomic uint32_t answered; /* requests ever taken by the conductor */
    struct worker_request request[REQUESTS];
};

/* What a flow's memory holds; borrowed. */
struct shared_memory_plan {
    const char *workload;
    const void *spec; /* copied */
    size_t spec_bytes;
    const struct slot_plan {
        int32_t kind, index;
        size_t region_bytes;
    } * slots;
    size_t slot_count;
    const volatile sig_atomic_t *stop; /* set by Ctrl-C; NULL: nobody stops it */
};

/* Every page is touched, all regions are zero. *fd is the caller's, *out is mapped until
 * shared_memory_unmap. RC_INFRA when memory does not suffice; RC_INTERRUPTED: many gigabytes take
 * minutes. */
enum rc shared_memory_create(const struct shared_memory_plan *plan, int *fd,
                             struct shared_memory **out, struct err *e) MUST_CHECK;
/* RC_INPUT: the memory of another version of assay; RC_INFRA: none at all. */
enum rc shared_memory_map(int fd, struct shared_memory **out, struct err *e) MUST_CHECK;
void shared_memory_unmap(struct shared_memory *m); /* NULL is fine */

void *shared_memory_spec(const struct shared_memory *m);
struct worker_slot *shared_memory_slot(const struct shared_memory *m, size_t i);
void *shared_memory_region(const struct shared_memory *m, size_t slot);
/* The slot of the index-th worker of a kind; NULL: there is none. */
struct worker_slot *shared_memory_find(const struct shared_memory *m, size_t kind, size_t index);

/* Asks the conductor to start or end the worker of a slot. False when too much was asked already.
 */
bool shared_memory_ask(struct shared_memory *m, enum request_kind kind, size_t slot);
/* The next request, for the conductor; false when there is none. */
bool shared_memory_take_request(struct shared_memory *m, enum request_kind *kind, size_t *slot);

/* Moves a word and wakes whoever waits for it to move. */
void shared_set(_Atomic uint32_t *word, uint32_t value);
/* Waits until *word differs from seen, or a while has passed. */
void shared_wait(_Atomic uint32_t *word, uint32_t seen, int64_t timeout_ns);

/* Adds to a worker's progress; a system call only when it reaches what somebody sleeps for. */
void worker_progress(struct worker_slot *s, uint32_t count);
/* Waits until progress reaches at_least (true), or control says STOP, or it is enough, or timeout
 * (false). One waiter a slot at a time. */
bool worker_wait_progress(struct shared_memory *m, struct worker_slot *s, uint32_t at_least,
                          int64_t timeout_ns);
/* Waits for control to reach at_least; false when it says STOP. */
bool worker_wait_control(struct shared_memory *m, enum flow_control at_least);

/* Keeps the settings in force for the record, one "key=value" a line. */
enum rc worker_note_settings(struct worker_slot *s, const struct settings *in_force,
                             struct err *e) MUST_CHECK;
/* The sender was told that a record is not stored: the first reason is kept, and the bytes of the
 * first that was too large (0: that is not why). */
void worker_note_refusal(struct worker_slot *s, const char *why, size_t too_large);
/* A worker ends in failure: its sentence moves to its slot for the conductor to read. Returns
 * e->rc. */
enum rc worker_fail(struct worker_slot *s, struct err *e);

#endif
