/*
 * One librdkafka handle as this project uses it: silent, with its traffic counted and its trouble
 * kept as a sentence. For the files of core/kafka only.
 *
 * Ownership: client_open takes conf over, also when it fails. client_close waits for the library's
 * threads; release topics, queues and messages first. Threads: as librdkafka's handle.
 */
#ifndef ASSAY_CORE_KAFKA_CLIENT_H
#define ASSAY_CORE_KAFKA_CLIENT_H

#include "core/kafka/cluster.h"
#include "core/kafka/trouble.h"
#include "core/kafka/wire_bytes.h"

#include <librdkafka/rdkafka.h>
#include <stdatomic.h>

struct client {
    rd_kafka_t *rk; /* owned */
    struct trouble trouble;
    _Atomic int64_t sent, received; /* bytes on the wire */
    _Atomic bool all_down;          /* the library has lost every broker it knows */
};

/* A conf with the user's properties and what every client here has. RC_INPUT when the cluster has
 * no bootstrap. The caller's to destroy or to hand to client_open. */
enum rc client_conf(const struct cluster *c, rd_kafka_conf_t **out, struct err *e) MUST_CHECK;
/* Sets a property that the program chooses, not the user. */
enum rc client_conf_set(rd_kafka_conf_t *conf, const char *key, const char *value,
                        struct err *e) MUST_CHECK;
enum rc client_conf_set_int(rd_kafka_conf_t *conf, const char *key, int64_t value,
                            struct err *e) MUST_CHECK;

/* c must stay where it is until client_close. */
enum rc client_open(struct client *c, rd_kafka_type_t type, rd_kafka_conf_t *conf,
                    struct err *e) MUST_CHECK;
void client_close(struct client *c); /* NULL and not open are fine */

/* The sentence for a failed call: the trouble the client is in when that is the cause, else the
 * library's own words. Returns e->rc: RC_INFRA. */
enum rc client_fail(struct client *c, rd_kafka_resp_err_t code, struct err *e);
/* RC_OK, or the fatal error or live trouble, as one sentence. */
enum rc client_state(struct client *c, struct err *e) MUST_CHECK;
struct wire_bytes client_wire(const struct client *c);

/* The keys named, as the handle has them, secrets hidden; keys it does not know are left out. *out
 * is initialised here. */
enum rc client_in_force(const struct client *c, const char *const *keys, struct settings *out,
                        struct err *e) MUST_CHECK;

/* Rounded up, so that a wait is never shorter than asked for; at most INT_MAX. */
int client_ms(int64_t duration_ns);

#endif
