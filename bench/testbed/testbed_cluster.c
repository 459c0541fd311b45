/* A cluster as a part of the testbed: brokers of our own, the kept broker, or brokers of others. */
#define _GNU_SOURCE
#include "bench/testbed/testbed.h"

#include "base/clock.h"
#include "bench/measure/process.h"
#include "bench/testbed/broker/broker_install.h"
#include "bench/testbed/broker/broker_keep.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t ADMIN_TIMEOUT_NS = 20 * (int64_t)NS_PER_S; /* for each broker */

static struct testbed_cluster *cluster_of(struct testbed *tb, enum testbed_part part)
{
    return part == TESTBED_CLUSTER_OF_THREE ? &tb->three : &tb->one;
}

static int nodes_of(enum testbed_part part)
{
    return part == TESTBED_CLUSTER_OF_THREE ? BROKER_NODES_MAX : 1;
}

/* --- start --- */

/* Brokers inherit where the starting thread may run; afterwards we may run everywhere again. */
static enum rc start_own(struct testbed *tb, struct testbed_cluster *c, int nodes, struct err *e)
{
    const struct testbed_options *o = &tb->options;
    bool links = tb->links != NULL && nodes == 1;
    struct broker_options want = {.home = o->home,
                                  .heap_bytes = o->heap_bytes,
                                  .properties = o->broker_properties,
                                  .link_listen = links ? tb->links->listen : NULL,
                                  .link_advertised = links ? tb->links->advertised : NULL,
                                  .stop = o->stop};
    char before[TESTBED_TEXT];
    process_allowed_cpus(before, sizeof before);
    enum rc rc = tb->broker_cpus[0] != '\0' ? process_pin(tb->broker_cpus, e) : RC_OK;
    if (rc == RC_OK)
        rc = broker_cluster_open(&want, nodes, &c->brokers, e);
    if (rc == RC_OK && tb->broker_cpus[0] != '\0')
        rc = process_pin(before, e);
    return rc;
}

/* A kept broker is used as it is; options that would shape a broker of our own ask for one. */
static enum rc find_kept(const struct testbed *tb, struct testbed_cluster *c, struct err *e)
{
    const struct testbed_options *o = &tb->options;
    struct err why = {0};
    bool own = o->heap_bytes > 0 || o->pin || tb->links != NULL ||
               (o->broker_properties != NULL && o->broker_properties[0] != NULL);
    if (own)
        return RC_OK;
    enum rc rc = broker_keep_look(o->home, &c->brokers.node[0], &c->kept, &why, e);
    c->brokers.nodes = c->kept ? 1 : 0;
    return rc;
}

static enum rc start_embedded(struct testbed *tb, struct testbed_cluster *c, int nodes,
                              struct err *e)
{
    enum rc rc = nodes == 1 ? find_kept(tb, c, e) : RC_OK;
    if (rc == RC_OK && !c->kept)
        rc = start_own(tb, c, nodes, e);
    c->embedded = rc == RC_OK;
    if (rc != RC_OK)
        return rc;
    c->started_wall_ns = c->kept ? 0 : clock_wall().ns;
    const struct broker *first = &c->brokers.node[0];
    (void)snprintf(c->bootstrap, sizeof c->bootstrap, "%s",
                   c->kept ? first->bootstrap : c->brokers.bootstrap);
    (void)snprintf(c->says, sizeof c->says, "Apache Kafka %s, %sembedded%s", first->version,
                   nodes > 1 ? "3 brokers, " : "", c->kept ? ", kept running" : "");
    return cluster_set_bootstrap(tb->cluster, c->bootstrap, e);
}

/* What others run is used as it is, as long as a scenario that asks for three brokers finds them.
 */
static enum rc check_foreign(const struct testbed_cluster *c, int nodes, struct err *e)
{
    if (nodes == 1 || c->identity.brokers == nodes)
        return RC_OK;
    return err_set(e, RC_INPUT,
                   "--bootstrap %s: found %d broker%s, and the scenario says brokers: %d; expected "
                   "a cluster of %d, or brokers left out",
                   c->bootstrap, (int)c->identity.brokers, c->identity.brokers == 1 ? "" : "s",
                   nodes, nodes);
}

static enum rc start_foreign(struct testbed *tb, struct testbed_cluster *c, struct err *e)
{
    if (tb->links != NULL)
        return err_set(e, RC_INPUT,
                       "--bootstrap %s: a limited link leads to an embedded broker only; leave "
                       "--bootstrap out, or set link to unlimited",
                       cluster_bootstrap(tb->cluster));
    (void)snprintf(c->bootstrap, sizeof c->bootstrap, "%s", cluster_bootstrap(tb->cluster));
    return RC_OK;
}

static void stop_cluster(struct testbed *tb, enum testbed_part part, bool failed)
{
    struct testbed_cluster *c = cluster_of(tb, part);
    if (tb->admin == c->admin)
        tb->admin = NULL;
    admin_close(c->admin);
    if (!c->kept)
        broker_cluster_close(&c->brokers, failed);
    *c = (struct testbed_cluster){.admin = NULL};
}

static void ask_for_warmth(struct testbed_cluster *c)
{
    const char *cold = getenv("ASSAY_COLD");
    size_t used = strlen(c->says);
    c->warmth.off = cold != NULL && cold[0] != '\0';
    if (c->warmth.off)
        (void)snprintf(c->says + used, sizeof c->says - used, ", not warmed (ASSAY_COLD)");
}

