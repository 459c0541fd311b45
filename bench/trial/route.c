#include "bench/trial/route.h"

#include "base/clock.h"
#include "bench/testbed/broker/broker_ports.h"

#include <stdio.h>

static const int64_t MEASURE_NS = 400 * (int64_t)NS_PER_MS;
/* A slow link needs longer, or the few packets on their way when the time ends weigh too much. */
static const int64_t MEASURE_SLOW_NS = 1500 * (int64_t)NS_PER_MS;
static const int64_t SLOW_BIT_PER_S = 10000000;
enum { TRIES = 5 };

enum rc routes_open(bool delays, struct routes *out, struct err *e)
{
    int port = 0;
    *out = (struct routes){.links = NULL};
    enum rc rc = links_open(LINK_BEST, delays, &out->links, e);
    if (rc == RC_OK)
        rc = broker_ports_pick(&port, 1, e);
    if (rc == RC_OK)
        rc = links_listener(out->links, port, out->listen, out->advertised, e);
    if (rc != RC_OK)
        routes_close(out);
    return rc;
}

void routes_close(struct routes *r)
{
    links_close(r->links);
    *r = (struct routes){.links = NULL};
}

static struct link_rate rate_of(const struct link_sweep *link)
{
    return (struct link_rate){.bit_per_s = link->bit_per_s, .delay_ns = link->delay_ns};
}

const struct link_route *routes_find(const struct routes *r, const struct link_sweep *link)
{
    for (size_t i = 0; link_is_limited(link) && i < r->count; i++)
        if (r->row[i].link.bit_per_s == link->bit_per_s &&
            r->row[i].link.delay_ns == link->delay_ns)
            return &r->row[i];
    return NULL;
}

/* Looks again when it is off: a busy machine may have held up the measurement itself. */
static enum rc measure(struct routes *r, struct link_route *way, struct err *e)
{
    struct link_rate rate = rate_of(&way->link);
    bool slow = rate.bit_per_s > 0 && rate.bit_per_s < SLOW_BIT_PER_S;
    struct err why = {.text = ""};
    enum rc rc = links_set(r->links, &rate, e);
    bool right = false;
    for (int i = 0; rc == RC_OK && !right && i < TRIES; i++) {
        rc = links_measure(r->links, slow ? MEASURE_SLOW_NS : MEASURE_NS, &way->measured, e);
        right = rc == RC_OK && link_measured_check(&way->measured, &rate, &why) == RC_OK;
    }
    if (rc == RC_OK && !right)
        (void)snprintf(way->trouble, sizeof way->trouble, "%.*s", LINK_TEXT - 1, why.text);
    return rc;
}

enum rc routes_measure(struct routes *r, const struct link_sweep *link, struct err *e)
{
    if (!link_is_limited(link) || routes_find(r, link) != NULL)
        return RC_OK;
    if (r->links == NULL || r->count == ROUTES_MAX)
        return err_set(e, RC_INPUT, "at most %d different links can be measured in one session",
                       ROUTES_MAX);
    struct link_route *way = &r->row[r->count];
    *way = (struct link_route){.link = *link};
    enum rc rc = measure(r, way, e);
    if (rc == RC_OK)
        r->count++;
    return rc;
}

enum rc routes_use(const struct routes *r, const struct link_route *way, struct err *e)
{
    struct link_rate rate = rate_of(&way->link);
    return links_set(r->links, &rate, e);
}
