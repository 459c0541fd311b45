#define _POSIX_C_SOURCE 200809L
#include "core/log/connection.h"

#include "base/clock.h"
#include "core/log/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    NAME_MAX_BYTES = BROKER_HOST_MAX + 16,
    SIZE_BYTES = 4,
    REQUEST_MAX = 65536,
    HELLO_MAX = 1048576,     /* no answer to ApiVersions is longer */
    READ_STEP = 1048576,     /* how far a buffer grows ahead of what has arrived */
    TLS_ALERT = 0x1503,      /* a TLS record of type alert: the first two bytes */
    HTTP_ANSWER = 0x48545450 /* "HTTP" */
};
#define CLIENT_ID "assay"

struct connection {
    int fd;
    int64_t timeout_ns;
    int32_t correlation; /* of the last request */
    struct protocol_versions versions;
    char name[NAME_MAX_BYTES];
};

/* Waits until the socket is ready for events or the deadline is past. */
static enum rc await(const struct connection *c, short events, struct instant deadline,
                     const char *doing, struct err *e)
{
    for (;;) {
        int64_t left = instant_since(deadline, clock_now());
        struct pollfd p = {.fd = c->fd, .events = events};
        int ready = left <= 0 ? 0 : poll(&p, 1, (int)(left / NS_PER_MS) + 1);
        if (ready > 0)
            return RC_OK;
        if (ready == 0)
            return err_set(e, RC_INFRA, "%s: no answer within %.1f s while %s", c->name,
                           (double)c->timeout_ns / NS_PER_S, doing);
        if (errno != EINTR)
            return err_sys(e, RC_INFRA, errno, "%s: %s", c->name, doing);
    }
}

static enum rc connect_one(struct connection *c, const struct addrinfo *a, struct instant deadline,
                           struct err *e)
{
    c->fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
    if (c->fd < 0)
        return err_sys(e, RC_INFRA, errno, "%s: cannot make a socket", c->name);
    int flags = fcntl(c->fd, F_GETFL);
    if (flags < 0 || fcntl(c->fd, F_SETFL, flags | O_NONBLOCK) != 0 ||
        fcntl(c->fd, F_SETFD, FD_CLOEXEC) != 0)
        return err_sys(e, RC_INFRA, errno, "%s: cannot set up a socket", c->name);
    if (connect(c->fd, a->ai_addr, a->ai_addrlen) == 0)
        return RC_OK;
    if (errno != EINPROGRESS)
        return err_sys(e, RC_INFRA, errno, "%s: cannot connect", c->name);
    enum rc rc = await(c, POLLOUT, deadline, "connecting", e);
    if (rc != RC_OK)
        return rc;
    int failure = 0;
    socklen_t size = sizeof failure;
    if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &failure, &size) != 0)
        failure = errno;
    return failure == 0 ? RC_OK : err_sys(e, RC_INFRA, failure, "%s: cannot connect", c->name);
}

/* Tries every address of the host in turn. */
static enum rc reach(struct connection *c, const char *host, int32_t port, struct err *e)
{
    char service[16];
    (void)snprintf(service, sizeof service, "%" PRId32, port);
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *all = NULL;
    int trouble = getaddrinfo(host, service, &hints, &all);
    if (trouble != 0)
        return err_set(e, RC_INFRA, "%s: cannot find the host: %s", c->name, gai_strerror(trouble));
    struct instant deadline = instant_after(clock_now(), c->timeout_ns);
    enum rc rc = err_set(e, RC_INFRA, "%s: the host has no address", c->name);
    for (const struct addrinfo *a = all; a != NULL && rc != RC_OK; a = a->ai_next) {
        if (c->fd >= 0)
            (void)close(c->fd);
        c->fd = -1;
        rc = connect_one(c, a, deadline, e);
    }
    freeaddrinfo(all);
    return rc;
}

static enum rc send_all(struct connection *c, struct span bytes, struct instant deadline,
                        struct err *e)
{
    for (size_t sent = 0; sent < bytes.size;) {
        ssize_t n = send(c->fd, bytes.data + sent, bytes.size - sent, MSG_NOSIGNAL);
        if (n >= 0) {
            sent += (size_t)n;
            continue;
        }
        if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
            return err_sys(e, RC_INFRA, errno, "%s: cannot send", c->name);
        enum rc rc = await(c, POLLOUT, deadline, "sending a request", e);
        if (rc != RC_OK)
            return rc;
    }
    return RC_OK;
}

static enum rc hung_up(const struct connection *c, enum protocol_api api, struct err *e)
{
    const char *guess = api == API_VERSIONS ? "a listener that expects TLS does that"
                                            : "a listener that expects a login (SASL) does that";
    return err_set(e, RC_INFRA, "%s: the broker hung up on %s; %s", c->name, PROTOCOL[api].name,
                   guess);
}

/* Exactly size bytes, appended to b. */
static enum rc receive(struct connection *c, enum protocol_api api, size_t size, struct buf *b,
                       struct err *e)
{
    struct instant deadline = instant_after(clock_now(), c->timeout_ns);
    size_t end = b->size + size;
    while (b->size < end) {
        size_t step = end - b->size < READ_STEP ? end - b->size : READ_STEP;
        enum rc rc = buf_reserve(b, b->size + step, e);
        if (rc != RC_OK)
            return rc;
        ssize_t n = recv(c->fd, b->data + b->size, step, 0);
        if (n > 0) {
            b->size += (size_t)n;
            deadline = instant_after(clock_now(), c->timeout_ns); /* slow is not dead */
            continue;
        }
        if (n == 0 || errno == ECONNRESET)
            return hung_up(c, api, e);
        if (errno == EINTR)
            continue;
        if (errno != EAGAIN && errno != EWOULDBLOCK)
            return err_sys(e, RC_INFRA, errno, "%s: cannot receive", c->name);
        rc = await(c, POLLIN, deadline, "waiting for an answer", e);
        if (rc != RC_OK)
            return rc;
    }
    return RC_OK;
}