static enum rc start_cluster(struct testbed *tb, enum testbed_part part, struct err *e)
{
    struct testbed_cluster *c = cluster_of(tb, part);
    int nodes = nodes_of(part);
    *c = (struct testbed_cluster){.admin = NULL};
    enum rc rc = tb->foreign ? start_foreign(tb, c, e) : start_embedded(tb, c, nodes, e);
    if (rc == RC_OK)
        rc = admin_open(tb->cluster, nodes * ADMIN_TIMEOUT_NS, &c->admin, e);
    if (rc == RC_OK)
        admin_identity(c->admin, &c->identity);
    if (rc == RC_OK && tb->foreign)
        rc = check_foreign(c, nodes, e);
    if (rc == RC_OK && tb->foreign)
        (void)snprintf(c->says, sizeof c->says, "cluster %s at %.120s, %d broker%s",
                       c->identity.id[0] != '\0' ? c->identity.id : "(unnamed)", c->bootstrap,
                       (int)c->identity.brokers, c->identity.brokers == 1 ? "" : "s");
    ask_for_warmth(c);
    if (rc != RC_OK)
        stop_cluster(tb, part, rc == RC_INFRA);
    return rc;
}

/* --- while it runs --- */

/* One after another, so that a cluster of three always has a majority. */
static enum rc restart_cluster(struct testbed *tb, enum testbed_part part, enum broker_ending how,
                               struct err *e)
{
    struct testbed_cluster *c = cluster_of(tb, part);
    enum rc rc = RC_OK;
    if (!c->embedded || c->kept)
        return err_set(e, RC_INPUT, "found a restart of %s; expected brokers of our own", c->says);
    for (int i = 0; rc == RC_OK && i < c->brokers.nodes; i++)
        rc = broker_restart(&c->brokers.node[i], how, tb->options.stop, e);
    c->warmth.count = 0;
    c->started_wall_ns = clock_wall().ns;
    return rc;
}

static enum rc check_cluster(struct testbed *tb, enum testbed_part part, struct err *e)
{
    struct testbed_cluster *c = cluster_of(tb, part);
    struct err why = {0};
    bool running = true;
    if (!c->embedded)
        return RC_OK;
    if (!c->kept)
        return broker_cluster_check(&c->brokers, e);
    if (kill(c->brokers.node[0].pid, 0) == 0 || errno != ESRCH)
        return RC_OK;
    struct broker gone;
    enum rc rc = broker_keep_look(tb->options.home, &gone, &running, &why, e);
    if (rc != RC_OK)
        return rc;
    return err_set(e, RC_INFRA, "%s",
                   why.text[0] != '\0' ? why.text : "the kept broker was stopped");
}

static size_t cluster_processes(const struct testbed *tb, enum testbed_part part,
                                struct testbed_process out[TESTBED_PROCESSES])
{
    static const char *const names[BROKER_NODES_MAX] = {"broker 1", "broker 2", "broker 3"};
    const struct testbed_cluster *c = part == TESTBED_CLUSTER_OF_THREE ? &tb->three : &tb->one;
    size_t count = c->embedded ? (size_t)c->brokers.nodes : 0;
    for (size_t i = 0; i < count; i++) {
        const struct broker *b = &c->brokers.node[i];
        out[i] = (struct testbed_process){.name = count == 1 ? "broker" : names[i],
                                          .pid = b->pid,
                                          .cpu_ns = broker_cpu_ns(b),
                                          .resident_bytes = process_resident_bytes(b->pid)};
    }
    return count;
}

static const char *describe_cluster(const struct testbed *tb, enum testbed_part part)
{
    return part == TESTBED_CLUSTER_OF_THREE ? tb->three.says : tb->one.says;
}

enum rc testbed_find_segments(struct testbed *tb, const char *topic, struct stored_range *ranges,
                              size_t count, struct err *e)
{
    const struct testbed_cluster *c = cluster_of(tb, tb->cluster_part);
    int32_t *leader = NULL;
    if (!c->embedded || c->brokers.nodes == 1 || count == 0)
        return RC_OK;
    leader = calloc(count, sizeof *leader);
    if (leader == NULL)
        return err_set(e, RC_INFRA, "out of memory for the leaders of %zu partitions", count);
    enum rc rc = admin_leaders(c->admin, topic, (int32_t)count, leader, e);
    for (size_t i = 0; rc == RC_OK && i < count; i++) {
        if (leader[i] < 1 || leader[i] > c->brokers.nodes)
            rc = err_set(e, RC_INFRA, "topic %s: partition %zu has no leader", topic, i);
        else
            ranges[i].log_dir = c->brokers.node[leader[i] - 1].log_folder;
    }
    free(leader);
    return rc;
}

static bool lacks_kafka(const struct home *h)
{
    struct kafka_install kafka;
    struct err why;
    if (kafka_install_find(h, &kafka, &why) != RC_OK)
        return true;
    kafka_install_release(&kafka);
    return false;
}

#define CLUSTER_FUNCTIONS                                                                          \
    .lacks = lacks_kafka, .start = start_cluster, .restart = restart_cluster,                      \
    .stop = stop_cluster, .check = check_cluster, .processes = cluster_processes,                  \
    .describe = describe_cluster

const struct testbed_row TESTBED_ROW_CLUSTER = {.name = "cluster", CLUSTER_FUNCTIONS};
const struct testbed_row TESTBED_ROW_CLUSTER_OF_THREE = {.name = "cluster of three",
                                                         CLUSTER_FUNCTIONS};
