/*
 * The payload pools of a run: built once, when the first trial needs them, and kept to its end.
 *
 * Ownership: pools_release frees all. Threads: main thread only.
 */
#ifndef ASSAY_BENCH_PLAN_POOLS_H
#define ASSAY_BENCH_PLAN_POOLS_H

#include "bench/payload/payload.h"
#include "bench/plan/plan.h"

struct pools {
    const struct plan *plan;   /* borrowed */
    struct payload_pool *rows; /* owned; by plan_cell.pool; records 0: not built yet */
    size_t count;
    struct payload_pool *background; /* owned; the same, by plan.backgrounds */
};

/* What to build for a payload of a scenario; borrows its texts. */
struct payload_spec pools_spec(const struct scenario *s, const struct payload_choice *p,
                               int64_t record_bytes);

enum rc pools_init(struct pools *p, const struct plan *plan, struct err *e) MUST_CHECK;
void pools_release(struct pools *p); /* zeroed is fine */

/* The pool of a cell; borrowed. The first call for a pool builds it, which may take seconds. */
enum rc pools_get(struct pools *p, const struct plan_cell *c, const struct payload_pool **out,
                  struct err *e) MUST_CHECK;

/* The pool of the background load of a cell; *out is NULL where it has none. */
enum rc pools_get_background(struct pools *p, const struct plan_cell *c,
                             const struct payload_pool **out, struct err *e) MUST_CHECK;

#endif
