#define _GNU_SOURCE
#include "bench/run/ground.h"

#include "bench/measure/process.h"
#include "bench/testbed/broker/broker_keep.h"
#include "bench/workload/images/image_store.h"
#include "core/s3/object_store.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

static const int64_t ADMIN_TIMEOUT_NS = 20 * (int64_t)NS_PER_S;
enum { CORES_TO_PIN = 3, CORES_MAX = 1024 };

/* One core for the sender, one for the receiver, the rest for the broker. */
static void plan_pins(struct ground *g, bool wanted)
{
    cpu_set_t allowed;
    int core[CORES_MAX];
    size_t cores = 0;
    CPU_ZERO(&allowed);
    (void)sched_getaffinity(0, sizeof allowed, &allowed);
    for (size_t i = 0; i < CPU_SETSIZE && cores < CORES_MAX; i++)
        if (CPU_ISSET(i, &allowed))
            core[cores++] = (int)i;
    g->trial.cores = (int64_t)cores;
    if (!wanted) {
        (void)snprintf(g->pinning, sizeof g->pinning,
                       "nobody pinned; sender, receiver and broker share %zu cores", cores);
        return;
    }
    if (cores < CORES_TO_PIN) {
        (void)snprintf(g->pinning, sizeof g->pinning,
                       "not pinned: --pin needs %d cores, one for each role, and there are %zu",
                       CORES_TO_PIN, cores);
        return;
    }
    (void)snprintf(g->sender_cpus, sizeof g->sender_cpus, "%d", core[0]);
    (void)snprintf(g->receiver_cpus, sizeof g->receiver_cpus, "%d", core[1]);
    size_t at = 0;
    for (size_t i = 2; i < cores && at + 8 < sizeof g->broker_cpus; i++)
        at += (size_t)snprintf(g->broker_cpus + at, sizeof g->broker_cpus - at, "%s%d",
                               i > 2 ? "," : "", core[i]);
    (void)snprintf(g->pinning, sizeof g->pinning, "sender on core %s, receiver on %s, broker on %s",
                   g->sender_cpus, g->receiver_cpus, g->broker_cpus);
}

static enum rc broker_lost(void *ctx, struct err *e)
{
    struct ground *g = ctx;
    struct err why = {0};
    bool running = true;
    if (g->broker_is_ours)
        return broker_alive(&g->broker) ? RC_OK : broker_why_dead(&g->broker, e);
    if (kill(g->broker.pid, 0) == 0 || errno != ESRCH)
        return RC_OK;
    struct broker gone;
    enum rc rc = broker_keep_look(g->home, &gone, &running, &why, e);
    if (rc != RC_OK)
        return rc;
    return err_set(e, RC_INFRA, "%s",
                   why.text[0] != '\0' ? why.text : "the kept broker was stopped");
}

/* What an embedded broker gives that no other does: segment files and CPU. */
static enum rc stand_on(const struct ground_options *o, struct ground *g, const char *how,
                        struct err *e)
{
    g->embedded = true;
    g->home = o->home;
    g->heap_bytes = g->broker.heap_bytes;
    g->trial.broker_pid = g->broker.pid;
    g->trial.broker_lost = broker_lost;
    g->trial.ctx = g;
    g->trial.log_folder = g->broker.log_folder;
    (void)snprintf(g->broker_says, sizeof g->broker_says, "Apache Kafka %s, %s", g->broker.version,
                   how);
    return cluster_set_bootstrap(o->cluster, g->broker.bootstrap, e);
}

