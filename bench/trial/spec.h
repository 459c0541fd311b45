/*
 * What the roles of a trial are asked to do: the trial_spec on their board, filled from the plan.
 *
 * The cluster's settings stand in it as text, secrets included: wipe it after use. An arm's own
 * properties replace those of scenario and command line. Threads: pure functions.
 */
#ifndef ASSAY_BENCH_TRIAL_SPEC_H
#define ASSAY_BENCH_TRIAL_SPEC_H

#include "bench/trial/board.h"
#include "bench/trial/trial.h"

/* bootstrap: where the roles find the broker; NULL: where the ground's cluster says. Offsets are
 * left 0. */
enum rc spec_fill(const struct trial_ground *g, const struct trial_order *o, const char *topic,
                  const char *bootstrap, struct trial_spec *spec, struct err *e) MUST_CHECK;

/* from, with the properties of an arm (NULL: none) in the place of what it says. *out is the
 * caller's on success (cluster_release). RC_INPUT names the property. */
enum rc spec_cluster(const struct cluster *from, const struct arm_choice *arm, struct cluster *out,
                     struct err *e) MUST_CHECK;

#endif
