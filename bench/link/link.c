#include "bench/link/link.h"

#include "base/nearest.h"
#include "bench/link/link_ops.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PORT_MAX = 65535 };

/* Best first. */
static const struct link_ops *const KINDS[] = {&LINK_OPS_NAMESPACE, &LINK_OPS_RELAY, NULL};
static const struct link_ops *const OF_WISH[] = {
    [LINK_BEST] = NULL, [LINK_NAMESPACE] = &LINK_OPS_NAMESPACE, [LINK_RELAY] = &LINK_OPS_RELAY};

static enum rc ask_environment(const struct link_ops **out, struct err *e)
{
    const char *wanted = getenv("ASSAY_LINK");
    if (wanted == NULL || wanted[0] == '\0')
        return RC_OK;
    for (size_t i = 0; KINDS[i] != NULL; i++)
        if (strcmp(KINDS[i]->name, wanted) == 0)
            *out = KINDS[i];
    if (*out == NULL)
        return err_set(e, RC_INPUT, "ASSAY_LINK=%.40s: it is \"namespace\" or \"relay\"", wanted);
    return RC_OK;
}

/* Opens the first kind that works here and keeps why the one before did not. */
static enum rc open_best(struct links *l, bool need_delay, struct err *e)
{
    struct err why = {.text = ""};
    enum rc rc = RC_INFRA;
    for (size_t i = 0; rc != RC_OK && KINDS[i] != NULL; i++) {
        (void)snprintf(l->why, sizeof l->why, "%.*s", LINK_TEXT - 1, why.text);
        l->ops = KINDS[i];
        rc = l->ops->open(need_delay, &l->self, &why);
    }
    return rc == RC_OK ? RC_OK : err_set(e, rc, "no link can be limited here: %s", why.text);
}

enum rc links_open(enum link_wish wish, bool need_delay, struct links **out, struct err *e)
{
    const struct link_ops *forced = OF_WISH[wish];
    enum rc rc = forced == NULL ? ask_environment(&forced, e) : RC_OK;
    struct links *l = rc == RC_OK ? calloc(1, sizeof *l) : NULL;
    if (rc == RC_OK && l == NULL)
        rc = err_set(e, RC_INFRA, "no memory for a link");
    if (rc != RC_OK)
        return rc;
    l->has_delay = need_delay;
    l->ops = forced;
    if (forced == NULL) {
        rc = open_best(l, need_delay, e);
    } else {
        rc = forced->open(need_delay, &l->self, e);
        if (rc != RC_OK)
            (void)err_wrap(e, "a link of the kind \"%s\" was asked for", forced->name);
    }
    if (rc == RC_OK)
        *out = l;
    else
        free(l);
    return rc;
}

void links_close(struct links *l)
{
    if (l == NULL)
        return;
    l->ops->close(l->self);
    free(l);
}

enum rc links_listener(struct links *l, int port, char listen[LINK_ADDRESS_MAX],
                       char advertised[LINK_ADDRESS_MAX], struct err *e)
{
    if (port < 1 || port > PORT_MAX)
        return err_set(e, RC_INPUT, "port %d: it is 1 to %d", port, PORT_MAX);
    return l->ops->listener(l->self, port, listen, advertised, e);
}

enum rc links_set(struct links *l, const struct link_rate *rate, struct err *e)
{
    if (rate->bit_per_s != 0 &&
        (rate->bit_per_s < LINK_BIT_PER_S_MIN || rate->bit_per_s > LINK_BIT_PER_S_MAX))
        return err_set(e, RC_INPUT,
                       "a link of %" PRId64 " bit/s: it is 100 kbit to 100 Gbit, or unlimited",
                       rate->bit_per_s);
    if (rate->delay_ns < 0 || rate->delay_ns > LINK_DELAY_NS_MAX)
        return err_set(e, RC_INPUT, "a delay of %" PRId64 " ns: it is 0 to 10 s", rate->delay_ns);
    if (rate->delay_ns > 0 && !l->has_delay)
        return err_set(e, RC_INPUT, "a delay was not announced when the link was opened");
    enum rc rc = l->ops->set(l->self, rate, e);
    if (rc == RC_OK)
        l->now = *rate;
    return rc;
}

int links_namespace(const struct links *l)
{
    return l->ops->namespace != NULL ? l->ops->namespace(l->self) : -1;
}

const char *links_kind(const struct links *l)
{
    return l->ops->kind(l->self);
}

const char *links_why(const struct links *l)
{
    return l->why;
}
