/* assay doctor: what is missing on this machine, and the command that cures it. */
#include "base/json_writer.h"
#include "cli/cluster_args.h"
#include "cli/commands.h"
#include "cli/doctor/doctor.h"

#include <stdio.h>
#include <string.h>

enum { JSON_TEXT_MAX = 64 * 1024 };

static const char *const LEVELS[] = {[CHECK_FINE] = "ok",
                                     [CHECK_NOTE] = "note",
                                     [CHECK_LACK] = "MISSING",
                                     [CHECK_REFUSAL] = "REFUSES"};
static const struct doctor_check *const TABLES[] = {DOCTOR_PARTS, DOCTOR_MACHINE};
enum { TABLE_COUNT = sizeof TABLES / sizeof TABLES[0] };

static void print_text(const char *name, const struct check_result *r)
{
    (void)printf("%-8s %-11s %s\n", LEVELS[r->level], name, r->says);
    if (r->cure[0] != '\0')
        (void)printf("%-8s %-11s cure: %s\n", "", "", r->cure);
}

static void write_json(struct json_writer *w, const char *name, const struct check_result *r)
{
    json_write_object(w, NULL);
    json_write_text(w, "check", name);
    json_write_text(w, "level", LEVELS[r->level]);
    json_write_text(w, "says", r->says);
    if (r->cure[0] != '\0')
        json_write_text(w, "cure", r->cure);
    json_write_close(w);
}

/* w NULL: as text. Returns how many things are missing. */
static int look_at_all(const struct home *h, struct json_writer *w)
{
    int lacks = 0;
    for (size_t t = 0; t < TABLE_COUNT; t++) {
        for (const struct doctor_check *c = TABLES[t]; c->name != NULL; c++) {
            struct check_result r = {.level = CHECK_LACK};
            c->look(h, &r);
            lacks += r.level == CHECK_LACK;
            if (w != NULL)
                write_json(w, c->name, &r);
            else
                print_text(c->name, &r);
        }
    }
    return lacks;
}

static enum rc look_as_json(const struct home *h, int *lacks, struct err *e)
{
    struct buf text;
    struct json_writer w;
    buf_init(&text, JSON_TEXT_MAX);
    json_writer_init(&w, &text, JSON_INDENTED);
    json_write_array(&w, NULL);
    *lacks = look_at_all(h, &w);
    json_write_close(&w);
    enum rc rc = json_writer_end(&w, e);
    if (rc == RC_OK)
        (void)printf("%s\n", (const char *)text.data);
    buf_release(&text);
    return rc;
}

/* ctx NULL: as text, else a JSON writer. */
static void show_result(void *ctx, const char *name, const struct check_result *r)
{
    if (ctx != NULL)
        write_json(ctx, name, r);
    else
        print_text(name, r);
}

/* A refusal is told after the results, as with --size and text. */
static enum rc size_as_json(const struct args *a, struct err *e)
{
    struct buf text;
    struct json_writer w;
    struct err unfit;
    buf_init(&text, JSON_TEXT_MAX);
    json_writer_init(&w, &text, JSON_INDENTED);
    json_write_array(&w, NULL);
    enum rc rc = doctor_size(a, show_result, &w, e);
    json_write_close(&w);
    if ((rc == RC_OK || rc == RC_INFRA) && json_writer_end(&w, &unfit) == RC_OK)
        (void)printf("%s\n", (const char *)text.data);
    buf_release(&text);
    return rc;
}

static enum rc refuse_size_options(const struct args *a, struct err *e)
{
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->names[i], "--json") != 0)
            return err_set(e, RC_INPUT, "%s belongs to assay doctor --size SIZE", a->names[i]);
    return RC_OK;
}

static enum rc check_machine(const struct args *a, struct err *e)
{
    struct home h;
    int lacks = 0;
    enum rc rc = refuse_size_options(a, e);
    if (rc == RC_OK)
        rc = home_find(&h, e);
    if (rc == RC_OK && args_has(a, "--json"))
        rc = look_as_json(&h, &lacks, e);
    else if (rc == RC_OK)
        lacks = look_at_all(&h, NULL);
    if (rc == RC_OK && lacks > 0)
        rc = err_set(e, RC_INFRA, "%d thing%s missing; the cures stand above", lacks,
                     lacks == 1 ? " is" : "s are");
    return rc;
}

static enum rc run_doctor(const struct args *a, struct err *e)
{
    if (a->operand_count != 0)
        return err_set(e, RC_INPUT, "assay doctor takes no operand, but \"%s\" is given",
                       a->operands[0]);
    if (!args_has(a, "--size"))
        return check_machine(a, e);
    return args_has(a, "--json") ? size_as_json(a, e) : doctor_size(a, show_result, NULL, e);
}

static const struct option_row OPTIONS[] = {
    {.name = "--json", .help = "print JSON"},
    {.name = "--size",
     .value = "SIZE",
     .help = "does a record of that size pass, and what stops it?"},
    {.name = "--batch", .value = "SIZE", .help = "with --size: what it compresses to"},
    {.name = "--topic", .value = "TOPIC", .help = "with --size: the topic it goes to"},
    {.name = "--message-max",
     .value = "SIZE",
     .help = "with --size: the producer's message.max.bytes"},
    {.name = "--receive-max",
     .value = "SIZE",
     .help = "with --size: the consumer's receive.message.max.bytes"},
    CLUSTER_ARGS_ROWS("with --size: the cluster that is asked for its limits"),
    {.name = NULL},
};

const struct command CMD_DOCTOR = {
    .name = "doctor",
    .operands = "",
    .says = "what is missing on this machine, and the command that cures it",
    .about =
        "Looks at the programs and files assay needs and at what makes its numbers noisy.\n"
        "Exits 5 when something is missing; a note alone does not fail.\n"
        "With --size it looks at the limits on the way of a record instead: producer, request,\n"
        "broker, topic, consumer. It names the first that refuses and the setting that cures\n"
        "it, and exits 5 when one does. Limits of clients are librdkafka's defaults unless\n"
        "given; those of brokers are Kafka's unless a cluster can be asked.",
    .examples = "  assay doctor                       # before the first run\n"
                "  assay doctor --size 20MB --topic wildfire-satellite-imagery-binary \\\n"
                "      --bootstrap kafka1:9092    # after assay topics create",
    .options = OPTIONS,
    .run = run_doctor,
};
