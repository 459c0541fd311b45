/* Is an idempotent producer refused unless acks=all? Every value of acks is offered. */
#include "bench/probe/probes.h"
#include "core/kafka/library.h"

static enum rc offer(const char *acks, struct err *why)
{
    const char *properties[] = {"enable.idempotence", "true", "acks", acks, NULL};
    return library_takes(properties, why);
}

static enum rc ask_acks(const struct probe_context *g, struct probe_result *out, struct err *e)
{
    (void)g, (void)e;
    struct err all = {0}, one = {0}, none = {0};
    const char *properties[] = {"enable.idempotence", "true", NULL};
    struct err silent = {0};
    if (offer("all", &all) != RC_OK)
        return probe_answered(out, PROBE_CONTRADICTED,
                              "enable.idempotence=true is refused even with acks=all: %s",
                              all.text);
    if (library_takes(properties, &silent) != RC_OK)
        return probe_answered(out, PROBE_CONTRADICTED,
                              "enable.idempotence=true is refused where acks is not set: %s",
                              silent.text);
    if (offer("1", &one) == RC_OK || offer("0", &none) == RC_OK)
        return probe_answered(out, PROBE_CONTRADICTED,
                              "enable.idempotence=true is taken with acks=%s",
                              one.text[0] == '\0' ? "1" : "0");
    return probe_answered(
        out, PROBE_CONFIRMED,
        "enable.idempotence=true is taken with acks=all and where acks is not set; "
        "acks=1 is refused (\"%s\") and so is acks=0",
        one.text);
}

const struct probe PROBE_IDEMPOTENCE_ACKS = {
    .name = "idempotence-acks",
    .says = "an idempotent producer needs acks=all: its configuration is refused otherwise",
    .expected_s = 1,
    .run = ask_acks,
};
