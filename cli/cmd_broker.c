/* assay broker start|stop|status: the embedded broker, kept running between runs. */
#include "base/clock.h"
#include "base/fs.h"
#include "base/json_writer.h"
#include "base/quantity.h"
#include "bench/testbed/broker/broker_keep.h"
#include "cli/commands.h"
#include "cli/interrupt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { JSON_TEXT_MAX = 64 * 1024 };

struct broker_action {
    const char *name;
    enum rc (*run)(const struct args *a, const struct home *h, struct err *e);
};

static double uptime_s(const struct broker *b)
{
    return (double)instant_since(clock_now(), b->started) / NS_PER_S;
}

static void write_broker(struct json_writer *w, const struct broker *b)
{
    json_write_int(w, "pid", b->pid);
    json_write_text(w, "bootstrap", b->bootstrap);
    if (b->secure_bootstrap[0] != '\0') {
        json_write_text(w, "secure_bootstrap", b->secure_bootstrap);
        json_write_text(w, "user", b->user);
        json_write_text(w, "ca_file", b->ca_file);
    }
    json_write_text(w, "version", b->version);
    json_write_text(w, "folder", b->folder);
    json_write_text(w, "data", b->log_folder);
    json_write_text(w, "log", b->log_file);
    json_write_int(w, "heap_bytes", b->heap_bytes);
    json_write_int(w, "ready_ns", b->ready_ns);
    json_write_real(w, "uptime_s", uptime_s(b));
}

/* b is NULL when none is running. */
static enum rc print_json(const struct broker *b, struct err *e)
{
    struct buf text;
    struct json_writer w;
    buf_init(&text, JSON_TEXT_MAX);
    json_writer_init(&w, &text, JSON_ONE_LINE);
    json_write_object(&w, NULL);
    json_write_bool(&w, "running", b != NULL);
    if (b != NULL)
        write_broker(&w, b);
    json_write_close(&w);
    enum rc rc = json_writer_end(&w, e);
    if (rc == RC_OK)
        (void)printf("%s\n", (const char *)text.data);
    buf_release(&text);
    return rc;
}

static void print_text(const struct broker *b)
{
    char heap[QUANTITY_TEXT];
    char ready[QUANTITY_TEXT];
    (void)printf("bootstrap  %s\n", b->bootstrap);
    if (b->secure_bootstrap[0] != '\0')
        (void)printf("secure     %s (SASL_SSL, PLAIN, user %s, certificate authority %s;\n"
                     "           the password is in %s/state)\n",
                     b->secure_bootstrap, b->user, b->ca_file, b->folder);
    (void)printf("process    %ld (Kafka %s, heap %s)\n", (long)b->pid, b->version,
                 quantity_format_size(b->heap_bytes, heap));
    (void)printf("data       %s\nlog        %s\n", b->log_folder, b->log_file);
    (void)printf("up         %.0f s, was ready after %s\n", uptime_s(b),
                 quantity_format_duration(b->ready_ns, ready));
}

static enum rc print_broker(const struct args *a, const struct broker *b, struct err *e)
{
    if (args_has(a, "--json"))
        return print_json(b, e);
    print_text(b);
    return RC_OK;
}

/* The repeated --broker-property values, NULL-terminated; the caller frees the array. */
static const char **collect_properties(const struct args *a)
{
    const char **list = calloc(a->count + 1, sizeof *list);
    for (size_t i = 0; list != NULL && i < a->count; i++)
        list[i] = args_nth(a, "--broker-property", i);
    return list;
}

static enum rc read_options(const struct args *a, struct broker_options *o, struct err *e)
{
    const char *port = args_value(a, "--port");
    const char *heap = args_value(a, "--heap");
    int64_t number = 0;
    if (port != NULL && quantity_int(port, 1, UINT16_MAX, &number, e) != RC_OK)
        return err_wrap(e, "--port");
    o->port = (int)number;
    if (heap != NULL && quantity_size(heap, &o->heap_bytes, e) != RC_OK)
        return err_wrap(e, "--heap");
    if (heap != NULL && o->heap_bytes <= 0)
        return err_set(e, RC_INPUT, "--heap: it must be more than nothing, e.g. 1GiB");
    o->secure = args_has(a, "--secure");
    return RC_OK;
}

static enum rc absolute(const char *path, char *out, struct err *e)
{
    if (path[0] == '/')
        return fs_set(out, path, e);
    char here[FS_PATH_MAX];
    if (getcwd(here, sizeof here) == NULL)
        return err_set(e, RC_INFRA, "cannot tell the current folder");
    return fs_join(out, e, here, "%s", path);
}

