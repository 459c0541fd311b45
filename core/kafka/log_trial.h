/*
 * What does the Kafka client log about a record that it sends?
 *
 * A producer is made with one codec and one setting of debug ("" or "msg" …), sends one record and
 * ends; every line the library logs meanwhile is kept. Nothing else here lets the library log.
 * Ownership: lines is the caller's. Threads: no state shared between calls.
 */
#ifndef ASSAY_CORE_KAFKA_LOG_TRIAL_H
#define ASSAY_CORE_KAFKA_LOG_TRIAL_H

#include "core/kafka/cluster.h"

struct log_trial {
    const struct cluster *cluster;
    const char *topic;
    const char *codec;
    const char *debug; /* "" for none */
    struct span value; /* borrowed during the call; at most 900 000 bytes */
};

/* Appends the lines, each with its line break. RC_INFRA when the record was not acknowledged. */
enum rc log_trial_send(const struct log_trial *t, struct buf *lines, struct err *e) MUST_CHECK;

#endif
