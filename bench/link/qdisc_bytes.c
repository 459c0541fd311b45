#define _GNU_SOURCE
#include "bench/link/qdisc_bytes.h"

#include <errno.h>
#include <linux/gen_stats.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANSWER_MAX = 64 * 1024 };

struct question {
    struct nlmsghdr head;
    struct tcmsg about;
};

/* An attribute's payload; NULL when it is not among those of size bytes from first on. */
static const void *find(const void *first, size_t size, unsigned short type, size_t *out_size)
{
    const uint8_t *at = first;
    struct rtattr a;
    while (size >= sizeof a) {
        memcpy(&a, at, sizeof a);
        if (a.rta_len < sizeof a || a.rta_len > size)
            return NULL;
        if ((a.rta_type & NLA_TYPE_MASK) == type) {
            *out_size = a.rta_len - RTA_LENGTH(0);
            return at + RTA_LENGTH(0);
        }
        size_t step = RTA_ALIGN(a.rta_len);
        step = step < size ? step : size;
        at += step;
        size -= step;
    }
    return NULL;
}

/* The bytes that one answer tells; false when it is about another discipline. */
static bool read_answer(const uint8_t *message, const struct nlmsghdr *head, unsigned interface,
                        int64_t *out)
{
    struct tcmsg about;
    size_t size = 0;
    uint64_t bytes = 0;
    if (head->nlmsg_type != RTM_NEWQDISC || head->nlmsg_len < NLMSG_LENGTH(sizeof about))
        return false;
    memcpy(&about, message + NLMSG_HDRLEN, sizeof about);
    if (about.tcm_ifindex != (int)interface || about.tcm_parent != TC_H_ROOT)
        return false;
    size_t start = NLMSG_SPACE(sizeof about);
    const void *stats = head->nlmsg_len < start
                            ? NULL
                            : find(message + start, head->nlmsg_len - start, TCA_STATS2, &size);
    const void *basic = stats != NULL ? find(stats, size, TCA_STATS_BASIC, &size) : NULL;
    if (basic == NULL || size < sizeof bytes)
        return false;
    memcpy(&bytes, basic, sizeof bytes);
    *out = (int64_t)bytes;
    return true;
}

/* Goes through the answers of one read; sets *ended at the last. */
static bool read_answers(const uint8_t *from, size_t size, unsigned interface, int64_t *out,
                         bool *ended)
{
    bool found = false;
    struct nlmsghdr head;
    while (size >= sizeof head && !*ended) {
        memcpy(&head, from, sizeof head);
        if (head.nlmsg_len < sizeof head || head.nlmsg_len > size)
            break;
        *ended = head.nlmsg_type == NLMSG_DONE || head.nlmsg_type == NLMSG_ERROR;
        found |= read_answer(from, &head, interface, out);
        size_t step = NLMSG_ALIGN(head.nlmsg_len);
        step = step < size ? step : size;
        from += step;
        size -= step;
    }
    return found;
}

static enum rc ask(int fd, unsigned interface, int64_t *out, struct err *e)
{
    uint8_t answer[ANSWER_MAX];
    bool found = false;
    bool ended = false;
    const struct question q = {.head = {.nlmsg_len = sizeof q,
                                        .nlmsg_type = RTM_GETQDISC,
                                        .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
                                        .nlmsg_seq = 1}};
    if (send(fd, &q, sizeof q, 0) != sizeof q)
        return err_sys(e, RC_INFRA, errno, "cannot ask the kernel what an interface passed");
    while (!ended) {
        ssize_t got = recv(fd, answer, sizeof answer, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return err_sys(e, RC_INFRA, errno, "the kernel does not say what an interface passed");
        found |= read_answers(answer, (size_t)got, interface, out, &ended);
    }
    return found ? RC_OK
                 : err_set(e, RC_INFRA, "the kernel does not count what an interface passes");
}

enum rc qdisc_bytes(const char *name, int64_t *out, struct err *e)
{
    unsigned interface = if_nametoindex(name);
    if (interface == 0)
        return err_sys(e, RC_INFRA, errno, "there is no interface %s any more", name);
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (fd < 0)
        return err_sys(e, RC_INFRA, errno, "cannot ask the kernel about interfaces");
    enum rc rc = ask(fd, interface, out, e);
    (void)close(fd);
    return rc;
}
