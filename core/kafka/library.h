/*
 * The Kafka client library in use: its version, what it was built with and which settings it takes.
 *
 * Ownership: texts are static or the caller's. Threads: safe from any thread.
 */
#ifndef ASSAY_CORE_KAFKA_LIBRARY_H
#define ASSAY_CORE_KAFKA_LIBRARY_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* "librdkafka 2.0.2"; returns text. */
char *library_version(char *text, size_t size);
/* The file it was loaded from, "/usr/lib/.../librdkafka.so.1"; "" when that is not known; the end
 * of it when it does not fit. Returns text. */
char *library_path(char *text, size_t size);
/* True when the library can compress with that codec ("none" always). */
bool library_has_codec(const char *codec);
/* Whether a producer can be made with exactly these properties: key, value, key, value … NULL. They
 * may be any, acks and compression included. Nothing connects, nothing is logged. RC_INPUT holds
 * the library's own sentence when it refuses. */
enum rc library_takes(const char *const *properties, struct err *e) MUST_CHECK;

#endif
