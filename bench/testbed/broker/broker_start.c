#define _GNU_SOURCE
#include "bench/testbed/broker/broker_start.h"
#include "bench/testbed/broker/broker_life.h"

#include "base/fs.h"
#include "bench/testbed/broker/broker_config.h"
#include "bench/testbed/broker/broker_install.h"
#include "bench/testbed/broker/broker_jvm.h"
#include "bench/testbed/broker/broker_log.h"
#include "bench/testbed/broker/broker_ports.h"
#include "bench/testbed/broker/broker_probe.h"
#include "bench/testbed/broker/broker_secret.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define READY_WITHIN_NS (60 * (int64_t)NS_PER_S)
#define POLL_NS (20 * (int64_t)NS_PER_MS)
#define MIB (INT64_C(1) << 20)

enum {
    PORT_ROUNDS = 4,
    CONFIG_MAX = 1 << 20,
    PRIVATE_MODE = 0600,
    /* the default of log.segment.bytes, which a batch must not pass */
    MESSAGE_MAX_DEFAULT = 1 << 30,
    DISK_LEAST_MIB = 32,
};

struct start {
    const struct broker_options *o;
    const struct broker_place *place;
    struct kafka_install kafka; /* owned */
    struct broker_secret secret;
    int64_t message_max_bytes;
    int ports[BROKER_PORTS];
    char config[FS_PATH_MAX];
};

/* Copies the two small files of a formatted storage folder unless dirs already has them. */
static enum rc provide_storage(const char *kafka, const char *dirs, struct err *e)
{
    static const char *const files[] = {"bootstrap.checkpoint", "meta.properties"};
    char from[FS_PATH_MAX];
    char to[FS_PATH_MAX];
    enum rc rc = fs_make_folder(dirs, e);
    for (size_t i = 0; rc == RC_OK && i < sizeof files / sizeof files[0]; i++) {
        struct buf content;
        buf_init(&content, CONFIG_MAX);
        rc = fs_join(from, e, kafka, "template/%s", files[i]);
        if (rc == RC_OK)
            rc = fs_join(to, e, dirs, "%s", files[i]);
        if (rc == RC_OK && !fs_exists(to)) {
            rc = fs_read(from, &content, e);
            if (rc == RC_OK)
                rc = fs_write(to, buf_span(&content), PRIVATE_MODE, e);
        }
        buf_release(&content);
    }
    return rc;
}

static enum rc check_options(const struct broker_options *o, struct start *s, struct err *e)
{
    int64_t heap = o->heap_bytes != 0 ? o->heap_bytes : BROKER_HEAP_DEFAULT_MIB * MIB;
    if (heap < BROKER_HEAP_MIN_MIB * MIB)
        return err_set(e, RC_INPUT, "a broker needs a heap of at least %d MiB, not %lld MiB",
                       BROKER_HEAP_MIN_MIB, (long long)(heap / MIB));
    s->message_max_bytes = o->message_max_bytes != 0 ? o->message_max_bytes : MESSAGE_MAX_DEFAULT;
    if (s->message_max_bytes < MIB || s->message_max_bytes > INT32_MAX)
        return err_set(e, RC_INPUT, "the largest message must be 1 MiB to %d bytes, not %lld",
                       INT32_MAX, (long long)s->message_max_bytes);
    if (o->port < 0 || o->port > UINT16_MAX)
        return err_set(e, RC_INPUT, "a port is 1 to %d, not %d", UINT16_MAX, o->port);
    return o->port != 0 ? broker_port_check(o->port, e) : RC_OK;
}

static enum rc check_disk(const char *folder, struct err *e)
{
    int64_t free_bytes = 0;
    enum rc rc = fs_free_space(folder, &free_bytes, e);
    if (rc == RC_OK && free_bytes < DISK_LEAST_MIB * MIB)
        return err_set(e, RC_INFRA,
                       "the disk of %s has %lld MiB left and a broker needs %d; ASSAY_TMPDIR can "
                       "name another place",
                       folder, (long long)(free_bytes / MIB), DISK_LEAST_MIB);
    return rc;
}

static enum rc prepare(struct start *s, struct err *e)
{
    const char *folder = s->place->folder->path;
    enum rc rc = check_options(s->o, s, e);
    if (rc == RC_OK)
        rc = check_disk(folder, e);
    if (rc == RC_OK)
        rc = kafka_install_find(s->o->home, &s->kafka, e);
    if (rc == RC_OK)
        rc = provide_storage(s->kafka.folder, s->place->log_dirs, e);
    if (rc == RC_OK)
        rc = fs_join(s->config, e, folder, "server.properties");
    if (rc == RC_OK && s->o->secure)
        rc = broker_secret_make(folder, &s->secret, e);
    return rc;
}

