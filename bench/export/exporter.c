#define _GNU_SOURCE
#include "bench/export/exporter.h"

#include "base/prometheus.h"

#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
/* link: -lmicrohttpd */

enum { CONNECTIONS = 32, IDLE_S = 10, WAITING = 16, URL_TEXT = LISTEN_TEXT + 32 };

static const char PAGE[] = "<!DOCTYPE html>\n<html><head><title>assay</title></head>\n"
                           "<body><h1>assay</h1><p><a href=\"/metrics\">Metrics</a> of the run "
                           "that is going on.</p></body></html>\n";

struct exporter {
    struct export_source source;
    struct MHD_Daemon *daemon; /* owned; closes the socket */
    char url[URL_TEXT];
};

/* --- answers --- */

/* text is copied. */
static enum MHD_Result answer(struct MHD_Connection *to, unsigned status, const char *type,
                              struct span text)
{
    struct MHD_Response *r = MHD_create_response_from_buffer(
        text.size, (void *)(uintptr_t)text.data, MHD_RESPMEM_MUST_COPY);
    if (r == NULL)
        return MHD_NO;
    enum MHD_Result done = MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    if (done == MHD_YES && status == MHD_HTTP_METHOD_NOT_ALLOWED)
        done = MHD_add_response_header(r, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
    if (done == MHD_YES)
        done = MHD_queue_response(to, status, r);
    MHD_destroy_response(r);
    return done;
}

static enum MHD_Result answer_words(struct MHD_Connection *to, unsigned status, const char *words)
{
    return answer(to, status, "text/plain; charset=utf-8", span_str(words));
}

static enum MHD_Result answer_metrics(struct exporter *x, struct MHD_Connection *to)
{
    struct buf text;
    struct err e = {0};
    enum MHD_Result done = MHD_NO;
    buf_init(&text, EXPORT_TEXT_MAX);
    if (x->source.write(x->source.ctx, &text, &e) == RC_OK)
        done = answer(to, MHD_HTTP_OK, PROMETHEUS_CONTENT_TYPE, buf_span(&text));
    else
        done = answer_words(to, MHD_HTTP_INTERNAL_SERVER_ERROR, e.text);
    buf_release(&text);
    return done;
}

/* NOLINTNEXTLINE(readability-function-size): the library's signature */
static enum MHD_Result on_request(void *ctx, struct MHD_Connection *to, const char *path,
                                  const char *method, const char *version, const char *body,
                                  size_t *body_size, void **mine)
{
    (void)version;
    (void)body;
    (void)body_size;
    (void)mine;
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
        return answer_words(to, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET and HEAD\n");
    if (strcmp(path, "/metrics") == 0)
        return answer_metrics(ctx, to);
    if (strcmp(path, "/") == 0)
        return answer(to, MHD_HTTP_OK, "text/html; charset=utf-8", span_str(PAGE));
    return answer_words(to, MHD_HTTP_NOT_FOUND, "there is /metrics\n");
}

/* --- the port --- */

static enum rc find_address(const struct listen_address *at, struct addrinfo **out, struct err *e)
{
    char port[16], shown[LISTEN_TEXT];
    struct addrinfo want = {.ai_family = AF_UNSPEC,
                            .ai_socktype = SOCK_STREAM,
                            .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    (void)snprintf(port, sizeof port, "%d", at->port);
    int trouble = getaddrinfo(at->host, port, &want, out);
    if (trouble == 0)
        return RC_OK;
    return err_set(e, RC_INPUT, "cannot listen on %s: %s", listen_address_format(at, shown),
                   gai_strerror(trouble));
}

static enum rc say_trouble(const struct listen_address *at, int trouble, struct err *e)
{
    char shown[LISTEN_TEXT];
    (void)listen_address_format(at, shown);
    if (trouble == EADDRINUSE)
        return err_set(e, RC_INPUT,
                       "cannot listen on %s: the port is in use; expected another one, or :0 "
                       "for any free one",
                       shown);
    if (trouble == EADDRNOTAVAIL)
        return err_set(e, RC_INPUT, "cannot listen on %s: this machine has no such address", shown);
    return err_sys(e, RC_INPUT, trouble, "cannot listen on %s", shown);
}

/* *out is the caller's to close. */
static enum rc listen_on(const struct listen_address *at, const struct addrinfo *a, int *out,
                         struct err *e)
{
    const int yes = 1;
    int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return say_trouble(at, errno, e);
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, WAITING) == 0) {
        *out = fd;
        return RC_OK;
    }
    enum rc rc = say_trouble(at, errno, e);
    (void)close(fd);
    return rc;
}

static void say_url(const struct listen_address *at, int fd, char *url)
{
    struct listen_address taken = *at;
    struct sockaddr_storage a;
    socklen_t size = sizeof a;
    char shown[LISTEN_TEXT];
    memset(&a, 0, sizeof a);
    if (getsockname(fd, (struct sockaddr *)&a, &size) == 0 && a.ss_family == AF_INET6)
        taken.port = ntohs(((struct sockaddr_in6 *)(void *)&a)->sin6_port);
    else if (a.ss_family == AF_INET)
        taken.port = ntohs(((struct sockaddr_in *)(void *)&a)->sin_port);
    (void)snprintf(url, URL_TEXT, "http://%s/metrics", listen_address_format(&taken, shown));
}

/* --- its life --- */

/* The main thread handles signals: the server's thread is started with all of them blocked. */
static enum rc start(struct exporter *x, int fd, struct err *e)
{
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    x->daemon = MHD_start_daemon(MHD_USE_AUTO_INTERNAL_THREAD, 0, NULL, NULL, on_request, x,
                                 MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
                                 (unsigned)CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
                                 (unsigned)IDLE_S, MHD_OPTION_END);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return x->daemon != NULL ? RC_OK
                             : err_set(e, RC_INFRA, "cannot start the server of the metrics");
}

enum rc exporter_open(const struct listen_address *at, const struct export_source *source,
                      struct exporter **out, struct err *e)
{
    struct addrinfo *found = NULL;
    int fd = -1;
    struct exporter *x = calloc(1, sizeof *x);
    if (x == NULL)
        return err_set(e, RC_INFRA, "out of memory for the server of the metrics");
    x->source = *source;
    enum rc rc = find_address(at, &found, e);
    if (rc == RC_OK)
        rc = listen_on(at, found, &fd, e);
    if (found != NULL)
        freeaddrinfo(found);
    if (rc == RC_OK) {
        say_url(at, fd, x->url);
        rc = start(x, fd, e);
    }
    if (rc == RC_OK) {
        *out = x;
        return RC_OK;
    }
    if (fd >= 0)
        (void)close(fd);
    free(x);
    return rc;
}

const char *exporter_url(const struct exporter *x)
{
    return x->url;
}

void exporter_close(struct exporter *x)
{
    if (x == NULL)
        return;
    MHD_stop_daemon(x->daemon);
    free(x);
}
