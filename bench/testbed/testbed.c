#define _GNU_SOURCE
#include "bench/testbed/testbed.h"

#include "bench/measure/process.h"
#include "bench/testbed/broker/broker_keep.h"
#include "bench/testbed/store/image_store.h"
#include "core/s3/object_store.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t ADMIN_TIMEOUT_NS = 20 * (int64_t)NS_PER_S;
enum { CORES_TO_PIN = 3, CORES_MAX = 1024 };

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

enum rc testbed_check(struct testbed *tb, struct err *e)
{
    struct err why = {0};
    bool running = true;
    if (!tb->embedded)
        return RC_OK;
    if (tb->broker_is_ours)
        return broker_alive(&tb->broker) ? RC_OK : broker_why_dead(&tb->broker, e);
    if (kill(tb->broker.pid, 0) == 0 || errno != ESRCH)
        return RC_OK;
    struct broker gone;
    enum rc rc = broker_keep_look(tb->home, &gone, &running, &why, e);
    if (rc != RC_OK)
        return rc;
    return err_set(e, RC_INFRA, "%s",
                   why.text[0] != '\0' ? why.text : "the kept broker was stopped");
}

/* What an embedded broker gives that no other does: segment files and CPU. */
static enum rc stand_on(const struct testbed_options *o, struct testbed *tb, const char *how,
                        struct err *e)
{
    tb->embedded = true;
    tb->log_folder = tb->broker.log_folder;
    (void)snprintf(tb->broker_says, sizeof tb->broker_says, "Apache Kafka %s, %s",
                   tb->broker.version, how);
    return cluster_set_bootstrap(o->cluster, tb->broker.bootstrap, e);
}

static void ask_for_warmth(struct testbed *tb)
{
    const char *cold = getenv("ASSAY_COLD");
    size_t used = strlen(tb->broker_says);
    bool asked = cold != NULL && cold[0] != '\0';
    tb->warmth.off = asked || tb->admin == NULL;
    if (asked && tb->admin != NULL)
        (void)snprintf(tb->broker_says + used, sizeof tb->broker_says - used,
                       ", not warmed (ASSAY_COLD)");
}

/* The broker inherits where the starting thread may run; afterwards we may run everywhere again. */
static enum rc start_broker(const struct testbed_options *o, struct testbed *tb, struct err *e)
{
    struct broker_options want = {.home = o->home,
                                  .heap_bytes = o->heap_bytes,
                                  .properties = o->broker_properties,
                                  .link_listen = o->links ? tb->link_paths.listen : NULL,
                                  .link_advertised = o->links ? tb->link_paths.advertised : NULL,
                                  .stop = o->stop};
    char before[TESTBED_TEXT];
    process_allowed_cpus(before, sizeof before);
    enum rc rc = tb->broker_cpus[0] != '\0' ? process_pin(tb->broker_cpus, e) : RC_OK;
    if (rc == RC_OK)
        rc = broker_open(&want, &tb->broker, e);
    if (rc != RC_OK)
        return rc;
    tb->broker_is_ours = true;
    if (tb->broker_cpus[0] != '\0')
        rc = process_pin(before, e);
    return rc == RC_OK ? stand_on(o, tb, "embedded", e) : rc;
}

/* A kept broker is used as it is; options that would shape a broker of our own ask for one. */
static enum rc find_broker(const struct testbed_options *o, struct testbed *tb, struct err *e)
{
    bool own = o->heap_bytes > 0 || o->pin || o->links ||
               (o->broker_properties != NULL && o->broker_properties[0] != NULL);
    bool running = false;
    struct err why = {0};
    enum rc rc = own ? RC_OK : broker_keep_look(o->home, &tb->broker, &running, &why, e);
    if (rc != RC_OK)
        return rc;
    return running ? stand_on(o, tb, "embedded, kept running", e) : start_broker(o, tb, e);
}

static enum rc connect(const struct testbed_options *o, struct testbed *tb, struct err *e)
{
    enum rc rc = admin_open(o->cluster, ADMIN_TIMEOUT_NS, &tb->admin, e);
    if (rc == RC_OK)
        admin_identity(tb->admin, &tb->identity);
    if (rc == RC_OK && !tb->embedded)
        (void)snprintf(tb->broker_says, sizeof tb->broker_says, "cluster %s at %s, %d broker%s",
                       tb->identity.id[0] != '\0' ? tb->identity.id : "(unnamed)",
                       cluster_bootstrap(o->cluster), (int)tb->identity.brokers,
                       tb->identity.brokers == 1 ? "" : "s");
    return rc;
}