static enum rc write_config(struct start *s, struct err *e)
{
    memset(s->ports, 0, sizeof s->ports);
    s->ports[BROKER_PORT_PLAIN] = s->o->port;
    enum rc rc = broker_ports_pick(s->ports, BROKER_PORTS, e);
    if (rc != RC_OK)
        return rc;
    struct broker_config c = {.log_dirs = s->place->log_dirs,
                              .message_max_bytes = s->message_max_bytes,
                              .keystore = s->o->secure ? s->secret.keystore : NULL,
                              .link_listen = s->o->link_listen,
                              .link_advertised = s->o->link_advertised,
                              .user = s->secret.user,
                              .password = s->secret.password,
                              .properties = s->o->properties};
    memcpy(c.ports, s->ports, sizeof c.ports);
    struct buf text;
    buf_init(&text, CONFIG_MAX);
    rc = broker_config_write(&c, &text, e);
    if (rc == RC_OK)
        rc = fs_write(s->config, buf_span(&text), PRIVATE_MODE, e);
    buf_release(&text);
    return rc;
}

static enum rc copy_text(char *out, size_t room, const char *text, struct err *e)
{
    size_t size = strlen(text) + 1;
    if (size > room)
        return err_set(e, RC_INPUT, "too long: %.80s", text);
    memcpy(out, text, size);
    return RC_OK;
}

static enum rc describe(const struct start *s, struct broker *b, struct err *e)
{
    (void)snprintf(b->bootstrap, sizeof b->bootstrap, "127.0.0.1:%d", s->ports[BROKER_PORT_PLAIN]);
    if (s->o->secure)
        (void)snprintf(b->secure_bootstrap, sizeof b->secure_bootstrap, "127.0.0.1:%d",
                       s->ports[BROKER_PORT_SECURE]);
    memcpy(b->user, s->secret.user, sizeof b->user);
    memcpy(b->password, s->secret.password, sizeof b->password);
    memcpy(b->ca_file, s->secret.ca_file, sizeof b->ca_file);
    memcpy(b->version, s->kafka.version, sizeof b->version);
    enum rc rc = copy_text(b->folder, sizeof b->folder, s->place->folder->path, e);
    if (rc == RC_OK)
        rc = copy_text(b->log_file, sizeof b->log_file, s->place->folder->log_file, e);
    if (rc == RC_OK)
        rc = copy_text(b->log_folder, sizeof b->log_folder, s->place->log_dirs, e);
    return rc;
}

static enum rc wait_ready(const struct start *s, struct broker *b, struct err *e)
{
    struct instant last = instant_after(b->started, READY_WITHIN_NS);
    while (!broker_probe(s->ports[BROKER_PORT_PLAIN], NS_PER_S)) {
        if (s->o->stop != NULL && *s->o->stop)
            return err_set(e, RC_INTERRUPTED, "interrupted while the broker was starting");
        if (!broker_alive(b))
            return broker_why_dead(b, e);
        if (instant_since(clock_now(), last) > 0)
            return err_set(e, RC_INFRA, "the broker did not answer within %lld s; its log: %s",
                           (long long)(READY_WITHIN_NS / NS_PER_S), b->log_file);
        clock_sleep(POLL_NS);
    }
    b->ready_ns = instant_since(clock_now(), b->started);
    return RC_OK;
}

static enum rc try_start(struct start *s, struct broker *b, struct err *e)
{
    enum rc rc = write_config(s, e);
    if (rc == RC_OK)
        rc = describe(s, b, e);
    if (rc != RC_OK)
        return rc;
    struct broker_jvm j = {.kafka = &s->kafka,
                           .folder = b->folder,
                           .config = s->config,
                           .log_file = b->log_file,
                           .heap_bytes = b->heap_bytes,
                           .lock = s->place->folder->lock,
                           .tied = s->place->tied};
    b->started = clock_now();
    rc = broker_jvm_start(&j, &b->pid, e);
    if (rc == RC_OK)
        rc = wait_ready(s, b, e);
    if (rc != RC_OK)
        broker_end(b);
    return rc;
}

/* Somebody may take a port between our look and the broker's bind. */
static bool lost_a_port(const struct err *e)
{
    return strstr(e->text, "Address already in use") != NULL;
}

enum rc broker_start(const struct broker_options *o, const struct broker_place *p,
                     struct broker *out, struct err *e)
{
    struct start s = {.o = o, .place = p};
    struct broker b = {.lock = p->folder->lock};
    struct err why = {.rc = RC_OK};
    enum rc rc = prepare(&s, &why);
    b.heap_bytes = o->heap_bytes != 0 ? o->heap_bytes : BROKER_HEAP_DEFAULT_MIB * MIB;
    for (int round = 0; rc == RC_OK && round < PORT_ROUNDS; round++) {
        rc = try_start(&s, &b, &why);
        if (rc == RC_OK || o->port != 0 || round + 1 == PORT_ROUNDS || !lost_a_port(&why))
            break;
        (void)unlink(b.log_file);
        b.ended = false;
        rc = RC_OK;
    }
    kafka_install_release(&s.kafka);
    if (rc == RC_OK)
        *out = b;
    else if (e != NULL)
        *e = why;
    return rc;
}
