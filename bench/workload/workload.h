/*
 * A workload: what one flow of a trial does. A row of the table WORKLOADS.
 *
 * A trial is flows (bench/trial/flow.h), each of one workload: its processes, its shared memory,
 * its part of the record. Flow 0 is measured, the others are background load. A workload says which
 * kinds of workers it has, prepares what they need, and judges what they noted; the conductor
 * (bench/trial/trial.h) leads all flows alike and knows no workload by name. Every hook takes the
 * flow, never the trial, so that any workload can be another's background load.
 *
 * Adding one: a folder bench/workload/NAME with a const struct workload, and its ROW in
 * workload_table.h; docs/workloads.md shows the smallest.
 * Ownership: rows are static. Threads: hooks run on the main thread, live() in a worker's process.
 */
#ifndef ASSAY_BENCH_WORKLOAD_WORKLOAD_H
#define ASSAY_BENCH_WORKLOAD_WORKLOAD_H

#include "base/err.h"
#include "scenarios/workload_form.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct flow;
struct plan_cell;
struct plan_estimate;
struct prometheus_samples;
struct scenario;
struct shared_memory;
struct timeline;
struct worker;

/* How the workers of a kind are spread over machines: all of them on each, divided, or once in
 * all. One machine has them all. */
enum spread { SPREAD_EACH_MACHINE, SPREAD_DIVIDED, SPREAD_ONCE };

/* When the workers of a kind have done their part: by themselves when all is sent, or when they
 * have read up to where the flow ends and the conductor says that nothing more comes. Of each part
 * at least one must not die, as the dead hold nobody up. */
enum worker_part { PART_SENDS, PART_DRAINS };

/* A kind of process of a flow. */
struct worker_kind {
    const char *name; /* "sender"; NULL ends a table */
    enum spread spread;
    enum worker_part part;
    size_t (*at_start)(const struct plan_cell *c); /* NULL: one */
    size_t (*most)(const struct plan_cell *c);     /* NULL: as many as at start */
    bool (*late)(const struct flow *f);            /* started when all is sent; NULL: never */
    /* Memory for what one of them notes; its only writer is that worker. NULL: none. */
    size_t (*region_bytes)(const struct flow *f);
    enum rc (*live)(struct worker *w, struct err *e);
    bool may_die; /* the end of one voids nothing by itself; judge finds how each life ended */
};

/* What a workload may need of the testbed. */
enum workload_need { NEED_CLUSTER = 1, NEED_STORE = 2 };

/* What becomes of one record on its way. */
struct workload_message {
    int64_t bytes;    /* of all its messages, before compression */
    int64_t largest;  /* of them; an upper bound */
    int64_t messages; /* that it is cut into */
};

/* One record that arrived. */
struct workload_arrival {
    int64_t ns;   /* when, by the monotonic clock */
    double bytes; /* before encoding; of records of which that is not known their mean */
};

struct workload {
    struct workload_form form; /* its name, its keys and what it takes, for scenarios */
    const struct worker_kind *kinds;
    unsigned findings; /* outcomes that are results here and no faults: bits 1 << enum outcome */
    int64_t sample_ns; /* how often the memory of its workers is looked at */
    unsigned (*needs)(const struct plan_cell *c); /* bits of enum workload_need */
    /* What it makes of a cell of the plan, before anything is started. RC_INPUT: what does not go
     * together with it. NULL: nothing. */
    enum rc (*plan)(const struct scenario *s, struct plan_cell *c, struct err *e);
    struct workload_message (*message)(const struct plan_cell *c, int64_t record_bytes);
    /* Time that each record takes its workers at least, beyond being sent and received: processing,
     * by as many as work at once. Plans and warm-ups reckon with it. NULL: none. */
    double (*work_ns)(const struct plan_cell *c);
    /* Puts what it holds beside one ledger and the pool into the cell's estimate, when records_max
     * is known. NULL: nothing. */
    void (*hold)(const struct plan_cell *c, struct plan_estimate *out);
    /* An arm whose largest message no client takes is left out, and says why (plan_cell.refused).
     * False: then the scenario is refused. */
    bool may_be_too_large;
    /* Prepares topics and whatever else its workers find when they start, and calls
     * flow_make_memory. On failure teardown is called all the same. */
    enum rc (*setup)(struct flow *f, struct err *e);
    /* Called every few milliseconds while its workers live, for what only the conductor can do:
     * planned faults, restarts. NULL: nothing. */
    enum rc (*tick)(struct flow *f, struct err *e);
    /* All is sent: says where the flow ends before its other workers drain. NULL: nothing to say.
     */
    enum rc (*sent)(struct flow *f, struct err *e);
    /* All workers have ended: fills the flow's outcome from what they noted. What is wrong makes
     * the record void; RC_OK all the same. */
    enum rc (*judge)(struct flow *f, struct err *e);
    /* Removes what setup made. lost: the broker is gone, and its topics with it. */
    void (*teardown)(struct flow *f, bool lost);
    /* Adds what has been sent and received so far, for live metrics: samples of rows of its own, or
     * of those in bench/trial/live_metrics.h. phase: a label's value. From any thread. m NULL:
     * every row with 0, so that it is seen from the beginning. NULL: nothing is counted. */
    void (*count)(const struct shared_memory *m, const char *phase, struct prometheus_samples *to);
    /* What its senders have handed over so far, to see that they move. NULL: what they finished. */
    uint64_t (*handed_over)(const struct shared_memory *m);
    /* Adds its series to the timeline of the measured stretch; after judge. NULL: none. */
    void (*draw)(const struct flow *f, struct timeline *t);
    /* The i-th record that arrived; false: there were no more. After judge. NULL: then it is no
     * background load. */
    bool (*arrival)(const struct flow *f, uint64_t i, struct workload_arrival *out);
};

extern const struct workload *const WORKLOADS[]; /* NULL ends it */
/* NULL: no workload of that name. */
const struct workload *workload_find(const char *name);
/* The forms of all, for struct scenario_places; NULL-terminated. */
const struct workload_form *const *workload_forms(void);
size_t workload_kind_count(const struct workload *w);

#endif
