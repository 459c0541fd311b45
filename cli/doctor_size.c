/* assay doctor --size: which limit on the way refuses a record, and which setting cures it. */
#include "base/clock.h"
#include "base/quantity.h"
#include "cli/cluster_args.h"
#include "cli/doctor.h"
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

static enum rc ask_cluster(const struct args *a, struct size_limits *l, bool *asked, struct err *e)
{
    const char *topic = args_value(a, "--topic");
    struct cluster c;
    struct admin *admin = NULL;
    cluster_init(&c);
    enum rc rc = cluster_args_find(a, &c, asked, e);
    if (rc == RC_OK && *asked)
        rc = admin_open(&c, (int64_t)TIMEOUT_S * NS_PER_S, &admin, e);
    if (rc == RC_OK && *asked)
        rc = size_limits_ask(admin, topic, l, e);
    else if (rc == RC_OK && topic != NULL)
        rc = err_set(e, RC_INPUT,
                     "--topic: on which cluster? Name it by --bootstrap HOST:PORT; a broker of "
                     "assay's own is not running");
    admin_close(admin);
    cluster_release(&c);
    return rc;
}

/* A limit whose figure is the default of the software, not read from anywhere. */
static bool is_assumed(const struct args *a, enum size_limit limit, bool asked)
{
    if (limit == LIMIT_PRODUCER)
        return !args_has(a, "--message-max");
    if (limit == LIMIT_CONSUMER)
        return !args_has(a, "--receive-max");
    return !asked;
}

static void tell(const struct args *a, const struct size_finding *s, bool asked, bool first,
                 struct finding *f)
{
    enum finding_level level = s->refuses ? FINDING_LACK : FINDING_FINE;
    finding_set(f, level, s->cure, "%s%s%s", first ? "the first to refuse: " : "", s->says,
                is_assumed(a, s->limit, asked) && s->counts ? " (the default)" : "");
}

enum rc doctor_size(const struct args *a, doctor_show *show, void *ctx, struct err *e)
{
    struct size_limits l;
    struct sized_record r = {.key_bytes = ID_KEY_BYTES};
    struct size_finding found[SIZE_LIMITS];
    bool asked = false;
    size_limits_init(&l);
    enum rc rc = read_size(a, "--size", &r.value_bytes, e);
    if (rc == RC_OK)
        rc = read_size(a, "--batch", &r.batch_bytes, e);
    if (rc == RC_OK)
        rc = ask_cluster(a, &l, &asked, e);
    if (rc == RC_OK)
        rc = read_size(a, "--message-max", &l.bytes[LIMIT_PRODUCER], e);
    if (rc == RC_OK)
        rc = read_size(a, "--receive-max", &l.bytes[LIMIT_CONSUMER], e);
    if (rc != RC_OK)
        return rc;
    enum size_limit first = size_limits_judge(&l, &r, args_value(a, "--topic"), found);
    for (size_t i = 0; i < SIZE_LIMITS; i++) {
        struct finding f;
        tell(a, &found[i], asked, found[i].limit == first, &f);
        show(ctx, SIZE_LIMIT_TABLE[i].where, &f);
    }
    if (first == SIZE_LIMITS)
        return RC_OK;
    return err_set(e, RC_INFRA, "--size %s: the %s refuses it first; the cures stand above",
                   args_value(a, "--size"), SIZE_LIMIT_TABLE[first].where);
}
