#include "bench/workload/records/stored_proof.h"

#include "bench/trial/account.h"
#include "bench/trial/sabotage.h"
#include "bench/workload/records/topic.h"
#include "core/log/stored.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What was stored must be what was asked for, or none where compression gained nothing. */
static void judge_codec(const struct stored_summary *s, const struct records_spec *spec,
                        struct trial_record *r)
{
    struct err ignored;
    struct codec_spec asked;
    size_t row = 0;
    if (codec_spec_parse(spec->codec, &asked, &ignored) != RC_OK)
        return;
    for (int id = 0; id < STORED_CODEC_IDS; id++) {
        const struct stored_count *c = &s->codec[id];
        if (c->batches == 0)
            continue;
        (void)snprintf(r->stored[row].codec, sizeof r->stored[row].codec, "%s",
                       stored_codec_name(id));
        r->stored[row].batches = c->batches;
        r->stored[row].bytes = c->stored_bytes;
        row++;
        bool by_topic = spec->topics > 0 && spec->sabotage != SABOTAGE_CODEC &&
                        strcmp(stored_codec_name(id), IMAGE_TOPIC_TABLE[0].compression) == 0;
        if (id != asked.codec->kafka_id && id != 0 && !by_topic)
            account_hurt(r, "%lld of %lld batches are stored with %s, not with %s",
                         (long long)c->batches, (long long)s->all.batches, stored_codec_name(id),
                         asked.codec->name);
    }
}

static void add_summary(struct stored_summary *sum, const struct stored_summary *s)
{
    for (int id = 0; id < STORED_CODEC_IDS; id++) {
        sum->codec[id].batches += s->codec[id].batches;
        sum->codec[id].stored_bytes += s->codec[id].stored_bytes;
    }
    sum->all.batches += s->all.batches;
    sum->all.stored_bytes += s->all.stored_bytes;
    sum->straddling.batches += s->straddling.batches;
    sum->complete = sum->complete && s->complete;
    if (s->evidence == STORED_EVIDENCE_NONE || sum->evidence == STORED_EVIDENCE_NONE)
        sum->evidence = STORED_EVIDENCE_NONE;
    else
        sum->evidence = s->evidence;
}

/* The stored batches of one of the topics. ranges: room for its partitions. */
static enum rc read_topic(const struct flow *f, size_t i, struct stored_range *ranges,
                          struct stored_summary *out, struct err *e)
{
    const struct records_spec *spec = records_spec_of(f);
    char name[TOPIC_NAME_MAX];
    int32_t first = topic_first(spec, i), count = topic_partitions(spec, i);
    for (int32_t p = 0; p < count; p++)
        ranges[p] = (struct stored_range){.partition = p,
                                          .from = records_start_offsets(spec)[first + p],
                                          .to = records_end_offsets(spec)[first + p]};
    struct stored_question q = {.topic = name,
                                .ranges = ranges,
                                .range_count = (size_t)count,
                                .log_dir = f->g->testbed->log_folder,
                                .cluster = f->g->cluster};
    enum rc rc = topic_name(spec->topic, spec->topics > 0, i, name, e);
    if (rc == RC_OK)
        rc = testbed_find_segments(f->g->testbed, name, ranges, (size_t)count, e);
    return rc == RC_OK ? stored_batches(&q, out, e) : rc;
}

/* The stored batches of all topics of the flow. */
static enum rc read_topics(const struct flow *f, struct stored_summary *sum, struct err *e)
{
    const struct records_spec *spec = records_spec_of(f);
    struct stored_range *ranges = calloc((size_t)spec->partitions, sizeof *ranges);
    enum rc rc = ranges != NULL
                     ? RC_OK
                     : err_set(e, RC_INFRA, "no memory for %d partitions", (int)spec->partitions);
    for (size_t i = 0; rc == RC_OK && i < topic_count(spec); i++) {
        struct stored_summary s;
        rc = read_topic(f, i, ranges, &s, e);
        if (rc == RC_OK && i == 0)
            *sum = s;
        else if (rc == RC_OK)
            add_summary(sum, &s);
    }
    free(ranges);
    return rc;
}

enum rc stored_proof(const struct flow *f, struct err *e)
{
    struct stored_summary s = {.evidence = STORED_EVIDENCE_NONE};
    struct trial_record *r = &f->out->record;
    (void)snprintf(r->codec_evidence, sizeof r->codec_evidence, "producer");
    if (records_spec_of(f)->mixed) /* nobody can tell which flow's records a batch holds */
        return RC_OK;
    enum rc rc = read_topics(f, &s, e);
    if (rc != RC_OK || s.evidence == STORED_EVIDENCE_NONE || !s.complete)
        return rc;
    (void)snprintf(r->codec_evidence, sizeof r->codec_evidence, "%s",
                   STORED_EVIDENCE_NAMES[s.evidence]);
    judge_codec(&s, records_spec_of(f), r);
    if (r->delivery.outcome[OUTCOME_FOREIGN] > 0 || s.straddling.batches > 0)
        return RC_OK; /* a topic shared with others: their bytes are not ours to count */
    r->bytes.batches = s.all.batches;
    r->bytes.stored = s.all.stored_bytes;
    int64_t objects = r->bytes.objects > 0 ? r->bytes.objects : 0;
    if (s.all.stored_bytes > 0)
        r->ratio = (double)r->bytes.payload / (double)(s.all.stored_bytes + objects);
    return RC_OK;
}