/* The broker inherits where the starting thread may run; afterwards we may run everywhere again. */
static enum rc start_broker(const struct ground_options *o, struct ground *g, struct err *e)
{
    struct broker_options want = {.home = o->home,
                                  .heap_bytes = o->heap_bytes,
                                  .properties = o->broker_properties,
                                  .link_listen = o->links ? g->routes.listen : NULL,
                                  .link_advertised = o->links ? g->routes.advertised : NULL,
                                  .stop = o->stop};
    char before[GROUND_TEXT];
    process_allowed_cpus(before, sizeof before);
    enum rc rc = g->broker_cpus[0] != '\0' ? process_pin(g->broker_cpus, e) : RC_OK;
    if (rc == RC_OK)
        rc = broker_open(&want, &g->broker, e);
    if (rc != RC_OK)
        return rc;
    g->broker_is_ours = true;
    if (g->broker_cpus[0] != '\0')
        rc = process_pin(before, e);
    return rc == RC_OK ? stand_on(o, g, "embedded", e) : rc;
}

/* A kept broker is used as it is; options that would shape a broker of our own ask for one. */
static enum rc find_broker(const struct ground_options *o, struct ground *g, struct err *e)
{
    bool own = o->heap_bytes > 0 || o->pin || o->links ||
               (o->broker_properties != NULL && o->broker_properties[0] != NULL);
    bool running = false;
    struct err why = {0};
    enum rc rc = own ? RC_OK : broker_keep_look(o->home, &g->broker, &running, &why, e);
    if (rc != RC_OK)
        return rc;
    return running ? stand_on(o, g, "embedded, kept running", e) : start_broker(o, g, e);
}

static enum rc find_topic(const struct ground_options *o, struct ground *g, struct err *e)
{
    g->trial.partitions = o->partitions;
    if (o->topic == NULL)
        return RC_OK;
    struct topic_shape shape;
    enum rc rc = admin_topic(g->trial.admin, o->topic, &shape, e);
    if (rc != RC_OK)
        return rc;
    if (!shape.exists)
        return err_set(e, RC_INPUT,
                       "--topic %s: there is no such topic; create it first, or leave --topic out "
                       "where topics may be created",
                       o->topic);
    g->trial.partitions = shape.partitions;
    return RC_OK;
}

static enum rc check_partitions(const struct ground *g, struct err *e)
{
    if (g->trial.partitions >= 1 && g->trial.partitions <= SCENARIO_PARTITIONS_MAX)
        return RC_OK;
    return err_set(e, RC_INPUT, "found %d partitions; expected 1 to %d", (int)g->trial.partitions,
                   SCENARIO_PARTITIONS_MAX);
}

static enum rc connect(const struct ground_options *o, struct ground *g, struct err *e)
{
    enum rc rc = admin_open(o->cluster, ADMIN_TIMEOUT_NS, &g->trial.admin, e);
    if (rc == RC_OK)
        admin_identity(g->trial.admin, &g->identity);
    if (rc == RC_OK)
        rc = find_topic(o, g, e);
    if (rc == RC_OK)
        rc = check_partitions(g, e);
    if (rc == RC_OK && !g->embedded)
        (void)snprintf(g->broker_says, sizeof g->broker_says, "cluster %s at %s, %d broker%s",
                       g->identity.id[0] != '\0' ? g->identity.id : "(unnamed)",
                       cluster_bootstrap(o->cluster), (int)g->identity.brokers,
                       g->identity.brokers == 1 ? "" : "s");
    return rc;
}

static enum rc open_routes(const struct ground_options *o, struct ground *g, struct err *e)
{
    if (cluster_bootstrap(o->cluster) != NULL)
        return err_set(e, RC_INPUT,
                       "--bootstrap %s: a limited link leads to an embedded broker only; leave "
                       "--bootstrap out, or set link to unlimited",
                       cluster_bootstrap(o->cluster));
    g->trial.routes = &g->routes;
    return link_paths_open(o->link_delays, &g->routes, e);
}

/* --- the object store --- */

