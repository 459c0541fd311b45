/*
 * A broker that says what a test tells it to: one thread on a port of 127.0.0.1.
 *
 * It answers ApiVersions, Metadata (topic "t" with one partition, led by itself), ListOffsets and
 * Fetch from a log of batches given; or it misbehaves in one of the ways below.
 */
#ifndef ASSAY_TESTS_UNIT_BROKER_FAKE_H
#define ASSAY_TESTS_UNIT_BROKER_FAKE_H

#include "tests/unit/core/log/stored_sample.h"

#include <stdarg.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum fake_manner {
    FAKE_GOOD,
    FAKE_TLS,            /* answers with a TLS alert */
    FAKE_HTTP,           /* answers as a web server */
    FAKE_HANGS_UP,       /* closes on the first request */
    FAKE_WANTS_LOGIN,    /* closes on anything but ApiVersions */
    FAKE_SILENT,         /* never answers */
    FAKE_WRONG_NUMBER,   /* another correlation */
    FAKE_OLD,            /* speaks only versions of long ago */
    FAKE_NO_TOPIC,       /* does not know any topic */
    FAKE_TOPIC_IN_SHREDS /* its Metadata ends early */
};

struct broker_fake {
    int listener;
    int port;
    pthread_t thread;
    enum fake_manner manner;
    struct span log;      /* served by Fetch from its first byte on, whatever the offset */
    int64_t latest;       /* end of the partition */
    int fetches;          /* how often it was asked; read after broker_fake_stop */
    int16_t fetch_newest; /* newest version of Fetch it claims */
};

/* The request's api key and correlation; false when the peer is gone. */
static inline bool fake_receive(int fd, uint8_t *body, size_t room, int16_t *api, int32_t *number)
{
    uint8_t size[4];
    if (recv(fd, size, sizeof size, MSG_WAITALL) != (ssize_t)sizeof size)
        return false;
    struct wire_reader r = wire_reader_of(span_of(size, sizeof size));
    int32_t length = wire_int32(&r);
    if (length < 8 || (size_t)length > room ||
        recv(fd, body, (size_t)length, MSG_WAITALL) != length)
        return false;
    r = wire_reader_of(span_of(body, (size_t)length));
    *api = wire_int16(&r);
    (void)wire_int16(&r);
    *number = wire_int32(&r);
    return true;
}

static inline bool fake_put(struct buf *b, const char *form, ...)
{
    va_list args;
    bool good = true;
    va_start(args, form);
    for (; good && *form != '\0'; form++) {
        if (*form == '1')
            good = wire_put_int8(b, (int8_t)va_arg(args, int), NULL) == RC_OK;
        else if (*form == '2')
            good = wire_put_int16(b, (int16_t)va_arg(args, int), NULL) == RC_OK;
        else if (*form == '4')
            good = wire_put_int32(b, va_arg(args, int), NULL) == RC_OK;
        else if (*form == '8')
            good = wire_put_int64(b, va_arg(args, int64_t), NULL) == RC_OK;
        else
            good = wire_put_string(b, va_arg(args, const char *), NULL) == RC_OK;
    }
    va_end(args);
    return good;
}

static inline bool fake_metadata(const struct broker_fake *f, struct buf *b)
{
    bool known = f->manner != FAKE_NO_TOPIC;
    bool good = fake_put(b,
                         "44"
                         "4s42"
                         "s4",
                         0, 1, 7, "127.0.0.1", f->port, -1, "cluster", 7) &&
                fake_put(b, "42s1", 1, known ? 0 : 3, "t", 0);
    if (f->manner == FAKE_TOPIC_IN_SHREDS)
        return good;
    if (!known)
        return good && fake_put(b, "4", 0);
    return good && fake_put(b,
                            "4244"
                            "4444",
                            1, 0, 0, 7, 1, 7, 1, 7);
}

