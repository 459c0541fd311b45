/*
 * The containers themselves: what each codec writes is read by its library directly and carries the
 * parameters Kafka's clients use; what other clients write is read by the codec.
 */
#define ZLIB_CONST
#include "base/rng.h"
#include "codecs/codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <lz4frame.h>
#include <snappy-c.h>
#include <zlib.h>
#include <zstd.h>

enum { BIG = 300000, ROOM = 1000000 };

/* What the tests compress: slowly changing numbers as text, so that blocks resemble each other. */
struct container_sample {
    struct codec_work *w;
    const struct codec *c;
    uint8_t *plain;  /* BIG bytes */
    uint8_t *packed; /* ROOM bytes */
    size_t packed_size;
    uint8_t *back; /* ROOM bytes */
};

static struct container_sample sample_open(const char *name)
{
    struct container_sample s = {
        .c = codec_find(name), .plain = malloc(BIG), .packed = malloc(ROOM), .back = malloc(ROOM)};
    struct err e = {0};
    assert_non_null(s.c);
    assert_int_equal(s.c->open(s.c->level_default, &s.w, &e), RC_OK);
    struct rng r;
    rng_init(&r, 3, 0);
    for (size_t i = 0; i < BIG; i++)
        s.plain[i] = (uint8_t)(i % 8 == 7 ? ',' : '0' + rng_below(&r, i % 8 < 4 ? 2 : 10));
    return s;
}

static void sample_release(struct container_sample *s)
{
    s->c->close(s->w);
    free(s->plain);
    free(s->packed);
    free(s->back);
}

static void compress_sample(struct container_sample *s)
{
    struct err e = {0};
    struct span in = span_of(s->plain, BIG);
    assert_int_equal(s->c->compress(s->w, in, s->packed, ROOM, &s->packed_size, &e), RC_OK);
}

/* Decompressing packed must give the plain bytes, once or twice over. */
static void assert_reads(struct container_sample *s, size_t times)
{
    struct err e = {0};
    size_t size = 0;
    struct span in = span_of(s->packed, s->packed_size);
    assert_int_equal(s->c->decompress(s->w, in, s->back, BIG * times, &size, &e), RC_OK);
    assert_int_equal(size, BIG * times);
    for (size_t i = 0; i < times; i++)
        assert_memory_equal(s->back + i * BIG, s->plain, BIG);
}

static void assert_refuses(struct container_sample *s, size_t room, const char *says)
{
    struct err e = {0};
    size_t size = 0;
    struct span in = span_of(s->packed, s->packed_size);
    assert_int_equal(s->c->decompress(s->w, in, s->back, room, &size, &e), RC_INPUT);
    assert_non_null(strstr(e.text, says));
}

static void gzip_is_the_member_zlib_writes(void **state)
{
    (void)state;
    struct container_sample s = sample_open("gzip");
    compress_sample(&s);
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, 0), Z_OK);
    z.next_in = s.plain;
    z.avail_in = BIG;
    z.next_out = s.back;
    z.avail_out = ROOM;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    assert_int_equal(z.total_out, s.packed_size);
    assert_memory_equal(s.back, s.packed, s.packed_size);
    assert_int_equal(deflateEnd(&z), Z_OK);
    assert_int_equal(s.packed[0], 0x1f);
    assert_int_equal(s.packed[1], 0x8b);
    sample_release(&s);
}

static void gzip_reads_members_end_to_end_and_refuses_zlib(void **state)
{
    (void)state;
    struct container_sample s = sample_open("gzip");
    compress_sample(&s);
    memcpy(s.packed + s.packed_size, s.packed, s.packed_size);
    s.packed_size *= 2;
    assert_reads(&s, 2);
    assert_refuses(&s, BIG, "more than the 300000 bytes of room");
    uLongf size = ROOM;
    assert_int_equal(compress(s.packed, &size, s.plain, BIG), Z_OK); /* no gzip header */
    s.packed_size = size;
    assert_refuses(&s, BIG, "incorrect header check");
    sample_release(&s);
}

static void snappy_is_raw(void **state)
{
    (void)state;
    struct container_sample s = sample_open("snappy");
    compress_sample(&s);
    size_t size = ROOM;
    snappy_status status =
        snappy_uncompress((const char *)s.packed, s.packed_size, (char *)s.back, &size);
    assert_int_equal(status, SNAPPY_OK);
    assert_int_equal(size, BIG);
    assert_memory_equal(s.back, s.plain, BIG);
    sample_release(&s);
}

static void put_be32(uint8_t *at, size_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> (24 - 8 * i));
}

/* A stream as snappy-java's SnappyOutputStream writes it, in blocks of block bytes. */
static size_t java_stream(const struct container_sample *s, size_t block, uint8_t *out)
{
    static const uint8_t header[] = {0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0, 0, 0, 0, 1, 0, 0, 0, 1};
    memcpy(out, header, sizeof header);
    size_t used = sizeof header;
    for (size_t at = 0; at < BIG; at += block) {
        size_t n = BIG - at < block ? BIG - at : block;
        size_t size = ROOM - used;
        assert_int_equal(
            snappy_compress((const char *)s->plain + at, n, (char *)out + used + 4, &size),
            SNAPPY_OK);
        put_be32(out + used, size);
        used += 4 + size;
    }
    return used;
}

static void snappy_reads_the_framing_of_java(void **state)
{
    (void)state;
    struct container_sample s = sample_open("snappy");
    s.packed_size = java_stream(&s, 32768, s.packed);
    assert_reads(&s, 1);
    assert_refuses(&s, BIG - 1, "room");
    size_t once = s.packed_size;
    s.packed_size += java_stream(&s, 1000, s.packed + once);
    assert_reads(&s, 2); /* two streams end to end, the header repeated */
    s.packed_size = once - 1;
    assert_refuses(&s, BIG, "cut short");
    s.packed_size = 16 + 3;
    assert_refuses(&s, BIG, "cut short");
    put_be32(s.packed + 16, UINT32_MAX);
    s.packed_size = once;
    assert_refuses(&s, BIG, "cut short");
    sample_release(&s);
}

