#include "bench/run/run_request.h"

#include "bench/payload/payload.h"

#include <stdarg.h>
#include <stdio.h>

enum { LINE = 4096 };

void run_say(const struct run_listener *l, enum say_kind kind, const char *fmt, ...)
{
    char line[LINE];
    va_list ap;
    if (l->say == NULL)
        return;
    va_start(ap, fmt);
    (void)vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    l->say(l->ctx, kind, line);
}

void run_tell(const struct run_listener *l, const struct run_progress *p)
{
    if (l->on_progress != NULL)
        l->on_progress(l->ctx, p);
}

struct scenario_places run_request_places(const struct run_request *r)
{
    return (struct scenario_places){.scenarios = r->scenarios_folder,
                                    .data = r->data_folder,
                                    .corpus = r->corpus,
                                    .generators = payload_names(),
                                    .workloads = workload_forms()};
}

enum rc run_request_load(const struct run_request *r, const char *name, struct scenario **out,
                         struct err *e)
{
    struct scenario_places places = run_request_places(r);
    return scenario_load(name, &places, r->overrides, r->override_count, out, e);
}

struct testbed_options run_request_testbed(struct run_request *r)
{
    return (struct testbed_options){.home = &r->home,
                                    .cluster = &r->cluster,
                                    .broker_properties = r->broker_properties,
                                    .heap_bytes = r->heap_bytes,
                                    .s3_endpoint = r->s3_endpoint,
                                    .s3_bucket = r->s3_bucket,
                                    .pin = r->pin,
                                    .stop = r->stop};
}

struct trial_options run_request_trial(const struct run_request *r)
{
    return (struct trial_options){.shared_topic = r->topic,
                                  .topic_prefix = r->topic_prefix,
                                  .replication_factor = r->replication_factor,
                                  .max_rate_per_s = r->max_rate_per_s,
                                  .live = r->live,
                                  .stop = r->stop};
}
