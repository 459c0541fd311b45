/* assay doctor --size: which limit on the way refuses a record, and which setting cures it. */
#include "base/clock.h"
#include "base/quantity.h"
#include "cli/cluster_args.h"
#include "cli/doctor/doctor.h"
#include "core/image/size_limit.h"

enum { TIMEOUT_S = 15, ID_KEY_BYTES = 32 }; /* the key of the image path */

/* An option that is a size; untouched when it is not given. */
static enum rc read_size(const struct args *a, const char *option, int64_t *out, struct err *e)
{
    const char *text = args_value(a, option);
    if (text == NULL)
        return RC_OK;
    if (quantity_size(text, out, e) != RC_OK)
        return err_wrap(e, "%s", option);
    return *out > 0 ? RC_OK : err_set(e, RC_INPUT, "%s: more than nothing is needed", option);
}

/* What -X and --client-config say of the clients' limits. A consumer's is raised by its library to
 * hold what it may fetch, unless it is given itself (librdkafka, CONFIGURATION.md). */
static enum rc take_limits(const struct settings *given, struct size_limits *l, bool *told,
                           struct err *e)
{
    enum { FETCH_ROOM = 512 };
    static const struct {
        const char *key;
        enum size_limit limit;
        int64_t room;
    } ROWS[] = {{"message.max.bytes", LIMIT_PRODUCER, 0},
                {"max.request.size", LIMIT_PRODUCER, 0},
                {"fetch.max.bytes", LIMIT_CONSUMER, FETCH_ROOM},
                {"receive.message.max.bytes", LIMIT_CONSUMER, 0}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        const char *text = settings_find(given, ROWS[i].key);
        int64_t value = 0;
        if (text == NULL)
            continue;
        if (quantity_int(text, 1, SIZE_LIMIT_TABLE[ROWS[i].limit].most, &value, e) != RC_OK)
            return err_wrap(e, "%s", ROWS[i].key);
        if (ROWS[i].room > 0 && value + ROWS[i].room <= l->bytes[ROWS[i].limit])
            continue;
        l->bytes[ROWS[i].limit] = value + ROWS[i].room;
        told[ROWS[i].limit] = true;
    }
    return RC_OK;
}

/* told: by enum size_limit; set where the figure was read. */
static enum rc ask_cluster(const struct args *a, struct size_limits *l, bool *told, struct err *e)
{
    struct settings given;
    bool asked = false;
    const char *topic = args_value(a, "--topic");
    struct cluster c;
    struct admin *admin = NULL;
    cluster_init(&c);
    settings_init(&given);
    c.limits = &given;
    enum rc rc = cluster_args_find(a, &c, &asked, e);
    if (rc == RC_OK)
        rc = take_limits(&given, l, told, e);
    told[LIMIT_REQUEST] = told[LIMIT_BROKER] = asked;
    told[LIMIT_TOPIC] = asked && topic != NULL;
    if (rc == RC_OK && asked)
        rc = admin_open(&c, (int64_t)TIMEOUT_S * NS_PER_S, &admin, e);
    if (rc == RC_OK && asked)
        rc = size_limits_ask(admin, topic, l, e);
    else if (rc == RC_OK && topic != NULL)
        rc = err_set(e, RC_INPUT,
                     "--topic: on which cluster? Name it by --bootstrap HOST:PORT; a broker of "
                     "assay's own is not running");
    admin_close(admin);
    settings_release(&given);
    cluster_release(&c);
    return rc;
}

static void tell_limit(const struct size_finding *s, bool told, bool first, struct check_result *r)
{
    enum check_level level = s->refuses ? CHECK_REFUSAL : CHECK_FINE;
    check_result_set(r, level, s->cure, "%s%s%s", first ? "the first to refuse: " : "", s->says,
                     !told && s->counts ? " (the default)" : "");
}

enum rc doctor_size(const struct args *a, doctor_show *show, void *ctx, struct err *e)
{
    struct size_limits l;
    struct sized_record r = {.key_bytes = ID_KEY_BYTES};
    struct size_finding found[SIZE_LIMITS];
    bool told[SIZE_LIMITS] = {[LIMIT_PRODUCER] = args_has(a, "--message-max"),
                              [LIMIT_CONSUMER] = args_has(a, "--receive-max")};
    size_limits_init(&l);
    enum rc rc = read_size(a, "--size", &r.value_bytes, e);
    if (rc == RC_OK)
        rc = read_size(a, "--batch", &r.batch_bytes, e);
    if (rc == RC_OK)
        rc = ask_cluster(a, &l, told, e);
    if (rc == RC_OK)
        rc = read_size(a, "--message-max", &l.bytes[LIMIT_PRODUCER], e);
    if (rc == RC_OK)
        rc = read_size(a, "--receive-max", &l.bytes[LIMIT_CONSUMER], e);
    if (rc != RC_OK)
        return rc;
    enum size_limit first = size_limits_judge(&l, &r, args_value(a, "--topic"), found);
    for (size_t i = 0; i < SIZE_LIMITS; i++) {
        struct check_result result;
        tell_limit(&found[i], told[found[i].limit], found[i].limit == first, &result);
        show(ctx, SIZE_LIMIT_TABLE[i].where, &result);
    }
    if (first == SIZE_LIMITS)
        return RC_OK;
    return err_set(e, RC_INFRA, "--size %s: the %s refuses it first; the cures stand above",
                   args_value(a, "--size"), SIZE_LIMIT_TABLE[first].where);
}
