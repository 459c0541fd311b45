/*
 * The corner of the object store that a run has for itself, and its emptying.
 *
 * Every run keeps its images below a prefix of its own, so that what any role put there, whatever
 * became of that role, can be found and removed by the one that started it.
 * Errors: RC_INFRA, and as in object_store.h. Ownership: borrowed. Threads: main thread only.
 */
#ifndef ASSAY_BENCH_TESTBED_STORE_IMAGE_STORE_H
#define ASSAY_BENCH_TESTBED_STORE_IMAGE_STORE_H

#include "core/s3/object_store_config.h"

/* "assay-images/" and 32 random hex digits, into c->prefix. */
enum rc image_store_own_prefix(struct object_store_config *c, struct err *e) MUST_CHECK;

/* Removes all that stands below c->prefix, unfinished uploads as well. Does not wait long for a
 * server that is gone. */
enum rc image_store_empty(const struct object_store_config *c, struct err *e) MUST_CHECK;

#endif
