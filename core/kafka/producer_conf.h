/*
 * A producer's settings as librdkafka takes them. For the files of core/kafka only.
 *
 * Limits and their names: librdkafka 2.0.2, CONFIGURATION.md. Ownership: *out is the caller's.
 * Threads: pure functions.
 */
#ifndef ASSAY_CORE_KAFKA_PRODUCER_CONF_H
#define ASSAY_CORE_KAFKA_PRODUCER_CONF_H

#include "core/kafka/client.h"
#include "core/kafka/producer.h"

/* More than Kafka adds to a record or a batch, headers apart. */
enum { PRODUCER_RECORD_OVERHEAD = 512 };

/* RC_INPUT names the setting out of range. */
enum rc producer_conf(const struct producer_settings *s, rd_kafka_conf_t **out,
                      struct err *e) MUST_CHECK;
/* message.max.bytes: limits a record and, uncompressed, a batch. */
int64_t producer_message_limit(const struct producer_settings *s);

#endif
