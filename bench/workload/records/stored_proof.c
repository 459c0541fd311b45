#include "bench/workload/records/stored_proof.h"

#include "base/clock.h"
#include "bench/measure/stored_join.h"
#include "bench/trial/account.h"
#include "bench/trial/sabotage.h"
#include "bench/workload/records/topic.h"
#include "core/log/stored.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct proof {
    const struct flow *f;
    const struct records_spec *spec;
    const struct records_state *state;
    struct trial_record *record;
    struct stored_join join;
    struct topic_rules rules[IMAGE_TOPICS]; /* of each topic, as they are now */
    int32_t first;                          /* number of the first partition that is read */
    enum stored_evidence evidence;
};

/* ": the topic's compression.type is gzip"; "" for TOPIC_RULES. Returns text (RECORD_WHY_MAX). */
static const char *blame(const struct topic_rules *r, enum topic_rule rule, char *text)
{
    text[0] = '\0';
    if (rule != TOPIC_RULES)
        (void)snprintf(text, RECORD_WHY_MAX, ": the topic's %s is %s", TOPIC_RULE_KEYS[rule],
                       r->value[rule]);
    return text;
}

/* What was stored must be what was asked for, or none where compression gained nothing. */
static void judge_codec(const struct proof *p)
{
    struct err ignored;
    struct codec_spec asked;
    size_t row = 0;
    char why[RECORD_WHY_MAX];
    struct trial_record *r = p->record;
    if (codec_spec_parse(p->spec->codec, &asked, &ignored) != RC_OK)
        return;
    bool by_topic = p->spec->topics > 0 && p->spec->sabotage != SABOTAGE_CODEC;
    bool anew = !by_topic && topic_rules_recompress(&p->rules[0], asked.codec->name);
    (void)blame(&p->rules[0], anew ? TOPIC_COMPRESSION : TOPIC_RULES, why);
    for (int id = 0; id < STORED_CODEC_IDS; id++) {
        const struct stored_join_count *c = &p->join.codec[id];
        const char *name = stored_codec_name(id);
        if (c->batches == 0)
            continue;
        (void)snprintf(r->stored[row].codec, sizeof r->stored[row].codec, "%s", name);
        r->stored[row].batches = c->batches;
        r->stored[row].bytes = c->bytes;
        row++;
        bool fits = id == asked.codec->kafka_id || (id == 0 && !anew) ||
                    (by_topic && strcmp(name, IMAGE_TOPIC_TABLE[0].compression) == 0);
        if (!fits)
            account_hurt(r, "%lld of %lld batches are stored with %s, not with %s%.300s",
                         (long long)c->batches, (long long)p->join.all.batches, name,
                         asked.codec->name, why);
    }
}

static enum rc on_batch(void *ctx, int32_t partition, const struct stored_batch *b, struct err *e)
{
    struct proof *p = ctx;
    (void)e;
    stored_join_add(&p->join, p->first + partition, b);
    return RC_OK;
}

static void judge_rules(const struct proof *p, size_t topic)
{
    const struct topic_rules *before = &p->state->rules[topic], *now = &p->rules[topic];
    enum topic_rule changed = topic_rules_changed(before, now);
    if (changed != TOPIC_RULES)
        account_void(p->record, "the topic's %s was changed from %s to %s while the trial ran",
                     TOPIC_RULE_KEYS[changed], before->value[changed], now->value[changed]);
}

