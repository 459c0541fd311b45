#include "core/log/stored_level.h"

#include <stdlib.h>

enum { GZIP_ID = 1, GZIP_EXTRA_FLAGS = 8 }; /* its place in the header of a gzip member */

void stored_levels_init(struct stored_levels *l)
{
    *l = (struct stored_levels){0};
    stored_decoder_init(&l->decoder, STORED_BODY_MAX);
    for (int id = 0; id < STORED_CODEC_IDS; id++)
        for (int i = 0; i < STORED_LEVEL_BATCHES; i++)
            buf_init(&l->of[id].bodies[i], STORED_BODY_MAX);
}

void stored_levels_release(struct stored_levels *l)
{
    if (l == NULL)
        return;
    stored_decoder_release(&l->decoder);
    for (int id = 0; id < STORED_CODEC_IDS; id++)
        for (int i = 0; i < STORED_LEVEL_BATCHES; i++)
            buf_release(&l->of[id].bodies[i]);
}

static void note_gzip(struct codec_levels *c, struct span stored)
{
    int flags = stored.size > GZIP_EXTRA_FLAGS ? stored.data[GZIP_EXTRA_FLAGS] : 0;
    if (c->batches == 0)
        c->gzip_extra_flags = flags;
    else if (c->gzip_extra_flags != flags)
        c->gzip_extra_flags = -1;
}

static bool takes_more(const struct codec_levels *c)
{
    size_t kept = 0;
    for (int64_t i = 0; i < c->batches; i++)
        kept += c->bodies[i].size;
    return c->batches < STORED_LEVEL_BATCHES && kept < STORED_LEVEL_BYTES;
}

enum rc stored_levels_add(struct stored_levels *l, const struct stored_batch *b, struct err *e)
{
    const struct codec *codec = codec_by_kafka_id(b->codec_id);
    struct codec_levels *c = &l->of[b->codec_id];
    if (codec == NULL || codec->manners == NULL || b->control || b->body.size == 0 ||
        !takes_more(c))
        return RC_OK;
    struct stored_body counted;
    enum rc rc = stored_decoder_read(&l->decoder, b, &counted, e);
    if (rc == RC_OK)
        rc = buf_append(&c->bodies[c->batches], l->decoder.body.data, l->decoder.body.size, e);
    if (rc != RC_OK)
        return rc;
    c->codec = codec;
    if (b->codec_id == GZIP_ID)
        note_gzip(c, b->body);
    c->stored[c->batches++] = b->body.size;
    c->stored_bytes += (int64_t)b->body.size;
    return RC_OK;
}

/* How near a level of a manner comes to all batches. */
static enum rc fit(const struct codec_levels *c, const struct codec_manner *m, int level,
                   struct level_fit *out, struct err *e)
{
    struct span bodies[STORED_LEVEL_BATCHES];
    size_t sizes[STORED_LEVEL_BATCHES] = {0};
    for (int64_t i = 0; i < c->batches; i++)
        bodies[i] = buf_span(&c->bodies[i]);
    *out = (struct level_fit){.manner = m->says, .level = level};
    enum rc rc = m->sizes(level, bodies, (size_t)c->batches, sizes, e);
    if (rc != RC_OK)
        return err_wrap(e, "compressing stored batches once more, %s-%d", c->codec->name, level);
    for (int64_t i = 0; i < c->batches; i++) {
        out->bytes += (int64_t)sizes[i];
        out->off += llabs((long long)sizes[i] - (long long)c->stored[i]);
    }
    return RC_OK;
}

static enum rc fit_all(struct codec_levels *c, struct err *e)
{
    enum rc rc = RC_OK;
    for (const struct codec_manner *m = c->codec->manners; m->says != NULL; m++)
        for (int level = m->level_min; rc == RC_OK && level <= m->level_max; level++)
            if (c->fit_count < STORED_LEVEL_FITS)
                rc = fit(c, m, level, &c->fits[c->fit_count++], e);
    return rc;
}

/* Nearest first; among equals the order of the tables, which the level within a manner gives. */
static int by_distance(const void *a, const void *b)
{
    const struct level_fit *x = a, *y = b;
    if (x->off != y->off)
        return x->off < y->off ? -1 : 1;
    return x->level < y->level ? -1 : x->level > y->level;
}

enum rc stored_levels_rank(struct stored_levels *l, struct err *e)
{
    enum rc rc = RC_OK;
    for (struct codec_levels *c = l->of; rc == RC_OK && c < l->of + STORED_CODEC_IDS; c++) {
        if (c->batches > 0)
            rc = fit_all(c, e);
        qsort(c->fits, c->fit_count, sizeof c->fits[0], by_distance);
    }
    return rc;
}

size_t codec_levels_nearest(const struct codec_levels *c)
{
    enum { ONE_IN = 200 };
    int64_t most = c->fits[0].off == 0 ? 0 : c->stored_bytes / ONE_IN;
    size_t n = 1;
    while (n < c->fit_count && (c->fits[n].off <= most || c->fits[n].off == c->fits[0].off))
        n++;
    return n;
}
