#define _GNU_SOURCE
#include "bench/testbed/broker/broker_ports.h"

#include "base/clock.h"
#include "base/rng.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PORT_FIRST = 20000, PORT_COUNT = 10000, TRIES = 200 };

enum rc broker_port_check(int port, struct err *e)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return err_sys(e, RC_INFRA, errno, "cannot make a socket");
    int on = 1;
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons((uint16_t)port),
                            .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    enum rc rc = RC_OK;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(fd, (const struct sockaddr *)&a, sizeof a) != 0 || listen(fd, 1) != 0)
        rc = err_sys(e, RC_INFRA, errno, "port %d of 127.0.0.1 cannot be used", port);
    (void)close(fd);
    return rc;
}

static bool is_taken(const int *ports, size_t n, int port)
{
    for (size_t i = 0; i < n; i++)
        if (ports[i] == port)
            return true;
    return false;
}

static enum rc pick_one(struct rng *r, int *ports, size_t n, size_t at, struct err *e)
{
    enum rc rc = RC_OK;
    for (int i = 0; i < TRIES; i++) {
        int port = PORT_FIRST + (int)rng_below(r, PORT_COUNT);
        if (is_taken(ports, n, port))
            continue;
        rc = broker_port_check(port, e);
        if (rc == RC_OK) {
            ports[at] = port;
            return RC_OK;
        }
    }
    (void)err_wrap(e, "no free port between %d and %d after %d tries; the last", PORT_FIRST,
                   PORT_FIRST + PORT_COUNT - 1, TRIES);
    return RC_INFRA;
}

enum rc broker_ports_pick(int *ports, size_t n, struct err *e)
{
    struct rng r;
    rng_init(&r, (uint64_t)clock_wall().ns, (uint64_t)getpid());
    for (size_t i = 0; i < n; i++) {
        if (ports[i] != 0)
            continue;
        enum rc rc = pick_one(&r, ports, n, i, e);
        if (rc != RC_OK)
            return rc;
    }
    return RC_OK;
}
