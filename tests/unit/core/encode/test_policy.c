/* The codec policy: every row parses, falls back in order and says so. */
#include "core/encode/policy.h"

#include "core/kafka/library.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static bool all(const char *codec)
{
    (void)codec;
    return true;
}

static bool no_zstd(const char *codec)
{
    return strcmp(codec, "zstd") != 0;
}

static bool only_none(const char *codec)
{
    return strcmp(codec, "none") == 0;
}

static bool nothing(const char *codec)
{
    (void)codec;
    return false;
}

static void effect_is(const char *type, bool (*supported)(const char *), const char *codec,
                      bool fell_back)
{
    struct err e = {0};
    struct policy_effect effect;
    const struct policy_row *row = policy_find(type);
    assert_non_null(row);
    assert_int_equal(policy_effective(row, supported, &effect, &e), RC_OK);
    char text[CODEC_SPEC_TEXT];
    assert_string_equal(codec_spec_format(effect.choice, text), codec);
    assert_int_equal(effect.fell_back, fell_back);
    assert_non_null(strstr(effect.reason, codec));
    assert_non_null(strstr(effect.reason, type));
    if (fell_back)
        assert_non_null(strstr(effect.reason, row->choice));
}

static void test_documented_choices(void **state)
{
    (void)state;
    effect_is("alert", all, "none", false);
    effect_is("iot", all, "zstd-1", false);
    effect_is("weather", all, "zstd-6", false);
    effect_is("firms", all, "zstd-3", false);
    effect_is("raster", all, "zstd-1", false);
    assert_null(policy_find("ioT"));
    assert_non_null(strstr(policy_find("raster")->otherwise, "snappy"));
}

static void test_falls_back_in_order(void **state)
{
    (void)state;
    effect_is("alert", only_none, "none", false);
    effect_is("weather", no_zstd, "gzip", true);
    effect_is("weather", only_none, "none", true);
}

static void test_without_any_codec_it_fails(void **state)
{
    (void)state;
    struct err e = {0};
    struct policy_effect effect = {.fell_back = true};
    assert_int_equal(policy_effective(policy_find("iot"), nothing, &effect, &e), RC_INPUT);
    assert_non_null(strstr(e.text, "zstd-1"));
    assert_true(effect.fell_back);
}

static void test_library_has_what_is_in_the_table(void **state)
{
    (void)state;
    for (size_t i = 0; CODECS[i] != NULL; i++)
        assert_int_equal(library_has_codec(CODECS[i]->name),
                         CODECS[i]->kafka_id != CODEC_NOT_KAFKAS);
    assert_false(library_has_codec("brotli"));
    char text[64];
    assert_int_equal(strncmp(library_version(text, sizeof text), "librdkafka ", 11), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_documented_choices),
        cmocka_unit_test(test_falls_back_in_order),
        cmocka_unit_test(test_without_any_codec_it_fails),
        cmocka_unit_test(test_library_has_what_is_in_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
