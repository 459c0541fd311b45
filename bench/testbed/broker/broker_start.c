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

#define READY_WITHIN_NS (120 * (int64_t)NS_PER_S)
#define POLL_NS (20 * (int64_t)NS_PER_MS)
#define MIB (INT64_C(1) << 20)

enum {
    CONFIG_MAX = 1 << 20,
    PRIVATE_MODE = 0600,
    /* the default of log.segment.bytes, which a batch must not pass */
    MESSAGE_MAX_DEFAULT = 1 << 30,
    DISK_LEAST_MIB = 32,
};

static const char CONFIG_FILE[] = "server.properties";

struct broker_start {
    const struct broker_options *o;
    const struct broker_place *place;
    struct kafka_install kafka; /* owned */
    struct broker_secret secret;
    int64_t message_max_bytes;
    int ports[BROKER_PORTS];
    char config[FS_PATH_MAX];
};

static const char META[] = "meta.properties";
static const char DIRECTORY_KEY[] = "directory.id=";

/* The template is node 1's: another node differs in its number and the id of its folder. */
static enum rc write_meta(struct span template, int node, struct buf *out, struct err *e)
{
    static const char first_letters[] = "BCDEFGH";
    const char *text = (const char *)template.data;
    enum rc rc = RC_OK;
    for (size_t at = 0; rc == RC_OK && at < template.size;) {
        const char *line = text + at, *end = memchr(line, '\n', template.size - at);
        size_t length = end != NULL ? (size_t)(end - line) : template.size - at;
        size_t key = sizeof DIRECTORY_KEY - 1;
        if (length > 8 && strncmp(line, "node.id=", 8) == 0)
            rc = buf_appendf(out, e, "node.id=%d\n", node);
        else if (length > key + 1 && strncmp(line, DIRECTORY_KEY, key) == 0)
            rc = buf_appendf(out, e, "%s%c%.*s\n", DIRECTORY_KEY,
                             first_letters[(node + (int)(line[key] == first_letters[node])) % 7],
                             (int)(length - key - 1), line + key + 1);
        else
            rc = buf_appendf(out, e, "%.*s\n", (int)length, line);
        at += length + 1;
    }
    return rc;
}

static enum rc copy_template(const char *from, const char *to, int node, struct err *e)
{
    struct buf content, meta;
    buf_init(&content, CONFIG_MAX);
    buf_init(&meta, CONFIG_MAX);
    bool as_it_is = node == 1 || strcmp(strrchr(to, '/') + 1, META) != 0;
    enum rc rc = fs_read(from, &content, e);
    if (rc == RC_OK && !as_it_is)
        rc = write_meta(buf_span(&content), node, &meta, e);
    if (rc == RC_OK)
        rc = fs_write(to, buf_span(as_it_is ? &content : &meta), PRIVATE_MODE, e);
    buf_release(&content);
    buf_release(&meta);
    return rc;
}

/* Copies the two small files of a formatted storage folder unless dirs already has them. */
static enum rc provide_storage(const char *kafka, const char *dirs, int node, struct err *e)
{
    static const char *const files[] = {"bootstrap.checkpoint", META};
    char from[FS_PATH_MAX];
    char to[FS_PATH_MAX];
    enum rc rc = fs_make_folder(dirs, e);
    for (size_t i = 0; rc == RC_OK && i < sizeof files / sizeof files[0]; i++) {
        rc = fs_join(from, e, kafka, "template/%s", files[i]);
        if (rc == RC_OK)
            rc = fs_join(to, e, dirs, "%s", files[i]);
        if (rc == RC_OK && !fs_exists(to))
            rc = copy_template(from, to, node, e);
    }
    return rc;
}

static int node_of(const struct broker_options *o)
{
    return o->quorum != NULL ? o->node : 1;
}

static enum rc check_options(const struct broker_options *o, struct broker_start *s, struct err *e)
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

static enum rc prepare(struct broker_start *s, struct err *e)
{
    const char *folder = s->place->folder->path;
    enum rc rc = check_options(s->o, s, e);
    if (rc == RC_OK)
        rc = check_disk(folder, e);
    if (rc == RC_OK)
        rc = kafka_install_find(s->o->home, &s->kafka, e);
    if (rc == RC_OK)
        rc = provide_storage(s->kafka.folder, s->place->log_dirs, node_of(s->o), e);
    if (rc == RC_OK)
        rc = fs_join(s->config, e, folder, CONFIG_FILE);
    if (rc == RC_OK && s->o->secure)
        rc = broker_secret_make(folder, &s->secret, e);
    return rc;
}

