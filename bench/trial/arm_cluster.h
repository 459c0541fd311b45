/*
 * The cluster as the clients of one arm are told it: an arm's own properties replace those of
 * scenario and command line. Threads: pure functions.
 */
#ifndef ASSAY_BENCH_TRIAL_ARM_CLUSTER_H
#define ASSAY_BENCH_TRIAL_ARM_CLUSTER_H

#include "core/kafka/cluster.h"
#include "scenarios/scenario.h"

/* from, with the properties of an arm (NULL: none) in the place of what it says. *out is the
 * caller's on success (cluster_release). RC_INPUT names the property. */
enum rc arm_cluster(const struct cluster *from, const struct arm_choice *arm, struct cluster *out,
                    struct err *e) MUST_CHECK;

#endif
