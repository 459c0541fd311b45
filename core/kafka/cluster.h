/*
 * The cluster as its user gives it: where it is and how to log in.
 *
 * Sources are --bootstrap HOST:PORT,…, -X key=value and --client-config FILE (key=value or
 * "key: value" lines, # comments). Every property is checked by librdkafka at once. What a trial
 * sets itself (acks, compression, batching…) may not be overridden: the record would not be true.
 * Secrets stand in this struct and in cluster_write's text only; errors never quote their values.
 * Ownership: a struct cluster owns its texts. Threads: read-only once filled.
 */
#ifndef ASSAY_CORE_KAFKA_CLUSTER_H
#define ASSAY_CORE_KAFKA_CLUSTER_H

#include "core/kafka/settings.h"

struct cluster {
    struct settings properties; /* bootstrap.servers among them */
    struct settings *limits;    /* borrowed: takes the clients' limits on sizes, which no trial lets
                                   a user set; NULL: they are refused like the others */
};

void cluster_init(struct cluster *c);
void cluster_release(struct cluster *c); /* NULL is fine */

/* "HOST:PORT[,HOST:PORT…]"; the port may be left out (9092). */
enum rc cluster_set_bootstrap(struct cluster *c, const char *hosts, struct err *e) MUST_CHECK;
const char *cluster_bootstrap(const struct cluster *c); /* NULL when none was given */

/* One property: "key=value". Errors name the key, what is wrong and what was expected. */
enum rc cluster_add(struct cluster *c, const char *key_value, struct err *e) MUST_CHECK;
/* One --client-config. Errors read FILE:LINE: …; files over 1 MiB are refused. In values of *.pem
 * keys \n stands for a line break; all else is taken literally. */
enum rc cluster_add_file(struct cluster *c, const char *path, struct err *e) MUST_CHECK;
/* The value given, or NULL. */
const char *cluster_value(const struct cluster *c, const char *key);
/* Neither TLS nor SASL: a plain TCP connection may talk to it. */
bool cluster_is_plain(const struct cluster *c);

/* For a child process, secrets included: settings_write's form. */
enum rc cluster_write(const struct cluster *c, struct buf *out, struct err *e) MUST_CHECK;
/* Into an initialised c. */
enum rc cluster_read(struct cluster *c, struct span text, struct err *e) MUST_CHECK;

/* For records and reports: as given, secrets hidden. *out is initialised here; release it. */
enum rc cluster_describe(const struct cluster *c, struct settings *out, struct err *e) MUST_CHECK;

#endif
