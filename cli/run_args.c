#include "cli/run_args.h"

#include "base/quantity.h"
#include "cli/interrupt.h"
#include "core/log/segment.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* A trial's topic gets the cell, the block and a stamp after it, and has 249 characters at most. */
enum { PREFIX_MAX = 100 };

const struct option_row RUN_OPTIONS[] = {
    {"--plan", NULL, NULL, "print what would run and how long it takes; run nothing", false},
    {"--set", NULL, "KEY=VALUE", "override a field of the scenario; VALUE is YAML", true},
    {"--blocks", NULL, "N", "how often every cell is measured", false},
    {"--data", NULL, "PATH", "replace every payload by this file or folder", false},
    {"--out", NULL, "DIR", "result folder; must not hold results yet", false},
    {"--resume", NULL, NULL, "go on in --out DIR, where a stopped run of the same left off", false},
    {"--bootstrap", NULL, "HOST:PORT", "use this cluster instead of an embedded broker", false},
    {"--client-config", NULL, "FILE", "properties of the cluster: TLS, SASL, anything", false},
    {"--property", "-X", "KEY=VALUE", "one property of librdkafka", true},
    {"--topic", NULL, "NAME", "use this existing topic; it is never deleted", false},
    {"--topic-prefix", NULL, "TEXT", "of the topics created (default assay-)", false},
    {"--partitions", NULL, "N", "of the topics created", false},
    {"--replication-factor", NULL, "N", "of the topics created (default: the broker's)", false},
    {"--max-rate", NULL, "RATE", "never send faster, e.g. 5000/s", false},
    {"--max-bytes", NULL, "SIZE", "refuse a plan that sends more payload than this", false},
    {"--pin", NULL, NULL, "give sender, receiver and broker their own cores", false},
    {"--heap", NULL, "SIZE", "heap of the embedded broker", false},
    {"--s3-bucket", NULL, "NAME", "large images go to this bucket; keys from AWS_… variables",
     false},
    {"--s3-endpoint", NULL, "URL", "of the object store; AWS or AWS_ENDPOINT_URL without", false},
    {"--broker-property", NULL, "KEY=VALUE", "one property of the embedded broker", true},
    {"--metrics", NULL, "[HOST]:PORT", "serve Prometheus metrics there; :0 takes any free port",
     false},
    {"--pushgateway", NULL, "URL", "push the same to a Pushgateway every 10 s and at the end",
     false},
    {"--quiet", "-q", NULL, "no progress", false},
    {"--json", NULL, NULL, "print summary.json instead of the table", false},
    {NULL, NULL, NULL, NULL, false},
};

static enum rc add_override(struct run_request *r, const char *text, struct err *e)
{
    if (r->override_count == RUN_OVERRIDES)
        return err_set(e, RC_INPUT, "more than %d overrides; write a scenario file", RUN_OVERRIDES);
    r->overrides[r->override_count++].text = text;
    return RC_OK;
}

/* --blocks 5 is --set blocks=5, and so on; the number is checked here so that the message names the
 * option, whose name less its dashes is the field. */
static enum rc as_override(struct run_args *r, const struct args *a, const char *option,
                           int64_t most, char *text, struct err *e)
{
    const char *value = args_value(a, option);
    int64_t n = 0;
    if (value == NULL)
        return RC_OK;
    if (quantity_int(value, 1, most, &n, e) != RC_OK)
        return err_wrap(e, "%s", option);
    (void)snprintf(text, 48, "%s=%lld", option + strlen("--"), (long long)n);
    return add_override(&r->request, text, e);
}

static enum rc read_overrides(struct run_args *r, const struct args *a, struct err *e)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && args_nth(a, "--set", i) != NULL; i++)
        rc = add_override(&r->request, args_nth(a, "--set", i), e);
    if (rc == RC_OK)
        rc = as_override(r, a, "--blocks", SCENARIO_BLOCKS_MAX, r->blocks, e);
    if (rc == RC_OK)
        rc = as_override(r, a, "--partitions", SCENARIO_PARTITIONS_MAX, r->partitions, e);
    return rc;
}

