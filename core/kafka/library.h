/*
 * The Kafka client library in use: its version and what it was built with.
 *
 * Ownership: texts are static or the caller's. Threads: safe from any thread.
 */
#ifndef ASSAY_CORE_KAFKA_LIBRARY_H
#define ASSAY_CORE_KAFKA_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

/* "librdkafka 2.0.2"; returns text. */
char *library_version(char *text, size_t size);
/* The file it was loaded from, "/usr/lib/.../librdkafka.so.1"; "" when that is not known; the end
 * of it when it does not fit. Returns text. */
char *library_path(char *text, size_t size);
/* True when the library can compress with that codec ("none" always). */
bool library_has_codec(const char *codec);

#endif
