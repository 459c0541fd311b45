/*
 * What the workers of a flow of records are asked to do: the spec, filled from the plan.
 *
 * The cluster's settings stand in it as text, secrets included: wipe it after use. An arm's own
 * properties replace those of scenario and command line. Threads: pure functions.
 */
#ifndef ASSAY_BENCH_WORKLOAD_RECORDS_RECORDS_SPEC_H
#define ASSAY_BENCH_WORKLOAD_RECORDS_RECORDS_SPEC_H

#include "bench/workload/records/records_shared.h"

/* All but the lists of offsets. Over a limited link workers find the broker at its address there.
 */
enum rc records_spec_fill(const struct flow *f, struct records_spec *spec,
                          struct err *e) MUST_CHECK;

#endif
