#include "bench/trial/account.h"

#include "base/clock.h"
#include "bench/trial/worker.h"
#include "bench/workload/workload.h"
#include "core/kafka/library.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

PRINTF_LIKE(2, 0) /* 0: the arguments come as a va_list */
static void make_void(struct trial_record *r, const char *fmt, va_list ap)
{
    if (r->validity != TRIAL_VOID)
        (void)vsnprintf(r->why, sizeof r->why, fmt, ap);
    r->validity = TRIAL_VOID;
}

void account_void(struct trial_record *r, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    make_void(r, fmt, ap);
    va_end(ap);
}

void account_hurt(struct trial_record *r, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    make_void(r, fmt, ap);
    va_end(ap);
    r->integrity_hurt = true;
}

void account_library(const struct codec_spec *c, char *text, size_t size)
{
    char client[64];
    (void)library_version(client, sizeof client);
    if (c->codec->kafka_id == 0)
        (void)snprintf(text, size, "%s", c->codec->name);
    else if (c->codec->client_bundles_it)
        (void)snprintf(text, size, "%s in %s", c->codec->name, client);
    else
        (void)snprintf(text, size, "%s %s", c->codec->library, c->codec->version());
}

/* NOT_MEASURED has no part in a sum. */
static void add_to(int64_t *sum, int64_t more)
{
    *sum = (*sum > 0 ? *sum : 0) + more;
}

void account_worker(const struct worker_slot *s, struct role_use *use)
{
    struct cpu_use cpu = worker_cpu(s);
    add_to(&use->user_ns, cpu.user_ns);
    add_to(&use->system_ns, cpu.system_ns);
    add_to(&use->peak_anon_bytes, s->anon_peak > s->anon_bytes ? s->anon_peak : s->anon_bytes);
    (void)snprintf(use->cpus, sizeof use->cpus, "%s", s->cpus);
}

/* Numbers and words that reports judge by; labels are for people. */
static void note_facts(const struct trial_order *o, struct trial_cell *cell)
{
    const struct plan_cell *c = o->cell;
    (void)snprintf(cell->workload, sizeof cell->workload, "%s", c->workload->form.name);
    (void)snprintf(cell->load_kind, sizeof cell->load_kind, "%s", LOADS[c->load.kind].name);
    cell->load_paced = load_is_paced(&c->load);
    cell->load_sets_rate = load_by_clock(&c->load);
    if (load_by_clock(&c->load) && !c->load.rate_auto)
        cell->load_rate_per_s = c->load.rate_per_s;
    if (c->load.in_flight > 0)
        cell->load_in_flight = c->load.in_flight;
    cell->link_bit_per_s = c->link.bit_per_s;
    cell->link_delay_ns = c->link.delay_ns;
    cell->record_bytes = c->record_bytes;
    cell->batch_records = c->batching.records;
    cell->batch_bytes = c->batching.bytes;
    cell->linger_ns = c->batching.linger_ns;
    cell->codec_by_policy = c->codec->policy;
    cell->exact = o->scenario->exact;
}

static void name_cell(const struct trial_order *o, struct trial_cell *cell)
{
    const struct plan_cell *c = o->cell;
    for (int d = 0; d < DIMENSIONS; d++)
        trial_cell_set(cell, (enum dimension)d, c->label[d]);
}

static void name_group(const struct trial_order *o, struct trial_record *r)
{
    r->group = (int64_t)o->cell->group;
    r->reference = o->group->baseline == o->trial->cell;
    (void)snprintf(r->group_label, sizeof r->group_label, "%s", o->group->label);
    (void)snprintf(r->compare, sizeof r->compare, "%s",
                   DIMENSION_NAMES[o->scenario->compare].compare);
}

static void name_topic(const struct trial_options *g, const struct trial_order *o,
                       struct trial_record *r)
{
    if (g->shared_topic != NULL)
        (void)snprintf(r->topic, sizeof r->topic, "%s", g->shared_topic);
    else
        (void)snprintf(r->topic, sizeof r->topic, "%s%s.%llx", g->topic_prefix, o->trial->id,
                       (unsigned long long)clock_wall().ns);
}

void account_identity(const struct trial_order *o, struct trial_record *r)
{
    trial_record_init(r);
    (void)snprintf(r->scenario, sizeof r->scenario, "%s", o->scenario->name);
    name_cell(o, &r->cell);
    note_facts(o, &r->cell);
    name_group(o, r);
    r->cell_index = (int64_t)o->trial->cell;
}

void account_open(const struct trial_options *g, const struct trial_order *o,
                  struct trial_record *r)
{
    account_identity(o, r);
    (void)snprintf(r->run, sizeof r->run, "%s", g->run);
    (void)snprintf(r->trial, sizeof r->trial, "%s", o->trial->id);
    name_topic(g, o, r);
    if (load_by_clock(&o->cell->load) && o->rate_per_s > 0)
        r->load_rate_per_s = o->rate_per_s;
    r->block = o->trial->block;
    r->position = o->trial->position;
    r->started_wall_ns = clock_wall().ns;
    r->broker_started_wall_ns = testbed_started_wall_ns(g->testbed);
    r->seed = o->trial->seed;
    r->validity = TRIAL_VALID;
    (void)codec_spec_format(o->cell->choice, r->codec_effective);
    if (o->cell->choice.codec->has_levels)
        (void)snprintf(r->codec_effective, sizeof r->codec_effective, "%s-%d",
                       o->cell->choice.codec->name, codec_spec_level(o->cell->choice));
    (void)snprintf(r->codec_name, sizeof r->codec_name, "%s", o->cell->choice.codec->name);
    account_library(&o->cell->choice, r->codec_library, sizeof r->codec_library);
    (void)library_version(r->client_library, sizeof r->client_library);
    (void)snprintf(r->broker, sizeof r->broker, "%.*s", RECORD_NAME_MAX - 1,
                   g->testbed->broker_says);
    (void)snprintf(r->use.broker_cpus, sizeof r->use.broker_cpus, "%s", g->testbed->broker_cpus);
    if (o->pool != NULL) {
        r->pool.records = (int64_t)o->pool->records;
        r->pool.distinct = (int64_t)o->pool->distinct;
        r->pool.damaged = (int64_t)o->pool->damaged;
        (void)snprintf(r->pool.damage, sizeof r->pool.damage, "%s", o->pool->damage);
    }
    r->brokers = g->testbed->brokers;
    r->cores = g->testbed->cores;
}
