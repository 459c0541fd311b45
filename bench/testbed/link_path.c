#include "bench/testbed/link_path.h"

#include "bench/testbed/testbed.h"

#include "base/clock.h"
#include "bench/testbed/broker/broker_ports.h"

#include <stdio.h>

static const int64_t MEASURE_NS = 400 * (int64_t)NS_PER_MS;
/* A slow link needs longer, or the few packets on their way when the time ends weigh too much. */
static const int64_t MEASURE_SLOW_NS = 1500 * (int64_t)NS_PER_MS;
static const int64_t SLOW_BIT_PER_S = 10000000;
enum { TRIES = 5 };

enum rc link_paths_open(bool delays, struct link_paths *out, struct err *e)
{
    int port = 0;
    *out = (struct link_paths){.links = NULL};
    enum rc rc = links_open(LINK_BEST, delays, &out->links, e);
    if (rc == RC_OK)
        rc = broker_ports_pick(&port, 1, e);
    if (rc == RC_OK)
        rc = links_listener(out->links, port, out->listen, out->advertised, e);
    if (rc != RC_OK)
        link_paths_close(out);
    return rc;
}

void link_paths_close(struct link_paths *r)
{
    links_close(r->links);
    *r = (struct link_paths){.links = NULL};
}

static struct link_rate rate_of(const struct link_choice *link)
{
    return (struct link_rate){.bit_per_s = link->bit_per_s, .delay_ns = link->delay_ns};
}

const struct link_path *link_paths_find(const struct link_paths *r, const struct link_choice *link)
{
    for (size_t i = 0; link_is_limited(link) && i < r->count; i++)
        if (r->row[i].link.bit_per_s == link->bit_per_s &&
            r->row[i].link.delay_ns == link->delay_ns)
            return &r->row[i];
    return NULL;
}

/* Looks again when it is off: a busy machine may have held up the measurement itself. */
static enum rc measure(struct link_paths *r, struct link_path *way, struct err *e)
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

enum rc link_paths_measure(struct link_paths *r, const struct link_choice *link, struct err *e)
{
    if (!link_is_limited(link) || link_paths_find(r, link) != NULL)
        return RC_OK;
    if (r->links == NULL || r->count == LINK_PATHS_MAX)
        return err_set(e, RC_INPUT, "at most %d different links can be measured in one run",
                       LINK_PATHS_MAX);
    struct link_path *way = &r->row[r->count];
    *way = (struct link_path){.link = *link};
    enum rc rc = measure(r, way, e);
    if (rc == RC_OK)
        r->count++;
    return rc;
}

enum rc link_paths_use(const struct link_paths *r, const struct link_path *way, struct err *e)
{
    struct link_rate rate = rate_of(&way->link);
    return links_set(r->links, &rate, e);
}

/* --- as a part of the testbed --- */

static enum rc start_links(struct testbed *tb, enum testbed_part part, struct err *e)
{
    (void)part;
    enum rc rc = link_paths_open(tb->options.link_delays, &tb->link_paths, e);
    tb->links = rc == RC_OK ? &tb->link_paths : NULL;
    return rc;
}

static void stop_links(struct testbed *tb, enum testbed_part part, bool failed)
{
    (void)part;
    (void)failed;
    link_paths_close(&tb->link_paths);
    tb->links = NULL;
}

static const char *describe_links(const struct testbed *tb, enum testbed_part part)
{
    (void)part;
    return links_kind(tb->link_paths.links);
}

/* The broker listens for links on an address of theirs, which it is told when it starts. */
const struct testbed_row TESTBED_ROW_LINKS = {.name = "link paths",
                                              .before_clusters = true,
                                              .start = start_links,
                                              .stop = stop_links,
                                              .describe = describe_links};