static enum rc read_cluster(struct run_request *r, const struct args *a, struct err *e)
{
    const char *config = args_value(a, "--client-config");
    const char *bootstrap = args_value(a, "--bootstrap");
    enum rc rc = config != NULL ? cluster_add_file(&r->cluster, config, e) : RC_OK;
    for (size_t i = 0; rc == RC_OK && args_nth(a, "--property", i) != NULL; i++)
        if (cluster_add(&r->cluster, args_nth(a, "--property", i), e) != RC_OK)
            rc = err_wrap(e, "-X");
    if (rc == RC_OK && bootstrap != NULL)
        rc = cluster_set_bootstrap(&r->cluster, bootstrap, e);
    if (rc == RC_OK && cluster_bootstrap(&r->cluster) == NULL && r->topic != NULL)
        return err_set(e, RC_INPUT, "--topic needs --bootstrap: an embedded broker has no topics");
    return rc;
}

/* A size of at least one byte; 0 when the option is not given. */
static enum rc read_size(const struct args *a, const char *option, int64_t *out, struct err *e)
{
    const char *value = args_value(a, option);
    if (value == NULL)
        return RC_OK;
    enum rc rc = quantity_size(value, out, e);
    if (rc == RC_OK && *out < 1)
        rc = err_set(e, RC_INPUT, "\"%s\" is too small; it must be at least 1 B", value);
    return rc == RC_OK ? RC_OK : err_wrap(e, "%s", option);
}

/* So that nothing is started for a name that no broker takes. */
static enum rc check_topics(const struct run_request *r, struct err *e)
{
    if (r->topic != NULL && segment_check_topic(r->topic, e) != RC_OK)
        return err_wrap(e, "--topic");
    const char *prefix = r->topic_prefix != NULL ? r->topic_prefix : "";
    size_t length = strlen(prefix);
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)prefix[i]) && strchr("._-", prefix[i]) == NULL)
            return err_set(e, RC_INPUT,
                           "--topic-prefix: \"%.*s\" cannot begin a topic's name: letters, digits "
                           "and . _ - can",
                           PREFIX_MAX, prefix);
    if (r->topic_prefix != NULL && (length == 0 || length > PREFIX_MAX))
        return err_set(e, RC_INPUT, "--topic-prefix: %zu characters; it must have 1 to %d", length,
                       PREFIX_MAX);
    return RC_OK;
}

static enum rc read_limits(struct run_args *r, const struct args *a, struct err *e)
{
    const char *value = args_value(a, "--max-rate");
    if (value != NULL && quantity_rate(value, &r->request.max_rate_per_s, e) != RC_OK)
        return err_wrap(e, "--max-rate");
    enum rc rc = read_size(a, "--max-bytes", &r->max_bytes, e);
    if (rc == RC_OK)
        rc = read_size(a, "--heap", &r->request.heap_bytes, e);
    if (rc != RC_OK)
        return rc;
    value = args_value(a, "--replication-factor");
    int64_t factor = -1;
    if (value != NULL && quantity_int(value, 1, 100, &factor, e) != RC_OK)
        return err_wrap(e, "--replication-factor");
    r->request.replication_factor = (int16_t)factor;
    return RC_OK;
}

static enum rc read_broker(struct run_request *r, const struct args *a, struct err *e)
{
    for (size_t i = 0; args_nth(a, "--broker-property", i) != NULL; i++) {
        if (i == RUN_OVERRIDES)
            return err_set(e, RC_INPUT, "more than %d --broker-property", RUN_OVERRIDES);
        r->broker_properties[i] = args_nth(a, "--broker-property", i);
    }
    return RC_OK;
}

/* Appends a word; what does not fit is left out. */
static void say_word(char *text, size_t size, const char *word, const char *rest)
{
    size_t at = strlen(text);
    if (at + strlen(word) + strlen(rest) + 2 < size)
        (void)snprintf(text + at, size - at, " %s%s", word, rest);
}

