/*
 * The plan of a scenario: which trials run, in which order, and what they will need.
 *
 * A cell is one point of the product of the sweeps. A comparison is the cells that
 * differ only in the arm (scenario.compare); its cells stand side by side. A block runs every cell
 * once: comparisons in an order shuffled per block, the arms of one back to back. The arm orders of
 * a comparison are the rows of a Williams square (a Latin square whose rows are rotations, balanced
 * for who follows whom as well; odd squares are used forwards and reversed in turn), in shuffled
 * order, arms relabelled by the seed: over any n blocks an arm stands at each position floor(n/k)
 * or ceil(n/k) times. Everything follows from the scenario's seed. Source: E. J. Williams,
 * Experimental designs balanced for the estimation of residual effects of treatments, Austr. J.
 * Sci. Res. A 2 (1949) 149.
 *
 * Ownership: the scenario is borrowed and must outlive the plan. Threads: read-only once built.
 */
#ifndef ASSAY_BENCH_PLAN_PLAN_H
#define ASSAY_BENCH_PLAN_PLAN_H

#include "base/err.h"
#include "bench/payload/payload.h"
#include "codecs/codec.h"
#include "core/encode/policy.h"
#include "core/image/route.h"
#include "scenarios/scenario.h"

#include <stdbool.h>
#include <stdint.h>

/* What a payload's records look like, learnt from a sample of it. */
struct plan_sample {
    int64_t records;    /* in the whole corpus; 0: a generator, which makes as many as are asked */
    int64_t mean_bytes; /* of one record, >= 1 */
    int64_t max_bytes;  /* of the largest one seen */
    int64_t pool_bytes; /* payload bytes of the pool a trial will hold */
    uint64_t hash;      /* of all records of a corpus, in order; 0: a generator */
    int64_t damaged;    /* its files that fail the check of their image format */
    char damage[PAYLOAD_DAMAGE]; /* what is wrong with the first; "" */
};

/* Samples payload p with records of record_bytes (0: natural). plan_sample_payload is the real one;
 * tests bring their own. */
typedef enum rc plan_sampler(const struct scenario *s, const struct payload_choice *p,
                             int64_t record_bytes, struct plan_sample *out, struct err *e);
plan_sampler plan_sample_payload;

/* Before a trial has run, this is a rough guess; the runner corrects the time from what trials
 * took.
 */
struct plan_estimate {
    int64_t records;       /* warm-up included */
    int64_t payload_bytes; /* after encoding, warm-up included */
    int64_t disk_bytes;    /* the topic at its largest, headers included */
    int64_t duration_ns;   /* the whole trial */
    int64_t pool_bytes;    /* memory of the payload pool, shared by the cells of a pool */
    int64_t ledger_bytes;  /* memory of the ledger, both roles together */
    int64_t image_bytes;   /* memory of both roles for images on their way; 0 without images */
    int64_t broker_heap; /* that the broker needs for its largest message; 0: the usual one does */
};

struct plan_background;
struct workload;

enum { PLAN_REFUSED = 160, PLAN_CELL_ID = 24, PLAN_TRIAL_ID = 48, PLAN_COMPARISON_LABEL = 256 };

struct plan_cell {
    char id[PLAN_CELL_ID];                  /* "c01" */
    char label[DIMENSIONS][SCENARIO_LABEL]; /* of its value in each dimension */
    size_t group;
    const struct workload *workload;              /* a row of WORKLOADS */
    const struct workload_parameters *parameters; /* of its keys; borrowed from the scenario */
    size_t arm;                       /* index in the swept array of scenario.compare, or arms */
    const struct codec_choice *codec; /* as asked; borrowed from the scenario */
    struct codec_spec choice;         /* in force: the policy is resolved by data type */
    char policy_says[POLICY_REASON_TEXT]; /* which codec the policy came to, and why; "" without */
    const struct payload_choice *payload;
    size_t pool;          /* payload and size: cells with the same number share one pool, from 0 */
    int64_t record_bytes; /* asked for; 0: natural */
    enum encoding encoding;
    struct batching batching;
    struct load load;
    struct link_choice link;
    int64_t partitions;
    int64_t brokers; /* of the cluster it runs on, where assay starts one */
    const struct plan_background
        *background;                 /* its background load; borrowed from the plan; NULL: none */
    const struct arm_choice *listed; /* its arm, spelled out; borrowed from the scenario; NULL */
    int64_t records_max;             /* most records to send, warm-up included: the ledger's room */
    int64_t warmup_records;          /* of these, not measured */
    int64_t window_ns;               /* stop sending measured records after so long; 0: no limit */
    int64_t
        message_max_bytes; /* for the topic and the clients: largest record or batch, and slack */
    struct plan_sample sample;  /* of its payload, before encoding */
    struct route_rule rule;     /* of images */
    char refused[PLAN_REFUSED]; /* why no client takes its images: it is not run; "": it is */
    struct plan_estimate estimate;
};

struct plan_comparison {
    size_t first, count;               /* its cells; count is the number of arms */
    size_t baseline;                   /* cell the others are compared with */
    char label[PLAN_COMPARISON_LABEL]; /* what its cells have in common: "weather, natural, raw, …"
                                        */
};

struct plan_trial {
    char id[PLAN_TRIAL_ID]; /* "c03.b02" */
    size_t cell;
    int64_t block;    /* from 1 */
    int64_t position; /* in the block, from 0 */
    uint64_t seed;    /* of arrivals: alike for the arms of a comparison within a block */
};

struct plan {
    const struct scenario *scenario; /* borrowed */
    struct plan_cell *cells;         /* owned; comparisons side by side */
    size_t cell_count;
    struct plan_comparison *comparisons; /* owned */
    size_t comparison_count;
    struct plan_background *backgrounds; /* owned; the background loads of its cells */
    size_t background_count;
    size_t pool_count;         /* distinct pools: see plan_cell.pool */
    struct plan_trial *trials; /* owned; in the order they run */
    size_t trial_count;
    int64_t total_payload_bytes;
    int64_t total_duration_ns; /* of the trials; starting a broker is extra */
    int64_t disk_bytes;        /* free space to ask for: the largest trial, twice */
    int64_t memory_bytes;      /* all pools, and the most that one trial holds */
    int64_t heap_bytes;        /* of an embedded broker; 0: the usual one does */
};

/* Background load as a plan of one cell whose trial is never run by itself. */
struct plan_background {
    const struct background *as; /* borrowed from the scenario */
    struct plan plan;
};

/* On failure *out is empty. RC_INPUT: a corpus too small for the batch asked for, a payload without
 * a policy, a record that cannot be sent, too many trials. */
enum rc plan_build(const struct scenario *s, plan_sampler *sample, struct plan *out,
                   struct err *e) MUST_CHECK;
void plan_release(struct plan *p); /* NULL and empty are fine */
/* The id of the cell's trial in that block: "c03.b02". */
void plan_trial_name(const struct plan *p, size_t cell, int64_t block, char id[PLAN_TRIAL_ID]);
const struct plan_cell *plan_cell_of(const struct plan *p, size_t trial);

#endif
