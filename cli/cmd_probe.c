/* assay probe: questions of yes and no, answered by trying. */
#include "base/json_writer.h"
#include "base/nearest.h"
#include "bench/probe/probe.h"
#include "bench/trial/trial.h"
#include "cli/cluster_args.h"
#include "cli/commands.h"
#include "cli/interrupt.h"

#include <stdio.h>
#include <stdlib.h>

enum { JSON_MAX = 1 << 20 };

static const struct option_row OPTIONS[] = {
    {.name = "--bootstrap",
     .value = "HOST:PORT",
     .help = "ask this cluster, not a broker of our own"},
    {.name = "--property",
     .brief = "-X",
     .value = "KEY=VALUE",
     .help = "a property of the client, as librdkafka names it",
     .repeats = true},
    {.name = "--client-config", .value = "FILE", .help = "a file of such properties"},
    {.name = "--topic-prefix", .value = "TEXT", .help = "of the topics it makes and deletes"},
    {.name = "--json", .help = "print one JSON object"},
    {.name = NULL},
};

static enum rc find(const char *name, const struct probe **out, struct err *e)
{
    struct nearest near = {.given = name};
    *out = probe_find(name);
    if (*out != NULL)
        return RC_OK;
    for (size_t i = 0; PROBES[i] != NULL; i++)
        nearest_offer(&near, PROBES[i]->name);
    return err_set(e, RC_INPUT, "no probe \"%s\"; %s%s%s", name,
                   near.best != NULL ? "did you mean " : "assay probe lists them",
                   near.best != NULL ? near.best : "", near.best != NULL ? "?" : "");
}

static void list(void)
{
    for (size_t i = 0; PROBES[i] != NULL; i++)
        (void)printf("%-20s %s\n", PROBES[i]->name, PROBES[i]->says);
}

static void print_result(const struct probe *p, const struct probe_result *r)
{
    (void)printf("%s: %s\n  asked: %s\n  seen:  %s\n", p->name, PROBE_ANSWER_NAMES[r->answer],
                 p->says, r->says);
}

static void write_result(struct json_writer *w, const struct probe *p, const struct probe_result *r)
{
    json_write_object(w, NULL);
    json_write_text(w, "name", p->name);
    json_write_text(w, "asked", p->says);
    json_write_text(w, "answer", PROBE_ANSWER_NAMES[r->answer]);
    json_write_text(w, "seen", r->says);
    json_write_close(w);
}

/* Asks every probe named; those without an answer are counted. */
static enum rc ask_all(const struct args *a, const struct probe_context *g, struct json_writer *w,
                       struct err *e)
{
    size_t open = 0;
    for (size_t i = 0; i < a->operand_count; i++) {
        const struct probe *p = probe_find(a->operands[i]);
        struct probe_result result = {0};
        enum rc rc = probe_ask(p, g, &result, e);
        if (rc != RC_OK)
            return rc;
        open += result.answer == PROBE_NO_ANSWER ? 1 : 0;
        if (w != NULL)
            write_result(w, p, &result);
        else
            print_result(p, &result);
        (void)fflush(stdout);
    }
    if (open > 0)
        return err_set(e, RC_UNDECIDED, "%zu of %zu probes came to no answer", open,
                       a->operand_count);
    return RC_OK;
}

static enum rc answer_json(const struct args *a, const struct probe_context *g, const char *broker,
                           struct err *e)
{
    struct json_writer w;
    struct buf out;
    buf_init(&out, JSON_MAX);
    json_writer_init(&w, &out, JSON_INDENTED);
    json_write_object(&w, NULL);
    json_write_text(&w, "schema", "assay-probe/1");
    json_write_text(&w, "broker", broker);
    json_write_array(&w, "probes");
    enum rc asked = ask_all(a, g, &w, e);
    json_write_close(&w);
    json_write_close(&w);
    enum rc rc = asked;
    if (asked == RC_OK || asked == RC_UNDECIDED) {
        struct err second = {0};
        rc = json_writer_end(&w, &second);
        if (rc != RC_OK)
            *e = second;
        else
            (void)printf("%s\n", (const char *)out.data);
    }
    buf_release(&out);
    return rc == RC_OK ? asked : rc;
}

