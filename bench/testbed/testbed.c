#define _GNU_SOURCE
#include "bench/testbed/testbed.h"

#include "bench/workload/workload.h"

#include <sched.h>
#include <stdio.h>

enum { CORES_TO_PIN = 3, CORES_MAX = 1024 };

const struct testbed_row *const TESTBED_ROWS[TESTBED_PARTS] = {
    [TESTBED_LINKS] = &TESTBED_ROW_LINKS,
    [TESTBED_CLUSTER] = &TESTBED_ROW_CLUSTER,
    [TESTBED_CLUSTER_OF_THREE] = &TESTBED_ROW_CLUSTER_OF_THREE,
    [TESTBED_STORE] = &TESTBED_ROW_STORE,
};

/* --- what is needed --- */

static enum testbed_part cluster_part(int64_t brokers)
{
    return brokers > 1 ? TESTBED_CLUSTER_OF_THREE : TESTBED_CLUSTER;
}

/* The background load of a cell runs on the cell's cluster. */
unsigned testbed_needs_of(const struct plan_cell *c)
{
    unsigned needs = link_is_limited(&c->link) ? TESTBED_NEED(TESTBED_LINKS) : 0;
    unsigned asked = c->workload->needs(c);
    if (c->refused[0] != '\0')
        return 0;
    for (size_t i = 0; c->background != NULL && i < c->background->plan.cell_count; i++) {
        const struct plan_cell *beside = &c->background->plan.cells[i];
        asked |= beside->workload->needs(beside);
    }
    if ((asked & NEED_CLUSTER) != 0)
        needs |= TESTBED_NEED(cluster_part(c->brokers));
    if ((asked & NEED_STORE) != 0)
        needs |= TESTBED_NEED(TESTBED_STORE);
    return needs;
}

unsigned testbed_needs(const struct plan *p)
{
    unsigned needs = 0;
    for (size_t i = 0; i < p->cell_count; i++)
        needs |= testbed_needs_of(&p->cells[i]);
    return needs;
}

/* --- who runs where --- */

/* One core for the sender, one for the receiver, the rest for the broker. */
static void plan_pins(struct testbed *tb, bool wanted)
{
    cpu_set_t allowed;
    int core[CORES_MAX];
    size_t cores = 0;
    CPU_ZERO(&allowed);
    (void)sched_getaffinity(0, sizeof allowed, &allowed);
    for (size_t i = 0; i < CPU_SETSIZE && cores < CORES_MAX; i++)
        if (CPU_ISSET(i, &allowed))
            core[cores++] = (int)i;
    tb->cores = (int64_t)cores;
    if (!wanted) {
        (void)snprintf(tb->pinning, sizeof tb->pinning,
                       "nobody pinned; sender, receiver and broker share %zu cores", cores);
        return;
    }
    if (cores < CORES_TO_PIN) {
        (void)snprintf(tb->pinning, sizeof tb->pinning,
                       "not pinned: --pin needs %d cores, one for each role, and there are %zu",
                       CORES_TO_PIN, cores);
        return;
    }
    (void)snprintf(tb->sender_cpus, sizeof tb->sender_cpus, "%d", core[0]);
    (void)snprintf(tb->receiver_cpus, sizeof tb->receiver_cpus, "%d", core[1]);
    size_t at = 0;
    for (size_t i = 2; i < cores && at + 8 < sizeof tb->broker_cpus; i++)
        at += (size_t)snprintf(tb->broker_cpus + at, sizeof tb->broker_cpus - at, "%s%d",
                               i > 2 ? "," : "", core[i]);
    (void)snprintf(tb->pinning, sizeof tb->pinning,
                   "sender on core %s, receiver on %s, broker on %s", tb->sender_cpus,
                   tb->receiver_cpus, tb->broker_cpus);
}

/* --- lives of the parts --- */

static bool has(unsigned set, enum testbed_part part)
{
    return (set & TESTBED_NEED(part)) != 0;
}

void testbed_open(const struct testbed_options *o, struct testbed *out)
{
    *out = (struct testbed){.options = *o, .cluster = o->cluster, .broker_says = "no broker"};
    out->foreign = cluster_bootstrap(o->cluster) != NULL;
    plan_pins(out, o->pin);
}

static void stop_part(struct testbed *tb, enum testbed_part part, bool failed)
{
    if (has(tb->running, part) && TESTBED_ROWS[part]->stop != NULL)
        TESTBED_ROWS[part]->stop(tb, part, failed);
    tb->running &= ~TESTBED_NEED(part);
}

static enum rc start_part(struct testbed *tb, enum testbed_part part, struct err *e)
{
    if (has(tb->running, part))
        return RC_OK;
    enum rc rc = TESTBED_ROWS[part]->start(tb, part, e);
    if (rc == RC_OK)
        tb->running |= TESTBED_NEED(part);
    return rc;
}

