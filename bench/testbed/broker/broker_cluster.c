#define _GNU_SOURCE
#include "bench/testbed/broker/broker_cluster.h"

#include "base/fs.h"
#include "bench/testbed/broker/broker_folder.h"
#include "bench/testbed/broker/broker_ports.h"
#include "bench/testbed/broker/broker_start.h"

#include <stdio.h>
#include <unistd.h>

static enum rc launch_node(const struct broker_options *o, struct broker *out, struct err *e)
{
    struct broker_folder folder = {.lock = -1};
    char dirs[FS_PATH_MAX];
    struct broker_place place = {.folder = &folder, .log_dirs = dirs, .tied = true};
    enum rc rc = broker_folder_make(o->home, o->folder, &folder, e);
    if (rc != RC_OK)
        return rc;
    rc = fs_join(dirs, e, folder.path, "data");
    if (rc == RC_OK)
        rc = broker_launch(o, &place, out, e);
    if (rc == RC_OK)
        return RC_OK;
    struct err unused;
    (void)!fs_remove_tree(folder.path, &unused);
    (void)close(folder.lock);
    return rc;
}

static enum rc open_once(struct broker_options *o, struct broker_cluster *c, int nodes,
                         struct err *e)
{
    struct broker_quorum quorum = {.nodes = nodes};
    o->quorum = &quorum;
    enum rc rc = broker_ports_pick(quorum.controller_ports, (size_t)nodes, e);
    for (o->node = 1; rc == RC_OK && o->node <= nodes; o->node++) {
        rc = launch_node(o, &c->node[c->nodes], e);
        c->nodes += rc == RC_OK;
    }
    for (int i = 0; rc == RC_OK && i < nodes; i++)
        rc = broker_await(&c->node[i], o->stop, e);
    o->quorum = NULL;
    return rc;
}

static void name_bootstrap(struct broker_cluster *c)
{
    size_t at = 0;
    for (int i = 0; i < c->nodes && at < sizeof c->bootstrap; i++)
        at += (size_t)snprintf(c->bootstrap + at, sizeof c->bootstrap - at, "%s%s",
                               i > 0 ? "," : "", c->node[i].bootstrap);
}

static enum rc open_several(const struct broker_options *o, int nodes, struct broker_cluster *c,
                            struct err *e)
{
    struct broker_options want = *o;
    struct err why = {.rc = RC_OK};
    enum rc rc = RC_INFRA;
    if (want.heap_bytes == 0)
        want.heap_bytes = (int64_t)BROKER_HEAP_OF_SEVERAL_MIB << 20;
    for (int round = 0; rc != RC_OK && round < BROKER_PORT_ROUNDS; round++) {
        rc = open_once(&want, c, nodes, &why);
        if (rc == RC_OK)
            return RC_OK;
        bool again = broker_lost_a_port(&why) && round + 1 < BROKER_PORT_ROUNDS;
        broker_cluster_close(c, rc != RC_INTERRUPTED && !again);
        if (!again)
            break;
    }
    if (e != NULL)
        *e = why;
    return rc;
}

enum rc broker_cluster_open(const struct broker_options *o, int nodes, struct broker_cluster *out,
                            struct err *e)
{
    struct broker_cluster c = {.nodes = 0};
    if (nodes != 1 && nodes != BROKER_NODES_MAX)
        return err_set(e, RC_INPUT, "found a cluster of %d brokers; expected 1 or %d", nodes,
                       BROKER_NODES_MAX);
    if (nodes > 1 && (o->port != 0 || o->secure || o->link_listen != NULL))
        return err_set(e, RC_INPUT,
                       "found a port, a secure or a link listener for %d brokers; expected these "
                       "with one broker only",
                       nodes);
    enum rc rc = nodes > 1 ? open_several(o, nodes, &c, e) : broker_open(o, &c.node[0], e);
    if (rc != RC_OK)
        return rc;
    c.nodes = nodes;
    name_bootstrap(&c);
    *out = c;
    return RC_OK;
}

void broker_cluster_close(struct broker_cluster *c, bool failed)
{
    if (c == NULL)
        return;
    for (int i = 0; i < c->nodes; i++)
        broker_close(&c->node[i], failed);
    c->nodes = 0;
}

enum rc broker_cluster_check(struct broker_cluster *c, struct err *e)
{
    for (int i = 0; i < c->nodes; i++) {
        struct err why = {.rc = RC_OK};
        if (broker_alive(&c->node[i]))
            continue;
        (void)!broker_why_dead(&c->node[i], &why);
        return c->nodes == 1 ? err_set(e, RC_INFRA, "%s", why.text)
                             : err_set(e, RC_INFRA, "node %d of %d: %s", i + 1, c->nodes, why.text);
    }
    return RC_OK;
}
