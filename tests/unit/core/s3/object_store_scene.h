/*
 * A store on a real S3 server, images for it, and what is expected of what comes back; for tests of
 * the object store. A program without a server skips every test: WITH_SERVER begins each, and
 * need_server sets each up (the one before may have killed the server).
 */
#ifndef ASSAY_TESTS_UNIT_OBJECT_STORE_SCENE_H
#define ASSAY_TESTS_UNIT_OBJECT_STORE_SCENE_H

#include "base/rng.h"
#include "core/s3/object_store.h"
#include "tests/unit/core/s3/s3_server.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* One server for all; without one every test is skipped. */
static struct s3_server server;
static bool there;

enum { MEDIUM = 20 << 20, FRAME_TEST = 8 << 20 };

struct image {
    struct span bytes;
    int64_t fail_at; /* reading beyond fails; 0: never */
    void (*on_read)(int64_t offset);
};

static inline enum rc read_image(void *ctx, int64_t offset, void *out, size_t size, struct err *e)
{
    const struct image *i = ctx;
    if (i->on_read != NULL)
        i->on_read(offset);
    if (i->fail_at > 0 && offset + (int64_t)size > i->fail_at)
        return err_set(e, RC_INTEGRITY, "the file shrank");
    memcpy(out, i->bytes.data + offset, size);
    return RC_OK;
}

static inline struct image_source source_of(struct image *i)
{
    return (struct image_source){.read = read_image, .ctx = i, .size = (int64_t)i->bytes.size};
}

/* Half noise, half repetition: gzip and zstd shrink it, and no two frames are alike. */
static inline struct image make_image(size_t size, uint64_t seed)
{
    struct rng r;
    uint8_t *bytes = malloc(size);
    assert_non_null(bytes);
    rng_init(&r, seed, 0);
    for (size_t i = 0; i < size; i++)
        bytes[i] = i % 128 < 64 ? (uint8_t)(i / 128) : (uint8_t)rng_u64(&r);
    return (struct image){.bytes = span_of(bytes, size)};
}

static inline void free_image(struct image *i)
{
    union {
        const uint8_t *in;
        uint8_t *out;
    } bytes = {.in = i->bytes.data};
    free(bytes.out);
}

static inline enum rc collect(void *to, struct span piece, struct err *e)
{
    return buf_append(to, piece.data, piece.size, e);
}

static inline struct s3_store *open_store(void (*change)(struct object_store_config *c))
{
    struct err e = {0};
    struct object_store_config c;
    struct s3_store *s = NULL;
    s3_server_config(&server, &c);
    if (change != NULL)
        change(&c);
    if (s3_store_open(&c, &s, &e) != RC_OK)
        fail_msg("%s", e.text);
    return s;
}

static inline void close_store(struct s3_store *s)
{
    struct err e = {0};
    if (s3_store_close(s, &e) != RC_OK)
        fail_msg("%s", e.text);
}

static inline struct buf put_image(struct s3_store *s, struct image *i)
{
    struct err e = {0};
    struct buf reference;
    struct image_source source = source_of(i);
    struct object_store store = s3_store_ops(s);
    buf_init(&reference, 1 << 20);
    if (store.ops->put(store.ctx, &source, NULL, &reference, &e) != RC_OK)
        fail_msg("%s", e.text);
    return reference;
}

static inline void expect_image(struct s3_store *s, const struct buf *reference,
                                const struct image *i, bool by_url)
{
    struct err e = {0};
    struct buf got;
    struct object_store store = s3_store_ops(s);
    buf_init(&got, i->bytes.size + 1);
    enum rc rc = by_url ? s3_store_get_by_url(s, buf_span(reference), collect, &got, &e)
                        : store.ops->get(store.ctx, buf_span(reference), collect, &got, &e);
    if (rc != RC_OK)
        fail_msg("%s", e.text);
    assert_int_equal(got.size, i->bytes.size);
    assert_memory_equal(got.data, i->bytes.data, got.size);
    buf_release(&got);
}

/* Fetching must fail with this kind and these words, and hand out nothing. */
static inline void expect_no_image(struct s3_store *s, const struct buf *reference, bool by_url,
                                   enum rc want, const char *words)
{
    struct err e = {0};
    struct buf got;
    struct object_store store = s3_store_ops(s);
    buf_init(&got, 64 << 20);
    enum rc rc = by_url ? s3_store_get_by_url(s, buf_span(reference), collect, &got, &e)
                        : store.ops->get(store.ctx, buf_span(reference), collect, &got, &e);
    if (strstr(e.text, words) == NULL)
        fail_msg("found \"%s\"; expected \"…%s…\"", e.text, words);
    assert_int_equal(rc, want);
    assert_int_equal(got.size, 0);
    buf_release(&got);
}

static inline void remove_it(struct s3_store *s, const struct buf *reference)
{
    struct err e = {0};
    struct object_store store = s3_store_ops(s);
    if (store.ops->remove(store.ctx, buf_span(reference), &e) != RC_OK)
        fail_msg("%s", e.text);
}

static inline int start(void **state)
{
    struct err e = {0};
    (void)state;
    there = s3_server_open(&server);
    if (!there) {
        print_message("SKIPPED: no versitygw; scripts/setup test builds one, or set VERSITYGW\n");
        return 0;
    }
    struct s3_store *s = open_store(NULL);
    if (s3_store_make_bucket(s, &e) != RC_OK) {
        print_error("%s\n", e.text);
        return -1;
    }
    close_store(s);
    return 0;
}

static inline int stop(void **state)
{
    (void)state;
    if (there)
        s3_server_close(&server);
    return 0;
}

static inline int need_server(void **state)
{
    (void)state;
    if (there && server.pid == 0)
        there = s3_server_start(&server);
    return 0;
}
#define WITH_SERVER                                                                                \
    (void)state;                                                                                   \
    if (!there)                                                                                    \
    skip()

static inline void use_none(struct object_store_config *c)
{
    struct err e;
    assert_int_equal(codec_spec_parse("none", &c->codec, &e), RC_OK);
}
static inline void use_parts(struct object_store_config *c)
{
    c->multipart_bytes = 1000000;
    c->part_bytes = 5 << 20;
    use_none(c);
}

#endif
