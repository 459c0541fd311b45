/*
 * The text of server.properties for a KRaft broker that is a controller, too.
 *
 * Names and meanings: https://kafka.apache.org/documentation/#brokerconfigs. What differs from
 * Kafka's defaults is what one node, or three, need, what large messages need, and what keeps a
 * bench honest: nothing is deleted by age or size, deleted topics free their space at once, and a
 * record may carry any timestamp. Threads: pure function.
 */
#ifndef ASSAY_BENCH_TESTBED_BROKER_BROKER_CONFIG_H
#define ASSAY_BENCH_TESTBED_BROKER_BROKER_CONFIG_H

#include "base/buf.h"
#include "base/err.h"

#include <stdint.h>

enum { BROKER_PORT_PLAIN, BROKER_PORT_CONTROLLER, BROKER_PORT_SECURE, BROKER_PORTS };

struct broker_config {
    int node;                      /* its number, from 1 */
    int nodes;                     /* of the cluster: 1 to BROKER_NODES_MAX */
    const int *controller_ports;   /* of all nodes */
    int ports[BROKER_PORTS];       /* all set; the secure one is used when keystore is not NULL */
    const char *log_dirs;          /* borrowed, like all below */
    int64_t message_max_bytes;     /* 1 MiB to INT32_MAX */
    const char *keystore;          /* PEM file: key, certificate, CA; NULL: no secure listener */
    const char *link_listen;       /* "HOST:PORT" of a further plain listener; NULL: none */
    const char *link_advertised;   /* and what it advertises */
    const char *user, *password;   /* of the secure listener; letters and digits only */
    const char *const *properties; /* "key=value", last, so that they win; NULL: none */
};

/* Appends the text to out. RC_INPUT names a property that is not key=value, or is ours to set. */
enum rc broker_config_write(const struct broker_config *c, struct buf *out,
                            struct err *e) MUST_CHECK;

#endif
