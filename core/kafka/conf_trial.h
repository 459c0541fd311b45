/*
 * Would this Kafka client take these settings? Asked of the library itself, without a broker.
 *
 * A producer is made with exactly the properties given and dropped again; nothing connects, nothing
 * is logged. Unlike a cluster's properties they may be any, acks and compression included.
 * Errors: RC_INPUT with the library's own sentence when it refuses. Threads: safe from any thread.
 */
#ifndef ASSAY_CORE_KAFKA_CONF_TRIAL_H
#define ASSAY_CORE_KAFKA_CONF_TRIAL_H

#include "base/err.h"

/* properties: key, value, key, value … NULL. */
enum rc conf_trial_producer(const char *const *properties, struct err *e) MUST_CHECK;

#endif
