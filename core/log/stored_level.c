#include "core/log/stored_level.h"

#include <stdlib.h>

enum { GZIP_ID = 1, GZIP_EXTRA_FLAGS = 8 }; /* its place in the header of a gzip member */

void stored_levels_init(struct stored_levels *l)
{
    *l = (struct stored_levels){0};
    stored_decoder_init(&l->decoder, STORED_BODY_MAX);
}

void stored_levels_release(struct stored_levels *l)
{
    if (l != NULL)
        stored_decoder_release(&l->decoder);
}

static struct level_fit *next_fit(struct codec_levels *c, size_t at)
{
    if (at >= STORED_LEVEL_FITS)
        return NULL;
    if (at == c->fit_count)
        c->fit_count++;
    return &c->fits[at];
}

/* Adds one batch to every level of every manner; the order of the fits is that of the tables. */
static enum rc compare(struct codec_levels *c, struct span body, size_t stored, struct err *e)
{
    size_t at = 0;
    for (const struct codec_manner *m = c->codec->manners; m->says != NULL; m++)
        for (int level = m->level_min; level <= m->level_max; level++) {
            struct level_fit *fit = next_fit(c, at++);
            size_t size = 0;
            enum rc rc = fit != NULL ? m->size(level, body, &size, e) : RC_OK;
            if (rc != RC_OK)
                return err_wrap(e, "compressing a stored batch once more, %s-%d", c->codec->name,
                                level);
            if (fit == NULL)
                return RC_OK;
            fit->manner = m->says;
            fit->level = level;
            fit->bytes += (int64_t)size;
            fit->off += size > stored ? (int64_t)(size - stored) : (int64_t)(stored - size);
        }
    return RC_OK;
}

static void note_gzip(struct codec_levels *c, struct span stored)
{
    int flags = stored.size > GZIP_EXTRA_FLAGS ? stored.data[GZIP_EXTRA_FLAGS] : 0;
    if (c->batches == 0)
        c->gzip_extra_flags = flags;
    else if (c->gzip_extra_flags != flags)
        c->gzip_extra_flags = -1;
}

enum rc stored_levels_add(struct stored_levels *l, const struct stored_batch *b, struct err *e)
{
    const struct codec *codec = codec_by_kafka_id(b->codec_id);
    struct codec_levels *c = &l->of[b->codec_id];
    if (codec == NULL || codec->manners == NULL || b->control || b->body.size == 0 ||
        c->batches >= STORED_LEVEL_BATCHES)
        return RC_OK;
    struct stored_body counted;
    enum rc rc = stored_decoder_read(&l->decoder, b, &counted, e);
    if (rc != RC_OK)
        return rc;
    c->codec = codec;
    if (b->codec_id == GZIP_ID)
        note_gzip(c, b->body);
    rc = compare(c, buf_span(&l->decoder.body), b->body.size, e);
    c->batches++;
    c->stored_bytes += (int64_t)b->body.size;
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

void stored_levels_rank(struct stored_levels *l)
{
    for (int id = 0; id < STORED_CODEC_IDS; id++)
        qsort(l->of[id].fits, l->of[id].fit_count, sizeof l->of[id].fits[0], by_distance);
}
