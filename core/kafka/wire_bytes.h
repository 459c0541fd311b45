/*
 * Bytes a client moved over its sockets: Kafka requests and responses with their headers, as they
 * are handed to TLS or TCP. Counted by the client's own interceptors since it was opened.
 */
#ifndef ASSAY_CORE_KAFKA_WIRE_BYTES_H
#define ASSAY_CORE_KAFKA_WIRE_BYTES_H

#include <stdint.h>

struct wire_bytes {
    int64_t sent, received;
};

#endif