static enum rc write_config(struct broker_start *s, struct err *e)
{
    memset(s->ports, 0, sizeof s->ports);
    s->ports[BROKER_PORT_PLAIN] = s->o->port;
    const struct broker_quorum *q = s->o->quorum;
    if (q != NULL)
        s->ports[BROKER_PORT_CONTROLLER] = q->controller_ports[s->o->node - 1];
    enum rc rc = broker_ports_pick(s->ports, BROKER_PORTS, e);
    if (rc != RC_OK)
        return rc;
    struct broker_config c = {.node = node_of(s->o),
                              .nodes = q != NULL ? q->nodes : 1,
                              .controller_ports = q != NULL ? q->controller_ports
                                                            : &s->ports[BROKER_PORT_CONTROLLER],
                              .log_dirs = s->place->log_dirs,
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

static enum rc describe(const struct broker_start *s, struct broker *b, struct err *e)
{
    (void)snprintf(b->bootstrap, sizeof b->bootstrap, "127.0.0.1:%d", s->ports[BROKER_PORT_PLAIN]);
    b->port = s->ports[BROKER_PORT_PLAIN];
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

enum rc broker_await(struct broker *b, const volatile sig_atomic_t *stop, struct err *e)
{
    int64_t within_ns = READY_WITHIN_NS * (b->nodes > 1 ? 2 : 1); /* they share the processors */
    struct instant last = instant_after(b->started, within_ns);
    enum rc rc = RC_OK;
    while (rc == RC_OK && !broker_probe(b->port, b->nodes, NS_PER_S)) {
        if (stop != NULL && *stop)
            rc = err_set(e, RC_INTERRUPTED, "interrupted while the broker was starting");
        else if (!broker_alive(b))
            rc = broker_why_dead(b, e);
        else if (instant_since(clock_now(), last) > 0)
            rc = err_set(e, RC_INFRA, "the broker did not answer within %lld s; its log: %s",
                         (long long)(within_ns / NS_PER_S), b->log_file);
        else
            clock_sleep(POLL_NS);
    }
    b->ready_ns = instant_since(clock_now(), b->started);
    if (rc != RC_OK)
        broker_end(b);
    return rc;
}

static enum rc run_java(struct broker *b, const struct kafka_install *kafka, bool tied,
                        struct err *e)
{
    char config[FS_PATH_MAX];
    enum rc rc = fs_join(config, e, b->folder, CONFIG_FILE);
    struct broker_jvm j = {.kafka = kafka,
                           .folder = b->folder,
                           .config = config,
                           .log_file = b->log_file,
                           .heap_bytes = b->heap_bytes,
                           .lock = b->lock,
                           .tied = tied};
    b->started = clock_now();
    b->ended = false;
    return rc == RC_OK ? broker_jvm_start(&j, &b->pid, e) : rc;
}

static enum rc try_launch(struct broker_start *s, struct broker *b, struct err *e)
{
    enum rc rc = write_config(s, e);
    if (rc == RC_OK)
        rc = describe(s, b, e);
    return rc == RC_OK ? run_java(b, &s->kafka, s->place->tied, e) : rc;
}

bool broker_lost_a_port(const struct err *e)
{
    return strstr(e->text, "Address already in use") != NULL;
}

static struct broker blank(const struct broker_options *o, const struct broker_place *p)
{
    return (struct broker){.lock = p->folder->lock,
                           .heap_bytes =
                               o->heap_bytes != 0 ? o->heap_bytes : BROKER_HEAP_DEFAULT_MIB * MIB,
                           .home = p->tied ? o->home : NULL,
                           .nodes = o->quorum != NULL ? o->quorum->nodes : 1};
}

enum rc broker_launch(const struct broker_options *o, const struct broker_place *p,
                      struct broker *out, struct err *e)
{
    struct broker_start s = {.o = o, .place = p};
    struct broker b = blank(o, p);
    enum rc rc = prepare(&s, e);
    if (rc == RC_OK)
        rc = try_launch(&s, &b, e);
    kafka_install_release(&s.kafka);
    if (rc == RC_OK)
        *out = b;
    return rc;
}

enum rc broker_restart(struct broker *b, enum broker_ending how, const volatile sig_atomic_t *stop,
                       struct err *e)
{
    struct kafka_install kafka;
    if (b->home == NULL || b->folder[0] == '\0')
        return err_set(e, RC_INPUT, "only a broker that this process started can be restarted");
    enum rc rc = kafka_install_find(b->home, &kafka, e);
    if (rc != RC_OK)
        return rc;
    if (how == BROKER_END_GRACEFULLY)
        broker_end_gracefully(b);
    else
        broker_end(b);
    rc = run_java(b, &kafka, true, e);
    kafka_install_release(&kafka);
    return rc == RC_OK ? broker_await(b, stop, e) : rc;
}

enum rc broker_start(const struct broker_options *o, const struct broker_place *p,
                     struct broker *out, struct err *e)
{
    struct broker_start s = {.o = o, .place = p};
    struct broker b = blank(o, p);
    struct err why = {.rc = RC_OK};
    enum rc rc = prepare(&s, &why);
    for (int round = 0; rc == RC_OK && round < BROKER_PORT_ROUNDS; round++) {
        rc = try_launch(&s, &b, &why);
        if (rc == RC_OK)
            rc = broker_await(&b, o->stop, &why);
        if (rc == RC_OK || o->port != 0 || round + 1 == BROKER_PORT_ROUNDS ||
            !broker_lost_a_port(&why))
            break;
        (void)unlink(b.log_file);
        rc = RC_OK;
    }
    kafka_install_release(&s.kafka);
    if (rc == RC_OK)
        *out = b;
    else if (e != NULL)
        *e = why;
    return rc;
}