static inline bool fake_answer(struct broker_fake *f, int16_t api, struct span request,
                               struct buf *b)
{
    if (api == 18)
        return fake_put(b,
                        "24"
                        "222222222222",
                        0, 4, 1, 0, f->fetch_newest, 2, 0, 5, 3, 0, 8, 18, 0, 3);
    if (api == 3)
        return fake_metadata(f, b);
    if (api == 2) { /* the timestamp asked for stands at the end: -2 earliest, -1 latest */
        bool latest = request.data[request.size - 1] == 0xff;
        return fake_put(b,
                        "4s442"
                        "88",
                        1, "t", 1, 0, 0, INT64_C(-1), latest ? f->latest : INT64_C(0));
    }
    f->fetches++;
    bool good = fake_put(b, "4", 0) && (f->fetch_newest < 7 || fake_put(b, "24", 0, 0)) &&
                fake_put(b, "4s44288", 1, "t", 1, 0, 0, f->latest, f->latest) &&
                (f->fetch_newest < 5 || fake_put(b, "8", INT64_C(0))) && fake_put(b, "4", -1) &&
                (f->fetch_newest < 11 || fake_put(b, "4", -1)) &&
                fake_put(b, "4", (int)f->log.size);
    return good && (f->log.size == 0 || buf_append(b, f->log.data, f->log.size, NULL) == RC_OK);
}

/* One request and its answer; false when the conversation is over. */
static inline bool fake_turn(struct broker_fake *f, int fd)
{
    uint8_t request[4096];
    int16_t api = 0;
    int32_t number = 0;
    if (!fake_receive(fd, request, sizeof request, &api, &number))
        return false;
    if (f->manner == FAKE_HANGS_UP || (f->manner == FAKE_WANTS_LOGIN && api != 18))
        return false;
    if (f->manner == FAKE_SILENT)
        return true;
    static const uint8_t alert[] = {0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x46};
    if (f->manner == FAKE_TLS)
        return send(fd, alert, sizeof alert, MSG_NOSIGNAL) > 0;
    if (f->manner == FAKE_HTTP)
        return send(fd, "HTTP/1.1 400 Bad Request\r\n\r\n", 28, MSG_NOSIGNAL) > 0;
    struct buf body, frame;
    buf_init(&body, SAMPLE_MAX);
    buf_init(&frame, SAMPLE_MAX);
    /* only ListOffsets looks into its request: its size is fixed by topic "t" and client "assay" */
    bool good =
        fake_answer(f, api, span_of(request, 2 + 2 + 4 + 7 + 4 + 4 + 3 + 4 + 4 + 8), &body) &&
        fake_put(&frame, "44", (int)body.size + 4,
                 f->manner == FAKE_WRONG_NUMBER ? number + 1 : number) &&
        buf_append(&frame, body.data, body.size, NULL) == RC_OK;
    for (size_t sent = 0; good && sent < frame.size;) {
        ssize_t n = send(fd, frame.data + sent, frame.size - sent, MSG_NOSIGNAL);
        good = n > 0;
        sent += good ? (size_t)n : 0;
    }
    buf_release(&body);
    buf_release(&frame);
    return good;
}

static inline void *fake_serve(void *ctx)
{
    struct broker_fake *f = ctx;
    for (;;) {
        int fd = accept(f->listener, NULL, NULL);
        if (fd < 0)
            return NULL;
        while (fake_turn(f, fd))
            ;
        (void)close(fd);
    }
}

static inline bool broker_fake_start(struct broker_fake *f)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof a;
    if (f->fetch_newest == 0)
        f->fetch_newest = f->manner == FAKE_OLD ? 3 : 11;
    f->listener = socket(AF_INET, SOCK_STREAM, 0);
    if (f->listener < 0 || bind(f->listener, (struct sockaddr *)&a, size) != 0 ||
        listen(f->listener, 8) != 0 || getsockname(f->listener, (struct sockaddr *)&a, &size) != 0)
        return false;
    f->port = ntohs(a.sin_port);
    return pthread_create(&f->thread, NULL, fake_serve, f) == 0;
}

/* Every connection to it must be closed by then. */
static inline void broker_fake_stop(struct broker_fake *f)
{
    (void)shutdown(f->listener, SHUT_RDWR);
    (void)pthread_join(f->thread, NULL);
    (void)close(f->listener);
}

#endif
