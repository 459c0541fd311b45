#define _GNU_SOURCE
#include "bench/link/veth_pair.h"

#include "base/clock.h"
#include "base/program.h"
#include "bench/link/qdisc_bytes.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SAID_MAX = 64 * 1024, WORD = 32, WORDS = 24, BITS_PER_BYTE = 8 };

/* The depth of the token bucket, which is what passes at once after a pause: half a millisecond of
 * the rate, so that timers that are a little late lose nothing, but two full frames at least. Where
 * that comes near the largest segment that TCP hands over at once, one of those more: then they
 * pass whole, as they do with the offloads of a real adapter. (tbf cuts up a segment larger than
 * its bucket and drops none, as long as a frame fits.) */
enum { BURSTS_PER_S = 2000, BURST_MIN = 2 * 1514, SEGMENT = 64 * 1024 };
/* The buffer before the link, beyond which frames are dropped: 25 ms of the rate, but enough for
 * what a connection sends before it has felt the link (with 128 KiB it lost frames). */
enum { BUFFERS_PER_S = 40, BUFFER_MIN = 256 * 1024 };
enum { PLAIN_FRAMES = 1000, FRAME = 1514, NETEM_FRAMES_MIN = 1000, NETEM_FRAMES_MAX = 1000000 };

static const char FAR_NAME[] = "eth0"; /* name inside the namespace, where nothing else has it */

/* One call of ip or tc. */
struct call {
    const char *argv[WORDS];
    struct buf said;
};

static enum rc call(void *ctx, struct err *e)
{
    struct call *c = ctx;
    int exit_code = 0;
    const struct program p = {.argv = c->argv};
    buf_clear(&c->said);
    enum rc rc = program_run(&p, &c->said, &exit_code, e);
    if (rc != RC_OK || exit_code == 0)
        return rc;
    const char *said = c->said.size > 0 ? (const char *)c->said.data : "";
    rc = err_set(e, RC_INFRA, "%s %s %s ... fails: %s", c->argv[0], c->argv[1], c->argv[2], said);
    err_one_line(e->text);
    return rc;
}

/* Runs words, here or inside; what it says counts only when it fails. */
static enum rc run_tool(const struct network_namespace *inside, const char *const *words,
                        struct err *e)
{
    struct call c = {.argv = {NULL}};
    for (size_t i = 0; words[i] != NULL && i + 1 < WORDS; i++)
        c.argv[i] = words[i];
    buf_init(&c.said, SAID_MAX);
    enum rc rc = inside == NULL ? call(&c, e) : network_namespace_inside(inside, call, &c, e);
    buf_release(&c.said);
    return rc;
}

static enum rc make(const struct veth_pair *v, const char *near, struct err *e)
{
    char pid[WORD];
    (void)snprintf(pid, sizeof pid, "%ld", (long)v->inside->anchor.pid);
    const char *const add[] = {"ip",   "link", "add",    near,  "mtu",  "1500",  "type", "veth",
                               "peer", "name", FAR_NAME, "mtu", "1500", "netns", pid,    NULL};
    return run_tool(NULL, add, e);
}

/* Addresses and state of one end. */
static enum rc bring_up(const struct network_namespace *inside, const char *name, uint32_t host,
                        struct err *e)
{
    char address[WORD];
    char text[INET_ADDRSTRLEN];
    struct in_addr in = {.s_addr = htonl(host)};
    (void)inet_ntop(AF_INET, &in, text, sizeof text);
    (void)snprintf(address, sizeof address, "%s/%d", text, LINK_SUBNET_BITS);
    const char *const quiet[] = {"ip", "link", "set", "dev", name, "addrgenmode", "none", NULL};
    const char *const add[] = {"ip", "address", "add", address, "dev", name, NULL};
    const char *const up[] = {"ip", "link", "set", "dev", name, "up", NULL};
    enum rc rc = run_tool(inside, quiet, e);
    if (rc == RC_OK)
        rc = run_tool(inside, add, e);
    return rc == RC_OK ? run_tool(inside, up, e) : rc;
}

enum rc veth_pair_open(const struct network_namespace *inside, const struct link_subnet *subnet,
                       struct veth_pair *out, struct err *e)
{
    static const char *const loopback[] = {"ip", "link", "set", "dev", "lo", "up", NULL};
    char near[VETH_NAME];
    *out = (struct veth_pair){.inside = inside, .subnet = subnet};
    (void)snprintf(near, sizeof near, "assay%u", subnet->number);
    enum rc rc = make(out, near, e);
    if (rc != RC_OK)
        return rc;
    memcpy(out->near, near, sizeof near);
    rc = bring_up(NULL, near, subnet->near, e);
    if (rc == RC_OK)
        rc = run_tool(inside, loopback, e);
    if (rc == RC_OK)
        rc = bring_up(inside, FAR_NAME, subnet->far, e);
    if (rc != RC_OK)
        veth_pair_close(out);
    return rc;
}

