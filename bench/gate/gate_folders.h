/*
 * The gate of two result folders. They share no blocks, so there is neither a null control nor a
 * confirmation; the reference arms of both must not differ.
 *
 * Ownership: everything is borrowed during the call. Threads: main only.
 */
#ifndef ASSAY_BENCH_GATE_GATE_FOLDERS_H
#define ASSAY_BENCH_GATE_GATE_FOLDERS_H

#include "bench/gate/gate_settle.h"
#include "reports/record/folder_pair.h"

/* out: where the evidence goes. RC_BASELINE: a baseline that lost records, or has too few blocks;
 * RC_INTEGRITY: a candidate that lost records, which comes before all that the numbers say. */
enum rc gate_folders(const struct folder_pair *p, const struct gate_limits *limits, const char *out,
                     const struct gate_show *show, struct err *e) MUST_CHECK;

#endif
