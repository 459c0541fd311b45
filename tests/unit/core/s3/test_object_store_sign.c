/* Known answers: AWS, Amazon S3 API Reference, "Examples: Signature Calculations in AWS Signature
 * Version 4" and "Authenticating Requests: Using Query Parameters". */
#include "core/s3/object_store_sign.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define HOST "examplebucket.s3.amazonaws.com"

static const struct sign_keys KEYS = {.access_key = "AKIAIOSFODNN7EXAMPLE",
                                      .secret_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                                      .region = "us-east-1"};
static const struct walltime NOW = {.ns = 1369353600000000000}; /* 2013-05-24T00:00:00Z */

static void expect(const struct sign_request *r, const char *names, const char *signature)
{
    struct err e = {0};
    struct buf out;
    char want[512];
    buf_init(&out, 4096);
    assert_int_equal(sign_authorize(r, &KEYS, &out, &e), RC_OK);
    (void)snprintf(want, sizeof want,
                   "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/"
                   "aws4_request,SignedHeaders=%s,Signature=%s",
                   names, signature);
    assert_string_equal((const char *)out.data, want);
    buf_release(&out);
}

static void a_range_of_an_object(void **state)
{
    (void)state;
    const struct sign_request r = {.method = "GET",
                                   .path = "/test.txt",
                                   .header = {{"x-amz-date", "20130524T000000Z"},
                                              {"host", HOST},
                                              {"range", "bytes=0-9"},
                                              {"x-amz-content-sha256", EMPTY}},
                                   .payload_hash = EMPTY,
                                   .now = NOW};
    expect(&r, "host;range;x-amz-content-sha256;x-amz-date",
           "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

static void an_object_with_an_odd_name(void **state)
{
    (void)state;
    char hash[SIGN_HASH_TEXT];
    sign_hash(span_str("Welcome to Amazon S3."), hash);
    assert_string_equal(hash, "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072");
    const struct sign_request r = {.method = "PUT",
                                   .path = "/test$file.text",
                                   .header = {{"date", "Fri, 24 May 2013 00:00:00 GMT"},
                                              {"host", HOST},
                                              {"x-amz-content-sha256", hash},
                                              {"x-amz-date", "20130524T000000Z"},
                                              {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
                                   .payload_hash = hash,
                                   .now = NOW};
    expect(&r, "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
           "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
}

static void a_parameter_without_a_value(void **state)
{
    (void)state;
    struct err e = {0};
    struct buf out;
    const struct sign_request r = {.method = "GET",
                                   .path = "/",
                                   .query = {{"lifecycle", ""}},
                                   .header = {{"host", HOST},
                                              {"x-amz-content-sha256", EMPTY},
                                              {"x-amz-date", "20130524T000000Z"}},
                                   .payload_hash = EMPTY,
                                   .now = NOW};
    expect(&r, "host;x-amz-content-sha256;x-amz-date",
           "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
    buf_init(&out, 4096);
    assert_int_equal(sign_target(&r, &out, &e), RC_OK);
    assert_string_equal((const char *)out.data, "/?lifecycle=");
    buf_release(&out);
}

static void parameters_in_any_order(void **state)
{
    (void)state;
    const struct sign_request r = {.method = "GET",
                                   .path = "/",
                                   .query = {{"prefix", "J"}, {"max-keys", "2"}},
                                   .header = {{"host", HOST},
                                              {"x-amz-content-sha256", EMPTY},
                                              {"x-amz-date", "20130524T000000Z"}},
                                   .payload_hash = EMPTY,
                                   .now = NOW};
    expect(&r, "host;x-amz-content-sha256;x-amz-date",
           "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

static void a_url_for_a_day(void **state)
{
    (void)state;
    struct err e = {0};
    struct buf out;
    const struct sign_request r = {
        .method = "GET", .path = "/test.txt", .header = {{"host", HOST}}, .now = NOW};
    buf_init(&out, 4096);
    assert_int_equal(sign_presign(&r, &KEYS, "https://" HOST, 86400, &out, &e), RC_OK);
    assert_string_equal(
        (const char *)out.data,
        "https://" HOST "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
        "AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date="
        "20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature="
        "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
    buf_release(&out);
    assert_int_equal(sign_presign(&r, &KEYS, "https://" HOST, 604801, &out, &e), RC_INPUT);
    assert_string_equal(e.text, "a presigned URL is valid for 1 to 604800 seconds, not 604801");
    assert_int_equal(sign_presign(&r, &KEYS, "https://" HOST, 0, &out, &e), RC_INPUT);
}

static void a_hash_piece_by_piece(void **state)
{
    (void)state;
    struct err e = {0};
    struct sign_hasher *h = NULL;
    char pieces[SIGN_HASH_TEXT], whole[SIGN_HASH_TEXT];
    assert_int_equal(sign_hasher_open(&h, &e), RC_OK);
    assert_int_equal(sign_hasher_add(h, span_str("Welcome to "), &e), RC_OK);
    assert_int_equal(sign_hasher_add(h, span_str("Amazon S3."), &e), RC_OK);
    assert_int_equal(sign_hasher_end(h, pieces, &e), RC_OK);
    sign_hasher_close(h);
    sign_hash(span_str("Welcome to Amazon S3."), whole);
    assert_string_equal(pieces, whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_range_of_an_object),
        cmocka_unit_test(an_object_with_an_odd_name),
        cmocka_unit_test(a_parameter_without_a_value),
        cmocka_unit_test(parameters_in_any_order),
        cmocka_unit_test(a_url_for_a_day),
        cmocka_unit_test(a_hash_piece_by_piece),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
