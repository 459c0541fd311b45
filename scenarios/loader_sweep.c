/* Reads the lists that sweep: codecs, encodings, sizes, batching and load. */
#define _GNU_SOURCE
#include "scenarios/loader.h"

#include "base/clock.h"
#include "base/quantity.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char POLICY_WORD[] = "policy";

/* Room for count entries of size bytes, or the sentence why not. */
static enum rc sweep_room(const struct field *f, const struct node *n, size_t size, void **out,
                          size_t *out_count, struct err *e)
{
    enum rc rc = field_sweep(f, n, out_count, e);
    if (rc != RC_OK)
        return rc;
    if (*out_count > SWEEP_MAX)
        return node_refuse(n, e, "found %zu entries; expected at most %d", *out_count, SWEEP_MAX);
    *out = calloc(*out_count, size);
    return *out != NULL ? RC_OK : err_set(e, RC_INFRA, "no memory for a scenario");
}

struct numbers {
    int64_t *all;
    size_t count;
};

static enum rc refuse_twin(const struct node *n, const char *label, struct err *e)
{
    return node_refuse(n, e, "found \"%s\" a second time; expected each once", label);
}

/* --- codecs --- */

struct codec_draft {
    struct draft *d;
    const struct node *codec, *level; /* borrowed; NULL: not given */
};

static enum rc keep_codec_name(const struct field *f, const struct node *n, void *into,
                               struct err *e)
{
    (void)f;
    if (n->kind != NODE_TEXT || codec_find(n->text) == NULL) {
        const char *names[SWEEP_MAX];
        size_t count = 0;
        for (; count + 1 < SWEEP_MAX && CODECS[count] != NULL; count++)
            names[count] = CODECS[count]->name;
        names[count] = NULL;
        return field_refuse_word(n, names, e);
    }
    ((struct codec_draft *)into)->codec = n;
    return RC_OK;
}

static enum rc keep_level(const struct field *f, const struct node *n, void *into, struct err *e)
{
    size_t count = 0;
    ((struct codec_draft *)into)->level = n;
    return field_sweep(f, n, &count, e);
}

const struct field CODEC_FIELDS[] = {
    {.name = "codec",
     .takes = "the name of a codec",
     .standard = "must be given",
     .says = "a codec of `assay list codecs`",
     .read = keep_codec_name},
    {.name = "level",
     .takes = "a level the codec has, or a list of levels",
     .standard = "the client's default",
     .says = "each level is an arm of its own",
     .read = keep_level},
    {.name = NULL},
};

enum rc read_codec(const struct node *n, const char *text, struct codec_choice *out, struct err *e)
{
    *out = (struct codec_choice){.policy = strcmp(text, POLICY_WORD) == 0};
    if (!out->policy && (codec_spec_parse(text, &out->choice, e) != RC_OK ||
                         codec_kafka_check(out->choice.codec, e) != RC_OK))
        return node_blame(n, e);
    return RC_OK;
}

static enum rc add_codec(struct draft *d, const struct node *n, const char *text, struct err *e)
{
    struct codec_choice c;
    enum rc rc = read_codec(n, text, &c, e);
    if (rc != RC_OK)
        return rc;
    char label[SCENARIO_LABEL];
    char other[SCENARIO_LABEL];
    (void)codec_choice_label(&c, label);
    for (size_t i = 0; i < d->s.codec_count; i++)
        if (strcmp(label, codec_choice_label(&d->s.codecs[i], other)) == 0)
            return refuse_twin(n, label, e);
    if (d->s.codec_count == SWEEP_MAX)
        return node_refuse(n, e, "found more than %d codecs and levels", SWEEP_MAX);
    d->s.codecs[d->s.codec_count++] = c;
    return RC_OK;
}

static enum rc add_levels(const struct node *map, struct codec_draft *c, struct err *e)
{
    enum rc rc = field_read_all(CODEC_FIELDS, map, c, e);
    if (rc != RC_OK)
        return rc;
    if (c->codec == NULL)
        return node_refuse(map, e, "found no codec; expected {codec: zstd, level: [1, 3]}");
    if (c->level == NULL)
        return add_codec(c->d, c->codec, c->codec->text, e);
    size_t count = c->level->kind == NODE_LIST ? c->level->count : 1;
    for (size_t i = 0; rc == RC_OK && i < count; i++) {
        const struct node *level = field_sweep_at(c->level, i);
        char text[NODE_SHOWN];
        if (level->kind != NODE_TEXT)
            return node_expect(level, e, "a level");
        (void)snprintf(text, sizeof text, "%s-%.60s", c->codec->text, level->text);
        rc = add_codec(c->d, level, text, e);
    }
    return rc;
}