static enum rc start(const struct args *a, const struct home *h, struct err *e)
{
    struct broker_options o = {.home = h, .stop = interrupt_watch()};
    struct broker b;
    char data[FS_PATH_MAX];
    const char *given = args_value(a, "--data");
    enum rc rc = read_options(a, &o, e);
    if (rc == RC_OK && given != NULL)
        rc = absolute(given, data, e);
    if (rc != RC_OK)
        return rc;
    const char **properties = collect_properties(a);
    if (properties == NULL)
        return err_set(e, RC_INFRA, "out of memory");
    o.properties = properties;
    rc = broker_keep_start(&o, given != NULL ? data : NULL, &b, e);
    free(properties);
    return rc == RC_OK ? print_broker(a, &b, e) : rc;
}

static enum rc refuse_start_options(const struct args *a, const char *action, struct err *e)
{
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->names[i], "--json") != 0)
            return err_set(e, RC_INPUT, "assay broker %s: %s belongs to assay broker start", action,
                           a->names[i]);
    return RC_OK;
}

static enum rc stop(const struct args *a, const struct home *h, struct err *e)
{
    bool was_running = false;
    enum rc rc = refuse_start_options(a, "stop", e);
    if (rc == RC_OK)
        rc = broker_keep_stop(h, &was_running, e);
    if (rc != RC_OK)
        return rc;
    if (args_has(a, "--json"))
        (void)printf("{\"stopped\": %s}\n", was_running ? "true" : "false");
    else
        (void)printf(was_running ? "stopped\n" : "no broker was running\n");
    return RC_OK;
}

static enum rc status(const struct args *a, const struct home *h, struct err *e)
{
    struct broker b = {.lock = -1};
    struct err why;
    bool running = false;
    enum rc rc = refuse_start_options(a, "status", e);
    if (rc == RC_OK)
        rc = broker_keep_look(h, &b, &running, &why, e);
    if (rc != RC_OK)
        return rc;
    if (running)
        return print_broker(a, &b, e);
    if (args_has(a, "--json"))
        rc = print_json(NULL, e);
    if (rc != RC_OK)
        return rc;
    if (why.text[0] != '\0')
        return err_set(e, RC_INFRA, "%s", why.text);
    return err_set(e, RC_INFRA, "no broker is running; assay broker start starts one");
}

static const struct broker_action ACTIONS[] = {
    {"start", start},
    {"stop", stop},
    {"status", status},
};

static enum rc run_broker(const struct args *a, struct err *e)
{
    struct home h;
    if (a->operand_count != 1)
        return err_set(e, RC_INPUT, "assay broker needs one of start, stop, status");
    enum rc rc = home_find(&h, e);
    if (rc != RC_OK)
        return rc;
    for (size_t i = 0; i < sizeof ACTIONS / sizeof ACTIONS[0]; i++)
        if (strcmp(ACTIONS[i].name, a->operands[0]) == 0)
            return ACTIONS[i].run(a, &h, e);
    return err_set(e, RC_INPUT, "assay broker: \"%s\" is none of start, stop, status",
                   a->operands[0]);
}

static const struct option_row OPTIONS[] = {
    {"--port", NULL, "N", "start: listen there; without it on a free port", false},
    {"--secure", NULL, NULL, "start: a SASL_SSL listener beside the plain one", false},
    {"--heap", NULL, "SIZE", "start: Java heap, 1GiB when not given", false},
    {"--broker-property", NULL, "K=V", "start: a line of Kafka's server.properties", true},
    {"--data", NULL, "DIR", "start: keep topics there, also after stop", false},
    {"--json", NULL, NULL, "print JSON", false},
    {NULL, NULL, NULL, NULL, false},
};

const struct command CMD_BROKER = {
    .name = "broker",
    .operands = "start|stop|status",
    .says = "the embedded Kafka broker, kept running between runs",
    .about =
        "start ends when the broker answers and prints where. stop removes its topics unless\n"
        "--data named a folder. status exits 5 when none is running, and says why when one\n"
        "died. Listeners are on 127.0.0.1 only. Topics are not created by themselves: the second\n"
        "example switches that on, for kcat and the like.",
    .examples =
        "  assay broker start                 # a broker on a free port\n"
        "  assay broker start --port 9092 --broker-property auto.create.topics.enable=true\n"
        "  assay broker status --json         # bootstrap, process, folders",
    .options = OPTIONS,
    .run = run_broker,
};
