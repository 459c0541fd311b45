/* assay topics create|check: the three topics of the image path, as the documents have them. */
#include "base/clock.h"
#include "base/json_writer.h"
#include "cli/cluster_args.h"
#include "cli/commands.h"
#include "core/image/topics.h"

#include <stdio.h>
#include <string.h>

enum { JSON_TEXT_MAX = 64 * 1024, DIFFERS_MAX = 4096, TIMEOUT_S = 15 };

/* What became of one topic. */
struct topic_answer {
    const char *state; /* "created", "was there", "right", "wrong" */
    struct buf differs;
};

static enum rc create_topic(struct admin *a, const struct image_topic_row *row, const char *prefix,
                            struct topic_answer *out, struct err *e)
{
    enum topic_made made = TOPIC_CREATED;
    enum rc rc = topics_create(a, row, prefix, &made, e);
    out->state = made == TOPIC_CREATED ? "created" : "was there";
    return rc == RC_OK ? topics_compare(a, row, prefix, &out->differs, e) : rc;
}

static enum rc check_topic(struct admin *a, const struct image_topic_row *row, const char *prefix,
                           struct topic_answer *out, struct err *e)
{
    enum rc rc = topics_compare(a, row, prefix, &out->differs, e);
    out->state = out->differs.size == 0 ? "right" : "wrong";
    return rc;
}

static const struct topics_action {
    const char *name;
    enum rc (*run)(struct admin *a, const struct image_topic_row *row, const char *prefix,
                   struct topic_answer *out, struct err *e);
} ACTIONS[] = {{"create", create_topic}, {"check", check_topic}};

static const struct topics_action *action_find(const char *name)
{
    for (size_t i = 0; i < sizeof ACTIONS / sizeof ACTIONS[0]; i++)
        if (strcmp(ACTIONS[i].name, name) == 0)
            return &ACTIONS[i];
    return NULL;
}

static const char *differs_text(const struct topic_answer *a)
{
    return a->differs.size > 0 ? (const char *)a->differs.data : "";
}

/* w NULL: as text. */
static void print_answer(const struct image_topic_row *row, const char *prefix,
                         const struct topic_answer *a, struct json_writer *w)
{
    char name[TOPIC_NAME_MAX] = "";
    (void)snprintf(name, sizeof name, "%s%s", prefix, row->name);
    if (w == NULL) {
        (void)printf("%-10s %s: %s%s\n", a->state, name, differs_text(a),
                     a->differs.size == 0 ? row->purpose : "");
        return;
    }
    json_write_object(w, NULL);
    json_write_text(w, "topic", name);
    json_write_text(w, "state", a->state);
    json_write_text(w, "differs", differs_text(a));
    json_write_int(w, "partitions", row->partitions);
    json_write_text(w, "compression", row->compression);
    json_write_int(w, "max_message_bytes", row->max_message_bytes);
    json_write_close(w);
}

static enum rc go_through(struct admin *a, const struct topics_action *action, const char *prefix,
                          struct json_writer *w, struct err *e)
{
    int wrong = 0;
    for (const struct image_topic_row *row = IMAGE_TOPIC_TABLE; row->name != NULL; row++) {
        struct topic_answer answer = {.state = ""};
        buf_init(&answer.differs, DIFFERS_MAX);
        enum rc rc = action->run(a, row, prefix, &answer, e);
        if (rc == RC_OK)
            print_answer(row, prefix, &answer, w);
        wrong += answer.differs.size > 0;
        buf_release(&answer.differs);
        if (rc != RC_OK)
            return rc;
    }
    if (wrong == 0)
        return RC_OK;
    return err_set(e, RC_REGRESSION, "%d topic%s not as the documents have them", wrong,
                   wrong == 1 ? " is" : "s are");
}

static enum rc answer_json(struct admin *a, const struct topics_action *action, const char *prefix,
                           struct err *e)
{
    struct buf text;
    struct json_writer w;
    struct err unfit;
    buf_init(&text, JSON_TEXT_MAX);
    json_writer_init(&w, &text, JSON_INDENTED);
    json_write_array(&w, NULL);
    enum rc rc = go_through(a, action, prefix, &w, e);
    json_write_close(&w);
    if ((rc == RC_OK || rc == RC_REGRESSION) && json_writer_end(&w, &unfit) == RC_OK)
        (void)printf("%s\n", (const char *)text.data);
    buf_release(&text);
    return rc;
}

/* So that no broker is asked for a name that none takes. */
static enum rc check_prefix(const char *prefix, struct err *e)
{
    for (const struct image_topic_row *row = IMAGE_TOPIC_TABLE; row->name != NULL; row++) {
        char name[TOPIC_NAME_MAX];
        if (topics_name(row, prefix, name, e) != RC_OK)
            return err_wrap(e, "--prefix");
    }
    return RC_OK;
}

static enum rc act_on_cluster(const struct args *a, const struct topics_action *action,
                              const struct cluster *c, struct err *e)
{
    struct admin *admin = NULL;
    const char *prefix = args_value(a, "--prefix") != NULL ? args_value(a, "--prefix") : "";
    enum rc rc = admin_open(c, (int64_t)TIMEOUT_S * NS_PER_S, &admin, e);
    if (rc != RC_OK)
        return rc;
    rc = args_has(a, "--json") ? answer_json(admin, action, prefix, e)
                               : go_through(admin, action, prefix, NULL, e);
    admin_close(admin);
    return rc;
}

static enum rc run_topics(const struct args *a, struct err *e)
{
    const struct topics_action *action = a->operand_count == 1 ? action_find(a->operands[0]) : NULL;
    if (action == NULL)
        return err_set(e, RC_INPUT, "one of create and check is needed: assay topics check");
    struct cluster c;
    bool found = false;
    cluster_init(&c);
    enum rc rc = args_has(a, "--prefix") ? check_prefix(args_value(a, "--prefix"), e) : RC_OK;
    if (rc == RC_OK)
        rc = cluster_args_find(a, &c, &found, e);
    if (rc == RC_OK && !found)
        rc = err_set(e, RC_INPUT,
                     "on which cluster? Name it by --bootstrap HOST:PORT; a broker of assay's own "
                     "is not running");
    if (rc == RC_OK)
        rc = act_on_cluster(a, action, &c, e);
    cluster_release(&c);
    return rc;
}

static const struct option_row OPTIONS[] = {
    CLUSTER_ARGS_ROWS("the cluster; without it the broker of assay broker start"),
    {.name = "--prefix", .value = "TEXT", .help = "stands before every topic's name"},
    {.name = "--json", .help = "print JSON"},
    {.name = NULL},
};

const struct command CMD_TOPICS = {
    .name = "topics",
    .operands = "create|check",
    .says = "the three topics of the image path: create them, or say what is wrong with them",
    .about = "Images travel on three topics: whole ones, chunks, and metadata with references to\n"
             "the object store, each with its partitions, compression and largest message.\n"
             "create makes those that are not there and leaves the others as they are; check only\n"
             "looks. Exits 1 when a topic is not as it should be.",
    .examples = "  assay topics create                                # on assay's own broker\n"
                "  assay topics check --bootstrap kafka1:9092         # on a cluster",
    .options = OPTIONS,
    .run = run_topics,
};
