/*
 * A REF of `assay gate`: what one arm of the job runs with.
 *
 * An assay binary (its roles are that program), a folder of shared objects (loaded first by its
 * roles), a file of client properties, or as installed (NULL). Codec and batching among the
 * properties (compression.*, linger.ms, batch.*) replace the scenario's.
 * Ownership: gate_ref_release frees. Threads: main only.
 */
#ifndef ASSAY_BENCH_GATE_GATE_REF_H
#define ASSAY_BENCH_GATE_GATE_REF_H

#include "base/fs.h"
#include "scenarios/scenario.h"

enum { GATE_REF_SAYS = FS_PATH_MAX + 64, GATE_REF_PROPERTIES = 64 };

struct gate_ref {
    char program[FS_PATH_MAX];                 /* absolute; "" */
    char libraries[FS_PATH_MAX];               /* absolute; "" */
    char *properties[GATE_REF_PROPERTIES + 1]; /* owned "key=value"; NULL-terminated */
    struct arm_choice over; /* what the properties say of codec and batching; no texts in it */
    int64_t batch_records, batch_bytes, linger_ns; /* NOT_MEASURED: not said */
    char says[GATE_REF_SAYS];                      /* "old/assay (program)", "as installed" */
};

/* missing: what it is called when there is nothing at ref (RC_BASELINE, RC_INPUT). All else that
 * is wrong with it is RC_INPUT. */
enum rc gate_ref_read(const char *ref, enum rc missing, struct gate_ref *out,
                      struct err *e) MUST_CHECK;
void gate_ref_release(struct gate_ref *r); /* zeroed is fine */

/* Makes s a comparison of baseline, baseline again and candidate in each of its cells. RC_INPUT: it
 * lists arms of its own, or sweeps what a REF sets. */
enum rc gate_ref_apply(struct scenario *s, const struct gate_ref *baseline,
                       const struct gate_ref *candidate, struct err *e) MUST_CHECK;

#endif
