/*
 * When the next record is due.
 *
 * Loads by the clock: seeded Poisson arrivals, fixed before the trial by seed, rate or steps, and
 * start; a sender that falls behind does not move them (no coordinated omission). Where the rate
 * changes in steps they are the arrivals at rate 1, stretched by the rate that holds (time
 * rescaling), and over with the last step. Flat out and closed loop: due at once, but never faster
 * than a cap. A window ends both; what was due by the clock within it is due still when it is
 * late, so that all who have one schedule send the same. Waiting sleeps, it never spins: a spinning
 * sender would starve client and broker on a small machine. Threads: one owner per struct pacer.
 */
#ifndef ASSAY_BENCH_MEASURE_PACER_H
#define ASSAY_BENCH_MEASURE_PACER_H

#include "base/clock.h"
#include "base/rng.h"
#include "scenarios/load.h"

enum { PACER_OVER = -1 };

struct pacer {
    struct rng rng;
    /* Moves due_ns to the next record's; false: there is none. NULL: it is due at once. */
    bool (*advance)(struct pacer *p);
    double mean_gap_ns; /* open loop: 1e9 / rate; else 0 */
    double cap_gap_ns;  /* smallest mean gap allowed by the cap; 0: none */
    double due_ns;      /* by the clock, and with a cap: of the next record, since start */
    int64_t start_ns;
    const struct load_step *steps; /* borrowed */
    size_t step_count, step;       /* step: of the next record */
    double step_ends_ns;           /* since start */
    size_t phase;                  /* of the record that was due last */
    bool over;                     /* no record is due any more */
    int64_t stop_ns, late_ns;      /* end of the window; so long after it late records are sent */
};

/* max_rate_per_s: 0 for no cap. The steps of load must outlive p. */
void pacer_start(struct pacer *p, const struct load *load, double max_rate_per_s, uint64_t seed,
                 struct instant start);
/* Its window ends so long after the start; 0: it has none. By the clock the first record that is
 * due past its end closes it; a sender that cannot keep up is stopped a twentieth of the window
 * later, with far more records late than a valid trial may have. */
void pacer_end_after(struct pacer *p, int64_t window_ns);
/* Waits until the next record is due and returns when that was, in CLOCK_MONOTONIC ns: by the clock
 * the intended time, however late it is now; otherwise now. PACER_OVER at once, when the last step
 * has no more of them or the window is over. */
int64_t pacer_next(struct pacer *p);
/* The phase, or step of a trace, from 0, of the record that pacer_next returned last. */
size_t pacer_phase(const struct pacer *p);

#endif
