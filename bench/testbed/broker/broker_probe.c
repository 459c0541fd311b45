#define _GNU_SOURCE
#include "bench/testbed/broker/broker_probe.h"

#include "base/clock.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum {
    CORRELATION = 0x61737361,
    REPLY_MAX = 4096,
    /* correlation and throttle time stand before the brokers */
    BROKERS_AT = 8,
};

/* length, key 3, version 4, correlation, client id "assay", no topics, no auto creation */
static const uint8_t REQUEST[] = {0, 0, 0,   0x14, 0,   3,   0,   4, 0x61, 0x73, 0x73, 0x61,
                                  0, 5, 'a', 's',  's', 'a', 'y', 0, 0,    0,    0,    0};

static uint32_t big_endian(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool receive(int fd, uint8_t *into, size_t size)
{
    while (size > 0) {
        ssize_t got = recv(fd, into, size, 0);
        if (got <= 0)
            return false;
        into += got;
        size -= (size_t)got;
    }
    return true;
}

/* Moves *at over a nullable string; false when it passes the end. */
static bool skip_string(const uint8_t *reply, size_t size, size_t *at)
{
    if (*at + 2 > size)
        return false;
    uint16_t length = (uint16_t)(reply[*at] << 8 | reply[*at + 1]);
    *at += 2 + (size_t)(length == UINT16_MAX ? 0 : length);
    return *at <= size;
}

/* brokers [node, host, port, rack], cluster id, controller id */
static bool is_ready(const uint8_t *reply, size_t size, int least)
{
    if (size < BROKERS_AT + 4 || big_endian(reply) != CORRELATION)
        return false;
    uint32_t brokers = big_endian(reply + BROKERS_AT);
    size_t at = BROKERS_AT + 4;
    if (brokers < (uint32_t)least || brokers > size)
        return false;
    for (uint32_t i = 0; i < brokers; i++) {
        at += 4;
        if (!skip_string(reply, size, &at))
            return false;
        at += 4;
        if (!skip_string(reply, size, &at))
            return false;
    }
    return skip_string(reply, size, &at) && at + 4 <= size && big_endian(reply + at) <= INT32_MAX;
}

static bool ask(int fd, int least)
{
    uint8_t reply[REPLY_MAX];
    if (send(fd, REQUEST, sizeof REQUEST, MSG_NOSIGNAL) != (ssize_t)sizeof REQUEST)
        return false;
    if (!receive(fd, reply, 4))
        return false;
    uint32_t size = big_endian(reply);
    return size <= sizeof reply && receive(fd, reply, size) && is_ready(reply, size, least);
}

bool broker_probe(int port, int brokers, int64_t timeout_ns)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    struct timeval limit = {.tv_sec = timeout_ns / NS_PER_S,
                            .tv_usec = timeout_ns % NS_PER_S / NS_PER_US};
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons((uint16_t)port),
                            .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    bool ready = setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0 &&
                 setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) == 0 &&
                 connect(fd, (const struct sockaddr *)&a, sizeof a) == 0 && ask(fd, brokers);
    (void)close(fd);
    return ready;
}
