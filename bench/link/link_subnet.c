#define _GNU_SOURCE
#include "bench/link/link_subnet.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/fs.h"
#include "base/rng.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define POOL UINT32_C(0x0ad50000) /* 10.213.0.0 */
#define MASK (~UINT32_C(3))

enum { SUBNETS = 1 << 14, TRIES = 64, SIZE = 4, LINK_PATHS_MAX = 1 << 22, HEX = 16 };

static bool overlap(uint32_t net, uint32_t mask, uint32_t other, uint32_t other_mask)
{
    uint32_t both = mask & other_mask;
    return (net & both) == (other & both);
}

static uint32_t of_sockaddr(const struct sockaddr *a)
{
    struct sockaddr_in in;
    memcpy(&in, a, sizeof in);
    return ntohl(in.sin_addr.s_addr);
}

static enum rc has_address(uint32_t net, bool *found, struct err *e)
{
    struct ifaddrs *all = NULL;
    if (getifaddrs(&all) != 0)
        return err_sys(e, RC_INFRA, errno, "cannot list the addresses of this machine");
    *found = false;
    for (const struct ifaddrs *a = all; a != NULL; a = a->ifa_next)
        if (a->ifa_addr != NULL && a->ifa_netmask != NULL && a->ifa_addr->sa_family == AF_INET)
            *found |= overlap(net, MASK, of_sockaddr(a->ifa_addr), of_sockaddr(a->ifa_netmask));
    freeifaddrs(all);
    return RC_OK;
}

/* proc(5), /proc/net/route: name, destination, gateway, flags, 3 numbers, mask, ...; addresses are
 * hexadecimal in network byte order as this machine reads them. A default route is no obstacle. */
static bool route_overlaps(const char *line, uint32_t net)
{
    char destination[16];
    char mask[16];
    if (sscanf(line, "%*s %15s %*s %*s %*s %*s %*s %15s", destination, mask) != 2)
        return false;
    uint32_t to = ntohl((uint32_t)strtoul(destination, NULL, HEX));
    uint32_t bits = ntohl((uint32_t)strtoul(mask, NULL, HEX));
    return bits != 0 && overlap(net, MASK, to, bits);
}

static enum rc has_route(uint32_t net, bool *found, struct err *e)
{
    struct buf text;
    buf_init(&text, LINK_PATHS_MAX);
    enum rc rc = fs_read("/proc/net/route", &text, e);
    char *rest = NULL;
    char *line = rc == RC_OK && text.size > 0 ? strtok_r((char *)text.data, "\n", &rest) : NULL;
    for (*found = false; line != NULL; line = strtok_r(NULL, "\n", &rest))
        *found |= route_overlaps(line, net);
    buf_release(&text);
    return rc;
}

/* -1 with errno EADDRINUSE when another process has it. */
static int claim(unsigned number)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    int used = snprintf(a.sun_path + 1, sizeof a.sun_path - 1, "assay-link-%u", number);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)used);
    if (bind(fd, (const struct sockaddr *)&a, size) == 0)
        return fd;
    int why = errno;
    (void)close(fd);
    errno = why;
    return -1;
}

static enum rc try_one(unsigned number, struct link_subnet *out, bool *taken, struct err *e)
{
    uint32_t net = POOL + number * SIZE;
    int fd = claim(number);
    if (fd < 0 && errno != EADDRINUSE)
        return err_sys(e, RC_INFRA, errno, "cannot claim addresses for a link");
    *taken = fd < 0;
    if (*taken)
        return RC_OK;
    enum rc rc = has_address(net, taken, e);
    if (rc == RC_OK && !*taken)
        rc = has_route(net, taken, e);
    if (rc != RC_OK || *taken) {
        (void)close(fd);
        return rc;
    }
    *out = (struct link_subnet){.near = net + 1, .far = net + 2, .number = number, .claim = fd};
    return RC_OK;
}

enum rc link_subnet_claim(struct link_subnet *out, struct err *e)
{
    struct rng r;
    rng_init(&r, (uint64_t)clock_wall().ns, (uint64_t)getpid());
    out->claim = -1;
    for (int i = 0; i < TRIES; i++) {
        bool taken = true;
        enum rc rc = try_one((unsigned)rng_below(&r, SUBNETS), out, &taken, e);
        if (rc != RC_OK || !taken)
            return rc;
    }
    return err_set(e, RC_INFRA,
                   "every address tried in 10.213.0.0/16 is in use on this machine; "
                   "ASSAY_LINK=relay does without");
}

void link_subnet_release(struct link_subnet *s)
{
    if (s->claim >= 0)
        (void)close(s->claim);
    s->claim = -1;
}
