/* [HOST]:PORT: what is taken, and what is refused with which words. */
#include "bench/export/listen_address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void taken(const char *text, const char *host, int port, const char *shown)
{
    struct listen_address a;
    struct err e = {0};
    char said[LISTEN_TEXT];
    if (listen_address_parse(text, &a, &e) != RC_OK)
        fail_msg("%s", e.text);
    assert_string_equal(a.host, host);
    assert_int_equal(a.port, port);
    assert_string_equal(listen_address_format(&a, said), shown);
}

static void test_taken(void **state)
{
    (void)state;
    taken(":9464", "127.0.0.1", 9464, "127.0.0.1:9464");
    taken(":0", "127.0.0.1", 0, "127.0.0.1:0");
    taken(":65535", "127.0.0.1", 65535, "127.0.0.1:65535");
    taken("0.0.0.0:1", "0.0.0.0", 1, "0.0.0.0:1");
    taken("localhost:9464", "localhost", 9464, "localhost:9464");
    taken("[::1]:9464", "::1", 9464, "[::1]:9464");
    taken("[::]:0", "::", 0, "[::]:0");
}

static void refused(const char *text, const char *why)
{
    struct listen_address a = {.host = "kept", .port = -1};
    struct err e = {0};
    assert_int_equal(listen_address_parse(text, &a, &e), RC_INPUT);
    if (strstr(e.text, why) == NULL || strstr(e.text, "expected :9464") == NULL)
        fail_msg("%s: \"%s\" is not in \"%s\"", text, why, e.text);
    assert_string_equal(a.host, "kept");
    assert_int_equal(a.port, -1);
}

static void test_refused(void **state)
{
    (void)state;
    char longest[600];
    refused("", "no colon before the port");
    refused("9464", "no colon before the port");
    refused("localhost", "no colon before the port");
    refused(":", "the port is no number from 0 to 65535");
    refused(":65536", "the port is no number from 0 to 65535");
    refused(":-1", "the port is no number from 0 to 65535");
    refused(":+1", "the port is no number from 0 to 65535");
    refused(": 1", "the port is no number from 0 to 65535");
    refused(":9464x", "the port is no number from 0 to 65535");
    refused("::1:9464", "an IPv6 address stands in brackets");
    refused("[::1]", "after the bracket must come a colon");
    refused("[::1]9464", "after the bracket must come a colon");
    refused("[::1:9464", "after the bracket must come a colon");
    refused("[]:9464", "the brackets are empty");
    refused("http://localhost:1", "an IPv6 address stands in brackets");
    refused("a b:1", "no blank, slash or @");
    refused("me@host:1", "no blank, slash or @");
    memset(longest, 'h', sizeof longest);
    (void)snprintf(longest + 300, 8, ":1");
    refused(longest, "the host is too long");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_taken),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
