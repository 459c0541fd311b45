/*
 * A real self-test: one client on a broker again and again, judged on its median latency.
 *
 * What `assay selftest aa` and `slowdown` share: scenarios of one record in flight that differ in
 * their arms, warm-up trials before them that nobody judges, one run of all of them, and
 * comparisons of windows of blocks.
 * Ownership: a design and all it names is borrowed. Threads: main only.
 */
#ifndef ASSAY_BENCH_SELFTEST_SELFTEST_REAL_H
#define ASSAY_BENCH_SELFTEST_SELFTEST_REAL_H

#include "bench/run/run.h"
#include "bench/selftest/selftest.h"
#include "reports/summary/effect.h"

enum { SELFTEST_PARTS = 2 };

/* Two arms that are the same client. */
extern const char *const SELFTEST_TWICE[2];
extern const struct effect_level SELFTEST_LEVEL; /* of each comparison by itself */

struct selftest_part {
    const char *name; /* of its scenario */
    int64_t blocks;
    const char *const *arms; /* the first is what the others are held against */
    size_t arm_count;
};

struct selftest_real;

/* What is done with it; ctx is the design's. */
struct selftest_design {
    struct selftest_part parts[SELFTEST_PARTS]; /* after the warm-up */
    size_t part_count;
    /* Before the last part, when all others have ended; may change the delays of its arms. Not
     * RC_OK leaves that part out and is the result. May be NULL. */
    enum rc (*before_last)(void *ctx, struct selftest_real *s, struct err *e);
    enum rc (*judge)(void *ctx, const struct selftest_real *s, const struct results *r,
                     struct err *e);
    void *ctx;
};

/* One run of a design. */
struct selftest_real {
    const struct selftest_request *request;
    const struct selftest_design *design;
    struct scenario *scenarios[SELFTEST_PARTS + 1]; /* owned; the warm-up is the first */
    size_t scenario_count;
    struct run run;
    struct run_options options;
};

/* Measures and judges; the records are kept and their folder is told. */
enum rc selftest_real_run(const struct selftest_request *r, const struct selftest_design *d,
                          struct err *e) MUST_CHECK;
/* The scenario of the i-th part, to be changed in before_last only. */
struct scenario *selftest_real_part(const struct selftest_real *s, size_t i);

/* Blocks first to last of one arm against another of a part. */
struct selftest_window {
    const char *part, *from, *to;
    int64_t first, last;
};

enum rc selftest_window_judge(const struct results *r, const struct selftest_window *w,
                              struct effect *out, struct err *e) MUST_CHECK;

#endif