enum rc read_codecs(const struct field *f, const struct node *n, void *into, struct err *e)
{
    struct draft *d = into;
    size_t count = 0;
    enum rc rc = field_sweep(f, n, &count, e);
    if (rc != RC_OK)
        return rc;
    d->s.codecs = calloc(SWEEP_MAX, sizeof *d->s.codecs);
    if (d->s.codecs == NULL)
        return err_set(e, RC_INFRA, "no memory for a scenario");
    for (size_t i = 0; rc == RC_OK && i < count; i++) {
        const struct node *item = field_sweep_at(n, i);
        struct codec_draft c = {.d = d};
        if (item->kind == NODE_MAP)
            rc = add_levels(item, &c, e);
        else if (item->kind == NODE_TEXT && !node_is_nothing(item))
            rc = add_codec(d, item, item->text, e);
        else
            rc = node_expect(item, e, "%s", f->takes);
    }
    return rc;
}

/* --- encodings and sizes --- */

enum rc read_encodings(const struct field *f, const struct node *n, void *into, struct err *e)
{
    struct scenario *s = &((struct draft *)into)->s;
    void *room = NULL;
    size_t count = 0;
    enum rc rc = sweep_room(f, n, sizeof *s->encodings, &room, &count, e);
    assert(rc != RC_OK || room != NULL);
    s->encodings = room;
    static const struct field one = {.name = "encodings", .words = ENCODING_NAMES};
    for (size_t i = 0; rc == RC_OK && i < count; i++) {
        const struct node *item = field_sweep_at(n, i);
        int how = 0;
        rc = field_word(&one, item, &how, e);
        for (size_t j = 0; rc == RC_OK && j < i; j++)
            if ((int)s->encodings[j] == how)
                rc = refuse_twin(item, item->text, e);
        if (rc == RC_OK)
            s->encodings[s->encoding_count++] = (enum encoding)how;
    }
    return rc;
}

enum rc read_natural_size(const struct field *f, const struct node *n, void *into, struct err *e)
{
    if (n->kind == NODE_TEXT && strcmp(n->text, "natural") == 0) {
        int64_t natural = 0;
        memcpy((char *)into + f->at, &natural, sizeof natural);
        return RC_OK;
    }
    return field_size(f, n, into, e);
}

/* Numbers that sweep, each read by one. */
static enum rc read_numbers(const struct field *f, const struct node *n,
                            enum rc (*read)(const struct field *, const struct node *, void *,
                                            struct err *),
                            struct numbers *out, struct err *e)
{
    void *room = NULL;
    size_t count = 0;
    struct field one = *f;
    enum rc rc = sweep_room(f, n, sizeof *out->all, &room, &count, e);
    assert(rc != RC_OK || room != NULL);
    out->all = room;
    one.at = 0;
    for (size_t i = 0; rc == RC_OK && i < count; i++) {
        const struct node *item = field_sweep_at(n, i);
        rc = read(&one, item, &out->all[i], e);
        for (size_t j = 0; rc == RC_OK && j < i; j++)
            if (out->all[j] == out->all[i])
                rc = refuse_twin(item, item->text, e);
        if (rc == RC_OK)
            out->count++;
    }
    return rc;
}

enum rc read_record_bytes(const struct field *f, const struct node *n, void *into, struct err *e)
{
    struct scenario *s = &((struct draft *)into)->s;
    struct numbers sizes = {.all = NULL};
    enum rc rc = read_numbers(f, n, read_natural_size, &sizes, e);
    s->record_bytes = sizes.all;
    s->record_bytes_count = sizes.count;
    return rc;
}

enum rc read_partitions(const struct field *f, const struct node *n, void *into, struct err *e)
{
    struct scenario *s = &((struct draft *)into)->s;
    struct numbers counts = {.all = NULL};
    enum rc rc = read_numbers(f, n, field_count, &counts, e);
    s->partitions = counts.all;
    s->partitions_count = counts.count;
    return rc;
}

