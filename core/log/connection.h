/*
 * One plain TCP connection to a Kafka broker: requests go out framed, their answers come back.
 *
 * Every wait ends at the timeout given at opening. All failures are RC_INFRA and name HOST:PORT;
 * after one the connection is of no use but to be closed.
 * Ownership: holds a socket until connection_close. Threads: one owner.
 */
#ifndef ASSAY_CORE_LOG_CONNECTION_H
#define ASSAY_CORE_LOG_CONNECTION_H

#include "core/log/protocol.h"

struct connection; /* opaque */

/* Connects and agrees on versions, so that what is no Kafka broker, or one that wants TLS, shows
 * here. */
enum rc connection_open(const char *host, int32_t port, int64_t timeout_ns, struct connection **out,
                        struct err *e) MUST_CHECK;
void connection_close(struct connection *c); /* NULL is fine */

/* The version of an api that both sides know; RC_INFRA naming it when there is none. */
enum rc connection_version(const struct connection *c, enum protocol_api api, int16_t *version,
                           struct err *e) MUST_CHECK;

/* Sends the body as a request of the version agreed on and waits. *answer is replaced by the body
 * of the answer; it grows with what arrives, not with what is announced. */
enum rc connection_ask(struct connection *c, enum protocol_api api, struct span body,
                       struct buf *answer, struct err *e) MUST_CHECK;

const char *connection_name(const struct connection *c); /* "HOST:PORT" */

#endif
