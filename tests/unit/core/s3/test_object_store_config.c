#define _GNU_SOURCE
#include "core/s3/object_store_config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SECRET "wJalrXUtnFEMI"

static void fill(struct object_store_config *c)
{
    object_store_config_init(c);
    object_store_config_endpoint(c, "http://127.0.0.1:7070");
    (void)snprintf(c->bucket, sizeof c->bucket, "imagery");
    (void)snprintf(c->region, sizeof c->region, "us-east-1");
    (void)snprintf(c->access_key, sizeof c->access_key, "AKIA");
    (void)snprintf(c->secret_key, sizeof c->secret_key, SECRET);
    c->session_token[0] = '\0';
}

static void expect_refusal(const struct object_store_config *c, const char *says)
{
    struct err e = {0};
    if (object_store_config_check(c, &e) != RC_INPUT || strstr(e.text, says) == NULL)
        fail_msg("found \"%s\"; expected \"…%s…\"", e.text, says);
    if (strstr(e.text, SECRET) != NULL)
        fail_msg("the secret is in \"%s\"", e.text);
}

static void endpoints(void **state)
{
    static const char *const right[] = {"http://h", "https://h:1", "http://[::1]:7070",
                                        "http://h:9000/", "http://h:9000//"};
    static const char *const wrong[] = {"",
                                        "h:9000",
                                        "ftp://h",
                                        "http://",
                                        "http:///",
                                        "http://h/path",
                                        "http://h?x=1",
                                        "http://u:" SECRET "@h",
                                        "u:" SECRET "@h"};
    struct object_store_config c;
    struct err e = {0};
    (void)state;
    fill(&c);
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        object_store_config_endpoint(&c, right[i]);
        if (object_store_config_check(&c, &e) != RC_OK)
            fail_msg("%s: %s", right[i], e.text);
        assert_int_not_equal(c.endpoint[strlen(c.endpoint) - 1], '/');
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        object_store_config_endpoint(&c, wrong[i]);
        expect_refusal(&c, "S3 endpoint");
    }
}

/* A line break at the end is what a file read by a shell script leaves, and would be one of the
 * request. */
static void keys_are_words(void **state)
{
    struct object_store_config c;
    (void)state;
    fill(&c);
    (void)snprintf(c.access_key, sizeof c.access_key, "AKIA\r\nX-Evil: 1");
    expect_refusal(&c, "AWS_ACCESS_KEY_ID: character 5");
    fill(&c);
    (void)snprintf(c.secret_key, sizeof c.secret_key, SECRET "\r");
    expect_refusal(&c, "AWS_SECRET_ACCESS_KEY: character 14");
    fill(&c);
    (void)snprintf(c.session_token, sizeof c.session_token, "a b");
    expect_refusal(&c, "AWS_SESSION_TOKEN: character 2");
    fill(&c);
    (void)snprintf(c.region, sizeof c.region, "\n");
    expect_refusal(&c, "AWS_REGION: character 1");
    fill(&c);
    c.secret_key[0] = '\0';
    expect_refusal(&c, "set AWS_SECRET_ACCESS_KEY");
}

static void what_does_not_fit_is_not_cut(void **state)
{
    char token[STORE_TOKEN_TEXT + 2];
    struct object_store_config c;
    (void)state;
    memset(token, 't', sizeof token - 1);
    token[sizeof token - 1] = '\0';
    assert_int_equal(setenv("AWS_SESSION_TOKEN", token, 1), 0);
    object_store_config_init(&c);
    char cut[STORE_TOKEN_TEXT];
    memcpy(cut, c.session_token, sizeof cut);
    fill(&c);
    memcpy(c.session_token, cut, sizeof cut);
    expect_refusal(&c, "AWS_SESSION_TOKEN: too long");
    assert_int_equal(unsetenv("AWS_SESSION_TOKEN"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(endpoints),
        cmocka_unit_test(keys_are_words),
        cmocka_unit_test(what_does_not_fit_is_not_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
