/*
 * A flow: one workload at work in a trial, with its workers, its shared memory and its record.
 *
 * Flow 0 of a trial is measured, others are background load. The conductor leads every flow through
 * the same steps: open, start, warm up, measure, all sent, drained, judged, closed. What goes wrong
 * in a flow makes its own record void, with the reason; the trial decides what that means.
 * Ownership: what is handed in is borrowed; flow_close ends the workers, lets the workload remove
 * what it made, and frees the memory. A flow must not be moved once open. Threads: main thread
 * only.
 */
#ifndef ASSAY_BENCH_TRIAL_FLOW_H
#define ASSAY_BENCH_TRIAL_FLOW_H

#include "bench/trial/trial_order.h"
#include "bench/trial/trial_outcome.h"
#include "bench/trial/worker.h"
#include "bench/workload/workload.h"

struct flow {
    const struct workload *workload;
    const struct trial_options *g;
    const struct trial_order *o;
    struct trial_outcome *out;      /* its record has the name of the topic */
    const struct link_path *route;  /* over a limited link; NULL: none */
    const struct flow *host;        /* the flow whose topic it shares; NULL: it has its own */
    bool until_told;                /* background load: sends until it is enough */
    bool mixed;                     /* another flow of the trial writes to its topic */
    struct shared_memory *memory;   /* owned */
    int memory_fd;                  /* owned; -1: none */
    struct worker_process *process; /* owned; by slot */
    void *state;                    /* the workload's own: made by setup, freed by teardown */
};

/* Lets the workload set it up; f has what is borrowed, memory_fd -1, all else zero. On failure
 * flow_close is still needed. */
enum rc flow_open(struct flow *f, struct err *e) MUST_CHECK;
/* lost: the broker is, and the topics with it. A flow that was never opened is fine. */
void flow_close(struct flow *f, bool lost);
/* For setup: makes the memory with a slot for every worker that there may be. spec is copied. */
enum rc flow_make_memory(struct flow *f, const void *spec, size_t spec_bytes,
                         struct err *e) MUST_CHECK;

/* Starts the workers that live from the start (late: false), or those that come when all is sent.
 */
enum rc flow_start(struct flow *f, bool late, struct err *e) MUST_CHECK;
/* Starts and ends what workers have asked for. */
enum rc flow_answer(struct flow *f, struct err *e) MUST_CHECK;
/* RC_INTEGRITY: a worker has failed, and the record says how. */
enum rc flow_look(struct flow *f) MUST_CHECK;
/* Notes the memory that the workers hold now. */
void flow_sample(struct flow *f);

/* Whether every worker that was started and has that part is at least so far. One that may die
 * and is dead holds nobody up; one that was asked to start does. */
bool flow_reached(const struct flow *f, enum worker_part part, enum worker_phase phase);
/* What the workers of a part have finished together. */
uint64_t flow_progress(const struct flow *f, enum worker_part part);
/* Grows as long as anything happens. */
uint64_t flow_movement(const struct flow *f);
/* What has happened so far, for a sentence. Returns text (RECORD_WHY_MAX bytes). */
char *flow_say(const struct flow *f, char *text);

/* Lets the workload judge it, and puts the quantiles of its histograms into its record. */
enum rc flow_judge(struct flow *f, struct err *e) MUST_CHECK;

/* Some of its workers read while others send. */
bool flow_reads_along(const struct flow *f);
/* The kind of a slot's worker. */
const struct worker_kind *flow_kind(const struct flow *f, size_t slot);
/* The first worker of a kind, by its index in the workload's table. */
struct worker_slot *flow_slot(const struct flow *f, size_t kind);
/* Its region. */
void *flow_region(const struct flow *f, size_t kind);

#endif
