/*
 * What is known about the properties of a Kafka client: checked by librdkafka itself, plus what it
 * cannot know: the Java client's names for the same things, and what a trial must set itself.
 *
 * Errors name the property, never a secret value. Threads: pure functions.
 */
#ifndef ASSAY_CORE_KAFKA_PROPERTY_H
#define ASSAY_CORE_KAFKA_PROPERTY_H

#include "base/err.h"

#include <stdbool.h>

/* RC_OK when a user may give key this value; otherwise what is wrong and what was expected. */
enum rc property_check(const char *key, const char *value, struct err *e) MUST_CHECK;
/* One that limits the size of what a client sends or takes, by its name here or in Java's. */
bool property_is_limit(const char *key);

#endif
