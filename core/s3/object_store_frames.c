#include "core/s3/object_store_frames.h"

#include "base/crc32c.h"

#include <stdlib.h>

struct packing {
    const struct image_source *image;
    struct spool *spool;
    struct object_reference *r;
    struct codec_work *work; /* owned */
    uint8_t *plain, *packed; /* owned; FRAME_BYTES, and what it can become */
    size_t packed_room;
};

static enum rc no_memory(struct err *e)
{
    return err_set(e, RC_INFRA, "no memory for frames of an image");
}

static enum rc prepare(struct packing *p, struct codec_spec codec, struct err *e)
{
    struct object_reference *r = p->r;
    r->size = p->image->size;
    r->frame_bytes = FRAME_BYTES;
    r->frame_count = 0;
    size_t count = (size_t)((r->size + FRAME_BYTES - 1) / FRAME_BYTES);
    if (count > REFERENCE_FRAMES_MAX)
        return err_set(e, RC_INPUT, "an image of %lld bytes is too large", (long long)r->size);
    p->packed_room = codec.codec->bound(FRAME_BYTES);
    p->plain = malloc(FRAME_BYTES);
    p->packed = malloc(p->packed_room);
    r->frames = calloc(count, sizeof *r->frames);
    if (p->plain == NULL || p->packed == NULL || r->frames == NULL)
        return no_memory(e);
    r->codec = codec;
    return codec.codec->open(codec_spec_level(codec), &p->work, e);
}

static enum rc pack_frame(struct packing *p, struct err *e)
{
    struct object_reference *r = p->r;
    size_t i = r->frame_count;
    size_t packed = 0;
    size_t size = (size_t)object_frame_size(r, i);
    enum rc rc = p->image->read(p->image->ctx, (int64_t)i * FRAME_BYTES, p->plain, size, e);
    if (rc != RC_OK)
        return rc;
    struct span plain = span_of(p->plain, size);
    rc = r->codec.codec->compress(p->work, plain, p->packed, p->packed_room, &packed, e);
    if (rc == RC_OK)
        rc = spool_append(p->spool, span_of(p->packed, packed), e);
    if (rc != RC_OK)
        return rc;
    r->frames[r->frame_count++] = (struct object_frame){(int64_t)packed, crc32c(plain)};
    r->stored_size += (int64_t)packed;
    return RC_OK;
}

/* Not worth the reader's time. The checksums stay what they are. */
static void leave_plain(struct object_reference *r)
{
    r->codec = (struct codec_spec){.codec = codec_find("none")};
    r->stored_size = r->size;
    for (size_t i = 0; i < r->frame_count; i++)
        r->frames[i].stored_size = object_frame_size(r, i);
}

enum rc frames_pack(const struct image_source *image, struct codec_spec codec, struct spool *spool,
                    struct object_reference *r, struct err *e)
{
    struct packing p = {.image = image, .spool = spool, .r = r};
    r->stored_size = 0;
    enum rc rc = prepare(&p, codec, e);
    while (rc == RC_OK && (int64_t)r->frame_count * FRAME_BYTES < r->size)
        rc = pack_frame(&p, e);
    if (rc == RC_OK && r->stored_size >= r->size)
        leave_plain(r);
    codec.codec->close(p.work);
    free(p.packed);
    free(p.plain);
    return rc;
}

/* --- and back --- */

struct unpacking {
    const struct object_reference *r;
    const struct spool *spool;
    struct codec_work *work; /* owned */
    uint8_t *stored, *plain; /* owned; room for the largest frame of either kind */
};

static int64_t largest_stored(const struct object_reference *r)
{
    int64_t most = 1;
    for (size_t i = 0; i < r->frame_count; i++)
        if (r->frames[i].stored_size > most)
            most = r->frames[i].stored_size;
    return most;
}

enum rc frames_check(const struct object_reference *r, struct err *e)
{
    int64_t most = largest_stored(r);
    if (r->frame_bytes <= FRAME_BYTES && most <= (int64_t)r->codec.codec->bound(FRAME_BYTES))
        return RC_OK;
    return err_set(e, RC_INTEGRITY, "image reference: frames of %lld bytes are too large",
                   (long long)(most > r->frame_bytes ? most : r->frame_bytes));
}

static enum rc make_room(struct unpacking *u, struct err *e)
{
    const struct object_reference *r = u->r;
    enum rc rc = frames_check(r, e);
    if (rc != RC_OK)
        return rc;
    u->stored = malloc((size_t)largest_stored(r));
    u->plain = malloc((size_t)r->frame_bytes);
    if (u->stored == NULL || u->plain == NULL)
        return no_memory(e);
    return r->codec.codec->open(codec_spec_level(r->codec), &u->work, e);
}

static enum rc unpack_frame(const struct unpacking *u, size_t i, int64_t at, struct span *out,
                            struct err *e)
{
    const struct object_reference *r = u->r;
    const struct object_frame *f = &r->frames[i];
    struct err why;
    size_t size = 0;
    size_t room = (size_t)object_frame_size(r, i);
    enum rc rc = spool_read(u->spool, at, u->stored, (size_t)f->stored_size, e);
    if (rc != RC_OK)
        return rc;
    struct span stored = span_of(u->stored, (size_t)f->stored_size);
    rc = r->codec.codec->decompress(u->work, stored, u->plain, room, &size, &why);
    if (rc != RC_OK)
        return err_set(e, RC_INTEGRITY, "%s: frame %zu cannot be decompressed: %s", r->key, i,
                       why.text);
    *out = span_of(u->plain, size);
    if (size != room || crc32c(*out) != f->crc32c)
        return err_set(e, RC_INTEGRITY, "%s: frame %zu of %zu is not the one that was stored",
                       r->key, i, r->frame_count);
    return RC_OK;
}

enum rc frames_unpack(const struct object_reference *r, const struct spool *spool,
                      enum rc (*take)(void *to, struct span piece, struct err *e), void *to,
                      struct err *e)
{
    struct unpacking u = {.r = r, .spool = spool};
    int64_t at = 0;
    enum rc rc = make_room(&u, e);
    for (size_t i = 0; rc == RC_OK && i < r->frame_count; i++) {
        struct span piece;
        rc = unpack_frame(&u, i, at, &piece, e);
        if (rc == RC_OK)
            rc = take(to, piece, e);
        at += r->frames[i].stored_size;
    }
    r->codec.codec->close(u.work);
    free(u.plain);
    free(u.stored);
    return rc;
}