static enum rc answer(const struct args *a, const struct probe_context *g, const char *broker,
                      struct err *e)
{
    return args_has(a, "--json") ? answer_json(a, g, broker, e) : ask_all(a, g, NULL, e);
}

/* Only probes that need a broker are worth starting one. */
static bool any_needs_broker(const struct args *a)
{
    for (size_t i = 0; i < a->operand_count; i++)
        if (probe_find(a->operands[i])->needs_broker)
            return true;
    return false;
}

static enum rc answer_on_broker(const struct args *a, struct cluster *cluster, struct err *e)
{
    struct home home;
    struct testbed testbed;
    const char *prefix = args_value(a, "--topic-prefix");
    struct testbed_options want = {.home = &home, .cluster = cluster, .stop = interrupt_watch()};
    enum rc rc = home_find(&home, e);
    if (rc == RC_OK)
        testbed_open(&want, &testbed);
    if (rc != RC_OK)
        return rc;
    rc = testbed_provide(&testbed, TESTBED_NEED(TESTBED_CLUSTER), 0, e);
    struct probe_context g = {.testbed = &testbed,
                              .topic_prefix = prefix != NULL ? prefix : TOPIC_PREFIX,
                              .stop = want.stop,
                              .home = &home};
    if (rc == RC_OK)
        rc = answer(a, &g, testbed.broker_says, e);
    testbed_close(&testbed, rc == RC_INFRA);
    return rc;
}

static enum rc run_probe(const struct args *a, struct err *e)
{
    enum rc rc = RC_OK;
    const struct probe *found = NULL;
    for (size_t i = 0; i < a->operand_count && rc == RC_OK; i++)
        rc = find(a->operands[i], &found, e);
    if (rc != RC_OK || a->operand_count == 0) {
        if (rc == RC_OK)
            list();
        return rc;
    }
    struct cluster cluster;
    cluster_init(&cluster);
    rc = cluster_args_read(a, &cluster, e);
    if (rc == RC_OK && any_needs_broker(a)) {
        rc = answer_on_broker(a, &cluster, e);
    } else if (rc == RC_OK) {
        struct home home;
        struct err absent = {
            0}; /* a probe that wants its files says itself that they are not here */
        struct probe_context none = {.topic_prefix = "", .stop = interrupt_watch()};
        if (home_find(&home, &absent) == RC_OK)
            none.home = &home;
        rc = answer(a, &none, "none was needed", e);
    }
    cluster_release(&cluster);
    return rc;
}

const struct command CMD_PROBE = {
    .name = "probe",
    .operands = "[NAME...]",
    .says = "answer questions of yes and no by trying: limits, levels, fallbacks",
    .about =
        "Each probe is a statement that the documents make or imply. It is put to the test on a\n"
        "real broker (one of assay's own, unless --bootstrap names another) and comes out as\n"
        "confirmed, contradicted, or no answer with the reason. Without a NAME they are listed.\n"
        "\n"
        "--json: {\"schema\": \"assay-probe/1\", \"broker\": TEXT, \"probes\": [{\"name\",\n"
        "\"asked\", \"answer\": \"confirmed\" | \"contradicted\" | \"no answer\", \"seen\"}]}.\n"
        "Exit codes: 0 every probe came to an answer, whichever; 2 usage; 3 one did not;\n"
        "5 broker; 130 Ctrl-C.",
    .examples = "  assay probe                                       # which there are\n"
                "  assay probe librdkafka-levels idempotence-acks    # these need no broker\n"
                "  assay probe topic-limit-direct --json             # on a broker of its own",
    .options = OPTIONS,
    .run = run_probe,
};
