/*
 * The members of struct admin, for the files of core/kafka only.
 *
 * Ownership and Threads: as in admin.h.
 */
#ifndef ASSAY_CORE_KAFKA_ADMIN_CLIENT_H
#define ASSAY_CORE_KAFKA_ADMIN_CLIENT_H

#include "base/clock.h"
#include "core/kafka/admin.h"
#include "core/kafka/client.h"

struct admin {
    struct client client;
    rd_kafka_queue_t *events; /* owned; answers to admin requests */
    int64_t timeout_ns;
    int32_t brokers; /* seen at opening */
};

/* One look at the metadata of a topic; NULL: of none, before any was looked at (the library would
 * ask for those again). Looking never creates a topic. *out is the caller's to destroy. */
enum rc admin_look(struct admin *a, const char *topic, const struct rd_kafka_metadata **out,
                   struct err *e) MUST_CHECK;
/* The options every request of this admin has; the caller's to destroy. */
rd_kafka_AdminOptions_t *admin_request_options(struct admin *a, rd_kafka_admin_op_t op);
/* Waits for the answer to a request on our queue. *out is the caller's to destroy. */
enum rc admin_await(struct admin *a, rd_kafka_event_t **out, struct err *e) MUST_CHECK;
/* What a broker says of one topic: "creating topic t: …". */
enum rc admin_fail(const char *doing, const char *topic, rd_kafka_resp_err_t code, const char *says,
                   struct err *e);

#endif
