#include "bench/testbed/broker/broker_config.h"

#include <stdbool.h>
#include <string.h>

enum { REQUEST_ROOM = 1 << 20, SEGMENT_DEFAULT = 1 << 30 };

/* Kafka may not be told otherwise about these: assay finds the broker by them. */
static const char *const RESERVED[] = {
    "process.roles", "node.id", "controller.quorum.voters", "listeners", "advertised.listeners",
    "log.dirs",      "log.dir", "metadata.log.dir",         NULL};

static const char FIXED[] = "process.roles=broker,controller\n"
                            "controller.listener.names=CONTROLLER\n"
                            "inter.broker.listener.name=PLAINTEXT\n"
                            "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,"
                            "CONTROLLER:PLAINTEXT,SECURE:SASL_SSL,LINK:PLAINTEXT\n"
                            "auto.create.topics.enable=false\n"
                            "initial.broker.registration.timeout.ms=300000\n"
                            "offsets.topic.num.partitions=1\n"
                            "transaction.state.log.num.partitions=1\n"
                            "share.coordinator.state.topic.num.partitions=1\n"
                            "group.initial.rebalance.delay.ms=0\n"
                            "log.retention.ms=-1\n"
                            "log.retention.bytes=-1\n"
                            "log.segment.delete.delay.ms=1000\n"
                            "log.message.timestamp.after.max.ms=9223372036854775807\n"
                            "log.cleaner.dedupe.buffer.size=4194304\n";

static enum rc check_property(const char *property, struct err *e)
{
    const char *equals = strchr(property, '=');
    if (equals == NULL || equals == property || strchr(property, '\n') != NULL)
        return err_set(e, RC_INPUT, "broker property \"%s\": it must read key=value", property);
    size_t length = (size_t)(equals - property);
    for (size_t i = 0; RESERVED[i] != NULL; i++)
        if (strlen(RESERVED[i]) == length && strncmp(property, RESERVED[i], length) == 0)
            return err_set(e, RC_INPUT,
                           "broker property \"%s\": assay sets %s itself, because it must find "
                           "the broker and its files",
                           property, RESERVED[i]);
    return RC_OK;
}

/* On a busy machine a controller is late by seconds; that is no reason to elect another one. */
static const char PATIENT_QUORUM[] = "controller.quorum.fetch.timeout.ms=10000\n"
                                     "controller.quorum.request.timeout.ms=10000\n"
                                     "controller.quorum.election.timeout.ms=5000\n";

/* Every topic stands on all nodes; with three, a write is acknowledged by at least two. */
static enum rc write_replication(const struct broker_config *c, struct buf *out, struct err *e)
{
    int in_sync = c->nodes > 1 ? c->nodes - 1 : 1;
    return buf_appendf(out, e,
                       "node.id=%d\ndefault.replication.factor=%d\nmin.insync.replicas=%d\n"
                       "offsets.topic.replication.factor=%d\n"
                       "transaction.state.log.replication.factor=%d\n"
                       "transaction.state.log.min.isr=%d\n"
                       "share.coordinator.state.topic.replication.factor=%d\n"
                       "share.coordinator.state.topic.min.isr=%d\n",
                       c->node, c->nodes, in_sync, c->nodes, c->nodes, in_sync, c->nodes, in_sync);
}

static enum rc write_listeners(const struct broker_config *c, struct buf *out, struct err *e)
{
    const int *p = c->ports;
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < c->nodes; i++)
        rc = buf_appendf(out, e, "%s%d@127.0.0.1:%d", i == 0 ? "controller.quorum.voters=" : ",",
                         i + 1, c->controller_ports[i]);
    if (rc == RC_OK)
        rc = buf_appendf(out, e, "\nlisteners=PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d",
                         p[BROKER_PORT_PLAIN], p[BROKER_PORT_CONTROLLER]);
    if (rc == RC_OK && c->keystore != NULL)
        rc = buf_appendf(out, e, ",SECURE://127.0.0.1:%d", p[BROKER_PORT_SECURE]);
    if (rc == RC_OK && c->link_listen != NULL)
        rc = buf_appendf(out, e, ",LINK://%s", c->link_listen);
    if (rc == RC_OK)
        rc = buf_appendf(out, e, "\nadvertised.listeners=PLAINTEXT://127.0.0.1:%d",
                         p[BROKER_PORT_PLAIN]);
    if (rc == RC_OK && c->keystore != NULL)
        rc = buf_appendf(out, e, ",SECURE://127.0.0.1:%d", p[BROKER_PORT_SECURE]);
    if (rc == RC_OK && c->link_listen != NULL)
        rc = buf_appendf(out, e, ",LINK://%s", c->link_advertised);
    return rc == RC_OK ? buf_appendf(out, e, "\n") : rc;
}

static enum rc write_secure(const struct broker_config *c, struct buf *out, struct err *e)
{
    return buf_appendf(out, e,
                       "listener.name.secure.ssl.keystore.type=PEM\n"
                       "listener.name.secure.ssl.keystore.location=%s\n"
                       "listener.name.secure.sasl.enabled.mechanisms=PLAIN\n"
                       "listener.name.secure.plain.sasl.jaas.config="
                       "org.apache.kafka.common.security.plain.PlainLoginModule required "
                       "user_%s=\"%s\";\n",
                       c->keystore, c->user, c->password);
}

/* A batch must fit a request and a segment, and followers and the log must take it as well. */
static enum rc write_sizes(const struct broker_config *c, struct buf *out, struct err *e)
{
    int64_t message = c->message_max_bytes;
    int64_t request = message > INT32_MAX - REQUEST_ROOM ? INT32_MAX : message + REQUEST_ROOM;
    int64_t segment = message > SEGMENT_DEFAULT ? INT32_MAX : SEGMENT_DEFAULT;
    return buf_appendf(out, e,
                       "message.max.bytes=%lld\nreplica.fetch.max.bytes=%lld\n"
                       "socket.request.max.bytes=%lld\nlog.segment.bytes=%lld\n",
                       (long long)message, (long long)message, (long long)request,
                       (long long)segment);
}

enum rc broker_config_write(const struct broker_config *c, struct buf *out, struct err *e)
{
    enum rc rc = buf_append(out, FIXED, sizeof FIXED - 1, e);
    if (rc == RC_OK)
        rc = write_replication(c, out, e);
    if (rc == RC_OK && c->nodes > 1)
        rc = buf_append(out, PATIENT_QUORUM, sizeof PATIENT_QUORUM - 1, e);
    if (rc == RC_OK)
        rc = write_listeners(c, out, e);
    if (rc == RC_OK)
        rc = buf_appendf(out, e, "log.dirs=%s\n", c->log_dirs);
    if (rc == RC_OK)
        rc = write_sizes(c, out, e);
    if (rc == RC_OK && c->keystore != NULL)
        rc = write_secure(c, out, e);
    for (size_t i = 0; rc == RC_OK && c->properties != NULL && c->properties[i] != NULL; i++) {
        rc = check_property(c->properties[i], e);
        if (rc == RC_OK)
            rc = buf_appendf(out, e, "%s\n", c->properties[i]);
    }
    return rc;
}
