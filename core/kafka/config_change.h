/*
 * Changing the configs of topics and brokers while they run.
 *
 * By AlterConfigs, which is what librdkafka 2.0.2 has: it REPLACES every dynamic config of the
 * topic or broker by those given, and none given resets them all. So only for topics one has made
 * oneself and for brokers of one's own. Each call opens a client and closes it. The broker has
 * accepted when it returns; the change is in force some milliseconds later. Errors: RC_INPUT with
 * the broker's words for a value it refuses, RC_INFRA when it does not answer. Threads: no state.
 */
#ifndef ASSAY_CORE_KAFKA_CONFIG_CHANGE_H
#define ASSAY_CORE_KAFKA_CONFIG_CHANGE_H

#include "core/kafka/cluster.h"

enum config_of { CONFIG_OF_TOPIC, CONFIG_OF_BROKER };

/* name: the topic, or the broker's id ("1"). config: key, value, key, value … NULL. */
enum rc config_replace(const struct cluster *c, enum config_of of, const char *name,
                       const char *const *config, struct err *e) MUST_CHECK;

#endif
