#include "codecs/codec.h"

#include "base/quantity.h"
#include "codecs/codec_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_LIST_TEXT = 256, LEVEL_MARK = '-' };

#define CODEC_ENTRY(row) &(row),
const struct codec *const CODECS[] = {EACH_CODEC(CODEC_ENTRY) NULL};

static const struct codec *find(const char *name, size_t length)
{
    for (size_t i = 0; CODECS[i] != NULL; i++)
        if (strlen(CODECS[i]->name) == length && memcmp(CODECS[i]->name, name, length) == 0)
            return CODECS[i];
    return NULL;
}

const struct codec *codec_find(const char *name)
{
    return find(name, strlen(name));
}

const struct codec *codec_by_kafka_id(int id)
{
    for (size_t i = 0; id >= 0 && CODECS[i] != NULL; i++)
        if (CODECS[i]->kafka_id == id)
            return CODECS[i];
    return NULL;
}

enum rc codec_kafka_check(const struct codec *c, struct err *e)
{
    if (c->kafka_id != CODEC_NOT_KAFKAS)
        return RC_OK;
    return err_set(e, RC_INPUT,
                   "\"%s\": Kafka stores no batches of this codec; `assay codec` measures it",
                   c->name);
}

static enum rc unknown_codec(const char *text, struct err *e)
{
    char names[NAME_LIST_TEXT] = "";
    size_t used = 0;
    for (size_t i = 0; CODECS[i] != NULL && used < sizeof names; i++)
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", i > 0 ? ", " : "",
                                 CODECS[i]->name);
    return err_set(e, RC_INPUT,
                   "\"%.60s\" is not a codec: write one of %s, with a level as in gzip-6 if it has "
                   "levels",
                   text, names);
}

static enum rc parse_level(const struct codec *c, const char *text, const char *digits, int *out,
                           struct err *e)
{
    if (!c->has_levels)
        return err_set(e, RC_INPUT, "\"%.60s\": %s has no levels; write %s", text, c->name,
                       c->name);
    int64_t level = 0;
    if (quantity_int(digits, c->level_min, c->level_max, &level, NULL) != RC_OK)
        return err_set(
            e, RC_INPUT,
            "\"%.60s\": a level of %s is a whole number from %d to %d here (the limits of "
            "librdkafka's compression.level), not \"%.60s\"",
            text, c->name, c->level_min, c->level_max, digits);
    *out = (int)level;
    return RC_OK;
}

enum rc codec_spec_parse(const char *text, struct codec_spec *out, struct err *e)
{
    const char *mark = strchr(text, LEVEL_MARK);
    const struct codec *c = find(text, mark != NULL ? (size_t)(mark - text) : strlen(text));
    if (c == NULL)
        return unknown_codec(text, e);
    struct codec_spec choice = {.codec = c};
    if (mark != NULL) {
        enum rc rc = parse_level(c, text, mark + 1, &choice.level, e);
        if (rc != RC_OK)
            return rc;
        choice.level_given = true;
    }
    *out = choice;
    return RC_OK;
}

char *codec_spec_format(struct codec_spec c, char *text)
{
    if (c.level_given)
        (void)snprintf(text, CODEC_SPEC_TEXT, "%s%c%d", c.codec->name, LEVEL_MARK, c.level);
    else
        (void)snprintf(text, CODEC_SPEC_TEXT, "%s", c.codec->name);
    return text;
}

int codec_spec_level(struct codec_spec c)
{
    return c.level_given ? c.level : c.codec->level_default;
}

double codec_spec_ps_per_byte(struct codec_spec c)
{
    const struct codec_cost *cost = c.codec->costs;
    if (cost == NULL)
        return 0;
    while (codec_spec_level(c) > cost->level && cost[1].level != CODEC_LEVELS_END)
        cost++;
    return cost->ps_per_byte;
}

enum rc codec_sizes_at(const struct codec *c, int level, const struct span *in, size_t count,
                       size_t *sizes, struct err *e)
{
    struct codec_work *work = NULL;
    size_t room = 1;
    for (size_t i = 0; i < count; i++)
        room = c->bound(in[i].size) > room ? c->bound(in[i].size) : room;
    uint8_t *out = malloc(room);
    if (out == NULL)
        return err_set(e, RC_INFRA, "%s: out of memory", c->name);
    enum rc rc = c->open(level, &work, e);
    for (size_t i = 0; rc == RC_OK && i < count; i++)
        rc = c->compress(work, in[i], out, room, &sizes[i], e);
    c->close(work);
    free(out);
    return rc;
}
