/* JUnit XML: escaped, well formed whatever the texts hold, and read back by another parser. */
#define _GNU_SOURCE
#include "base/fs.h"
#include "base/program.h"
#include "reports/render/junit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const struct junit_case CASES[] = {
    {.classname = "quick: weather, zstd-3", .name = "e2e_p50_ns", .result = JUNIT_PASSED},
    {.classname = "a<b & \"c\" 'd' >e",
     .name = "tab\there\nnew line",
     .result = JUNIT_FAILED,
     .message = "+12 % <slower> & \"worse\"",
     .evidence = "line one\nline two ]]> & <end>\n"},
    {.classname = "bytes \x01\x1b[31m",
     .name = "\xff\xc0\xaf bad, \xc3\xa9\xe2\x82\xac good, \xed\xa0\x80 half a pair, \xef\xbf\xbf",
     .result = JUNIT_SKIPPED,
     .message = "cut \xe2\x82"},
    {.classname = "x", .name = "y", .result = JUNIT_ERROR, .message = NULL, .evidence = NULL},
};
static const struct junit_suite SUITE = {
    .name = "gate", .cases = CASES, .count = sizeof CASES / sizeof *CASES, .seconds = 1.5};

static void write_suite(const struct junit_suite *s, struct buf *out)
{
    struct err e;
    buf_init(out, 1 << 20);
    assert_int_equal(junit_write(s, out, &e), RC_OK);
}

static void says(const struct buf *text, const char *what)
{
    if (strstr((const char *)text->data, what) == NULL)
        fail_msg("not said: %s\nin:\n%s", what, (const char *)text->data);
}

static void lacks(const struct buf *text, const char *what)
{
    if (strstr((const char *)text->data, what) != NULL)
        fail_msg("said: %s", what);
}

static void test_counts_and_elements(void **state)
{
    struct buf text;
    (void)state;
    write_suite(&SUITE, &text);
    says(&text, "tests=\"4\" failures=\"1\" errors=\"1\" skipped=\"1\" time=\"1.500\"");
    says(&text, "<failure message=\"+12 % &lt;slower&gt; &amp; &quot;worse&quot;\">line one\n");
    says(&text, "line two ]]&gt; &amp; &lt;end&gt;");
    says(&text, "name=\"tab&#9;here&#10;new line\"");
    buf_release(&text);
}

static void test_bytes_that_xml_cannot_hold(void **state)
{
    struct buf text;
    (void)state;
    write_suite(&SUITE, &text);
    says(&text, "bytes ??[31m");
    says(&text, "??? bad, \xc3\xa9\xe2\x82\xac good, ??? half a pair, ???");
    says(&text, "message=\"cut ??\"");
    lacks(&text, "\x1b");
    buf_release(&text);
}

static void test_no_cases(void **state)
{
    struct buf text;
    struct junit_suite none = {.name = "empty", .seconds = -1};
    (void)state;
    write_suite(&none, &text);
    says(&text, "tests=\"0\" failures=\"0\" errors=\"0\" skipped=\"0\">");
    buf_release(&text);
}

static void test_a_full_buffer_is_a_failure(void **state)
{
    struct buf text;
    struct err e;
    (void)state;
    buf_init(&text, 100);
    assert_int_equal(junit_write(&SUITE, &text, &e), RC_INPUT);
    buf_release(&text);
}

/* Another parser agrees on texts and counts. */
static void test_python_reads_it(void **state)
{
    static const char SCRIPT[] =
        "import sys, xml.etree.ElementTree as T\n"
        "s = T.parse(sys.argv[1]).getroot().find('testsuite')\n"
        "c = s.findall('testcase')\n"
        "assert len(c) == int(s.get('tests')) == 4\n"
        "assert c[1].get('classname') == 'a<b & \"c\" \\'d\\' >e', c[1].get('classname')\n"
        "assert c[1].get('name') == 'tab\\there\\nnew line'\n"
        "assert c[1].find('failure').text == 'line one\\nline two ]]> & <end>\\n'\n"
        "assert c[2].find('skipped') is not None and c[3].find('error') is not None\n"
        "assert '\\u20ac good' in c[2].get('name')\n";
    char path[] = "/tmp/junit-XXXXXX";
    struct buf text, output;
    struct err e;
    int exit_code = -1;
    (void)state;
    if (!program_exists("python3"))
        skip();
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    (void)close(fd);
    write_suite(&SUITE, &text);
    assert_int_equal(fs_write(path, buf_span(&text), 0644, &e), RC_OK);
    const char *argv[] = {"python3", "-c", SCRIPT, path, NULL};
    struct program p = {.argv = argv};
    buf_init(&output, 1 << 16);
    assert_int_equal(program_run(&p, &output, &exit_code, &e), RC_OK);
    if (exit_code != 0)
        fail_msg("%s", output.size > 0 ? (const char *)output.data : "python3 failed");
    (void)unlink(path);
    buf_release(&text);
    buf_release(&output);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts_and_elements),
        cmocka_unit_test(test_bytes_that_xml_cannot_hold),
        cmocka_unit_test(test_no_cases),
        cmocka_unit_test(test_a_full_buffer_is_a_failure),
        cmocka_unit_test(test_python_reads_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