/* A cluster of two has no majority when one is away. */
static enum rc read_broker_count(const struct field *f, const struct node *n, void *into,
                                 struct err *e)
{
    bool one = n->kind == NODE_TEXT && strcmp(n->text, "1") == 0;
    bool three = n->kind == NODE_TEXT && strcmp(n->text, "3") == 0;
    if (!one && !three)
        return node_expect(n, e, "%s", f->takes);
    *(int64_t *)into = one ? 1 : 3;
    return RC_OK;
}

enum rc read_brokers(const struct field *f, const struct node *n, void *into, struct err *e)
{
    struct scenario *s = &((struct draft *)into)->s;
    struct numbers counts = {.all = NULL};
    enum rc rc = read_numbers(f, n, read_broker_count, &counts, e);
    s->brokers = counts.all;
    s->brokers_count = counts.count;
    return rc;
}

/* --- batching --- */

const struct field BATCHING_FIELDS[] = {
    {.name = "records",
     .takes = "a count, 1 to 1000000",
     .standard = "10000; no limit when bytes is given",
     .says = "close a batch at so many records (batch.num.messages)",
     .read = field_count,
     .at = offsetof(struct batching, records),
     .lo = 1,
     .hi = BATCH_RECORDS_MAX},
    {.name = "bytes",
     .takes = "a size with unit, 1 B to 2147483647 B",
     .standard = "1 MB; no limit when records is given",
     .says = "or at so many bytes before compression (batch.size)",
     .read = field_size,
     .at = offsetof(struct batching, bytes),
     .lo = 1,
     .hi = BATCH_BYTES_MAX},
    {.name = "linger",
     .takes = "a duration with unit, 0 ms to 900 s",
     .standard = "5 ms",
     .says = "or after so long (linger.ms)",
     .read = field_duration,
     .at = offsetof(struct batching, linger_ns),
     .lo = 0,
     .hi = 900LL * NS_PER_S},
    {.name = NULL},
};

enum rc read_batching(const struct node *n, struct batching *b, struct err *e)
{
    *b = (struct batching){.records = -1, .bytes = -1, .linger_ns = -1};
    enum rc rc = field_read_all(BATCHING_FIELDS, n, b, e);
    if (rc != RC_OK)
        return rc;
    bool records = b->records >= 0;
    bool bytes = b->bytes >= 0;
    if (!records)
        b->records = bytes ? BATCH_RECORDS_MAX : SCENARIO_BATCH_RECORDS;
    if (!bytes)
        b->bytes = records ? BATCH_BYTES_MAX : SCENARIO_BATCH_BYTES;
    if (b->linger_ns < 0)
        b->linger_ns = SCENARIO_LINGER_NS;
    return RC_OK;
}

enum rc read_batchings(const struct field *f, const struct node *n, void *into, struct err *e)
{
    struct scenario *s = &((struct draft *)into)->s;
    void *room = NULL;
    size_t count = 0;
    enum rc rc = sweep_room(f, n, sizeof *s->batchings, &room, &count, e);
    assert(rc != RC_OK || room != NULL);
    s->batchings = room;
    for (size_t i = 0; rc == RC_OK && i < count; i++) {
        const struct node *item = field_sweep_at(n, i);
        char label[SCENARIO_LABEL];
        rc = read_batching(item, &s->batchings[i], e);
        for (size_t j = 0; rc == RC_OK && j < i; j++)
            if (memcmp(&s->batchings[j], &s->batchings[i], sizeof s->batchings[i]) == 0)
                rc = refuse_twin(item, batching_label(&s->batchings[i], label), e);
        if (rc == RC_OK)
            s->batching_count++;
    }
    return rc;
}

/* --- load --- */

enum rc read_loads(const struct field *f, const struct node *n, void *into, struct err *e)
{
    struct scenario *s = &((struct draft *)into)->s;
    void *room = NULL;
    size_t count = 0;
    enum rc rc = sweep_room(f, n, sizeof *s->loads, &room, &count, e);
    assert(rc != RC_OK || room != NULL);
    s->loads = room;
    for (size_t i = 0; rc == RC_OK && i < count; i++) {
        const struct node *item = field_sweep_at(n, i);
        char label[SCENARIO_LABEL];
        char other[SCENARIO_LABEL];
        s->load_count = i + 1;
        rc = read_load(f, into, item, &s->loads[i], e);
        if (rc == RC_OK)
            (void)load_label(&s->loads[i], label);
        for (size_t j = 0; rc == RC_OK && j < i; j++)
            if (strcmp(label, load_label(&s->loads[j], other)) == 0)
                rc = refuse_twin(item, label, e);
    }
    return rc;
}