/* The stored batches of one of the topics. ranges: room for its partitions. */
static enum rc read_topic(struct proof *p, size_t i, struct stored_range *ranges, struct err *e)
{
    const struct trial_options *g = p->f->g;
    char name[TOPIC_NAME_MAX];
    struct stored_summary s;
    int32_t count = topic_partitions(p->spec, i);
    p->first = topic_first(p->spec, i);
    for (int32_t n = 0; n < count; n++)
        ranges[n] = (struct stored_range){
            .partition = n, .from = p->join.from[p->first + n], .to = p->join.to[p->first + n]};
    struct stored_question q = {.topic = name,
                                .ranges = ranges,
                                .range_count = (size_t)count,
                                .log_dir = g->testbed->log_folder,
                                .cluster = g->cluster,
                                .on_batch = on_batch,
                                .ctx = p};
    enum rc rc = topic_name(p->spec->topic, p->spec->topics > 0, i, name, e);
    if (rc == RC_OK)
        rc = testbed_find_segments(g->testbed, name, ranges, (size_t)count, e);
    if (rc == RC_OK)
        rc = stored_batches(&q, &s, e);
    if (rc != RC_OK)
        return rc;
    p->evidence = s.evidence;
    topic_rules_read(g->testbed->admin, name, &p->rules[i]);
    judge_rules(p, i);
    return RC_OK;
}

/* The stored batches of all topics of the flow; STORED_EVIDENCE_NONE when one cannot be read. */
static enum rc read_topics(struct proof *p, struct err *e)
{
    struct stored_range *ranges = calloc((size_t)p->spec->partitions, sizeof *ranges);
    enum rc rc = RC_OK;
    if (ranges == NULL)
        rc = err_set(e, RC_INFRA, "no memory for %d partitions", (int)p->spec->partitions);
    for (size_t i = 0; rc == RC_OK && i < topic_count(p->spec); i++) {
        rc = read_topic(p, i, ranges, e);
        if (p->evidence == STORED_EVIDENCE_NONE)
            break;
    }
    free(ranges);
    return rc;
}

/* Whether the log still holds every record of the flow that it acknowledged. */
static bool log_is_whole(const struct proof *p)
{
    char why[RECORD_WHY_MAX];
    const struct stored_join *j = &p->join;
    if (j->held == j->expected)
        return true;
    int64_t age_ns = clock_wall().ns - p->record->started_wall_ns;
    (void)snprintf(why, sizeof why, ": others were deleted while the trial ran");
    for (size_t i = 0; i < topic_count(p->spec); i++) {
        enum topic_rule rule = topic_rules_remove(&p->rules[i], age_ns);
        if (rule != TOPIC_RULES)
            (void)blame(&p->rules[i], rule, why);
    }
    account_void(p->record, "the log holds %lld of %lld acknowledged records%.300s",
                 (long long)j->held, (long long)j->expected, why);
    return false;
}

static void judge(const struct proof *p)
{
    struct trial_record *r = p->record;
    (void)snprintf(r->codec_evidence, sizeof r->codec_evidence, "%s",
                   STORED_EVIDENCE_NAMES[p->evidence]);
    judge_codec(p);
    if (!log_is_whole(p) || p->join.mixed > 0)
        return;
    r->bytes.batches = p->join.all.batches;
    r->bytes.stored = p->join.all.bytes;
    int64_t objects = r->bytes.objects > 0 ? r->bytes.objects : 0;
    if (r->bytes.stored > 0)
        r->ratio = (double)r->bytes.payload / (double)(r->bytes.stored + objects);
}

enum rc stored_proof(const struct flow *f, const struct ledger *l, struct err *e)
{
    struct proof p = {.f = f,
                      .spec = records_spec_of(f),
                      .state = f->state,
                      .record = &f->out->record,
                      .evidence = STORED_EVIDENCE_NONE};
    (void)snprintf(p.record->codec_evidence, sizeof p.record->codec_evidence, "producer");
    enum rc rc = stored_join_open(&p.join, p.spec->partitions, records_start_offsets(p.spec),
                                  records_end_offsets(p.spec), e);
    bool told =
        rc == RC_OK && stored_join_mark(&p.join, l, p.record->delivery.outcome[OUTCOME_FOREIGN]);
    if (told)
        rc = read_topics(&p, e);
    if (rc == RC_OK && p.evidence != STORED_EVIDENCE_NONE)
        judge(&p);
    stored_join_release(&p.join);
    return rc;
}