static void start_from_server(struct ground *g)
{
    struct object_store_config *c = &g->store;
    const struct store_server *s = &g->store_server;
    (void)snprintf(c->endpoint, sizeof c->endpoint, "%s", s->endpoint);
    (void)snprintf(c->access_key, sizeof c->access_key, "%s", s->access_key);
    (void)snprintf(c->secret_key, sizeof c->secret_key, "%s", s->secret_key);
    (void)snprintf(c->bucket, sizeof c->bucket, "assay-images");
    (void)snprintf(c->region, sizeof c->region, "us-east-1");
    c->session_token[0] = c->ca_file[0] = '\0';
    (void)snprintf(g->store_says, sizeof g->store_says, "versitygw %s, embedded", s->version);
}

/* That it is there and our keys are good, before anything is measured. */
static enum rc check_store(const struct ground *g, bool make_bucket, struct err *e)
{
    struct s3_store *store = NULL;
    struct err ignored;
    enum rc rc = s3_store_open(&g->store, &store, e);
    if (rc == RC_OK && make_bucket)
        rc = s3_store_make_bucket(store, e);
    if (rc == RC_OK)
        rc = s3_store_check(store, e);
    (void)s3_store_close(store, &ignored);
    return rc;
}

static enum rc open_store(const struct ground_options *o, struct ground *g, struct err *e)
{
    object_store_config_init(&g->store);
    enum rc rc = image_store_own_prefix(&g->store, e);
    if (rc != RC_OK)
        return rc;
    if (o->s3_bucket == NULL) {
        rc = store_server_open(o->home, o->stop, &g->store_server, e);
        if (rc == RC_OK)
            start_from_server(g);
    } else {
        if (o->s3_endpoint != NULL)
            object_store_config_endpoint(&g->store, o->s3_endpoint);
        (void)snprintf(g->store.bucket, sizeof g->store.bucket, "%s", o->s3_bucket);
        (void)snprintf(g->store_says, sizeof g->store_says, "%.120s, bucket %.63s",
                       g->store.endpoint, g->store.bucket);
    }
    if (rc == RC_OK)
        rc = check_store(g, o->s3_bucket == NULL, e);
    g->trial.store = &g->store;
    g->trial.store_says = g->store_says;
    g->trial.store_pid = g->store_server.pid;
    return rc;
}

enum rc ground_open(const struct ground_options *o, struct ground *out, struct err *e)
{
    *out = (struct ground){0};
    plan_pins(out, o->pin);
    out->trial.cluster = o->cluster;
    out->trial.topic_prefix = o->topic_prefix != NULL ? o->topic_prefix : "assay-";
    out->trial.shared_topic = o->topic;
    out->trial.replication_factor = o->replication_factor;
    out->trial.max_rate_per_s = o->max_rate_per_s;
    out->trial.stop = o->stop;
    out->trial.tally = o->tally;
    out->trial.broker_says = out->broker_says;
    if (out->sender_cpus[0] != '\0') {
        out->trial.broker_cpus = out->broker_cpus;
        out->trial.sender_cpus = out->sender_cpus;
        out->trial.receiver_cpus = out->receiver_cpus;
    }
    enum rc rc = sabotage_ask(&out->trial.sabotage, &out->trial.sabotage_beside, e);
    if (rc == RC_OK && o->links)
        rc = open_routes(o, out, e);
    if (rc == RC_OK && cluster_bootstrap(o->cluster) == NULL)
        rc = find_broker(o, out, e);
    if (rc == RC_OK)
        rc = connect(o, out, e);
    if (rc == RC_OK && o->objects)
        rc = open_store(o, out, e);
    if (rc != RC_OK)
        ground_close(out, rc == RC_INFRA);
    return rc;
}

void ground_close(struct ground *g, bool failed)
{
    admin_close(g->trial.admin);
    g->trial.admin = NULL;
    if (g->broker_is_ours)
        broker_close(&g->broker, failed);
    g->broker_is_ours = false;
    link_paths_close(&g->routes);
    g->trial.routes = NULL;
    store_server_close(&g->store_server);
    object_store_config_wipe(&g->store);
    g->trial.store = NULL;
}