static enum rc open_links(const struct testbed_options *o, struct testbed *tb, struct err *e)
{
    if (cluster_bootstrap(o->cluster) != NULL)
        return err_set(e, RC_INPUT,
                       "--bootstrap %s: a limited link leads to an embedded broker only; leave "
                       "--bootstrap out, or set link to unlimited",
                       cluster_bootstrap(o->cluster));
    tb->links = &tb->link_paths;
    return link_paths_open(o->link_delays, &tb->link_paths, e);
}

/* --- the object store --- */

static void start_from_server(struct testbed *tb)
{
    struct object_store_config *c = &tb->store_config;
    const struct store_server *s = &tb->store_server;
    (void)snprintf(c->endpoint, sizeof c->endpoint, "%s", s->endpoint);
    (void)snprintf(c->access_key, sizeof c->access_key, "%s", s->access_key);
    (void)snprintf(c->secret_key, sizeof c->secret_key, "%s", s->secret_key);
    (void)snprintf(c->bucket, sizeof c->bucket, "assay-images");
    (void)snprintf(c->region, sizeof c->region, "us-east-1");
    c->session_token[0] = c->ca_file[0] = '\0';
    (void)snprintf(tb->store_says, sizeof tb->store_says, "versitygw %s, embedded", s->version);
}

/* That it is there and our keys are good, before anything is measured. */
static enum rc check_store(const struct testbed *tb, bool make_bucket, struct err *e)
{
    struct s3_store *store = NULL;
    struct err ignored;
    enum rc rc = s3_store_open(&tb->store_config, &store, e);
    if (rc == RC_OK && make_bucket)
        rc = s3_store_make_bucket(store, e);
    if (rc == RC_OK)
        rc = s3_store_check(store, e);
    (void)s3_store_close(store, &ignored);
    return rc;
}

static enum rc open_store(const struct testbed_options *o, struct testbed *tb, struct err *e)
{
    object_store_config_init(&tb->store_config);
    enum rc rc = image_store_own_prefix(&tb->store_config, e);
    if (rc != RC_OK)
        return rc;
    if (o->s3_bucket == NULL) {
        rc = store_server_open(o->home, o->stop, &tb->store_server, e);
        if (rc == RC_OK)
            start_from_server(tb);
    } else {
        if (o->s3_endpoint != NULL)
            object_store_config_endpoint(&tb->store_config, o->s3_endpoint);
        (void)snprintf(tb->store_config.bucket, sizeof tb->store_config.bucket, "%s", o->s3_bucket);
        (void)snprintf(tb->store_says, sizeof tb->store_says, "%.120s, bucket %.63s",
                       tb->store_config.endpoint, tb->store_config.bucket);
    }
    if (rc == RC_OK)
        rc = check_store(tb, o->s3_bucket == NULL, e);
    tb->store = &tb->store_config;
    return rc;
}

enum rc testbed_open(const struct testbed_options *o, struct testbed *out, struct err *e)
{
    enum rc rc = RC_OK;
    *out = (struct testbed){.home = o->home, .cluster = o->cluster};
    plan_pins(out, o->pin);
    if (o->links)
        rc = open_links(o, out, e);
    if (rc == RC_OK && !o->no_cluster && cluster_bootstrap(o->cluster) == NULL)
        rc = find_broker(o, out, e);
    if (rc == RC_OK && !o->no_cluster)
        rc = connect(o, out, e);
    else if (rc == RC_OK)
        (void)snprintf(out->broker_says, sizeof out->broker_says, "no broker");
    if (rc == RC_OK && o->objects)
        rc = open_store(o, out, e);
    ask_for_warmth(out);
    if (rc != RC_OK)
        testbed_close(out, rc == RC_INFRA);
    return rc;
}

void testbed_close(struct testbed *tb, bool failed)
{
    admin_close(tb->admin);
    tb->admin = NULL;
    if (tb->broker_is_ours)
        broker_close(&tb->broker, failed);
    tb->broker_is_ours = false;
    link_paths_close(&tb->link_paths);
    tb->links = NULL;
    store_server_close(&tb->store_server);
    object_store_config_wipe(&tb->store_config);
    tb->store = NULL;
}

/* --- accounting --- */

static pid_t process_of(const struct testbed *tb, enum testbed_part part)
{
    if (part == TESTBED_CLUSTER)
        return tb->embedded ? tb->broker.pid : 0;
    return part == TESTBED_STORE ? tb->store_server.pid : 0;
}

int64_t testbed_cpu_ns(const struct testbed *tb, enum testbed_part part)
{
    pid_t pid = process_of(tb, part);
    return pid > 0 ? clock_process_cpu_ns(pid) : -1;
}

int64_t testbed_resident_bytes(const struct testbed *tb, enum testbed_part part)
{
    pid_t pid = process_of(tb, part);
    return pid > 0 ? process_resident_bytes(pid) : -1;
}