enum rc testbed_use(struct testbed *tb, int64_t brokers, struct err *e)
{
    struct testbed_cluster *c = brokers > 1 ? &tb->three : &tb->one;
    tb->cluster_part = cluster_part(brokers);
    tb->admin = c->admin;
    tb->embedded = c->embedded;
    tb->log_folder = c->embedded ? c->brokers.node[0].log_folder : NULL;
    tb->bootstrap = c->bootstrap;
    tb->broker_says = c->says;
    tb->brokers = c->identity.brokers;
    return cluster_set_bootstrap(tb->cluster, c->bootstrap, e);
}

enum rc testbed_provide(struct testbed *tb, unsigned now, unsigned later, struct err *e)
{
    enum rc rc = RC_OK;
    for (int part = TESTBED_PARTS - 1; part >= 0; part--)
        if (!has(now | later, (enum testbed_part)part))
            stop_part(tb, (enum testbed_part)part, false);
    for (int part = 0; rc == RC_OK && part < TESTBED_PARTS; part++)
        if (has(now, (enum testbed_part)part) ||
            (has(later, (enum testbed_part)part) && TESTBED_ROWS[part]->before_clusters))
            rc = start_part(tb, (enum testbed_part)part, e);
    if (rc != RC_OK || (now & TESTBED_CLUSTERS) == 0)
        return rc;
    return testbed_use(tb, has(now, TESTBED_CLUSTER) ? 1 : BROKER_NODES_MAX, e);
}

struct testbed_warmth *testbed_warmth(struct testbed *tb, int64_t brokers)
{
    return brokers > 1 ? &tb->three.warmth : &tb->one.warmth;
}

static const struct testbed_cluster *cluster_in_use(const struct testbed *tb)
{
    return tb->cluster_part == TESTBED_CLUSTER_OF_THREE ? &tb->three : &tb->one;
}

int64_t testbed_started_wall_ns(const struct testbed *tb)
{
    return cluster_in_use(tb)->started_wall_ns;
}

enum rc testbed_start_anew(struct testbed *tb, struct err *e)
{
    static const enum testbed_part CLUSTERS[] = {TESTBED_CLUSTER, TESTBED_CLUSTER_OF_THREE};
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < sizeof CLUSTERS / sizeof *CLUSTERS; i++) {
        const struct testbed_cluster *c =
            CLUSTERS[i] == TESTBED_CLUSTER_OF_THREE ? &tb->three : &tb->one;
        if (has(tb->running, CLUSTERS[i]) && c->started_wall_ns != 0)
            rc = testbed_restart(tb, CLUSTERS[i], BROKER_END_GRACEFULLY, e);
    }
    return rc;
}

void testbed_close(struct testbed *tb, bool failed)
{
    for (int part = TESTBED_PARTS - 1; part >= 0; part--)
        stop_part(tb, (enum testbed_part)part, failed);
    tb->admin = NULL;
}

enum rc testbed_check(struct testbed *tb, struct err *e)
{
    enum rc rc = RC_OK;
    for (int part = 0; rc == RC_OK && part < TESTBED_PARTS; part++)
        if (has(tb->running, (enum testbed_part)part) && TESTBED_ROWS[part]->check != NULL)
            rc = TESTBED_ROWS[part]->check(tb, (enum testbed_part)part, e);
    return rc;
}

enum rc testbed_restart(struct testbed *tb, enum testbed_part part, enum broker_ending how,
                        struct err *e)
{
    const struct testbed_row *row = TESTBED_ROWS[part];
    if (!has(tb->running, part) || row->restart == NULL)
        return err_set(e, RC_INPUT,
                       "found a restart of %s, which %s; expected a part with "
                       "processes of ours",
                       row->name, has(tb->running, part) ? "has none" : "does not run");
    return row->restart(tb, part, how, e);
}

/* --- accounting --- */

size_t testbed_processes(const struct testbed *tb, enum testbed_part part,
                         struct testbed_process out[TESTBED_PROCESSES])
{
    const struct testbed_row *row = TESTBED_ROWS[part];
    return has(tb->running, part) && row->processes != NULL ? row->processes(tb, part, out) : 0;
}

int64_t testbed_cpu_ns(const struct testbed *tb, enum testbed_part part)
{
    struct testbed_process all[TESTBED_PROCESSES];
    size_t count = testbed_processes(tb, part, all);
    int64_t sum = count > 0 ? 0 : -1;
    for (size_t i = 0; i < count; i++)
        sum += all[i].cpu_ns > 0 ? all[i].cpu_ns : 0;
    return sum;
}

int64_t testbed_resident_bytes(const struct testbed *tb, enum testbed_part part)
{
    struct testbed_process all[TESTBED_PROCESSES];
    size_t count = testbed_processes(tb, part, all);
    int64_t sum = count > 0 ? 0 : -1;
    for (size_t i = 0; i < count; i++)
        sum += all[i].resident_bytes > 0 ? all[i].resident_bytes : 0;
    return sum;
}
