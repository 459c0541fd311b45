/* Bytes that come piece by piece have the hash of all of them in one. */
#include "base/hash.h"

#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { BYTES = 100000 };

static void pieces_hash_as_the_whole(void **state)
{
    (void)state;
    static uint8_t bytes[BYTES];
    static const size_t PIECES[] = {1, 7, 64, 255, 4096, BYTES};
    struct hash_stream *s = NULL;
    struct rng r;
    rng_init(&r, 1, 0);
    rng_fill(&r, bytes, BYTES);
    assert_int_equal(hash_stream_open(&s, NULL), RC_OK);
    for (size_t i = 0; i < sizeof PIECES / sizeof PIECES[0]; i++) {
        hash_stream_restart(s);
        for (size_t at = 0; at < BYTES; at += PIECES[i]) {
            size_t left = BYTES - at;
            hash_stream_add(s, span_of(bytes + at, left < PIECES[i] ? left : PIECES[i]));
        }
        assert_true(hash_stream_value(s) == hash_bytes(span_of(bytes, BYTES)));
    }
    hash_stream_close(s);
}

static void a_restart_forgets_and_a_missing_byte_shows(void **state)
{
    (void)state;
    struct hash_stream *s = NULL;
    assert_int_equal(hash_stream_open(&s, NULL), RC_OK);
    assert_true(hash_stream_value(s) == hash_bytes(span_of("", 0)));
    hash_stream_add(s, span_str("of the image before"));
    hash_stream_restart(s);
    hash_stream_add(s, span_str("imag"));
    assert_true(hash_stream_value(s) != hash_bytes(span_str("image")));
    hash_stream_add(s, span_str("e"));
    assert_true(hash_stream_value(s) == hash_bytes(span_str("image")));
    hash_stream_close(s);
    hash_stream_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_hash_as_the_whole),
        cmocka_unit_test(a_restart_forgets_and_a_missing_byte_shows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
