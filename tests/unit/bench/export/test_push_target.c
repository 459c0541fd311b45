/* A Pushgateway's URL: what is taken, the group's URL, and that no password is ever shown. */
#include "bench/export/push_target.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void taken(const char *text, const char *shown, const char *run, const char *group)
{
    struct push_target t;
    struct err e = {0};
    struct buf b;
    buf_init(&b, 4096);
    if (push_target_parse(text, &t, &e) != RC_OK)
        fail_msg("%s", e.text);
    assert_string_equal(t.shown, shown);
    assert_int_equal(push_target_group(&t, run, &b, &e), RC_OK);
    assert_string_equal((const char *)b.data, group);
    buf_release(&b);
    push_target_wipe(&t);
    for (size_t i = 0; i < sizeof t.url; i++)
        assert_int_equal(t.url[i], 0);
}

static void test_taken(void **state)
{
    (void)state;
    taken("http://gw:9091", "http://gw:9091", "r-1.a_b",
          "http://gw:9091/metrics/job/assay/run/r-1.a_b");
    taken("https://gw", "https://gw", "r", "https://gw/metrics/job/assay/run/r");
    taken("HTTP://gw", "HTTP://gw", "r", "HTTP://gw/metrics/job/assay/run/r");
    taken("http://gw/below//", "http://gw/below", "r", "http://gw/below/metrics/job/assay/run/r");
    taken("http://[::1]:9091/", "http://[::1]:9091", "r",
          "http://[::1]:9091/metrics/job/assay/run/r");
    taken("http://gw/metrics", "http://gw/metrics", "r",
          "http://gw/metrics/metrics/job/assay/run/r");
    taken("http://gw/metrics/jobs", "http://gw/metrics/jobs", "r",
          "http://gw/metrics/jobs/metrics/job/assay/run/r");
    taken("http://bob:geheim@gw:9091/x", "http://gw:9091/x", "r",
          "http://bob:geheim@gw:9091/x/metrics/job/assay/run/r");
    taken("http://bob:a@b@gw", "http://gw", "r", "http://bob:a@b@gw/metrics/job/assay/run/r");
}

/* The examples of the gateway's README: /var/tmp, and a name in Greek. */
static void test_ids_are_encoded(void **state)
{
    (void)state;
    taken("http://g", "http://g", "/var/tmp", "http://g/metrics/job/assay/run@base64/L3Zhci90bXA=");
    taken("http://g", "http://g",
          "\xCE\xA0\xCF\x81\xCE\xBF\xCE\xBC\xCE\xB7\xCE\xB8\xCE\xB5\xCF\x8D\xCF\x82",
          "http://g/metrics/job/assay/run@base64/zqDPgc6_zrzOt864zrXPjc-C");
    taken("http://g", "http://g", "my run", "http://g/metrics/job/assay/run@base64/bXkgcnVu");
    taken("http://g", "http://g", "..", "http://g/metrics/job/assay/run@base64/Li4=");
}

static void refused(const char *text, const char *why)
{
    struct push_target t = {.url = "kept"};
    struct err e = {0};
    assert_int_equal(push_target_parse(text, &t, &e), RC_INPUT);
    if (strstr(e.text, why) == NULL || strstr(e.text, "expected http://HOST:9091") == NULL)
        fail_msg("%s: \"%s\" is not in \"%s\"", text, why, e.text);
    if (strstr(e.text, "geheim") != NULL)
        fail_msg("a password is shown: %s", e.text);
    assert_string_equal(t.url, "kept");
}

static void test_refused(void **state)
{
    (void)state;
    char longest[PUSH_URL_MAX + 1] = "http://bob:geheim@";
    refused("", "does not begin with http://");
    refused("gw:9091", "does not begin with http://");
    refused("bob:geheim@gw:9091", "does not begin with http://");
    refused("ftp://bob:geheim@gw", "does not begin with http://");
    refused("file:///etc/passwd", "does not begin with http://");
    refused("http://", "names no host");
    refused("http://bob:geheim@", "names no host");
    refused("http://:9091", "names no host");
    refused("http://gw:", "port is none");
    refused("http://gw:0", "port is none");
    refused("http://bob:geheim@gw:65536", "port is none");
    refused("http://gw:99999999999999999999", "port is none");
    refused("http://bob:geheim@gw:90x", "port is no number");
    refused("http://[::1", "bracket is not closed");
    refused("http://bob:ge/geheim@gw", "stands behind a slash");
    refused("http://gw?x=1", "a query or a fragment");
    refused("http://bob:geheim#@gw", "a query or a fragment");
    refused("http://bob:geheim@gw:9091/metrics/job/x",
            "assay adds /metrics/job/assay/run/ID itself");
    refused("http://gw/below/metrics/job/assay/run/r/", "assay adds /metrics/job");
    refused("http://gw/metrics/job", "assay adds /metrics/job");
    refused("http://g w", "a blank");
    refused("http://bob:geheim@gw\n", "a blank");
    memset(longest + strlen(longest), 'h', sizeof longest - 1 - strlen(longest));
    refused(longest, "too long");
}

static void hidden(const char *text, const char *shown)
{
    char out[64];
    assert_string_equal(push_target_hide(text, out, sizeof out), shown);
}

static void test_hidden(void **state)
{
    (void)state;
    hidden("http://gw", "http://gw");
    hidden("http://bob:geheim@gw/x", "http://gw/x");
    hidden("http://bob:ge@he/im@gw", "http://gw");
    hidden("bob:geheim@gw", "gw");
    hidden("bob:http://geheim@gw", "gw");
    hidden("http:/@gw", "gw");
    hidden("@", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_taken),
        cmocka_unit_test(test_ids_are_encoded),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_hidden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