static void say_command(const struct args *a, char *text, size_t size)
{
    (void)snprintf(text, size, "assay run");
    for (size_t i = 0; i < a->operand_count; i++)
        say_word(text, size, a->operands[i], "");
    for (size_t i = 0; i < a->count; i++) {
        char key[128], shown[PUSH_URL_MAX];
        const char *value = a->values[i];
        say_word(text, size, a->names[i], "");
        if (value == NULL)
            continue;
        (void)snprintf(key, sizeof key, "%.*s", (int)strcspn(value, "="), value);
        if (strcmp(a->names[i], "--property") == 0 && settings_key_is_secret(key))
            say_word(text, size, key, "=" SETTING_HIDDEN);
        else if (strcmp(a->names[i], "--pushgateway") == 0)
            say_word(text, size, push_target_hide(value, shown, sizeof shown), "");
        else
            say_word(text, size, value, "");
    }
}

/* --- who is told --- */

static void print_line(void *ctx, enum say_kind kind, const char *line)
{
    struct run_args *r = ctx;
    progress_line(&r->progress, kind, line);
}

static void show_progress(void *ctx, const struct run_progress *p)
{
    struct run_args *r = ctx;
    run_export_warn(&r->export, &r->progress);
    progress_show(&r->progress, p);
}

/* --- all of them --- */

static enum rc find_home(struct run_request *r, struct err *e)
{
    enum rc rc = home_find(&r->home, e);
    if (rc == RC_OK)
        rc = home_data(&r->home, "scenarios", r->scenarios_folder, e);
    if (rc == RC_OK)
        rc = home_var(&r->home, "data", r->data_folder, e);
    return rc;
}

static enum rc read_all(struct run_args *out, const struct args *a, struct err *e)
{
    struct run_request *r = &out->request;
    enum rc rc = run_export_read(a, &out->export, e);
    if (rc == RC_OK)
        rc = find_home(r, e);
    if (rc == RC_OK)
        rc = read_overrides(out, a, e);
    if (rc == RC_OK)
        rc = read_cluster(r, a, e);
    if (rc == RC_OK)
        rc = check_topics(r, e);
    if (rc == RC_OK)
        rc = read_limits(out, a, e);
    if (rc == RC_OK)
        rc = read_broker(r, a, e);
    return rc;
}

enum rc run_args_read(const struct args *a, struct run_args *out, struct err *e)
{
    *out = (struct run_args){.plan_only = args_has(a, "--plan"),
                             .quiet = args_has(a, "--quiet"),
                             .json = args_has(a, "--json")};
    struct run_request *r = &out->request;
    *r = (struct run_request){.corpus = args_value(a, "--data"),
                              .out = args_value(a, "--out"),
                              .resume = args_has(a, "--resume"),
                              .topic = args_value(a, "--topic"),
                              .s3_endpoint = args_value(a, "--s3-endpoint"),
                              .s3_bucket = args_value(a, "--s3-bucket"),
                              .topic_prefix = args_value(a, "--topic-prefix"),
                              .pin = args_has(a, "--pin"),
                              .listener = {print_line, show_progress, out}};
    cluster_init(&r->cluster);
    if (r->s3_endpoint != NULL && r->s3_bucket == NULL)
        return err_set(e, RC_INPUT, "--s3-endpoint needs --s3-bucket NAME");
    if (r->resume && r->out == NULL)
        return err_set(e, RC_INPUT, "--resume needs --out DIR, the folder to go on in");
    say_command(a, r->command, sizeof r->command);
    enum rc rc = read_all(out, a, e);
    if (rc != RC_OK) {
        run_args_release(out);
        return rc;
    }
    progress_start(&out->progress, out->quiet);
    r->stop = interrupt_watch();
    return RC_OK;
}

enum rc run_args_export(struct run_args *r, struct err *e)
{
    enum rc rc = run_export_open(&r->export, &r->progress, e);
    r->request.live = r->export.live;
    return rc;
}

void run_args_release(struct run_args *r)
{
    run_export_close(&r->export, &r->progress);
    cluster_release(&r->request.cluster);
}
