#define _GNU_SOURCE
#include "bench/link/link_tcp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 128 };

struct sockaddr_in tcp_address(uint32_t host, int port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr = {.s_addr = htonl(host)}};
}

/* Fills e with what failed at address a. */
static enum rc failed(const struct sockaddr_in *a, const char *what, int errnum, struct err *e)
{
    char host[INET_ADDRSTRLEN] = "?";
    (void)inet_ntop(AF_INET, &a->sin_addr, host, sizeof host);
    return err_sys(e, RC_INFRA, errnum, "cannot %s %s:%d", what, host, (int)ntohs(a->sin_port));
}

enum rc tcp_socket(int *out_fd, struct err *e)
{
    int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return err_sys(e, RC_INFRA, errno, "cannot make a socket");
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    *out_fd = fd;
    return RC_OK;
}

enum rc tcp_listen(struct sockaddr_in *at, int *out_fd, struct err *e)
{
    int fd = -1;
    socklen_t size = sizeof *at;
    enum rc rc = tcp_socket(&fd, e);
    if (rc != RC_OK)
        return rc;
    if (bind(fd, (const struct sockaddr *)at, sizeof *at) != 0 || listen(fd, BACKLOG) != 0 ||
        getsockname(fd, (struct sockaddr *)at, &size) != 0) {
        rc = failed(at, "listen on", errno, e);
        (void)close(fd);
        return rc;
    }
    *out_fd = fd;
    return RC_OK;
}

/* 0, or what went wrong as an errno value. */
static int wait_for(int fd, short what, int timeout_ms)
{
    struct pollfd p = {.fd = fd, .events = what};
    int ready;
    do
        ready = poll(&p, 1, timeout_ms);
    while (ready < 0 && errno == EINTR);
    if (ready < 0)
        return errno;
    return ready == 0 ? ETIMEDOUT : 0;
}

enum rc tcp_connect(int fd, const struct sockaddr_in *to, int timeout_ms, struct err *e)
{
    int trouble = 0;
    socklen_t size = sizeof trouble;
    if (connect(fd, (const struct sockaddr *)to, sizeof *to) == 0)
        return RC_OK;
    if (errno != EINPROGRESS)
        return failed(to, "connect to", errno, e);
    trouble = wait_for(fd, POLLOUT, timeout_ms);
    if (trouble == 0 && getsockopt(fd, SOL_SOCKET, SO_ERROR, &trouble, &size) != 0)
        trouble = errno;
    return trouble == 0 ? RC_OK : failed(to, "connect to", trouble, e);
}

enum rc tcp_accept(int listener, int timeout_ms, int *out_fd, struct err *e)
{
    int on = 1;
    int trouble = wait_for(listener, POLLIN, timeout_ms);
    int fd = trouble == 0 ? accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK) : -1;
    if (fd < 0)
        return err_sys(e, RC_INFRA, trouble != 0 ? trouble : errno,
                       "no connection came through the link");
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    *out_fd = fd;
    return RC_OK;
}

void tcp_drop(int fd)
{
    struct linger now = {.l_onoff = 1, .l_linger = 0};
    if (fd < 0)
        return;
    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    (void)close(fd);
}