static enum rc refuse_length(const struct connection *c, uint32_t length, struct err *e)
{
    if (length >> 16 == TLS_ALERT)
        return err_set(
            e, RC_INFRA,
            "%s: the broker answers in TLS, and raw batches are read over plain TCP only; "
            "the broker's log folder, or a PLAINTEXT listener, would show them",
            c->name);
    if (length == HTTP_ANSWER)
        return err_set(e, RC_INFRA, "%s: this is a web server, not a Kafka broker", c->name);
    return err_set(e, RC_INFRA,
                   "%s: an answer of %" PRIu32 " bytes is announced: is this a Kafka broker?",
                   c->name, length);
}

/* Reads the frame of one answer and leaves its body in answer. */
static enum rc receive_frame(struct connection *c, enum protocol_api api, struct buf *answer,
                             struct err *e)
{
    buf_clear(answer);
    enum rc rc = receive(c, api, SIZE_BYTES, answer, e);
    if (rc != RC_OK)
        return rc;
    struct wire_reader r = wire_reader_of(buf_span(answer));
    uint32_t length = (uint32_t)wire_int32(&r);
    uint32_t most = api == API_VERSIONS ? HELLO_MAX : INT32_MAX;
    if (length < sizeof c->correlation || length > most || length > answer->max)
        return refuse_length(c, length, e);
    buf_clear(answer);
    rc = receive(c, api, sizeof c->correlation, answer, e);
    if (rc != RC_OK)
        return rc;
    r = wire_reader_of(buf_span(answer));
    int32_t correlation = wire_int32(&r);
    if (correlation != c->correlation)
        return err_set(e, RC_INFRA,
                       "%s: the answer carries number %" PRId32 ", the request had %" PRId32,
                       c->name, correlation, c->correlation);
    buf_clear(answer);
    return receive(c, api, length - sizeof c->correlation, answer, e);
}

static enum rc put_request(struct connection *c, enum protocol_api api, struct span body,
                           struct buf *frame, struct err *e)
{
    size_t head = 2 * sizeof(int16_t) + sizeof c->correlation + sizeof(int16_t) + strlen(CLIENT_ID);
    enum rc rc = wire_put_int32(frame, (int32_t)(head + body.size), e);
    if (rc == RC_OK)
        rc = wire_put_int16(frame, PROTOCOL[api].key, e);
    if (rc == RC_OK)
        rc = wire_put_int16(frame, c->versions.use[api], e);
    if (rc == RC_OK)
        rc = wire_put_int32(frame, ++c->correlation, e);
    if (rc == RC_OK)
        rc = wire_put_string(frame, CLIENT_ID, e);
    return rc != RC_OK || body.size == 0 ? rc : buf_append(frame, body.data, body.size, e);
}

enum rc connection_ask(struct connection *c, enum protocol_api api, struct span body,
                       struct buf *answer, struct err *e)
{
    struct buf frame;
    buf_init(&frame, REQUEST_MAX);
    enum rc rc = put_request(c, api, body, &frame, e);
    if (rc == RC_OK)
        rc = send_all(c, buf_span(&frame), instant_after(clock_now(), c->timeout_ns), e);
    buf_release(&frame);
    return rc != RC_OK ? rc : receive_frame(c, api, answer, e);
}

static enum rc agree(struct connection *c, struct err *e)
{
    struct buf answer;
    buf_init(&answer, HELLO_MAX);
    c->versions.use[API_VERSIONS] = PROTOCOL[API_VERSIONS].newest;
    enum rc rc = connection_ask(c, API_VERSIONS, (struct span){0}, &answer, e);
    if (rc == RC_OK) {
        rc = protocol_versions_read(buf_span(&answer), &c->versions, e);
        if (rc != RC_OK)
            (void)err_wrap(e, "%s", c->name);
    }
    buf_release(&answer);
    return rc;
}

enum rc connection_open(const char *host, int32_t port, int64_t timeout_ns, struct connection **out,
                        struct err *e)
{
    struct connection *c = calloc(1, sizeof *c);
    if (c == NULL)
        return err_set(e, RC_INFRA, "out of memory for a connection");
    c->fd = -1;
    c->timeout_ns = timeout_ns;
    (void)snprintf(c->name, sizeof c->name,
                   strchr(host, ':') != NULL ? "[%.*s]:%" PRId32 : "%.*s:%" PRId32, BROKER_HOST_MAX,
                   host, port);
    enum rc rc = reach(c, host, port, e);
    if (rc == RC_OK)
        rc = agree(c, e);
    if (rc != RC_OK) {
        connection_close(c);
        return rc;
    }
    *out = c;
    return RC_OK;
}

void connection_close(struct connection *c)
{
    if (c == NULL)
        return;
    if (c->fd >= 0)
        (void)close(c->fd);
    free(c);
}

enum rc connection_version(const struct connection *c, enum protocol_api api, int16_t *version,
                           struct err *e)
{
    if (c->versions.use[api] < 0)
        return err_set(e, RC_INFRA,
                       "%s: the broker speaks no version of %s between %d and %d that is needed "
                       "here: Kafka 1.0 to 4.x do",
                       c->name, PROTOCOL[api].name, PROTOCOL[api].oldest, PROTOCOL[api].newest);
    *version = c->versions.use[api];
    return RC_OK;
}

const char *connection_name(const struct connection *c)
{
    return c->name;
}
