#include "bench/probe/probe.h"

#include "bench/probe/probes.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *const PROBE_ANSWER_NAMES[] = {
    [PROBE_CONFIRMED] = "confirmed",
    [PROBE_CONTRADICTED] = "contradicted",
    [PROBE_NO_ANSWER] = "no answer",
};

/* clang-format off */
const struct probe *const PROBES[] = {
    &PROBE_LIBRDKAFKA_LEVELS,
    &PROBE_IDEMPOTENCE_ACKS,
    &PROBE_POLICY_FALLBACK,
    &PROBE_CODEC_VISIBLE,
    &PROBE_TOPIC_LIMIT_DIRECT,
    &PROBE_TOPIC_LIMIT_CURE,
    &PROBE_TOPIC_COMPRESSION,
    &PROBE_IMAGES_TO_100MB,
    &PROBE_CHUNKS_PUT_TOGETHER,
    &PROBE_REASSEMBLY_GIVES_UP,
    &PROBE_LARGE_BY_REFERENCE,
    &PROBE_SERIALIZATION_TIME,
    &PROBE_FORMATS_SUPPORTED,
    &PROBE_METADATA_LIMIT,
    &PROBE_ROLLBACK_MIXED_TOPIC,
    NULL,
};
/* clang-format on */

const struct probe *probe_find(const char *name)
{
    for (size_t i = 0; PROBES[i] != NULL; i++)
        if (strcmp(PROBES[i]->name, name) == 0)
            return PROBES[i];
    return NULL;
}

enum rc probe_answered(struct probe_result *out, enum probe_answer answer, const char *fmt, ...)
{
    va_list args;
    out->answer = answer;
    va_start(args, fmt);
    (void)vsnprintf(out->says, sizeof out->says, fmt, args);
    va_end(args);
    return RC_OK;
}

enum rc probe_ask(const struct probe *p, const struct probe_context *g, struct probe_result *out,
                  struct err *e)
{
    if (p->needs_broker && g->testbed == NULL)
        return probe_answered(out, PROBE_NO_ANSWER, "it needs a broker, and there is none");
    if (g->stop != NULL && *g->stop != 0)
        return err_set(e, RC_INTERRUPTED, "interrupted");
    *out = (struct probe_result){.answer = PROBE_NO_ANSWER};
    enum rc rc = p->run(g, out, e);
    return rc == RC_OK ? RC_OK : err_wrap(e, "probe %s", p->name);
}