static void lz4_is_a_frame_of_independent_64_kb_blocks(void **state)
{
    (void)state;
    struct container_sample s = sample_open("lz4");
    compress_sample(&s);
    LZ4F_dctx *d = NULL;
    assert_false(LZ4F_isError(LZ4F_createDecompressionContext(&d, LZ4F_VERSION)));
    LZ4F_frameInfo_t info;
    size_t taken = s.packed_size;
    assert_false(LZ4F_isError(LZ4F_getFrameInfo(d, &info, s.packed, &taken)));
    assert_int_equal(info.blockMode, LZ4F_blockIndependent);
    assert_int_equal(info.blockSizeID, LZ4F_max64KB);
    assert_int_equal(info.contentSize, 0);
    assert_int_equal(info.contentChecksumFlag, LZ4F_noContentChecksum);
    assert_int_equal(info.blockChecksumFlag, LZ4F_noBlockChecksum);
    size_t size = ROOM;
    size_t left = s.packed_size - taken;
    assert_int_equal(LZ4F_decompress(d, s.back, &size, s.packed + taken, &left, NULL), 0);
    assert_int_equal(size, BIG);
    assert_memory_equal(s.back, s.plain, BIG);
    assert_false(LZ4F_isError(LZ4F_freeDecompressionContext(d)));
    sample_release(&s);
}

static void lz4_reads_every_frame_the_format_allows(void **state)
{
    (void)state;
    static const LZ4F_blockSizeID_t sizes[] = {LZ4F_max64KB, LZ4F_max256KB, LZ4F_max1MB,
                                               LZ4F_max4MB};
    struct container_sample s = sample_open("lz4");
    for (unsigned i = 0; i < 4 * 4; i++) {
        LZ4F_preferences_t p = {
            .frameInfo = {.blockSizeID = sizes[i / 4],
                          .blockMode = i % 2 == 0 ? LZ4F_blockLinked : LZ4F_blockIndependent,
                          .contentChecksumFlag = i % 4 < 2 ? LZ4F_contentChecksumEnabled : 0,
                          .blockChecksumFlag = i % 4 < 2 ? LZ4F_blockChecksumEnabled : 0,
                          .contentSize = i % 4 == 1 ? BIG : 0}};
        size_t size = LZ4F_compressFrame(s.packed, ROOM, s.plain, BIG, &p);
        assert_false(LZ4F_isError(size));
        s.packed_size = size;
        assert_reads(&s, 1);
        assert_refuses(&s, BIG - 1, "room");
    }
    sample_release(&s);
}

static void zstd_is_a_frame_without_size_at_the_levels_parameters(void **state)
{
    (void)state;
    struct container_sample s = sample_open("zstd");
    compress_sample(&s);
    assert_true(ZSTD_getFrameContentSize(s.packed, s.packed_size) == ZSTD_CONTENTSIZE_UNKNOWN);
    assert_int_equal(ZSTD_findFrameCompressedSize(s.packed, s.packed_size), s.packed_size);
    assert_int_equal(ZSTD_decompress(s.back, ROOM, s.packed, s.packed_size), BIG);
    assert_memory_equal(s.back, s.plain, BIG);

    /* The calls of librdkafka's rdkafka_zstd.c must give the same bytes. */
    ZSTD_CStream *z = ZSTD_createCStream();
    assert_false(ZSTD_isError(ZSTD_initCStream(z, 3)));
    ZSTD_outBuffer out = {.dst = s.back, .size = ROOM};
    for (size_t at = 0; at < BIG; at += 1000) {
        ZSTD_inBuffer in = {.src = s.plain + at, .size = 1000};
        assert_false(ZSTD_isError(ZSTD_compressStream(z, &out, &in)));
        assert_int_equal(in.pos, in.size);
    }
    assert_int_equal(ZSTD_endStream(z, &out), 0);
    assert_int_equal(out.pos, s.packed_size);
    assert_memory_equal(s.back, s.packed, s.packed_size);
    assert_false(ZSTD_isError(ZSTD_freeCStream(z)));
    sample_release(&s);
}

static void zstd_reads_frames_with_size_and_several(void **state)
{
    (void)state;
    struct container_sample s = sample_open("zstd");
    s.packed_size = ZSTD_compress(s.packed, ROOM, s.plain, BIG, 1);
    assert_false(ZSTD_isError(s.packed_size));
    assert_true(ZSTD_getFrameContentSize(s.packed, s.packed_size) == BIG);
    assert_reads(&s, 1);
    assert_refuses(&s, BIG - 1, "room");
    memcpy(s.packed + s.packed_size, s.packed, s.packed_size);
    s.packed_size *= 2;
    assert_reads(&s, 2);
    sample_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gzip_is_the_member_zlib_writes),
        cmocka_unit_test(gzip_reads_members_end_to_end_and_refuses_zlib),
        cmocka_unit_test(snappy_is_raw),
        cmocka_unit_test(snappy_reads_the_framing_of_java),
        cmocka_unit_test(lz4_is_a_frame_of_independent_64_kb_blocks),
        cmocka_unit_test(lz4_reads_every_frame_the_format_allows),
        cmocka_unit_test(zstd_is_a_frame_without_size_at_the_levels_parameters),
        cmocka_unit_test(zstd_reads_frames_with_size_and_several),
    };
    return cmocka_run_group_tests_name("codec_container", tests, NULL, NULL);
}