void veth_pair_close(struct veth_pair *v)
{
    const char *const remove[] = {"ip", "link", "delete", "dev", v->near, NULL};
    struct err unused;
    if (v->near[0] == '\0')
        return;
    enum rc rc = run_tool(NULL, remove, &unused);
    (void)rc; /* if this fails, the interface ends with the namespace */
    v->near[0] = '\0';
}

static int64_t at_least(int64_t value, int64_t least)
{
    return value > least ? value : least;
}

static int64_t bucket_depth(int64_t byte_per_s)
{
    int64_t depth = at_least(byte_per_s / BURSTS_PER_S, BURST_MIN);
    return depth >= SEGMENT / 2 ? depth + SEGMENT : depth;
}

/* Without a limit a plain queue, which counts. below: under netem, or at the root. */
static enum rc set_rate(const struct network_namespace *inside, const char *name, int64_t bit_per_s,
                        bool below, struct err *e)
{
    char rate[WORD];
    char burst[WORD];
    char limit[WORD];
    int64_t byte_per_s = bit_per_s / BITS_PER_BYTE;
    int64_t depth = bucket_depth(byte_per_s);
    int64_t buffer = depth + at_least(byte_per_s / BUFFERS_PER_S, BUFFER_MIN);
    (void)snprintf(rate, sizeof rate, "%" PRId64 "bit", bit_per_s);
    (void)snprintf(burst, sizeof burst, "%" PRId64, depth);
    (void)snprintf(limit, sizeof limit, "%" PRId64, bit_per_s == 0 ? PLAIN_FRAMES : buffer);
    const char *place = below ? "parent" : "root";
    const char *words[WORDS] = {"tc", "qdisc", "replace", "dev", name, place};
    size_t n = 6;
    if (below)
        words[n++] = "1:1";
    const char *const tbf[] = {"tbf", "rate", rate, "burst", burst, "limit", limit};
    const char *const plain[] = {"pfifo", "limit", limit};
    const char *const *tail = bit_per_s == 0 ? plain : tbf;
    size_t count = bit_per_s == 0 ? sizeof plain / sizeof plain[0] : sizeof tbf / sizeof tbf[0];
    memcpy(&words[n], tail, count * sizeof *tail);
    return run_tool(inside, words, e);
}

static enum rc set_delay(const struct network_namespace *inside, const char *name,
                         const struct link_rate *rate, struct err *e)
{
    char delay[WORD];
    char limit[WORD];
    double seconds = (double)rate->delay_ns / NS_PER_S;
    double frames = 2 * seconds * (double)rate->bit_per_s / BITS_PER_BYTE / FRAME;
    int64_t most = NETEM_FRAMES_MAX;
    if (rate->bit_per_s != 0 && frames < NETEM_FRAMES_MAX)
        most = at_least((int64_t)frames, NETEM_FRAMES_MIN);
    (void)snprintf(delay, sizeof delay, "%" PRId64 "ns", rate->delay_ns);
    (void)snprintf(limit, sizeof limit, "%" PRId64, most);
    const char *const words[] = {"tc", "qdisc", "replace", "dev", name,    "root", "handle",
                                 "1:", "netem", "delay",   delay, "limit", limit,  NULL};
    return run_tool(inside, words, e);
}

static enum rc limit_end(const struct network_namespace *inside, const char *name,
                         const struct link_rate *rate, struct err *e)
{
    enum rc rc = RC_OK;
    if (rate->delay_ns > 0)
        rc = set_delay(inside, name, rate, e);
    if (rc == RC_OK)
        rc = set_rate(inside, name, rate->bit_per_s, rate->delay_ns > 0, e);
    return rc;
}

/* What TCP remembers of the other end (round trip, threshold; ip-tcp_metrics(8)) was learnt at
 * another rate. There may be nothing to forget, which ip calls a failure. */
static void forget(const struct network_namespace *inside, uint32_t other)
{
    char host[INET_ADDRSTRLEN];
    const char *const words[] = {"ip", "tcp_metrics", "delete", host, NULL};
    struct in_addr in = {.s_addr = htonl(other)};
    struct err unused;
    (void)inet_ntop(AF_INET, &in, host, sizeof host);
    enum rc rc = run_tool(inside, words, &unused);
    (void)rc;
}

enum rc veth_pair_limit(const struct veth_pair *v, const struct link_rate *rate, struct err *e)
{
    forget(NULL, v->subnet->far);
    forget(v->inside, v->subnet->near);
    enum rc rc = limit_end(NULL, v->near, rate, e);
    if (rc == RC_OK)
        rc = limit_end(v->inside, FAR_NAME, rate, e);
    return rc;
}

static enum rc count_far(void *ctx, struct err *e)
{
    return qdisc_bytes(FAR_NAME, ctx, e);
}

enum rc veth_pair_count(const struct veth_pair *v, int64_t *up, int64_t *down, struct err *e)
{
    enum rc rc = qdisc_bytes(v->near, down, e);
    return rc == RC_OK ? network_namespace_inside(v->inside, count_far, up, e) : rc;
}
